/* SPDX-License-Identifier: BSD-2-Clause */
/* One thing of a layout is not what the text says, and is told. */
#include <criterion/criterion.h>

#include "pair.h"

static void refused_line(struct pair *p, const struct line *line)
{
	char says[160];
	bool is_of_boss = line >= p->boss_lines &&
			  line < p->boss_lines + N_BOSS_LINES;

	snprintf(says, sizeof(says), "cell '%s': it has line %u, and nothing in"
		 " the text gives it", is_of_boss ? "boss" : "worker",
		 line->number);
	pair_refused(p, says);
}

Test(verify_model, what_the_text_says_is_accepted)
{
	pair_accepted(pair_good());
}

Test(verify_model, what_place_makes_is_accepted)
{
	struct pair *p = pair_good();
	const struct layout *l = hand_place(p->h);

	cr_assert(l, "%s", hand_told(p->h));
	cr_expect_str_eq(pair_told(l), "");
}

/* ---- memory -------------------------------------------------------------- */

Test(verify_model, ram_is_of_a_region_of_that_cell)
{
	struct pair *p = pair_good();
	struct mapping *m = &p->of_boss[REST];

	m->region = NULL;
	pair_refused_mapping(p, m);
	/* Of the cell behind it, and of the one before. */
	p->h->regions[1][1] = p->h->regions[0][1];
	m->region = &p->h->regions[1][1];
	pair_refused_mapping(p, m);
	m = &p->of_worker[OWN];
	m->region = &p->h->regions[0][1];
	m->pa.u = m->ipa.base.u = 0x68000000;
	cr_expect(strstr(pair_told(&p->layout), "worker', 0x68000000..0x683fffff"));
}

Test(verify_model, ram_is_where_the_text_says)
{
	struct pair *p = pair_good();
	struct mapping *m = &p->of_boss[RAM];

	m->pa.u += GRANULE;
	pair_refused_mapping(p, m);
	/* Moved both: the text says where. */
	m->pa.u += GRANULE;
	m->ipa.base.u += GRANULE;
	pair_refused_mapping(p, m);
	p->of_worker[OWN].ipa.base.u = GRANULE;
	cr_expect(strstr(pair_told(&p->layout), "worker', 0x1000..0x400fff"));
}

Test(verify_model, ram_of_no_said_place_is_anywhere_at_its_own_address)
{
	struct pair *p = pair_good();
	struct mapping *m = &p->of_boss[RAM];

	p->h->regions[0][0].has_pa = false;
	m->pa.u += MIB;
	m->ipa.base.u += MIB;
	pair_accepted(p);
	m->pa.u += MIB;
	pair_refused_mapping(p, m);
}

Test(verify_model, ram_has_the_access_that_the_text_says)
{
	struct pair *p = pair_good();
	struct access *a = &p->of_boss[REST].access;
	bool *bits[] = { &a->may_read, &a->may_write, &a->may_execute,
			 &a->is_uncached };

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		*bits[i] = !*bits[i];
		pair_refused_mapping(p, &p->of_boss[REST]);
	}
}

Test(verify_model, rest_is_at_its_own_address)
{
	struct pair *p = pair_good();

	p->of_boss[REST].pa.u += MIB;
	pair_refused_mapping(p, &p->of_boss[REST]);
}

Test(verify_model, no_ram_is_where_the_board_has_none_or_reserves_it)
{
	static const uint64_t bad[] = { 0x3ffff000, 0x7d001000, 0x80ff0000,
					0x4c001000, 0x500ff000, 0x1000 };
	struct pair *p = pair_good();
	struct mapping *m = &p->of_boss[REST];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		m->pa.u = m->ipa.base.u = bad[i];
		pair_refused_mapping(p, m);
	}
	m->pa.u = m->ipa.base.u = 0x7d000000;
	pair_accepted(p);
	m->pa.u = m->ipa.base.u = 0x4c000000;
	pair_accepted(p);
}

Test(verify_model, a_region_has_all_its_bytes)
{
	struct pair *p = pair_good();

	/* None at all: there is no row that could be wrong. */
	p->of_boss[RAM] = p->of_boss[REST];
	pair_refused(p, "cell 'boss': memory 'ram' has 0x0 bytes, not 0x2000000");
	/* What is no RAM does not count. */
	p->of_boss[RAM] = p->of_boss[CLOCK];
	p->of_boss[RAM].region = &p->h->regions[0][0];
	p->of_boss[RAM].ipa.size = p->clock_regs[1].range.size = 32 * MIB;
	pair_refused(p, "cell 'boss': memory 'ram' has 0x0 bytes, not 0x2000000");
	p->of_boss[PORT] = p->of_boss[RAM];
	pair_refused(p, "cell 'boss': memory 'ram' has 0x4000000 bytes, not"
		" 0x2000000");
	p->of_boss[RAM].ipa.size = MIB;
	cr_expect(strstr(pair_told(&p->layout), "0x40000000..0x400fffff: nothing"));
}

