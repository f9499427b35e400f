/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * line.h - a line that the hypervisor raises, as an interrupt of Linux.
 *
 * No devicetree tells of the lines that the hypervisor gives a running Linux, so
 * they are asked of the GIC's own domain.
 */
#ifndef KMOD_LINE_H
#define KMOD_LINE_H

#include <linux/types.h>

#include "waiter.h"

/* The waiter is raised with the line. An irq, or a negative errno. */
int line_request(u32 intid, const char *name, struct waiter *w);
void line_free(int irq, struct waiter *w);

#endif
