/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The promises of layout.h, tested on the finished layout. Nothing that a user
 * can write makes one of these fail: it is our fault, and no image is better
 * than this one. Deliberately simple.
 */
#include <stdio.h>
#include <stdlib.h>

#include "hv_abi.h"

#include "place/placer.h"

static void must(bool is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "hvcc: internal fault: the layout breaks '%s'\n", what);
	abort();
}

/* ---- physical memory ----------------------------------------------------- */

/* One owner's run of RAM; a channel's ends are one owner. */
struct owned { struct pa_range range; const void *owner; };

static int owned_by_base(const void *left, const void *right)
{
	const struct owned *a = left, *b = right;

	return (a->range.base.u > b->range.base.u) -
	       (a->range.base.u < b->range.base.u);
}

static bool is_same(const struct owned *a, const struct owned *b)
{
	return a->owner == b->owner && a->range.base.u == b->range.base.u &&
	       a->range.size == b->range.size;
}

static size_t list_cell(const struct cell_layout *c, struct owned *out)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_mappings; i++) {
		const struct mapping *m = &c->mappings[i];

		if (m->kind == MAP_RAM)
			out[n++] = (struct owned){ { m->pa, m->ipa.size }, c };
		else if (m->kind == MAP_CHANNEL)
			out[n++] = (struct owned){ { m->pa, m->ipa.size },
						   m->channel };
	}
	return n;
}

static void audit_memory(const struct layout *l)
{
	size_t n = 1 + l->model->n_virtios;

	for (size_t i = 0; i < l->model->n_cells; i++)
		n += l->cells[i].n_mappings;

	struct owned *list = calloc(n, sizeof(*list));

	must(list, "there is memory for the audit");
	list[0] = (struct owned){ l->hypervisor.all, l };
	n = 1;
	for (size_t i = 0; i < l->model->n_virtios; i++)
		list[n++] = (struct owned){ l->virtios[i].registers,
					    &l->virtios[i] };
	for (size_t i = 0; i < l->model->n_cells; i++)
		n += list_cell(&l->cells[i], list + n);
	qsort(list, n, sizeof(*list), owned_by_base);
	/* Where any two overlap, two neighbours do. */
	for (size_t i = 1; i < n; i++)
		must(is_same(&list[i - 1], &list[i]) ||
		     !pa_overlap(list[i - 1].range, list[i].range),
		     "memory has one owner");
	free(list);
}

/* Where the driver reads what the hypervisor writes. */
static bool is_window(const struct virtio_layout *v, const struct mapping *m)
{
	return m->kind == MAP_VIEW && m->virtio == v->virtio &&
	       m->ipa.base.u == v->window.u && m->ipa.size == GRANULE &&
	       m->pa.u == v->registers.base.u && !m->access.may_write &&
	       !m->access.may_execute;
}

/* The window of a device in front; registers of one whose backend is that cell's,
 * or RAM shared with it. */
static bool is_view(const struct layout *l, const struct cell *c,
		    const struct mapping *m)
{
	const struct pa_range pa = { m->pa, m->ipa.size };
	const struct virtio *d = m->virtio;
	const struct cell_layout *front = &l->cells[d->front->index];

	if (d->front == c)
		return is_window(&l->virtios[d->index], m);
	if (d->back != c || m->access.may_execute)
		return false;
	if (pa_contains(l->virtios[d->index].registers, pa))
		return true;
	for (size_t i = 0; d->share_because && i < front->n_mappings; i++)
		if (front->mappings[i].kind == MAP_RAM &&
		    pa_contains((struct pa_range){ front->mappings[i].pa,
				front->mappings[i].ipa.size }, pa))
			return true;
	return false;
}

static void audit_views(const struct layout *l)
{
	for (size_t i = 0; i < l->model->n_cells; i++)
		for (size_t k = 0; k < l->cells[i].n_mappings; k++) {
			const struct mapping *m = &l->cells[i].mappings[k];

			must(m->kind != MAP_VIEW ||
			     is_view(l, l->cells[i].cell, m),
			     "a view is of a device's registers or shared RAM");
		}
}

/* Parts lie in their order and end inside `all`. */
static void audit_hypervisor(const struct hypervisor_layout *h)
{
	const struct pa_range *parts[] = {
		&h->head, &h->text, &h->rodata, &h->data_bss, &h->tables,
		&h->cpu_areas, &h->rings, &h->pristine,
	};
	uint64_t at = h->all.base.u;

	must(is_aligned(at, BLOCK), "the hypervisor is block aligned");
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		must(parts[i]->base.u == at && is_aligned(at, GRANULE),
		     "the hypervisor's parts follow each other");
		at += parts[i]->size;
	}
	must(at - h->all.base.u <= h->all.size,
	     "the hypervisor's parts are inside its memory");
	must(h->image_size == h->cpu_areas.base.u - h->all.base.u,
	     "the image ends where the stacks begin");
}

