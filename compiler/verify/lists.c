/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the rows are: each list lies in the tables, aligned, apart from every
 * other, and what no list has is zero. Nothing is read through a list before.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "verify/proof.h"

/* NULL: it was told why. An empty list has some address. */
static const void *find(struct proof *p, const char *who, const char *what,
			struct hv_list list, size_t row_size, uint32_t n_max)
{
	uint64_t size = (uint64_t)row_size * list.count;
	uint64_t align = row_size < 8 ? row_size : 8;

	if (!proof_claim(p, list.count <= n_max, "%s%s: there are %" PRIu32
			 ", at most %" PRIu32 " can be", what, who, list.count,
			 n_max))
		return NULL;
	if (!list.count) {
		proof_claim(p, !list.offset, "%s%s: the offset of an empty list"
			    " is 0x%" PRIx32, what, who, list.offset);
		return p->head;
	}
	if (!proof_claim(p, list.offset % align == 0 &&
			    list.offset <= p->tables_size &&
			    size <= p->tables_size - list.offset,
			 "%s%s: %" PRIu32 " of them are at 0x%" PRIx32 " of the"
			 " tables, which end at 0x%" PRIx64, what, who,
			 list.count, list.offset, p->tables_size))
		return NULL;
	if (!proof_claim(p, is_zero(p->is_seen + list.offset, size),
			 "%s%s: they overlap other rows", what, who))
		return NULL;
	memset(p->is_seen + list.offset, 1, (size_t)size);
	return (const uint8_t *)p->head + list.offset;
}

static bool find_cell(struct proof *p, struct cell_view *c)
{
	const char *who = arena_printf(p->arena, " of %s", c->who);
	uint32_t n_words = (p->board.n_lines + 31) / 32;

	c->regions = find(p, who, "regions", c->row->regions,
			  sizeof(*c->regions), UINT32_MAX);
	c->mmio = find(p, who, "mmio", c->row->mmio, sizeof(*c->mmio),
		       UINT32_MAX);
	c->mmio_slots = find(p, who, "mmio_slots", c->row->mmio_slots,
			     sizeof(*c->mmio_slots), UINT32_MAX);
	c->copies = find(p, who, "copies", c->row->copies, sizeof(*c->copies),
			 HV_MAX_SEGMENTS);
	c->lines = find(p, who, "lines", c->row->line_words, sizeof(*c->lines),
			n_words);
	c->window_switch = HV_NONE;
	return c->regions && c->mmio && c->mmio_slots && c->copies &&
	       c->lines &&
	       proof_claim(p, c->row->line_words.count == n_words, "%s: it has %"
			   PRIu32 " words of lines, the board has %" PRIu32,
			   c->who, c->row->line_words.count, n_words);
}

static bool find_cells(struct proof *p)
{
	uint32_t n = p->head->cells.count;
	const struct hv_cell *rows = find(p, "", "cells", p->head->cells,
					  sizeof(*rows), HV_MAX_CELLS);
	bool is_good = rows;

	if (!rows || !proof_claim(p, n, "there are no cells"))
		return false;
	p->cells = arena_array(p->arena, n, sizeof(*p->cells));
	for (uint32_t i = 0; i < n; i++) {
		struct cell_view *c = &p->cells[i];

		c->row = &rows[i];
		c->who = arena_printf(p->arena, "cell '%.*s'",
				      (int)HV_NAME_SIZE, rows[i].name);
		if (!proof_claim(p, name_is_whole(rows[i].name), "cell %" PRIu32
				 ": its name is not printable text with zeros"
				 " behind it", i))
			c->who = arena_printf(p->arena, "cell %" PRIu32, i);
		is_good &= find_cell(p, c);
	}
	return is_good;
}

