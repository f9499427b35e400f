/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile.c - tries what a cell must not be able to do, and what it must.
 *
 * Each trial prints a line only if it ends as it should not; the last line says
 * how many there were. Refused accesses are answered by an external abort: EC
 * 0x25 or 0x21, fault status 0x10 (DDI 0487 D17.2.37, ESR_EL1).
 */
#include "cell.h"

enum { PAGE = 0x1000, BLOCK = 0x200000 };

static uint32_t trials, bad;
static volatile uint32_t sgis, second_runs;	/* the second CPU changes them too */

static const struct { uint64_t mpidr, gicr; } cpus[CELL_CPUS] = { CELL_CPU_TABLE };

static void expect(bool is_right, const char *what, uint64_t value)
{
	trials++;
	if (is_right)
		return;
	bad++;
	print("BAD: %s: 0x%lx\n", what, value);
}

/* ---- memory --------------------------------------------------------------- */

static bool is_in(uint64_t at, uint64_t base, uint64_t size)
{
	return at >= base && at < base + size;
}

static bool is_own(uint64_t at)
{
	for (uint32_t i = 0; i < CELL_CPUS; i++) {
		if (is_in(at, cpus[i].gicr, 0x20000))
			return true;
	}
	return is_in(at, MEM_RAM_BASE, MEM_RAM_SIZE) || is_in(at, UART_BASE, PAGE)
		|| is_in(at, GICD_BASE, 0x10000)
		|| is_in(at, CHANNEL_WIRE_BASE, CHANNEL_WIRE_SIZE)
		|| is_in(at, CHANNEL_WIRE_DOORBELL, PAGE);
}

static bool is_abort(uint64_t esr, uint32_t ec)
{
	return esr >> 26 == ec && (esr & 0x3f) == 0x10;
}

static void refused(uint64_t at)
{
	uint32_t value = 0x600dda7a;
	uint64_t esr = probe_read(at, &value);

	expect(is_abort(esr, 0x25), "reading where nothing is", at);
	expect(!esr || probe_far() == at, "the address of the abort", at);
	expect(value == 0x600dda7a, "data came back from", at);
	expect(is_abort(probe_write(at, 0xdeadbeef), 0x25), "writing where nothing is", at);
}

/* All pages that a 32-bit machine could have, then blocks to 2^40. */
static void whole_space(void)
{
	for (uint64_t at = 0; at < 1ul << 32; at += at < 1ul << 31 ? PAGE : BLOCK) {
		if (!is_own(at))
			refused(at);
	}
	for (uint64_t at = 1ul << 32; at < 1ul << 40; at += 1ul << 28)
		refused(at);
	refused((1ul << 40) - PAGE);
}

static void execution(void)
{
	expect(is_abort(probe_exec(0xf0000000), 0x21), "executing where nothing is", 0);
	expect(is_abort(probe_exec(UART_BASE), 0x21), "executing the console", UART_BASE);
	expect(is_abort(probe_exec(GICD_BASE), 0x21), "executing the distributor", GICD_BASE);
	expect(is_abort(probe_exec(CHANNEL_WIRE_BASE), 0x21), "executing a channel", 0);
}

/* ---- calls ---------------------------------------------------------------- */

