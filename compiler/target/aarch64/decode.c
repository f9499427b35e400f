/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The translation tables of EL2 and of the cells, as an Armv8-A processor
 * walks them: VMSAv8-64 with a 4 KiB granule and at most 48 address bits.
 * Section numbers are those of DDI 0487J.a.
 */
#include "target/aarch64/decode.h"

#include <inttypes.h>

#include "base/arena.h"

#define TABLE_WORDS 512
#define LEVEL_BITS 9
#define GRANULE_BITS 12
#define LEVEL_LAST 3
#define ROOTS_MAX 16		/* D8.2.2: concatenated tables at stage 2 */

/* Lowest address bit that an entry of this level resolves. */
static unsigned int level_shift(int level)
{
	return GRANULE_BITS + LEVEL_BITS * (unsigned int)(LEVEL_LAST - level);
}

static uint64_t field(uint64_t v, unsigned int low, unsigned int bits)
{
	return (v >> low) & ((UINT64_C(1) << bits) - 1);
}

static const char *refuse(const struct walk *w, uint64_t input,
			  uint64_t descriptor, const char *what)
{
	return arena_printf(w->runs->arena, "the descriptor 0x%016" PRIx64
			    " of 0x%" PRIx64 " %s", descriptor, input, what);
}

/* ---- leaves -------------------------------------------------------------- */

/*
 * D8.3.2, table D8-52 and figure D8-16: stage 2, MemAttr in bits 5:2 with
 * FEAT_S2FWB off (D8.5.5).
 */
static bool stage2_memory(uint64_t d, enum run_memory *out)
{
	uint64_t share = field(d, 8, 2);

	switch (field(d, 2, 4)) {
	case 0xf:			/* Normal, write-back both */
		*out = RUN_NORMAL;
		return share == 3;	/* inner shareable */
	case 0x5:			/* Normal, non-cacheable both */
		*out = RUN_UNCACHED;
		return share == 2;	/* outer, as it is treated anyhow */
	case 0x1:			/* Device-nGnRE */
		*out = RUN_DEVICE;
		return share == 2;
	}
	return false;
}

/*
 * Of the upper attributes only XN[1], bit 54, may be set: XN[0] is FEAT_XNX's,
 * Contiguous would promise what a switch can break, DBM would write to the
 * tables. (D8.3.2; S2AP: D8.4.1)
 */
static const char *stage2_leaf(const struct walk *w, uint64_t input,
			       uint64_t d, struct run *out)
{
	if (field(d, 55, 9) || field(d, 48, 6) || field(d, 11, 1))
		return refuse(w, input, d, "has a reserved bit");
	if (!field(d, 10, 1))
		return refuse(w, input, d, "has no access flag");
	if (!stage2_memory(d, &out->memory))
		return refuse(w, input, d, "has memory attributes that no"
			      " mapping has");
	out->may_read = field(d, 6, 1);
	out->may_write = field(d, 7, 1);
	out->may_execute = !field(d, 54, 1);
	if (!out->may_read)
		return refuse(w, input, d, "cannot be read");
	return NULL;
}

/* MAIR_EL2 byte that a stage-1 leaf selects (D17.2.101). */
static bool stage1_memory(const struct walk *w, uint64_t d,
			  enum run_memory *out)
{
	uint64_t share = field(d, 8, 2);

	switch (field(w->mair, (unsigned int)field(d, 2, 3) * 8, 8)) {
	case 0xff:			/* Normal, write-back, allocate */
		*out = RUN_NORMAL;
		return share == 3;
	case 0x44:			/* Normal, non-cacheable */
		*out = RUN_UNCACHED;
		return share == 2;
	case 0x04:			/* Device-nGnRE */
		*out = RUN_DEVICE;
		return share == 2;
	}
	return false;
}

/*
 * EL2 has one privilege level: AP[1], bit 6, is RES1, AP[2] is read-only, XN
 * is bit 54. (D8.3.1.2, D8.4.1.2)
 */
static const char *stage1_leaf(const struct walk *w, uint64_t input,
			       uint64_t d, struct run *out)
{
	if (field(d, 55, 9) || field(d, 48, 6) || field(d, 11, 1) ||
	    field(d, 5, 1) || !field(d, 6, 1))
		return refuse(w, input, d, "has a reserved bit");
	if (!field(d, 10, 1))
		return refuse(w, input, d, "has no access flag");
	if (!stage1_memory(w, d, &out->memory))
		return refuse(w, input, d, "has memory attributes that no"
			      " mapping has");
	out->may_read = true;
	out->may_write = !field(d, 7, 1);
	out->may_execute = !field(d, 54, 1);
	return NULL;
}

/* ---- switches ------------------------------------------------------------- */

/* The switches on the way from the root to an entry. */
struct way { uint32_t root_switch, part_switch; };

