/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "hand.h"

#define BASE UINT64_C(0x40000000)

static const struct mapping *ram_of(const struct layout *l, size_t cell_i)
{
	for (size_t i = 0; i < l->cells[cell_i].n_mappings; i++)
		if (l->cells[cell_i].mappings[i].kind == MAP_RAM)
			return &l->cells[cell_i].mappings[i];
	return NULL;
}

Test(place_memory, the_largest_region_goes_first)
{
	struct hand *h = hand_new();

	hand_region(h, hand_cell(h, "small", 0), "ram", 2 * MIB);
	hand_region(h, hand_cell(h, "large", 1), "ram", 256 * MIB);

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(ram_of(l, 1)->pa.u, BASE);
	cr_expect_eq(ram_of(l, 0)->pa.u, BASE + 256 * MIB);
}

Test(place_memory, best_fit_takes_the_smallest_hole)
{
	struct hand *h = hand_new();
	struct region *fixed = hand_region(h, hand_cell(h, "fixed", 0), "ram",
					   64 * MIB);

	fixed->has_pa = true;
	fixed->pa.u = BASE + 128 * MIB;	/* 128 MiB below, 832 MiB above */
	hand_region(h, hand_cell(h, "open", 1), "ram", 100 * MIB);

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(ram_of(l, 1)->pa.u, BASE);
}

Test(place_memory, small_things_share_a_block_that_is_broken_already)
{
	struct hand *h = hand_new();
	struct cell *a = hand_cell(h, "a", 0), *b = hand_cell(h, "b", 1);

	hand_region(h, a, "ram", 64 * MIB);
	hand_region(h, b, "ram", 64 * MIB);
	hand_channel(h, "first", 64 * KIB, a, b);
	hand_channel(h, "second", 4 * KIB, a, b);

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(l->channels[0].memory.base.u, BASE + 128 * MIB);
	cr_expect_eq(l->channels[1].memory.base.u,
		     BASE + 128 * MIB + 64 * KIB);
	cr_expect_eq(l->hypervisor.all.base.u, BASE + 130 * MIB);
}

Test(place_memory, an_ipa_and_its_pa_are_equal_in_their_block)
{
	struct hand *h = hand_new();
	struct region *r = hand_region(h, hand_cell(h, "odd", 0), "ram",
				       6 * MIB);

	r->has_ipa = true;
	r->ipa.u = 0x80012000;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(ram_of(l, 0)->pa.u % BLOCK, 0x12000);
	cr_expect_eq(ram_of(l, 0)->ipa.base.u, 0x80012000);
}

Test(place_memory, rest_is_all_that_nothing_else_has)
{
	struct hand *h = hand_new();
	struct cell *root = hand_cell(h, "root", 0);
	struct region *fixed = hand_region(h, hand_cell(h, "other", 1), "ram",
					   64 * MIB);
	uint64_t size = 0;

	fixed->has_pa = true;
	fixed->pa.u = BASE + 256 * MIB;
	hand_region(h, root, "ram", 0)->is_rest = true;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	for (size_t i = 0; i < l->cells[0].n_mappings; i++)
		size += l->cells[0].mappings[i].kind == MAP_RAM ?
			l->cells[0].mappings[i].ipa.size : 0;
	cr_expect_eq(size + l->hypervisor.all.size + 64 * MIB, GIB);
}

Test(place_memory, reserved_memory_is_nobodys)
{
	struct hand *h = hand_new();
	struct cell *root = hand_cell(h, "root", 0);

	h->reserved[0].range = (struct pa_range){ { BASE }, 16 * MIB };
	h->reserved[0].name = "firmware";
	h->board.n_reserved = 1;
	hand_region(h, root, "ram", 0)->is_rest = true;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	for (size_t i = 0; i < l->cells[0].n_mappings; i++)
		cr_expect(!pa_overlap(h->reserved[0].range, (struct pa_range){
			l->cells[0].mappings[i].pa,
			l->cells[0].mappings[i].ipa.size }));
}

/* Given or not: a whole granule of each. */
Test(place_memory, registers_inside_of_memory_are_no_memory)
{
	struct hand *h = hand_new();
	struct pa_range regs = { { BASE + 0x800 }, 0x100 };

	h->regs[1].range = regs;
	hand_region(h, hand_cell(h, "root", 0), "ram", 0)->is_rest = true;
	hand_region(h, hand_cell(h, "other", 1), "ram", 2 * MIB);

	const struct layout *l = hand_place(h);

	cr_assert(l);
	for (size_t c = 0; c < 2; c++)
		for (size_t i = 0; i < l->cells[c].n_mappings; i++)
			cr_expect(!pa_overlap(regs, (struct pa_range){
				l->cells[c].mappings[i].pa,
				l->cells[c].mappings[i].ipa.size }));
	cr_expect(!pa_overlap(regs, l->hypervisor.all));
}

Test(place_memory, what_does_not_fit_lists_who_holds_what)
{
	struct hand *h = hand_new();

	hand_region(h, hand_cell(h, "a", 0), "ram", 600 * MIB);
	hand_region(h, hand_cell(h, "b", 1), "ram", 500 * MIB);
	cr_assert(!hand_place(h));

	char *told = hand_told(h);

	cr_expect(strstr(told, "no free run of 500 MiB for 'b.ram'"));
	cr_expect(strstr(told, "'a.ram' has 0x40000000..0x657fffff, 600 MiB"));
	cr_expect(strstr(told, "nobody has 0x65800000..0x7fffffff, 424 MiB"));
	free(told);
}

Test(place_memory, a_stated_size_of_the_hypervisor_is_a_limit)
{
	struct hand *h = hand_new();

	hand_region(h, hand_cell(h, "a", 0), "ram", 2 * MIB);
	h->model.hypervisor.has_size = true;
	h->model.hypervisor.size = 64 * KIB;
	cr_assert(!hand_place(h));

	char *told = hand_told(h);

	cr_expect(strstr(told, "and its memory is 64 KiB"));
	cr_expect(strstr(told, "stacks: 80 KiB"));
	free(told);
}

Test(place_memory, a_payload_moves_no_region)
{
	struct hand *h = hand_new();
	struct cell *a = hand_cell(h, "a", 0), *b = hand_cell(h, "b", 1);

	hand_region(h, a, "ram", 64 * MIB);
	hand_region(h, b, "ram", 2 * MIB);
	hand_channel(h, "c", 4 * KIB, a, b);

	const struct layout *before = hand_place(h);

	a->boot = (struct boot){ .kind = BOOT_RAW, .kernel = {
		.file = "a.bin", .path = "a.bin", .size = 20 * MIB } };
	a->on_crash.action = ON_RESTART;

	const struct layout *after = hand_place(h);

	cr_assert(before && after);
	cr_expect_gt(after->hypervisor.all.size, 20 * MIB);
	cr_expect_eq(before->channels[0].memory.base.u,
		     after->channels[0].memory.base.u);
	cr_expect_eq(ram_of(before, 1)->pa.u, ram_of(after, 1)->pa.u);
}

Test(place_memory, where_the_runtime_is_depends_on_the_runtime_alone)
{
	struct hand *h = hand_new();
	struct cell *a = hand_cell(h, "a", 0);

	hand_region(h, a, "ram", 64 * MIB);

	const struct layout *one = hand_place(h);

	hand_region(h, hand_cell(h, "b", 1), "ram", 6 * MIB);

	const struct layout *two = hand_place(h);

	cr_assert(one && two);
	cr_expect_eq(one->hypervisor.tables.base.u - one->hypervisor.all.base.u,
		     two->hypervisor.tables.base.u - two->hypervisor.all.base.u);
}
