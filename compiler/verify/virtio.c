/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio devices: each row by itself and beside its peers, and what its cells reach
 * for it. In front that is the driver's half of the registers, at the window, to
 * read only. Behind it is both halves, the driver's to read only; and of the cell in
 * front either one channel that nobody else has an end of, or all RAM, no more than
 * that cell may do with it.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "verify/proof.h"

#define FLAGS_ALL (HV_VIRTIO_READONLY | HV_VIRTIO_BOUNCE | HV_VIRTIO_LOSS_FAIL)
#define RW (HV_READ | HV_WRITE)

_Static_assert(HV_VIRTIO_SIZE == GRANULE, "each register page is a granule");

static const char *virtio_name(struct proof *p, uint32_t i)
{
	const char *name = p->virtios[i].name;

	return name_is_whole(name) ?
		arena_printf(p->arena, "virtio '%s'", name) :
		arena_printf(p->arena, "virtio %" PRIu32, i);
}

/* ---- rows ---------------------------------------------------------------- */

/* A console has two queues, a network device two and more. */
static bool has_queues(const struct hv_virtio *v)
{
	uint32_t least = v->kind == HV_VIRTIO_BLOCK ? 1 : 2;
	uint32_t most = v->kind == HV_VIRTIO_CONSOLE ? 2 :
						       HV_VIRTIO_MAX_QUEUES;

	return v->n_queues >= least && v->n_queues <= most;
}

static void check_kind(struct proof *p, const struct hv_virtio *v,
		       const char *who)
{
	proof_claim(p, name_is_whole(v->name), "%s: its name is not printable"
		    " text with zeros behind it", who);
	proof_claim(p, v->kind >= HV_VIRTIO_NET && v->kind <= HV_VIRTIO_CONSOLE,
		    "%s: kind is %" PRIu32, who, v->kind);
	proof_claim(p, !(v->flags & ~FLAGS_ALL) &&
		       (v->kind == HV_VIRTIO_BLOCK ||
			!(v->flags & HV_VIRTIO_READONLY)),
		    "%s: flags is 0x%" PRIx32, who, v->flags);
	proof_claim(p, has_queues(v), "%s: n_queues is %" PRIu32, who,
		    v->n_queues);
	proof_claim(p, !v->zero, "%s: padding is 0x%" PRIx32, who, v->zero);
}

/* The root cell serves others. */
static bool check_cells(struct proof *p, const struct hv_virtio *v,
			const char *who)
{
	return proof_claim(p, v->front < p->head->cells.count &&
			      v->back < p->head->cells.count &&
			      v->back == p->head->root_cell &&
			      v->front != v->back,
			   "%s: front is %" PRIu32 ", back is %" PRIu32, who,
			   v->front, v->back);
}

/* Where it is seen and trapped, regions and mmio say; they are looked at too. */
static void check_places(struct proof *p, const struct hv_virtio *v,
			 const char *who)
{
	uint64_t size = 2 * HV_VIRTIO_SIZE;

	proof_claim(p, extent_is(v->registers.u, size, GRANULE) &&
		       !((v->registers.u + size - 1) >> p->board.pa_bits),
		    "%s: registers is 0x%" PRIx64, who, v->registers.u);
	proof_claim(p, extent_is(v->back_registers.u, size, GRANULE),
		    "%s: back_registers is 0x%" PRIx64, who,
		    v->back_registers.u);
}

static void check_line(struct proof *p, const char *who, const char *what,
		       uint32_t line, uint32_t cell_i)
{
	proof_claim(p, line >= p->board.first_shared &&
		       proof_has_line(p, &p->cells[cell_i], line),
		    "%s: %s is %" PRIu32 ", which %s does not have", who, what,
		    line, p->cells[cell_i].who);
}

static void check_row(struct proof *p, uint32_t i)
{
	const struct hv_virtio *v = &p->virtios[i];
	const char *who = virtio_name(p, i);

	check_kind(p, v, who);
	check_places(p, v, who);
	if (!check_cells(p, v, who))
		return;
	check_line(p, who, "front_line", v->front_line, v->front);
	check_line(p, who, "back_line", v->back_line, v->back);
	proof_claim(p, v->views.count, "%s: its backend sees no memory", who);
	for (uint32_t k = 0; k < v->views.count; k++)
		proof_claim(p, !p->views[i][k].zero, "%s: view %" PRIu32
			    ": padding is 0x%" PRIx32, who, k,
			    p->views[i][k].zero);
}

