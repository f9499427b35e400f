/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sweep.c - what a cell may do with its interrupt controller works, and what
 * it may not does nothing. Each trial prints a line only if it goes wrong.
 *
 * Interrupts are masked but inside settle(), so what a trial makes pending is
 * offered to this CPU, and taken when the trial says so. (IHI 0069H)
 */
#include "cell.h"

enum {
	GICD_CTLR = 0x0, GICD_TYPER = 0x4, ISENABLER = 0x100, ICENABLER = 0x180,
	ISPENDR = 0x200, ICPENDR = 0x280, ISACTIVER = 0x300, ICACTIVER = 0x380,
	IPRIORITYR = 0x400, ICFGR = 0xc00, IROUTER = 0x6000,
	GICR_CTLR = 0x0, GICR_WAKER = 0x14, GICR_PROPBASER = 0x70, GICR_SGI = 0x10000,
	LINE_A = 60 + 32, LINE_B = 61 + 32, LINE_C = 95 + 32,	/* gic.cells */
	FOREIGN = 62 + 32,
	N_INTIDS = 1024,
};

static const struct { uint64_t mpidr, gicr; } cpus[CELL_CPUS] = { CELL_CPU_TABLE };
static uint32_t trials, bad;

static void expect(bool is_right, const char *what, uint64_t value)
{
	trials++;
	if (is_right)
		return;
	bad++;
	print("BAD: %s: 0x%lx\n", what, value);
}

/* ---- what was taken, in order -------------------------------------------- */

static volatile uint32_t n_taken[CELL_CPUS][N_INTIDS];
static volatile uint32_t order[64], n_order;

static uint32_t bit(uint32_t intid)
{
	return 1u << intid % 32;
}

static uint32_t reg(uint32_t base, uint32_t intid)
{
	return base + intid / 32 * 4;
}

static bool is(uint32_t base, uint32_t intid)
{
	return gicd_read(reg(base, intid)) & bit(intid);
}

static void set(uint32_t base, uint32_t intid)
{
	gicd_write(reg(base, intid), bit(intid));
}

/* A level that nobody lowers would come for ever: three times are enough. */
void on_irq(uint32_t intid)
{
	uint32_t n = ++n_taken[cpu_self()][intid];

	if (n_order < 64)
		order[n_order++] = intid;
	if (intid == TIMER_INTID && n == 3)
		timer_stop();
	if (intid == DEVICE_PL031_INTID && n == 3)
		set(ICENABLER, intid);
}

static void pause_us(uint64_t us)
{
	uint64_t end = timer_now() + timer_hz() * us / 1000000;

	while (timer_now() < end)
		__asm__ volatile("yield");
}

/* Takes what is pending; forgets what was taken before. */
static void settle(void)
{
	for (uint32_t i = 0; i < N_INTIDS; i++)
		n_taken[cpu_self()][i] = 0;
	n_order = 0;
	irq_on();
	pause_us(300);
	irq_off();
}

static uint32_t taken(uint32_t intid)
{
	return n_taken[cpu_self()][intid];
}

/* ---- a fresh cell -------------------------------------------------------- */

static void fresh(void)
{
	for (uint32_t w = 1; w < 32; w++) {
		expect(gicd_read(ISENABLER + 4 * w) == 0, "enabled at start", w);
		expect(gicd_read(ISPENDR + 4 * w) == 0, "pending at start", w);
		expect(gicd_read(ISACTIVER + 4 * w) == 0, "active at start", w);
	}
	for (uint32_t i = 0; i < CELL_CPUS; i++) {
		uint64_t frame = cpus[i].gicr + GICR_SGI;

		expect(load32(frame + ISENABLER) == 0, "private lines enabled at start", i);
		expect(load32(frame + ISPENDR) == 0, "private lines pending at start", i);
		expect(load32(frame + ISACTIVER) == 0, "private lines active at start", i);
	}
	expect((gicd_read(GICD_CTLR) & 3) == 0, "the distributor is on at start", 0);
}

/* ---- one line on this CPU ------------------------------------------------- */

static void pending_once(void)
{
	set(ISPENDR, LINE_A);
	set(ISPENDR, LINE_A);
	expect(is(ISPENDR, LINE_A), "a pending line reads pending", 0);
	expect(!is(ISACTIVER, LINE_A), "a pending line is not active", 0);
	settle();
	expect(taken(LINE_A) == 1, "pended twice, taken once", taken(LINE_A));
	expect(!is(ISPENDR, LINE_A) && !is(ISACTIVER, LINE_A), "then it is idle", 0);
}

