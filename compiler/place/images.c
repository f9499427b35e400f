/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Payloads inside their cells, as their boot protocols want them.
 *
 * Linux (booting.rst of its documentation): the kernel text_offset above a 2 MiB
 * boundary with image_size bytes free; the tree 8-byte aligned, at most 2 MiB
 * and inside one 2 MiB block; the initrd within 32 GiB of the kernel, here behind
 * it where there is room. Others:
 * the image where the text says; the tree at the very start of RAM when the
 * image leaves room there, which is where U-Boot looks, else at its end.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "place/placer.h"

#define INITRD_REACH (32 * GIB)
#define NOTES_MAX 32		/* regions that an error names */

struct run { const struct region *region; struct ipa_range ipa; pa_t pa; };

/* One cell's RAM while pieces go into it. */
struct ram {
	const struct placer *p;
	const struct cell *cell;
	const struct run *runs;
	size_t n_runs;
	struct piece *pieces;
	size_t n_pieces;
	size_t n_placed;		/* the first of them have addresses */
};

struct need {
	uint64_t size, align, offset, from;
	bool is_in_block;		/* crosses no 2 MiB line */
	bool has_own_block;		/* and all of that block is RAM */
	bool execute;
};

static const char *piece_name(const struct piece *piece)
{
	switch (piece->kind) {
	case PIECE_KERNEL:
		return "kernel";
	case PIECE_INITRD:
		return "initrd";
	case PIECE_IMAGE:
		return "image";
	case PIECE_ELF_SEGMENT:
		return "ELF segment";
	case PIECE_TREE:
		break;
	}
	return "devicetree";
}

/* ---- finding room -------------------------------------------------------- */

/* Runs of the cell's RAM, in the order of the text. */
static void find_runs(struct ram *ram)
{
	const struct placer *p = ram->p;
	const struct placed_region *regions = p->regions[ram->cell->index];
	struct run *runs = NULL;

	for (size_t i = 0; i < ram->cell->n_regions; i++) {
		const struct placed_region *r = &regions[i];

		for (size_t k = 0; k < r->n_runs; k++) {
			runs = arena_grow(p->arena, runs, ram->n_runs,
					  sizeof(*runs));
			runs[ram->n_runs++] = (struct run){
				r->region, ipa_of_run(r->region, r->runs[k]),
				r->runs[k].base };
		}
	}
	ram->runs = runs;
}

static const struct piece *piece_in(const struct ram *ram, struct ipa_range r)
{
	for (size_t i = 0; i < ram->n_placed; i++) {
		const struct piece *o = &ram->pieces[i];

		if (ipa_overlap(r, (struct ipa_range){ o->ipa,
						       o->memory_size }))
			return o;
	}
	return NULL;
}

/* Puts the piece at ipa if all of it is in RAM and nothing else is there. */
static bool put(struct ram *ram, struct piece *piece, ipa_t ipa)
{
	struct ipa_range all = { ipa, piece->memory_size };

	for (size_t i = 0; i < ram->n_runs; i++) {
		struct run run = ram->runs[i];

		if (!ipa_contains(run.ipa, all))
			continue;
		if (piece_in(ram, all))
			return false;
		piece->ipa = ipa;
		piece->pa.u = run.pa.u + (ipa.u - run.ipa.base.u);
		return true;
	}
	return false;
}

static bool suits_block(const struct run *run, const struct need *need,
			uint64_t at)
{
	struct ipa_range block = { { at & ~(BLOCK - 1) }, BLOCK };

	if (need->is_in_block && at + need->size - 1 > ipa_last(block).u)
		return false;
	return !need->has_own_block || ipa_contains(run->ipa, block);
}

