/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "hand.h"
#include "target/aarch64/encode.h"

#define ADDRESS_MASK UINT64_C(0x0000fffffffff000)
#define XN (UINT64_C(1) << 54)

/* What a walk from a root finds for one address. */
struct found { uint64_t descriptor, output, size; };

static uint64_t word_of(const struct layout *l, uint64_t address)
{
	uint64_t pool = l->hypervisor.tables.base.u +
			l->hypervisor.pool_offset;

	cr_assert(address >= pool);
	cr_assert((address - pool) / 8 < l->pool->n_words);
	return l->pool->words[(address - pool) / 8];
}

/* 4 KiB granule; the start level is 1, of as many tables as it takes, or 0. */
static struct found walk(const struct layout *l, uint64_t root, int level,
			 uint64_t in)
{
	uint64_t table = root;

	for (;; level++) {
		uint64_t size = GRANULE << (9 * (3 - level));
		uint64_t d = word_of(l, table + (in / size) * 8);

		if (!(d & 1))
			return (struct found){ 0 };
		if (level == 3 || !(d & 2))
			return (struct found){ d, (d & ADDRESS_MASK) + in % size,
					       size };
		table = d & ADDRESS_MASK;
		in %= size;
	}
}

static struct found stage2(const struct layout *l, size_t cell_i, uint64_t ipa)
{
	return walk(l, encode_vttbr_el2(l, l->cells[cell_i].cell) &
		    ADDRESS_MASK, 1, ipa);
}

static struct found el2(const struct layout *l, uint64_t address)
{
	return walk(l, encode_ttbr0_el2(l), 0, address);
}

static struct hand *two_cells(void)
{
	struct hand *h = hand_new();
	struct cell *a = hand_cell(h, "a", 0), *b = hand_cell(h, "b", 1);

	a->is_root = true;
	h->model.root = a;
	hand_region(h, a, "ram", 64 * MIB);
	hand_region(h, b, "ram", 2 * MIB)->has_ipa = true;
	b->managed = (struct managed){ .may_load = true, .by = a };
	h->uses[0][0].device = &h->devices[1];
	a->n_devices = 1;
	hand_channel(h, "c", 64 * KIB, a, b);
	return h;
}

Test(encode_tables, a_region_is_mapped_to_its_last_byte_and_no_further)
{
	const struct layout *l = hand_place(two_cells());
	uint64_t base = 0x40000000, last = base + 64 * MIB - 1;

	cr_assert(l);
	cr_expect_eq(stage2(l, 0, base).output, base);
	cr_expect_eq(stage2(l, 0, base).size, 2 * MIB);
	cr_expect_eq(stage2(l, 0, last).output, last);
	cr_expect_eq(stage2(l, 0, base - 1).descriptor, 0);
	cr_expect_eq(stage2(l, 0, last + 1).descriptor, 0);
}

Test(encode_tables, an_ipa_of_its_own_leads_to_the_region)
{
	const struct layout *l = hand_place(two_cells());

	cr_assert(l);
	cr_expect_eq(stage2(l, 1, 0x1234).output, 0x44001234);
	cr_expect_eq(stage2(l, 1, 0x44001234).descriptor, 0);
}

Test(encode_tables, memory_is_write_back_and_shareable)
{
	const struct layout *l = hand_place(two_cells());

	cr_assert(l);
	/* MemAttr 1111, S2AP 11, SH 11, AF; executable */
	cr_expect_eq(stage2(l, 0, 0x40000000).descriptor & ~ADDRESS_MASK,
		     0x7fd);
}

Test(encode_tables, a_device_is_ngnre_and_never_executed)
{
	const struct layout *l = hand_place(two_cells());

	cr_assert(l);
	/* MemAttr 0001, S2AP 11, SH 10, AF, page, XN */
	cr_expect_eq(stage2(l, 0, 0x9010000).descriptor & ~ADDRESS_MASK,
		     XN | 0x6c7);
	cr_expect_eq(stage2(l, 0, 0x9011000).descriptor, 0);
	cr_expect_eq(stage2(l, 1, 0x9010000).descriptor, 0);
}

