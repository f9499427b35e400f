/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables as C: one object, one row a line, each with the line of text that
 * it came from. The compiler checks types and sizes; that offsets are those of
 * the layout is asserted in the C itself.
 */
#include <inttypes.h>

#include "hv_abi.h"

#include "emit/c_text.h"
#include "emit/emit.h"
#include "emit/tables.h"
#include "target/target.h"

static size_t n_line_words(const struct layout *l)
{
	return (32 + (size_t)l->model->board->n_spis + 31) / 32;
}

size_t tables_n_copies(const struct cell_layout *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_pieces; i++)
		n += c->pieces[i].has_pristine;
	return n;
}

size_t tables_n_slots(const struct cell_layout *c)
{
	return c->n_traps ? slots_count(c->trap_slots.hash) : 0;
}

static struct tables_counts count(const struct layout *l)
{
	const struct model *m = l->model;
	struct tables_counts n = {
		.cpus = m->board->n_cpus,
		.cells = m->n_cells,
		.ram = m->board->n_memory,
		.channels = m->n_channels,
		.ends = l->n_ends,
		.virtios = m->n_virtios,
		.views = l->n_views,
		.switches = l->n_switches,
		.line_words = m->n_cells * n_line_words(l),
	};

	for (size_t i = 0; i < m->n_cells; i++) {
		n.regions += l->cells[i].n_mappings;
		n.mmio += l->cells[i].n_traps;
		n.copies += tables_n_copies(&l->cells[i]);
		n.mmio_slots += tables_n_slots(&l->cells[i]);
	}
	for (size_t i = 0; i < l->n_switches; i++)
		n.switch_words += l->pool->switches[i].n_words;
	return n;
}

/* ---- the type ------------------------------------------------------------ */

static void member(FILE *out, const char *type, const char *name, size_t n)
{
	if (n)
		fprintf(out, "\t%s %s[%zu];\n", type, name, n);
}

static void arch_member(FILE *out, const char *tag, const char *name, size_t n)
{
	fprintf(out, "\tstruct %s %s[%zu];\n", tag, name, n);
}

static void print_types(FILE *out, const struct layout *l,
			const struct tables_counts *n)
{
	const struct target *t = l->model->target;
	const struct hypervisor_layout *h = &l->hypervisor;

	fputs("struct hv_rows {\n\tstruct hv_head head;\n", out);
	arch_member(out, t->row_board, "arch_board", 1);
	member(out, "struct hv_cpu", "cpus", n->cpus);
	member(out, "struct hv_cell", "cells", n->cells);
	member(out, "struct hv_region", "regions", n->regions);
	member(out, "struct hv_mmio", "mmio", n->mmio);
	member(out, "struct hv_copy", "copies", n->copies);
	member(out, "struct hv_ram", "ram", n->ram);
	member(out, "struct hv_channel", "channels", n->channels);
	member(out, "struct hv_end", "ends", n->ends);
	member(out, "struct hv_virtio", "virtios", n->virtios);
	member(out, "struct hv_view", "views", n->views);
	member(out, "struct hv_switch", "switches", n->switches);
	member(out, "struct hv_switch_word", "switch_words", n->switch_words);
	arch_member(out, t->row_cpu, "arch_cpus", n->cpus);
	arch_member(out, t->row_cell, "arch_cells", n->cells);
	member(out, "uint32_t", "line_words", n->line_words);
	member(out, "uint16_t", "mmio_slots", n->mmio_slots);
	fprintf(out, "};\n\n"
		"struct hv_tables {\n"
		"\tunion {\n"
		"\t\tstruct hv_rows rows;\n"
		"\t\tuint64_t room[0x%" PRIx64 "];\n"
		"\t};\n"
		"\tuint64_t pool[%" PRIu64 "];\n"
		"};\n\n", h->pool_offset / 8,
		(h->tables.size - h->pool_offset) / 8);
}

static void print_asserts(FILE *out, const struct layout *l)
{
	const struct hypervisor_layout *h = &l->hypervisor;

	fprintf(out, "_Static_assert(HV_ABI_VERSION == %u, \"abi\");\n"
		"_Static_assert(sizeof(struct hv_rows) <= 0x%" PRIx64
		", \"rows\");\n"
		"_Static_assert(offsetof(struct hv_tables, pool) == 0x%" PRIx64
		", \"pool\");\n"
		"_Static_assert(sizeof(struct hv_tables) == 0x%" PRIx64
		", \"tables\");\n\n", HV_ABI_VERSION, h->pool_offset,
		h->pool_offset, h->tables.size);
}

/* ---- the head ------------------------------------------------------------ */

void tables_list(FILE *out, const char *field, const char *member,
		 const char *type, size_t first, size_t n)
{
	if (!n)
		fprintf(out, ".%s = { 0, 0 }", field);
	else if (!first)
		fprintf(out, ".%s = { offsetof(struct hv_rows, %s), %zu }",
			field, member, n);
	else
		fprintf(out, ".%s = { offsetof(struct hv_rows, %s) + %zu *"
			" sizeof(%s), %zu }", field, member, first, type, n);
}

