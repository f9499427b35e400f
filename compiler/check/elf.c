/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elf.c - ELF payloads: made for this machine, linked for addresses that the
 * cell has, and asking for no more than its memory allows.
 */
#include "check/boot.h"
#include "check/families.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "check/sweep.h"
#include "target/target.h"

#define ELF_TYPE_EXEC 2		/* linked for fixed addresses */

/* The image of `boot elf`, whatever it is; or NULL. */
static const struct payload *image_of(const struct cell *c)
{
	const struct payload *p = &c->boot.kernel;

	return c->boot.kind == BOOT_ELF && payload_is_there(p) ? p : NULL;
}

/* Only of this kind does resolve read more than the first bytes. */
static bool is_our_kind(const struct payload *p)
{
	return p->is_elf_class64 && p->is_elf_little_endian;
}

/* An ELF file whose segments are known, none empty or wrapping; or NULL. */
static const struct payload *elf_of(const struct cell *c)
{
	const struct payload *p = image_of(c);

	return p && p->is_elf && is_our_kind(p) ? p : NULL;
}

static void elf_unknown(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct payload *p = image_of(&f->model->cells[i]);

		if (!p || p->packed_by || p->is_elf)
			continue;
		diag_error(d, r, p->at, "'%s' %s", p->file, p->elf_fault ?
			   p->elf_fault : "is not an ELF file");
		if (p->is_kernel)
			diag_help(d, "it is a Linux kernel: write 'boot"
				  " linux'");
	}
}

static void elf_machine(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	const struct target *t = f->model->target;

	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct payload *p = image_of(&f->model->cells[i]);

		if (!p || !p->is_elf || !t)
			continue;
		if (!is_our_kind(p))
			diag_error(d, r, p->at, "'%s' is not a 64-bit"
				   " little-endian ELF file", p->file);
		else if (p->elf_machine != t->elf_machine)
			diag_error(d, r, p->at, "'%s' is for ELF machine %u,"
				   " and the board is %s, %u", p->file,
				   p->elf_machine, t->name, t->elf_machine);
	}
}

static void elf_type(const struct facts *f, const struct rule *r,
		     struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct payload *p = elf_of(&f->model->cells[i]);

		if (!p || p->elf_type == ELF_TYPE_EXEC)
			continue;
		diag_error(d, r, p->at, "'%s' is of ELF type %u, and nothing"
			   " relocates it", p->file, p->elf_type);
		diag_help(d, "link it for fixed addresses (-no-pie)");
	}
}

/* ---- segments ----------------------------------------------------------- */

static struct ipa_range segment_range(const struct elf_segment *s)
{
	return (struct ipa_range){ s->ipa, s->memory_size };
}

static void segment_outside(const struct rule *r, struct diag *d,
			    const struct cell *c, const struct elf_segment *s)
{
	const struct payload *p = &c->boot.kernel;
	struct ipa_range range = segment_range(s);
	bool is_open;

	if (boot_region(c, range, &is_open) || is_open)
		return;
	diag_error(d, r, p->at, "'%s' has a segment at 0x%" PRIx64 "..0x%"
		   PRIx64 ", which is not inside one region of '%s' whose"
		   " address is stated", p->file, range.base.u,
		   ipa_last(range).u, c->name);
	boot_note_regions(d, c);
}

static void elf_outside(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];
		const struct payload *p = elf_of(c);

		for (size_t k = 0; p && k < p->n_segments; k++)
			segment_outside(r, d, c, &p->segments[k]);
	}
}

static void elf_overlap(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct payload *p = elf_of(&f->model->cells[i]);
		struct sweep_item *items;
		struct sweep_pairs pairs;

		if (!p)
			continue;
		items = arena_array(f->arena, p->n_segments, sizeof(*items));
		for (size_t k = 0; k < p->n_segments; k++) {
			struct ipa_range at = segment_range(&p->segments[k]);

			items[k] = (struct sweep_item){
				at.base.u, ipa_last(at).u, (uint32_t)k };
		}
		pairs = sweep(f->arena, items, p->n_segments);
		for (size_t k = 0; k < pairs.n; k++)
			diag_error(d, r, p->at, "'%s' has segments at 0x%"
				   PRIx64 " and at 0x%" PRIx64
				   " that overlap", p->file,
				   items[pairs.pairs[k].a].first,
				   items[pairs.pairs[k].b].first);
	}
}

static void elf_access(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];
		const struct payload *p = elf_of(c);

		for (size_t k = 0; p && k < p->n_segments; k++) {
			const struct elf_segment *s = &p->segments[k];
			bool is_open;
			const struct region *n = boot_region(c,
				segment_range(s), &is_open);

			if (!n || ((n->access.may_write || !s->may_write) &&
				   (n->access.may_execute ||
				    !s->may_execute)))
				continue;
			diag_error(d, r, p->at, "'%s' has a segment at 0x%"
				   PRIx64 " to %s, and '%s.%s' forbids it",
				   p->file, s->ipa.u, s->may_execute &&
				   !n->access.may_execute ? "execute" : "write",
				   c->name, n->name);
			diag_note(d, n->at, "'%s.%s' is here", c->name,
				  n->name);
		}
	}
}

static void elf_entry(const struct facts *f, const struct rule *r,
		      struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct payload *p = elf_of(&f->model->cells[i]);
		bool is_inside = false;

		if (!p)
			continue;
		for (size_t k = 0; k < p->n_segments; k++) {
			const struct elf_segment *s = &p->segments[k];

			/* Below the segment the difference wraps. */
			is_inside |= s->may_execute &&
				     p->elf_entry - s->ipa.u < s->memory_size;
		}
		if (!is_inside)
			diag_error(d, r, p->at, "'%s' starts at 0x%" PRIx64
				   ", in no segment to execute", p->file,
				   p->elf_entry);
	}
}

static const struct check checks[] = {
	{ .rule = { "elf-unknown", "the image of 'boot elf' is an ELF file that"
	    " is whole" }, .run = elf_unknown, .reads_payloads = true },
	{ .rule = { "elf-machine", "an ELF file is for the board's"
	    " architecture" }, .run = elf_machine, .reads_payloads = true },
	{ .rule = { "elf-type", "an ELF file is linked for fixed addresses" },
	  .run = elf_type, .reads_payloads = true },
	{ .rule = { "elf-outside", "every segment of an ELF file is inside a"
	    " region of its cell" }, .run = elf_outside,
	  .reads_payloads = true },
	{ .rule = { "elf-overlap", "no two segments of an ELF file overlap" },
	  .run = elf_overlap, .reads_payloads = true },
	{ .rule = { "elf-access", "a segment asks for no more than its memory"
	    " allows" }, .run = elf_access, .reads_payloads = true },
	{ .rule = { "elf-entry", "an ELF file starts in a segment to execute" },
	  .run = elf_entry, .reads_payloads = true },
};

const struct check_family family_elf = { "elf", checks, ARRAY_SIZE(checks) };
