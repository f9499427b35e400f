/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the loader puts what is in the file: a payload in its own cell's RAM,
 * a pristine copy in the hypervisor's working memory, nothing on anything
 * else; and what is copied from one to the other before a cell starts.
 */
#include <inttypes.h>

#include "base/units.h"
#include "image/hash.h"
#include "verify/proof.h"

#define TREE_ALIGN 8

static struct extent destination(const struct hv_segment *s)
{
	return (struct extent){ s->destination.u, s->size };
}

static bool is_cells(const struct hv_segment *s)
{
	return s->kind == HV_SEGMENT_PAYLOAD || s->kind == HV_SEGMENT_TREE;
}

static void check_tree(struct proof *p, uint32_t i, const struct hv_segment *s)
{
	struct cell_view *c = &p->cells[s->cell];
	uint64_t pa = 0;

	proof_claim(p, !c->tree, "segment %" PRIu32 ": a second devicetree of"
		    " %s", i, c->who);
	c->tree = s;
	proof_claim(p, proof_translate(c, c->row->tree.u, &pa) &&
		       pa == s->destination.u &&
		       c->row->tree.u % TREE_ALIGN == 0,
		    "segment %" PRIu32 ": the devicetree of %s goes to 0x%"
		    PRIx64 ", and the cell is given 0x%" PRIx64, i, c->who,
		    s->destination.u, c->row->tree.u);
}

static void check_place(struct proof *p, uint32_t i)
{
	const struct hv_segment *s = &p->image->segments[i];

	if (!proof_claim(p, extent_is(s->destination.u, s->size, 1) &&
			    s->cell < p->head->cells.count,
			 "segment %" PRIu32 ": cell is %" PRIu32 ", destination"
			 " is 0x%" PRIx64, i, s->cell, s->destination.u))
		return;
	if (is_cells(s))
		proof_claim(p, proof_is_ram(p, s->cell, destination(s)),
			    "segment %" PRIu32 " goes to 0x%" PRIx64 "..0x%"
			    PRIx64 " (%s), which is not all RAM of %s", i,
			    s->destination.u, extent_last(destination(s)),
			    proof_owner_text(p, destination(s)),
			    p->cells[s->cell].who);
	else
		proof_claim(p, s->kind == HV_SEGMENT_PRISTINE &&
			       s->destination.u % GRANULE == 0 &&
			       proof_is_working_memory(p,
						extent_pages(destination(s))),
			    "segment %" PRIu32 " of kind %" PRIu32 " goes to 0x%"
			    PRIx64 ", no place that the hypervisor keeps"
			    " payloads in", i, s->kind, s->destination.u);
	if (s->kind == HV_SEGMENT_TREE)
		check_tree(p, i, s);
}

/* ---- copies -------------------------------------------------------------- */

/* Counts the copy for the segment that it is from. */
static bool follows(const struct proof *p, uint32_t cell_i,
		    const struct hv_copy *copy, bool *is_used)
{
	const struct hv_segment *from = NULL, *to = NULL;

	for (uint32_t i = 1; i < p->image->n_segments; i++) {
		const struct hv_segment *s = &p->image->segments[i];

		if (s->size != copy->size)
			continue;
		if (s->kind == HV_SEGMENT_PRISTINE &&
		    s->destination.u == copy->from.u) {
			from = s;
			is_used[i] = true;
		}
		if (is_cells(s) && s->cell == cell_i &&
		    s->destination.u == copy->to.u)
			to = s;
	}
	return from && to && hash_is_equal(&from->sha256, &to->sha256);
}

/* Whose payload must be there again. */
static bool restarts(const struct hv_cell *c)
{
	return c->flags & HV_CELL_HAS_PAYLOAD &&
	       (c->on_crash.action == HV_ON_RESTART ||
		c->on_reboot.action == HV_ON_RESTART ||
		c->on_poweroff.action == HV_ON_RESTART);
}

static void check_copies(struct proof *p, uint32_t cell_i, bool *is_used)
{
	const struct cell_view *c = &p->cells[cell_i];
	bool has_payload = false;
	uint32_t n = 0;

	for (uint32_t i = 1; i < p->image->n_segments; i++) {
		const struct hv_segment *s = &p->image->segments[i];

		n += is_cells(s) && s->cell == cell_i;
		has_payload |= s->kind == HV_SEGMENT_PAYLOAD &&
			       s->cell == cell_i;
	}
	proof_claim(p, !!(c->row->flags & HV_CELL_HAS_PAYLOAD) == has_payload,
		    "%s: flags is 0x%" PRIx32 ", and it has %s payload",
		    c->who, c->row->flags, has_payload ? "a" : "no");
	for (uint32_t i = 0; i < c->row->copies.count; i++) {
		const struct hv_copy *copy = &c->copies[i];

		proof_claim(p, follows(p, cell_i, copy, is_used), "%s: the copy"
			    " from 0x%" PRIx64 " to 0x%" PRIx64 " of 0x%" PRIx64
			    " bytes puts back no payload of it", c->who,
			    copy->from.u, copy->to.u, copy->size);
		for (uint32_t k = 0; k < i; k++)
			proof_claim(p, c->copies[k].to.u != copy->to.u,
				    "%s: two copies go to 0x%" PRIx64, c->who,
				    copy->to.u);
	}
	proof_claim(p, c->row->copies.count || !restarts(c->row),
		    "%s: it restarts, and no payload is put back", c->who);
	proof_claim(p, !c->row->copies.count || c->row->copies.count == n,
		    "%s: %" PRIu32 " of its %" PRIu32 " payloads are put back",
		    c->who, c->row->copies.count, n);
	/* What runs already has one of its own. */
	proof_claim(p, c->tree || c->row->flags & HV_CELL_RUNNING,
		    "%s: it has no devicetree", c->who);
	proof_claim(p, !n || !(c->row->flags & HV_CELL_RUNNING),
		    "%s: it runs already, and something goes to its memory",
		    c->who);
}

void proof_segments(struct proof *p)
{
	const struct hv_segment *s = p->image->segments;
	bool is_used[HV_MAX_SEGMENTS] = { false };

	for (uint32_t i = 1; i < p->image->n_segments; i++) {
		size_t n = p->found.n_differences;

		check_place(p, i);
		if (n != p->found.n_differences)
			return;
		for (uint32_t k = 1; k < i; k++)
			proof_claim(p, !extent_overlap(destination(&s[i]),
						       destination(&s[k])),
				    "segments %" PRIu32 " and %" PRIu32
				    " both go to 0x%" PRIx64, k, i,
				    s[i].destination.u);
	}
	for (uint32_t i = 0; i < p->head->cells.count; i++)
		check_copies(p, i, is_used);
	for (uint32_t i = 1; i < p->image->n_segments; i++)
		proof_claim(p, s[i].kind != HV_SEGMENT_PRISTINE || is_used[i],
			    "segment %" PRIu32 " goes to 0x%" PRIx64
			    ", and no cell is started from it", i,
			    s[i].destination.u);
}
