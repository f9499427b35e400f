/* SPDX-License-Identifier: BSD-2-Clause */
/* A console device and the two queues of its driver. */
#ifndef TESTS_UNIT_ONE_CONSOLE_H
#define TESTS_UNIT_ONE_CONSOLE_H

#include "guest.h"
#include "virtio/console.h"

#define RINGS (GUEST_BASE + 0x10000)
#define DATA (GUEST_BASE + 0x30000)
#define ALL (DEVICE_F_VERSION_1 | DEVICE_F_EVENT_INDEX | DEVICE_F_INDIRECT)

static struct guest *g;
static struct console *con;
static struct device *d;
static struct queue typed, printed;

static inline void make_queues(void)
{
	queue_make(&typed, g, 0, 8, RINGS);
	queue_make(&printed, g, 1, 8, RINGS + 0x4000);
}

#endif
