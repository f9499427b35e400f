/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio devices: the rows against the layout, and the layout against the
 * model. A driver sees its half of the registers to read only, a backend that and
 * its own; of the cell in front it sees all RAM or none, as the text says.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "image/verify.h"
#include "target/target.h"

/* ---- the layout ---------------------------------------------------------- */

static bool is_view_of(const struct mapping *map, ipa_t ipa, pa_t pa,
		       bool may_write)
{
	return map->ipa.base.u == ipa.u && map->pa.u == pa.u &&
	       map->ipa.size == GRANULE && !map->access.is_uncached &&
	       map->access.may_write == may_write;
}

static bool is_window(const struct virtio_layout *l, const struct mapping *map)
{
	return is_view_of(map, l->window, l->registers.base, false);
}

static bool is_registers(const struct virtio_layout *l,
			 const struct mapping *map)
{
	const pa_t published = { l->registers.base.u + GRANULE };

	return is_view_of(map, l->back_registers, l->registers.base, false) ||
	       is_view_of(map, (ipa_t){ l->back_registers.u + GRANULE },
			  published, true);
}

/* The run of the cell in front that it shows, all of it; or NULL. */
static const struct mapping *shown(const struct verify *v,
				   const struct virtio *d,
				   const struct mapping *map)
{
	const struct cell_layout *front = &v->layout->cells[d->front->index];

	for (size_t i = 0; i < front->n_mappings; i++) {
		const struct mapping *m = &front->mappings[i];

		if (m->kind == MAP_RAM && m->pa.u == map->pa.u &&
		    m->ipa.size == map->ipa.size)
			return m;
	}
	return NULL;
}

bool verify_follows_view(const struct verify *v, const struct cell *c,
			 const struct mapping *map)
{
	const struct virtio *d = map->virtio;
	const struct mapping *m;

	if (!d || map->switch_i != UINT32_MAX || !map->access.may_read ||
	    map->access.may_execute)
		return false;
	if (d->front == c)
		return is_window(&v->layout->virtios[d->index], map);
	if (d->back != c)
		return false;
	if (is_registers(&v->layout->virtios[d->index], map))
		return true;
	m = d->share_because ? shown(v, d, map) : NULL;
	return m && m->access.may_write == map->access.may_write &&
	       m->access.is_uncached == map->access.is_uncached;
}

/* Of that RAM one run, which the cell behind has; or NULL. */
static const struct mapping *seen(const struct verify *v,
				  const struct virtio *d,
				  const struct mapping *ram)
{
	const struct cell_layout *back = &v->layout->cells[d->back->index];

	for (size_t i = 0; i < back->n_mappings; i++)
		if (back->mappings[i].kind == MAP_VIEW &&
		    back->mappings[i].pa.u == ram->pa.u &&
		    back->mappings[i].ipa.size == ram->ipa.size)
			return &back->mappings[i];
	return NULL;
}

static const struct end_layout *end_of(const struct verify *v,
				       const struct channel *c,
				       const struct cell *cell)
{
	for (size_t i = 0; i < v->layout->n_ends; i++)
		if (v->layout->ends[i].channel == c &&
		    v->layout->ends[i].end->cell == cell)
			return &v->layout->ends[i];
	return NULL;
}

static bool is_bounce(const struct verify *v, const struct virtio *d,
		      const struct view_layout *w)
{
	const struct end_layout *front = end_of(v, d->bounce, d->front);
	const struct end_layout *back = end_of(v, d->bounce, d->back);

	return d->bounce->is_bounce && front && back &&
	       w->front.u == front->memory.u && w->back.u == back->memory.u &&
	       w->size == d->bounce->size && w->may_write;
}

/* By rising address in front: the views follow the cell's runs. */
static bool are_shared(const struct verify *v, const struct virtio *d,
		       const struct view_layout *w, uint32_t n)
{
	const struct cell_layout *front = &v->layout->cells[d->front->index];
	uint32_t k = 0;

	for (size_t i = 0; i < front->n_mappings; i++) {
		const struct mapping *m = &front->mappings[i];
		const struct mapping *s;

		if (m->kind != MAP_RAM)
			continue;
		s = seen(v, d, m);
		if (!s || k == n || w[k].front.u != m->ipa.base.u ||
		    w[k].back.u != s->ipa.base.u ||
		    w[k].size != m->ipa.size ||
		    w[k].may_write != s->access.may_write)
			return false;
		k++;
	}
	return k == n;
}

static bool has_registers(const struct verify *v, const struct virtio *d)
{
	const struct cell_layout *back = &v->layout->cells[d->back->index];
	size_t n = 0;

	for (size_t i = 0; i < back->n_mappings; i++)
		n += is_registers(&v->layout->virtios[d->index],
				  &back->mappings[i]);
	return n == 2;
}

