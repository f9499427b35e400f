// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * hvisor.ko - what a Linux cell needs of the hypervisor of hvcc: the root cell's
 * way to manage the others and to virtio devices' backends, channels in every
 * cell, and late launch.
 *
 *	control.c	/dev/hvisor; load.c, event.c: its parts
 *	channel.c	/dev/hvisor-channel/NAME
 *	virtio.c	/dev/hvisor-virtio/NAME; node.c: what both have in common
 *	loss.c		a virtio device whose backend has gone; it shares the rings
 *			in virtio/ with backends
 *	hypervisor.c	what runs under this Linux; call.c: how it is asked
 *	late.c		enable and disable, in order; machine.c, reserve.c, segments.c,
 *			hash.c, cpus.c, takeover.c, power.c: its steps
 *	panic.c		a cell that panics has crashed
 *	arguments.c, image.c, tables.c: what strangers say, judged
 */
#include <linux/module.h>

#include "channel.h"
#include "control.h"
#include "event.h"
#include "hypervisor.h"
#include "late.h"
#include "node.h"
#include "panic.h"
#include "power.h"
#include "virtio.h"

static void begin(void)
{
	mutex_lock(&hypervisor_lock);
	if (hypervisor_is_root())	/* others have no events */
		event_begin(hypervisor.event_line);
	if (hypervisor_is_there()) {
		channels_add();
		virtios_add();
	}
	mutex_unlock(&hypervisor_lock);
}

/* No file is open: each holds the module. */
static void end(void)
{
	struct refusal why = { "" };

	mutex_lock(&hypervisor_lock);
	if (hypervisor_is_there()) {
		nodes_remove(&why);
		event_end();
	}
	mutex_unlock(&hypervisor_lock);
}

static int __init hvisor_init(void)
{
	int error;

	event_init();
	hypervisor_find();
	error = late_init();
	if (error)
		return error;
	error = power_init();
	if (error)
		goto late;
	begin();
	error = control_add();
	if (error)
		goto all;
	panic_watch_begin();
	return 0;
all:
	end();
	power_exit();
late:
	late_exit();
	return error;
}

static void __exit hvisor_exit(void)
{
	panic_watch_end();
	control_remove();
	end();
	power_exit();
	late_exit();
}

module_init(hvisor_init);
module_exit(hvisor_exit);

MODULE_LICENSE("Dual BSD/GPL");
MODULE_DESCRIPTION("root cell loader and channels of hvcc's hypervisor");
MODULE_VERSION("2");
