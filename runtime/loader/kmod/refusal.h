/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * refusal.h - why something is refused, in words for the log and the caller.
 *
 * A function that can refuse takes one and returns 0 or a negative errno; the
 * first reason stays, for what follows is clearing up. Includes compat.h and
 * hvisor.h.
 */
#ifndef KMOD_REFUSAL_H
#define KMOD_REFUSAL_H

#include "compat.h"
#include "hvisor.h"

struct refusal {
	char text[HVISOR_REASON_SIZE];	/* empty: none yet */
};

/* Returns -error. */
int refuse(struct refusal *r, int error, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
