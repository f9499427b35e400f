/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stage 2 of a cell. (DDI 0487 D8.2 translation process, D8.3 descriptors,
 * D8.4 permissions, D8.6 memory types)
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "target/aarch64/encode.h"
#include "target/aarch64/encode_regime.h"

/* Stage 2 block and page descriptor attributes. */
#define MEMATTR_NORMAL_WB (UINT64_C(0xf) << 2)	/* inner and outer write-back */
#define MEMATTR_NORMAL_NC (UINT64_C(0x5) << 2)
#define MEMATTR_DEVICE_NGNRE (UINT64_C(0x1) << 2)
#define S2AP_READ (UINT64_C(1) << 6)
#define S2AP_WRITE (UINT64_C(1) << 7)
#define SH_OUTER (UINT64_C(2) << 8)
#define SH_INNER (UINT64_C(3) << 8)
#define AF (UINT64_C(1) << 10)		/* no access flag faults */
#define XN (UINT64_C(1) << 54)		/* neither EL1 nor EL0 executes */

/* VTCR_EL2 fields. */
#define VTCR_SL0_SHIFT 6
#define VTCR_IRGN0_WBWA (UINT64_C(1) << 8)
#define VTCR_ORGN0_WBWA (UINT64_C(1) << 10)
#define VTCR_SH0_INNER (UINT64_C(3) << 12)
#define VTCR_TG0_4K (UINT64_C(0) << 14)
#define VTCR_PS_SHIFT 16
#define VTCR_RES1 (UINT64_C(1) << 31)

/*
 * A level 1 table translates 39 bits; up to 16 of them lie side by side before
 * a level 0 table is needed, or even allowed: with a narrow PARange it is not.
 */
#define LEVEL1_BITS 39u
#define LEVEL1_BITS_MAX 43u

uint64_t encode_pa_size(uint32_t bits)
{
	static const uint32_t sizes[] = { 32, 36, 40, 42, 44, 48 };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		if (bits <= sizes[i])
			return i;
	/* 52 bits need other descriptors; the checks refuse them. */
	return ARRAY_SIZE(sizes) - 1;
}

static bool starts_at_level_1(uint32_t bits)
{
	return bits <= LEVEL1_BITS_MAX;
}

uint64_t encode_vtcr_el2(uint32_t bits)
{
	/* SL0 with the 4 KiB granule: 1 is level 1, 2 is level 0. */
	uint64_t sl0 = starts_at_level_1(bits) ? 1 : 2;

	return VTCR_RES1 | encode_pa_size(bits) << VTCR_PS_SHIFT | VTCR_TG0_4K |
	       VTCR_SH0_INNER | VTCR_ORGN0_WBWA | VTCR_IRGN0_WBWA |
	       sl0 << VTCR_SL0_SHIFT | (64 - bits);
}

static uint64_t memory_type(const struct mapping *m)
{
	if (m->kind == MAP_DEVICE)
		return MEMATTR_DEVICE_NGNRE | SH_OUTER | XN;
	if (m->access.is_uncached)
		return MEMATTR_NORMAL_NC | SH_OUTER;
	return MEMATTR_NORMAL_WB | SH_INNER;
}

static uint64_t attributes(const struct mapping *m)
{
	uint64_t a = memory_type(m) | AF;

	if (m->access.may_read)
		a |= S2AP_READ;
	if (m->access.may_write)
		a |= S2AP_WRITE;
	if (!m->access.may_execute)
		a |= XN;
	return a;
}

/* A cell's own switch is made of the words of the root, not of leaves. */
static uint32_t leaf_switch(const struct mapping *m)
{
	return m->switch_i == UINT32_MAX ? NO_SWITCH : m->switch_i;
}

/* How many leaves were made since they were counted as `before`. */
static struct leaf_counts leaves_since(const struct regime *t,
				       const uint64_t before[LEVELS])
{
	return (struct leaf_counts){
		.n_large_blocks = t->n_leaves[1] - before[1],
		.n_blocks = t->n_leaves[2] - before[2],
		.n_granules = t->n_leaves[3] - before[3],
	};
}

static size_t count_tables(const struct regime *t)
{
	size_t n = 0;

	for (const struct table *at = t->root; at; at = at->next)
		n += at->n_entries / TABLE_WORDS;
	return n;
}

struct regime encode_stage2(struct arena *a, const struct layout *l,
			    const struct cell_layout *c,
			    struct stage2_cost *cost)
{
	uint32_t bits = l->model->board->address_bits;
	struct leaf_counts *leaves = arena_array(a, c->n_mappings,
						 sizeof(*leaves));
	size_t n_tables = 1;
	struct regime t;

	if (starts_at_level_1(bits) && bits > LEVEL1_BITS)
		n_tables = (size_t)1 << (bits - LEVEL1_BITS);
	t = regime_new(a, arena_printf(a, "stage 2 of '%s'", c->cell->name),
		     starts_at_level_1(bits) ? 1 : 0,
		     n_tables * TABLE_WORDS);
	for (size_t i = 0; i < c->n_mappings; i++) {
		const struct mapping *m = &c->mappings[i];
		uint64_t before[LEVELS];

		memcpy(before, t.n_leaves, sizeof(before));
		assert(!(ipa_last(m->ipa).u >> bits));
		regime_map(&t, &(struct run){
			.input = m->ipa.base.u,
			.output = m->pa.u,
			.size = m->ipa.size,
			.attributes = attributes(m),
			.switch_i = leaf_switch(m),
			.at = m->at,
		});
		leaves[i] = leaves_since(&t, before);
	}
	*cost = (struct stage2_cost){ leaves, count_tables(&t) };
	return t;
}
