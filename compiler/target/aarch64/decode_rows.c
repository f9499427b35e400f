/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers in the tables' rows, read as the manual says (DDI 0487J.a),
 * and the rows that only Armv8-A has.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "hv_abi_aarch64.h"
#include "target/aarch64/decode.h"

static uint64_t field(uint64_t v, unsigned int low, unsigned int bits)
{
	return (v >> low) & ((UINT64_C(1) << bits) - 1);
}

/*
 * PS, the same in TCR_EL2 and VTCR_EL2 (D17.2.139): the smallest that has the
 * board's bits. More could be more than the processor has. 0: not that one.
 */
static unsigned int size_bits(uint64_t ps, unsigned int pa_bits)
{
	static const unsigned int bits[] = { 32, 36, 40, 42, 44, 48 };

	if (ps >= ARRAY_SIZE(bits) || bits[ps] < pa_bits ||
	    (ps && bits[ps - 1] >= pa_bits))
		return 0;
	return bits[ps];
}

/*
 * Bits that the two registers have in common: walks are write-back, write-
 * allocate, inner shareable, in 4 KiB granules.
 */
static bool has_our_walks(uint64_t v)
{
	return field(v, 8, 2) == 1 && field(v, 10, 2) == 1 &&
	       field(v, 12, 2) == 3 && field(v, 14, 2) == 0;
}

/*
 * VTCR_EL2 (D17.2.157): bit 31 is RES1; 8-bit VMIDs; no hardware updates of
 * the tables. SL0 says where the walk begins: 1 is level 1, 2 is level 0.
 */
static const char *read_vtcr(const struct hv_a64_board *b, struct walk *w)
{
	uint64_t v = b->vtcr_el2, level = field(v, 6, 2);

	if (v >> 32 || !field(v, 31, 1) || field(v, 19, 12) ||
	    !has_our_walks(v) || (level != 1 && level != 2))
		return "VTCR_EL2 has bits that no image of ours has";
	w->is_stage2 = true;
	w->input_bits = 64 - (unsigned int)field(v, 0, 6);
	w->output_bits = size_bits(field(v, 16, 3), b->pa_bits);
	w->first_level = level == 1 ? 1 : 0;
	if (w->input_bits != b->pa_bits || !w->output_bits)
		return "VTCR_EL2 does not have the board's address bits";
	if (w->input_bits <= (level == 1 ? 30 : 39) || w->input_bits > 48)
		return "VTCR_EL2 begins at the wrong level";
	return NULL;
}

/*
 * TCR_EL2 with E2H 0 (D17.2.139): bits 31 and 23 are RES1; no tagged
 * addresses, no hardware updates.
 */
static const char *read_tcr(const struct hv_a64_board *b, struct walk *w)
{
	uint64_t v = b->tcr_el2;

	if (v >> 32 || !field(v, 31, 1) || !field(v, 23, 1) ||
	    field(v, 24, 7) || field(v, 19, 4) || field(v, 6, 2) ||
	    !has_our_walks(v))
		return "TCR_EL2 has bits that no image of ours has";
	w->input_bits = 64 - (unsigned int)field(v, 0, 6);
	w->output_bits = size_bits(field(v, 16, 3), b->pa_bits);
	if (w->input_bits != b->pa_bits || !w->output_bits)
		return "TCR_EL2 does not have the board's address bits";
	/* D8.2.1: with 4 KiB granules level 0 begins above 39 bits. */
	w->first_level = w->input_bits > 39 ? 0 : 1;
	if (w->input_bits <= 30 || w->input_bits > 48)
		return "TCR_EL2 begins at the wrong level";
	return NULL;
}

static const char *walk_cell(const struct table_rows *rows, size_t cell_i,
			     const struct pool_view *pool, struct runs *out)
{
	const struct hv_a64_cell *cell =
		&((const struct hv_a64_cell *)rows->cells)[cell_i];
	struct walk w = { .pool = pool, .runs = out };
	const char *fault = read_vtcr(rows->board, &w);

	if (fault)
		return fault;
	/* VMID in 63:48, of which 8 bits count; bit 0 is CnP. 0 is nobody's. */
	if (field(cell->vttbr_el2, 48, 16) != cell_i + 1)
		return "VTTBR_EL2 has another cell's VMID";
	w.root = field(cell->vttbr_el2, 0, 48);
	return decode_walk(&w);
}

