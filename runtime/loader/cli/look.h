/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * look.h - what is to be seen of virtio devices by who is not their backend.
 *
 * The devices are those that the hypervisor has, so that a generic program sees
 * them too. Includes session and virtio/kept.h.
 */
#ifndef CLI_LOOK_H
#define CLI_LOOK_H

#include "cli/session.h"
#include "virtio/kept.h"

struct look {
	char name[HV_NAME_SIZE];
	uint32_t kind;			/* HV_VIRTIO_* device id */
	uint32_t front;			/* cell */
	bool is_published;		/* by a backend, which may have gone */
	bool has_backend;
	bool is_driven;			/* its driver has come up */
	struct kept_counters counters;	/* zero: no backend has counted yet */
};

/* The i-th device. False: there are no more. */
bool look_at(const struct session *s, uint32_t i, struct look *out);

const char *look_kind_word(uint32_t kind);

#endif
