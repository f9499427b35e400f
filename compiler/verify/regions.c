/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What rows say that a cell sees: regions by rising ipa, none on another, each
 * with the access that its kind may have; and the pages that stage 2 leaves
 * out, or whose stores it does, each handled by something of that cell's own.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/units.h"
#include "verify/proof.h"

#define FLAGS_ALL (HV_READ | HV_WRITE | HV_EXECUTE | HV_UNCACHED | HV_SHARED)

static const char *region_text(struct proof *p, const struct cell_view *c,
			       const struct hv_region *r)
{
	return arena_printf(p->arena, "%s, region 0x%" PRIx64 "..0x%" PRIx64
			    " at 0x%" PRIx64, c->who, r->ipa.u,
			    r->ipa.u + r->size - 1, r->pa.u);
}

/* ---- regions ------------------------------------------------------------- */

/* RAM may be anything that can be read; what is shared is never executed. */
static bool has_flags(const struct hv_region *r)
{
	uint32_t rw = HV_READ | HV_WRITE;

	if (!(r->flags & HV_READ) || r->flags & ~FLAGS_ALL)
		return false;
	switch (r->kind) {
	case HV_REGION_RAM:
		return !(r->flags & HV_SHARED);
	case HV_REGION_CHANNEL:
		return !(r->flags & (HV_SHARED | HV_EXECUTE));
	case HV_REGION_DEVICE:
		return (r->flags & ~HV_SHARED) == rw;
	case HV_REGION_WINDOW:
		return (r->flags & ~HV_UNCACHED) == rw;
	case HV_REGION_VIEW:
		return !(r->flags & (HV_SHARED | HV_EXECUTE));
	}
	return false;
}

static bool has_arg(const struct proof *p, const struct hv_region *r)
{
	switch (r->kind) {
	case HV_REGION_CHANNEL:
		return r->arg < p->head->channels.count;
	case HV_REGION_WINDOW:
		return r->arg < p->head->cells.count;
	case HV_REGION_VIEW:
		return r->arg < p->head->virtios.count;
	}
	return r->arg == HV_NONE;
}

static void check_region(struct proof *p, const struct cell_view *c,
			 const struct hv_region *r)
{
	const char *where = region_text(p, c, r);

	proof_claim(p, r->kind >= HV_REGION_RAM && r->kind <= HV_REGION_VIEW,
		    "%s: kind is %" PRIu32, where, r->kind);
	proof_claim(p, extent_is(r->pa.u, r->size, GRANULE) &&
		       !((r->pa.u + r->size - 1) >> p->board.pa_bits),
		    "%s: pa is no range of whole pages of the board", where);
	proof_claim(p, extent_is(r->ipa.u, r->size, GRANULE) &&
		       !((r->ipa.u + r->size - 1) >> p->board.ipa_bits),
		    "%s: ipa is no range of whole pages of a cell", where);
	proof_claim(p, has_flags(r), "%s: flags is 0x%" PRIx32
		    ", which kind %" PRIu32 " cannot have", where, r->flags,
		    r->kind);
	proof_claim(p, has_arg(p, r), "%s: arg is 0x%" PRIx32, where, r->arg);
	proof_claim(p, !r->zero, "%s: padding is 0x%" PRIx32, where, r->zero);
	proof_claim(p, r->kind != HV_REGION_DEVICE || r->ipa.u == r->pa.u,
		    "%s: a device is seen at another address than its own",
		    where);
}

static void check_regions(struct proof *p, const struct cell_view *c)
{
	for (uint32_t i = 0; i < c->row->regions.count; i++) {
		const struct hv_region *r = &c->regions[i];

		check_region(p, c, r);
		if (i && !proof_claim(p, r->ipa.u > r[-1].ipa.u &&
				      r->ipa.u - r[-1].ipa.u >= r[-1].size,
				      "%s: regions is not by rising ipa, or they"
				      " overlap", region_text(p, c, r)))
			return;
	}
}

/* ---- trapped pages ------------------------------------------------------- */

static bool is_console(const struct cell_view *c, const struct hv_mmio *m)
{
	return m->size == GRANULE && m->arg == HV_NONE &&
	       c->row->console == HV_CONSOLE_VIRTUAL;
}

static bool is_doorbell(const struct proof *p, uint32_t cell_i,
			const struct hv_mmio *m)
{
	return m->size == GRANULE && m->arg < p->head->ends.count &&
	       p->ends[m->arg].cell == cell_i &&
	       p->ends[m->arg].doorbell.u == m->base.u;
}

static bool is_virtio(const struct proof *p, uint32_t cell_i,
		      const struct hv_mmio *m)
{
	const struct hv_virtio *v;

	if (m->size != HV_VIRTIO_SIZE || m->arg >= p->head->virtios.count)
		return false;
	v = &p->virtios[m->arg];
	if (m->handler == HV_MMIO_VIRTIO)
		return v->front == cell_i && v->window.u == m->base.u;
	return v->back == cell_i && v->back_ring.u == m->base.u;
}

