// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/suspend.h>

#include "hypervisor.h"
#include "late.h"
#include "power.h"

/* Kexec comes here too. */
static int rebooting(struct notifier_block *block, unsigned long event,
		     void *data)
{
	mutex_lock(&hypervisor_lock);
	late_shutdown();
	mutex_unlock(&hypervisor_lock);
	return NOTIFY_DONE;
}

static int suspending(struct notifier_block *block, unsigned long event,
		      void *data)
{
	if (event != PM_SUSPEND_PREPARE && event != PM_HIBERNATION_PREPARE &&
	    event != PM_RESTORE_PREPARE)
		return NOTIFY_DONE;
	if (READ_ONCE(hypervisor.state) != HVISOR_LATE_ENABLED)
		return NOTIFY_DONE;
	pr_warn("hvisor: no suspend while the hypervisor is enabled\n");
	return NOTIFY_BAD;
}

static struct notifier_block on_reboot = { .notifier_call = rebooting };
static struct notifier_block on_suspend = { .notifier_call = suspending };

int power_init(void)
{
	int error = register_reboot_notifier(&on_reboot);

	if (error)
		return error;
	error = register_pm_notifier(&on_suspend);
	if (error)
		unregister_reboot_notifier(&on_reboot);
	return error;
}

void power_exit(void)
{
	unregister_pm_notifier(&on_suspend);
	unregister_reboot_notifier(&on_reboot);
}
