/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * first.c - a kernel of two CPUs that was there first: launches the runtime
 * under itself, lives in its cell, and leaves, again and again (with stub.S).
 *
 * As a Linux that was booted at EL2 it uses the physical timer and EOImode 1.
 * After each step its timer ticks and its CPUs reach each other; each time that
 * it is out, EL2, its part of the interrupt controller and its own registers are
 * as they were. IMAGE_AT is where hvisor.bin has been put, CYCLES how often; with
 * LPIS none succeeds.
 */
#include "cell.h"
#include "hv_abi.h"
#include "hv_abi_calls.h"

enum { PING = 3, PONG = 4, MAINTENANCE = 25, N_EL2 = 28, N_STATE = N_EL2 + 28, SGI_FRAME = 0x10000,
	FRAMES_SIZE = 0x20000 };

void stub_cpu(void);
void stub_busy(void);		/* a CPU that is on, until stub_release */
extern volatile uint32_t stub_release;
int64_t late_enter(uint64_t entry, uint64_t flags);
int64_t late_leave(uint64_t function);
void irq_taken(void);

/* CPU 1 does what `order` says, one at a time, and sets it to NOTHING. */
enum order { NOTHING, ENTER, LEAVE, STATE, SEND, OFF };
static volatile uint32_t order, is_up;
static volatile uint64_t argument;
static volatile int64_t answer;

static volatile uint32_t ticks[2], pings, pongs, rings, uarts;
static uint64_t before[2][N_STATE], after[2][N_STATE];
static uint32_t wrong;

static void fence(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}

/* ---- interrupts ---------------------------------------------------------- */

static void tick(void)
{
	uint64_t now;

	__asm__ volatile("isb; mrs %0, cntpct_el0" : "=r"(now) :: "memory");
	__asm__ volatile("msr cntp_cval_el0, %0; msr cntp_ctl_el0, %1; isb"
			 :: "r"(now + timer_hz() / 2000), "r"(1ul));
}

void on_irq(uint32_t intid)
{
	switch (intid) {
	case PTIMER_INTID:
		ticks[cpu_self()]++;
		tick();
		break;
	case PING:
		pings++;
		gic_send_sgi(PONG, cpu_mpidr(0));
		break;
	case PONG:
		pongs++;
		break;
	case CHANNEL_PULSE_INTID:
		rings++;
		break;
	case UART_INTID:
		uarts++;
		break;
	default:
		wrong++;
		print("first: interrupt %u\n", intid);
	}
}

/* EOImode 1: the priority drops, and apart from it the line is inactive. */
void irq_taken(void)
{
	uint64_t intid;

	__asm__ volatile("mrs %0, s3_0_c12_c12_0; dsb sy" : "=r"(intid) :: "memory");
	if (intid >= 1020)
		return;
	__asm__ volatile("msr s3_0_c12_c12_1, %0; isb" :: "r"(intid));
	on_irq((uint32_t)intid);
	__asm__ volatile("msr s3_0_c12_c11_1, %0; isb" :: "r"(intid));
}

static void interrupts_begin(void)
{
	gic_init_cpu();
	for (uint32_t i = 0; i < 32; i += 4)
		gicr_write(SGI_FRAME + 0x400 + i, 0xa0a0a0a0);
	/* EOImode, and what is neither as after reset nor as in a new cell */
	__asm__ volatile("msr s3_0_c12_c12_4, %0; msr s3_0_c4_c6_0, %1;"
			 "msr s3_0_c12_c12_3, %2; isb" :: "r"(2ul), "r"(0xf0ul), "r"(4ul));
	gic_enable(PING);
	gic_enable(PONG);
	gic_enable(PTIMER_INTID);
	gic_enable(MAINTENANCE);	/* as Linux does for guests of its own */
	tick();
	irq_on();
}

/* ---- what must not change ------------------------------------------------ */

