// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/capability.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "arguments.h"
#include "control.h"
#include "event.h"
#include "hypervisor.h"
#include "late.h"
#include "load.h"

static bool fault_injection;
module_param(fault_injection, bool, 0400);
MODULE_PARM_DESC(fault_injection, "let ENABLE make a CPU refuse, for tests");

struct hvisor_file {
	u64 seen;		/* of event_waiter */
};

static int ioctl_info(struct hvisor_info __user *to)
{
	struct hvisor_info info = {
		.module_version = HVISOR_MODULE_VERSION,
		.abi_version = HV_ABI_VERSION,
	};
	struct refusal why = { "" };
	int error = mutex_lock_interruptible(&hypervisor_lock);

	if (error)
		return error;
	info.state = hypervisor.state;
	info.running_abi_version = hypervisor.abi_version;
	info.own_cell = hypervisor.own_cell;
	info.root_cell = hypervisor.root_cell;
	memcpy(info.identity, hypervisor.identity, sizeof(info.identity));
	memcpy(info.runtime, hypervisor.runtime, sizeof(info.runtime));
	if (info.state == HVISOR_ABSENT) {
		why = hypervisor.why;
	} else if (info.state == HVISOR_LATE_POSSIBLE && late_is_refused(&why)) {
		info.state = HVISOR_ABSENT;
	}
	mutex_unlock(&hypervisor_lock);
	strscpy(info.reason, why.text, sizeof(info.reason));
	return copy_to_user(to, &info, sizeof(info)) ? -EFAULT : 0;
}

/* The reason is all that goes back, at the end of both structures. */
static int give_reason(char __user *to, const struct refusal *why, int error)
{
	if (why->text[0])
		pr_err("hvisor: %s\n", why->text);
	if (copy_to_user(to, why->text, sizeof(why->text)))
		return -EFAULT;
	return error;
}

static int ioctl_enable(struct hvisor_enable __user *from)
{
	struct refusal why = { "" };
	struct hvisor_enable e;
	int error;

	if (copy_from_user(&e, from, sizeof(e)))
		return -EFAULT;
	error = arguments_enable(&e, fault_injection);
	if (error)
		return error;
	if (!mutex_trylock(&hypervisor_lock))
		return -EBUSY;
	error = late_enable(&e, &why);
	mutex_unlock(&hypervisor_lock);
	return give_reason(from->reason, &why, error);
}

static int ioctl_disable(struct hvisor_disable __user *from)
{
	struct refusal why = { "" };
	struct hvisor_disable d;
	int error;

	if (copy_from_user(&d, from, sizeof(d)))
		return -EFAULT;
	error = arguments_disable(&d);
	if (error)
		return error;
	if (!mutex_trylock(&hypervisor_lock))
		return -EBUSY;
	error = late_disable(&why);
	mutex_unlock(&hypervisor_lock);
	return give_reason(from->reason, &why, error);
}

static int ioctl_call(struct file *file, struct hvisor_call __user *to)
{
	struct hvisor_call u;
	struct call c;
	int error;

	BUILD_BUG_ON(sizeof(u.x) != sizeof(c.x));
	if (copy_from_user(&u, to, sizeof(u)))
		return -EFAULT;
	error = arguments_call(&u);
	if (error)
		return error;
	memcpy(c.x, u.x, sizeof(c.x));
	error = mutex_lock_interruptible(&hypervisor_lock);
	if (error)
		return error;
	error = hypervisor_is_there() ? load_call(file, &c) : -ENODEV;
	mutex_unlock(&hypervisor_lock);
	if (error)
		return error;
	return copy_to_user(to, c.x, sizeof(u)) ? -EFAULT : 0;
}

static int ioctl_load(struct file *file, const struct hvisor_load __user *from)
{
	struct hvisor_load l;

	if (copy_from_user(&l, from, sizeof(l)))
		return -EFAULT;
	return load_copy(file, &l);
}

static long control_ioctl(struct file *file, unsigned int command,
			 unsigned long argument)
{
	void __user *user = (void __user *)argument;

	switch (command) {
	case HVISOR_INFO:
		return ioctl_info(user);
	case HVISOR_ENABLE:
		return ioctl_enable(user);
	case HVISOR_DISABLE:
		return ioctl_disable(user);
	case HVISOR_CALL:
		return ioctl_call(file, user);
	case HVISOR_LOAD:
		return ioctl_load(file, user);
	}
	return -ENOTTY;
}

static int control_open(struct inode *inode, struct file *file)
{
	struct hvisor_file *f;

	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	f->seen = waiter_now(&event_waiter) - 1;
	file->private_data = f;
	event_file_opened();
	return nonseekable_open(inode, file);
}

static int control_release(struct inode *inode, struct file *file)
{
	load_file_closed(file);
	event_file_closed();
	kfree(file->private_data);
	return 0;
}

static ssize_t control_read(struct file *file, char __user *to, size_t size,
			   loff_t *at)
{
	struct hvisor_file *f = file->private_data;

	return waiter_read(&event_waiter, file, &f->seen, to, size);
}

static __poll_t control_poll(struct file *file, poll_table *table)
{
	struct hvisor_file *f = file->private_data;

	return waiter_poll(&event_waiter, file, &f->seen, table);
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = control_open,
	.release = control_release,
	.read = control_read,
	.poll = control_poll,
	.unlocked_ioctl = control_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "hvisor",
	.mode = 0600,
	.fops = &operations,
};

int control_add(void)
{
	return misc_register(&device);
}

void control_remove(void)
{
	misc_deregister(&device);
}
