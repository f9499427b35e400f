/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rows that only Armv8-A has, against the layout.
 */
#include "target/aarch64/compare.h"

#include <inttypes.h>

#include "base/arena.h"
#include "hv_abi_aarch64.h"

static uint32_t trap_handler(enum trap_kind kind)
{
	switch (kind) {
	case TRAP_CONTROLLER:
		return HV_A64_MMIO_GICD;
	case TRAP_CONTROLLER_CPU:
		return HV_A64_MMIO_GICR;
	case TRAP_CONSOLE:
	case TRAP_DOORBELL:
	case TRAP_VIRTIO:
	case TRAP_VIRTIO_RING:
		return 0;
	}
	return 0;
}

struct checking {
	struct arena *arena;
	decode_tell *tell;
	void *arg;
};

static void same(const struct checking *c, const char *what, uint64_t is,
		 uint64_t should)
{
	if (is != should)
		c->tell(c->arg, arena_printf(c->arena, "%s is 0x%" PRIx64
					     ", not 0x%" PRIx64, what, is,
					     should));
}

/* INTIDs of PPIs begin at 16, of SPIs at 32. (GIC IHI 0069H 2.2) */
static uint32_t ppi(uint32_t number)
{
	return 16 + number;
}

static uint32_t spi_or_none(uint32_t number)
{
	return number == UINT32_MAX ? HV_NONE : 32 + number;
}

static uint32_t conduit(enum conduit c)
{
	switch (c) {
	case CONDUIT_SMC:
		return HV_A64_CONDUIT_SMC;
	case CONDUIT_HVC:
		return HV_A64_CONDUIT_HVC;
	case CONDUIT_NONE:
		return 0;
	}
	return 0;
}

static void compare_board(const struct checking *c, const struct hv_a64_board *is,
			const struct board *b)
{
	same(c, "the distributor", is->gicd.u, b->controller.distributor.base.u);
	same(c, "the distributor's size", is->gicd_size,
	     b->controller.distributor.size);
	same(c, "the number of lines", is->n_lines, 32 + b->n_spis);
	same(c, "is_n_lines_assumed", is->is_n_lines_assumed,
	     b->is_n_spis_assumed);
	same(c, "the conduit", is->conduit, conduit(b->conduit));
	same(c, "pa_bits", is->pa_bits, b->address_bits);
	same(c, "the maintenance line", is->maintenance_line,
	     ppi(b->controller.maintenance_ppi));
	same(c, "the hypervisor's timer line", is->hyp_timer_line,
	     ppi(b->timer.hyp_ppi));
	same(c, "the virtual timer's line", is->virtual_timer_line,
	     ppi(b->timer.virtual_ppi));
	same(c, "the physical timer's line", is->physical_timer_line,
	     ppi(b->timer.physical_ppi));
}

static void compare_rows(struct arena *a, const struct table_rows *rows,
		       const struct layout *l, decode_tell *tell, void *arg)
{
	const struct checking c = { a, tell, arg };
	const struct hv_a64_cpu *cpus = rows->cpus;

	compare_board(&c, rows->board, l->model->board);
	for (size_t i = 0; i < l->model->board->n_cpus; i++) {
		struct pa_range frames = l->cpu_controllers[i];

		same(&c, "a CPU's redistributor", cpus[i].gicr.u, frames.base.u);
		same(&c, "the size of a CPU's redistributor", cpus[i].gicr_size,
		     frames.size);
		same(&c, "the line of a CPU's IPI", cpus[i].ipi_line,
		     spi_or_none(l->ipi_spis[i]));
	}
}

const struct comparer aarch64_comparer = {
	.trap_handler = trap_handler,
	.compare_rows = compare_rows,
};
