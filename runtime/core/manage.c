/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/manage.h"

#include "core/cell.h"
#include "core/event.h"
#include "core/late.h"
#include "core/memory.h"
#include "dev/console.h"

#define N_CALLS (HV_CALL_VIRTIO_VIEW - HV_CALL_FIRST + 1)

/* Who may make a call: the HV_MANAGED_* that its cell must have, and these. */
#define RIGHTS 15u
#define ANYBODYS (1u << 4)	/* else: the root cell's */
#define A_CELL (1u << 5)	/* x1 is a cell */
#define OR_LOG (1u << 6)	/* or stands for the log */
#define LOCKED (1u << 7)	/* and the cell's lock is held during the call */

static const uint8_t rights[N_CALLS] = {
	[HV_CALL_VERSION - HV_CALL_FIRST] = ANYBODYS,
	[HV_CALL_IDENTITY - HV_CALL_FIRST] = ANYBODYS,
	[HV_CALL_CELL_INFO - HV_CALL_FIRST] = A_CELL,
	[HV_CALL_CELL_STATE - HV_CALL_FIRST] = A_CELL | LOCKED,
	[HV_CALL_START - HV_CALL_FIRST] = A_CELL | HV_MANAGED_START,
	[HV_CALL_STOP - HV_CALL_FIRST] = A_CELL | HV_MANAGED_STOP,
	[HV_CALL_LOAD_BEGIN - HV_CALL_FIRST] = A_CELL | HV_MANAGED_LOAD,
	[HV_CALL_LOAD_END - HV_CALL_FIRST] = A_CELL | HV_MANAGED_LOAD,
	[HV_CALL_WINDOW - HV_CALL_FIRST] = A_CELL,
	[HV_CALL_CONSOLE_READ - HV_CALL_FIRST] = A_CELL | OR_LOG | HV_MANAGED_CONSOLE,
	[HV_CALL_CONSOLE_WRITE - HV_CALL_FIRST] = A_CELL | HV_MANAGED_CONSOLE,
	[HV_CALL_STATS - HV_CALL_FIRST] = A_CELL,
	[HV_CALL_REGISTERS - HV_CALL_FIRST] = A_CELL | LOCKED,
	[HV_CALL_PEEK - HV_CALL_FIRST] = A_CELL | LOCKED,
	[HV_CALL_CHANNEL - HV_CALL_FIRST] = ANYBODYS,
	[HV_CALL_CRASH - HV_CALL_FIRST] = ANYBODYS,
};

/* ---- what the tables say -------------------------------------------------- */

static void version(const struct hv_cpu_state *cpu, uint64_t *x)
{
	x[1] = HV_ABI_VERSION;
	x[2] = cpu->cell_i;
	x[3] = hv_system.cells.count;
	x[4] = hv_system.root_cell;
	x[5] = x[2] == x[4] ? cpu->cell->event_line : HV_NONE;
	x[6] = late_phase() == LATE_NOT ? HV_BOOT_DIRECT : HV_BOOT_LATE;
}

/* The n-th region of the root cell that is a window on this cell's RAM; NULL:
 * it has no more. `n` counts down. */
static const struct hv_region *window(uint32_t cell_i, uint64_t *n)
{
	const struct hv_cell *root = hv_cell_row(hv_system.root_cell);
	const struct hv_region *r = hv_rows(root->regions);

	for (uint32_t i = 0; i < root->regions.count; i++, r++) {
		if (r->kind == HV_REGION_WINDOW && r->arg == cell_i && (*n)-- == 0)
			return r;
	}
	return NULL;
}

static void cell_info(uint32_t cell_i, uint64_t *x)
{
	const struct hv_cell *cell = hv_cell_row(cell_i);
	uint64_t left = UINT64_MAX;

	(void)window(cell_i, &left);
	__builtin_memcpy(x + 1, cell->name, HV_NAME_SIZE);
	x[5] = cell->flags;
	x[6] = cell->managed;
	x[7] = cell->cpu_mask;
	x[8] = cell->console;
	x[9] = UINT64_MAX - left;
}

