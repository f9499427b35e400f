/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the runtime looks for a trapped granule: it multiplies, shifts and
 * takes the row that it finds there. Every granule of every row must find its
 * own, with a slot to itself, and no other slot has a row.
 */
#include <inttypes.h>

#include "base/units.h"
#include "verify/proof.h"

static bool has_size(struct proof *p, const struct cell_view *c)
{
	const struct hv_cell *r = c->row;

	return proof_claim(p, r->mmio_shift >= 1 && r->mmio_shift <= 31 &&
			      r->mmio_slots.count ==
			      UINT32_C(1) << (32 - r->mmio_shift),
			   "%s: mmio_shift is %" PRIu32 ", and it has %" PRIu32
			   " mmio_slots", c->who, r->mmio_shift,
			   r->mmio_slots.count);
}

/* The rows are apart: the sum is at most all addresses. */
static uint64_t count_granules(const struct cell_view *c)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < c->row->mmio.count; i++)
		n += c->mmio[i].size / GRANULE;
	return n;
}

/* Of a row that moved, its first page says enough. */
static void check_row(struct proof *p, const struct cell_view *c, uint32_t i)
{
	const struct hv_mmio *m = &c->mmio[i];

	for (uint64_t at = 0; at < m->size; at += GRANULE) {
		uint64_t granule = (m->base.u + at) / GRANULE;
		uint32_t slot = (uint32_t)(granule * c->row->mmio_multiplier) >>
				c->row->mmio_shift;

		if (!proof_claim(p, c->mmio_slots[slot] == i + 1,
				 "%s: mmio_slots %" PRIu32 " is %u, and the"
				 " trapped page 0x%" PRIx64 " is in row %"
				 PRIu32, c->who, slot, c->mmio_slots[slot],
				 m->base.u + at, i))
			return;
	}
}

void proof_slots(struct proof *p, const struct cell_view *c)
{
	uint32_t n_slots = c->row->mmio_slots.count, n_used = 0;
	uint64_t n = count_granules(c);

	if (!has_size(p, c) ||
	    !proof_claim(p, n <= n_slots, "%s: it has %" PRIu32 " mmio_slots,"
			 " and more trapped pages", c->who, n_slots))
		return;
	for (uint32_t i = 0; i < c->row->mmio.count; i++)
		check_row(p, c, i);
	for (uint32_t i = 0; i < n_slots; i++)
		n_used += c->mmio_slots[i] != 0;
	proof_claim(p, n_used == n, "%s: %" PRIu32 " of its mmio_slots have a"
		    " row, and it has %" PRIu64 " trapped pages", c->who,
		    n_used, n);
}