#define REGISTER(name) __extension__ ({ uint64_t v_; \
	__asm__ volatile("mrs %0, " #name : "=r"(v_)); v_; })

static uint64_t *state_gic(uint64_t *at)
{
	*at++ = REGISTER(s3_0_c4_c6_0);		/* PMR */
	*at++ = REGISTER(s3_0_c12_c12_4);	/* CTLR */
	*at++ = REGISTER(s3_0_c12_c12_7);	/* IGRPEN1 */
	*at++ = REGISTER(s3_0_c12_c12_3);	/* BPR1 */
	*at++ = gicr_read(SGI_FRAME + 0x80);
	*at++ = gicr_read(SGI_FRAME + 0x100);
	*at++ = gicr_read(SGI_FRAME + 0x300);
	for (uint32_t i = 0; i < 32; i += 4)
		*at++ = gicr_read(SGI_FRAME + 0x400 + i);
	*at++ = gicd_read(0);
	return at;
}

static void state(uint64_t *at)
{
	uint64_t *from = at;

	/* A timer that fires meanwhile is active, or not, by chance. */
	hvc(16, (uint64_t)at, 0, 0);
	at = state_gic(at + N_EL2);
	*at++ = REGISTER(sctlr_el1);
	*at++ = REGISTER(cpacr_el1);
	*at++ = REGISTER(ttbr0_el1);
	*at++ = REGISTER(ttbr1_el1);
	*at++ = REGISTER(tcr_el1);
	*at++ = REGISTER(mair_el1);
	*at++ = REGISTER(vbar_el1);
	*at++ = REGISTER(contextidr_el1);
	*at++ = REGISTER(tpidr_el0);
	*at++ = REGISTER(tpidr_el1);
	*at++ = REGISTER(cntkctl_el1);
	*at++ = REGISTER(mpidr_el1);
	if (at - from != N_STATE)
		wrong++;
}

static void compare(void)
{
	for (uint32_t cpu_i = 0; cpu_i < 2; cpu_i++)
		for (uint32_t i = 0; i < N_STATE; i++)
			if (before[cpu_i][i] != after[cpu_i][i]) {
				wrong++;
				print("first: CPU %u, word %u was %lx, is %lx\n",
				      cpu_i, i, before[cpu_i][i], after[cpu_i][i]);
			}
}

/* ---- the other CPU ------------------------------------------------------- */

static void second(void)
{
	interrupts_begin();
	is_up = 1;
	for (;;) {
		uint32_t what = order;

		irq_off();
		fence();
		switch (what) {
		case ENTER:
			answer = late_enter(argument & ~3ul, argument & 3);
			break;
		case LEAVE:
			answer = late_leave(HV_CALL_LATE_LEAVE);
			break;
		case STATE:
			state((uint64_t *)argument);
			break;
		case SEND:
			gic_send_sgi(PONG, cpu_mpidr(0));
			break;
		case OFF:
			is_up = 0;
			order = NOTHING;
			fence();
			smc(PSCI_CPU_OFF, 0, 0, 0);
			break;
		}
		fence();
		if (what != NOTHING)
			order = NOTHING;
		irq_on();
		__asm__ volatile("yield");
	}
}

static int64_t tell(enum order what, uint64_t with)
{
	argument = with;
	fence();
	order = what;
	while (order != NOTHING)
		__asm__ volatile("yield");
	fence();
	return answer;
}

static void start_second(void)
{
	cpu_start_at(1, second);
	if (smc(PSCI_CPU_ON, cpu_mpidr(1), (uint64_t)stub_cpu, 1))
		wrong++;
	while (!is_up)
		__asm__ volatile("yield");
}

static void off_and_on(void)
{
	tell(OFF, 0);
	while (smc(PSCI_AFFINITY_INFO, cpu_mpidr(1), 0, 0) != 1)
		__asm__ volatile("yield");
	start_second();
}

/* ---- steps --------------------------------------------------------------- */

/* What came while interrupts were masked is there when they are not, although
 * EL2 has changed in between: an SGI, and a line that was made pending. */
static uint32_t masked_sgis, masked_lines;

static void mask(bool is_by_second)
{
	irq_off();
	masked_sgis = pongs;
	masked_lines = uarts;
	if (is_by_second)
		tell(SEND, 0);
	else
		gic_send_sgi(PONG, cpu_mpidr(0));
	gicd_write(0x200 + UART_INTID / 32 * 4, 1u << UART_INTID % 32);
}

static void unmask(const char *when)
{
	uint64_t end = timer_patience();

	irq_on();
	while ((pongs == masked_sgis || uarts == masked_lines) && timer_now() < end)
		__asm__ volatile("yield");
	if (pongs == masked_sgis + 1 && uarts == masked_lines + 1)
		return;
	wrong++;
	print("first: %s: %u SGIs, %u lines that were pending\n", when,
	      pongs - masked_sgis, uarts - masked_lines);
}

static void expect(int64_t is, int64_t wanted, const char *what)
{
	if (is == wanted)
		return;
	wrong++;
	print("first: %s: %d, not %d\n", what, (int32_t)is, (int32_t)wanted);
}

/* Timers tick and SGIs arrive, soon. */
static void lives(const char *when)
{
	uint32_t t0 = ticks[0], t1 = ticks[1], p = pongs, want = pongs + 4;
	uint64_t end = timer_patience();

	while (timer_now() < end) {
		if (pongs == p && p != want) {
			p++;
			gic_send_sgi(PING, cpu_mpidr(1));
		}
		if (ticks[0] > t0 + 1 && ticks[1] > t1 + 1 && pongs == want)
			return;
		__asm__ volatile("yield");
	}
	wrong++;
	print("first: %s: ticks %u, %u, answers %u of 4\n", when, ticks[0] - t0,
	      ticks[1] - t1, pongs + 4 - want);
}

static const struct hv_image_head *image(void)
{
	return (const struct hv_image_head *)IMAGE_AT;
}

static void copy_image(void)
{
	for (uint32_t i = 0; i < image()->n_segments; i++) {
		const struct hv_segment *s = &image()->segments[i];
		const uint64_t *from = (const void *)(IMAGE_AT + s->offset);
		uint64_t *to = (uint64_t *)s->destination.u;

		for (uint64_t n = 0; n < (s->size + 7) / 8; n++)
			to[n] = from[n];
	}
	__asm__ volatile("dsb sy; ic iallu; dsb sy; isb");
}

static uint64_t entry(void)
{
	return image()->segments[0].destination.u + HV_IMAGE_LATE_ENTRY;
}

static void remember(uint64_t (*of)[N_STATE])
{
	tell(STATE, (uint64_t)of[1]);
	irq_off();
	state(of[0]);
	irq_on();
}

/* What nobody has sent: the list registers' content at the start means nothing. */
static void leave_in_lr(uint64_t intid)
{
	hvc(17, UINT64_C(7) << 60 | intid << 32 | intid, 0, 0);
}

static bool is_pending(uint32_t intid)
{
	return gicd_read(0x200 + intid / 32 * 4) >> intid % 32 & 1;
}

static int64_t enter(uint64_t flags)
{
	int64_t rc;

	mask(false);
	hvc(2, 0, 0, 0);
	rc = late_enter(entry(), flags | HV_LATE_FIRST);
	unmask("after entry");
	expect(is_pending(CHANNEL_PULSE_INTID), 0, "pending, from a list register");
	return rc;
}

static void stop(void)
{
	uint64_t end = timer_patience();
	int64_t rc;

	do
		rc = hvc(HV_CALL_LATE_STOP, 0, 0, 0);
	while (rc == HV_E_BUSY && timer_now() < end);
	expect(rc, 0, "stop");
}

static void leave(bool is_second_in)
{
	/* Pending interrupts of the other CPU, which may be none of the cell's:
	 * whoever waited for its answer would wait for ever. */
	uint64_t pending = cpu_gicr() + FRAMES_SIZE + SGI_FRAME + 0x200;

	(void)load32(pending);
	stop();
	(void)load32(pending);
	if (is_second_in)
		expect(tell(LEAVE, 0), 0, "second leaves");
	mask(is_second_in);	/* by who is out already, to who is not */
	expect(late_leave(HV_CALL_LATE_LEAVE), 0, "first leaves");
	unmask("after leaving");
}

/* Back where it was: nothing of the runtime, or of the cells, is left. */
static void is_out(const char *when)
{
	lives(when);
	remember(after);
	compare();
	for (uint32_t i = 2; i < 4; i++)
		expect(smc(PSCI_AFFINITY_INFO, i, 0, 0), 1, "their CPUs are off");
}

static void is_clean(void)
{
	for (uint64_t at = BEAT_AT; at < BEAT_AT + BEAT_SIZE; at += 8)
		if (*(volatile uint64_t *)at) {
			wrong++;
			print("first: 0x%lx is not zero\n", at);
			return;
		}
}

/* The CPU is as it was seen before; only its PMU counts nothing. */
static void sees(uint64_t dfr0)
{
	expect((int64_t)REGISTER(id_aa64dfr0_el1), (int64_t)dfr0, "ID register");
	expect((int64_t)REGISTER(dbgbvr0_el1), 0x1234, "breakpoint");
	expect((int64_t)REGISTER(s3_0_c4_c6_0), 0xf0, "PMR");
	expect((int64_t)REGISTER(s3_0_c12_c12_3), 4, "BPR1");
	expect(REGISTER(s3_0_c12_c12_4) & 2, 2, "EOImode");
	__asm__ volatile("msr pmuserenr_el0, xzr; msr pmcntenset_el0, %0" :: "r"(1ul));
	expect((int64_t)REGISTER(pmcr_el0), 0, "PMCR");
	/* of the firmware's, by a kernel that has used them: standby */
	expect(smc(PSCI_CPU_SUSPEND, 0x40000001, (uint64_t)stub_cpu, 0), 0, "CPU_SUSPEND");
}

static void channel(void)
{
	uint32_t beats = load32(CHANNEL_PULSE_BASE), before_rings = rings;
	uint64_t end = timer_patience();

	gic_set_edge(CHANNEL_PULSE_INTID);
	gic_route_here(CHANNEL_PULSE_INTID);
	gic_enable(CHANNEL_PULSE_INTID);
	while (load32(CHANNEL_PULSE_BASE) == beats && timer_now() < end)
		__asm__ volatile("yield");
	doorbell_ring(CHANNEL_PULSE_DOORBELL, CHANNEL_PULSE_PEER_BEAT);
	while (rings == before_rings && timer_now() < end)
		__asm__ volatile("yield");
	gic_disable(CHANNEL_PULSE_INTID);
	if (rings == before_rings) {
		wrong++;
		print("first: nobody rings\n");
	}
}

/* The log's page says why. */
static void expect_reason(const char *wanted)
{
	const struct hv_head *head = (const void *)(IMAGE_AT + image()->tables_offset);
	const char *is = (const char *)head->log_ring.u;

	for (uint32_t i = 0; i == 0 || wanted[i - 1]; i++) {
		if (is[i] == wanted[i])
			continue;
		wrong++;
		print("first: the reason is '%s', not '%s'\n", is, wanted);
		return;
	}
}

static void refused_because(uint64_t flags, const char *why)
{
	copy_image();
	expect(enter(flags), HV_E_STATE, why);
	expect_reason(why);
	is_out(why);
}

/* The kernel uses what is another cell's, or has a CPU that is. */
static void refused_by_use(void)
{
	uint64_t end;

	gic_enable(100);
	refused_because(0, "the running kernel uses SPI 68, which is not its cell's\n");
	gic_disable(100);
	if (smc(PSCI_CPU_ON, cpu_mpidr(0) | 3, (uint64_t)stub_busy, 0))
		wrong++;
	while (smc(PSCI_AFFINITY_INFO, 3, 0, 0) != 0)
		__asm__ volatile("yield");
	copy_image();
	expect(enter(0), HV_E_STATE, "CPU 3 is on");
	expect_reason("CPU 3 (0x3) is missing, or on already\n");
	stub_release = 1;
	for (end = timer_patience(); timer_now() < end;)
		if (smc(PSCI_AFFINITY_INFO, 3, 0, 0) == 1)
			break;
	is_out("after CPU 3 was on");
}

static void refused(void)
{
	refused_because(HV_LATE_REFUSE, "told to refuse\n");
	refused_because(HV_LATE_REFUSE | 2 << HV_LATE_REFUSER_SHIFT, "told to refuse\n");
	refused_because(HV_LATE_REFUSE | 3 << HV_LATE_REFUSER_SHIFT, "told to refuse\n");
	copy_image();
	expect(tell(ENTER, entry()), HV_E_STATE, "second comes first");
	expect(enter(0), 0, "first comes in");
	expect(tell(ENTER, entry() | HV_LATE_REFUSE), HV_E_STATE, "second refuses");
	expect(hvc(HV_CALL_LATE_COMMIT, 0, 0, 0), HV_E_STATE, "commit without it");
	leave(false);
	expect_reason("told to refuse\n");
	is_out("after the second's refusal");
}

static void cycle(uint32_t i)
{
	uint64_t dfr0 = REGISTER(id_aa64dfr0_el1);

	copy_image();
	expect(enter(0), 0, "first comes in");
	expect(hvc(HV_CALL_LATE_LEAVE, 0, 0, 0), HV_E_STATE, "leave before stop");
	expect(tell(ENTER, entry()), 0, "second comes in");
	expect(hvc(HV_CALL_LATE_COMMIT, 0, 0, 0), 0, "commit");
	expect(hvc(HV_CALL_LATE_COMMIT, 0, 0, 0), HV_E_STATE, "commit twice");
	for (uint64_t n = 0; n < 5; n++)	/* the stub's are nobody's now */
		expect(hvc(n, 0, 0, 0), HV_E_NOT_SUPPORTED, "the stub's call");
	lives("in the cell");
	sees(dfr0);
	channel();
	if (i % 4 == 1) {
		off_and_on();
		lives("after off and on");
	}
	if (i % 4 == 2) {	/* out with the second CPU off */
		tell(OFF, 0);
		leave(false);
		start_second();
	} else {
		leave(true);
	}
	is_clean();
	is_out("out");
}

void main(void)
{
	const uint32_t n = CYCLES;

	__asm__ volatile("msr contextidr_el1, %0; msr tpidr_el0, %0" :: "r"(0x77ul));
	__asm__ volatile("msr dbgbvr0_el1, %0" :: "r"(0x1234ul));
	gic_init();
	interrupts_begin();
	gic_route_here(UART_INTID);
	gic_enable(UART_INTID);
	start_second();
	leave_in_lr(CHANNEL_PULSE_INTID);
	lives("at first");
	remember(before);
	if (LPIS) {
		gicr_write(0, 1);	/* on a GIC with an ITS: for good */
		refused_because(0, "LPIs are enabled on CPU 0: the kernel is to be"
				   " started without an ITS\n");
	} else {
		refused_by_use();
	}
	for (uint32_t i = 0; i < n; i++) {
		cycle(i);
		refused();
		print("first: cycle %u\n", i + 1);
	}
	print("first: %u cycles, %u went wrong\n", n, wrong);
	smc(PSCI_SYSTEM_OFF, 0, 0, 0);
}
