/* SPDX-License-Identifier: BSD-2-Clause */
/* The state that cell.c works on, as the tables say it is at boot. */
#include "core/cell.h"

#include "core/late.h"
#include "core/mmio.h"
#include "dev/console.h"
#include "dev/virtio.h"

struct hv_runtime hv;

static void cpu_init(uint32_t cpu_i)
{
	const struct hv_cpu *row = hv_cpu_row(cpu_i);
	struct hv_cpu_state *cpu = hv_cpu(cpu_i);

	__builtin_memset(cpu, 0, HV_CPU_STATE_SIZE);
	cpu->row = row;
	cpu->cpu_i = cpu_i;
	cpu->cell_i = row->cell;
	if (row->cell == HV_NONE)
		return;
	cpu->cell = hv_cell_row(row->cell);
	cpu->run = &hv.cells[row->cell];
	cpu->next = cpu->run->cpus;
	cpu->run->cpus = cpu;
	mmio_init(cpu);
}

static void cell_init_one(uint32_t cell_i, bool is_late)
{
	const struct hv_cell *cell = hv_cell_row(cell_i);
	struct hv_cell_state *run = &hv.cells[cell_i];
	bool has_payload = cell->flags & HV_CELL_HAS_PAYLOAD;
	bool is_scrubbed = cell->flags & HV_CELL_SCRUB_AT_BOOT;

	run->n_awaited = cell->n_cpus + is_late;
	run->state = has_payload ? CELL_LOADED : CELL_EMPTY;
	if (!is_scrubbed && !(has_payload && hv.boot.move.n_left))
		return;
	run->after = has_payload ? CELL_LOADED : CELL_CLEAN;
	run->state = CELL_CLEANING;
	run->phase = is_scrubbed ? CLEAN_LINES : CLEAN_PLACE;
	run->is_sparing = cell->copies.count == 0;
}

void cell_init(void)
{
	bool is_late = late_is_meant();

	hv.boot.is_begun = true;
	for (uint32_t i = 0; i < hv_system.cells.count; i++)
		cell_init_one(i, is_late);
	/* Backwards, as each goes to the front of its cell's. */
	for (uint32_t i = hv_system.cpus.count; i != 0; i--)
		cpu_init(i - 1);
	if (hv_system.virtios.count)
		virtio_init();
}

static bool starts_at_boot(const struct hv_cell *cell)
{
	return (cell->flags & HV_CELL_HAS_PAYLOAD) &&
	       (cell->flags & HV_CELL_START_AT_BOOT);
}

/* One less to wait for; `self` looks at its cell by itself. */
static void came(uint32_t cell_i, uint32_t self)
{
	const struct hv_cell *cell = hv_cell_row(cell_i);
	struct hv_cell_state *run = &hv.cells[cell_i];

	lock_take(&run->lock);
	if (run->n_awaited == 1 && starts_at_boot(cell))
		life_must(cell_i, LIFE_BOOT);
	/* After the state, which others read after this: end.c. */
	__atomic_store_n(&run->n_awaited, run->n_awaited - 1, __ATOMIC_SEQ_CST);
	lock_drop(&run->lock);
	if (cell->boot_cpu != self)
		arch_ipi(hv_cpu(cell->boot_cpu));
}

void cell_cpu_came(struct hv_cpu_state *cpu)
{
	__atomic_store_n(&cpu->up, CPU_UP, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&hv.is_panicking, __ATOMIC_SEQ_CST))
		arch_halt();	/* its IPI may have come too early */
	if (cpu->cell)
		came(cpu->cell_i, cpu->cpu_i);
}

void cell_start_all(void)
{
	for (uint32_t i = 0; i < hv_system.cells.count; i++)
		came(i, HV_NONE);
}

void panic(const char *why)
{
	if (!__atomic_exchange_n(&hv.is_panicking, 1, __ATOMIC_SEQ_CST)) {
		console_early_puts("hvisor: panic: ", why);
		for (uint32_t i = 0; i < hv_system.cpus.count; i++)
			arch_ipi(hv_cpu(i));
	}
	arch_halt();
}
