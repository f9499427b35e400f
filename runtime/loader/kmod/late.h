/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * late.h - puts the hypervisor under the running Linux, and takes it away.
 *
 * Under hypervisor_lock, as all that changes what runs. Linux is as it was
 * whenever a function fails. Includes refusal.h.
 */
#ifndef KMOD_LATE_H
#define KMOD_LATE_H

#include "refusal.h"

int late_init(void);
void late_exit(void);

/* Would ENABLE be refused, whatever the image? */
bool late_is_refused(struct refusal *why);

int late_enable(const struct hvisor_enable *e, struct refusal *why);
int late_disable(struct refusal *why);

/* The machine is about to be reset: as much of disable as can be done. */
void late_shutdown(void);

#endif