static void disabled_while_pending(void)
{
	set(ISPENDR, LINE_A);
	set(ICENABLER, LINE_A);
	settle();
	expect(taken(LINE_A) == 0, "a disabled line is not taken", taken(LINE_A));
	expect(is(ISPENDR, LINE_A), "a disabled line stays pending", 0);
	set(ISENABLER, LINE_A);
	settle();
	expect(taken(LINE_A) == 1, "enabled again, it is taken", taken(LINE_A));
}

static void cleared_while_pending(void)
{
	set(ISPENDR, LINE_A);
	set(ICPENDR, LINE_A);
	expect(!is(ISPENDR, LINE_A), "a cleared line is not pending", 0);
	settle();
	expect(taken(LINE_A) == 0, "a cleared line is not taken", taken(LINE_A));
	set(ISPENDR, LINE_A);
	settle();
	expect(taken(LINE_A) == 1, "and can be pended again", taken(LINE_A));
}

static void controller_off(void)
{
	gicd_write(GICD_CTLR, 1 << 4);
	set(ISPENDR, LINE_A);
	settle();
	expect(taken(LINE_A) == 0, "taken while the distributor is off", 0);
	gicd_write(GICD_CTLR, 1 << 4 | 1 << 1);
	settle();
	expect(taken(LINE_A) == 1, "not taken when it is on again", taken(LINE_A));
}

/*
 * With direct delivery PMR and EOImode are virtual and without effect: the cell
 * masks by PSTATE, and EOIR ends all.
 */
static bool is_direct;

static void delivery(void)
{
	__asm__ volatile("msr s3_0_c4_c6_0, xzr; isb");
	set(ISPENDR, LINE_A);
	settle();
	is_direct = taken(LINE_A) == 1;
	__asm__ volatile("msr s3_0_c4_c6_0, %0; isb" :: "r"(0xfful));
	settle();
	expect(taken(LINE_A) == !is_direct, "masked by PMR, then taken", taken(LINE_A));
	print("its interrupts come %s\n", is_direct ? "directly" : "by list registers");
}

/* EOImode 1: EOIR only drops the priority, ICC_DIR_EL1 deactivates. */
static void split_end(void)
{
	uint64_t intid;

	__asm__ volatile("msr s3_0_c12_c12_4, %0; isb" :: "r"(2ul));
	set(ISPENDR, LINE_B);
	__asm__ volatile("mrs %0, s3_0_c12_c12_0; dsb sy" : "=r"(intid));
	expect(intid == LINE_B, "acknowledged", intid);
	expect(is(ISACTIVER, LINE_B), "an acknowledged line is active", 0);
	__asm__ volatile("msr s3_0_c12_c12_1, %0; isb" :: "r"(intid));
	expect(is(ISACTIVER, LINE_B) == !is_direct, "still active after EOIR", 0);
	set(ISPENDR, LINE_B);
	settle();
	expect(taken(LINE_B) == is_direct, "an active line is not taken again",
	       taken(LINE_B));
	__asm__ volatile("msr s3_0_c12_c11_1, %0; isb" :: "r"(intid));
	__asm__ volatile("msr s3_0_c12_c12_4, xzr; isb");
	settle();
	expect(taken(LINE_B) == !is_direct, "taken again after ICC_DIR_EL1",
	       taken(LINE_B));
	expect(!is(ISACTIVER, LINE_B), "then it is idle", 0);
}

static void ended_from_outside(void)
{
	uint64_t intid;

	set(ISPENDR, LINE_B);
	__asm__ volatile("mrs %0, s3_0_c12_c12_0; dsb sy" : "=r"(intid));
	set(ICACTIVER, LINE_B);
	expect(!is(ISACTIVER, LINE_B), "deactivated by the distributor", 0);
	/* The priority is still to be dropped; EOI of an idle line is harmless. */
	__asm__ volatile("msr s3_0_c12_c12_1, %0; isb" :: "r"(intid));
	set(ISPENDR, LINE_B);
	settle();
	expect(taken(LINE_B) == 1, "and taken again", taken(LINE_B));
}

