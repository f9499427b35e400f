/* SPDX-License-Identifier: BSD-2-Clause */
#include "emit/tables.h"

#include <inttypes.h>

#include "hv_abi.h"

#include "emit/c_text.h"
#include "place/layout.h"
#include "target/target.h"

/* Prints n, or HV_NONE when there is none. */
static void index_or_none(FILE *out, const char *field, bool is_there,
			  uint64_t n)
{
	if (is_there)
		fprintf(out, ".%s = %" PRIu64 ", ", field, n);
	else
		fprintf(out, ".%s = HV_NONE, ", field);
}

static uint32_t spi_id(const struct layout *l, uint32_t spi)
{
	return l->model->target->line_id(LINE_SPI, spi);
}

/* ---- CPUs ---------------------------------------------------------------- */

static const struct cell *owner_of(const struct model *m, size_t cpu_i,
				   size_t *index)
{
	for (size_t c = 0; c < m->n_cells; c++)
		for (size_t i = 0; i < m->cells[c].n_cpus; i++)
			if (m->cells[c].cpus[i].index == cpu_i) {
				*index = i;
				return &m->cells[c];
			}
	return NULL;
}

static void print_cpus(FILE *out, const struct source *s,
		       const struct layout *l)
{
	const struct board *b = l->model->board;

	fputs("\t.rows.cpus = {\n", out);
	for (size_t i = 0; i < b->n_cpus; i++) {
		size_t k = 0;
		const struct cell *c = owner_of(l->model, i, &k);

		fprintf(out, "\t\t{ .hwid = 0x%" PRIx64 ", .virtual_hwid = 0x%"
			PRIx64 ", ", b->cpus[i].hwid,
			c ? layout_cpu_hwid(l, c, k) : b->cpus[i].hwid);
		index_or_none(out, "cell", c, c ? c->index : 0);
		fprintf(out, ".index = %zu, .delivery = %s,"
			" .area = { 0x%" PRIx64 " } },", k,
			l->ipi_spis[i] == UINT32_MAX ? "HV_DELIVERY_VIRTUAL" :
						       "HV_DELIVERY_DIRECT",
			l->hypervisor.cpu_areas.base.u + i * HV_CPU_AREA_SIZE);
		c_from(out, s, c ? c->cpus[k].at : b->cpus[i].at);
	}
	fputs("\t},\n", out);
}

/* ---- cells --------------------------------------------------------------- */

/* Where the rows of one cell start in the lists of all cells. */
struct firsts { size_t regions, mmio, copies, line_words, mmio_slots; };

static bool has_payload(const struct cell_layout *c)
{
	return c->n_pieces > 1;		/* one is the tree */
}

/* What an ELF file leaves out is zero before the first start as before any. */
static bool needs_zeros(const struct cell_layout *c)
{
	for (size_t i = 0; i < c->n_pieces; i++)
		if (c->pieces[i].kind == PIECE_ELF_SEGMENT &&
		    c->pieces[i].memory_size > c->pieces[i].size)
			return true;
	return false;
}

void tables_flag(FILE *out, const char **or, bool is_set, const char *name)
{
	if (!is_set)
		return;
	fprintf(out, "%s%s", *or, name);
	*or = " | ";
}

void tables_no_flag(FILE *out, const char *or)
{
	if (!*or)
		fputc('0', out);
}

static void print_cell_flags(FILE *out, const struct cell_layout *c)
{
	const struct cell *cell = c->cell;
	const char *or = "";

	fputs("\t\t  .flags = ", out);
	tables_flag(out, &or, cell->is_root, "HV_CELL_ROOT");
	tables_flag(out, &or, has_payload(c), "HV_CELL_HAS_PAYLOAD");
	tables_flag(out, &or, has_payload(c) && !cell->is_start_manual,
		   "HV_CELL_START_AT_BOOT");
	tables_flag(out, &or, cell->is_scrub_at_boot || needs_zeros(c),
		   "HV_CELL_SCRUB_AT_BOOT");
	tables_flag(out, &or, cell->has_pmu, "HV_CELL_PMU");
	tables_flag(out, &or, cell->boot.kind == BOOT_RUNNING,
		   "HV_CELL_RUNNING");
	tables_flag(out, &or, cell->takes_any_payload, "HV_CELL_PAYLOAD_ANY");
	tables_no_flag(out, or);
	fputs(",\n", out);
}

