/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * event.h - the hypervisor's event line: by interrupt, or where it has none by
 * looking now and then while anybody waits.
 */
#ifndef KMOD_EVENT_H
#define KMOD_EVENT_H

#include "waiter.h"

extern struct waiter event_waiter;

void event_init(void);

/* Once a hypervisor is there, and before it goes; under hypervisor_lock. */
void event_begin(u32 line);
void event_end(void);

/* A file of /dev/hvisor that may wait. */
void event_file_opened(void);
void event_file_closed(void);

#endif
