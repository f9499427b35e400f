/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio devices: what the cells see of each, and where. Their trapped pages are
 * in traps.c, their lines in lines.c, the memory of their registers in memory.c;
 * `bounce` memory is a channel, and placed as one.
 */
#include <stdlib.h>

#include "hv_abi.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "place/view.h"

_Static_assert(HV_VIRTIO_SIZE == GRANULE, "each register page is a granule");

/*
 * Virtio 1.2: a console has two (5.3.2), a network device two for each pair and,
 * to choose among several pairs, a control queue (5.1.2).
 */
static uint32_t n_queues(const struct virtio *v)
{
	switch (v->kind) {
	case VIRTIO_BLOCK:
		return v->n_queues;
	case VIRTIO_NET:
		return 2 * v->n_queues + (v->n_queues > 1);
	case VIRTIO_CONSOLE:
		break;
	}
	return 2;
}

void virtios_list(struct placer *p)
{
	const struct model *m = p->model;

	p->virtios = arena_array(p->arena, m->n_virtios, sizeof(*p->virtios));
	p->layout->virtios = p->virtios;
	for (size_t i = 0; i < m->n_virtios; i++)
		p->virtios[i] = (struct virtio_layout){
			.virtio = &m->virtios[i],
			.n_queues = n_queues(&m->virtios[i]) };
}

/* ---- registers ----------------------------------------------------------- */

static bool tell_no_run(struct view *v, const struct virtio *d, uint64_t size,
			const char *what)
{
	diag_error(v->p->diag, &rule_place_full, d->at_back,
		   "cell '%s' has no free run of %s in its addresses for %s of"
		   " '%s'", v->cell->name, space_size_text(v->p->arena, size),
		   what, d->name);
	return false;
}

static struct mapping view_of(const struct virtio *d, ipa_t ipa,
			      struct pa_range run, struct access access)
{
	return (struct mapping){
		.kind = MAP_VIEW, .ipa = { ipa, run.size }, .pa = run.base,
		.access = access, .virtio = d, .switch_i = UINT32_MAX,
		.at = d->at_back,
	};
}

/* The page is trapped too: that is where a store goes. */
void view_window(struct view *v, const struct virtio_layout *l)
{
	struct mapping m = view_of(l->virtio, l->window,
				   (struct pa_range){ l->registers.base, GRANULE },
				   (struct access){ .may_read = true });

	m.at = l->virtio->at_front;
	view_map(v, m);
}

/* The driver's half is the hypervisor's to write, the backend's half its own. */
static bool map_registers(struct view *v, struct virtio_layout *l)
{
	const struct access ro = { .may_read = true };
	const struct access rw = { .may_read = true, .may_write = true };
	struct pages *pages = &v->p->pages[v->cell->index];
	struct pa_range half = { l->registers.base, GRANULE };

	/* memory.c may have found them free at their own address. */
	if (!l->back_registers.u) {
		if (!pages_find(pages, l->registers.size, GRANULE,
				ipa_of_identity(l->registers).base,
				&l->back_registers))
			return tell_no_run(v, l->virtio, l->registers.size,
					   "the registers");
		pages_hold(pages, (struct ipa_range){ l->back_registers,
						      l->registers.size });
	}
	view_map(v, view_of(l->virtio, l->back_registers, half, ro));
	half.base.u += GRANULE;
	view_map(v, view_of(l->virtio, (ipa_t){ l->back_registers.u + GRANULE },
			    half, rw));
	return true;
}

/* ---- shared RAM ---------------------------------------------------------- */

/* Several devices that share a cell's RAM share one view of it, the root cell's. */
static bool is_first_sharing(const struct model *m, const struct virtio *d)
{
	for (const struct virtio *o = m->virtios; o < d; o++)
		if (o->share_because && o->front == d->front)
			return false;
	return d->share_because;
}

/* Blocks of memory stay blocks where its place in them is kept. */
static bool find_view(struct pages *pages, struct pa_range run, ipa_t *out)
{
	uint64_t offset = run.base.u & (BLOCK - 1);

	if (run.size >= BLOCK &&
	    pages_find(pages, run.size + offset, BLOCK,
		       ipa_of_identity(run).base, out)) {
		out->u += offset;
		return true;
	}
	return pages_find(pages, run.size, GRANULE, ipa_of_identity(run).base,
			  out);
}