Test(encode_tables, uncached_and_read_only_are_in_the_descriptor)
{
	struct hand *h = two_cells();

	h->channels[0].is_uncached = true;
	h->ends[0][1].may_write = false;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	/* MemAttr 0101, SH 10, AF, page, XN; S2AP 11 and 01 */
	cr_expect_eq(stage2(l, 0, l->ends[0].memory.u).descriptor &
		     ~ADDRESS_MASK, XN | 0x6d7);
	cr_expect_eq(stage2(l, 1, l->ends[1].memory.u).descriptor &
		     ~ADDRESS_MASK, XN | 0x657);
}

Test(encode_tables, traps_and_the_hypervisor_are_mapped_by_no_cell)
{
	const struct layout *l = hand_place(two_cells());

	cr_assert(l);
	for (size_t c = 0; c < 2; c++) {
		for (size_t i = 0; i < l->cells[c].n_traps; i++)
			cr_expect_eq(stage2(l, c, l->cells[c].traps[i].ipa
					    .base.u).descriptor, 0);
		for (uint64_t o = 0; o < l->hypervisor.all.size; o += GRANULE)
			cr_expect_eq(stage2(l, c, l->hypervisor.all.base.u + o)
				     .descriptor, 0);
	}
}

Test(encode_tables, a_gigabyte_is_one_block)
{
	struct hand *h = hand_new();
	struct region *r = hand_region(h, hand_cell(h, "a", 0), "ram", GIB);

	h->memory[0].range.size = 3 * GIB;
	r->has_pa = true;
	r->pa.u = 0x80000000;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(stage2(l, 0, 0x80000000).size, GIB);
}

Test(encode_tables, the_roots_of_forty_bits_are_two_tables_side_by_side)
{
	const struct layout *l = hand_place(two_cells());

	cr_assert(l);
	cr_expect_eq(l->pool->align, 2 * GRANULE);
	for (size_t i = 0; i < 2; i++)
		cr_expect_eq((encode_vttbr_el2(l, l->cells[i].cell) &
			      ADDRESS_MASK) % (2 * GRANULE), 0);
	/* An address beyond 2^39 is found in the second. */
	cr_expect_eq(stage2(l, 0, UINT64_C(1) << 39).descriptor, 0);
}

Test(encode_tables, registers_are_as_measured)
{
	const struct layout *l = hand_place(two_cells());

	cr_assert(l);
	cr_expect_eq(encode_vtcr_el2(32), 0x80003560);
	cr_expect_eq(encode_vtcr_el2(40), 0x80023558);
	cr_expect_eq(encode_vtcr_el2(48), 0x80053590);
	cr_expect_eq(encode_tcr_el2(40), 0x80823518);
	cr_expect_eq(encode_mair_el2(), 0x4404ff);
	cr_expect_eq(encode_vttbr_el2(l, &l->model->cells[1]) >> 48, 2);
}

/* ---- EL2 ----------------------------------------------------------------- */

Test(encode_tables, el2_writes_nothing_that_it_executes)
{
	const struct layout *l = hand_place(two_cells());
	const struct hypervisor_layout *h;

	cr_assert(l);
	h = &l->hypervisor;
	for (uint64_t at = 0; at < 3 * GIB; at += GRANULE) {
		struct found f = el2(l, at);
		bool is_text = at >= h->text.base.u &&
			       at < h->text.base.u + h->text.size;

		if (!f.descriptor)
			continue;
		cr_assert_eq(f.output, at);
		cr_assert_eq(!(f.descriptor & XN), is_text);
		cr_assert(!is_text || (f.descriptor & 0x80));
	}
}

Test(encode_tables, el2_has_guards_below_its_stacks)
{
	const struct layout *l = hand_place(two_cells());

	cr_assert(l);
	for (uint64_t i = 0; i < 4; i++) {
		uint64_t area = l->hypervisor.cpu_areas.base.u + i * 0x5000;

		cr_expect_eq(el2(l, area).descriptor, 0);
		cr_expect_neq(el2(l, area + 0x1000).descriptor, 0);
	}
}

