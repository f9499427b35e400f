/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a cell's accesses to its GIC do to a model of the physical one, and to
 * the lines of others: nothing. The filter is compiled here from its own files,
 * between that model and a model of the list registers.
 */
#include <criterion/criterion.h>

#include <string.h>

#include "arch/fake/fake.h"
#include "arch/fake/tables.h"

/* The model's accesses in place of the machine's. */
#define ARCH_AARCH64_DEVICE_H
#include "core/mmio.h"
uint32_t device_read32(struct hv_pa at);
void device_write32(struct hv_pa at, uint32_t value);
uint8_t device_read8(struct hv_pa at);
void device_write8(struct hv_pa at, uint8_t value);
uint64_t device_read64(struct hv_pa at);
void device_write64(struct hv_pa at, uint64_t value);

#include "../../runtime/arch/aarch64/vgic_hot.h"
#include "../../runtime/arch/aarch64/vgic.c"
#include "../../runtime/arch/aarch64/vgic_sgi.c"

#include "vgic_model.h"

/* ---- two cells ----------------------------------------------------------- */

/* a: CPUs 0 and 1, which it sees as 0x100 and 0x101; b: CPU 2. */
static void setup(void)
{
	fake_begin();
	fake_cell("a", 2);
	fake_cell("b", 1);
	fake_tables.board = (struct hv_a64_board){
		.gicd = { GICD }, .gicd_size = 0x10000, .n_lines = N_LINES,
	};
	for (uint32_t i = 0; i < N_CPUS; i++) {
		fake_tables.arch_cpus[i] = (struct hv_a64_cpu){
			{ GICR + i * STRIDE }, STRIDE };
		fake_tables.cpus[i].hwid = i;
		fake_tables.cpus[i].virtual_hwid = i < 2 ? 0x100 + i : 0;
	}
	fake_tables.line_words[0][0] = fake_tables.line_words[1][0] = PPIS;
	fake_tables.line_words[0][1] = 1u << (OWN_EDGE - 32) | 0xf0000000;
	fake_tables.line_words[0][2] = 1u << (OWN_LEVEL - 64);
	fake_tables.line_words[1][1] = 1u << (FOREIGN - 32);
	fake_boot();
	for (uint32_t i = 0; i < N_CPUS; i++) {
		gic_of(hv_cpu(i))->sgi_frame = gic_sgi_frame(i);
		vgic_init(hv_cpu(i));
	}
	fake.device_read = model_read;
	fake.device_write = model_write;
	memset(frames, 0, sizeof(frames));
	for (uint32_t i = 0; i < N_LINES; i++)
		lrs[i].cpu_i = 0;
}

TestSuite(vgic, .init = setup);

static struct mmio gicd(uint32_t offset, uint32_t size, bool is_write, uint64_t v)
{
	struct mmio m = {
		.offset = offset, .size = size, .value = v, .is_write = is_write,
	};

	if (vgicd_access(hv_cpu(0), &m) == MMIO_FAULT)
		m.size = 0;
	return m;
}

static void put(uint32_t reg, uint32_t line, uint32_t lines)
{
	cr_assert_eq(gicd(reg + line / 32 * 4, 4, true, lines).size, 4);
}

static uint32_t get(uint32_t reg, uint32_t line)
{
	return (uint32_t)gicd(reg + line / 32 * 4, 4, false, 0).value;
}

static uint64_t gicr(uint32_t by, uint32_t of, uint32_t offset, uint32_t size,
		     bool is_write, uint64_t v)
{
	struct mmio m = {
		.offset = offset, .size = size, .value = v, .is_write = is_write,
	};

	return vgicr_access(hv_cpu(by), of, &m) == MMIO_DONE ? m.value : ~0ul;
}

