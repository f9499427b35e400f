/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot.c - payload files, and where a cell that starts them looks.
 *
 * Kernels have more to say in kernel.c, ELF files in elf.c.
 */
#include "check/boot.h"

#include <inttypes.h>

#include "check/families.h"

#define NOTES_MAX 8		/* regions that an error names */

const struct region *boot_region(const struct cell *c, struct ipa_range range,
				 bool *is_open)
{
	*is_open = false;
	for (size_t i = 0; i < c->n_regions; i++) {
		const struct region *n = &c->regions[i];
		struct ipa_range ipa = { { 0 }, 0 };

		if (n->is_rest)
			*is_open = true;
		else if (region_ipa(n, &ipa) && ipa_contains(ipa, range))
			return n;
	}
	return NULL;
}

void boot_note_regions(struct diag *d, const struct cell *c)
{
	for (size_t i = 0; i < c->n_regions && i < NOTES_MAX; i++)
		diag_note(d, c->regions[i].at, "'%s.%s' is here", c->name,
			  c->regions[i].name);
}

bool payload_is_there(const struct payload *p)
{
	return p->size;
}

static void report_missing(const struct rule *r, struct diag *d,
			   const struct payload *p)
{
	if (!p->is_missing)
		return;
	diag_error(d, r, p->at, "there is no file '%s'", p->file);
	diag_help(d, "'-I DIR' adds a place to look, '--payloads=later' checks"
		  " without the files");
}

static void payload_missing(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		report_missing(r, d, &f->model->cells[i].boot.kernel);
		report_missing(r, d, &f->model->cells[i].boot.initrd);
	}
}

static void report_empty(const struct rule *r, struct diag *d,
			 const struct payload *p)
{
	if (p->file && !p->is_missing && !p->size)
		diag_error(d, r, p->at, "'%s' is empty", p->file);
}

static void payload_empty(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		report_empty(r, d, &f->model->cells[i].boot.kernel);
		report_empty(r, d, &f->model->cells[i].boot.initrd);
	}
}

/* Nothing in a cell unpacks it; an initrd is its kernel's affair. */
static void payload_compressed(const struct facts *f, const struct rule *r,
			       struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct payload *p = &f->model->cells[i].boot.kernel;

		if (!p->packed_by)
			continue;
		diag_error(d, r, p->at, "'%s' is compressed with %s", p->file,
			   p->packed_by);
		diag_help(d, "unpack it first");
	}
}

/* ---- raw images --------------------------------------------------------- */

static void raw_at_fits(const struct facts *f, const struct rule *r,
			struct diag *d, const struct cell *c)
{
	const struct boot *b = &c->boot;
	struct ipa_range range;
	bool is_open;

	if (!ipa_range_make(b->image_ipa.u, b->kernel.size, &range)) {
		diag_error(d, r, b->at_image, "'%s' at 0x%" PRIx64 " would end"
			   " behind the last address", b->kernel.file,
			   b->image_ipa.u);
		return;
	}
	if (boot_region(c, range, &is_open) || is_open)
		return;
	diag_error(d, r, b->at_image, "'%s' of %s at 0x%" PRIx64 " is not"
		   " inside one region of '%s' whose address is stated",
		   b->kernel.file, size_text(f, b->kernel.size),
		   b->image_ipa.u, c->name);
	boot_note_regions(d, c);
}

static void raw_too_large(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];
		const struct payload *p = &c->boot.kernel;

		if (c->boot.kind != BOOT_RAW || !payload_is_there(p) ||
		    !c->n_regions)
			continue;
		if (c->boot.has_image_ipa) {
			raw_at_fits(f, r, d, c);
			continue;
		}
		if (c->regions[0].is_rest || p->size <= c->regions[0].size)
			continue;
		diag_error(d, r, p->at, "'%s' is %s, and '%s.%s' is %s",
			   p->file, size_text(f, p->size), c->name,
			   c->regions[0].name,
			   size_text(f, c->regions[0].size));
		diag_note(d, c->regions[0].at, "it goes to the start of the"
			  " first region, which is here");
	}
}

/* ---- the entry, which only `boot raw` can state ---------------------------------------------------------- */

struct entry { bool is_known; ipa_t ipa; struct span at; };

static struct entry entry_of(const struct cell *c)
{
	const struct boot *b = &c->boot;

	if (b->has_entry)
		return (struct entry){ true, b->entry, b->at_entry };
	if (b->has_image_ipa)
		return (struct entry){ true, b->image_ipa, b->at_image };
	return (struct entry){ false, { 0 }, b->at };
}

/* Where the image itself is outside, raw-too-large has said so. */
static void report_entry(const struct rule *r, struct diag *d,
			 const struct cell *c, const struct entry *e)
{
	struct ipa_range range = { e->ipa, 1 };
	const struct region *n;
	bool is_open;

	n = boot_region(c, range, &is_open);
	if (n ? n->access.may_execute : is_open || !c->boot.has_entry)
		return;
	diag_error(d, r, e->at, "'%s' would start at 0x%" PRIx64 ", %s",
		   c->name, e->ipa.u, n ? "in memory that it may not execute"
		   : "where it has no memory of a stated address");
	if (n)
		diag_note(d, n->at, "'%s.%s' is here", c->name, n->name);
}

/* Without an entry or an address, a raw image starts the first region. */
static void entry_outside(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];
		struct entry e = entry_of(c);

		if (e.is_known) {
			report_entry(r, d, c, &e);
			continue;
		}
		if (c->boot.kind != BOOT_RAW || !c->n_regions ||
		    c->regions[0].access.may_execute)
			continue;
		diag_error(d, r, e.at, "'%s' would start in '%s', which it may"
			   " not execute", c->name, c->regions[0].name);
		diag_note(d, c->regions[0].at, "'%s.%s' is here", c->name,
			  c->regions[0].name);
	}
}

static const struct check checks[] = {
	{ .rule = { "payload-missing", "every payload file exists" },
	  .run = payload_missing, .reads_payloads = true },
	{ .rule = { "payload-empty", "a payload file has bytes" },
	  .run = payload_empty, .reads_payloads = true },
	{ .rule = { "payload-compressed", "what a cell starts is not"
	    " compressed" }, .run = payload_compressed,
	  .reads_payloads = true },
	{ .rule = { "raw-too-large", "a raw image fits the memory it goes to" },
	  .run = raw_too_large, .reads_payloads = true },
	{ .rule = { "entry-outside", "a cell starts in memory that it has and"
	    " may execute" }, .run = entry_outside },
};

const struct check_family family_boot = { "boot", checks, ARRAY_SIZE(checks) };
