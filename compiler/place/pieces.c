/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What goes into each cell's memory before it starts, and how large it is: the
 * payload's files and a slot for the devicetree. Files that are not there yet
 * (--payloads=later) are left out.
 */
#include "base/arena.h"
#include "place/placer.h"

#define TREE_SLOT_LINUX (256 * KIB)
#define TREE_SLOT_MAX (64 * KIB)
#define TREE_SLOT_MIN (8 * KIB)
#define TREE_REGION_SIZE 96	/* bytes of a node of memory, at most */

static bool is_there(const struct payload *f)
{
	return f->file && !f->is_missing && f->size;
}

/* The first region that can be written; a cell has at least one region. */
static const struct region *first_ram(const struct cell *cell)
{
	for (size_t i = 0; i < cell->n_regions; i++)
		if (cell->regions[i].access.may_write)
			return &cell->regions[i];
	return cell->n_regions ? &cell->regions[0] : NULL;
}

static uint64_t tree_slot(const struct cell *cell)
{
	const struct region *r = first_ram(cell);
	uint64_t slot = TREE_SLOT_MAX;

	if (cell->boot.kind == BOOT_LINUX)
		slot = TREE_SLOT_LINUX;
	/* A sixteenth of small RAM; the size of `rest` is never small. */
	while (cell->boot.kind != BOOT_LINUX && !r->is_rest &&
	       slot > TREE_SLOT_MIN && slot > r->size / 16)
		slot /= 2;
	/* Half of the slot is for all that is not memory. */
	while (slot / 2 < cell->n_regions * TREE_REGION_SIZE)
		slot *= 2;
	return slot;
}

static struct piece *piece_add(struct placer *p, const struct cell *cell,
			       enum piece_kind kind, const struct payload *f)
{
	struct cell_layout *out = &p->cells[cell->index];
	struct piece *list = arena_grow(p->arena, p->pieces[cell->index],
					out->n_pieces, sizeof(*list));
	struct piece *piece = &list[out->n_pieces++];

	*piece = (struct piece){ .kind = kind, .payload = f };
	if (f)
		piece->size = piece->memory_size = f->size;
	p->pieces[cell->index] = list;
	return piece;
}

static void list_elf(struct placer *p, const struct cell *cell)
{
	const struct payload *f = &cell->boot.kernel;

	for (size_t i = 0; i < f->n_segments; i++) {
		const struct elf_segment *s = &f->segments[i];
		struct piece *piece;

		if (!s->memory_size)
			continue;
		piece = piece_add(p, cell, PIECE_ELF_SEGMENT, f);
		piece->file_offset = s->file_offset;
		piece->size = s->file_size;
		piece->memory_size = s->memory_size;
		piece->ipa = s->ipa;
	}
}

static void list_boot(struct placer *p, const struct cell *cell)
{
	const struct boot *b = &cell->boot;

	if (b->kind == BOOT_NONE || !is_there(&b->kernel))
		return;
	if (b->kind == BOOT_ELF) {
		list_elf(p, cell);
	} else if (b->kind == BOOT_RAW) {
		piece_add(p, cell, PIECE_IMAGE, &b->kernel);
	} else {
		struct piece *k = piece_add(p, cell, PIECE_KERNEL, &b->kernel);

		if (b->kernel.image_size > k->memory_size)
			k->memory_size = b->kernel.image_size;
	}
}

void pieces_list(struct placer *p)
{
	for (size_t i = 0; i < p->model->n_cells; i++) {
		const struct cell *cell = &p->model->cells[i];
		struct piece *tree;

		/* It has its own, and is in memory already. */
		if (cell->boot.kind == BOOT_RUNNING)
			continue;
		list_boot(p, cell);
		tree = piece_add(p, cell, PIECE_TREE, NULL);
		tree->size = tree->memory_size = tree_slot(cell);
		p->cells[i].tree_slot = (uint32_t)tree->size;
		if (cell->boot.kind == BOOT_LINUX && is_there(&cell->boot.initrd))
			piece_add(p, cell, PIECE_INITRD, &cell->boot.initrd);
	}
}
