/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * machine.h - does this kernel give EL2 away, and does this machine let it?
 *
 * Includes refusal.h.
 */
#ifndef KMOD_MACHINE_H
#define KMOD_MACHINE_H

#include "refusal.h"

/* Once: whether KVM is there. */
void machine_init(void);

int machine_check(struct refusal *why);

/* While the hypervisor has EL2, nobody else becomes KVM. */
int machine_bar_kvm(struct refusal *why);
void machine_unbar_kvm(void);

#endif