static const char *take_switch(const struct walk *w, uint64_t pa, size_t word,
			       struct way *way)
{
	const struct pool_view *p = w->pool;
	uint32_t s = p->switches ? p->switches[(pa - p->pa) / 8 + word] : 0;
	uint32_t *taken = s & POOL_SWITCH_IS_ROOT ? &way->root_switch :
						    &way->part_switch;

	if (!s)
		return NULL;
	if (*taken != HV_NONE)
		return arena_printf(w->runs->arena, "switch %" PRIu32 " turns on"
				    " what another switch turns on",
				    (s & ~POOL_SWITCH_IS_ROOT) - 1);
	*taken = (s & ~POOL_SWITCH_IS_ROOT) - 1;
	return NULL;
}

/* ---- tables -------------------------------------------------------------- */

static const char *take_leaf(const struct walk *w, int level, uint64_t input,
			     uint64_t d, const struct way *way)
{
	unsigned int shift = level_shift(level);
	struct run r = {
		.input = input,
		.output = d & ((UINT64_C(1) << 48) - (UINT64_C(1) << shift)),
		.size = UINT64_C(1) << shift,
		.root_switch = way->root_switch,
		.part_switch = way->part_switch,
	};
	const char *fault;

	if (field(d, GRANULE_BITS, shift - GRANULE_BITS))
		return refuse(w, input, d, "has address bits inside its block");
	if (r.output >> w->output_bits)
		return refuse(w, input, d, "leaves the physical address space");
	fault = w->is_stage2 ? stage2_leaf(w, input, d, &r) :
			       stage1_leaf(w, input, d, &r);
	/* Behind a fault nobody looks at runs. */
	runs_add(w->runs, &r);
	return fault;
}

/* Each table has one parent: then there is no loop, and no table of another. */
static const char *claim(const struct walk *w, uint64_t pa, size_t n)
{
	const struct pool_view *p = w->pool;

	/* What lies before the pool wraps, and then lies behind it. */
	if (n * TABLE_WORDS > p->n_words || pa % (n << GRANULE_BITS) ||
	    pa - p->pa > (p->n_words - n * TABLE_WORDS) * 8)
		return arena_printf(w->runs->arena, "a table at 0x%" PRIx64
				    " is not in the page-table pool", pa);
	for (size_t i = 0; i < n; i++) {
		uint8_t *used_by = &p->used_by[((pa - p->pa) >> GRANULE_BITS) + i];

		if (*used_by)
			return arena_printf(w->runs->arena, "the table at 0x%"
					    PRIx64 " is used twice", pa);
		*used_by = p->mark;
	}
	return NULL;
}

static const char *walk_table(const struct walk *w, uint64_t pa, int level,
			      uint64_t input, size_t n_words, struct way way);

/* D8.3: bit 0 is valid; bit 1 is a table, or at the last level a page. */
static const char *walk_entry(const struct walk *w, int level, uint64_t input,
			      uint64_t d, const struct way *way)
{
	if (!d)
		return NULL;
	if (!field(d, 0, 1))
		return refuse(w, input, d, "is not zero although off");
	if (level == LEVEL_LAST)
		return field(d, 1, 1) ? take_leaf(w, level, input, d, way) :
			refuse(w, input, d, "is a block of the last level");
	if (!field(d, 1, 1))
		return level ? take_leaf(w, level, input, d, way) :
			refuse(w, input, d, "is a block of the first level");

	uint64_t next = d & ((UINT64_C(1) << 48) - (UINT64_C(1) << GRANULE_BITS));
	const char *fault;

	if ((d & ~next) != 3)
		return refuse(w, input, d, "is a table with attributes");
	fault = claim(w, next, 1);
	return fault ? fault : walk_table(w, next, level + 1, input,
					  TABLE_WORDS, *way);
}

/* The recursion ends at the last level. */
static const char *walk_table(const struct walk *w, uint64_t pa, int level,
			      uint64_t input, size_t n_words, struct way way)
{
	const uint64_t *words = w->pool->words + (pa - w->pool->pa) / 8;

	for (size_t i = 0; i < n_words; i++) {
		struct way next = way;
		const char *fault = take_switch(w, pa, i, &next);

		if (!fault)
			fault = walk_entry(w, level, input +
				((uint64_t)i << level_shift(level)), words[i],
				&next);
		if (fault)
			return fault;
	}
	return NULL;
}

const char *decode_walk(const struct walk *w)
{
	/* Input bits that the first level's index takes. */
	unsigned int shift = level_shift(w->first_level);
	size_t n_words = (size_t)1 << (w->input_bits - shift);
	size_t n_tables = (n_words + TABLE_WORDS - 1) / TABLE_WORDS;
	const char *fault;

	/* At stage 1 the first level is one that has a single table. */
	if (n_tables > ROOTS_MAX)
		return "the first level has too many tables";
	fault = claim(w, w->root, n_tables);
	return fault ? fault : walk_table(w, w->root, w->first_level, 0,
					  n_tables * TABLE_WORDS,
					  (struct way){ HV_NONE, HV_NONE });
}