static bool find_arch(struct proof *p)
{
	struct table_rows *arch = arena_alloc(p->arena, sizeof(*arch));
	const struct decoder *d = p->decoder;
	const struct hv_head *h = p->head;

	p->arch = arch;
	p->found.arch = arch;
	arch->board = find(p, "", "arch_board", h->arch_board, d->board_size, 1);
	arch->cpus = find(p, "", "arch_cpus", h->arch_cpus, d->cpu_size,
			  HV_MAX_CPUS);
	arch->cells = find(p, "", "arch_cells", h->arch_cells, d->cell_size,
			   HV_MAX_CELLS);
	arch->n_cpus = h->cpus.count;
	arch->n_cells = h->cells.count;
	return arch->board && arch->cpus && arch->cells &&
	       proof_claim(p, h->arch_board.count == 1 &&
			      h->arch_cpus.count == h->cpus.count &&
			      h->arch_cells.count == h->cells.count,
			   "the architecture has rows for %" PRIu32 " boards, %"
			   PRIu32 " CPUs and %" PRIu32 " cells",
			   h->arch_board.count, h->arch_cpus.count,
			   h->arch_cells.count) &&
	       proof_claim(p, h->arch_board.offset == sizeof(*h),
			   "arch_board: it is at 0x%" PRIx32 " of the tables, not"
			   " right behind the head", h->arch_board.offset);
}

static bool find_switches(struct proof *p)
{
	uint32_t n = p->head->switches.count;
	bool is_good = true;

	p->switches = find(p, "", "switches", p->head->switches,
			   sizeof(*p->switches), INT32_MAX);
	/* Stops, because looking for overlaps in all would take too long. */
	for (uint32_t i = 0; p->switches && is_good && i < n; i++)
		is_good = find(p, arena_printf(p->arena, " of switch %" PRIu32,
						  i), "words",
				  p->switches[i].words,
				  sizeof(struct hv_switch_word), UINT32_MAX);
	return p->switches && is_good;
}

static bool find_virtios(struct proof *p)
{
	uint32_t n = p->head->virtios.count;
	bool is_good = true;

	p->virtios = find(p, "", "virtios", p->head->virtios,
			  sizeof(*p->virtios), p->board.n_lines);
	if (!p->virtios)
		return false;
	p->views = arena_array(p->arena, n, sizeof(*p->views));
	for (uint32_t i = 0; is_good && i < n; i++) {
		p->views[i] = find(p, arena_printf(p->arena, " of virtio %"
						   PRIu32, i), "views",
				   p->virtios[i].views,
				   sizeof(struct hv_view), UINT32_MAX);
		is_good = p->views[i];
	}
	return is_good;
}

static bool find_pool(struct proof *p)
{
	struct hv_list l = p->head->pool;

	p->pool = find(p, "", "page tables", l, sizeof(*p->pool), UINT32_MAX);
	return p->pool &&
	       proof_claim(p, l.offset % GRANULE == 0 &&
			      l.offset + l.count * UINT64_C(8) == p->tables_size,
			   "page tables: they are at 0x%" PRIx32 " of the"
			   " tables and have %" PRIu32 " words, not all up to"
			   " the end", l.offset, l.count);
}

static void check_rest(struct proof *p)
{
	const uint8_t *bytes = (const uint8_t *)p->head;

	for (uint64_t i = 0; i < p->tables_size; i++)
		if (!proof_claim(p, p->is_seen[i] || !bytes[i], "the tables"
				 " have bytes at 0x%" PRIx64 " that belong to no"
				 " row", i))
			return;
}

static void tell_arch(void *arg, const char *text)
{
	proof_differ(arg, "%s", text);
}

bool proof_lists(struct proof *p)
{
	const struct hv_head *h = p->head;
	size_t n = p->found.n_differences;
	bool is_good;

	p->is_seen = arena_alloc(p->arena, (size_t)p->tables_size);
	memset(p->is_seen, 1, sizeof(struct hv_head));
	p->cpus = find(p, "", "cpus", h->cpus, sizeof(*p->cpus), HV_MAX_CPUS);
	p->ram = find(p, "", "ram", h->ram, sizeof(*p->ram), UINT32_MAX);
	p->channels = find(p, "", "channels", h->channels,
			   sizeof(*p->channels), UINT32_MAX);
	p->ends = find(p, "", "ends", h->ends, sizeof(*p->ends), UINT32_MAX);
	/* No short cut: every list is looked at. */
	is_good = p->cpus && p->ram && p->channels && p->ends;
	is_good &= find_switches(p);
	is_good &= find_pool(p);
	if (!find_arch(p))
		return false;
	n = p->found.n_differences;
	p->decoder->check_rows(p->arena, p->arch, tell_arch, p);
	if (n != p->found.n_differences)
		return false;
	p->board = p->decoder->read_board(p->arch);
	is_good &= find_virtios(p);
	is_good &= find_cells(p);
	if (!is_good)
		return false;
	check_rest(p);
	return true;
}
