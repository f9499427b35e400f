/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "hand.h"

static const struct trap *trap_of(const struct layout *l, size_t cell_i,
				  enum trap_kind kind)
{
	for (size_t i = 0; i < l->cells[cell_i].n_traps; i++)
		if (l->cells[cell_i].traps[i].kind == kind)
			return &l->cells[cell_i].traps[i];
	return NULL;
}

static const struct mapping *mapping_of(const struct layout *l, size_t cell_i,
					enum mapping_kind kind)
{
	for (size_t i = 0; i < l->cells[cell_i].n_mappings; i++)
		if (l->cells[cell_i].mappings[i].kind == kind)
			return &l->cells[cell_i].mappings[i];
	return NULL;
}

static struct hand *two_cells(void)
{
	struct hand *h = hand_new();

	hand_region(h, hand_cell(h, "a", 0), "ram", 16 * MIB);
	hand_region(h, hand_cell(h, "b", 3), "ram", 16 * MIB);
	return h;
}

Test(place_view, a_virtual_console_is_where_the_boards_is)
{
	const struct layout *l = hand_place(two_cells());

	cr_assert(l);
	cr_expect_eq(l->cells[0].console_ipa.u, 0x9000000);
	cr_expect_eq(l->cells[1].console_ipa.u, 0x9000000);
	cr_expect_eq(trap_of(l, 0, TRAP_CONSOLE)->ipa.base.u, 0x9000000);
}

Test(place_view, a_cell_that_uses_that_page_gets_another)
{
	struct hand *h = two_cells();
	struct region *r = &h->regions[1][0];

	r->has_ipa = true;
	r->ipa.u = 0x9000000;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(l->cells[0].console_ipa.u, 0x9000000);
	/* Behind its RAM, and nothing on the board. */
	cr_expect_eq(l->cells[1].console_ipa.u, 0xa000000);
}

Test(place_view, the_controller_traps_with_all_frames_of_own_cpus)
{
	const struct layout *l = hand_place(two_cells());

	cr_assert(l);
	cr_expect_eq(trap_of(l, 1, TRAP_CONTROLLER)->ipa.base.u, 0x8000000);
	cr_expect_eq(trap_of(l, 1, TRAP_CONTROLLER)->ipa.size, 0x10000);
	cr_expect_eq(trap_of(l, 1, TRAP_CONTROLLER_CPU)->ipa.base.u,
		     0x80a0000 + 3 * 0x20000);
	cr_expect_eq(trap_of(l, 1, TRAP_CONTROLLER_CPU)->ipa.size, 0x20000);
	cr_expect_eq(trap_of(l, 1, TRAP_CONTROLLER_CPU)->arg, 3);
}

Test(place_view, a_second_redistributor_region_continues_the_count)
{
	struct hand *h = two_cells();
	struct pa_range regions[] = { { { 0x80a0000 }, 0x40000 },
				      { { 0x9100000 }, 0x40000 } };

	h->board.controller.redistributors = regions;
	h->board.controller.n_redistributors = 2;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(trap_of(l, 1, TRAP_CONTROLLER_CPU)->ipa.base.u, 0x9120000);
}

Test(place_view, each_end_of_a_channel_rings_the_other)
{
	struct hand *h = two_cells();

	hand_channel(h, "c", 64 * KIB, &h->cells[0], &h->cells[1]);

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(l->ends[0].may_ring, 2);
	cr_expect_eq(l->ends[1].may_ring, 1);
	cr_expect_eq(l->ends[0].memory.u, l->channels[0].memory.base.u);
	cr_expect_eq(trap_of(l, 0, TRAP_DOORBELL)->ipa.base.u,
		     l->ends[0].doorbell.u);
	cr_expect_neq(l->ends[0].doorbell_spi, l->ends[1].doorbell_spi);
}

Test(place_view, a_one_way_channel_is_written_and_rung_by_one)
{
	struct hand *h = two_cells();
	struct channel *c = hand_channel(h, "c", 64 * KIB, &h->cells[0],
					 &h->cells[1]);

	c->is_one_way = true;
	h->ends[0][1].may_write = false;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(l->ends[0].may_ring, 2);
	cr_expect_eq(l->ends[0].doorbell_spi, UINT32_MAX);
	cr_expect_eq(l->ends[1].may_ring, 0);
	cr_expect_eq(l->ends[1].doorbell.u, 0);
	cr_expect(!trap_of(l, 1, TRAP_DOORBELL));
	cr_expect(mapping_of(l, 0, MAP_CHANNEL)->access.may_write);
	cr_expect(!mapping_of(l, 1, MAP_CHANNEL)->access.may_write);
	cr_expect(!mapping_of(l, 1, MAP_CHANNEL)->access.may_execute);
}

