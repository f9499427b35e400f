/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel.c - Linux kernels: what their header says, and what it asks of the
 * memory that they are to run in.
 *
 * hvcc places kernel, initrd and tree as the boot protocol wants; these rules
 * find the files and the memory with which it could not.
 */
#include "check/boot.h"
#include "check/families.h"

#include <inttypes.h>

#include "base/arena.h"

/* A kernel with a readable header, of a cell that boots Linux; or NULL. */
static const struct payload *kernel_of(const struct cell *c)
{
	const struct payload *p = &c->boot.kernel;

	return c->boot.kind == BOOT_LINUX && p->is_kernel ? p : NULL;
}

static void kernel_unknown(const struct facts *f, const struct rule *r,
			   struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];
		const struct payload *p = &c->boot.kernel;

		if (c->boot.kind != BOOT_LINUX || !payload_is_there(p) ||
		    p->is_kernel || p->packed_by)
			continue;
		diag_error(d, r, p->at, "'%s' is not a Linux kernel for this"
			   " board", p->file);
		diag_help(d, p->is_elf ? "it is an ELF file: take the kernel's"
			  " Image, or write 'boot elf'"
			  : "take the file that the kernel's build calls Image");
	}
}

static void kernel_endian(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct payload *p = kernel_of(&f->model->cells[i]);

		if (p && p->is_big_endian)
			diag_error(d, r, p->at, "'%s' is big-endian", p->file);
	}
}

/* Linux rounds its memory inwards to its own pages, and so loses the rest. */
static void kernel_page_size(const struct facts *f, const struct rule *r,
			     struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];
		const struct payload *p = kernel_of(c);

		if (!p || !p->page_size)
			continue;
		for (size_t k = 0; k < c->n_regions; k++) {
			const struct region *n = &c->regions[k];
			struct ipa_range ipa = { { 0 }, 0 };

			if (!region_ipa(n, &ipa))
				ipa.size = n->size;
			if ((ipa.base.u | ipa.size) % p->page_size == 0)
				continue;
			diag_error(d, r, p->at, "'%s' has pages of %s, and"
				   " '%s.%s' does not consist of such",
				   p->file, size_text(f, p->page_size),
				   c->name, n->name);
			diag_note(d, n->at, "'%s.%s' is here", c->name,
				  n->name);
		}
	}
}

/* Old kernels leave their size out of the header. */
static uint64_t kernel_size(const struct payload *p)
{
	return p->image_size > p->size ? p->image_size : p->size;
}

/* ---- room --------------------------------------------------------------- */

/*
 * From the first multiple of 2 MiB, where hvcc also puts a region that it
 * places. Only subtraction: a header may say any number.
 */
static bool region_takes(const struct region *n, const struct payload *p)
{
	struct ipa_range ipa = { { 0 }, 0 };
	uint64_t offset = region_ipa(n, &ipa) ? ipa.base.u % BLOCK : 0;
	uint64_t skipped = (BLOCK - offset) % BLOCK;

	if (n->is_rest)
		return true;
	return skipped <= n->size && p->text_offset <= n->size - skipped &&
	       kernel_size(p) <= n->size - skipped - p->text_offset;
}

static bool is_for_kernel(const struct region *n)
{
	return n->access.may_write && n->access.may_execute;
}

static bool has_room(const struct cell *c, const struct payload *p)
{
	for (size_t i = 0; i < c->n_regions; i++)
		if (is_for_kernel(&c->regions[i]) &&
		    region_takes(&c->regions[i], p))
			return true;
	return false;
}

static void note_regions(const struct facts *f, struct diag *d,
			 const struct cell *c)
{
	for (size_t i = 0; i < c->n_regions && i < 8; i++)
		diag_note(d, c->regions[i].at, "'%s.%s' of %s is here",
			  c->name, c->regions[i].name,
			  size_text(f, c->regions[i].size));
}

