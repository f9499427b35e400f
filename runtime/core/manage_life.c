/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls by which the root cell starts, stops and loads cells. */
#include "core/manage.h"

#include "core/cell.h"
#include "core/event.h"
#include "core/text.h"
#include "dev/console.h"

static void wake(uint32_t cell_i)
{
	arch_ipi(hv_cpu(hv_cell_row(cell_i)->boot_cpu));
}

int64_t manage_start(uint32_t cell_i)
{
	struct hv_cell_state *run = &hv.cells[cell_i];
	int64_t answer;

	lock_take(&run->lock);
	answer = cell_step(cell_i, LIFE_START);
	lock_drop(&run->lock);
	if (answer)
		return answer;
	wake(cell_i);
	event_tell();
	return 0;
}

/*
 * Every CPU of the cell takes the IPI, whatever the cell masked, and comes to
 * the end of what it does in EL2, which waits for no other cell: so this ends.
 * What others ask of this CPU meanwhile waits as long. Started again by another
 * caller, the cell was parked before.
 */
static void wait_until_parked(const struct hv_cell_state *run, uint32_t n_starts)
{
	/* Acquire: the CPUs have been reset. */
	while (__atomic_load_n(&run->n_active, __ATOMIC_ACQUIRE) &&
	       __atomic_load_n(&run->n_starts, __ATOMIC_RELAXED) == n_starts)
		arch_relax();
}

static void say_stop(const struct hv_cell *cell)
{
	struct text t;

	text_begin(&t, "hvisor: cell '");
	text_add(&t, cell->name);
	text_add(&t, "' is stopped");
	console_puts(text_line(&t));
}

int64_t manage_stop(uint32_t cell_i)
{
	const struct hv_cell *cell = hv_cell_row(cell_i);
	struct hv_cell_state *run = &hv.cells[cell_i];
	uint32_t n_starts;
	int64_t answer;

	lock_take(&run->lock);
	n_starts = run->n_starts;
	answer = cell_step(cell_i, LIFE_STOP);
	if (answer == 0) {
		cell_cancel_pending(cell, run);
		event_add(cell_i, HV_EVENT_STOP, 0);
	}
	lock_drop(&run->lock);
	if (answer)
		return answer;
	cell_call_out(cell, NULL);
	wait_until_parked(run, n_starts);
	say_stop(cell);
	event_tell();
	return 0;
}

int64_t manage_load(uint32_t cell_i, enum life_request request)
{
	struct hv_cell_state *run = &hv.cells[cell_i];
	int64_t answer;

	lock_take(&run->lock);
	answer = cell_step(cell_i, request);
	lock_drop(&run->lock);
	if (answer != HV_E_STATE)
		wake(cell_i);
	return answer;
}