/* The lowest place in the run, behind the pieces that are already there. */
static bool fit_run(const struct ram *ram, const struct run *run,
		    const struct need *need, ipa_t *out)
{
	uint64_t at = run->ipa.base.u, end = ipa_last(run->ipa).u;

	if (at < need->from)
		at = need->from;
	for (;;) {
		uint64_t up;
		const struct piece *other;

		up = at < need->offset ? 0 : at - need->offset;
		if (!align_up_u64(up, need->align, &up) ||
		    !add_u64(up, need->offset, &at))
			return false;
		if (at > end || end - at + 1 < need->size)
			return false;
		if (!suits_block(run, need, at)) {
			at = (at / BLOCK + 1) * BLOCK;
			continue;
		}
		other = piece_in(ram, (struct ipa_range){ { at }, need->size });
		if (!other) {
			out->u = at;
			return true;
		}
		at = other->ipa.u + other->memory_size;
	}
}

static bool fit(struct ram *ram, struct piece *piece, const struct need *need)
{
	ipa_t at;

	for (size_t i = 0; i < ram->n_runs; i++) {
		struct run run = ram->runs[i];

		if (!run.region->access.may_write ||
		    (need->execute && !run.region->access.may_execute))
			continue;
		if (fit_run(ram, &run, need, &at))
			return put(ram, piece, at);
	}
	return false;
}

/* ---- boot protocols ------------------------------------------------------ */

static bool refuse(const struct ram *ram, const struct piece *piece)
{
	const struct placer *p = ram->p;

	diag_error(p->diag, &rule_place_full,
		   piece->payload ? piece->payload->at : ram->cell->at,
		   "there is no room in the RAM of '%s' for its %s of %s",
		   ram->cell->name, piece_name(piece),
		   space_size_text(p->arena, piece->memory_size));
	for (size_t i = 0; i < ram->n_runs && i < NOTES_MAX; i++) {
		struct run run = ram->runs[i];

		diag_note(p->diag, run.region->at, "'%s.%s' is 0x%" PRIx64
			  "..0x%" PRIx64, ram->cell->name, run.region->name,
			  run.ipa.base.u, ipa_last(run.ipa).u);
	}
	if (ram->n_runs > NOTES_MAX)
		diag_note(p->diag, ram->cell->at, "and %zu more regions",
			  ram->n_runs - NOTES_MAX);
	for (size_t i = 0; i < ram->n_placed; i++) {
		const struct piece *o = &ram->pieces[i];

		diag_note(p->diag, o->payload ? o->payload->at : ram->cell->at,
			  "its %s is at 0x%" PRIx64 "..0x%" PRIx64,
			  piece_name(o), o->ipa.u,
			  o->ipa.u + o->memory_size - 1);
	}
	return false;
}

static bool place_kernel(struct ram *ram, struct piece *piece)
{
	struct need need = {
		.size = piece->memory_size,
		.align = BLOCK,
		.offset = piece->payload->text_offset,
		.execute = true,
	};

	return fit(ram, piece, &need) || refuse(ram, piece);
}

static bool place_linux_tree(struct ram *ram, struct piece *piece)
{
	struct need need = { .size = piece->size, .align = GRANULE,
			     .is_in_block = true, .has_own_block = true };

	/* The kernel may map all of the block as its own memory. */
	if (fit(ram, piece, &need))
		return true;
	need.has_own_block = false;
	return fit(ram, piece, &need) || refuse(ram, piece);
}

static bool place_initrd(struct ram *ram, struct piece *piece, ipa_t kernel)
{
	struct need need = { .size = piece->size, .align = GRANULE,
			     .from = kernel.u };
	uint64_t low, high;

	/*
	 * Behind the kernel, which is behind the hypervisor where the rest of
	 * the memory is around it: then the image, whose runtime comes first,
	 * is in the order of its places.
	 */
	if (!fit(ram, piece, &need)) {
		need.from = 0;
		if (!fit(ram, piece, &need))
			return refuse(ram, piece);
	}
	low = kernel.u < piece->ipa.u ? kernel.u : piece->ipa.u;
	high = kernel.u < piece->ipa.u ? piece->ipa.u + piece->size : kernel.u;
	if (high - (low & ~(GIB - 1)) <= INITRD_REACH)
		return true;
	diag_error(ram->p->diag, &rule_place_full, piece->payload->at,
		   "the initrd of '%s' only fits more than 32 GiB from its"
		   " kernel", ram->cell->name);
	return false;
}