Test(place_view, an_end_whose_address_is_taken_sees_the_channel_elsewhere)
{
	struct hand *h = two_cells();
	struct channel *c = hand_channel(h, "c", 64 * KIB, &h->cells[0],
					 &h->cells[1]);

	c->has_pa = true;
	c->pa.u = 0x70000000;
	h->regions[1][0].has_ipa = true;
	h->regions[1][0].ipa.u = 0x70000000;

	const struct layout *l = hand_place(h);
	const struct cell_layout *b = &l->cells[1];

	cr_assert(l);
	cr_expect_eq(l->ends[0].memory.u, 0x70000000);
	for (size_t i = 0; i + 1 < b->n_mappings; i++)
		cr_expect(!ipa_overlap(b->mappings[i].ipa,
				       b->mappings[i + 1].ipa));
	cr_expect_eq(mapping_of(l, 1, MAP_CHANNEL)->pa.u, 0x70000000);
}

Test(place_view, devices_in_one_page_are_one_mapping)
{
	struct hand *h = two_cells();

	h->regs[0].range = (struct pa_range){ { 0xa000000 }, 0x200 };
	h->regs[1].range = (struct pa_range){ { 0xa000200 }, 0x200 };
	h->model.hypervisor.console = CONSOLE_NONE;
	h->model.hypervisor.console_device = NULL;
	h->uses[0][0].device = &h->devices[0];
	h->uses[0][1].device = &h->devices[1];
	h->cells[0].n_devices = 2;

	const struct layout *l = hand_place(h);
	size_t n = 0;

	cr_assert(l);
	for (size_t i = 0; i < l->cells[0].n_mappings; i++)
		n += l->cells[0].mappings[i].kind == MAP_DEVICE;
	cr_expect_eq(n, 1);
	cr_expect_eq(mapping_of(l, 0, MAP_DEVICE)->ipa.base.u, 0xa000000);
	cr_expect_eq(mapping_of(l, 0, MAP_DEVICE)->ipa.size, GRANULE);
}

Test(place_view, the_root_cell_sees_what_it_loads_through_a_window)
{
	struct hand *h = two_cells();

	h->cells[0].is_root = true;
	h->model.root = &h->cells[0];
	h->cells[1].managed = (struct managed){ .may_load = true,
						.by = &h->cells[0] };

	const struct layout *l = hand_place(h);
	const struct mapping *m = mapping_of(l, 0, MAP_WINDOW);

	cr_assert(m);
	cr_expect_eq(m->pa.u, mapping_of(l, 1, MAP_RAM)->pa.u);
	cr_expect_eq(m->ipa.base.u, m->pa.u);
	cr_expect(!m->access.may_execute);
	cr_expect_eq(l->switches[m->switch_i].kind, SWITCH_WINDOW);
	cr_expect_eq(l->switches[m->switch_i].subject, &h->cells[1]);
	cr_expect(!l->switches[m->switch_i].is_on_at_boot);
}

/* ---- lines --------------------------------------------------------------- */

Test(place_view, lines_of_ours_are_the_highest_that_no_node_mentions)
{
	struct hand *h = two_cells();

	h->lines[1].number = 255;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(l->cells[0].console_spi, 254);
	cr_expect_eq(l->cells[1].console_spi, 253);
}

Test(place_view, stated_free_lines_are_the_only_ones)
{
	struct hand *h = two_cells();
	struct line_range range = { .first = 40, .last = 40 };

	h->board.free_lines = &range;
	h->board.n_free_lines = 1;
	cr_assert(!hand_place(h));

	char *told = hand_told(h);

	cr_expect(strstr(told, "no interrupt line is left for the virtual"
			       " console of 'b'"));
	free(told);
}

