/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rows of the emitted tables that only Armv8-A has, and the head of the
 * image: the 64 bytes of the arm64 boot protocol (Documentation/arm64/booting),
 * then ours.
 */
#include <inttypes.h>
#include <stdio.h>

#include "hv_abi_aarch64.h"

#include "place/layout.h"
#include "target/aarch64/aarch64.h"
#include "target/aarch64/encode.h"

/* The boot protocol's header. */
#define HEADER_SIZE 64u
#define MAGIC_AT 56u			/* "ARM\x64" */
#define FLAGS_4K_ANYWHERE 0x0au		/* 4 KiB pages, at any 2 MiB multiple */
/* B to the text, whose first instruction the linker script makes the entry. */
#define BRANCH(bytes) (0x14000000u | (bytes) / 4)

uint64_t aarch64_rows_size(const struct model *m)
{
	return sizeof(struct hv_a64_board) +
	       m->board->n_cpus * sizeof(struct hv_a64_cpu) +
	       m->n_cells * sizeof(struct hv_a64_cell);
}

static void print_board(FILE *out, const struct layout *l)
{
	const struct board *b = l->model->board;
	uint32_t bits = b->address_bits;

	fprintf(out, "\t.rows.arch_board = { {\n"
		"\t\t.gicd = { 0x%" PRIx64 " }, .gicd_size = 0x%" PRIx64 ",\n"
		"\t\t.n_lines = %u, .is_n_lines_assumed = %d,\n"
		"\t\t.conduit = %s, .pa_bits = %u,\n",
		b->controller.distributor.base.u,
		b->controller.distributor.size, 32 + b->n_spis,
		b->is_n_spis_assumed,
		b->conduit == CONDUIT_HVC ? "HV_A64_CONDUIT_HVC" :
		b->conduit == CONDUIT_SMC ? "HV_A64_CONDUIT_SMC" : "0", bits);
	fprintf(out, "\t\t.maintenance_line = %u, .hyp_timer_line = %u,\n"
		"\t\t.virtual_timer_line = %u, .physical_timer_line = %u,\n",
		aarch64_line_id(LINE_PPI, b->controller.maintenance_ppi),
		aarch64_line_id(LINE_PPI, b->timer.hyp_ppi),
		aarch64_line_id(LINE_PPI, b->timer.virtual_ppi),
		aarch64_line_id(LINE_PPI, b->timer.physical_ppi));
	fprintf(out, "\t\t.ttbr0_el2 = 0x%" PRIx64 ", .tcr_el2 = 0x%" PRIx64
		",\n\t\t.mair_el2 = 0x%" PRIx64 ", .vtcr_el2 = 0x%" PRIx64
		",\n\t} },\n", encode_ttbr0_el2(l), encode_tcr_el2(bits),
		encode_mair_el2(), encode_vtcr_el2(bits));
}

static void print_cpu(FILE *out, const struct layout *l, size_t i)
{
	fprintf(out, "\t\t{ { 0x%" PRIx64 " }, 0x%" PRIx64 ", .ipi_line = ",
		l->cpu_controllers[i].base.u, l->cpu_controllers[i].size);
	if (l->ipi_spis[i] == UINT32_MAX)
		fputs("HV_NONE", out);
	else
		fprintf(out, "%u", aarch64_line_id(LINE_SPI, l->ipi_spis[i]));
	fprintf(out, " },\t/* CPU %zu */\n", i);
}

void aarch64_emit_rows(void *file, const struct layout *l)
{
	FILE *out = file;

	print_board(out, l);
	fputs("\t.rows.arch_cpus = {\n", out);
	for (size_t i = 0; i < l->model->board->n_cpus; i++)
		print_cpu(out, l, i);
	fputs("\t},\n\t.rows.arch_cells = {\n", out);
	for (size_t i = 0; i < l->model->n_cells; i++)
		fprintf(out, "\t\t{ 0x%" PRIx64 " },\t/* %s */\n",
			encode_vttbr_el2(l, &l->model->cells[i]),
			l->model->cells[i].name);
	fputs("\t},\n", out);
}

/* Bytes of a little-endian number at an offset of the header. */
static void put(uint8_t *header, size_t at, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		header[at + i] = (uint8_t)(value >> 8 * i);
}

/*
 * Identity, segments and file size are not known before the link; image writes
 * them, and the protocol's image_size once more.
 */
void aarch64_emit_head(void *file, const struct layout *l)
{
	FILE *out = file;
	uint8_t header[HEADER_SIZE] = { 0 };

	put(header, 0, BRANCH(HV_IMAGE_HEAD_SIZE), 4);
	put(header, 16, l->hypervisor.image_size, 8);
	put(header, 24, FLAGS_4K_ANYWHERE, 8);
	put(header, MAGIC_AT, 0x644d5241, 4);
	fputs("extern const struct hv_image_head hv_image_head;\n"
	      "const struct hv_image_head hv_image_head\n"
	      "\t__attribute__((section(\".hv_image_head\"), used,"
	      " aligned(4096))) = {\n\t.boot_header = {", out);
	for (size_t i = 0; i < HEADER_SIZE; i++)
		fprintf(out, "%s0x%02x,", i % 8 ? " " : "\n\t\t", header[i]);
	fprintf(out, "\n\t},\n\t.magic = HV_IMAGE_MAGIC,\n"
		"\t.abi_version = HV_ABI_VERSION,\n"
		"\t.tables_offset = 0x%" PRIx64 ",\n};\n\n",
		l->hypervisor.tables.base.u - l->hypervisor.all.base.u);
}

void aarch64_emit_header(void *file, const struct layout *l)
{
	fprintf((FILE *)file, "#define GICD_BASE 0x%" PRIx64 "\n",
		l->model->board->controller.distributor.base.u);
}
