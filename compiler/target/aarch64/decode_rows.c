/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers in the tables' rows, read as the manual says (DDI 0487J.a),
 * and the rows that only Armv8-A has.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/units.h"
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
	if (w->input_bits <= (level == 1 ? 30 : 39))
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
	if (w->input_bits <= 30)
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
				     uint64_t file_size)
{
	/* B, immediate: DDI 0487J.a C6.2.25 */
	if (number(header, 4) != (0x14000000 | HV_IMAGE_HEAD_SIZE / 4))
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

/* INTIDs: 0 are SGIs, from 16 PPIs, from 32 SPIs, to 1019. (GIC IHI 0069H 2.2) */
#define FIRST_PPI 16u
#define FIRST_SPI 32u
#define LINES_MAX 1020u
/* RD_base and SGI_base, of 64 KiB each. (GIC IHI 0069H 12.10) */
#define FRAMES_SIZE UINT64_C(0x20000)
/* (GIC IHI 0069H 12.8) */
#define DISTRIBUTOR_SIZE UINT64_C(0x10000)

/* Aff3 in 39:32, Aff2, Aff1 and Aff0 in 23:0 of MPIDR_EL1 (D17.2.98). */
#define AFFINITY_BITS UINT64_C(0xff00ffffff)

static bool is_ppi(uint32_t line)
{
	return line >= FIRST_PPI && line < FIRST_SPI;
}

/* Not of an empty one. */
static bool is_range(uint64_t base, uint64_t size, uint64_t align)
{
	return base % align == 0 && size % align == 0 &&
	       size - 1 <= UINT64_MAX - base;
}

static void check_board(struct arena *a, const struct hv_a64_board *b,
			decode_tell *tell, void *arg)
{
	const uint32_t ppis[] = { b->maintenance_line, b->hyp_timer_line,
				  b->virtual_timer_line,
				  b->physical_timer_line };

	if (b->gicd_size < DISTRIBUTOR_SIZE ||
	    !is_range(b->gicd.u, b->gicd_size, GRANULE))
		tell(arg, arena_printf(a, "the distributor is at 0x%" PRIx64
				       " and has 0x%" PRIx64 " bytes",
				       b->gicd.u, b->gicd_size));
	if (b->n_lines < FIRST_SPI || b->n_lines > LINES_MAX)
		tell(arg, arena_printf(a, "the number of lines is %" PRIu32,
				       b->n_lines));
	if (b->is_n_lines_assumed > 1)
		tell(arg, "is_n_lines_assumed is neither 0 nor 1");
	if (b->conduit != HV_A64_CONDUIT_SMC &&
	    b->conduit != HV_A64_CONDUIT_HVC)
		tell(arg, "the conduit is neither SMC nor HVC");
	if (b->pa_bits < 32 || b->pa_bits > 48)
		tell(arg, arena_printf(a, "pa_bits is %" PRIu32, b->pa_bits));
	for (size_t i = 0; i < ARRAY_SIZE(ppis); i++) {
		if (!is_ppi(ppis[i]))
			tell(arg, arena_printf(a, "line %" PRIu32 " of a timer"
					       " or for maintenance is no PPI",
					       ppis[i]));
		for (size_t k = 0; k < i; k++)
			if (ppis[i] == ppis[k])
				tell(arg, arena_printf(a, "line %" PRIu32 " has"
						       " two uses", ppis[i]));
	}
}

static void check_rows(struct arena *a, const struct table_rows *rows,
		       decode_tell *tell, void *arg)
{
	const struct hv_a64_cpu *cpus = rows->cpus;

	check_board(a, rows->board, tell, arg);
	for (uint32_t i = 0; i < rows->n_cpus; i++) {
		if (cpus[i].zero)
			tell(arg, arena_printf(a, "the padding of CPU %" PRIu32
					       " is 0x%" PRIx32, i,
					       cpus[i].zero));
		if (cpus[i].gicr_size < FRAMES_SIZE ||
		    !is_range(cpus[i].gicr.u, cpus[i].gicr_size, GRANULE))
			tell(arg, arena_printf(a, "the redistributor of CPU %"
					       PRIu32 " is at 0x%" PRIx64
					       " and has 0x%" PRIx64 " bytes", i,
					       cpus[i].gicr.u,
					       cpus[i].gicr_size));
	}
}

static struct decode_board read_board(const struct table_rows *rows)
{
	const struct hv_a64_board *b = rows->board;

	return (struct decode_board){
		.controller_base = b->gicd.u,
		.controller_size = b->gicd_size,
		.n_lines = b->n_lines,
		.first_shared = FIRST_SPI,
		.pa_bits = b->pa_bits,
		.ipa_bits = b->pa_bits,
	};
}

static void read_cpu(const struct table_rows *rows, uint32_t cpu_i,
		     uint64_t *base, uint64_t *size)
{
	const struct hv_a64_cpu *cpu =
		&((const struct hv_a64_cpu *)rows->cpus)[cpu_i];

	*base = cpu->gicr.u;
	*size = cpu->gicr_size;
}

static uint32_t ipi_line(const struct table_rows *rows, uint32_t cpu_i)
{
	return ((const struct hv_a64_cpu *)rows->cpus)[cpu_i].ipi_line;
}

static enum decode_handler handler(uint32_t handler)
{
	if (handler == HV_A64_MMIO_GICD)
		return DECODE_CONTROLLER;
	return handler == HV_A64_MMIO_GICR ? DECODE_CONTROLLER_CPU :
					     DECODE_OTHER;
}

/* SGIs are emulated; the list registers and EL2's timer are the runtime's. */
static bool may_own(const struct table_rows *rows, uint32_t line)
{
	const struct hv_a64_board *b = rows->board;

	return is_ppi(line) && line != b->maintenance_line &&
	       line != b->hyp_timer_line;
}

/* Binding arm,gic-v3: kind (0: SPI), number, trigger. */
static bool shared_line(const uint32_t *cells, uint32_t *line)
{
	*line = cells[1] < LINES_MAX - FIRST_SPI ? FIRST_SPI + cells[1] :
						   HV_NONE;
	return cells[0] == 0;
}

const struct decoder aarch64_decoder = {
	.machine = HV_A64_MACHINE,
	.board_size = sizeof(struct hv_a64_board),
	.cpu_size = sizeof(struct hv_a64_cpu),
	.cell_size = sizeof(struct hv_a64_cell),
	.line_cells = 3,
	.hwid_bits = AFFINITY_BITS,
	.entry_align = 4,
	.check_boot_header = check_boot_header,
	.check_rows = check_rows,
	.read_board = read_board,
	.read_cpu = read_cpu,
	.ipi_line = ipi_line,
	.handler = handler,
	.may_own = may_own,
	.shared_line = shared_line,
	.walk_cell = walk_cell,
	.walk_hypervisor = walk_hypervisor,
};