/* Nothing is lost by the short cut: the same answer, the same state. */
static void check_alike(bool is_gicr, uint32_t offset, bool is_write, uint64_t value)
{
	static struct frame before[1 + N_CPUS], after[1 + N_CPUS];
	uint64_t x = value, all;

	memcpy(before, frames, sizeof(frames));
	if (!(is_gicr ? vgicr_hot : vgicd_hot)(hv_cpu(0), offset, is_write, &x)) {
		cr_assert_eq(x, value);
		cr_assert(!memcmp(before, frames, sizeof(frames)));
		return;
	}
	memcpy(after, frames, sizeof(frames));
	memcpy(frames, before, sizeof(frames));
	all = is_gicr ? gicr(0, 0, offset, 4, is_write, (uint32_t)value) :
		gicd(offset, 4, is_write, (uint32_t)value).value;
	if (!is_write)
		cr_assert_eq(x, all, "%#x", offset);
	cr_assert(!memcmp(after, frames, sizeof(frames)), "%#x", offset);
}

Test(vgic, what_is_answered_at_once_is_answered_alike)
{
	gic_of(hv_cpu(0))->enabled_sgis = 0x0f0f;
	hv_cpu(0)->run->is_controller_on = 2;
	for (uint32_t f = 0; f <= N_CPUS; f++)
		for (uint32_t w = 0; w < N_WORDS; w++)
			frames[f].enabled[w] = 0x5a5a5a5au << f;
	for (uint32_t offset = 0; offset < 0x10000; offset += 4)
		for (uint32_t is_write = 0; is_write < 2; is_write++) {
			check_alike(false, offset, is_write, 0xfffffffff0f0f0f0);
			check_alike(true, offset, is_write, ~0ul);
			check_alike(true, GICR_SGI_FRAME + offset, is_write,
				    0xffffffff0f0f0f0f);
			check_alike(true, GICR_SGI_FRAME + offset, is_write, ~0ul);
		}
	/* The point of it: these are. */
	uint64_t x = ~0ul;

	cr_assert(vgicd_hot(hv_cpu(0), GICD_TYPER, false, &x));
	cr_assert(vgicd_hot(hv_cpu(0), GICD_CTLR, false, &x));
	cr_assert(vgicd_hot(hv_cpu(0), GIC_ISENABLER + 4, true, &x));
	x = 0x0f0f;
	cr_assert(vgicr_hot(hv_cpu(0), GICR_SGI_FRAME + GIC_ISENABLER, true, &x));
}

Test(vgic, own_lines_are_switched_in_the_distributor)
{
	put(GIC_ISENABLER, OWN_EDGE, ~0u);
	cr_assert_eq(frames[0].enabled[1], 0xf0000100);
	cr_assert_eq(get(GIC_ICENABLER, OWN_EDGE), 0xf0000100);
	put(GIC_ICENABLER, OWN_EDGE, 0x100);
	cr_assert_eq(frames[0].enabled[1], 0xf0000000);
}

Test(vgic, foreign_lines_read_0)
{
	memset(&frames[0], 0xff, sizeof(frames[0]));
	for (uint32_t reg = GIC_IGROUPR; reg < GIC_IPRIORITYR; reg += 0x80)
		cr_assert_eq(get(reg, OWN_EDGE) & ~0xf0000100, 0);
	cr_assert_eq(gicd(GIC_IPRIORITYR + FOREIGN, 1, false, 0).value, 0);
	cr_assert_eq(gicd(GIC_IPRIORITYR + OWN_EDGE, 4, false, 0).value, 0xff);
	cr_assert_eq(gicd(GICD_IROUTER + 8 * FOREIGN, 8, false, 0).value, 0);
	cr_assert_eq(gicd(GIC_ICFGR + 8, 4, false, 0).value, 2u << 16);
}

Test(vgic, a_line_that_is_offered_is_pending_and_not_active)
{
	offer(OWN_EDGE, 1);
	cr_assert_eq(get(GIC_ISPENDR, OWN_EDGE), 0x100);
	cr_assert_eq(get(GIC_ISACTIVER, OWN_EDGE), 0);
	take(OWN_EDGE);
	cr_assert_eq(get(GIC_ISPENDR, OWN_EDGE), 0);
	cr_assert_eq(get(GIC_ISACTIVER, OWN_EDGE), 0x100);
}

