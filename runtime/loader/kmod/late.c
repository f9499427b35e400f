// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "channel.h"
#include "cpus.h"
#include "event.h"
#include "hypervisor.h"
#include "image.h"
#include "late.h"
#include "load.h"
#include "machine.h"
#include "node.h"
#include "power.h"
#include "reserve.h"
#include "segments.h"
#include "takeover.h"
#include "virtio.h"

/* Behind the image head: a branch each for direct and late entry. */
#define LATE_ENTRY (HV_IMAGE_HEAD_SIZE + 4u)

#define STOP_LOOK_MS 10u
#define STOP_LOOKS 6000u

/* What an enable holds until disable. Under hypervisor_lock. */
static struct reserve reserve;

/* What an enable needs until Linux goes on. */
struct launch {
	const struct hvisor_enable *from;
	struct image image;
	void *head, *runtime;
	u64 log;
};

/* ---- what is refused without touching a CPU -------------------------------- */

static int read_head(struct launch *l, struct refusal *why)
{
	u64 size = min_t(u64, l->from->size, HV_IMAGE_HEAD_SIZE);
	int error;

	l->head = kvzalloc(HV_IMAGE_HEAD_SIZE, GFP_KERNEL);
	if (!l->head)
		return -ENOMEM;
	if (copy_from_user(l->head, u64_to_user_ptr(l->from->image), size))
		return -EFAULT;
	error = image_read_head(&l->image, l->head, l->from->size, why);
	if (!error)
		error = image_check_caller(&l->image, l->from, why);
	return error ? error : image_check_segments(&l->image, reserve.places,
						    reserve.n, why);
}

static int read_runtime(struct launch *l, struct refusal *why)
{
	int error = segments_copy_runtime(&l->image, l->from->image,
					  &l->runtime, why);

	if (!error)
		error = image_read_tables(&l->image, l->runtime, why);
	if (!error)
		error = image_check_caller(&l->image, l->from, why);
	if (!error)
		error = image_check_memory(&l->image, reserve.places, reserve.n,
					   why);
	if (!error)
		error = reserve_check_ram(&l->image, why);
	return error ? error : cpus_check(&l->image, why);
}

/* The image is at its place, and is the one that the caller means. */
static int prepare(struct launch *l, struct refusal *why)
{
	int error = read_head(l, why);

	if (!error)
		error = read_runtime(l, why);
	if (!error)
		error = segments_copy_rest(&l->image, l->from->image, why);
	if (!error)
		error = segments_check(&l->image, l->runtime, why);
	if (error)
		return error;
	/* New code where older code may have been fetched from. */
	asm volatile("ic ialluis\n\tdsb ish\n\tisb" : : : "memory");
	l->log = l->image.tables->log_ring.u;
	return 0;
}

static void forget(struct launch *l)
{
	if (l->runtime)
		memunmap(l->runtime);
	kvfree(l->head);
}

/* ---- into EL2 -------------------------------------------------------------- */

#define LOG_SIZE 128u

/* What the hypervisor leaves at the start of its log's page when it refuses. */
static void clear_log(u64 at)
{
	void *log = memremap(at, LOG_SIZE, MEMREMAP_WB);

	if (!log)
		return;
	memset(log, 0, LOG_SIZE);
	segments_flush(log, LOG_SIZE);
	memunmap(log);
}

static void show_log(u64 at)
{
	char text[LOG_SIZE];
	void *log = memremap(at, LOG_SIZE, MEMREMAP_WB);

	if (!log)
		return;
	segments_flush(log, LOG_SIZE);	/* it may have had no caches */
	memcpy(text, log, sizeof(text));
	memunmap(log);
	if (!text[0])
		return;
	for (size_t i = 0; i < sizeof(text); i++)
		if (text[i] < ' ' || text[i] > '~' || i == sizeof(text) - 1)
			text[i] = '\0';
	pr_err("hvisor: it says: %s\n", text);
}

static int take_cpus(struct launch *l, struct refusal *why)
{
	u64 entry = l->image.tables->base.u + LATE_ENTRY;
	u32 fault_cpu = TAKEOVER_NO_FAULT;
	u64 fault_flags = 0;
	int error = 0;

	if (l->from->flags & HVISOR_ENABLE_FAULT)
		error = cpus_fault(&l->image, l->from->fault_cpu, &fault_cpu,
				   &fault_flags, why);
	if (!error)
		error = cpus_take(&l->image, why);
	if (error)
		return error;
	clear_log(l->log);
	error = takeover_enter(entry, cpus_left(), fault_cpu,
			       fault_flags, why);
	if (error) {
		show_log(l->log);
		cpus_give_back();
	}
	return error;
}