Test(verify_model, what_is_always_on_has_no_switch)
{
	struct pair *p = pair_good();

	p->of_boss[RAM].switch_i = BOSS_MAIL;
	pair_refused_mapping(p, &p->of_boss[RAM]);
	p->of_boss[CLOCK].switch_i = BOSS_MAIL;
	pair_refused_mapping(p, &p->of_boss[CLOCK]);
}

Test(verify_model, the_hypervisor_has_memory_of_nobody_else)
{
	struct pair *p = pair_good();

	p->layout.hypervisor.all.base.u = 0x4fffe000 - 2 * MIB + 0x3000;
	pair_refused(p, "the hypervisor is at 0x4fe01000..0x50000fff, which is no"
		" free memory of the board");
	p->layout.hypervisor.all.base.u = 0x81000000 - MIB;
	pair_refused(p, "the hypervisor is at 0x80f00000..0x810fffff, which is no"
		" free memory of the board");
}

Test(verify_model, the_hypervisor_is_where_the_text_says)
{
	struct pair *p = pair_good();

	p->h->model.hypervisor.has_pa = true;
	p->h->model.hypervisor.pa.u = 0x70000000;
	pair_accepted(p);
	p->layout.hypervisor.all.base.u += BLOCK;
	pair_refused(p, "the hypervisor is at 0x70200000, not 0x70000000");
}

/* ---- devices ------------------------------------------------------------- */

Test(verify_model, a_device_is_at_its_own_address)
{
	struct pair *p = pair_good();

	p->of_boss[CLOCK].ipa.base.u += GRANULE;
	pair_refused_mapping(p, &p->of_boss[CLOCK]);
}

Test(verify_model, a_device_is_the_cells)
{
	struct pair *p = pair_good();

	p->boss->n_devices = 0;
	p->boss_lines[CLOCK_LINE] = p->boss_lines[PORT_LINE];
	pair_refused_mapping(p, &p->of_boss[CLOCK]);
	p->boss->console = CONSOLE_VIRTUAL;
	p->boss_lines[PORT_LINE] = p->boss_lines[CLOCK_LINE];
	pair_refused_mapping(p, &p->of_boss[PORT]);
}

Test(verify_model, every_page_is_of_a_device)
{
	struct pair *p = pair_good();
	struct mapping *m = &p->of_boss[CLOCK];

	/* A page more at the end, at the start, and one of none. */
	m->ipa.size += GRANULE;
	pair_refused_mapping(p, m);
	m->pa.u -= GRANULE;
	m->ipa.base.u -= GRANULE;
	pair_refused_mapping(p, m);
	m->pa.u = m->ipa.base.u = 0x9040000;
	pair_refused_mapping(p, m);
	/* Pages of two devices side by side. */
	p->clock_regs[0].range.base.u = 0x9001000;
	p->of_boss[PORT].ipa.size = 2 * GRANULE;
	pair_accepted(p);
	p->of_boss[PORT].ipa.size = 3 * GRANULE;
	pair_refused_mapping(p, &p->of_boss[PORT]);
}

/* Page by page it would take minutes. */
Test(verify_model, a_window_of_many_pages_is_looked_at_as_a_whole)
{
	struct pair *p = pair_good();

	p->clock_regs[0].range = (struct pa_range){ { UINT64_C(1) << 46 },
						    UINT64_C(1) << 45 };
	p->of_boss[CLOCK].pa.u = p->of_boss[CLOCK].ipa.base.u =
		UINT64_C(1) << 46;
	p->of_boss[CLOCK].ipa.size = UINT64_C(1) << 45;
	pair_accepted(p);
}

/* ---- what is shared ------------------------------------------------------ */

Test(verify_model, a_channel_is_one_of_the_text)
{
	struct pair *p = pair_good();
	struct mapping *m = &p->of_boss[MAIL];

	m->channel = p->switches[BOSS_MAIL].channel = NULL;
	pair_refused_mapping(p, m);
	m->pa.u += GRANULE;
	pair_refused_mapping(p, m);
	m->ipa.size += GRANULE;
	pair_refused_mapping(p, m);
}