Test(vgic, pending_twice_before_it_is_taken_is_once)
{
	offer(OWN_EDGE, 1);
	put(GIC_ISPENDR, OWN_EDGE, 0x100);
	cr_assert_eq(frames[0].pending[1], 0);
	take(OWN_EDGE);
	put(GIC_ISPENDR, OWN_EDGE, 0x100);
	cr_assert_eq(frames[0].pending[1], 0x100);
}

Test(vgic, a_disabled_line_is_taken_back_and_stays_pending)
{
	frames[0].enabled[1] = 0x100;
	offer(OWN_EDGE, 1);
	put(GIC_ICENABLER, OWN_EDGE, 0x100);
	cr_assert_not(lrs[OWN_EDGE].is_pending);
	cr_assert_eq(frames[0].enabled[1], 0);
	cr_assert_eq(frames[0].active[1], 0);
	cr_assert_eq(frames[0].pending[1], 0x100);
}

Test(vgic, a_disabled_line_that_was_taken_stays_active)
{
	offer(OWN_EDGE, 1);
	take(OWN_EDGE);
	put(GIC_ICENABLER, OWN_EDGE, 0x100);
	cr_assert_eq(frames[0].active[1], 0x100);
	cr_assert_eq(frames[0].pending[1], 0);
}

Test(vgic, a_line_no_longer_pending_is_no_longer_offered)
{
	offer(OWN_EDGE, 1);
	frames[0].pending[1] = 0x100;
	put(GIC_ICPENDR, OWN_EDGE, ~0u);
	cr_assert_not(lrs[OWN_EDGE].is_pending);
	cr_assert_eq(frames[0].active[1], 0);
	cr_assert_eq(frames[0].pending[1], 0);
}

Test(vgic, deactivation_ends_what_was_taken_and_nothing_that_is_offered)
{
	offer(OWN_EDGE, 0);
	put(GIC_ICACTIVER, OWN_EDGE, ~0u);
	cr_assert(lrs[OWN_EDGE].is_pending);
	cr_assert_eq(frames[0].active[1], 0x100);
	take(OWN_EDGE);
	put(GIC_ICACTIVER, OWN_EDGE, ~0u);
	cr_assert_not(lrs[OWN_EDGE].is_active);
	cr_assert_eq(frames[0].active[1], 0);
}

Test(vgic, no_line_of_a_cell_has_the_runtimes_priority)
{
	for (uint32_t p = 0; p < 256; p++) {
		gicd(GIC_IPRIORITYR + OWN_EDGE, 1, true, p);
		cr_assert_geq(frames[0].priority[OWN_EDGE], GIC_PRIORITY_CELLS);
		gicd(GIC_IPRIORITYR + OWN_EDGE, 4, true, p * 0x01010101u);
		cr_assert_geq(frames[0].priority[OWN_EDGE], GIC_PRIORITY_CELLS);
		cr_assert_eq(frames[0].priority[FOREIGN], 0);
	}
}

Test(vgic, routes_go_to_cpus_of_the_cell_by_its_own_numbers)
{
	uint32_t reg = GICD_IROUTER + 8 * OWN_EDGE;
	static const uint64_t refused[] = {
		0, 1, 2, 0x102, 0xff00000100, 0x10100, 0xffffffffffffffff,
	};

	gicd(reg, 8, true, 0x101);
	cr_assert_eq(frames[0].route[OWN_EDGE], 1);
	cr_assert_eq(gicd(reg, 8, false, 0).value, 0x101);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		gicd(reg, 8, true, refused[i]);
		cr_assert_eq(frames[0].route[OWN_EDGE], 1, "%#lx", refused[i]);
	}
	/* "Any CPU" is not offered: the bit is ignored. */
	gicd(reg, 8, true, 0x80000100);
	cr_assert_eq(frames[0].route[OWN_EDGE], 0);
	gicd(reg, 4, true, 0x101);
	cr_assert_eq(frames[0].route[OWN_EDGE], 1);
	cr_assert_eq(gicd(reg + 4, 4, false, 0).value, 0);
	gicd(GICD_IROUTER + 8 * FOREIGN, 8, true, 0x101);
	cr_assert_eq(frames[0].route[FOREIGN], 0);
}

