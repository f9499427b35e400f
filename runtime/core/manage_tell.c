/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that tell what the tables say. */
#include "core/manage.h"

#include "core/event.h"
#include "core/late.h"

static void add_bytes(struct manage_reply *r, const void *bytes)
{
	__builtin_memcpy(&r->x[r->n], bytes, 32);
	r->n += 4;
}

_Static_assert(HV_NAME_SIZE == 32 && sizeof(struct hv_sha256) == 32, "add_bytes");

int64_t manage_version(const struct hv_cpu_state *cpu, struct manage_reply *r)
{
	bool is_root = cpu->cell_i == hv_system.root_cell;

	reply_add(r, HV_ABI_VERSION);
	reply_add(r, cpu->cell_i);
	reply_add(r, hv_system.cells.count);
	reply_add(r, hv_system.root_cell);
	reply_add(r, is_root ? event_line() : HV_NONE);
	reply_add(r, late_phase() == LATE_NOT ? HV_BOOT_DIRECT : HV_BOOT_LATE);
	return 0;
}

int64_t manage_identity(struct manage_reply *r)
{
	add_bytes(r, &hv_system.identity);
	add_bytes(r, &hv_system.runtime);
	return 0;
}

/* The n-th region of the root cell that is a window on this cell's RAM; NULL:
 * it has no more. `n_before` counts them. */
static const struct hv_region *window(uint32_t cell_i, uint64_t n,
				      uint32_t *n_before)
{
	const struct hv_cell *root = hv_cell_row(hv_system.root_cell);
	const struct hv_region *r = hv_rows(root->regions);

	*n_before = 0;
	for (uint32_t i = 0; i < root->regions.count; i++) {
		if (r[i].kind != HV_REGION_WINDOW || r[i].arg != cell_i)
			continue;
		if (*n_before == n)
			return &r[i];
		++*n_before;
	}
	return NULL;
}

int64_t manage_cell_info(uint32_t cell_i, struct manage_reply *r)
{
	const struct hv_cell *cell = hv_cell_row(cell_i);
	uint32_t n_windows;

	(void)window(cell_i, UINT64_MAX, &n_windows);
	add_bytes(r, cell->name);
	reply_add(r, cell->flags);
	reply_add(r, cell->managed);
	reply_add(r, cell->cpu_mask);
	reply_add(r, cell->console);
	reply_add(r, n_windows);
	return 0;
}

/* Where the cell itself has what lies there. */
static uint64_t ipa_of(const struct hv_cell *cell, struct hv_pa pa)
{
	const struct hv_region *r = hv_rows(cell->regions);

	for (uint32_t i = 0; i < cell->regions.count; i++) {
		if (r[i].kind == HV_REGION_RAM && pa.u >= r[i].pa.u &&
		    pa.u - r[i].pa.u < r[i].size)
			return r[i].ipa.u + (pa.u - r[i].pa.u);
	}
	return 0;
}

int64_t manage_window(uint32_t cell_i, uint64_t i, struct manage_reply *r)
{
	uint32_t n;
	const struct hv_region *w = window(cell_i, i, &n);

	if (!w)
		return HV_E_NO_CELL;
	reply_add(r, w->ipa.u);
	reply_add(r, w->size);
	reply_add(r, ipa_of(hv_cell_row(cell_i), w->pa));
	reply_add(r, w->flags);
	return 0;
}

static const struct hv_end *end_of(uint32_t cell_i, uint64_t n)
{
	const struct hv_end *e = hv_rows(hv_system.ends);

	for (uint32_t i = 0; i < hv_system.ends.count; i++) {
		if (e[i].cell == cell_i && n-- == 0)
			return &e[i];
	}
	return NULL;
}

int64_t manage_channel(const struct hv_cpu_state *cpu, uint64_t i,
		       struct manage_reply *r)
{
	const struct hv_end *e = end_of(cpu->cell_i, i);

	if (!e)
		return HV_E_NO_CELL;

	const struct hv_channel *c =
		(const struct hv_channel *)hv_rows(hv_system.channels) + e->channel;
	const struct hv_end *first = hv_rows(c->ends);

	add_bytes(r, c->name);
	reply_add(r, e->memory.u);
	reply_add(r, c->size);
	reply_add(r, e->doorbell.u);
	reply_add(r, e->line);
	reply_add(r, (uint64_t)(e - first));
	reply_add(r, c->ends.count);
	reply_add(r, e->may_ring);
	reply_add(r, e->flags | c->flags << HV_CALL_CHANNEL_SHIFT);
	return 0;
}
