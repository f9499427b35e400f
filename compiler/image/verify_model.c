/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The layout against the model. The image is compared with the layout, which
 * place made: here every run that a cell reaches and every line that it has
 * must follow from a statement of the text, and all that was stated must be
 * there; what nobody stated the place of lies in memory that the board has and
 * does not reserve.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "image/verify.h"

static const char *where_of(struct verify *v, const struct cell *c,
			    const struct mapping *m)
{
	return arena_printf(v->arena, "cell '%s', 0x%" PRIx64 "..0x%" PRIx64,
			    c->name, m->ipa.base.u, ipa_last(m->ipa).u);
}

static struct pa_range output_of(const struct mapping *m)
{
	return (struct pa_range){ m->pa, m->ipa.size };
}

static bool has_access(const struct access *a, const struct access *b)
{
	return a->may_read == b->may_read && a->may_write == b->may_write &&
	       a->may_execute == b->may_execute &&
	       a->is_uncached == b->is_uncached;
}

/* ---- memory -------------------------------------------------------------- */

/* NULL is nobody's. */
static bool is_region_of(const struct cell *c, const struct region *r)
{
	return r >= c->regions && r < c->regions + c->n_regions;
}

static const struct pa_range *memory_at(const struct board *b, pa_t at)
{
	for (size_t i = 0; i < b->n_memory; i++)
		if (pa_overlap(b->memory[i].range, (struct pa_range){ at, 1 }))
			return &b->memory[i].range;
	return NULL;
}

/* Nodes of RAM that touch are one: a region may cross from one to the next. */
static bool is_memory(const struct board *b, struct pa_range r)
{
	while (r.size) {
		const struct pa_range *m = memory_at(b, r.base);
		uint64_t n;

		if (!m)
			return false;
		n = pa_common(*m, r);
		r.base.u += n;
		r.size -= n;
	}
	return true;
}

static bool is_free_memory(const struct board *b, struct pa_range r)
{
	bool is_inside = is_memory(b, r);

	for (size_t i = 0; i < b->n_reserved; i++)
		is_inside &= !pa_overlap(b->reserved[i].range, r);
	return is_inside;
}

/* Which of it is whose, the image shows by itself; not what is reserved. */
static void check_memory(struct verify *v, const char *what, struct pa_range r)
{
	if (!is_free_memory(v->model->board, r))
		verify_differ(v, "%s is at 0x%" PRIx64 "..0x%" PRIx64
			      ", which is no free memory of the board", what,
			      r.base.u, pa_last(r).u);
}

static void check_hypervisor(struct verify *v)
{
	const struct hypervisor *h = &v->model->hypervisor;
	struct pa_range all = v->layout->hypervisor.all;

	check_memory(v, "the hypervisor", all);
	if (h->has_pa && h->pa.u != all.base.u)
		verify_differ(v, "the hypervisor is at 0x%" PRIx64 ", not 0x%"
			      PRIx64, all.base.u, h->pa.u);
}

/* A region in one piece, or rest in several, where and as the text says. */
static bool follows_region(const struct model *m, const struct cell *c,
			   const struct mapping *map)
{
	const struct region *r = map->region;
	uint64_t shift = map->ipa.base.u - map->pa.u;

	if (!is_region_of(c, r) || !has_access(&map->access, &r->access) ||
	    !is_free_memory(m->board, output_of(map)))
		return false;
	if (r->is_rest)
		return !shift;
	if (map->ipa.size != r->size || (r->has_pa && r->pa.u != map->pa.u))
		return false;
	return r->has_ipa ? r->ipa.u == map->ipa.base.u : !shift;
}

/* ---- devices ------------------------------------------------------------- */

static struct pa_range pages_of(struct pa_range r)
{
	uint64_t base = r.base.u & ~(GRANULE - 1);
	uint64_t last = pa_last(r).u | (GRANULE - 1);

	return (struct pa_range){ { base }, last - base + 1 };
}

static bool device_has_page(const struct device *d, struct pa_range page)
{
	for (size_t i = 0; i < d->n_regs; i++)
		if (pa_contains(pages_of(d->regs[i].range), page))
			return true;
	return false;
}

static bool cell_has_page(const struct cell *c, struct pa_range page)
{
	for (size_t i = 0; i < c->n_devices; i++)
		if (device_has_page(c->devices[i].device, page))
			return true;
	return c->console == CONSOLE_DEVICE &&
	       device_has_page(c->console_device, page);
}