static void check_names(struct proof *p)
{
	uint32_t n = p->head->virtios.count;
	struct named *list = arena_array(p->arena, n, sizeof(*list));

	for (uint32_t i = 0; i < n; i++)
		list[i] = (struct named){ p->virtios[i].name, virtio_name(p, i) };
	proof_names(p, list, n, "devices");
}

/* ---- bounce memory ------------------------------------------------------- */

static uint32_t channel_named(const struct proof *p, const char *name)
{
	for (uint32_t i = 0; i < p->head->channels.count; i++)
		if (!memcmp(p->channels[i].name, name, HV_NAME_SIZE))
			return i;
	return HV_NONE;
}

/* The channel of its name is between the two alone, and no doorbell's. */
static void check_bounce(struct proof *p, uint32_t i)
{
	const struct hv_virtio *v = &p->virtios[i];
	const struct hv_view *w = p->views[i];
	uint32_t channel = channel_named(p, v->name);
	uint32_t front = proof_end_of(p, channel, v->front);
	uint32_t back = proof_end_of(p, channel, v->back);

	if (!proof_claim(p, front != HV_NONE && back != HV_NONE &&
			    p->channels[channel].ends.count == 2 &&
			    p->channels[channel].flags == HV_CHANNEL_BOUNCE &&
			    p->ends[front].flags == RW &&
			    p->ends[back].flags == RW,
			 "%s: no channel of its name is bounce memory between"
			 " its two cells", virtio_name(p, i)))
		return;
	proof_claim(p, v->views.count == 1 &&
		       w->front.u == p->ends[front].memory.u &&
		       w->back.u == p->ends[back].memory.u &&
		       w->size == p->channels[channel].size && w->flags == RW,
		    "%s: its backend's view is not its bounce memory",
		    virtio_name(p, i));
	p->pool_of[channel] = v->front;
}

/* All bounce memory is some device's. */
static void check_pools(struct proof *p)
{
	for (uint32_t i = 0; i < p->head->channels.count; i++)
		p->pool_of[i] = HV_NONE;
	for (uint32_t i = 0; i < p->head->virtios.count; i++)
		if (p->virtios[i].flags & HV_VIRTIO_BOUNCE)
			check_bounce(p, i);
	for (uint32_t i = 0; i < p->head->channels.count; i++)
		proof_claim(p, p->pool_of[i] != HV_NONE ||
			       !(p->channels[i].flags & HV_CHANNEL_BOUNCE),
			    "channel '%s' is bounce memory of no device",
			    p->channels[i].name);
}

bool proof_is_pool(const struct proof *p, uint32_t cell_i,
		   const struct hv_region *r)
{
	return r->kind == HV_REGION_CHANNEL && p->pool_of[r->arg] == cell_i;
}

void proof_virtios(struct proof *p)
{
	for (uint32_t i = 0; i < p->head->virtios.count; i++)
		check_row(p, i);
	check_names(p);
	p->pool_of = arena_array(p->arena, p->head->channels.count,
				 sizeof(*p->pool_of));
	/* Channels and ends have been found good, or it is told. */
	if (!p->found.n_differences)
		check_pools(p);
}

/* ---- what the cells reach ------------------------------------------------- */

/* Of several devices that share the same cell's RAM, the first has the rows. */
static bool is_first_sharing(const struct proof *p, uint32_t i)
{
	for (uint32_t k = 0; k < i; k++)
		if (p->virtios[k].front == p->virtios[i].front &&
		    !(p->virtios[k].flags & HV_VIRTIO_BOUNCE))
			return false;
	return !(p->virtios[i].flags & HV_VIRTIO_BOUNCE);
}

/* RAM of the cell in front that is one region there, and its access. */
static bool is_shared_ram(const struct proof *p, const struct hv_region *r)
{
	const struct hv_virtio *v = &p->virtios[r->arg];
	const struct owner *o = proof_owner_at(p, r->pa.u);

	return is_first_sharing(p, r->arg) && o && o->kind == OWNER_RAM &&
	       o->cell == v->front && o->pa.base == r->pa.u &&
	       o->pa.size == r->size &&
	       r->flags == (p->cells[v->front].regions[o->row].flags &
			    (HV_READ | HV_WRITE | HV_UNCACHED));
}

static bool is_half(const struct hv_region *r, uint64_t pa, uint64_t ipa,
		    uint32_t flags)
{
	return r->pa.u == pa && r->ipa.u == ipa && r->size == HV_VIRTIO_SIZE &&
	       r->flags == flags;
}

