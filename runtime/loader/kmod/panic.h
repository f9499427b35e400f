/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * panic.h - a Linux cell that panics tells the hypervisor that it has crashed, so
 * that `on crash` in its text says what follows, and the root cell hears of it.
 */
#ifndef KMOD_PANIC_H
#define KMOD_PANIC_H

void panic_watch_begin(void);
void panic_watch_end(void);

#endif
