/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which payloads the hypervisor keeps, so that a cell can start again as it
 * was. A cell needs that if it restarts by itself, or if the root cell may
 * start it but not load it. Equal bytes are kept once.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "place/placer.h"

#define CHUNK_SIZE ((size_t)64 << 10)

static bool starts_again(const struct cell *c)
{
	if (c->on_crash.action == ON_RESTART ||
	    c->on_reboot.action == ON_RESTART ||
	    c->on_poweroff.action == ON_RESTART)
		return true;
	return c->managed.may_start && !c->managed.may_load;
}

static bool read_at(FILE *f, uint8_t *buffer, size_t size)
{
	return fread(buffer, 1, size, f) == size;
}

static bool same_content(FILE *a, FILE *b, uint64_t size, uint8_t *buffer)
{
	while (size) {
		size_t n = size < CHUNK_SIZE ? (size_t)size : CHUNK_SIZE;

		if (!read_at(a, buffer, n) ||
		    !read_at(b, buffer + CHUNK_SIZE, n) ||
		    memcmp(buffer, buffer + CHUNK_SIZE, n))
			return false;
		size -= n;
	}
	return true;
}

/* A file that cannot be read is like no other: image says what is wrong. */
static bool same_bytes(struct arena *arena, const struct piece *a,
		       const struct piece *b)
{
	FILE *fa = fopen(a->payload->path, "rbe");
	FILE *fb = fopen(b->payload->path, "rbe");
	bool is_same = fa && fb &&
		!fseeko(fa, (off_t)a->file_offset, SEEK_SET) &&
		!fseeko(fb, (off_t)b->file_offset, SEEK_SET) &&
		same_content(fa, fb, a->size,
			     arena_alloc(arena, 2 * CHUNK_SIZE));

	if (fa)
		fclose(fa);
	if (fb)
		fclose(fb);
	return is_same;
}

/* Trees carry their cell's name: no two are equal. */
static bool is_same(struct arena *arena, const struct piece *a,
		    const struct piece *b)
{
	if (!a->payload || !b->payload || a->size != b->size)
		return false;
	if (!strcmp(a->payload->path, b->payload->path))
		return a->file_offset == b->file_offset;
	return same_bytes(arena, a, b);
}

static struct copy *find(struct placer *p, const struct piece *piece)
{
	for (size_t i = 0; i < p->n_copies; i++)
		if (is_same(p->arena, p->copies[i].piece, piece))
			return &p->copies[i];
	return NULL;
}

static void keep(struct placer *p, struct piece *piece)
{
	struct copy *c = find(p, piece);

	if (!c) {
		p->copies = arena_grow(p->arena, p->copies, p->n_copies,
				       sizeof(*p->copies));
		c = &p->copies[p->n_copies++];
		*c = (struct copy){ piece, p->copies_size };
		/* Payloads are files: their sizes do not wrap. */
		p->copies_size += (piece->size + GRANULE - 1) & ~(GRANULE - 1);
	}
	piece->has_pristine = true;
	piece->pristine.u = c->offset;
}

void pristine_plan(struct placer *p)
{
	for (size_t i = 0; i < p->model->n_cells; i++) {
		const struct cell *cell = &p->model->cells[i];
		size_t n = p->cells[i].n_pieces;

		/* A tree alone is no payload: the cell waits for load. */
		if (n < 2 || !starts_again(cell))
			continue;
		for (size_t k = 0; k < n; k++)
			if (p->pieces[i][k].size)
				keep(p, &p->pieces[i][k]);
	}
}

void pristine_place(struct placer *p)
{
	pa_t base = p->layout->hypervisor.pristine.base;

	for (size_t i = 0; i < p->model->n_cells; i++)
		for (size_t k = 0; k < p->cells[i].n_pieces; k++)
			if (p->pieces[i][k].has_pristine)
				p->pieces[i][k].pristine.u += base.u;
}
