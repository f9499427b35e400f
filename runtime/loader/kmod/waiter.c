// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/uaccess.h>

#include "waiter.h"

void waiter_init(struct waiter *w)
{
	init_waitqueue_head(&w->queue);
	atomic64_set(&w->raised, 1);
}

void waiter_raise(struct waiter *w)
{
	atomic64_inc(&w->raised);
	wake_up_interruptible(&w->queue);
	if (w->also)
		queue_work(system_unbound_wq, w->also);
}

u64 waiter_now(const struct waiter *w)
{
	return (u64)atomic64_read(&w->raised);
}

/* Two reads of one file at a time each see all of it, or a part: none is lost. */
ssize_t waiter_read(struct waiter *w, struct file *file, u64 *seen,
		    char __user *to, size_t size)
{
	u64 before = READ_ONCE(*seen), now, n;
	int error;

	if (size < sizeof(n))
		return -EINVAL;
	if (waiter_now(w) == before && file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	error = wait_event_interruptible(w->queue, waiter_now(w) != before);
	if (error)
		return error;
	now = waiter_now(w);
	n = now - before;
	if (copy_to_user(to, &n, sizeof(n)))
		return -EFAULT;
	WRITE_ONCE(*seen, now);
	return sizeof(n);
}

__poll_t waiter_poll(struct waiter *w, struct file *file, const u64 *seen,
		     poll_table *table)
{
	poll_wait(file, &w->queue, table);
	return waiter_now(w) != READ_ONCE(*seen) ? EPOLLIN | EPOLLRDNORM : 0;
}
