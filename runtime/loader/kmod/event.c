// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/workqueue.h>

#include "event.h"
#include "hv_abi.h"
#include "line.h"

#define LOOK_MS 100u

struct waiter event_waiter;

static int irq;			/* 0: none; under hypervisor_lock */
static bool is_polled;		/* written under hypervisor_lock */
static atomic_t n_files;

static void look(struct work_struct *work);
static DECLARE_DELAYED_WORK(looking, look);

/* Who wakes for nothing asks the hypervisor, and waits again. */
static void look(struct work_struct *work)
{
	if (!READ_ONCE(is_polled) || !atomic_read(&n_files))
		return;
	waiter_raise(&event_waiter);
	schedule_delayed_work(&looking, msecs_to_jiffies(LOOK_MS));
}

void event_init(void)
{
	waiter_init(&event_waiter);
}

void event_begin(u32 line)
{
	irq = line == HV_NONE ? 0 : line_request(line, "hvisor", &event_waiter);
	if (irq < 0) {
		pr_warn("hvisor: no interrupt for event line %u (%d)\n", line,
			irq);
		irq = 0;
	}
	WRITE_ONCE(is_polled, !irq);
	if (!irq)
		schedule_delayed_work(&looking, msecs_to_jiffies(LOOK_MS));
}

void event_end(void)
{
	WRITE_ONCE(is_polled, false);
	cancel_delayed_work_sync(&looking);
	if (irq)
		line_free(irq, &event_waiter);
	irq = 0;
	/* Who waits learns that it is gone when it asks. */
	waiter_raise(&event_waiter);
}

void event_file_opened(void)
{
	if (atomic_inc_return(&n_files) == 1 && READ_ONCE(is_polled))
		schedule_delayed_work(&looking, msecs_to_jiffies(LOOK_MS));
}

void event_file_closed(void)
{
	atomic_dec(&n_files);
}