Test(verify_model, a_channel_has_the_switch_of_that_cell_and_channel)
{
	struct pair *p = pair_good();
	struct mapping *m = &p->of_boss[MAIL];

	/* Behind the last. */
	m->switch_i = N_SWITCHES;
	p->switches[N_SWITCHES] = p->switches[BOSS_MAIL];
	pair_refused_mapping(p, m);
	m->switch_i = WORKER_MAIL;
	pair_refused_mapping(p, m);
	p->switches[BOSS_MAIL].channel = NULL;
	pair_refused_mapping(p, m);
	p->switches[BOSS_MAIL].kind = SWITCH_WINDOW;
	pair_refused_mapping(p, m);
}

Test(verify_model, a_channel_is_where_the_text_says)
{
	struct pair *p = pair_good();
	struct mapping *r = &p->of_worker[READER];

	p->mail->has_pa = true;
	p->mail->pa = p->channels[0].memory.base;
	p->h->ends[0][1].has_ipa = true;
	p->h->ends[0][1].ipa = r->ipa.base;
	pair_accepted(p);
	p->h->ends[0][1].ipa.u += GRANULE;
	pair_refused_mapping(p, r);
	p->mail->has_pa = true;
	p->mail->pa.u = p->channels[0].memory.base.u + GRANULE;
	cr_expect(strstr(pair_told(&p->layout), "boss', 0x45000000..0x45001fff"));
	cr_expect(strstr(pair_told(&p->layout), "worker', 0x45000000..0x45001fff"));
}

Test(verify_model, a_channel_has_the_access_that_the_text_says)
{
	struct pair *p = pair_good();
	struct access *a = &p->of_worker[READER].access;

	a->may_write = true;
	pair_refused_mapping(p, &p->of_worker[READER]);
	a->may_execute = true;
	pair_refused_mapping(p, &p->of_worker[READER]);
	a->is_uncached = true;
	pair_refused_mapping(p, &p->of_worker[READER]);
}

Test(verify_model, a_channel_has_that_cell)
{
	struct pair *p = pair_good();

	p->h->ends[0][1].cell = p->boss;
	p->worker_lines[1] = p->worker_lines[0];
	pair_refused_mapping(p, &p->of_worker[READER]);
}

Test(verify_model, a_channel_has_memory_of_nobody_else)
{
	struct pair *p = pair_good();

	p->channels[0].memory.base.u = 0x50000000;
	p->of_boss[MAIL].pa.u = p->of_worker[READER].pa.u = 0x50000000;
	pair_refused(p, "channel 'mail' is at 0x50000000..0x50001fff, which is no"
		" free memory of the board");
}

Test(verify_model, a_window_is_the_root_cells_on_what_it_may_load)
{
	struct pair *p = pair_good();
	struct mapping *m = &p->of_boss[WINDOW];

	p->h->model.root = NULL;
	pair_refused_mapping(p, m);
	m->subject = NULL;
	pair_refused_mapping(p, m);
	p->worker->managed.may_load = false;
	pair_refused_mapping(p, m);
	m->access.may_execute = true;
	pair_refused_mapping(p, m);
}

Test(verify_model, a_window_has_the_switch_of_that_cell)
{
	struct pair *p = pair_good();
	struct mapping *m = &p->of_boss[WINDOW];

	m->switch_i = N_SWITCHES;
	p->switches[N_SWITCHES] = p->switches[LOAD];
	pair_refused_mapping(p, m);
	m->switch_i = BOSS_MAIL;
	pair_refused_mapping(p, m);
	p->switches[LOAD].kind = SWITCH_SHARED;
	pair_refused_mapping(p, m);
	p->switches[LOAD].owner = p->worker;
	pair_refused_mapping(p, m);
	p->switches[LOAD].subject = p->boss;
	pair_refused_mapping(p, m);
}

Test(verify_model, a_window_shows_ram_of_that_cell_alone)
{
	struct pair *p = pair_good();
	struct mapping *m = &p->of_boss[WINDOW];

	m->pa.u += GRANULE;
	pair_refused_mapping(p, m);
	m->pa.u = 0x45000000;
	m->ipa.size = 8 * KIB;
	pair_refused_mapping(p, m);
}

/* ---- lines --------------------------------------------------------------- */

Test(verify_model, a_line_is_one_that_the_text_gives)
{
	struct pair *p = pair_good();

	for (size_t i = 0; i < N_BOSS_LINES; i++) {
		p->boss_lines[i].number += 200;
		refused_line(p, &p->boss_lines[i]);
		p->boss_lines[i].kind ^= 1;
		refused_line(p, &p->boss_lines[i]);
	}
}