static bool has_window(const struct verify *v, const struct virtio *d)
{
	const struct cell_layout *front = &v->layout->cells[d->front->index];

	for (size_t i = 0; i < front->n_mappings; i++)
		if (front->mappings[i].virtio == d)
			return true;
	return false;
}

void verify_virtio_layout(struct verify *v)
{
	for (size_t i = 0; i < v->model->n_virtios; i++) {
		const struct virtio_layout *l = &v->layout->virtios[i];
		const struct virtio *d = &v->model->virtios[i];
		const struct view_layout *w = &v->layout->views[l->first_view];
		bool is_good = d->bounce ?
			l->n_views == 1 && is_bounce(v, d, w) :
			are_shared(v, d, w, l->n_views);

		if (l->virtio != d || !is_good)
			verify_differ(v, "virtio '%s': its backend sees not what"
				      " the text says", d->name);
		if (!has_window(v, d))
			verify_differ(v, "virtio '%s': its driver does not see"
				      " the registers", d->name);
		if (!has_registers(v, d))
			verify_differ(v, "virtio '%s': its backend sees not"
				      " both halves of the registers", d->name);
	}
}

/* ---- the rows ------------------------------------------------------------ */

static uint32_t kind_of(enum virtio_kind kind)
{
	switch (kind) {
	case VIRTIO_BLOCK:
		return HV_VIRTIO_BLOCK;
	case VIRTIO_NET:
		return HV_VIRTIO_NET;
	case VIRTIO_CONSOLE:
		return HV_VIRTIO_CONSOLE;
	}
	return 0;
}

/* Two of a console, and of each pair; and one that chooses among several. */
static uint32_t n_queues_of(const struct virtio *d)
{
	if (d->kind == VIRTIO_BLOCK)
		return d->n_queues;
	return d->n_queues == 1 ? 2 : 2 * d->n_queues + 1;
}

static uint32_t flags_of(const struct virtio *d)
{
	return (d->is_readonly ? HV_VIRTIO_READONLY : 0) |
	       (d->bounce ? HV_VIRTIO_BOUNCE : 0) |
	       (d->fails_on_loss ? HV_VIRTIO_LOSS_FAIL : 0);
}

static void check_virtio(struct verify *v, const struct virtio_layout *l,
			 const struct hv_virtio *is)
{
	const struct virtio *d = l->virtio;
	const char *where = arena_printf(v->arena, "virtio '%s'", d->name);
	char name[HV_NAME_SIZE] = { 0 };

	strncpy(name, d->name, sizeof(name) - 1);
	if (memcmp(name, is->name, sizeof(name)))
		verify_differ(v, "%s: it has another name", where);
	verify_same(v, where, "kind", is->kind, kind_of(d->kind));
	verify_same(v, where, "flags", is->flags, flags_of(d));
	verify_same(v, where, "front", is->front, d->front->index);
	verify_same(v, where, "back", is->back, d->back->index);
	verify_same(v, where, "front_line", is->front_line,
		    v->model->target->line_id(LINE_SPI, l->front_spi));
	verify_same(v, where, "back_line", is->back_line,
		    v->model->target->line_id(LINE_SPI, l->back_spi));
	verify_same(v, where, "window", is->window.u, l->window.u);
	verify_same(v, where, "registers", is->registers.u,
		    l->registers.base.u);
	verify_same(v, where, "back_registers", is->back_registers.u,
		    l->back_registers.u);
	verify_same(v, where, "back_ring", is->back_ring.u, l->back_ring.u);
	verify_same(v, where, "n_queues", is->n_queues, n_queues_of(d));
	verify_same(v, where, "padding", is->zero, 0);
}

static void check_views(struct verify *v, const struct virtio_layout *l,
			const struct hv_virtio *is)
{
	const char *where = arena_printf(v->arena, "views of virtio '%s'",
					 l->virtio->name);
	const struct hv_view *row = verify_list(v, where, is->views, l->n_views);
	const struct view_layout *w = &v->layout->views[l->first_view];

	for (uint32_t i = 0; row && i < l->n_views; i++) {
		verify_same(v, where, "front", row[i].front.u, w[i].front.u);
		verify_same(v, where, "back", row[i].back.u, w[i].back.u);
		verify_same(v, where, "size", row[i].size, w[i].size);
		verify_same(v, where, "flags", row[i].flags, HV_READ |
			    (w[i].may_write ? HV_WRITE : 0));
		verify_same(v, where, "padding", row[i].zero, 0);
	}
}

void verify_virtios(struct verify *v)
{
	size_t n = v->model->n_virtios;
	const struct hv_virtio *is = verify_list(v, "virtios", v->head->virtios,
						 n);

	for (size_t i = 0; is && i < n; i++) {
		check_virtio(v, &v->layout->virtios[i], &is[i]);
		check_views(v, &v->layout->virtios[i], &is[i]);
	}
}