static const char *place_text(const struct facts *f, const struct payload *p)
{
	if (!p->text_offset)
		return "a multiple of 2 MiB";
	return arena_printf(f->arena, "0x%" PRIx64 " above a multiple of"
			    " 2 MiB", p->text_offset);
}

/* With its BSS, which the file has not got. */
static void kernel_too_large(const struct facts *f, const struct rule *r,
			     struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];
		const struct payload *p = kernel_of(c);

		if (!p || has_room(c, p))
			continue;
		diag_error(d, r, p->at, "no region of '%s' takes '%s': it needs"
			   " %s, BSS included, from %s, to read, write and"
			   " execute", c->name, p->file,
			   size_text(f, kernel_size(p)), place_text(f, p));
		note_regions(f, d, c);
	}
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The kernel first, and the initrd in what it leaves of each region. */
static bool has_room_for_both(const struct cell *c, uint64_t kernel,
			      uint64_t initrd)
{
	for (size_t i = 0; i < c->n_regions; i++) {
		uint64_t used = min_u64(kernel, c->regions[i].size);

		if (c->regions[i].is_rest)
			return true;
		kernel -= used;
		initrd -= min_u64(initrd, c->regions[i].size - used);
	}
	return !initrd;
}

/* hvcc finds out whether their shapes and the tree fit too. */
static void boot_too_large(const struct facts *f, const struct rule *r,
			   struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];
		const struct payload *p = kernel_of(c);

		if (!p || !has_room(c, p) ||
		    has_room_for_both(c, kernel_size(p), c->boot.initrd.size))
			continue;
		diag_error(d, r, c->boot.initrd.at, "'%s' is %s, and beside its"
			   " kernel of %s there is no room for it in '%s'",
			   c->boot.initrd.file,
			   size_text(f, c->boot.initrd.size),
			   size_text(f, kernel_size(p)), c->name);
		note_regions(f, d, c);
	}
}

/* A kernel as `boot raw` runs where it is put, and only there. */
static void kernel_alignment(const struct facts *f, const struct rule *r,
			     struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];
		const struct payload *p = &c->boot.kernel;
		struct ipa_range ipa;
		uint64_t at;

		if (c->boot.kind != BOOT_RAW || !p->is_kernel || !c->n_regions)
			continue;
		if (c->boot.has_image_ipa)
			at = c->boot.image_ipa.u;
		else if (region_ipa(&c->regions[0], &ipa))
			at = ipa.base.u;
		else
			continue;
		if (at % BLOCK == p->text_offset % BLOCK)
			continue;
		diag_error(d, r, p->at, "'%s' is a Linux kernel at 0x%" PRIx64
			   ", and it runs only at %s", p->file, at,
			   place_text(f, p));
		diag_help(d, "'boot linux' puts it where it can run");
	}
}

static const struct check checks[] = {
	{ .rule = { "kernel-unknown", "a Linux cell's kernel is an Image for"
	    " the board's architecture" }, .run = kernel_unknown,
	  .reads_payloads = true },
	{ .rule = { "kernel-endian", "a kernel is little-endian" },
	  .run = kernel_endian, .reads_payloads = true },
	{ .rule = { "kernel-page-size", "a Linux cell's memory consists of its"
	    " kernel's pages" }, .run = kernel_page_size,
	  .reads_payloads = true },
	{ .rule = { "kernel-too-large", "a kernel with its BSS fits one region"
	    " of its cell" }, .run = kernel_too_large,
	  .reads_payloads = true },
	{ .rule = { "boot-too-large", "kernel and initrd fit the memory of"
	    " their cell" }, .run = boot_too_large, .reads_payloads = true },
	{ .rule = { "kernel-alignment", "a kernel lies where its header says"
	    " that it runs" }, .run = kernel_alignment,
	  .reads_payloads = true },
};

const struct check_family family_kernel = {
	"kernel", checks, ARRAY_SIZE(checks),
};