Test(verify_model, a_pmus_line_is_of_cells_with_it)
{
	struct pair *p = pair_good();

	p->boss->has_pmu = false;
	refused_line(p, &p->boss_lines[PMU_LINE]);
	p->devices[PMU].role = DEVICE_PLAIN;
	refused_line(p, &p->boss_lines[PMU_LINE]);
}

Test(verify_model, a_consoles_line_is_of_cells_with_it)
{
	struct pair *p = pair_good();

	p->cells[1].has_console_line = false;
	refused_line(p, &p->worker_lines[0]);
	p->cells[1].console_spi = 98;
	refused_line(p, &p->worker_lines[0]);
}

Test(verify_model, a_line_of_events_is_of_the_root_cell)
{
	struct pair *p = pair_good();
	struct line *line = &p->boss_lines[DOORBELL];

	line->number = p->cells[0].event_spi = 120;
	refused_line(p, line);
	line->number = p->cells[0].event_spi = 120;
	p->cells[0].has_event_line = true;
	pair_accepted(p);
	p->cells[0].event_spi = 121;
	refused_line(p, line);
	/* Of another cell it is none, whatever place says. */
	p->cells[1].has_console_line = false;
	p->cells[1].has_event_line = true;
	p->cells[1].event_spi = p->worker_lines[0].number;
	refused_line(p, &p->worker_lines[0]);
}

Test(verify_model, a_doorbells_line_is_of_its_end)
{
	struct pair *p = pair_good();

	p->worker_lines[1].number = 100;
	refused_line(p, &p->worker_lines[1]);
}

Test(verify_model, a_chosen_line_is_of_no_device)
{
	struct pair *p = pair_good();

	p->cells[1].console_spi = p->worker_lines[0].number = 1;
	refused_line(p, &p->worker_lines[0]);
}

/* ---- direct interrupts ---------------------------------------------------- */

static void refused_interrupts(struct pair *p)
{
	cr_expect_str_eq(pair_told(&p->layout), "hvcc: verify: cell 'worker':"
			 " its interrupts are not as the text says\n");
}

Test(verify_model, interrupts_are_direct_where_nothing_is_against_it)
{
	struct pair *p = pair_good();

	p->worker->interrupts = INTERRUPTS_DIRECT;
	pair_accepted(p);
	p->cells[1].delivery = DELIVERY_NO_LINES;
	refused_interrupts(p);
	p->worker->interrupts = INTERRUPTS_UNSAID;
	pair_accepted(p);
}

Test(verify_model, interrupts_are_virtual_where_the_text_says)
{
	struct pair *p = pair_good();

	p->worker->interrupts = INTERRUPTS_VIRTUAL;
	refused_interrupts(p);
	p->cells[1].delivery = DELIVERY_ASKED;
	pair_accepted(p);
}

Test(verify_model, who_masks_by_priority_has_virtual_interrupts)
{
	struct pair *p = pair_good();

	p->worker->masks_by_priority = true;
	refused_interrupts(p);
	p->cells[1].delivery = DELIVERY_MASK;
	pair_accepted(p);
}

Test(verify_model, no_board_with_virtual_interrupts_has_direct_ones)
{
	struct pair *p = pair_good();

	p->h->board.interrupts = INTERRUPTS_VIRTUAL;
	p->cells[0].delivery = DELIVERY_BOARD;
	refused_interrupts(p);
	p->cells[1].delivery = DELIVERY_BOARD;
	pair_accepted(p);
}

Test(verify_model, the_line_of_an_ipi_is_free)
{
	struct pair *p = pair_good();
	struct line_range range = { .first = 97, .last = 97 };

	p->ipi_spis[1] = 1;
	cr_expect_str_eq(pair_told(&p->layout), "hvcc: verify: cell 'worker':"
			 " the line of the IPI to CPU 1 is not free\n");
	p->ipi_spis[1] = 97;
	pair_accepted(p);
	p->h->board.free_lines = &range;
	p->h->board.n_free_lines = 1;
	cr_expect_str_eq(pair_told(&p->layout), "hvcc: verify: cell 'boss':"
			 " the line of the IPI to CPU 0 is not free\n");
	p->ipi_spis[0] = 97;
	pair_accepted(p);
	p->ipi_spis[0] = 96;
	cr_expect(*pair_told(&p->layout));
}
