/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounce memory is in the tree of its cell, and kept for the device alone. */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "base/arena.h"
#include "base/fdt_write.h"
#include "verify/proof.h"

#define POOL UINT64_C(0x50000000)
#define SIZE UINT64_C(0x10000)

/* What the tree says of it: each can be left out or be another. */
struct said {
	bool has_parent, has_reg, is_reusable, is_disabled;
	const char *compatible;
	uint64_t base, size;
};

static const struct said good = {
	.has_parent = true, .has_reg = true,
	.compatible = "restricted-dma-pool", .base = POOL, .size = SIZE,
};

static const void *tree_of(struct arena *a, const struct said *s)
{
	struct fdt_write w = fdt_write_begin(a, 1);
	const char *why;
	size_t size;

	fdt_write_node(&w, "");
	if (s->has_parent)
		fdt_write_node(&w, "reserved-memory");
	fdt_write_node_at(&w, "pool", POOL);
	if (s->has_reg) {
		struct fdt_value v = fdt_value_begin(&w);

		fdt_value_u64(&v, s->base);
		fdt_value_u64(&v, s->size);
		fdt_value_end(&v, "reg");
	}
	fdt_write_string(&w, "compatible", s->compatible);
	if (s->is_reusable)
		fdt_write_flag(&w, "reusable");
	if (s->is_disabled)
		fdt_write_string(&w, "status", "disabled");
	fdt_write_node_end(&w);
	if (s->has_parent)
		fdt_write_node_end(&w);
	fdt_write_node_end(&w);
	return fdt_write_end(&w, &size, &why);
}

/* How many differences are told of a cell with one channel; `owner`: whose
 * bounce memory that is. */
static size_t told(const struct said *s, uint32_t owner)
{
	struct hv_region region = {
		.pa = { POOL }, .ipa = { POOL }, .size = SIZE,
		.kind = HV_REGION_CHANNEL };
	struct hv_cell row = { .regions.count = 1 };
	struct hv_head head = { .root_cell = HV_NONE };
	struct cell_view cell = { .who = "cell 'c'", .row = &row,
				  .regions = &region };
	char *text;
	size_t size, n;
	struct proof p = { .arena = arena_new(), .cells = &cell,
			   .head = &head, .pool_of = &owner,
			   .report = open_memstream(&text, &size) };

	proof_tree_virtios(&p, 0, tree_of(p.arena, s));
	n = p.found.n_differences;
	fclose(p.report);
	free(text);
	arena_free(p.arena);
	return n;
}

Test(verify_pools, one_that_is_kept_is_accepted)
{
	cr_expect_eq(told(&good, 0), 0);
}

Test(verify_pools, other_channels_are_no_pools)
{
	struct said s = good;

	s.has_parent = false;
	cr_expect_eq(told(&s, HV_NONE), 0);
	cr_expect_eq(told(&s, 1), 0);
}

Test(verify_pools, one_that_is_not_reserved_is_told)
{
	struct said s = good;

	s.has_parent = false;
	cr_expect_eq(told(&s, 0), 1);
	s = good;
	s.has_reg = false;
	cr_expect_eq(told(&s, 0), 1);
	s = good;
	s.base += 0x1000;
	cr_expect_eq(told(&s, 0), 1);
	s = good;
	s.size -= 0x1000;
	cr_expect_eq(told(&s, 0), 1);
}

/* Linux gives pages of such memory to whoever asks. */
Test(verify_pools, one_that_others_may_use_is_told)
{
	struct said s = good;

	s.compatible = "shared-dma-pool";
	cr_expect_eq(told(&s, 0), 1);
	s.compatible = "restricted-dma-pooL";
	cr_expect_eq(told(&s, 0), 1);
	s = good;
	s.is_reusable = true;
	cr_expect_eq(told(&s, 0), 1);
	s = good;
	s.is_disabled = true;
	cr_expect_eq(told(&s, 0), 1);
}