/* ---- one cell ------------------------------------------------------------ */

static void audit_mappings(const struct cell_layout *c)
{
	for (size_t i = 0; i < c->n_mappings; i++) {
		const struct mapping *m = &c->mappings[i];

		must(m->ipa.size && is_aligned(m->ipa.base.u, GRANULE) &&
		     is_aligned(m->pa.u, GRANULE) &&
		     is_aligned(m->ipa.size, GRANULE),
		     "a mapping is whole granules");
		must(!i || ipa_last(c->mappings[i - 1].ipa).u < m->ipa.base.u,
		     "mappings of a cell do not overlap");
	}
}

static void audit_traps(const struct layout *l, const struct cell_layout *c)
{
	for (size_t i = 0; i < c->n_traps; i++) {
		const struct trap *t = &c->traps[i];

		must(t->ipa.size && is_aligned(t->ipa.base.u, GRANULE) &&
		     is_aligned(t->ipa.size, GRANULE),
		     "a trap is whole granules");
		must(!i || ipa_last(c->traps[i - 1].ipa).u < t->ipa.base.u,
		     "traps of a cell do not overlap");
		for (size_t k = 0; k < c->n_mappings; k++)
			must(!ipa_overlap(t->ipa, c->mappings[k].ipa) ||
			     (t->kind == TRAP_VIRTIO &&
			      is_window(&l->virtios[t->arg], &c->mappings[k])),
			     "no trap is mapped, but a window to read");
	}
}

static bool is_in_ram(const struct cell_layout *c, const struct piece *p)
{
	struct ipa_range all = { p->ipa, p->memory_size };

	for (size_t i = 0; i < c->n_mappings; i++) {
		const struct mapping *m = &c->mappings[i];

		if (m->kind == MAP_RAM && ipa_contains(m->ipa, all) &&
		    p->pa.u - m->pa.u == p->ipa.u - m->ipa.base.u)
			return true;
	}
	return false;
}

static void audit_pieces(const struct layout *l, const struct cell_layout *c)
{
	for (size_t i = 0; i < c->n_pieces; i++) {
		const struct piece *p = &c->pieces[i];
		struct ipa_range all = { p->ipa, p->memory_size };

		must(p->size <= p->memory_size && is_in_ram(c, p),
		     "a payload is in its cell's RAM");
		for (size_t k = 0; k < i; k++)
			must(!ipa_overlap(all, (struct ipa_range){
				c->pieces[k].ipa, c->pieces[k].memory_size }),
			     "payloads of a cell do not overlap");
		must(!p->has_pristine ||
		     pa_contains(l->hypervisor.pristine, (struct pa_range){
			     p->pristine, p->size }),
		     "a pristine copy is the hypervisor's");
	}
}

/* ---- lines --------------------------------------------------------------- */

static bool has_spi(const struct cell_layout *c, const struct line *l)
{
	for (size_t i = 0; i < c->n_lines; i++)
		if (c->lines[i].kind == LINE_SPI &&
		    c->lines[i].number == l->number)
			return true;
	return false;
}

static void audit_lines(const struct layout *l)
{
	for (size_t a = 0; a < l->model->n_cells; a++)
		for (size_t b = 0; b < a; b++)
			for (size_t i = 0; i < l->cells[a].n_lines; i++)
				must(l->cells[a].lines[i].kind != LINE_SPI ||
				     !has_spi(&l->cells[b],
					      &l->cells[a].lines[i]),
				     "a line has one owner");
	for (size_t i = 0; i < l->model->board->n_cpus; i++)
		for (size_t c = 0; c < l->model->n_cells; c++)
			must(!has_spi(&l->cells[c], &(struct line){
				     .number = l->ipi_spis[i] }),
			     "the line of an IPI is no cell's");
}

void audit(const struct layout *l)
{
	audit_memory(l);
	audit_views(l);
	audit_hypervisor(&l->hypervisor);
	for (size_t i = 0; i < l->model->n_cells; i++) {
		audit_mappings(&l->cells[i]);
		audit_traps(l, &l->cells[i]);
		audit_pieces(l, &l->cells[i]);
	}
	audit_lines(l);
	must(l->hypervisor.pool_offset + l->pool->n_words * 8 <=
	     l->hypervisor.tables.size, "the page tables fit their room");
}
