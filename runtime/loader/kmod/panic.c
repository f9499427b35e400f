// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>

#include "hypervisor.h"
#include "panic.h"

/*
 * On the one CPU that is left, with interrupts masked. No lock is taken: which
 * hypervisor runs changes in the root cell alone. That one goes on to what its
 * `panic=` says, since nobody could start it again.
 */
static int panicking(struct notifier_block *block, unsigned long event,
		     void *message)
{
	struct call c;

	if (hypervisor_is_there() && !hypervisor_is_root())
		call_simple(&c, HV_CALL_CRASH, 0, 0);
	return NOTIFY_DONE;
}

/* The last to hear: what others print for whoever looks is printed. */
static struct notifier_block on_panic = {
	.notifier_call = panicking,
	.priority = INT_MIN,
};

void panic_watch_begin(void)
{
	atomic_notifier_chain_register(&panic_notifier_list, &on_panic);
}

void panic_watch_end(void)
{
	atomic_notifier_chain_unregister(&panic_notifier_list, &on_panic);
}