static bool is_controller_cpu(const struct proof *p, uint32_t cell_i,
			      const struct hv_mmio *m)
{
	uint64_t base, size;

	if (m->arg >= p->head->cpus.count || p->cpus[m->arg].cell != cell_i)
		return false;
	p->decoder->read_cpu(p->arch, m->arg, &base, &size);
	return m->base.u == base && m->size == size;
}

static bool has_handler(const struct proof *p, uint32_t cell_i,
			const struct hv_mmio *m)
{
	if (m->handler == HV_MMIO_CONSOLE)
		return is_console(&p->cells[cell_i], m);
	if (m->handler == HV_MMIO_DOORBELL)
		return is_doorbell(p, cell_i, m);
	if (m->handler == HV_MMIO_VIRTIO || m->handler == HV_MMIO_VIRTIO_RING)
		return is_virtio(p, cell_i, m);
	switch (p->decoder->handler(m->handler)) {
	case DECODE_OTHER:
		return false;
	case DECODE_CONTROLLER:
		return m->arg == HV_NONE &&
		       m->base.u == p->board.controller_base &&
		       m->size == p->board.controller_size;
	case DECODE_CONTROLLER_CPU:
		return is_controller_cpu(p, cell_i, m);
	}
	return false;
}

/*
 * Where a driver's stores are trapped, that it reads is for virtio.c to judge. A
 * device has one page trapped: a region of that size on it is at its address.
 */
static bool is_read_there(const struct hv_mmio *m, const struct hv_region *r)
{
	return m->handler == HV_MMIO_VIRTIO && r->kind == HV_REGION_VIEW &&
	       r->arg == m->arg && r->size == m->size;
}

/* Both lists rise: no region is looked at twice. */
static void check_apart(struct proof *p, const struct cell_view *c)
{
	uint32_t k = 0;

	for (uint32_t i = 0; i < c->row->mmio.count; i++) {
		const struct hv_mmio *m = &c->mmio[i];

		while (k < c->row->regions.count &&
		       c->regions[k].ipa.u + c->regions[k].size - 1 < m->base.u)
			k++;
		proof_claim(p, k == c->row->regions.count ||
			       c->regions[k].ipa.u > m->base.u + m->size - 1 ||
			       is_read_there(m, &c->regions[k]),
			    "%s: the trapped page 0x%" PRIx64 " is a region's"
			    " too", c->who, m->base.u);
	}
}

/*
 * All that the cell needs: rows are apart by address, and only a console could
 * stand at two.
 */
static void check_count(struct proof *p, const struct cell_view *c,
			uint32_t cell_i)
{
	bool is_virtual = c->row->console == HV_CONSOLE_VIRTUAL;
	uint64_t want = UINT64_C(1) + c->row->n_cpus + is_virtual;
	uint32_t n_consoles = 0;

	for (uint32_t i = 0; i < p->head->ends.count; i++)
		want += p->ends[i].cell == cell_i && p->ends[i].may_ring;
	for (uint32_t i = 0; i < p->head->virtios.count; i++) {
		want += p->virtios[i].front == cell_i;
		want += p->virtios[i].back == cell_i;
	}
	for (uint32_t i = 0; i < c->row->mmio.count; i++)
		n_consoles += c->mmio[i].handler == HV_MMIO_CONSOLE;
	proof_claim(p, c->row->mmio.count == want && n_consoles == is_virtual,
		    "%s: it has %" PRIu32 " trapped places, and interrupt"
		    " controller, console, doorbells and devices are %" PRIu64,
		    c->who,
		    c->row->mmio.count, want);
}

static void check_mmio(struct proof *p, uint32_t cell_i)
{
	const struct cell_view *c = &p->cells[cell_i];
	bool is_good = true;

	for (uint32_t i = 0; is_good && i < c->row->mmio.count; i++) {
		const struct hv_mmio *m = &c->mmio[i];

		is_good = proof_claim(p, extent_is(m->base.u, m->size, GRANULE) &&
				!((m->base.u + m->size - 1) >> p->board.ipa_bits),
				"%s: mmio, base is 0x%" PRIx64 ", size is 0x%"
				PRIx64, c->who, m->base.u, m->size);
		is_good &= proof_claim(p, !i || (m->base.u > m[-1].base.u &&
				m->base.u - m[-1].base.u >= m[-1].size),
				"%s: mmio at 0x%" PRIx64 " is not by rising"
				" base, or overlaps", c->who, m->base.u);
		proof_claim(p, has_handler(p, cell_i, m), "%s: mmio at 0x%"
			    PRIx64 "..0x%" PRIx64 ", handler is 0x%" PRIx32
			    ", arg is 0x%" PRIx32 ": no such place is this"
			    " cell's", c->who, m->base.u,
			    m->base.u + m->size - 1, m->handler, m->arg);
	}
	if (!is_good)
		return;
	check_apart(p, c);
	check_count(p, c, cell_i);
	proof_slots(p, c);
}

void proof_regions(struct proof *p)
{
	for (uint32_t i = 0; i < p->head->cells.count; i++) {
		size_t n = p->found.n_differences;

		check_regions(p, &p->cells[i]);
		if (n == p->found.n_differences)
			check_mmio(p, i);
	}
}