/* Side by side several devices are one run; a large window is many pages. */
static bool follows_devices(const struct cell *c, const struct mapping *map)
{
	uint64_t at = map->pa.u, end = at + map->ipa.size;

	if (map->ipa.base.u != map->pa.u)
		return false;
	if (cell_has_page(c, output_of(map)))
		return true;
	for (; at < end; at += GRANULE)
		if (!cell_has_page(c, (struct pa_range){ { at }, GRANULE }))
			return false;
	return true;
}

/* ---- what is shared ------------------------------------------------------ */

static bool follows_channel(const struct verify *v, const struct cell *c,
			    const struct mapping *map)
{
	const struct channel *ch = map->channel;
	const struct switch_layout *s;

	if (!ch || map->switch_i >= v->layout->n_switches)
		return false;
	s = &v->layout->switches[map->switch_i];
	if (s->kind != SWITCH_SHARED || s->channel != ch || s->owner != c ||
	    map->ipa.size != ch->size ||
	    map->pa.u != v->layout->channels[ch->index].memory.base.u ||
	    (ch->has_pa && map->pa.u != ch->pa.u))
		return false;
	for (size_t i = 0; i < ch->n_ends; i++)
		if (ch->ends[i].cell == c)
			return !map->access.may_execute &&
			       map->access.is_uncached == ch->is_uncached &&
			       map->access.may_write == ch->ends[i].may_write &&
			       (!ch->ends[i].has_ipa ||
				ch->ends[i].ipa.u == map->ipa.base.u);
	return false;
}

/* Only the root cell, only where it may load, only that cell's own RAM. */
static bool follows_window(const struct verify *v, const struct cell *c,
			   const struct mapping *map)
{
	const struct cell *subject = map->subject;
	const struct cell_layout *l;
	const struct switch_layout *s;

	if (c != v->model->root || !subject || !subject->managed.may_load ||
	    map->switch_i >= v->layout->n_switches || map->access.may_execute)
		return false;
	s = &v->layout->switches[map->switch_i];
	if (s->kind != SWITCH_WINDOW || s->owner != c || s->subject != subject)
		return false;
	l = &v->layout->cells[subject->index];
	for (size_t i = 0; i < l->n_mappings; i++)
		if (l->mappings[i].kind == MAP_RAM &&
		    pa_contains(output_of(&l->mappings[i]), output_of(map)))
			return true;
	return false;
}

static bool follows(const struct verify *v, const struct cell *c,
		    const struct mapping *map)
{
	switch (map->kind) {
	case MAP_RAM:
		return map->switch_i == UINT32_MAX &&
		       follows_region(v->model, c, map);
	case MAP_DEVICE:
		return map->switch_i == UINT32_MAX && follows_devices(c, map);
	case MAP_CHANNEL:
		return follows_channel(v, c, map);
	case MAP_WINDOW:
		return follows_window(v, c, map);
	case MAP_VIEW:
		return verify_follows_view(v, c, map);
	}
	return false;
}

/* ---- all that was stated ------------------------------------------------- */

static void check_stated(struct verify *v, const struct cell *c,
			 const struct cell_layout *l)
{
	for (size_t i = 0; i < c->n_regions; i++) {
		uint64_t size = 0;

		for (size_t k = 0; k < l->n_mappings; k++)
			if (l->mappings[k].kind == MAP_RAM &&
			    l->mappings[k].region == &c->regions[i])
				size += l->mappings[k].ipa.size;
		if (!c->regions[i].is_rest && size != c->regions[i].size)
			verify_differ(v, "cell '%s': memory '%s' has 0x%" PRIx64
				      " bytes, not 0x%" PRIx64, c->name,
				      c->regions[i].name, size,
				      c->regions[i].size);
	}
}

/* ---- lines --------------------------------------------------------------- */

static bool is_same_line(const struct line *a, enum line_kind kind,
			 uint32_t number)
{
	return a->kind == kind && a->number == number;
}

static bool device_has_line(const struct device *d, const struct line *line)
{
	for (size_t i = 0; i < d->n_lines; i++)
		if (is_same_line(line, d->lines[i].kind, d->lines[i].number))
			return true;
	return false;
}

static bool text_gives_line(const struct verify *v, const struct cell *c,
			    const struct line *line)
{
	const struct board_timer *t = &v->model->board->timer;

	for (size_t i = 0; i < c->n_devices; i++)
		if (device_has_line(c->devices[i].device, line))
			return true;
	for (size_t i = 0; i < c->n_lines; i++)
		if (is_same_line(line, c->lines[i].line.kind,
				 c->lines[i].line.number))
			return true;
	if (c->console == CONSOLE_DEVICE &&
	    device_has_line(c->console_device, line))
		return true;
	for (size_t i = 0; c->has_pmu && i < v->model->board->n_devices; i++)
		if (v->model->board->devices[i].role == DEVICE_PMU &&
		    device_has_line(&v->model->board->devices[i], line))
			return true;
	return is_same_line(line, LINE_PPI, t->virtual_ppi) ||
	       is_same_line(line, LINE_PPI, t->physical_ppi);
}