Test(vgic, the_last_redistributor_of_a_run_says_so)
{
	cr_assert_eq(gicr(0, 0, GICR_TYPER, 8, false, 0), 0x100ul << 32);
	cr_assert_eq(gicr(0, 1, GICR_TYPER, 8, false, 0),
		     0x101ul << 32 | 1 << 8 | GICR_TYPER_LAST);
	cr_assert_eq(gicr(0, 1, GICR_TYPER + 4, 4, false, 0), 0x101);
}

Test(vgic, a_frame_acts_on_its_own_cpu)
{
	gicr(0, 1, GICR_SGI_FRAME + GIC_ISENABLER, 4, true, ~0u);
	cr_assert_eq(frames[2].enabled[0], PPIS);
	cr_assert_eq(gic_of(hv_cpu(1))->enabled_sgis, 0xffff);
	cr_assert_eq(frames[1].enabled[0], 0);
	cr_assert_eq(gic_of(hv_cpu(0))->enabled_sgis, 0);
	gicr(0, 1, GICR_SGI_FRAME + GIC_IPRIORITYR + 3, 1, true, 0x55);
	cr_assert_eq(gic_of(hv_cpu(1))->sgi_priorities[3], 0x50);
}

Test(vgic, sgis_reach_listed_cpus_of_the_cell_once)
{
	vgic_sgi(hv_cpu(0), 5ul << 24 | 1ul << 16 | 0xffff);
	cr_assert_eq(gic_of(hv_cpu(0))->pending_sgis, 1 << 5);
	cr_assert_eq(gic_of(hv_cpu(1))->pending_sgis, 1 << 5);
	cr_assert_eq(gic_of(hv_cpu(2))->pending_sgis, 0);
	cr_assert_eq(fake.n_ipis[1], 1);
	vgic_sgi(hv_cpu(0), 5ul << 24 | 1ul << 16 | 0x2);
	cr_assert_eq(fake.n_ipis[1], 1);
	cr_assert_eq(fake.n_ipis[2], 0);
}

Test(vgic, sgis_reach_nobody_else)
{
	uint64_t seed = 99;

	for (uint32_t i = 0; i < 200000; i++) {
		seed = seed * 6364136223846793005 + 1442695040888963407;
		vgic_sgi(hv_cpu(0), seed);
		cr_assert_eq(gic_of(hv_cpu(2))->pending_sgis, 0);
	}
}

Test(vgic, sgis_to_all_others_spare_the_sender)
{
	vgic_sgi(hv_cpu(0), 1ul << 40 | 3ul << 24);
	cr_assert_eq(gic_of(hv_cpu(0))->pending_sgis, 0);
	cr_assert_eq(gic_of(hv_cpu(1))->pending_sgis, 1 << 3);
	cr_assert_eq(gic_of(hv_cpu(2))->pending_sgis, 0);
}

/* What vectors.S does: the physical value, 0 for none; false: vgic_sgi's. */
static bool is_simple_sgi(uint32_t cpu_i, uint64_t value, uint64_t *physical)
{
	const struct gic_sgi *s = &gic_of(hv_cpu(cpu_i))->sgi;

	*physical = 0;
	if ((value & s->mask) != s->match)
		return false;
	if (s->shift < 0)
		vgic_sgi_listed(hv_cpu(cpu_i), value, (uint32_t)(value & s->list));
	else
		*physical = (value & s->list) << s->shift | s->upper |
			(value & 15 << 24);
	return true;
}

static uint64_t pending(void)
{
	uint64_t all = 0;

	for (uint32_t i = 0; i < N_CPUS; i++) {
		all = all << 16 | gic_of(hv_cpu(i))->pending_sgis;
		gic_of(hv_cpu(i))->pending_sgis = 0;
	}
	return all;
}