static int64_t tell_window(uint32_t cell_i, uint64_t *x)
{
	const struct hv_region *w = window(cell_i, &(uint64_t){ x[2] }), *ram;

	if (!w)
		return HV_E_NO_CELL;
	ram = memory_ram_at(hv_cell_row(cell_i), w->pa.u, true);
	x[1] = w->ipa.u;
	x[2] = w->size;
	x[3] = ram ? ram->ipa.u + (w->pa.u - ram->pa.u) : 0;
	x[4] = w->flags;
	return 0;
}

static int64_t channel(const struct hv_cpu_state *cpu, uint64_t *x)
{
	const struct hv_end *e = hv_rows(hv_system.ends);
	const struct hv_end *end = e + hv_system.ends.count;
	const struct hv_channel *c = hv_rows(hv_system.channels);
	uint64_t n = x[1];

	while (e != end && (e->cell != cpu->cell_i || n-- != 0))
		e++;
	if (e == end)
		return HV_E_NO_CELL;
	c += e->channel;
	__builtin_memcpy(x + 1, c->name, HV_NAME_SIZE);
	x[5] = e->memory.u;
	x[6] = c->size;
	x[7] = e->doorbell.u;
	x[8] = e->line;
	x[9] = (uint64_t)(e - (const struct hv_end *)hv_rows(c->ends));
	x[10] = c->ends.count;
	x[11] = e->may_ring;
	x[12] = e->flags | c->flags << HV_CALL_CHANNEL_SHIFT;
	return 0;
}

/* The n-th device whose backend is the caller's. */
static const struct hv_virtio *virtio_of(const struct hv_cpu_state *cpu, uint64_t n)
{
	const struct hv_virtio *v = hv_rows(hv_system.virtios);

	for (uint32_t i = 0; i < hv_system.virtios.count; i++, v++) {
		if (v->back == cpu->cell_i && n-- == 0)
			return v;
	}
	return NULL;
}

static int64_t virtio(const struct hv_cpu_state *cpu, uint64_t *x)
{
	const struct hv_virtio *v = virtio_of(cpu, x[1]);

	if (!v)
		return HV_E_NO_CELL;
	__builtin_memcpy(x + 1, v->name, HV_NAME_SIZE);
	x[5] = v->kind;
	x[6] = v->flags;
	x[7] = v->front;
	x[8] = v->n_queues;
	x[9] = v->back_registers.u;
	x[10] = v->back_ring.u;
	x[11] = v->back_line;
	x[12] = v->views.count;
	return 0;
}

static int64_t virtio_view(const struct hv_cpu_state *cpu, uint64_t *x)
{
	const struct hv_virtio *v = virtio_of(cpu, x[1]);
	const struct hv_view *view;

	if (!v || x[2] >= v->views.count)
		return HV_E_NO_CELL;
	view = (const struct hv_view *)hv_rows(v->views) + x[2];
	x[1] = view->front.u;
	x[2] = view->back.u;
	x[3] = view->size;
	x[4] = view->flags;
	return 0;
}

/* ---- how cells and their CPUs are ----------------------------------------- */

_Static_assert((int)CELL_EMPTY == HV_STATE_EMPTY &&
	       (int)CELL_CLEANING == HV_STATE_CLEANING &&
	       (int)CELL_LOADED == HV_STATE_LOADED &&
	       (int)CELL_RUNNING == HV_STATE_RUNNING &&
	       (int)CELL_OFF == HV_STATE_OFF &&
	       (int)CELL_CRASHED == HV_STATE_CRASHED, "abi");

static void cell_state(uint32_t cell_i, uint64_t *x)
{
	static const uint8_t said[N_CELL_STATES] = {
		HV_STATE_EMPTY, HV_STATE_CLEANING, HV_STATE_LOADED,
		HV_STATE_RUNNING, HV_STATE_OFF, HV_STATE_CRASHED,
		[CELL_CLEAN] = HV_STATE_EMPTY, [CELL_LOADING] = HV_STATE_EMPTY,
		[CELL_KEPT] = HV_STATE_CRASHED, [CELL_STARTING] = HV_STATE_CLEANING,
	};
	const struct hv_cell_state *run = &hv.cells[cell_i];

	x[1] = said[run->state];
	x[2] = run->n_starts;
	x[3] = run->state == CELL_RUNNING ? arch_time_us() - run->started_us : 0;
	x[4] = run->n_restarts[END_CRASH];
	x[5] = run->n_restarts[END_REBOOT];
	x[6] = run->state == CELL_LOADING ? HV_LOADING : 0;
	x[7] = life_has_payload(cell_i);
}