/* Lines that hvcc chose are wired to no device of the board. */
static bool is_raised_by_us(const struct verify *v, const struct cell *c,
			    const struct cell_layout *l, const struct line *line)
{
	const struct board *b = v->model->board;
	bool is_ours = (l->has_console_line &&
			is_same_line(line, LINE_SPI, l->console_spi)) ||
		       (l->has_event_line && c == v->model->root &&
			is_same_line(line, LINE_SPI, l->event_spi));

	for (size_t i = 0; i < v->layout->n_ends; i++)
		is_ours |= v->layout->ends[i].end->cell == c &&
			   is_same_line(line, LINE_SPI,
					v->layout->ends[i].doorbell_spi);
	for (size_t i = 0; i < v->model->n_virtios; i++) {
		const struct virtio_layout *d = &v->layout->virtios[i];

		is_ours |= (d->virtio->front == c &&
			    is_same_line(line, LINE_SPI, d->front_spi)) ||
			   (d->virtio->back == c &&
			    is_same_line(line, LINE_SPI, d->back_spi));
	}
	for (size_t i = 0; i < b->n_devices; i++)
		is_ours &= !device_has_line(&b->devices[i], line);
	return is_ours;
}

static void check_lines(struct verify *v, const struct cell *c,
			const struct cell_layout *l)
{
	for (size_t i = 0; i < l->n_lines; i++)
		if (!text_gives_line(v, c, &l->lines[i]) &&
		    !is_raised_by_us(v, c, l, &l->lines[i]))
			verify_differ(v, "cell '%s': it has line %" PRIu32
				      ", and nothing in the text gives it",
				      c->name, l->lines[i].number);
}

/* ---- direct interrupts ---------------------------------------------------- */

static bool may_be_direct(const struct model *m, const struct cell *c)
{
	return c->interrupts != INTERRUPTS_VIRTUAL && !c->masks_by_priority &&
	       m->board->interrupts != INTERRUPTS_VIRTUAL;
}

/* It is wired to nothing, as far as the board says. */
static bool is_free_spi(const struct board *b, uint32_t spi)
{
	const struct line line = { .kind = LINE_SPI, .number = spi };
	bool is_free = !b->n_free_lines;

	for (size_t i = 0; i < b->n_free_lines; i++)
		is_free |= spi >= b->free_lines[i].first &&
			   spi <= b->free_lines[i].last;
	for (size_t i = 0; i < b->n_devices; i++)
		is_free &= !device_has_line(&b->devices[i], &line);
	return is_free;
}

static void check_interrupts(struct verify *v, const struct cell *c,
			     const struct cell_layout *l)
{
	bool is_direct = l->delivery == DELIVERY_DIRECT;

	if (is_direct ? !may_be_direct(v->model, c) :
			c->interrupts == INTERRUPTS_DIRECT)
		verify_differ(v, "cell '%s': its interrupts are not as the"
			      " text says", c->name);
	for (size_t i = 0; is_direct && i < c->n_cpus; i++)
		if (!is_free_spi(v->model->board,
				 v->layout->ipi_spis[c->cpus[i].index]))
			verify_differ(v, "cell '%s': the line of the IPI to CPU"
				      " %" PRIu32 " is not free", c->name,
				      c->cpus[i].index);
}

void verify_model(struct verify *v)
{
	check_hypervisor(v);
	for (size_t i = 0; i < v->model->n_channels; i++)
		check_memory(v, arena_printf(v->arena, "channel '%s'",
					     v->model->channels[i].name),
			     v->layout->channels[i].memory);
	for (size_t i = 0; i < v->model->n_virtios; i++)
		check_memory(v, arena_printf(v->arena, "registers of '%s'",
					     v->model->virtios[i].name),
			     v->layout->virtios[i].registers);
	verify_virtio_layout(v);
	for (size_t i = 0; i < v->model->n_cells; i++) {
		const struct cell *c = &v->model->cells[i];
		const struct cell_layout *l = &v->layout->cells[i];

		for (size_t k = 0; k < l->n_mappings; k++)
			if (!follows(v, c, &l->mappings[k]))
				verify_differ(v, "%s: nothing in the text gives"
					      " it this", where_of(v, c,
						      &l->mappings[k]));
		check_stated(v, c, l);
		check_lines(v, c, l);
		check_interrupts(v, c, l);
	}
}
