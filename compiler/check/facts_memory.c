/* SPDX-License-Identifier: BSD-2-Clause */
#include "check/facts_find.h"

#include "base/arena.h"

struct claims { struct claim *list; size_t n; };

/* Empty and wrapping ranges have a rule of their own. */
static void claim_add(struct facts *f, struct claims *c, struct claim claim,
		      uint64_t base, uint64_t size)
{
	if (!pa_range_make(base, size, &claim.range))
		return;
	c->list = arena_grow(f->arena, c->list, c->n, sizeof(*c->list));
	c->list[c->n++] = claim;
}

static void claims_of_board(struct facts *f, struct claims *c)
{
	const struct board *b = f->model->board;

	for (size_t i = 0; i < b->n_reserved; i++) {
		const struct board_memory *m = &b->reserved[i];

		claim_add(f, c, (struct claim){
			.kind = CLAIM_RESERVED, .name = m->name, .at = m->at,
		}, m->range.base.u, m->range.size);
	}
	for (size_t i = 0; i < b->n_devices; i++) {
		const struct device *v = &b->devices[i];

		for (size_t k = 0; k < v->n_regs; k++)
			claim_add(f, c, (struct claim){
				.kind = CLAIM_DEVICE, .name = v->path,
				.at = v->at,
			}, v->regs[k].range.base.u, v->regs[k].range.size);
	}
}

static void claims_of_cell(struct facts *f, struct claims *c,
			   const struct cell *cell)
{
	for (size_t i = 0; i < cell->n_regions; i++) {
		const struct region *r = &cell->regions[i];

		if (!r->has_pa)
			continue;
		claim_add(f, c, (struct claim){
			.kind = CLAIM_REGION, .cell = cell,
			.name = region_name(f->arena, r), .at = r->at,
		}, r->pa.u, r->size);
	}
}

/* Without a stated size the hypervisor has at least the first granule. */
static void claims_of_hypervisor(struct facts *f, struct claims *c)
{
	const struct hypervisor *h = &f->model->hypervisor;

	if (h->has_pa)
		claim_add(f, c, (struct claim){
			.kind = CLAIM_HYPERVISOR, .name = "hypervisor",
			.at = h->at,
		}, h->pa.u, h->has_size ? h->size : GRANULE);
}

static void claims_of_channels(struct facts *f, struct claims *c)
{
	const struct model *m = f->model;

	for (size_t i = 0; i < m->n_channels; i++) {
		const struct channel *ch = &m->channels[i];

		if (ch->has_pa)
			claim_add(f, c, (struct claim){
				.kind = CLAIM_CHANNEL, .name = ch->name,
				.at = ch->at,
			}, ch->pa.u, ch->size);
	}
}

void facts_find_claims(struct facts *f)
{
	struct claims c = { 0 };

	claims_of_board(f, &c);
	claims_of_hypervisor(f, &c);
	for (size_t i = 0; i < f->model->n_cells; i++)
		claims_of_cell(f, &c, &f->model->cells[i]);
	claims_of_channels(f, &c);

	struct sweep_item *items = arena_array(f->arena, c.n, sizeof(*items));

	for (size_t i = 0; i < c.n; i++) {
		bool is_board = c.list[i].kind == CLAIM_RESERVED ||
				c.list[i].kind == CLAIM_DEVICE;

		items[i] = (struct sweep_item){
			c.list[i].range.base.u, pa_last(c.list[i].range).u,
			is_board ? GROUP_BOARD : GROUP_ALONE + (uint32_t)i,
		};
	}
	f->claims = c.list;
	f->n_claims = c.n;
	f->claim_pairs = sweep(f->arena, items, c.n);
}