/* Ends of lines that are foreign, idle, or none. */
static void wrong_ends(void)
{
	static const uint64_t intids[] = {
		LINE_A, FOREIGN, 33, 25, 7, 0, 1019, 1020, 1023, 0xffffff,
	};

	for (uint32_t i = 0; i < sizeof(intids) / sizeof(intids[0]); i++) {
		__asm__ volatile("msr s3_0_c12_c12_1, %0; isb" :: "r"(intids[i]));
		__asm__ volatile("msr s3_0_c12_c11_1, %0; isb" :: "r"(intids[i]));
	}
	set(ISPENDR, LINE_A);
	settle();
	expect(taken(LINE_A) == 1, "after ends of other lines", taken(LINE_A));
}

/* A private line by hand, and the timer's own level. */
static void private_lines(void)
{
	gic_enable(TIMER_INTID);
	gicr_write(GICR_SGI + ISPENDR, bit(TIMER_INTID));
	gicr_write(GICR_SGI + ISPENDR, bit(TIMER_INTID));
	settle();
	expect(taken(TIMER_INTID) == 1, "a private line pended twice", taken(TIMER_INTID));
	timer_at(timer_now());
	settle();
	expect(taken(TIMER_INTID) == 3, "a timer until it is stopped", taken(TIMER_INTID));
	settle();
	expect(taken(TIMER_INTID) == 0, "a timer that is stopped", taken(TIMER_INTID));
	gicr_write(GICR_SGI + ICENABLER, bit(TIMER_INTID));
}

/* A device that holds its line until it is told (Arm DDI 0224, PL031). */
static void level(void)
{
	enum { DATA = 0x00, MATCH = 0x04, MASK = 0x10, CLEAR = 0x1c };
	uint64_t rtc = DEVICE_PL031_BASE;

	gic_enable(DEVICE_PL031_INTID);
	gic_route_here(DEVICE_PL031_INTID);
	store32(rtc + MASK, 1);
	store32(rtc + MATCH, load32(rtc + DATA));
	pause_us(100);
	expect(is(ISPENDR, DEVICE_PL031_INTID), "a level that is up", 0);
	settle();
	expect(taken(DEVICE_PL031_INTID) == 3, "a level that stays up is taken again",
	       taken(DEVICE_PL031_INTID));
	settle();
	expect(taken(DEVICE_PL031_INTID) == 0, "but not disabled", 0);
	set(ISENABLER, DEVICE_PL031_INTID);
	settle();
	expect(taken(DEVICE_PL031_INTID) == 3, "enabled, it goes on",
	       taken(DEVICE_PL031_INTID));
	set(ICENABLER, DEVICE_PL031_INTID);
	store32(rtc + CLEAR, 1);
	set(ISENABLER, DEVICE_PL031_INTID);
	settle();
	expect(taken(DEVICE_PL031_INTID) == 0, "taken when it is down",
	       taken(DEVICE_PL031_INTID));
	set(ICENABLER, DEVICE_PL031_INTID);
}

/* ---- many lines ---------------------------------------------------------- */

/* More than there are list registers, each taken exactly once. */
static void many(void)
{
	for (uint32_t sgi = 0; sgi < 16; sgi++) {
		gic_enable(sgi);
		gic_send_sgi(sgi, cpus[0].mpidr);
		gic_send_sgi(sgi, cpus[0].mpidr);
	}
	set(ISPENDR, LINE_A);
	set(ISPENDR, LINE_B);
	set(ISPENDR, LINE_C);
	settle();
	for (uint32_t sgi = 0; sgi < 16; sgi++)
		expect(taken(sgi) == 1, "each of 16 SGIs is taken once", sgi);
	expect(taken(LINE_A) == 1 && taken(LINE_B) == 1 && taken(LINE_C) == 1,
	       "each of three lines is taken once", n_order);
}

static void most_urgent_first(void)
{
	static const uint8_t priorities[3] = { 0x90, 0x40, 0x60 };

	for (uint32_t i = 0; i < 3; i++) {
		*(volatile uint8_t *)(cpus[0].gicr + GICR_SGI + IPRIORITYR + 1 + i) =
			priorities[i];
		gic_send_sgi(1 + i, cpus[0].mpidr);
	}
	settle();
	expect(n_order == 3 && order[0] == 2 && order[1] == 3 && order[2] == 1,
	       "the most urgent is taken first", order[0]);
}

/* ---- the other CPU ------------------------------------------------------- */

static volatile uint32_t step;		/* what the other CPU shall do, and did */