Test(place_view, a_cell_has_its_timers_its_devices_lines_and_ours_once)
{
	struct hand *h = two_cells();

	h->uses[0][0].device = &h->devices[1];
	h->cells[0].n_devices = 1;
	h->cells[0].console = CONSOLE_DEVICE;
	h->cells[0].console_device = &h->devices[1];

	const struct layout *l = hand_place(h);
	const struct cell_layout *c = &l->cells[0];

	cr_assert(l);
	cr_assert_eq(c->n_lines, 3);
	cr_expect(c->lines[0].kind == LINE_PPI && c->lines[0].number == 11);
	cr_expect(c->lines[1].kind == LINE_PPI && c->lines[1].number == 14);
	cr_expect(c->lines[2].kind == LINE_SPI && c->lines[2].number == 2);
}

/* ---- how interrupts come --------------------------------------------------- */

/* Consoles have 255 and 254. */
Test(place_view, every_cpu_with_direct_interrupts_has_a_line)
{
	const struct layout *l = hand_place(two_cells());

	cr_assert(l);
	cr_expect_eq(l->cells[0].delivery, DELIVERY_DIRECT);
	cr_expect_eq(l->ipi_spis[0], 253);
	cr_expect_eq(l->ipi_spis[3], 252);
	/* Nobody's. */
	cr_expect_eq(l->ipi_spis[1], UINT32_MAX);
	cr_expect_eq(l->ipi_spis[2], UINT32_MAX);
}

Test(place_view, who_asks_for_virtual_interrupts_has_them)
{
	struct hand *h = two_cells();

	h->cells[0].interrupts = INTERRUPTS_VIRTUAL;
	h->cells[1].masks_by_priority = true;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(l->cells[0].delivery, DELIVERY_ASKED);
	cr_expect_eq(l->cells[1].delivery, DELIVERY_MASK);
	cr_expect_eq(l->ipi_spis[0], UINT32_MAX);
	cr_expect_eq(l->ipi_spis[3], UINT32_MAX);
}

Test(place_view, a_board_can_have_no_direct_interrupts)
{
	struct hand *h = two_cells();

	h->board.interrupts = INTERRUPTS_VIRTUAL;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(l->cells[0].delivery, DELIVERY_BOARD);
	cr_expect_eq(l->ipi_spis[0], UINT32_MAX);
}

Test(place_view, where_few_lines_are_free_who_must_be_direct_comes_first)
{
	struct hand *h = two_cells();
	struct line_range range = { .first = 40, .last = 42 };

	h->board.free_lines = &range;
	h->board.n_free_lines = 1;
	h->cells[1].interrupts = INTERRUPTS_DIRECT;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(l->cells[0].delivery, DELIVERY_NO_LINES);
	cr_expect_eq(l->cells[1].delivery, DELIVERY_DIRECT);
	cr_expect_eq(l->ipi_spis[3], 40);
	cr_expect_eq(l->ipi_spis[0], UINT32_MAX);
}

Test(place_view, all_cpus_of_a_cell_are_direct_or_none)
{
	struct hand *h = two_cells();
	struct line_range range = { .first = 40, .last = 43 };

	h->cells[0].n_cpus = 3;
	h->cell_cpus[0][1].index = 1;
	h->cell_cpus[0][2].index = 2;
	h->board.free_lines = &range;
	h->board.n_free_lines = 1;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	/* Two lines are left: too few for the first, enough for the other. */
	cr_expect_eq(l->cells[0].delivery, DELIVERY_NO_LINES);
	cr_expect_eq(l->cells[1].delivery, DELIVERY_DIRECT);
	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(l->ipi_spis[i], UINT32_MAX);
	cr_expect_eq(l->ipi_spis[3], 41);
}

Test(place_view, a_granule_of_a_trap_finds_its_row)
{
	const struct layout *l = hand_place(two_cells());
	const struct cell_layout *c = &l->cells[1];

	cr_assert(l);
	for (size_t i = 0; i < c->n_traps; i++)
		for (uint64_t o = 0; o < c->traps[i].ipa.size; o += GRANULE)
			cr_expect_eq(c->trap_slots.rows[slots_at(
				c->trap_slots.hash, (c->traps[i].ipa.base.u +
						     o) / GRANULE)], i + 1);
	/* 16, 32 and one: the smallest table. */
	cr_expect_eq(slots_count(c->trap_slots.hash), 64);
}
