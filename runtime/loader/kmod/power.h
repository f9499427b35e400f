/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * power.h - reboot, kexec and suspend of a Linux that has the hypervisor under it.
 *
 * Reboot, power-off and kexec take it away first: the next kernel wants EL2, and a
 * machine is reset by its firmware. Suspend and hibernation are refused: a
 * CPU that wakes would find another EL2.
 */
#ifndef KMOD_POWER_H
#define KMOD_POWER_H

int power_init(void);
void power_exit(void);

#endif