static void other(void)
{
	gic_init_cpu();
	for (uint32_t sgi = 0; sgi < 16; sgi++)
		gic_enable(sgi);
	step = 1;
	while (step == 1)
		__asm__ volatile("yield");
	settle();
	step = 3;
	while (step == 3)
		__asm__ volatile("yield");
	settle();
	step = 5;
	while (step == 5)
		__asm__ volatile("yield");
}

static void reach(uint32_t at)
{
	uint64_t end = timer_patience();

	while (step != at && timer_now() < end)
		__asm__ volatile("yield");
	expect(step == at, "the other CPU comes to step", at);
}

static void route(uint32_t intid, uint32_t cpu_i)
{
	*(volatile uint64_t *)(GICD_BASE + IROUTER + 8ul * intid) =
		cpus[cpu_i].mpidr & 0xff00ffffff;
}

static void on_the_other_cpu(void)
{
	expect(cpu_on(1, other) == 0, "the other CPU starts", 0);
	reach(1);
	route(LINE_A, 1);
	route(LINE_B, 1);
	set(ISPENDR, LINE_A);
	set(ISPENDR, LINE_B);
	for (uint32_t sgi = 0; sgi < 16; sgi++)
		gic_send_sgi(sgi, cpus[1].mpidr);
	pause_us(300);
	expect(is(ISPENDR, LINE_A), "pending on the other CPU", 0);
	expect(!is(ISACTIVER, LINE_A), "not active on the other CPU", 0);
	uint32_t seen = load32(cpus[1].gicr + GICR_SGI + ISPENDR);

	expect(seen == 0xffff, "SGIs are pending on the other CPU", seen);
	/* The other CPU is told again, and looks where there is room for them. */
	for (uint32_t i = 0; i < 1000 && seen == 0xffff; i++) {
		gic_send_sgi(0, cpus[1].mpidr);
		seen = load32(cpus[1].gicr + GICR_SGI + ISPENDR);
	}
	expect(seen == 0xffff, "they stay so while one is sent again", seen);
	set(ICENABLER, LINE_A);
	step = 2;
	reach(3);
	expect(n_taken[1][LINE_A] == 0, "disabled from here, not taken there", 0);
	expect(n_taken[1][LINE_B] == 1, "taken there", n_taken[1][LINE_B]);
	for (uint32_t sgi = 0; sgi < 16; sgi++)
		expect(n_taken[1][sgi] == 1, "each SGI is taken there once", sgi);
	expect(is(ISPENDR, LINE_A), "disabled from here, still pending", 0);
	route(LINE_A, 0);
	set(ISENABLER, LINE_A);
	settle();
	expect(taken(LINE_A) == 1, "routed back, taken here", taken(LINE_A));
	set(ISPENDR, LINE_B);
	gic_send_sgi(3, cpus[1].mpidr);
	pause_us(300);
	set(ICPENDR, LINE_B);
	store32(cpus[1].gicr + GICR_SGI + ICPENDR, 8);
	step = 4;
	reach(5);
	expect(n_taken[1][LINE_B] == 0 && n_taken[1][3] == 0,
	       "cleared from here, not taken there", 0);

	/* It turns itself off with this one pending: here it can be taken. */
	set(ISPENDR, LINE_B);
	pause_us(300);
	step = 6;
	for (uint64_t end = timer_patience(); timer_now() < end &&
	     hvc(PSCI_AFFINITY_INFO, cpus[1].mpidr, 0, 0) != 1;)
		__asm__ volatile("yield");
	expect(is(ISPENDR, LINE_B), "pending on a CPU that went off", 0);
	route(LINE_B, 0);
	settle();
	expect(taken(LINE_B) == 1, "and taken here", taken(LINE_B));
}

/* ---- the sweep ----------------------------------------------------------- */

/* One access of each width; x0 is free, x9 and x30 the probe's. */
extern uint32_t access_begin[];
uint64_t access_at, access_value;

__asm__(
"	.balign 16\n"
"	.macro	access op, r\n"
"	adrp	x1, access_at\n"
"	ldr	x2, [x1, :lo12:access_at]\n"
"	adrp	x1, access_value\n"
"	ldr	x3, [x1, :lo12:access_value]\n"
"	\\op	\\r, [x2]\n"
"	str	x3, [x1, :lo12:access_value]\n"
"	ret\n"
"	nop\n"
"	.endm\n"
"access_begin:\n"
"	access	ldrb, w3\n	access	ldrh, w3\n"
"	access	ldr, w3\n	access	ldr, x3\n"
"	access	strb, w3\n	access	strh, w3\n"
"	access	str, w3\n	access	str, x3\n");