static const char *walk_hypervisor(const struct table_rows *rows,
				   const struct pool_view *pool,
				   struct runs *out)
{
	const struct hv_a64_board *b = rows->board;
	struct walk w = { .pool = pool, .runs = out };
	const char *fault = read_tcr(b, &w);

	if (fault)
		return fault;
	if (b->mair_el2 != (UINT64_C(0xff) | UINT64_C(0x04) << 8 |
			    UINT64_C(0x44) << 16))
		return "MAIR_EL2 is not Normal, Device-nGnRE, Non-cacheable";
	w.mair = b->mair_el2;
	w.root = b->ttbr0_el2;
	return decode_walk(&w);
}

static uint32_t trap_handler(enum trap_kind kind)
{
	switch (kind) {
	case TRAP_CONTROLLER:
		return HV_A64_MMIO_GICD;
	case TRAP_CONTROLLER_CPU:
		return HV_A64_MMIO_GICR;
	case TRAP_CONSOLE:
	case TRAP_DOORBELL:
		return 0;
	}
	return 0;
}

/* ---- boot header ---------------------------------------------------------- */

static uint64_t number(const uint8_t *bytes, size_t size)
{
	uint64_t v = 0;

	for (size_t i = 0; i < size; i++)
		v |= (uint64_t)bytes[i] << 8 * i;
	return v;
}

/*
 * Documentation/arm64/booting of the Linux kernel: a branch to the text, and
 * code1, text_offset, three reserved words and the PE offset zero; flags say
 * little-endian, 4 KiB pages, anywhere.
 */
static const char *check_boot_header(const uint8_t header[64],
				     const struct layout *l, uint64_t file_size)
{
	uint64_t text = l->hypervisor.text.base.u - l->hypervisor.all.base.u;

	/* B, immediate: DDI 0487J.a C6.2.25 */
	if (number(header, 4) != (0x14000000 | text / 4))
		return "does not branch to the runtime's first instruction";
	if (number(header + 4, 4) || number(header + 8, 8) ||
	    number(header + 32, 8) || number(header + 40, 8) ||
	    number(header + 48, 8) || number(header + 60, 4))
		return "has a field that has to be zero";
	if (number(header + 16, 8) != file_size)
		return "does not have the size of the file";
	if (number(header + 24, 8) != 0xa)
		return "has other flags than 4 KiB pages, anywhere";
	if (number(header + 56, 4) != 0x644d5241)
		return "has no magic";
	return NULL;
}

/* ---- rows ---------------------------------------------------------------- */

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

static void check_board(const struct checking *c, const struct hv_a64_board *is,
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

static void check_rows(struct arena *a, const struct table_rows *rows,
		       const struct layout *l, decode_tell *tell, void *arg)
{
	const struct checking c = { a, tell, arg };
	const struct hv_a64_cpu *cpus = rows->cpus;

	check_board(&c, rows->board, l->model->board);
	for (size_t i = 0; i < l->model->board->n_cpus; i++) {
		struct pa_range frames = l->cpu_controllers[i];

		same(&c, "a CPU's redistributor", cpus[i].gicr.u, frames.base.u);
		same(&c, "the size of a CPU's redistributor", cpus[i].gicr_size,
		     frames.size);
	}
}

const struct decoder aarch64_decoder = {
	.board_size = sizeof(struct hv_a64_board),
	.cpu_size = sizeof(struct hv_a64_cpu),
	.cell_size = sizeof(struct hv_a64_cell),
	.trap_handler = trap_handler,
	.check_boot_header = check_boot_header,
	.check_rows = check_rows,
	.walk_cell = walk_cell,
	.walk_hypervisor = walk_hypervisor,
};