static const struct hv_cpu_state *cpu_of(uint32_t cell_i, uint64_t k)
{
	const struct hv_cpu_state *cpu = hv.cells[cell_i].cpus;

	while (cpu && cpu->row->index != k)
		cpu = cpu->next;
	return cpu;
}

_Static_assert((int)N_EXITS == HV_N_EXITS && (int)EXIT_CALL == HV_EXIT_CALL &&
	       (int)EXIT_OTHER == HV_EXIT_OTHER && (int)CPU_ON == HV_POWER_ON, "abi");

/* Counted by a CPU that runs: each is one load. */
static int64_t stats(uint32_t cell_i, uint64_t *x)
{
	const struct hv_cpu_state *cpu = cpu_of(cell_i, x[2]);

	if (!cpu)
		return HV_E_NO_CELL;
	for (uint32_t i = 0; i < N_EXITS; i++)
		x[1 + i] = read_once(cpu->exits[i]);
	x[8] = x[1 + EXIT_LINE] - read_once(cpu->n_not_lines);
	x[9] = read_once(cpu->power);
	return 0;
}

static int64_t registers(uint32_t cell_i, uint64_t *x)
{
	const struct hv_cpu_state *cpu = cpu_of(cell_i, x[2]);

	if (!cpu)
		return HV_E_NO_CELL;
	if (x[3] >= HV_N_REGISTER_PARTS)
		return HV_E_ARGUMENT;
	if (hv.cells[cell_i].state != CELL_KEPT)
		return HV_E_STATE;
	if (cpu->kept_start != hv.cells[cell_i].n_starts)
		return HV_E_EMPTY;
	arch_cpu_kept(cpu, (uint32_t)x[3], x + 1);
	return 0;
}

/* Rows are whole granules, so what is aligned and starts inside ends there. The
 * lock: the memory is not cleaned meanwhile. */
static int64_t peek(uint32_t cell_i, uint64_t *x)
{
	const struct hv_region *r = memory_ram_at(hv_cell_row(cell_i), x[2], false);

	if (x[2] % HV_PEEK_SIZE)
		return HV_E_ARGUMENT;
	if (hv.cells[cell_i].state != CELL_KEPT)
		return HV_E_STATE;
	if (!r)
		return HV_E_ARGUMENT;
	__builtin_memcpy(x + 1, (const void *)(uintptr_t)(r->pa.u + (x[2] - r->ipa.u)),
			 HV_PEEK_SIZE);
	return 0;
}

/* ---- cells change --------------------------------------------------------- */

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
	       read_once(run->n_starts) == n_starts)
		arch_relax();
}

/* Until the cell's own CPUs have come nobody else changes its state (cell.h). A
 * step that keeps the caller waiting may have begun. */
static int64_t change(uint32_t cell_i, enum life_request request)
{
	struct hv_cell_state *run = &hv.cells[cell_i];
	int32_t answer = HV_E_BUSY;
	uint32_t n_starts;

	lock_take(&run->lock);
	n_starts = run->n_starts;
	if (!run->n_awaited)
		answer = life_step(cell_i, request);
	if (answer == 0 && request == LIFE_STOP)
		event_add(cell_i, HV_EVENT_STOP, 0);
	lock_drop(&run->lock);
	if (answer != HV_E_STATE)
		cell_call_out(cell_i, NULL);
	if (answer == 0 && request == LIFE_STOP) {
		wait_until_parked(run, n_starts);
		cell_say(cell_i, "is stopped");
	}
	if (answer == 0 && request == LIFE_START)
		event_tell();
	return answer;
}

/* ---- consoles ------------------------------------------------------------- */

