/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pair.h - a model and the layout that follows from it, both made by hand.
 *
 * A root cell with a region, rest, a device, a console of its own, a line, the
 * PMU, and a window on the RAM of another cell; a one-way channel between the
 * two. Tests break one thing of it.
 */
#ifndef TESTS_UNIT_PAIR_H
#define TESTS_UNIT_PAIR_H

#include <criterion/criterion.h>

#include "hand.h"
#include "image/verify.h"

enum { RAM, REST, CLOCK, PORT, MAIL, WINDOW, N_BOSS };
enum { OWN, READER, N_WORKER };
enum { BOSS_MAIL, WORKER_MAIL, LOAD, N_SWITCHES };
enum { PL011, PL031, PMU, N_DEVICES };
enum { CLOCK_LINE, PORT_LINE, OWN_LINE, PMU_LINE, VIRTUAL_TIMER,
       PHYSICAL_TIMER, DOORBELL, N_BOSS_LINES };

struct pair {
	struct hand *h;
	struct cell *boss, *worker;
	struct board_memory memory[2];
	struct device devices[N_DEVICES];
	struct device_reg clock_regs[2];
	struct line pmu_line;
	struct line_use own_line;
	struct channel *mail;
	struct mapping of_boss[N_BOSS], of_worker[N_WORKER];
	struct line boss_lines[N_BOSS_LINES], worker_lines[2];
	struct cell_layout cells[2];
	struct channel_layout channels[1];
	struct end_layout ends[2];
	struct switch_layout switches[N_SWITCHES + 1];
	uint32_t ipi_spis[4];
	struct layout layout;
};

static inline void pair_model(struct pair *p)
{
	struct hand *h = p->h = hand_new();
	struct cell *boss = p->boss = hand_cell(h, "boss", 0);
	struct cell *worker = p->worker = hand_cell(h, "worker", 1);

	p->memory[0].range = (struct pa_range){ { 0x40000000 }, 16 * MIB };
	p->memory[1].range = (struct pa_range){ { 0x41000000 }, GIB };
	h->board.memory = p->memory;
	h->board.n_memory = 2;
	h->reserved[0].range = (struct pa_range){ { 0x50000000 }, MIB };
	h->board.n_reserved = 1;
	for (size_t i = 0; i < 2; i++)
		p->devices[i] = h->devices[i];
	p->clock_regs[0] = h->regs[1];
	p->clock_regs[1].range = (struct pa_range){ { 0x9020800 }, 0x1000 };
	p->devices[PL031].regs = p->clock_regs;
	p->devices[PL031].n_regs = 2;
	p->pmu_line = (struct line){ .kind = LINE_PPI, .number = 7 };
	p->devices[PMU] = (struct device){ .path = "/pmu", .role = DEVICE_PMU,
					   .lines = &p->pmu_line,
					   .n_lines = 1 };
	h->board.devices = p->devices;
	h->board.n_devices = N_DEVICES;
	h->model.root = boss;
	h->model.hypervisor.console = CONSOLE_NONE;

	*hand_region(h, boss, "ram", 32 * MIB) = (struct region){
		.name = "ram", .cell = boss, .size = 32 * MIB, .has_pa = true,
		.pa = { 0x40000000 }, .access = hand_rwx };
	hand_region(h, boss, "rest", 0)->is_rest = true;
	h->uses[0][0].device = &p->devices[PL031];
	boss->is_root = true;
	boss->n_devices = 1;
	boss->console = CONSOLE_DEVICE;
	boss->console_device = &p->devices[PL011];
	boss->has_pmu = true;
	p->own_line.line = (struct line){ .kind = LINE_SPI, .number = 40 };
	boss->lines = &p->own_line;
	boss->n_lines = 1;
	hand_region(h, worker, "ram", 4 * MIB)->has_ipa = true;
	worker->managed.may_load = true;
	p->mail = hand_channel(h, "mail", 8 * KIB, boss, worker);
	h->ends[0][1].may_write = false;
}

