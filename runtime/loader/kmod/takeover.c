// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * stop_machine has every online CPU in the same function with its interrupts
 * masked, and nobody can come or go. They take turns, lowest number first, so that
 * what is done by the first is done before the second begins.
 */
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>
#include <linux/stop_machine.h>

#include "call.h"
#include "takeover.h"

/* Cells that never ran have nothing to end: longer than that is never. */
#define STOP_NS (10ull * NSEC_PER_SEC)

struct takeover {
	u64 entry;
	unsigned int n_cpus;
	u32 fault_cpu;
	u64 fault_flags;
	unsigned int turn;	/* whose turn it is; release to acquire */
	unsigned int n_entered;	/* of the lowest; written in turn */
	s64 error;		/* of the first that failed; written in turn */
	bool is_short;		/* fewer are online than there must be */
	unsigned int failed_cpu;
};

static unsigned int place_of(unsigned int cpu)
{
	unsigned int other, n = 0;

	for_each_online_cpu(other)
		n += other < cpu;
	return n;
}

static void wait_for_turn(struct takeover *t, unsigned int turn)
{
	while (smp_load_acquire(&t->turn) < turn)
		cpu_relax();
}

static void end_turn(struct takeover *t)
{
	smp_store_release(&t->turn, t->turn + 1);
}

static void fail(struct takeover *t, s64 error)
{
	if (t->error)
		return;
	t->error = error;
	t->failed_cpu = smp_processor_id();
}

static void enter(struct takeover *t, unsigned int place)
{
	bool is_told = smp_processor_id() == t->fault_cpu ||
		       (!place && t->fault_cpu == TAKEOVER_FIRST);
	u64 flags = (place ? 0 : HV_LATE_FIRST) | (is_told ? t->fault_flags : 0);
	s64 error = takeover_stub(t->entry, flags);

	if (error)
		fail(t, error);
	else
		t->n_entered++;
}

/* The cells have not been started yet. */
static s64 stop_cells(void)
{
	u64 end = local_clock() + STOP_NS;
	struct call c;
	s64 error;

	do
		error = call_simple(&c, HV_CALL_LATE_STOP, 0, 0);
	while (error == HV_E_BUSY && local_clock() < end);
	return error;
}

static void leave(struct takeover *t)
{
	struct call c;
	s64 error = call_simple(&c, HV_CALL_LATE_LEAVE, 0, 0);

	if (error)
		fail(t, error);
}

static int enter_all(void *arg)
{
	struct takeover *t = arg;
	unsigned int place = place_of(smp_processor_id());
	unsigned int n = num_online_cpus();

	wait_for_turn(t, place);
	if (!place && n != t->n_cpus) {
		t->is_short = true;
		fail(t, HV_E_STATE);
	}
	if (!t->error)
		enter(t, place);
	end_turn(t);

	/* All have had their turn: a second round if one of them failed. */
	wait_for_turn(t, n + place);
	if (t->error && place < t->n_entered) {
		if (!place)
			stop_cells();
		leave(t);
	}
	end_turn(t);
	return 0;
}

int takeover_enter(u64 entry, unsigned int n_cpus, u32 fault_cpu,
		   u64 fault_flags, struct refusal *why)
{
	struct takeover t = {
		.entry = entry,
		.n_cpus = n_cpus,
		.fault_cpu = fault_cpu,
		.fault_flags = fault_flags,
	};
	int error = stop_machine(enter_all, &t, cpu_online_mask);

	if (error)
		return refuse(why, EIO, "the CPUs cannot be stopped (%d)", error);
	if (t.is_short)
		return refuse(why, EBUSY, "a CPU went offline meanwhile: bring"
			      " it online first");
	if (t.error)
		return refuse(why, EIO, "CPU %u was refused at EL2 (%lld)",
			      t.failed_cpu, t.error);
	return 0;
}

static int leave_all(void *arg)
{
	struct takeover *t = arg;

	wait_for_turn(t, place_of(smp_processor_id()));
	leave(t);
	end_turn(t);
	return 0;
}

int takeover_leave(struct refusal *why)
{
	struct takeover t = { 0 };
	int error = stop_machine(leave_all, &t, cpu_online_mask);

	if (error)
		return refuse(why, EIO, "the CPUs cannot be stopped (%d)", error);
	if (t.error)
		return refuse(why, EIO, "the hypervisor does not let go of CPU %u"
			      " (%lld)", t.failed_cpu, t.error);
	return 0;
}