Test(vgic, a_simple_sgi_reaches_whom_any_would)
{
	uint64_t seed = 7, physical, simple;
	uint32_t n_simple = 0;

	for (uint32_t i = 0; i < 100000; i++) {
		seed = seed * 6364136223846793005 + 1442695040888963407;
		/* Mostly the cell's own group, Aff1 1. */
		uint64_t value = seed >> 32 & 0xf00ffff;

		value |= seed >> 30 & 3 ? 1 << 16 : seed << 40;
		if (!is_simple_sgi(seed >> 29 & 1, value, &physical))
			continue;
		simple = pending();
		n_simple++;
		vgic_sgi(hv_cpu(seed >> 29 & 1), value);
		cr_assert_eq(pending(), simple, "%#lx", value);
	}
	cr_assert_gt(n_simple, 10000);
}

/* ---- direct delivery ------------------------------------------------------ */

static void set_direct(void)
{
	for (uint32_t i = 0; i < N_CPUS; i++)
		gic_of(hv_cpu(i))->is_direct = true;
	for (uint32_t i = 0; i < N_CPUS; i++)
		vgic_init(hv_cpu(i));
	memset(sgis_sent, 0, sizeof(sgis_sent));
}

/* Whom the real controller would interrupt. */
static void send_physical(uint64_t value)
{
	for (uint32_t i = 0; i < N_CPUS; i++) {
		uint64_t id = fake_tables.cpus[i].hwid;

		if (!((gic_sgi_whom(id) ^ value) & SGI_GROUP) &&
		    value & gic_sgi_whom(id) & SGI_LIST)
			line_send_sgi(hv_cpu(i), value >> SGI_INTID_SHIFT & 15);
	}
}

static void number(uint64_t real_0, uint64_t real_1, uint64_t virtual_0,
		   uint64_t virtual_1)
{
	fake_tables.cpus[0].hwid = real_0;
	fake_tables.cpus[1].hwid = real_1;
	fake_tables.cpus[0].virtual_hwid = virtual_0;
	fake_tables.cpus[1].virtual_hwid = virtual_1;
	set_direct();
}

static uint32_t n_simple_sgis(void)
{
	uint32_t by_us[N_CPUS], n = 0;
	uint64_t seed = 11, physical;

	for (uint32_t i = 0; i < 20000; i++) {
		seed = seed * 6364136223846793005 + 1442695040888963407;
		uint64_t value = (seed >> 32 & 0xf00ffff) | (seed >> 31 & 1) << 16 |
			(seed >> 30 & 1) << 44;

		if (!is_simple_sgi(0, value, &physical))
			continue;
		n++;
		memset(sgis_sent, 0, sizeof(sgis_sent));
		send_physical(physical);
		memcpy(by_us, sgis_sent, sizeof(by_us));
		memset(sgis_sent, 0, sizeof(sgis_sent));
		vgic_sgi(hv_cpu(0), value);
		cr_assert(!memcmp(by_us, sgis_sent, sizeof(by_us)), "%#lx", value);
		cr_assert_eq(by_us[2], 0);
	}
	return n;
}

Test(vgic, a_direct_cells_simple_sgi_reaches_whom_any_would)
{
	fake_tables.cpus[2].hwid = 2;
	number(0, 1, 0x100, 0x101);
	cr_assert_gt(n_simple_sgis(), 1000);
	number(3, 4, 0, 1);
	cr_assert_gt(n_simple_sgis(), 1000);
	number(0x10103, 0x10104, 0x110, 0x111);
	cr_assert_gt(n_simple_sgis(), 1000);
	/* The shift would be the other way, differs, or crosses a group. */
	number(0, 1, 3, 4);
	cr_assert_eq(n_simple_sgis(), 0);
	number(1, 0, 0, 1);
	cr_assert_eq(n_simple_sgis(), 0);
	number(0, 0x100, 0, 1);
	cr_assert_eq(n_simple_sgis(), 0);
	number(0, 1, 0xf, 0x10);
	cr_assert_eq(n_simple_sgis(), 0);
}