Test(encode_tables, el2_writes_only_granules_with_words_of_switches)
{
	const struct layout *l = hand_place(two_cells());
	uint64_t pool;

	cr_assert(l);
	pool = l->hypervisor.tables.base.u + l->hypervisor.pool_offset;
	for (size_t i = 0; i < l->pool->n_words; i += 512)
		cr_expect_eq(!(el2(l, pool + i * 8).descriptor & 0x80),
			     i < l->pool->n_switched);
	for (size_t s = 0; s < l->n_switches; s++)
		for (size_t w = 0; w < l->pool->switches[s].n_words; w++)
			cr_expect_lt(l->pool->switches[s].words[w].index,
				     l->pool->n_switched);
	cr_expect(el2(l, l->hypervisor.tables.base.u).descriptor & 0x80);
}

/* ---- switches ------------------------------------------------------------ */

static uint32_t find_switch(const struct layout *l, enum switch_kind kind,
			    size_t owner)
{
	for (uint32_t i = 0; i < l->n_switches; i++)
		if (l->switches[i].kind == kind &&
		    l->switches[i].owner->index == owner)
			return i;
	cr_assert(false);
	return 0;
}

static void set(const struct layout *l, uint32_t switch_i, bool is_on)
{
	const struct switch_words *s = &l->pool->switches[switch_i];
	/* The pool is ours: place made it for this test alone. */
	uint64_t *words = (uint64_t *)(uintptr_t)l->pool->words;

	for (size_t i = 0; i < s->n_words; i++)
		words[s->words[i].index] = is_on ? s->words[i].on : 0;
}

Test(encode_tables, a_load_window_is_off_until_it_is_switched_on)
{
	const struct layout *l = hand_place(two_cells());
	uint32_t window = find_switch(l, SWITCH_WINDOW, 0);

	cr_expect_eq(stage2(l, 0, 0x44000000).descriptor, 0);
	set(l, window, true);
	cr_expect_eq(stage2(l, 0, 0x44000000).output, 0x44000000);
	cr_expect_neq(stage2(l, 0, 0x44000000).descriptor & XN, 0);
	cr_expect_eq(stage2(l, 0, 0x43ffffff).output, 0x43ffffff);
	set(l, window, false);
	cr_expect_eq(stage2(l, 0, 0x44000000).descriptor, 0);
}

Test(encode_tables, the_root_switch_takes_all_away_and_gives_it_back)
{
	const struct layout *l = hand_place(two_cells());
	uint32_t root = find_switch(l, SWITCH_ROOT, 0);

	set(l, root, false);
	for (uint64_t i = 0; i < 1024; i++)
		cr_expect_eq(stage2(l, 0, i * GIB).descriptor, 0);
	set(l, root, true);
	cr_expect_eq(stage2(l, 0, 0x40000000).output, 0x40000000);
	/* The window is as it was: off. */
	cr_expect_eq(stage2(l, 0, 0x44000000).descriptor, 0);
}

Test(encode_tables, a_channel_is_a_short_switch)
{
	const struct layout *l = hand_place(two_cells());
	uint32_t shared = find_switch(l, SWITCH_SHARED, 1);

	/* One table of pages, and all of it the channel's. */
	cr_expect_eq(l->pool->switches[shared].n_words, 1);
	cr_expect_neq(stage2(l, 1, l->ends[1].memory.u).descriptor, 0);
	set(l, shared, false);
	cr_expect_eq(stage2(l, 1, l->ends[1].memory.u).descriptor, 0);
	cr_expect_neq(stage2(l, 1, 0).descriptor, 0);
}

Test(encode_tables, a_switched_gigabyte_is_below_the_root)
{
	struct hand *h = two_cells();
	struct region *r = &h->regions[1][0];

	h->memory[0].range.size = 4 * GIB;
	r->size = GIB;
	r->has_pa = true;
	r->pa.u = 0x80000000;
	r->has_ipa = false;

	const struct layout *l = hand_place(h);
	uint32_t window = find_switch(l, SWITCH_WINDOW, 0);

	cr_expect_eq(l->pool->switches[window].n_words, 512);
	for (size_t i = 0; i < 512; i++)
		cr_expect_geq(l->pool->switches[window].words[i].index,
			      l->pool->cell_roots[1] + 1024);
}
