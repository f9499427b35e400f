/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.h - the language's words for what a virtio device is. Includes model.
 */
#ifndef MODEL_VIRTIO_H
#define MODEL_VIRTIO_H

#include "model/model.h"

struct arena;

/* "block" */
const char *virtio_kind_name(enum virtio_kind kind);
/* "file"; "none" for BACKEND_NONE */
const char *virtio_backend_name(enum virtio_backend backend);
/* "52:54:00:00:00:10" */
const char *virtio_mac_text(struct arena *a, const struct virtio *v);
/* The address of a device that states none: the same for a name in every build. */
void virtio_mac_make(const char *name, uint8_t mac[6]);

#endif