static int64_t console_in(uint32_t cell_i, uint64_t *x)
{
	if (x[2] > HV_CONSOLE_WRITE_MAX)
		return HV_E_ARGUMENT;
	if (!console_has(cell_i))
		return HV_E_NO_CELL;
	if (read_once(hv.cells[cell_i].state) != CELL_RUNNING)
		return HV_E_STATE;
	x[1] = console_type(cell_i, (const uint8_t *)(x + 3), (uint32_t)x[2]);
	return 0;
}

/* ---- who may -------------------------------------------------------------- */

static int64_t judge(const struct hv_cpu_state *cpu, uint32_t right, uint64_t cell_i)
{
	if (!(right & ANYBODYS) && cpu->cell_i != hv_system.root_cell)
		return HV_E_DENIED;
	if (!(right & A_CELL) || (right & OR_LOG && cell_i == HV_NONE))
		return 0;
	if (cell_i >= hv_system.cells.count)
		return HV_E_NO_CELL;
	return right & RIGHTS & ~hv_cell_row((uint32_t)cell_i)->managed ?
		HV_E_DENIED : 0;
}

/* The caller may, and its cell, where the call takes one, is there. */
static int64_t dispatch(struct hv_cpu_state *cpu, uint64_t *x)
{
	uint32_t cell_i = (uint32_t)x[1];

	switch ((uint32_t)x[0]) {
	case HV_CALL_VERSION:
		version(cpu, x);
		return 0;
	case HV_CALL_IDENTITY:
		__builtin_memcpy(x + 1, &hv_system.identity, sizeof(struct hv_sha256));
		__builtin_memcpy(x + 5, &hv_system.runtime, sizeof(struct hv_sha256));
		return 0;
	case HV_CALL_CELL_INFO:
		cell_info(cell_i, x);
		return 0;
	case HV_CALL_CELL_STATE:
		cell_state(cell_i, x);
		return 0;
	case HV_CALL_START:
		return change(cell_i, LIFE_START);
	case HV_CALL_STOP:
		return change(cell_i, LIFE_STOP);
	case HV_CALL_LOAD_BEGIN:
		return change(cell_i, LIFE_LOAD_BEGIN);
	case HV_CALL_LOAD_END:
		return change(cell_i, LIFE_LOAD_END);
	case HV_CALL_WINDOW:
		return tell_window(cell_i, x);
	case HV_CALL_CONSOLE_READ:
		return console_read(x[1] == HV_NONE ? hv_system.cells.count : cell_i, x);
	case HV_CALL_CONSOLE_WRITE:
		return console_in(cell_i, x);
	case HV_CALL_EVENT:
		return event_get(x) ? 0 : HV_E_EMPTY;
	case HV_CALL_STATS:
		return stats(cell_i, x);
	case HV_CALL_REGISTERS:
		return registers(cell_i, x);
	case HV_CALL_PEEK:
		return peek(cell_i, x);
	case HV_CALL_CHANNEL:
		return channel(cpu, x);
	case HV_CALL_LATE_COMMIT:
		return late_commit(cpu);
	case HV_CALL_LATE_STOP:
		return late_stop(cpu);
	case HV_CALL_LATE_LEAVE:
		return late_leave(cpu);
	case HV_CALL_CRASH:
		cell_end(cpu, END_CRASH, "it says so");
	case HV_CALL_VIRTIO:
		return virtio(cpu, x);
	case HV_CALL_VIRTIO_VIEW:
		return virtio_view(cpu, x);
	}
	return HV_E_NOT_SUPPORTED;
}

void manage_call(struct hv_cpu_state *cpu, uint64_t *x)
{
	uint32_t number = (uint32_t)x[0] - HV_CALL_FIRST;
	uint32_t right = number < N_CALLS ? rights[number] : ANYBODYS;
	int64_t answer = judge(cpu, right, x[1]);
	struct hv_cell_state *run = &hv.cells[x[1] % HV_MAX_CELLS];

	if (answer == 0) {
		if (right & LOCKED)
			lock_take(&run->lock);
		answer = dispatch(cpu, x);
		if (right & LOCKED)
			lock_drop(&run->lock);
	}
	x[0] = (uint64_t)answer;
}