static void print_managed(FILE *out, const struct source *s,
			  const struct layout *l, const struct cell *cell)
{
	const struct managed *m = &cell->managed;
	bool is_managed = l->model->root && !cell->is_root;
	const char *or = "";

	fputs("\t\t  .managed = ", out);
	tables_flag(out, &or, is_managed && m->may_start,
		   "HV_MANAGED_START");
	tables_flag(out, &or, is_managed && m->may_stop,
		   "HV_MANAGED_STOP");
	tables_flag(out, &or, is_managed && m->may_load,
		   "HV_MANAGED_LOAD");
	tables_flag(out, &or, is_managed && m->may_console,
		   "HV_MANAGED_CONSOLE");
	tables_no_flag(out, or);
	fputc(',', out);
	c_from(out, s, m->at);
}

static const char *action_name(enum lifecycle action)
{
	switch (action) {
	case ON_STOP:
		return "HV_ON_STOP";
	case ON_RESTART:
		return "HV_ON_RESTART";
	case ON_KEEP:
		return "HV_ON_KEEP";
	case ON_MACHINE_OFF:
		return "HV_ON_MACHINE_OFF";
	case ON_MACHINE_RESET:
		break;
	}
	return "HV_ON_MACHINE_RESET";
}

static void print_on(FILE *out, const struct source *s, const char *field,
		     const struct on_event *on)
{
	fprintf(out, "\t\t  .%s = { %s, %u },", field, action_name(on->action),
		on->limit);
	c_from(out, s, on->at);
}

static const char *console_name(enum console_kind kind)
{
	switch (kind) {
	case CONSOLE_NONE:
		return "HV_CONSOLE_NONE";
	case CONSOLE_VIRTUAL:
		return "HV_CONSOLE_VIRTUAL";
	case CONSOLE_DEVICE:
		break;
	}
	return "HV_CONSOLE_DEVICE";
}

static void print_console(FILE *out, const struct source *s,
			  const struct layout *l, const struct cell_layout *c)
{
	fprintf(out, "\t\t  .console = %s, ", console_name(c->cell->console));
	index_or_none(out, "console_line", c->has_console_line,
		      c->has_console_line ? spi_id(l, c->console_spi) : 0);
	index_or_none(out, "event_line", c->has_event_line,
		      c->has_event_line ? spi_id(l, c->event_spi) : 0);
	fprintf(out, ".console_ring = { 0x%" PRIx64 " },",
		c->console_ring.u);
	c_from(out, s, c->cell->console_at);
}

static void print_cell_cpus(FILE *out, const struct source *s,
			    const struct cell *cell)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < cell->n_cpus; i++)
		mask |= UINT64_C(1) << cell->cpus[i].index;
	fprintf(out, "\t\t  .cpu_mask = 0x%" PRIx64 ", .boot_cpu = %u,"
		" .n_cpus = %zu,", mask, cell->cpus[0].index, cell->n_cpus);
	c_from(out, s, cell->cpus[0].at);
}

static void print_cell_lists(FILE *out, const struct layout *l,
			     const struct cell_layout *c,
			     const struct firsts *at)
{
	size_t n_words = (32 + (size_t)l->model->board->n_spis + 31) / 32;

	fputs("\t\t  ", out);
	tables_list(out, "regions", "regions", "struct hv_region", at->regions,
		    c->n_mappings);
	fputs(",\n\t\t  ", out);
	tables_list(out, "mmio", "mmio", "struct hv_mmio", at->mmio,
		    c->n_traps);
	fputs(",\n\t\t  ", out);
	tables_list(out, "copies", "copies", "struct hv_copy", at->copies,
		    tables_n_copies(c));
	fputs(",\n\t\t  ", out);
	tables_list(out, "line_words", "line_words", "uint32_t",
		    at->line_words, n_words);
	fputs(",\n", out);
}

static void print_cell(FILE *out, const struct source *s,
		       const struct layout *l, const struct cell_layout *c,
		       struct firsts *at)
{
	fputs("\t\t{ .name = ", out);
	c_string(out, c->cell->name);
	fputc(',', out);
	c_from(out, s, c->cell->at);
	print_cell_flags(out, c);
	print_managed(out, s, l, c->cell);
	print_cell_cpus(out, s, c->cell);
	fprintf(out, "\t\t  .entry = { 0x%" PRIx64 " }, .tree = { 0x%" PRIx64
		" },", c->entry.u, c->tree.u);
	c_from(out, s, c->cell->boot.at);
	print_cell_lists(out, l, c, at);
	print_on(out, s, "on_crash", &c->cell->on_crash);
	print_on(out, s, "on_reboot", &c->cell->on_reboot);
	print_on(out, s, "on_poweroff", &c->cell->on_poweroff);
	fprintf(out, "\t\t  .root_switch = %u,\n", c->root_switch_i);
	print_console(out, s, l, c);
	tables_cell_slots(out, c, at->mmio_slots);
	at->regions += c->n_mappings;
	at->mmio += c->n_traps;
	at->copies += tables_n_copies(c);
	at->line_words += (32 + (size_t)l->model->board->n_spis + 31) / 32;
	at->mmio_slots += tables_n_slots(c);
}