Test(vgic, a_direct_cells_lines_are_as_the_distributor_has_them)
{
	set_direct();
	frames[0].active[1] = ~0u;
	frames[0].pending[1] = ~0u;
	cr_assert_eq(get(GIC_ISACTIVER, OWN_EDGE), 0xf0000100);
	cr_assert_eq(get(GIC_ISPENDR, OWN_EDGE), 0xf0000100);
	put(GIC_ICENABLER, OWN_EDGE, 0x100);
	cr_assert_eq(frames[0].active[1], ~0u);
	put(GIC_ICACTIVER, OWN_EDGE, ~0u);
	cr_assert_eq(frames[0].active[1], ~0xf0000100);
	put(GIC_ICPENDR, OWN_EDGE, ~0u);
	cr_assert_eq(frames[0].pending[1], ~0xf0000100);
	put(GIC_ISPENDR, OWN_EDGE, 0x100);
	cr_assert_eq(frames[0].pending[1], ~0xf0000000);
}

Test(vgic, a_direct_cells_sgis_are_lines)
{
	uint32_t at = GICR_SGI_FRAME;

	set_direct();
	memset(&frames[2], 0, sizeof(frames[2]));
	gicr(0, 1, at + GIC_ISENABLER, 4, true, ~0u);
	cr_assert_eq(frames[2].enabled[0], PPIS | 0xffff);
	gicr(0, 1, at + GIC_ISPENDR, 4, true, 0x88);
	cr_assert_eq(frames[2].pending[0], 0x88);
	cr_assert_eq(gicr(0, 1, at + GIC_ICPENDR, 4, false, 0), 0x88);
	frames[2].active[0] = 1u << 25 | 4;
	cr_assert_eq(gicr(0, 1, at + GIC_ISACTIVER, 4, false, 0), 4);
	gicr(0, 1, at + GIC_IPRIORITYR, 4, true, 0);
	for (uint32_t i = 0; i < 4; i++)
		cr_assert_eq(frames[2].priority[i], GIC_PRIORITY_CELLS);
	cr_assert_eq(frames[1].enabled[0], 0);
	cr_assert_eq(gic_of(hv_cpu(1))->enabled_sgis, 0);
	cr_assert_eq(gic_of(hv_cpu(1))->pending_sgis, 0);
}

Test(vgic, a_direct_cells_sgis_reach_its_own_cpus_alone)
{
	uint64_t seed = 99;

	set_direct();
	vgic_sgi(hv_cpu(0), 5ul << 24 | 1ul << 16 | 0xffff);
	cr_assert_eq(sgis_sent[0], 1 << 5);
	cr_assert_eq(sgis_sent[1], 1 << 5);
	vgic_sgi(hv_cpu(0), 1ul << 40 | 3ul << 24);
	cr_assert_eq(sgis_sent[0], 1 << 5);
	cr_assert_eq(sgis_sent[1], 1 << 5 | 1 << 3);
	for (uint32_t i = 0; i < 200000; i++) {
		seed = seed * 6364136223846793005 + 1442695040888963407;
		vgic_sgi(hv_cpu(0), seed);
	}
	cr_assert_eq(sgis_sent[2], 0);
	cr_assert_eq(gic_of(hv_cpu(0))->pending_sgis, 0);
}

Test(vgic, sizes_that_a_register_does_not_have_are_aborts)
{
	cr_assert_eq(gicd(GIC_ISENABLER + 4, 1, false, 0).size, 0);
	cr_assert_eq(gicd(GIC_ISENABLER + 4, 8, true, 0).size, 0);
	cr_assert_eq(gicd(GIC_IPRIORITYR + 40, 2, false, 0).size, 0);
	cr_assert_eq(gicd(GIC_IPRIORITYR + 40, 8, true, 0).size, 0);
	cr_assert_eq(gicd(GICD_IROUTER + 8 * 40, 2, true, 0).size, 0);
	cr_assert_eq(gicd(GICD_CTLR, 8, false, 0).size, 0);
	cr_assert_eq(gicr(0, 0, GICR_SGI_FRAME + GIC_ISENABLER, 8, false, 0), ~0ul);
	cr_assert_eq(gicr(0, 0, GICR_WAKER, 1, false, 0), ~0ul);
}

/* ---- any access ---------------------------------------------------------- */

static bool is_direct;