/* Until it is done, or a minute has gone by. */
static int stop_cells(struct refusal *why)
{
	struct call c;
	s64 error = HV_E_BUSY;

	for (u32 i = 0; i < STOP_LOOKS && error == HV_E_BUSY; i++) {
		error = call_simple(&c, HV_CALL_LATE_STOP, 0, 0);
		if (error == HV_E_BUSY)
			msleep(STOP_LOOK_MS);
	}
	return error ? refuse(why, EIO, "the hypervisor does not stop its cells"
			      " (%lld)", error) : 0;
}

static int leave(struct refusal *why)
{
	int error = cpus_complete(why);

	if (!error)
		error = stop_cells(why);
	if (!error)
		error = takeover_leave(why);
	if (error)
		return error;
	cpus_give_back();
	return 0;
}

/* Not started, it has to go. If it does not, what it runs in stays its own. */
static void undo(void)
{
	struct refusal why = { "" };

	if (!leave(&why)) {
		hypervisor_detach();
		return;
	}
	hypervisor_keep();
	pr_crit("hvisor: %s: it stays under this Linux until a disable succeeds\n",
		why.text);
}

static int commit(struct launch *l, struct refusal *why)
{
	struct call c;
	s64 answer;
	int error = hypervisor_attach(l->from->identity, why);

	if (!error) {
		answer = call_simple(&c, HV_CALL_LATE_COMMIT, 0, 0);
		if (!answer)
			return 0;
		error = refuse(why, EIO, "the hypervisor does not start (%lld)",
			       answer);
	}
	undo();
	return error;
}

/* ---- public ---------------------------------------------------------------- */

bool late_is_refused(struct refusal *why)
{
	return machine_check(why);
}

static int launch(struct launch *l, struct refusal *why)
{
	int error = prepare(l, why);

	if (!error)
		error = take_cpus(l, why);
	return error ? error : commit(l, why);
}

int late_enable(const struct hvisor_enable *e, struct refusal *why)
{
	struct launch l = { .from = e };
	int error;

	if (hypervisor.state != HVISOR_LATE_POSSIBLE)
		return refuse(why, EALREADY, "a hypervisor runs already");
	error = machine_check(why);
	if (error)
		return error;
	error = machine_bar_kvm(why);
	if (error)
		return error;
	error = reserve_claim(&reserve, why);
	if (error)
		goto kvm;
	error = launch(&l, why);
	forget(&l);
	if (hypervisor.state != HVISOR_LATE_ENABLED)
		goto memory;
	__module_get(THIS_MODULE);	/* until disable */
	if (error)
		return error;
	event_begin(hypervisor.event_line);
	channels_add();
	virtios_add();
	pr_info("hvisor: this Linux is the root cell now\n");
	return 0;
memory:
	reserve_release(&reserve);
kvm:
	machine_unbar_kvm();
	return error;
}

/* Not undone on failure: Linux is still the root cell, and may try again. */
static int disable(struct refusal *why)
{
	int error;

	event_end();
	load_forget();
	error = leave(why);
	if (error) {
		event_begin(hypervisor.event_line);
		channels_add();
		virtios_add();
		return error;
	}
	hypervisor_detach();
	reserve_release(&reserve);
	machine_unbar_kvm();
	module_put(THIS_MODULE);
	pr_info("hvisor: this Linux has the machine again\n");
	return 0;
}

int late_disable(struct refusal *why)
{
	int error;

	if (hypervisor.state != HVISOR_LATE_ENABLED)
		return refuse(why, ENODEV, "no hypervisor was enabled");
	error = nodes_remove(why);
	return error ? error : disable(why);
}

void late_shutdown(void)
{
	struct refusal why = { "" };

	if (hypervisor.state != HVISOR_LATE_ENABLED)
		return;
	/* Who has one open now does not use it any more. */
	if (nodes_remove(&why))
		why.text[0] = '\0';
	if (disable(&why))
		pr_err("hvisor: %s\n", why.text);
}

int late_init(void)
{
	int error = cpus_init();

	if (error)
		return error;
	machine_init();
	return 0;
}

void late_exit(void)
{
	cpus_exit();
}
