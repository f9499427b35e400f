/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv_abi.h"

#include "place/placer.h"
#include "target/target.h"

static uint64_t slots_size(const struct cell_layout *c)
{
	return c->n_traps ? slots_count(c->trap_slots.hash) * sizeof(uint16_t) :
			    0;
}

/* Rows that depend on one cell. */
static uint64_t cell_rows(const struct layout *l, const struct cell_layout *c)
{
	uint64_t n_copies = 0;
	uint64_t n_line_words = (32 + (uint64_t)l->model->board->n_spis + 31) / 32;

	for (size_t i = 0; i < c->n_pieces; i++)
		n_copies += c->pieces[i].has_pristine;
	return sizeof(struct hv_cell) +
	       c->n_mappings * sizeof(struct hv_region) +
	       c->n_traps * sizeof(struct hv_mmio) +
	       n_copies * sizeof(struct hv_copy) +
	       n_line_words * sizeof(uint32_t) + slots_size(c);
}

uint64_t rows_size(const struct layout *l)
{
	const struct model *m = l->model;
	uint64_t size = sizeof(struct hv_head);

	size += m->board->n_cpus * sizeof(struct hv_cpu);
	size += m->board->n_memory * sizeof(struct hv_ram);
	for (size_t i = 0; i < m->n_cells; i++)
		size += cell_rows(l, &l->cells[i]);
	size += m->n_channels * sizeof(struct hv_channel);
	size += l->n_ends * sizeof(struct hv_end);
	size += m->n_virtios * sizeof(struct hv_virtio);
	size += l->n_views * sizeof(struct hv_view);
	size += l->n_switches * sizeof(struct hv_switch);
	for (size_t i = 0; i < l->n_switches; i++)
		size += l->pool->switches[i].n_words *
			sizeof(struct hv_switch_word);
	/* The last have 4 and 2 bytes each: what follows is aligned to 8. */
	size = (size + 7) & ~UINT64_C(7);
	return size + m->target->arch_tables_size(m);
}
