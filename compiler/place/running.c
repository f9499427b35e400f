/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory of a Linux that runs before the hypervisor does. Its tree must
 * have reserved, as no-map, all that is somebody else's; and all that it maps
 * must be its own, or it faults where it never did. Linux leaves alone exactly
 * what is no-map: what is reserved without that it maps, and a CPU reads ahead
 * through mappings.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "place/placer.h"
#include "place/ranges.h"

#define GAPS_MAX 16		/* told of its own memory */

struct running {
	const struct layout *layout;
	const struct cell *cell;
	struct diag *diag;
	struct ranges no_map;		/* what it leaves alone */
	struct ranges kept;		/* what it reserves and maps */
	struct ranges own;		/* RAM that it is given, or told of */
};

/* Somebody's memory that it must leave alone. */
struct thing { const char *name; struct pa_range range; struct span at; };

static void add(struct ranges *r, struct pa_range range)
{
	ranges_add(r, range.base.u, pa_last(range).u);
}

static bool is_left(const struct board_memory *m)
{
	return m->is_no_map && !m->is_disabled;
}

/* The first run of first..last that is not in the set; false: there is none. */
static bool find_gap(struct ranges *set, struct range within,
		     struct range *out)
{
	const struct range *r = ranges_from(set, within.first);

	if (r && r->first <= within.first) {
		if (r->last >= within.last)
			return false;
		within.first = r->last + 1;
		r = ranges_from(set, within.first);
	}
	if (r && r->first <= within.last)
		within.last = r->first - 1;
	*out = within;
	return true;
}

static void help(struct running *r)
{
	diag_help(r->diag, "make the tree anew: hvcc --emit=root-dtb");
}

/* All of it, so that `no-map` is what is missing. */
static bool is_kept(struct running *r, struct range gap)
{
	return !find_gap(&r->kept, gap, &gap);
}

/* ---- what is not its own ------------------------------------------------- */

static void refuse_thing(struct running *r, const struct thing *t,
			 struct range gap)
{
	const char *file = r->cell->boot.running_file;
	bool is_mapped = is_kept(r, gap);
	bool is_begun = t->range.base.u < gap.first;
	bool is_image =
		t->range.base.u == r->layout->hypervisor.all.base.u;

	diag_error(r->diag, is_mapped ? &rule_late_no_map :
		   is_image && is_begun ? &rule_late_size : &rule_late_memory,
		   r->cell->boot.at_running, "%s is at 0x%" PRIx64 "..0x%"
		   PRIx64 ", and '%s' %s 0x%" PRIx64 "..0x%" PRIx64, t->name,
		   t->range.base.u, pa_last(t->range).u, file, is_mapped ?
		   "reserves without 'no-map'" : "does not reserve", gap.first,
		   gap.last);
	if (!span_is_nowhere(t->at))
		diag_note(r->diag, t->at, "%s is declared here", t->name);
	help(r);
}

static bool leaves_alone(struct running *r, struct thing t)
{
	const struct range all = { t.range.base.u, pa_last(t.range).u };
	struct range gap;

	/* Told once. */
	add(&r->own, t.range);
	if (!find_gap(&r->no_map, all, &gap))
		return true;
	refuse_thing(r, &t, gap);
	return false;
}

static bool leaves_cell(struct running *r, struct arena *a,
			const struct cell_layout *c)
{
	bool is_alone = true;

	for (size_t i = 0; c->cell != r->cell && i < c->n_mappings; i++) {
		const struct mapping *m = &c->mappings[i];

		if (m->kind == MAP_RAM)
			is_alone &= leaves_alone(r, (struct thing){
				arena_printf(a, "'%s.%s'", c->cell->name,
					     m->region->name),
				{ m->pa, m->ipa.size }, m->at });
	}
	return is_alone;
}

