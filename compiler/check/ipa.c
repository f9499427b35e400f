/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipa.c - the addresses that one cell sees: each means one thing.
 *
 * Regions that lie on each other on the board too are memory.c's business.
 * Devices are seen where they are, so two of them meet in page.c.
 */
#include "check/families.h"

#include <inttypes.h>

static void report(const struct rule *r, struct diag *d,
		   const struct view *one, const struct view *two)
{
	diag_error(d, r, two->at, "in '%s', '%s' at 0x%" PRIx64 "..0x%" PRIx64
		   " lies on '%s'", two->cell->name, two->name,
		   two->range.base.u, ipa_last(two->range).u, one->name);
	diag_note(d, one->at, "'%s' is here, at 0x%" PRIx64 "..0x%" PRIx64,
		  one->name, one->range.base.u, ipa_last(one->range).u);
}

static void ipa_overlaps(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	/* First: of so many errors the last are only counted. */
	if (f->view_pairs.is_cut)
		diag_error(d, r, f->model->at, "so many ranges overlap that"
			   " not all were compared");
	for (size_t i = 0; i < f->view_pairs.n; i++) {
		const struct view *a = &f->views[f->view_pairs.pairs[i].a];
		const struct view *b = &f->views[f->view_pairs.pairs[i].b];

		if (a->kind == VIEW_REGION && b->kind == VIEW_REGION &&
		    !(a->is_identity && b->is_identity))
			report(r, d, a, b);
	}
}

/* Memory of the board lies on no device: then `as` put it there. */
static void ipa_on_device(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	for (size_t i = 0; i < f->view_pairs.n; i++) {
		const struct view *a = &f->views[f->view_pairs.pairs[i].a];
		const struct view *b = &f->views[f->view_pairs.pairs[i].b];

		if (a->kind == VIEW_DEVICE && b->kind == VIEW_REGION)
			report(r, d, a, b);
	}
}

/*
 * What the runtime emulates it must see: a mapping there would let the cell
 * reach real registers, or memory would swallow what is meant for them.
 */
static void ipa_on_controller(const struct facts *f, const struct rule *r,
			      struct diag *d)
{
	for (size_t i = 0; i < f->view_pairs.n; i++) {
		const struct view *a = &f->views[f->view_pairs.pairs[i].a];
		const struct view *b = &f->views[f->view_pairs.pairs[i].b];

		if (a->kind == VIEW_EMULATED)
			report(r, d, a, b);
	}
}

static void channel_ipa_overlap(const struct facts *f, const struct rule *r,
				struct diag *d)
{
	for (size_t i = 0; i < f->view_pairs.n; i++) {
		const struct view *a = &f->views[f->view_pairs.pairs[i].a];
		const struct view *b = &f->views[f->view_pairs.pairs[i].b];

		if (b->kind == VIEW_CHANNEL && a->kind != VIEW_EMULATED &&
		    !(a->is_identity && b->is_identity))
			report(r, d, a, b);
	}
}

static const struct check checks[] = {
	{ .rule = { "ipa-overlap", "in a cell no two regions have the same addresses" },
	  .run = ipa_overlaps },
	{ .rule = { "ipa-on-device", "in a cell no region lies on a device" },
	  .run = ipa_on_device },
	{ .rule = { "ipa-on-controller", "in a cell nothing lies on the interrupt"
	    " controller" }, .run = ipa_on_controller },
	{ .rule = { "channel-ipa-overlap", "in a cell a channel lies on nothing else" },
	  .run = channel_ipa_overlap },
};

const struct check_family family_ipa = { "ipa", checks, ARRAY_SIZE(checks) };