static void print_cells(FILE *out, const struct source *s,
			const struct layout *l)
{
	struct firsts at = { 0 };

	fputs("\t.rows.cells = {\n", out);
	for (size_t i = 0; i < l->model->n_cells; i++)
		print_cell(out, s, l, &l->cells[i], &at);
	fputs("\t},\n", out);
}

/* ---- what cells see ------------------------------------------------------ */

static const char *region_kind(const struct mapping *m)
{
	switch (m->kind) {
	case MAP_RAM:
		return "HV_REGION_RAM";
	case MAP_CHANNEL:
		return "HV_REGION_CHANNEL";
	case MAP_DEVICE:
		return "HV_REGION_DEVICE";
	case MAP_WINDOW:
		return "HV_REGION_WINDOW";
	case MAP_VIEW:
		break;
	}
	return "HV_REGION_VIEW";
}

static void print_access(FILE *out, const struct mapping *m)
{
	struct access a = m->access;
	const char *or = "";

	tables_flag(out, &or, a.may_read, "HV_READ");
	tables_flag(out, &or, a.may_write, "HV_WRITE");
	tables_flag(out, &or, a.may_execute, "HV_EXECUTE");
	tables_flag(out, &or, a.is_uncached, "HV_UNCACHED");
	tables_flag(out, &or, m->is_shared, "HV_SHARED");
	tables_no_flag(out, or);
}

static void print_region_arg(FILE *out, const struct mapping *m)
{
	switch (m->kind) {
	case MAP_RAM:
	case MAP_DEVICE:
		fputs("HV_NONE", out);
		break;
	case MAP_CHANNEL:
		fprintf(out, "%u", m->channel->index);
		break;
	case MAP_WINDOW:
		fprintf(out, "%u", m->subject->index);
		break;
	case MAP_VIEW:
		fprintf(out, "%u", m->virtio->index);
		break;
	}
}

static void print_region(FILE *out, const struct mapping *m)
{
	fprintf(out, "\t\t{ { 0x%" PRIx64 " }, { 0x%" PRIx64 " }, 0x%" PRIx64
		", %s, ", m->pa.u, m->ipa.base.u, m->ipa.size, region_kind(m));
	print_access(out, m);
	fputs(", ", out);
	print_region_arg(out, m);
	fputs(", 0 },", out);
}

static void print_regions(FILE *out, const struct source *s,
			  const struct layout *l)
{
	fputs("\t.rows.regions = {\n", out);
	for (size_t i = 0; i < l->model->n_cells; i++)
		for (size_t k = 0; k < l->cells[i].n_mappings; k++) {
			print_region(out, &l->cells[i].mappings[k]);
			c_from(out, s, l->cells[i].mappings[k].at);
		}
	fputs("\t},\n", out);
}

static void print_copies(FILE *out, const struct source *s,
			 const struct layout *l)
{
	fputs("\t.rows.copies = {\n", out);
	for (size_t i = 0; i < l->model->n_cells; i++)
		for (size_t k = 0; k < l->cells[i].n_pieces; k++) {
			const struct piece *p = &l->cells[i].pieces[k];

			if (!p->has_pristine)
				continue;
			fprintf(out, "\t\t{ { 0x%" PRIx64 " }, { 0x%" PRIx64
				" }, 0x%" PRIx64 " },", p->pristine.u, p->pa.u,
				p->size);
			c_from(out, s, p->payload ? p->payload->at
						  : l->model->cells[i].at);
		}
	fputs("\t},\n", out);
}

void tables_rows(FILE *out, const struct source *s, const struct layout *l,
		 const struct tables_counts *n)
{
	if (n->cpus)
		print_cpus(out, s, l);
	if (n->cells)
		print_cells(out, s, l);
	if (n->regions)
		print_regions(out, s, l);
	if (n->mmio)
		tables_mmio(out, s, l);
	if (n->copies)
		print_copies(out, s, l);
	tables_board_rows(out, s, l, n);
	tables_virtio(out, s, l, n);
	if (n->mmio_slots)
		tables_mmio_slots(out, s, l);
}