static void calls(void)
{
	static const uint32_t unknown[] = {
		0x00000000, 0x12345678, 0x8400ffff, 0xc60000ff, 0xc6000116,
		0xc60001ff, 0xc6000200, 0x82000010, 0xb2000000, 0xffffffff,
	};
	const uint64_t odd[] = { 0, 1, 0xffffffff, UINT64_MAX };

	for (uint32_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		expect(hvc(unknown[i], 1, 2, 3) == -1, "an unknown HVC", unknown[i]);
		expect(smc(unknown[i], 1, 2, 3) == -1, "an unknown SMC", unknown[i]);
	}
	/* Management calls, but for those that are any cell's. */
	for (uint32_t call = 0xc6000102; call <= 0xc6000115; call++) {
		bool is_anybodys = call == 0xc600010f || call == 0xc6000113;

		for (uint32_t i = 0; i < 4 && !is_anybodys; i++) {
			expect(hvc(call, odd[i], odd[i], odd[i]) == -2,
			       "managing by HVC", call);
			expect(smc(call, odd[i], odd[i], odd[i]) == -2,
			       "managing by SMC", call);
		}
	}
	expect(hvc(0xc6000100, 0, 0, 0) == 0, "VERSION", 0);
	expect(hvc(0xc600010f, 1, 0, 0) == -3, "a second channel", 0);
	expect(hvc(PSCI_VERSION, 0, 0, 0) == 0x10001, "PSCI_VERSION by HVC", 0);
	expect(smc(PSCI_VERSION, 0, 0, 0) == 0x10001, "PSCI_VERSION by SMC", 0);
	expect(hvc(PSCI_FEATURES, PSCI_CPU_ON, 0, 0) == 0, "PSCI_FEATURES of CPU_ON", 0);
	expect(hvc(PSCI_FEATURES, 0x84001234, 0, 0) == -1, "PSCI_FEATURES of nonsense", 0);
}

static void second(void)
{
	gic_init_cpu();
	gic_enable(1);
	second_runs = 1;
	while (!sgis)
		cpu_wait();
	second_runs = 2;
}

void on_irq(uint32_t intid)
{
	if (intid == 1)
		sgis++;
}

static void pause_us(uint64_t us)
{
	uint64_t end = timer_now() + timer_hz() * us / 1000000;

	while (timer_now() < end)
		__asm__ volatile("yield");
}

static void power(void)
{
	uint64_t there = cpus[1].mpidr, foreign = 3;	/* the witness's */

	expect(hvc(PSCI_AFFINITY_INFO, cpus[0].mpidr, 0, 0) == 0, "this CPU is on", 0);
	expect(hvc(PSCI_AFFINITY_INFO, there, 0, 0) == 1, "the second CPU is off", 0);
	expect(hvc(PSCI_AFFINITY_INFO, foreign, 0, 0) == -2, "state of a foreign CPU", foreign);
	expect(hvc(PSCI_AFFINITY_INFO, there | 1ul << 32, 0, 0) == -2, "a CPU that is none", 0);
	expect(hvc(PSCI_CPU_ON, cpus[0].mpidr, CELL_ENTRY, 0) == -4, "starting this CPU", 0);
	expect(hvc(PSCI_CPU_ON, foreign, CELL_ENTRY, 0) == -2, "starting a foreign CPU", 0);
	expect(hvc(PSCI_CPU_ON, there, 0x30000000, 0) == -9, "starting where nothing is", 0);
	expect(hvc(PSCI_CPU_SUSPEND, 1u << 16, CELL_ENTRY, 0) == -2, "a state of less power", 0);
	expect(hvc(PSCI_CPU_SUSPEND, 1u << 31, CELL_ENTRY, 0) == -2, "a state that is none", 0);

	expect(cpu_on(1, second) == 0, "starting the second CPU", 0);
	for (uint64_t end = timer_patience(); !second_runs && timer_now() < end;)
		__asm__ volatile("yield");
	expect(second_runs == 1, "the second CPU runs", second_runs);
	expect(cpu_on(1, second) == -4, "starting it again", 0);
	gic_send_sgi(1, there);
	for (uint64_t end = timer_patience(); timer_now() < end &&
	     hvc(PSCI_AFFINITY_INFO, there, 0, 0) != 1;)
		__asm__ volatile("yield");
	expect(second_runs == 2 && sgis == 1, "an SGI to the second CPU", sgis);
	expect(hvc(PSCI_AFFINITY_INFO, there, 0, 0) == 1, "the second CPU is off again", 0);
}

/* ---- interrupts ----------------------------------------------------------- */

enum { GICD_TYPER = 4, GICD_ISENABLER = 0x100, GICD_ISPENDR = 0x200, GICD_PIDR2 = 0xffe8 };

static bool is_own_line(uint32_t intid)
{
	return intid == UART_INTID || intid == CHANNEL_WIRE_INTID;
}