static bool leaves_others(struct running *r, struct arena *a)
{
	const struct layout *l = r->layout;
	bool is_alone = leaves_alone(r, (struct thing){
		"the hypervisor", l->hypervisor.all, l->model->hypervisor.at });

	for (size_t i = 0; i < l->model->n_cells; i++)
		is_alone &= leaves_cell(r, a, &l->cells[i]);
	for (size_t i = 0; i < l->model->n_channels; i++) {
		const struct channel *c = l->channels[i].channel;

		is_alone &= leaves_alone(r, (struct thing){
			arena_printf(a, c->is_bounce ? "bounce memory of '%s'" :
				     "channel '%s'", c->name),
			l->channels[i].memory, c->at });
	}
	for (size_t i = 0; i < l->model->n_virtios; i++) {
		const struct virtio *v = &l->model->virtios[i];

		is_alone &= leaves_alone(r, (struct thing){
			arena_printf(a, "registers of '%s'", v->name),
			l->virtios[i].registers, v->at });
	}
	return is_alone;
}

/* ---- what is its own ----------------------------------------------------- */

static void refuse_own(struct running *r, struct range gap)
{
	diag_error(r->diag, is_kept(r, gap) ? &rule_late_no_map : &rule_late_memory,
		   r->cell->boot.at_running, "'%s' lets Linux map 0x%" PRIx64
		   "..0x%" PRIx64 ", which '%s' does not have",
		   r->cell->boot.running_file, gap.first, gap.last,
		   r->cell->name);
	help(r);
}

/* Pages that it maps: whole ones, as Linux takes them. */
static bool page_run(struct pa_range memory, struct range *out)
{
	uint64_t first, end = pa_last(memory).u + 1;

	if (!align_up_u64(memory.base.u, GRANULE, &first))
		return false;
	end &= ~(GRANULE - 1);
	*out = (struct range){ first, end - 1 };
	return first < end || !end;
}

static bool has_own(struct running *r, struct pa_range memory)
{
	struct range at, gap;
	size_t n = 0;

	if (!page_run(memory, &at))
		return true;
	while (find_gap(&r->own, at, &gap)) {
		if (n++ < GAPS_MAX)
			refuse_own(r, gap);
		if (gap.last == at.last)
			break;
		at.first = gap.last + 1;
	}
	return !n;
}

static bool has_all_own(struct running *r)
{
	const struct cell_layout *c = &r->layout->cells[r->cell->index];
	const struct board *tree = r->cell->boot.running;
	bool is_own = true;

	for (size_t i = 0; i < c->n_mappings; i++) {
		const struct mapping *m = &c->mappings[i];

		if (m->kind == MAP_RAM && m->access.may_write &&
		    m->access.may_execute && !m->access.is_uncached)
			add(&r->own, (struct pa_range){ m->pa, m->ipa.size });
	}
	for (size_t i = 0; i < tree->n_reserved; i++)
		if (is_left(&tree->reserved[i]))
			add(&r->own, tree->reserved[i].range);
	for (size_t i = 0; i < tree->n_memory; i++)
		is_own &= has_own(r, tree->memory[i].range);
	return is_own;
}

bool running_agrees(struct arena *arena, const struct layout *l,
		    struct diag *diag)
{
	const struct cell *root = l->model->root;
	struct running r = {
		.layout = l, .cell = root, .diag = diag,
		.no_map = { .arena = arena }, .kept = { .arena = arena },
		.own = { .arena = arena },
	};

	/* Payloads decide where the hypervisor's memory ends. */
	if (!root || !root->boot.running || l->model->are_payloads_later)
		return true;
	for (size_t i = 0; i < root->boot.running->n_reserved; i++) {
		const struct board_memory *m = &root->boot.running->reserved[i];

		if (!m->is_disabled)
			add(m->is_no_map ? &r.no_map : &r.kept, m->range);
	}

	bool is_alone = leaves_others(&r, arena);

	return has_all_own(&r) && is_alone;
}
