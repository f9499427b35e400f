/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * control.h - /dev/hvisor, for who may reach the machine's memory anyway.
 */
#ifndef KMOD_CONTROL_H
#define KMOD_CONTROL_H

int control_add(void);
void control_remove(void);

#endif
