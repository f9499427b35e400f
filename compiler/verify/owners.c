/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who owns which physical address, by the rows: everything that has any is put
 * in one list by address, and neighbours that overlap must be two cells'
 * devices on a page that both rows call shared. A window shows what its
 * subject owns, row by row.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/units.h"
#include "verify/proof.h"

/* ---- the board's memory -------------------------------------------------- */

struct memory {
	/* By address, none touches another: boards' nodes may, even overlap. */
	struct extent *list;
	size_t n;
};

static int by_base(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	return (x->base > y->base) - (x->base < y->base);
}

static bool find_memory(struct proof *p, struct memory *m)
{
	uint32_t n = p->head->ram.count;

	m->list = arena_array(p->arena, n, sizeof(*m->list));
	for (uint32_t i = 0; i < n; i++) {
		m->list[i] = (struct extent){ p->ram[i].base.u, p->ram[i].size };
		if (!proof_claim(p, extent_is(p->ram[i].base.u, p->ram[i].size,
					      1),
				 "ram %" PRIu32 ": base is 0x%" PRIx64
				 ", size is 0x%" PRIx64, i, p->ram[i].base.u,
				 p->ram[i].size))
			return false;
	}
	qsort(m->list, n, sizeof(*m->list), by_base);
	for (uint32_t i = 0; i < n; i++) {
		struct extent *last = m->n ? &m->list[m->n - 1] : NULL;

		uint64_t end = extent_last(m->list[i]);

		if (!last || extent_last(*last) + 1 < m->list[i].base)
			m->list[m->n++] = m->list[i];
		else if (end > extent_last(*last))
			last->size = end - last->base + 1;
	}
	return true;
}

static bool is_memory(const struct memory *m, struct extent e)
{
	size_t low = 0, high = m->n;

	while (low < high) {
		size_t i = low + (high - low) / 2;

		if (e.base < m->list[i].base)
			high = i;
		else if (e.base > extent_last(m->list[i]))
			low = i + 1;
		else
			return extent_contains(m->list[i], e);
	}
	return false;
}

/* ---- owners -------------------------------------------------------------- */

static const char *owner_name(const struct proof *p, const struct owner *o)
{
	switch (o->kind) {
	case OWNER_HYPERVISOR:
		return "the hypervisor's memory";
	case OWNER_CONTROLLER:
		return "the interrupt controller";
	case OWNER_CONSOLE:
		return "the hypervisor's console";
	case OWNER_CHANNEL:
		return arena_printf(p->arena, "channel '%s'",
				    p->channels[o->row].name);
	case OWNER_VIRTIO:
		return arena_printf(p->arena, "registers of '%s'",
				    p->virtios[o->row].name);
	case OWNER_RAM:
		return arena_printf(p->arena, "RAM of %s",
				    p->cells[o->cell].who);
	case OWNER_DEVICE:
		return arena_printf(p->arena, "a device of %s",
				    p->cells[o->cell].who);
	}
	return "?";
}

const char *proof_owner_text(const struct proof *p, struct extent pa)
{
	for (size_t i = 0; i < p->n_owners; i++)
		if (extent_overlap(p->owners[i].pa, pa))
			return owner_name(p, &p->owners[i]);
	return "nobody's";
}

static void add(struct proof *p, struct owner o)
{
	p->owners = arena_grow(p->arena, p->owners, p->n_owners,
			       sizeof(*p->owners));
	p->owners[p->n_owners++] = o;
}

static void add_ours(struct proof *p)
{
	struct extent e = { p->board.controller_base, p->board.controller_size };

	add(p, (struct owner){ proof_hypervisor(p), OWNER_HYPERVISOR, HV_NONE,
			       0 });
	add(p, (struct owner){ extent_pages(e), OWNER_CONTROLLER, HV_NONE, 0 });
	for (uint32_t i = 0; i < p->head->cpus.count; i++) {
		p->decoder->read_cpu(p->arch, i, &e.base, &e.size);
		add(p, (struct owner){ e, OWNER_CONTROLLER, HV_NONE, 0 });
	}
	e = (struct extent){ p->head->uart_base.u, GRANULE };
	if (p->head->uart != HV_UART_NONE)
		add(p, (struct owner){ extent_pages(e), OWNER_CONSOLE, HV_NONE,
				       0 });
	for (uint32_t i = 0; i < p->head->channels.count; i++)
		add(p, (struct owner){ { p->channels[i].pa.u,
					 p->channels[i].size }, OWNER_CHANNEL,
				       HV_NONE, i });
	for (uint32_t i = 0; i < p->head->virtios.count; i++)
		add(p, (struct owner){ { p->virtios[i].registers.u,
					 2 * HV_VIRTIO_SIZE }, OWNER_VIRTIO,
				       HV_NONE, i });
}