static bool access(uint64_t at, uint32_t log2_size, bool is_write, uint64_t value)
{
	uint64_t op = (uint64_t)&access_begin[8 * (4 * is_write + log2_size)];

	access_at = at;
	access_value = value;
	return probe_exec(op) == 0;
}

/* Every offset, every width, aligned or not, reading and writing. */
static void sweep(uint64_t base, uint32_t size, uint64_t value)
{
	for (uint32_t offset = 0; offset < size; offset++) {
		/* By words where nothing is, to end today. */
		if (offset >= 0x1000 && offset % 0x1000 > 0x200)
			offset += 61;
		for (uint32_t i = 0; i < 8; i++) {
			access(base + offset, i & 3, i & 4, value);
			trials++;
		}
	}
}

static void quiet(void)
{
	for (uint32_t w = 1; w < 32; w++) {
		gicd_write(ICENABLER + 4 * w, ~0u);
		gicd_write(ICPENDR + 4 * w, ~0u);
		gicd_write(ICACTIVER + 4 * w, ~0u);
	}
	for (uint32_t i = 0; i < CELL_CPUS; i++) {
		store32(cpus[i].gicr + GICR_SGI + ICENABLER, ~0u);
		store32(cpus[i].gicr + GICR_SGI + ICPENDR, ~0u);
		store32(cpus[i].gicr + GICR_SGI + ICACTIVER, ~0u);
	}
	gic_init();
	for (uint32_t i = 0; i < 3; i++)
		gic_enable((const uint32_t[]){ LINE_A, LINE_B, LINE_C }[i]);
}

static void everything(void)
{
	static const uint64_t values[] = { ~0ul, 0, 0x5a5a5a5aa5a5a5a5 };

	for (uint32_t v = 0; v < 3; v++) {
		sweep(GICD_BASE, 0x10000, values[v]);
		for (uint32_t i = 0; i < CELL_CPUS; i++)
			sweep(cpus[i].gicr, 0x20000, values[v]);
	}
	quiet();
	route(LINE_A, 0);
	set(ISPENDR, LINE_A);
	settle();
	expect(taken(LINE_A) == 1, "after the sweep", taken(LINE_A));
	expect(load32(cpus[0].gicr + GICR_CTLR) == 0, "LPIs", 0);
	expect(load32(cpus[0].gicr + GICR_WAKER) == 0, "asleep", 0);
	expect(load32(cpus[0].gicr + GICR_PROPBASER) == 0, "a table of LPIs", 0);
}

/* ---- the end ------------------------------------------------------------- */

/* Takes all it can get, ends none, claims that the most urgent is active, and
 * listens to nobody. */
static void stubborn(void)
{
	gic_init_cpu();
	for (uint32_t sgi = 0; sgi < 16; sgi++) {
		gic_enable(sgi);
		*(volatile uint8_t *)(cpus[1].gicr + GICR_SGI + IPRIORITYR + sgi) =
			(uint8_t)(0xf0 - 0x10 * sgi);
		gic_send_sgi(sgi, cpus[1].mpidr);
		pause_us(100);
		__asm__ volatile("mrs x0, s3_0_c12_c12_0; dsb sy" ::: "x0");
	}
	__asm__ volatile("msr daifset, #0xf; msr s3_0_c4_c6_0, xzr;"
			 "msr s3_0_c12_c9_0, %0; isb" :: "r"(1ul));
	step = 10;
	for (;;)
		;
}

void main(void)
{
	fresh();
	gic_init();
	for (uint32_t i = 0; i < 3; i++) {
		const uint32_t intid = (const uint32_t[]){ LINE_A, LINE_B, LINE_C }[i];

		gic_enable(intid);
		gic_set_edge(intid);
		gic_route_here(intid);
	}
	pending_once();
	disabled_while_pending();
	cleared_while_pending();
	controller_off();
	delivery();
	split_end();
	ended_from_outside();
	wrong_ends();
	private_lines();
	level();
	many();
	most_urgent_first();
	on_the_other_cpu();
	everything();
	print("%u trials, %u went wrong\n", trials, bad);
	expect(cpu_on(1, stubborn) == 0, "the stubborn CPU starts", 0);
	reach(10);
	power_reset();
}