static void lines(void)
{
	uint32_t words = (gicd_read(GICD_TYPER) & 31) + 1;

	expect((gicd_read(GICD_PIDR2) >> 4 & 15) == 3, "a GICv3", gicd_read(GICD_PIDR2));
	for (uint32_t w = 1; w < words; w++) {
		uint32_t own = 0;

		for (uint32_t bit = 0; bit < 32; bit++)
			own |= (uint32_t)is_own_line(32 * w + bit) << bit;
		gicd_write(GICD_ISENABLER + 4 * w, ~own);
		gicd_write(GICD_ISPENDR + 4 * w, ~own);
		expect(!(gicd_read(GICD_ISENABLER + 4 * w) & ~own), "foreign lines enabled", w);
		expect(!(gicd_read(GICD_ISPENDR + 4 * w) & ~own), "foreign lines pending", w);
	}
}

static void own_sgi(void)
{
	sgis = 0;
	gic_enable(1);
	gic_send_sgi(1, cpus[0].mpidr);
	irq_on();
	pause_us(1000);
	irq_off();
	expect(sgis == 1, "an SGI to itself", sgis);
}

/* Everybody but the peer; the witness counts what reaches it all the same. */
static void doorbell(void)
{
	for (uint32_t i = 0; i < 64; i++) {
		if (i != CHANNEL_WIRE_PEER_WITNESS)
			probe_write(CHANNEL_WIRE_DOORBELL, i);
	}
	probe_write(CHANNEL_WIRE_DOORBELL, 0xffffffff);
	probe_write(CHANNEL_WIRE_DOORBELL + 4, CHANNEL_WIRE_PEER_WITNESS);
	trials++;
}

/* ---- instructions --------------------------------------------------------- */

extern uint32_t undefined_begin[], undefined_end[], breakpoint[];

/* All must be undefined for EL1; each is run as a probe. */
__asm__(
"	.balign 8\n"
"undefined_begin:\n"
"	mrs	x0, hcr_el2\n		ret\n"
"	msr	vttbr_el2, x0\n	ret\n"
"	msr	vbar_el2, x0\n		ret\n"
"	msr	cnthctl_el2, x0\n	ret\n"
"	mrs	x0, s3_4_c12_c11_0\n	ret\n"	/* ICH_HCR_EL2 */
"	mrs	x0, s3_5_c1_c0_0\n	ret\n"		/* SCTLR_EL12 */
"	mrs	x0, scr_el3\n		ret\n"
"	tlbi	alle1is\n		ret\n"
"	tlbi	alle2is\n		ret\n"
"	tlbi	vmalls12e1is\n		ret\n"
"	tlbi	ipas2e1is, x0\n	ret\n"
"	at	s1e2r, x0\n		ret\n"
"	at	s12e1r, x0\n		ret\n"
"	msr	cntfrq_el0, x0\n	ret\n"
"	dcps1\n			ret\n"
"	dcps2\n			ret\n"
"	dcps3\n			ret\n"
"	drps\n			ret\n"
"	.inst	0xffffffff\n	ret\n"
"	hlt	#1\n			ret\n"
"	udf	#0\n			ret\n"
"undefined_end:\n"
"breakpoint:\n"
"	brk	#1\n			ret\n");

static void instructions(void)
{
	for (uint32_t *op = undefined_begin; op < undefined_end; op += 2) {
		uint64_t esr = probe_exec((uint64_t)op);

		expect(esr && esr >> 26 == 0, "an instruction of EL2", *op);
	}
	expect(probe_exec((uint64_t)breakpoint) >> 26 == 0x3c, "a breakpoint is its own", 0);
}

#include "hostile_accesses.h"
#include "hostile_calls.h"

void main(void)
{
	gic_init();
	system_registers();
	calls();
	power();
	lines();
	every_service();
	random_calls();
	own_sgi();
	doorbell();
	described();
	undescribed();
	across_the_end();
	numbered_calls();
	instructions();
	execution();
	whole_space();
	print("%u trials, %u went wrong\n", trials, bad);
	for (;;)
		cpu_wait();
}