static void head_list(FILE *out, const char *name, size_t n)
{
	fputs("\t\t", out);
	tables_list(out, name, name, "", 0, n);
	fputs(",\n", out);
}

/* The runtime has one driver; a console of another kind stays silent. */
static bool is_pl011(const struct device *d)
{
	return d && d->uart == UART_PL011 && d->n_regs;
}

static void print_uart(FILE *out, const struct layout *l)
{
	const struct model *m = l->model;
	const struct device *d = m->hypervisor.console_device;
	bool has_uart = m->hypervisor.console == CONSOLE_DEVICE && is_pl011(d);

	fprintf(out, "\t\t.uart = %s,\n", has_uart ? "HV_UART_PL011"
						   : "HV_UART_NONE");
	fprintf(out, "\t\t.uart_base = { 0x%" PRIx64 " },\n",
		has_uart ? d->regs[0].range.base.u : 0);
	if (has_uart && d->n_lines)
		fprintf(out, "\t\t.uart_line = %u,\n", m->target->line_id(
			d->lines[0].kind, d->lines[0].number));
	else
		fputs("\t\t.uart_line = HV_NONE,\n", out);
	fprintf(out, "\t\t.uart_cpu = %u,\n", l->hypervisor.uart_cpu);
}

static void print_head(FILE *out, const struct source *s,
		       const struct layout *l, const struct tables_counts *n)
{
	const struct hypervisor_layout *h = &l->hypervisor;
	const struct model *m = l->model;

	fputs("\t.rows.head = {", out);
	c_from(out, s, m->hypervisor.at);
	fprintf(out, "\t\t.magic = HV_MAGIC,\n"
		"\t\t.abi_version = HV_ABI_VERSION,\n"
		"\t\t.arch = %u,\n"
		"\t\t.total_size = 0x%" PRIx64 ",\n"
		"\t\t.base = { 0x%" PRIx64 " },\n"
		"\t\t.image_size = 0x%" PRIx64 ",\n"
		"\t\t.memory_size = 0x%" PRIx64 ",\n",
		m->target->elf_machine, h->tables.size, h->all.base.u,
		h->image_size, h->all.size);
	head_list(out, "cpus", n->cpus);
	head_list(out, "cells", n->cells);
	head_list(out, "ram", n->ram);
	head_list(out, "channels", n->channels);
	head_list(out, "ends", n->ends);
	head_list(out, "switches", n->switches);
	fprintf(out, "\t\t.pool = { 0x%" PRIx64 ", %" PRIu64 " },\n",
		h->pool_offset, (h->tables.size - h->pool_offset) / 8);
	head_list(out, "arch_board", 1);
	head_list(out, "arch_cpus", n->cpus);
	head_list(out, "arch_cells", n->cells);
	if (m->root)
		fprintf(out, "\t\t.root_cell = %u,\n", m->root->index);
	else
		fputs("\t\t.root_cell = HV_NONE,\n", out);
	print_uart(out, l);
	fprintf(out, "\t\t.log_ring = { 0x%" PRIx64 " },\n",
		h->rings.base.u + h->rings.size - HV_RING_SIZE);
	head_list(out, "virtios", n->virtios);
	fputs("\t},\n", out);
}

/* ---- the pool ------------------------------------------------------------ */

static void print_pool(FILE *out, const struct source *s,
		       const struct layout *l)
{
	const struct page_pool *p = l->pool;

	fputs("\t.pool = {\n", out);
	for (size_t i = 0; i < p->n_words; i++) {
		if (i % 512 == 0) {
			fprintf(out, "\t\t/* granule %zu%s: ", i / 512,
				i < p->n_switched ? ", switched" : "");
			c_comment(out, p->granules[i / 512].what);
			fputs(" */\n", out);
		}
		if (!p->words[i])
			continue;
		fprintf(out, "\t\t[%zu] = 0x%" PRIx64 ",", i, p->words[i]);
		c_from(out, s, p->at[i]);
	}
	fputs("\t},\n", out);
}

void emit_tables(FILE *out, const struct source *s, const struct layout *l)
{
	const struct target *t = l->model->target;
	struct tables_counts n = count(l);

	fprintf(out, "/* Made by hvcc: the tables that the runtime obeys. */\n"
		"#include \"%s\"\n\n", t->abi_header);
	t->emit_image_head(out, l);
	print_types(out, l, &n);
	print_asserts(out, l);
	fputs("extern const struct hv_tables hv_system;\n"
	      "const struct hv_tables hv_system\n"
	      "\t__attribute__((section(\".hv_tables\"), used,"
	      " aligned(4096))) = {\n", out);
	print_head(out, s, l, &n);
	tables_rows(out, s, l, &n);
	t->emit_arch_tables(out, l);
	print_pool(out, s, l);
	fputs("};\n", out);
}