static void add_cell(struct proof *p, uint32_t cell_i)
{
	const struct cell_view *c = &p->cells[cell_i];

	for (uint32_t i = 0; i < c->row->regions.count; i++) {
		const struct hv_region *r = &c->regions[i];
		struct extent e = { r->pa.u, r->size };

		if (r->kind != HV_REGION_WINDOW)
			p->found.n_pages += r->size / GRANULE;
		if (r->kind == HV_REGION_RAM)
			add(p, (struct owner){ e, OWNER_RAM, cell_i, i });
		if (r->kind == HV_REGION_DEVICE)
			add(p, (struct owner){ e, OWNER_DEVICE, cell_i, i });
	}
}

static int by_address(const void *a, const void *b)
{
	const struct owner *x = a, *y = b;

	return (x->pa.base > y->pa.base) - (x->pa.base < y->pa.base);
}

static bool is_shared(const struct proof *p, const struct owner *o)
{
	return o->kind == OWNER_DEVICE &&
	       p->cells[o->cell].regions[o->row].flags & HV_SHARED;
}

/* Each against the one before that reaches farthest: it overlaps if any does. */
static void check_apart(struct proof *p)
{
	const struct owner *far = &p->owners[0];

	for (size_t i = 1; i < p->n_owners; i++) {
		const struct owner *o = &p->owners[i];
		struct extent both = { o->pa.base, 1 };

		if (!extent_overlap(far->pa, o->pa)) {
			far = o;
			continue;
		}
		both.size = extent_last(far->pa) < extent_last(o->pa) ?
			extent_last(far->pa) - both.base + 1 : o->pa.size;
		/* Of one cell they are apart: a device is seen at its place. */
		proof_claim(p, is_shared(p, far) && is_shared(p, o),
			    "%s and %s both have %s%s", owner_name(p, far),
			    owner_name(p, o), extent_text(p->arena, both),
			    o->kind == OWNER_DEVICE &&
			    far->kind == OWNER_DEVICE ? ", which not both rows"
			    " call shared" : "");
		if (extent_last(o->pa) > extent_last(far->pa))
			far = o;
	}
}

static void check_memory(struct proof *p, const struct memory *m)
{
	for (size_t i = 0; i < p->n_owners; i++) {
		const struct owner *o = &p->owners[i];
		bool is_needed = o->kind == OWNER_HYPERVISOR ||
				 o->kind == OWNER_RAM ||
				 o->kind == OWNER_VIRTIO ||
				 o->kind == OWNER_CHANNEL;

		proof_claim(p, !is_needed || is_memory(m, o->pa),
			    "%s is at %s, which is not all RAM of the board",
			    owner_name(p, o), extent_text(p->arena, o->pa));
	}
}

/* ---- windows ------------------------------------------------------------- */

static void check_window(struct proof *p, const struct cell_view *c,
			 const struct hv_region *r)
{
	const struct cell_view *subject = &p->cells[r->arg];
	const struct owner *o = proof_owner_at(p, r->pa.u);
	bool is_of = o && o->kind == OWNER_RAM && o->cell == r->arg &&
		     o->pa.base == r->pa.u && o->pa.size == r->size;

	if (!proof_claim(p, is_of, "%s: the window 0x%" PRIx64 "..0x%" PRIx64
			 " on %s shows %s, not one region of its RAM", c->who,
			 r->ipa.u, r->ipa.u + r->size - 1, subject->who,
			 o ? owner_name(p, o) : "what is nobody's"))
		return;
	proof_claim(p, !((r->flags ^ subject->regions[o->row].flags) &
			 HV_UNCACHED),
		    "%s: the window 0x%" PRIx64 " and the RAM of %s do not agree"
		    " on its caching", c->who, r->ipa.u, subject->who);
	proof_claim(p, subject->window_switch != HV_NONE &&
		       &p->cells[p->switches[subject->window_switch].owner] == c,
		    "%s: the window 0x%" PRIx64 " on %s has no switch", c->who,
		    r->ipa.u, subject->who);
}

void proof_owners(struct proof *p)
{
	struct memory m = { NULL, 0 };
	size_t n = p->found.n_differences;

	add_ours(p);
	for (uint32_t i = 0; i < p->head->cells.count; i++)
		add_cell(p, i);
	qsort(p->owners, p->n_owners, sizeof(*p->owners), by_address);
	check_apart(p);
	if (find_memory(p, &m))
		check_memory(p, &m);
	if (n != p->found.n_differences)
		return;
	for (uint32_t i = 0; i < p->head->cells.count; i++)
		for (uint32_t k = 0; k < p->cells[i].row->regions.count; k++)
			if (p->cells[i].regions[k].kind == HV_REGION_WINDOW)
				check_window(p, &p->cells[i],
					     &p->cells[i].regions[k]);
}