/* No more than the cell itself may do with it, and nothing is executed. */
static bool share_run(struct view *v, const struct virtio *d,
		      const struct region *r, struct pa_range run)
{
	struct pages *pages = &v->p->pages[v->cell->index];
	struct access access = r->access;
	ipa_t ipa;

	access.may_execute = false;
	if (!find_view(pages, run, &ipa))
		return tell_no_run(v, d, run.size, "the driver's memory");
	pages_hold(pages, (struct ipa_range){ ipa, run.size });
	view_map(v, view_of(d, ipa, run, access));
	return true;
}

static bool share_ram(struct view *v, const struct virtio *d)
{
	for (size_t r = 0; r < d->front->n_regions; r++) {
		const struct placed_region *g =
			&v->p->regions[d->front->index][r];

		for (size_t i = 0; i < g->n_runs; i++)
			if (!share_run(v, d, g->region, g->runs[i]))
				return false;
	}
	return true;
}

bool view_virtios(struct view *v)
{
	const struct model *m = v->p->model;

	for (size_t i = 0; i < m->n_virtios; i++) {
		const struct virtio *d = &m->virtios[i];

		if (d->back != v->cell)
			continue;
		if (!map_registers(v, &v->p->virtios[i]))
			return false;
		if (is_first_sharing(m, d) && !share_ram(v, d))
			return false;
	}
	return true;
}

/* ---- what each backend sees ---------------------------------------------- */

static void add_view(struct placer *p, struct view_layout view)
{
	size_t n = p->layout->n_views++;

	p->views = arena_grow(p->arena, p->views, n, sizeof(*p->views));
	p->views[n] = view;
}

static const struct end_layout *end_of(const struct placer *p,
				       const struct channel *c,
				       const struct cell *cell)
{
	const struct end_layout *e = &p->ends[p->channels[c->index].first_end];

	while (e->end->cell != cell)
		e++;
	return e;
}

static void list_bounce(struct placer *p, const struct virtio *d)
{
	const struct end_layout *front = end_of(p, d->bounce, d->front);
	const struct end_layout *back = end_of(p, d->bounce, d->back);

	add_view(p, (struct view_layout){
		.virtio = d, .front = front->memory, .back = back->memory,
		.size = d->bounce->size, .may_write = back->end->may_write,
		.at = d->at_view });
}

/* Where the cell behind has this run of the cell in front. */
static const struct mapping *find_shared(const struct placer *p,
					 const struct virtio *d, pa_t pa)
{
	const struct cell_layout *back = &p->cells[d->back->index];

	for (size_t i = 0; i < back->n_mappings; i++)
		if (back->mappings[i].kind == MAP_VIEW &&
		    back->mappings[i].pa.u == pa.u)
			return &back->mappings[i];
	abort();
}

static void list_shared(struct placer *p, const struct virtio *d)
{
	const struct cell_layout *front = &p->cells[d->front->index];

	for (size_t i = 0; i < front->n_mappings; i++) {
		const struct mapping *m = &front->mappings[i];
		const struct mapping *seen;

		if (m->kind != MAP_RAM)
			continue;
		seen = find_shared(p, d, m->pa);
		add_view(p, (struct view_layout){
			.virtio = d, .front = m->ipa.base,
			.back = seen->ipa.base, .size = m->ipa.size,
			.may_write = seen->access.may_write,
			.at = d->at_view });
	}
}

void virtios_views(struct placer *p)
{
	for (size_t i = 0; i < p->model->n_virtios; i++) {
		const struct virtio *d = &p->model->virtios[i];

		p->virtios[i].first_view = (uint32_t)p->layout->n_views;
		if (d->bounce)
			list_bounce(p, d);
		else
			list_shared(p, d);
		p->virtios[i].n_views = (uint32_t)p->layout->n_views -
					p->virtios[i].first_view;
	}
	p->layout->views = p->views;
}