/* The run that x0's reader takes for the start of RAM. */
static struct run first_run(const struct ram *ram)
{
	for (size_t i = 0; i < ram->n_runs; i++) {
		struct run run = ram->runs[i];

		if (run.region->access.may_write)
			return run;
	}
	return ram->runs[0];
}

static ipa_t start_of(const struct ram *ram)
{
	const struct boot *b = &ram->cell->boot;

	if (b->kind == BOOT_RAW && b->has_image_ipa)
		return b->image_ipa;
	return ram->runs[0].ipa.base;
}

/*
 * Where the image is not there yet, or comes later by `load`, the answer must
 * be the one that it gets when it is there.
 */
static bool is_start_free(const struct ram *ram, ipa_t start, uint64_t size)
{
	uint64_t image = start_of(ram).u;

	if (ram->cell->boot.kind == BOOT_ELF)
		return ram->n_pieces > 1;
	return image < start.u || image - start.u >= size;
}

static bool put_at_top(struct ram *ram, struct piece *piece,
		       const struct run *run)
{
	ipa_t top = { run->ipa.base.u + run->ipa.size - piece->size };

	return run->ipa.size >= piece->size && put(ram, piece, top);
}

/* Not in the first RAM: in any other that can be written. */
static bool place_other_tree(struct ram *ram, struct piece *piece)
{
	struct run first = first_run(ram);

	if (is_start_free(ram, first.ipa.base, piece->size) &&
	    put(ram, piece, first.ipa.base))
		return true;
	if (put_at_top(ram, piece, &first))
		return true;
	for (size_t i = 0; i < ram->n_runs; i++) {
		struct run run = ram->runs[i];

		if (run.region->access.may_write &&
		    put_at_top(ram, piece, &run))
			return true;
	}
	return refuse(ram, piece);
}

static bool place_piece(struct ram *ram, struct piece *piece)
{
	bool is_linux = ram->cell->boot.kind == BOOT_LINUX;

	switch (piece->kind) {
	case PIECE_KERNEL:
		return place_kernel(ram, piece);
	case PIECE_INITRD:
		return place_initrd(ram, piece, ram->pieces[0].ipa);
	case PIECE_IMAGE:
		return put(ram, piece, start_of(ram)) || refuse(ram, piece);
	case PIECE_ELF_SEGMENT:
		return put(ram, piece, piece->ipa) || refuse(ram, piece);
	case PIECE_TREE:
		break;
	}
	return is_linux ? place_linux_tree(ram, piece)
			: place_other_tree(ram, piece);
}

static ipa_t entry_of(const struct ram *ram)
{
	const struct boot *b = &ram->cell->boot;
	bool has_file = ram->n_pieces > 1;

	if (b->has_entry)
		return b->entry;
	if (b->kind == BOOT_LINUX && has_file)
		return ram->pieces[0].ipa;
	if (b->kind == BOOT_ELF && has_file)
		return (ipa_t){ b->kernel.elf_entry };
	return start_of(ram);
}

bool images_place(struct placer *p)
{
	bool is_placed = true;

	for (size_t i = 0; i < p->model->n_cells; i++) {
		struct cell_layout *out = &p->cells[i];
		struct ram ram = {
			.p = p, .cell = &p->model->cells[i],
			.pieces = p->pieces[i], .n_pieces = out->n_pieces,
		};

		if (!ram.n_pieces)	/* it runs already */
			continue;
		find_runs(&ram);
		if (!ram.n_runs) {	/* the rest may be nothing */
			is_placed = refuse(&ram, &ram.pieces[0]);
			continue;
		}
		while (ram.n_placed < ram.n_pieces &&
		       place_piece(&ram, &ram.pieces[ram.n_placed]))
			ram.n_placed++;
		is_placed &= ram.n_placed == ram.n_pieces;
		for (size_t k = 0; k < ram.n_pieces; k++)
			if (ram.pieces[k].kind == PIECE_TREE)
				out->tree = ram.pieces[k].ipa;
		out->entry = entry_of(&ram);
		out->pieces = ram.pieces;
	}
	return is_placed;
}
