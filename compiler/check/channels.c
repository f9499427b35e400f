/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * channels.c - what cells share on purpose. Where channels lie is the business
 * of memory.c and ipa.c, who may have them that of policy.c.
 */
#include "check/families.h"

#include <inttypes.h>

#include "model/managed.h"

/* A doorbell's mask has a bit for each end. */
#define ENDS_MAX 64

static void channel_ends(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	for (size_t i = 0; i < f->model->n_channels; i++) {
		const struct channel *c = &f->model->channels[i];

		if (c->n_ends < 2 && !c->is_broken)
			diag_error(d, r, c->at, "'%s' ends nowhere: it joins"
				   " %zu cell", c->name, c->n_ends);
		if (c->n_ends > ENDS_MAX)
			diag_error(d, r, c->at, "'%s' joins %zu cells, and at"
				   " most %d can ring each other", c->name,
				   c->n_ends, ENDS_MAX);
	}
}

static void end_twice(const struct rule *r, struct diag *d,
		      const struct channel *c, size_t two)
{
	for (size_t one = 0; one < two; one++) {
		if (c->ends[one].cell != c->ends[two].cell)
			continue;
		diag_error(d, r, c->ends[two].at, "'%s' is at two ends of"
			   " '%s'", c->ends[two].cell->name, c->name);
		diag_note(d, c->ends[one].at, "the other is here");
		return;
	}
}

static void channel_end_twice(const struct facts *f, const struct rule *r,
			      struct diag *d)
{
	for (size_t i = 0; i < f->model->n_channels; i++) {
		const struct channel *c = &f->model->channels[i];

		/* With more ends than that channel-ends has complained. */
		for (size_t k = 1; k < c->n_ends && k < ENDS_MAX; k++)
			end_twice(r, d, c, k);
	}
}

static void must_align(const struct rule *r, struct diag *d,
		       const struct channel *c, struct span at, uint64_t value,
		       const char *what)
{
	if (is_aligned(value, GRANULE))
		return;
	diag_error(d, r, at, "the %s of '%s' is 0x%" PRIx64
		   ", not a multiple of 4 KiB", what, c->name, value);
	diag_help(d, "0x%" PRIx64 " is the next below",
		  value & ~(GRANULE - 1));
}

static void channel_alignment(const struct facts *f, const struct rule *r,
			      struct diag *d)
{
	for (size_t i = 0; i < f->model->n_channels; i++) {
		const struct channel *c = &f->model->channels[i];

		must_align(r, d, c, c->at_size, c->size, "size");
		must_align(r, d, c, c->at_pa, c->pa.u, "address");
		for (size_t k = 0; k < c->n_ends; k++)
			must_align(r, d, c, c->ends[k].at,
				   c->ends[k].ipa.u, "address in the cell");
	}
}

static void channel_wraps(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	for (size_t i = 0; i < f->model->n_channels; i++) {
		const struct channel *c = &f->model->channels[i];
		uint64_t base = c->pa.u;
		uint64_t end;

		for (size_t k = 0; k < c->n_ends; k++)
			if (c->ends[k].ipa.u > base)
				base = c->ends[k].ipa.u;
		if (!c->size || add_u64(base, c->size - 1, &end))
			continue;
		diag_error(d, r, c->at, "'%s' begins at 0x%" PRIx64
			   " and would end behind the last address", c->name,
			   base);
	}
}

/* ---- lines for doorbells and virtual consoles --------------------------- */

/*
 * SPIs that no node mentions and nobody was given: also those that are called
 * free, which mention nothing either.
 */
static uint64_t count_spare(const struct facts *f)
{
	uint64_t n = f->model->board->n_spis;
	uint32_t last = UINT32_MAX;

	for (size_t i = 0; i < f->n_mentions; i++) {
		uint32_t number = f->mentions[i].number;

		if (number != last && number < f->model->board->n_spis)
			n--;
		last = number;
	}
	/* A line that is given twice or does not exist is an error anyhow. */
	for (size_t i = 0; i < f->n_lines; i++) {
		uint32_t number = f->lines[i].line->number;

		if (!facts_mention(f, number, number))
			n--;
	}
	return n;
}

/* Who takes lines, in order, and who was the first to find none. */
struct takers {
	uint64_t spare, wanted;
	const char *first;
	struct span at;
};

static void take(struct takers *t, uint64_t n, const char *name,
		 struct span at)
{
	t->wanted += n;
	if (t->first || t->wanted <= t->spare)
		return;
	t->first = name;
	t->at = at;
}

/* Where only one writes, nobody rings the writer. */
static uint64_t n_rung(const struct channel *c)
{
	return c->is_one_way ? c->n_ends - 1 : c->n_ends;
}

/* One for whatever the driver does, and one for what comes back. */
static void take_virtios(struct takers *t, const struct model *m)
{
	for (size_t i = 0; i < m->n_virtios; i++)
		take(t, 2, m->virtios[i].name, m->virtios[i].at);
}

/* Who would have direct interrupts and need not does without. */
static void take_ipis(struct takers *t, const struct model *m)
{
	for (size_t i = 0; i < m->n_cells; i++)
		if (m->cells[i].interrupts == INTERRUPTS_DIRECT)
			take(t, m->cells[i].n_cpus, m->cells[i].name,
			     m->cells[i].interrupts_at);
}

static void lines_exhausted(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	const struct model *m = f->model;
	struct takers t = { .spare = count_spare(f) };

	for (size_t i = 0; i < m->n_cells; i++)
		if (m->cells[i].console == CONSOLE_VIRTUAL)
			take(&t, 1, m->cells[i].name, m->cells[i].console_at);
	for (size_t i = 0; i < m->n_channels; i++)
		if (m->channels[i].has_doorbell)
			take(&t, n_rung(&m->channels[i]), m->channels[i].name,
			     m->channels[i].at_doorbell);
	if (model_is_managed(m))
		take(&t, 1, m->root->name, m->root->at);
	take_virtios(&t, m);
	take_ipis(&t, m);
	if (!t.first)
		return;
	diag_error(d, r, t.at, "'%s' finds no line left: doorbells, virtual"
		   " consoles, events, virtio devices and direct interrupts"
		   " take %" PRIu64 ", and %" PRIu64 " are spare", t.first,
		   t.wanted, t.spare);
	if (m->board->is_n_spis_assumed)
		diag_help(d, "the board's number of lines is assumed: write"
			  " 'board { lines N; }' if it has more than %" PRIu32,
			  m->board->n_spis);
}

static const struct check checks[] = {
	{ .rule = { "channel-ends", "a channel joins two cells or more" },
	  .run = channel_ends },
	{ .rule = { "channel-end-twice", "a cell is at one end of a channel" },
	  .run = channel_end_twice },
	{ .rule = { "channel-alignment", "addresses and sizes of channels are"
	    " multiples of 4 KiB" }, .run = channel_alignment },
	{ .rule = { "channel-wraps", "a channel ends before the last address" },
	  .run = channel_wraps },
	{ .rule = { "lines-exhausted", "every doorbell and virtual console has"
	    " a line of its own, and so have either side of a virtio device, the"
	    " root cell's events and each CPU that must have direct"
	    " interrupts" }, .run = lines_exhausted },
};

const struct check_family family_channels = {
	"channels", checks, ARRAY_SIZE(checks),
};
