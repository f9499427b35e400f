/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * waiter.h - counts how often something was rung, and lets files wait for it.
 *
 * Raised from interrupts. Each file keeps how much it has seen.
 */
#ifndef KMOD_WAITER_H
#define KMOD_WAITER_H

#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct waiter {
	wait_queue_head_t queue;
	atomic64_t raised;
	struct work_struct *also;	/* is queued each time; or NULL */
};

void waiter_init(struct waiter *w);
void waiter_raise(struct waiter *w);
u64 waiter_now(const struct waiter *w);

/* read() and poll() of hvisor.h. */
ssize_t waiter_read(struct waiter *w, struct file *file, u64 *seen,
		    char __user *to, size_t size);
__poll_t waiter_poll(struct waiter *w, struct file *file, const u64 *seen,
		     poll_table *table);

#endif