static inline void pair_layout(struct pair *p)
{
	struct hand *h = p->h;
	const struct access rw = { true, true, false, false };
	const struct access ro = { true, false, false, false };

	p->of_boss[RAM] = (struct mapping){
		MAP_RAM, { { 0x40000000 }, 32 * MIB }, { 0x40000000 },
		hand_rwx, .region = &h->regions[0][0], .switch_i = UINT32_MAX };
	p->of_boss[REST] = (struct mapping){
		MAP_RAM, { { 0x60000000 }, 64 * MIB }, { 0x60000000 },
		hand_rwx, .region = &h->regions[0][1], .switch_i = UINT32_MAX };
	p->of_boss[CLOCK] = (struct mapping){
		MAP_DEVICE, { { 0x9020000 }, 2 * GRANULE }, { 0x9020000 }, rw,
		.device = &p->devices[PL031], .switch_i = UINT32_MAX };
	p->of_boss[PORT] = (struct mapping){
		MAP_DEVICE, { { 0x9000000 }, GRANULE }, { 0x9000000 }, rw,
		.device = &p->devices[PL011], .switch_i = UINT32_MAX };
	p->of_boss[MAIL] = (struct mapping){
		MAP_CHANNEL, { { 0x45000000 }, 8 * KIB }, { 0x45000000 }, rw,
		.channel = p->mail, .switch_i = BOSS_MAIL };
	p->of_boss[WINDOW] = (struct mapping){
		MAP_WINDOW, { { 0x44000000 }, 4 * MIB }, { 0x44000000 }, rw,
		.subject = p->worker, .switch_i = LOAD };
	p->of_worker[OWN] = (struct mapping){
		MAP_RAM, { { 0 }, 4 * MIB }, { 0x44000000 }, hand_rwx,
		.region = &h->regions[1][0], .switch_i = UINT32_MAX };
	p->of_worker[READER] = p->of_boss[MAIL];
	p->of_worker[READER].access = ro;
	p->of_worker[READER].switch_i = WORKER_MAIL;

	p->channels[0] = (struct channel_layout){
		p->mail, { { 0x45000000 }, 8 * KIB }, 0 };
	for (uint32_t i = 0; i < 2; i++)
		p->ends[i] = (struct end_layout){
			.channel = p->mail, .end = &h->ends[0][i], .end_i = i,
			.doorbell_spi = 100 + i };
	p->switches[BOSS_MAIL] = (struct switch_layout){
		SWITCH_SHARED, p->boss, p->boss, p->mail, false };
	p->switches[WORKER_MAIL] = (struct switch_layout){
		SWITCH_SHARED, p->worker, p->worker, p->mail, false };
	p->switches[LOAD] = (struct switch_layout){
		SWITCH_WINDOW, p->boss, p->worker, NULL, false };
}

static inline void pair_lines(struct pair *p)
{
	static const struct line of_boss[N_BOSS_LINES] = {
		[CLOCK_LINE] = { .kind = LINE_SPI, .number = 2 },
		[PORT_LINE] = { .kind = LINE_SPI, .number = 1 },
		[OWN_LINE] = { .kind = LINE_SPI, .number = 40 },
		[PMU_LINE] = { .kind = LINE_PPI, .number = 7 },
		[VIRTUAL_TIMER] = { .kind = LINE_PPI, .number = 11 },
		[PHYSICAL_TIMER] = { .kind = LINE_PPI, .number = 14 },
		[DOORBELL] = { .kind = LINE_SPI, .number = 100 },
	};

	memcpy(p->boss_lines, of_boss, sizeof(of_boss));
	p->worker_lines[0] = (struct line){ .kind = LINE_SPI, .number = 99 };
	p->worker_lines[1] = (struct line){ .kind = LINE_SPI, .number = 101 };
	p->cells[0] = (struct cell_layout){
		.cell = p->boss, .mappings = p->of_boss, .n_mappings = N_BOSS,
		.lines = p->boss_lines, .n_lines = N_BOSS_LINES };
	p->cells[1] = (struct cell_layout){
		.cell = p->worker, .mappings = p->of_worker,
		.n_mappings = N_WORKER, .lines = p->worker_lines, .n_lines = 2,
		.has_console_line = true, .console_spi = 99 };
	for (uint32_t i = 0; i < 4; i++)
		p->ipi_spis[i] = i < 2 ? 98 - i : UINT32_MAX;
	p->layout = (struct layout){
		.model = &p->h->model, .cells = p->cells,
		.channels = p->channels, .ends = p->ends, .n_ends = 2,
		.switches = p->switches, .n_switches = N_SWITCHES,
		.ipi_spis = p->ipi_spis,
		.hypervisor.all = { { 0x70000000 }, 2 * MIB } };
}

static inline void pair_make(struct pair *p)
{
	memset(p, 0, sizeof(*p));
	pair_model(p);
	pair_layout(p);
	pair_lines(p);
}

static inline struct pair *pair_good(void)
{
	static struct pair pair;

	pair_make(&pair);
	return &pair;
}

/* ---- what verify says of it ---------------------------------------------- */

static inline char *pair_told(const struct layout *l)
{
	char *text;
	size_t size;
	struct verify v = { .arena = arena_new(), .layout = l,
			    .model = l->model,
			    .report = open_memstream(&text, &size) };

	verify_model(&v);
	fclose(v.report);
	cr_expect_eq(v.n_differences != 0, *text != '\0');
	return text;
}

static inline void pair_accepted(const struct pair *p)
{
	cr_expect_str_eq(pair_told(&p->layout), "");
}

/* That and nothing else is told; then the pair is good again. */
static inline void pair_refused(struct pair *p, const char *says)
{
	char expected[200];

	snprintf(expected, sizeof(expected), "hvcc: verify: %s\n", says);
	cr_expect_str_eq(pair_told(&p->layout), expected);
	pair_make(p);
}

static inline void pair_refused_mapping(struct pair *p, const struct mapping *m)
{
	char says[160];
	bool is_of_boss = m >= p->of_boss && m < p->of_boss + N_BOSS;

	snprintf(says, sizeof(says), "cell '%s', 0x%llx..0x%llx: nothing in the"
		 " text gives it this", is_of_boss ? "boss" : "worker",
		 (unsigned long long)m->ipa.base.u,
		 (unsigned long long)ipa_last(m->ipa).u);
	pair_refused(p, says);
}

#endif
