/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ranges of addresses, and questions that several steps of the proof ask.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "verify/proof.h"

bool extent_is(uint64_t base, uint64_t size, uint64_t align)
{
	return size && base % align == 0 && size % align == 0 &&
	       size - 1 <= UINT64_MAX - base;
}

uint64_t extent_last(struct extent e)
{
	return e.base + (e.size - 1);
}

bool extent_overlap(struct extent a, struct extent b)
{
	return a.base <= extent_last(b) && b.base <= extent_last(a);
}

bool extent_contains(struct extent outer, struct extent inner)
{
	return outer.base <= inner.base &&
	       extent_last(inner) <= extent_last(outer);
}

struct extent extent_pages(struct extent e)
{
	uint64_t base = e.base & ~(GRANULE - 1);

	return (struct extent){ base,
				(extent_last(e) | (GRANULE - 1)) - base + 1 };
}

const char *extent_text(struct arena *a, struct extent e)
{
	return arena_printf(a, "0x%" PRIx64 "..0x%" PRIx64, e.base,
			    extent_last(e));
}

bool is_zero(const uint8_t *bytes, uint64_t size)
{
	return !size || (!bytes[0] && !memcmp(bytes, bytes + 1,
					      (size_t)size - 1));
}

bool name_is_whole(const char name[HV_NAME_SIZE])
{
	size_t n = strnlen(name, HV_NAME_SIZE);

	for (size_t i = 0; i < n; i++)
		if (name[i] < ' ' || name[i] > '~')
			return false;
	return n && n < HV_NAME_SIZE &&
	       is_zero((const uint8_t *)name + n, HV_NAME_SIZE - n);
}

static int by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return memcmp(x->name, y->name, HV_NAME_SIZE);
}

void proof_names(struct proof *p, struct named *list, uint32_t n,
		 const char *what)
{
	qsort(list, n, sizeof(*list), by_name);
	for (uint32_t i = 1; i < n; i++)
		proof_claim(p, by_name(&list[i - 1], &list[i]), "two %s have the"
			    " name of %s", what, list[i].who);
}

struct extent proof_hypervisor(const struct proof *p)
{
	return (struct extent){ p->head->base.u, p->head->memory_size };
}

bool proof_is_working_memory(const struct proof *p, struct extent e)
{
	const struct hv_head *h = p->head;

	/* Where there is none the end lies before the begin: it has nothing. */
	return extent_contains((struct extent){ h->base.u + h->image_size,
						h->memory_size - h->image_size },
			       e);
}

const struct hv_region *proof_region_at(const struct cell_view *c, uint64_t ipa)
{
	size_t low = 0, high = c->row->regions.count;

	while (low < high) {
		size_t i = low + (high - low) / 2;
		const struct hv_region *r = &c->regions[i];

		if (ipa < r->ipa.u)
			high = i;
		else if (ipa - r->ipa.u >= r->size)
			low = i + 1;
		else
			return r;
	}
	return NULL;
}

bool proof_translate(const struct cell_view *c, uint64_t ipa, uint64_t *pa)
{
	const struct hv_region *r = proof_region_at(c, ipa);

	if (r)
		*pa = r->pa.u + (ipa - r->ipa.u);
	return r;
}

uint32_t proof_end_of(const struct proof *p, uint32_t channel, uint32_t cell)
{
	uint32_t first;

	if (channel >= p->head->channels.count)
		return HV_NONE;
	first = (uint32_t)((p->channels[channel].ends.offset -
			    p->head->ends.offset) / sizeof(struct hv_end));
	for (uint32_t i = 0; i < p->channels[channel].ends.count; i++)
		if (p->ends[first + i].cell == cell)
			return first + i;
	return HV_NONE;
}

bool proof_has_line(const struct proof *p, const struct cell_view *c,
		    uint32_t line)
{
	return line < p->board.n_lines &&
	       c->lines[line / 32] >> line % 32 & 1;
}

const struct owner *proof_owner_at(const struct proof *p, uint64_t pa)
{
	size_t low = 0, high = p->n_owners;

	while (low < high) {
		size_t i = low + (high - low) / 2;
		const struct owner *o = &p->owners[i];

		if (pa < o->pa.base)
			high = i;
		else if (pa > extent_last(o->pa))
			low = i + 1;
		else
			return o;
	}
	return NULL;
}

bool proof_is_ram(const struct proof *p, uint32_t cell_i, struct extent pa)
{
	for (;;) {
		const struct owner *o = proof_owner_at(p, pa.base);
		uint64_t n;

		if (!o || o->kind != OWNER_RAM || o->cell != cell_i)
			return false;
		n = extent_last(o->pa) - pa.base;
		if (n >= pa.size - 1)
			return true;
		pa.base += n + 1;
		pa.size -= n + 1;
	}
}
