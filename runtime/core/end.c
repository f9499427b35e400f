/* SPDX-License-Identifier: BSD-2-Clause */
/* A cell ends by itself: what its policy makes of it, and what is said of it. */
#include "core/cell.h"

#include "core/event.h"
#include "core/life.h"
#include "core/text.h"
#include "dev/console.h"

/* What the policy makes of an end. */
struct verdict {
	uint32_t action;		/* HV_ON_* */
	bool gave_up;			/* a restart that the limit turned to stop */
};

static const struct hv_on *policy(const struct hv_cell *cell, enum cell_end how)
{
	switch (how) {
	case END_POWEROFF:
		return &cell->on_poweroff;
	case END_REBOOT:
		return &cell->on_reboot;
	case END_CRASH:
	case N_CELL_ENDS:
		break;
	}
	return &cell->on_crash;
}

/* A cell without a pristine payload has nothing to start again from. */
static struct verdict judge(const struct hv_cell *cell, struct hv_cell_state *run,
			    enum cell_end how)
{
	const struct hv_on *on = policy(cell, how);
	struct verdict v = { .action = on->action };

	if (on->action != HV_ON_RESTART)
		return v;
	v.gave_up = cell->copies.count == 0 ||
		    (on->limit && run->n_restarts[how] >= on->limit);
	if (v.gave_up)
		v.action = HV_ON_STOP;
	else
		run->n_restarts[how]++;
	return v;
}

static void say_restart(struct text *t, const struct hv_cell *cell,
			const struct hv_cell_state *run, enum cell_end how)
{
	uint32_t limit = policy(cell, how)->limit;

	text_add(t, "; restarting");
	if (!limit)
		return;
	text_add(t, " (");
	text_add_dec(t, run->n_restarts[how]);
	text_add(t, " of ");
	text_add_dec(t, limit);
	text_add(t, ")");
}

static void say_end(const struct hv_cpu_state *cpu, enum cell_end how,
		    const char *why, struct verdict v)
{
	struct text t;

	text_begin(&t, "hvisor: cell '");
	text_add(&t, cpu->cell->name);
	text_add(&t, how == END_POWEROFF ? "' powered off" :
		     how == END_REBOOT ? "' reboots" : "' crashed");
	if (how == END_CRASH) {
		text_add(&t, ": ");
		text_add(&t, why);
	}
	if (v.action == HV_ON_RESTART)
		say_restart(&t, cpu->cell, cpu->run, how);
	else if (v.action == HV_ON_KEEP)
		text_add(&t, "; its memory is kept");
	else if (v.action == HV_ON_MACHINE_OFF)
		text_add(&t, "; the machine goes off");
	else if (v.action == HV_ON_MACHINE_RESET)
		text_add(&t, "; the machine is reset");
	else if (v.gave_up)
		text_add(&t, "; no restart is left");
	console_puts(text_line(&t));
}

/* At once: the other cells are not told, and nothing of theirs is saved. */
void cell_machine_off(void)
{
	console_flush();
	arch_machine_off();
}

static void machine_reset(void) __attribute__((noreturn));
static void machine_reset(void)
{
	console_flush();
	arch_machine_reset();
}

static uint32_t event_of(enum cell_end how)
{
	switch (how) {
	case END_POWEROFF:
		return HV_EVENT_POWEROFF;
	case END_REBOOT:
		return HV_EVENT_REBOOT;
	case END_CRASH:
	case N_CELL_ENDS:
		break;
	}
	return HV_EVENT_CRASH;
}

static enum life_request request(enum cell_end how, uint32_t action)
{
	if (action == HV_ON_RESTART)
		return LIFE_RESTART;
	if (how != END_CRASH)
		return LIFE_POWEROFF;
	return action == HV_ON_KEEP ? LIFE_KEEP : LIFE_CRASH;
}

/* The lock is held, and the cell runs. */
static struct verdict end_locked(const struct hv_cpu_state *cpu, enum cell_end how)
{
	struct hv_cell_state *run = cpu->run;
	struct verdict v = judge(cpu->cell, run, how);

	cell_cancel_pending(cpu->cell, run);
	life_must(life_step(cpu->cell_i, request(how, v.action)));
	event_add(cpu->cell_i, event_of(how), run->n_restarts[how]);
	if (v.gave_up)
		event_add(cpu->cell_i, HV_EVENT_GAVE_UP, event_of(how));
	return v;
}

void cell_end(struct hv_cpu_state *cpu, enum cell_end how, const char *why)
{
	struct hv_cell_state *run = cpu->run;
	struct verdict v = { .action = HV_ON_STOP };
	bool is_first;

	lock_take(&run->lock);
	is_first = run->state == CELL_RUNNING;
	if (is_first)
		v = end_locked(cpu, how);
	lock_drop(&run->lock);

	if (is_first) {
		say_end(cpu, how, why, v);
		event_tell();
		if (v.action == HV_ON_MACHINE_OFF)
			cell_machine_off();
		if (v.action == HV_ON_MACHINE_RESET)
			machine_reset();
		cell_call_out(cpu->cell, cpu);
	}
	if (how == END_CRASH)
		cpu_park_and_keep(cpu);
	cpu_park(cpu);
}

void cell_end_unseen(const struct hv_cpu_state *cpu)
{
	life_must(life_step(cpu->cell_i, LIFE_POWEROFF));
	event_add(cpu->cell_i, HV_EVENT_POWEROFF, 0);
}

void cell_say_unseen(const struct hv_cpu_state *cpu)
{
	say_end(cpu, END_POWEROFF, NULL, (struct verdict){ .action = HV_ON_STOP });
	event_tell();
}