static bool is_window(const struct proof *p, const struct hv_region *r)
{
	const struct hv_virtio *v = &p->virtios[r->arg];

	return is_half(r, v->registers.u, v->window.u, HV_READ);
}

static bool is_registers(const struct proof *p, const struct hv_region *r)
{
	const struct hv_virtio *v = &p->virtios[r->arg];

	return is_half(r, v->registers.u, v->back_registers.u, HV_READ) ||
	       is_half(r, v->registers.u + HV_VIRTIO_SIZE,
		       v->back_registers.u + HV_VIRTIO_SIZE, RW);
}

/* How often a device is seen. Rows are apart by ipa: once each, but for RAM. */
struct seen {
	uint32_t n_windows, n_halves;
};

static void check_region(struct proof *p, uint32_t cell_i,
			 const struct hv_region *r, struct seen *seen)
{
	const struct hv_virtio *v = &p->virtios[r->arg];
	bool is_back = v->back == cell_i;
	bool is_half_of = is_back && is_registers(p, r);
	bool is_in_front = v->front == cell_i && is_window(p, r);

	seen[r->arg].n_windows += is_in_front;
	seen[r->arg].n_halves += is_half_of;
	proof_claim(p, is_in_front || is_half_of ||
		       (is_back && is_shared_ram(p, r)),
		    "%s: the view 0x%" PRIx64 "..0x%" PRIx64 " shows %s, which %s"
		    " does not give it", p->cells[cell_i].who, r->ipa.u,
		    r->ipa.u + r->size - 1, proof_owner_text(p, (struct extent){
			    r->pa.u, r->size }), virtio_name(p, r->arg));
}

/* Regions of kind VIEW in a cell that show RAM. */
static uint32_t count_ram_views(const struct proof *p, uint32_t cell_i,
				uint32_t front)
{
	const struct cell_view *c = &p->cells[cell_i];
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->row->regions.count; i++)
		n += c->regions[i].kind == HV_REGION_VIEW &&
		     p->virtios[c->regions[i].arg].front == front &&
		     !is_registers(p, &c->regions[i]);
	return n;
}

/* The view of one region: the cell behind has just that at its place. */
static bool is_seen(const struct proof *p, const struct hv_virtio *v,
		    const struct hv_view *w, const struct hv_region *ram)
{
	const struct hv_region *r = proof_region_at(&p->cells[v->back],
						    w->back.u);

	return w->front.u == ram->ipa.u && w->size == ram->size && r &&
	       r->kind == HV_REGION_VIEW && r->ipa.u == w->back.u &&
	       r->pa.u == ram->pa.u && r->size == ram->size &&
	       w->flags == (r->flags & RW);
}

/* By rising address in front, one view for each region of its RAM. */
static void check_shared(struct proof *p, uint32_t i)
{
	const struct hv_virtio *v = &p->virtios[i];
	const struct cell_view *front = &p->cells[v->front];
	bool is_good = true;
	uint32_t n = 0;

	for (uint32_t k = 0; k < front->row->regions.count; k++) {
		if (front->regions[k].kind != HV_REGION_RAM)
			continue;
		is_good &= n < v->views.count &&
			   is_seen(p, v, &p->views[i][n], &front->regions[k]);
		n++;
	}
	proof_claim(p, is_good && n == v->views.count &&
		       n == count_ram_views(p, v->back, v->front),
		    "%s: what its backend sees is not the RAM of %s",
		    virtio_name(p, i), front->who);
}

void proof_views(struct proof *p)
{
	struct seen *seen = arena_array(p->arena, p->head->virtios.count,
					sizeof(*seen));

	for (uint32_t i = 0; i < p->head->cells.count; i++)
		for (uint32_t k = 0; k < p->cells[i].row->regions.count; k++)
			if (p->cells[i].regions[k].kind == HV_REGION_VIEW)
				check_region(p, i, &p->cells[i].regions[k],
					     seen);
	for (uint32_t i = 0; i < p->head->virtios.count; i++) {
		proof_claim(p, seen[i].n_windows == 1, "%s: its driver does not"
			    " see the registers", virtio_name(p, i));
		proof_claim(p, seen[i].n_halves == 2, "%s: its backend sees not both"
			    " halves of the registers", virtio_name(p, i));
		if (!(p->virtios[i].flags & HV_VIRTIO_BOUNCE))
			check_shared(p, i);
	}
}
