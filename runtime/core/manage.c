/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/manage.h"

#include "core/cell.h"
#include "core/late.h"

#define N_CALLS (HV_CALL_CRASH - HV_CALL_FIRST + 1)

/* x1 is a cell; the log may stand for one. */
enum takes { NO_CELL, A_CELL, A_CELL_OR_LOG };

struct right {
	bool is_anybodys;	/* else: the root cell's */
	uint8_t takes;
	uint8_t managed;	/* HV_MANAGED_* that the cell must have; or 0 */
};

static const struct right rights[N_CALLS] = {
	[HV_CALL_VERSION - HV_CALL_FIRST] = { .is_anybodys = true },
	[HV_CALL_IDENTITY - HV_CALL_FIRST] = { .is_anybodys = true },
	[HV_CALL_CELL_INFO - HV_CALL_FIRST] = { .takes = A_CELL },
	[HV_CALL_CELL_STATE - HV_CALL_FIRST] = { .takes = A_CELL },
	[HV_CALL_START - HV_CALL_FIRST] = { false, A_CELL, HV_MANAGED_START },
	[HV_CALL_STOP - HV_CALL_FIRST] = { false, A_CELL, HV_MANAGED_STOP },
	[HV_CALL_LOAD_BEGIN - HV_CALL_FIRST] = { false, A_CELL, HV_MANAGED_LOAD },
	[HV_CALL_LOAD_END - HV_CALL_FIRST] = { false, A_CELL, HV_MANAGED_LOAD },
	[HV_CALL_WINDOW - HV_CALL_FIRST] = { .takes = A_CELL },
	[HV_CALL_CONSOLE_READ - HV_CALL_FIRST] =
		{ false, A_CELL_OR_LOG, HV_MANAGED_CONSOLE },
	[HV_CALL_CONSOLE_WRITE - HV_CALL_FIRST] =
		{ false, A_CELL, HV_MANAGED_CONSOLE },
	[HV_CALL_EVENT - HV_CALL_FIRST] = { .takes = NO_CELL },
	[HV_CALL_STATS - HV_CALL_FIRST] = { .takes = A_CELL },
	[HV_CALL_REGISTERS - HV_CALL_FIRST] = { .takes = A_CELL },
	[HV_CALL_PEEK - HV_CALL_FIRST] = { .takes = A_CELL },
	[HV_CALL_CHANNEL - HV_CALL_FIRST] = { .is_anybodys = true },
	[HV_CALL_CRASH - HV_CALL_FIRST] = { .is_anybodys = true },
};

static int64_t judge(const struct hv_cpu_state *cpu, uint32_t call, uint64_t cell_i)
{
	const struct right *may = &rights[call];

	if (!may->is_anybodys && cpu->cell_i != hv_system.root_cell)
		return HV_E_DENIED;
	if (may->takes == NO_CELL ||
	    (may->takes == A_CELL_OR_LOG && cell_i == HV_NONE))
		return 0;
	if (cell_i >= hv_system.cells.count)
		return HV_E_NO_CELL;
	if (may->managed & ~hv_cell_row((uint32_t)cell_i)->managed)
		return HV_E_DENIED;
	return 0;
}

/* `x`: as the caller left them; its cell, where the call takes one, is there. */
static int64_t dispatch(struct hv_cpu_state *cpu, uint32_t number,
			const uint64_t *x, struct manage_reply *r)
{
	uint32_t cell_i = (uint32_t)x[1];

	switch (number) {
	case HV_CALL_VERSION:
		return manage_version(cpu, r);
	case HV_CALL_IDENTITY:
		return manage_identity(r);
	case HV_CALL_CELL_INFO:
		return manage_cell_info(cell_i, r);
	case HV_CALL_CELL_STATE:
		return manage_state(cell_i, r);
	case HV_CALL_START:
		return manage_start(cell_i);
	case HV_CALL_STOP:
		return manage_stop(cell_i);
	case HV_CALL_LOAD_BEGIN:
		return manage_load(cell_i, LIFE_LOAD_BEGIN);
	case HV_CALL_LOAD_END:
		return manage_load(cell_i, LIFE_LOAD_END);
	case HV_CALL_WINDOW:
		return manage_window(cell_i, x[2], r);
	case HV_CALL_CONSOLE_READ:
		return manage_console_read(x[1], r);
	case HV_CALL_CONSOLE_WRITE:
		return manage_console_write(cell_i, x[2], x + 3, r);
	case HV_CALL_EVENT:
		return manage_event(x[1], r);
	case HV_CALL_STATS:
		return manage_stats(cell_i, x[2], r);
	case HV_CALL_REGISTERS:
		return manage_registers(cell_i, x[2], x[3], r);
	case HV_CALL_PEEK:
		return manage_peek(cell_i, x[2], r);
	case HV_CALL_CHANNEL:
		return manage_channel(cpu, x[1], r);
	case HV_CALL_LATE_COMMIT:
		return late_commit(cpu);
	case HV_CALL_LATE_STOP:
		return late_stop(cpu);
	case HV_CALL_LATE_LEAVE:
		return late_leave(cpu);
	case HV_CALL_CRASH:
		cell_end(cpu, END_CRASH, "it says so");
	}
	return HV_E_NOT_SUPPORTED;
}

void manage_call(struct hv_cpu_state *cpu, uint64_t *x)
{
	struct manage_reply r = { .n = 0 };
	uint32_t number = (uint32_t)x[0];
	int64_t answer = HV_E_NOT_SUPPORTED;

	if (number - HV_CALL_FIRST < N_CALLS)
		answer = judge(cpu, number - HV_CALL_FIRST, x[1]);
	if (answer == 0)
		answer = dispatch(cpu, number, x, &r);
	x[0] = (uint64_t)answer;
	for (uint32_t i = 0; answer == 0 && i < r.n; i++)
		x[i + 1] = r.x[i];
}