static const uint32_t *masks(uint32_t frame_i)
{
	static const uint32_t none[N_WORDS], ppis[N_WORDS] = { PPIS };
	static const uint32_t both[N_WORDS] = { PPIS | GIC_SGI_LINES };

	if (frame_i == 0)
		return fake_tables.line_words[0];
	return frame_i > 2 ? none : is_direct ? both : ppis;
}

static void assert_same(const struct frame *now, const struct frame *was,
			uint32_t frame_i)
{
	for (uint32_t line = 0; line < N_LINES; line++) {
		uint32_t word = line / 32, bit = 1u << line % 32;
		uint32_t field = 3u << line % 16 * 2;

		if (masks(frame_i)[word] & bit && (word || frame_i))
			continue;
		cr_assert_eq(now->enabled[word] & bit, was->enabled[word] & bit);
		cr_assert_eq(now->pending[word] & bit, was->pending[word] & bit);
		cr_assert_eq(now->active[word] & bit, was->active[word] & bit);
		cr_assert_eq(now->priority[line], was->priority[line]);
		cr_assert_eq(now->route[line], was->route[line]);
		cr_assert_eq(now->config[line / 16] & field,
			     was->config[line / 16] & field);
	}
}

static void access_at_random(void)
{
	static struct frame was[1 + N_CPUS];
	uint64_t seed = 1;

	for (uint32_t i = 0; i < sizeof(frames); i++)
		((uint8_t *)frames)[i] = (uint8_t)(i * 37 + 11);
	/* Own lines are not active: who holds them is another test's matter. */
	for (uint32_t f = 0; f < 3; f++)
		for (uint32_t w = 0; w < N_WORDS; w++)
			frames[f].active[w] &= ~masks(f)[w];
	for (uint32_t i = 0; i < 32; i++)
		if (fake_tables.line_words[0][1] >> i & 1)
			frames[0].route[32 + i] = 0;
	frames[0].route[OWN_LEVEL] = 1;
	memcpy(was, frames, sizeof(was));

	for (uint32_t i = 0; i < 400000; i++) {
		seed = seed * 6364136223846793005 + 1442695040888963407;
		uint32_t size = 1u << (seed >> 33) % 4;
		struct mmio m = {
			.offset = (seed >> 36) % (seed >> 60 & 1 ? 0x30000 : 0x1000),
			.size = size,
			.is_write = seed >> 35 & 1,
			.value = (seed >> 20) * 0x9e3779b97f4a7c15 >>
				(64 - 8 * size),
		};
		uint32_t by = seed >> 59 & 1, of = seed >> 58 & 1;
		bool is_gicr = seed >> 61 & 1;

		if (!m.is_write)
			m.value = 0;
		m.offset &= ~(uint64_t)(size - 1);
		if (is_gicr) {
			if (size != 4 || by != of ||
			    !vgicr_hot(hv_cpu(by), (uint32_t)m.offset, m.is_write,
				       &m.value))
				vgicr_access(hv_cpu(by), of, &m);
		} else if (m.offset < 0x10000 &&
			   (size != 4 || !vgicd_hot(hv_cpu(by), (uint32_t)m.offset,
						    m.is_write, &m.value)))
			vgicd_access(hv_cpu(by), &m);
		if (i % 64 == 0)
			for (uint32_t f = 0; f <= N_CPUS; f++)
				assert_same(&frames[f], &was[f], f);
		cr_assert_leq(frames[0].route[OWN_LEVEL], 1);
	}
	for (uint32_t line = 0; line < N_LINES; line++)
		if (frames[0].priority[line] != was[0].priority[line])
			cr_assert_geq(frames[0].priority[line], GIC_PRIORITY_CELLS);
	cr_assert_eq(gic_of(hv_cpu(2))->enabled_sgis | gic_of(hv_cpu(2))->pending_sgis, 0);
}

Test(vgic, no_access_changes_or_shows_a_foreign_line)
{
	is_direct = false;
	access_at_random();
}

Test(vgic, nor_with_direct_delivery)
{
	is_direct = true;
	set_direct();
	access_at_random();
}
