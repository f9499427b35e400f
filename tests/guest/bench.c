/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench.c - what a cell pays for the runtime, in instructions.
 *
 * Each path is taken many times; a sample is the time before it and the time
 * after it, stored where tests/bench/run finds them. The same program runs at
 * EL1 without a hypervisor, where hypercalls, channels and consoles are left out.
 *
 * A path that comes back is a stub of the table below, called between two
 * readings of the clock. One that ends in a handler ends with the handler's
 * first instruction, which reads the clock.
 */
#include "bench.h"
#include "bench_clock.h"
#include "cell.h"

struct op {
	uint64_t stub, x0, x1, x2, x3;
};

/* How to wait for the interrupt: nobody else needs this CPU, or another CPU
 * must run meanwhile, or asleep. */
enum wait { WAIT_SPIN, WAIT_YIELD, WAIT_WFI };

void bench_return(const struct op *op, struct sample *sample);
void bench_irq(const struct op *op, struct sample *sample, enum wait wait,
	       uint64_t clear);
void bench_cpu_entry(void);
void op_none(void), op_hvc(void), op_smc(void), op_load(void), op_store(void);
void op_store_two(void), op_store_byte(void), op_wfi(void), op_sgi(void);
void op_sgi_other(void), op_store_other(void), op_hvc_other(void);

__asm__(
"	.text\n"
"op_none:	ret\n"
"op_hvc:	hvc	#0\n"
"	ret\n"
"op_smc:	smc	#0\n"
"	ret\n"
"op_load:	ldr	w1, [x0]\n"
"	ret\n"
"op_store:	str	w1, [x0]\n"
"	ret\n"
"op_store_two:	str	w1, [x0]\n"
"	str	w3, [x2]\n"
"	ret\n"
"op_store_byte:	strb	w1, [x0]\n"
"	ret\n"
"op_wfi:	wfi\n"
"	ret\n"
"op_sgi:	msr	s3_0_c12_c11_5, x0\n"	/* ICC_SGI1R_EL1 */
"	ret\n"

/* To another CPU: an emulator that has one thread runs it when this one yields. */
"op_sgi_other:	msr	s3_0_c12_c11_5, x0\n"
"	yield\n"
"	ret\n"
"op_store_other:	str	w1, [x0]\n"
"	yield\n"
"	ret\n"
"op_hvc_other:	hvc	#0\n"
"	yield\n"
"	ret\n"

/* x27 = clock before */
"bench_return:\n"
"	bench_save\n"
"	mov	x19, x1\n"
"	mov	x9, x0\n"
"	ldr	x20, [x9]\n"
"	ldp	x0, x1, [x9, #8]\n"
"	ldp	x2, x3, [x9, #24]\n"
"	isb\n"
"bench_return_from:\n"
"	mrs	x27, pmccntr_el0\n"
"	blr	x20\n"
"bench_return_to:\n"
"	mrs	x10, pmccntr_el0\n"
"	stp	x27, x10, [x19]\n"
"	bench_restore\n"

"bench_irq:\n"
"	bench_save\n"
"	mov	x19, x1\n"
"	mov	x11, x2\n"
"	mov	x25, x3\n"
"	mov	x22, #0\n"
"	mov	x9, x0\n"
"	ldr	x20, [x9]\n"
"	ldp	x0, x1, [x9, #8]\n"
"	ldp	x2, x3, [x9, #24]\n"
"	msr	daifclr, #2\n"
"	isb\n"
"bench_irq_from:\n"
"	mrs	x27, pmccntr_el0\n"
"	blr	x20\n"
"	cmp	x11, #1\n"
"	b.eq	2f\n"
"	b.hi	3f\n"
"1:	cbz	x22, 1b\n"
"	b	4f\n"
"2:	yield\n"
"	cbz	x22, 2b\n"
"	b	4f\n"
"3:	wfi\n"
"	cbz	x22, 3b\n"
"4:	msr	daifset, #2\n"
"	stp	x27, x22, [x19]\n"
"	bench_restore\n"

/* A CPU's first instructions; x0 = where its readings go, and then a word. */
"bench_cpu_entry:\n"
"	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n"
"	mrs	x\\n, cntvct_el0\n"
"	.endr\n"
"	stp	x1, x2, [x0]\n"
"	stp	x3, x4, [x0, #16]\n"
"	stp	x5, x6, [x0, #32]\n"
"	stp	x7, x8, [x0, #48]\n"
"	stp	x9, x10, [x0, #64]\n"
"	stp	x11, x12, [x0, #80]\n"
"	stp	x13, x14, [x0, #96]\n"
"	stp	x15, x16, [x0, #112]\n"
"	mov	x18, #1\n"
"	stp	x17, x18, [x0, #128]\n"
"	ldr	w0, =0x84000002\n"		/* PSCI CPU_OFF */
"	hvc	#0\n"
"	b	.\n"
"	.ltorg\n");

static struct results *const results = (struct results *)MEM_RESULTS_BASE;
static struct mail own_mail;		/* to our second CPU */
static uint64_t offset;			/* of this CPU's counter */
static uint64_t empty_cost;		/* of calling a stub that does nothing */

enum {
	SGI = 1,
	GICD_ISENABLER = 0x100,
	GICD_ICENABLER = 0x180,
	GICD_IPRIORITYR = 0x400,
	GICR_SGI = 0x10000,
	RTC_DR = 0, RTC_MR = 4, RTC_IMSC = 16, RTC_ICR = 28,
	RTC_INTID = DEVICE_PL031_INTID,
};

static const struct op nothing = { (uint64_t)op_none, 0, 0, 0, 0 };

static bool is_wanted(enum path path)
{
	return results->paths >> path & 1;
}

static void finish(enum path path)
{
	results->paths_done |= 1ul << path;
}

/* ---- paths that come back ------------------------------------------------ */

static void sample_return(enum path path, const struct op *op)
{
	struct sample *s = results->samples[path];

	if (!is_wanted(path))
		return;
	for (uint64_t i = 0; i < results->n; i++) {
		bench_return(op, &s[i]);
		s[i].from += offset + empty_cost;
		s[i].to += offset;
	}
	finish(path);
}

static void paths_return(void)
{
	uint64_t spi = RTC_INTID, bit = 1u << spi % 32, word = spi / 32 * 4;
	uint64_t isenabler = GICD_BASE + GICD_ISENABLER + word;
	uint64_t icenabler = GICD_BASE + GICD_ICENABLER + word;
	uint64_t isenabler0 = cpu_gicr() + GICR_SGI + GICD_ISENABLER;
	uint64_t hvc_at = (uint64_t)op_hvc, load = (uint64_t)op_load;
	uint64_t store = (uint64_t)op_store, two = (uint64_t)op_store_two;

	sample_return(PATH_HYPERCALL, &(struct op){ hvc_at, 0xc6001234, 0, 0, 0 });
	sample_return(PATH_PSCI_HVC, &(struct op){ hvc_at, PSCI_VERSION, 0, 0, 0 });
	sample_return(PATH_PSCI_SMC, &(struct op){ (uint64_t)op_smc, PSCI_VERSION, 0, 0, 0 });
	sample_return(PATH_GICD_TYPER, &(struct op){ load, GICD_BASE + 4, 0, 0, 0 });
	sample_return(PATH_GICD_ISENABLER_READ, &(struct op){ load, isenabler, 0, 0, 0 });
	sample_return(PATH_GICD_ISENABLER, &(struct op){ store, isenabler, bit, 0, 0 });
	sample_return(PATH_GICD_PAIR, &(struct op){ two, icenabler, bit, isenabler, bit });
	sample_return(PATH_GICD_PRIORITY, &(struct op){ (uint64_t)op_store_byte,
		      GICD_BASE + GICD_IPRIORITYR + spi, 0x80, 0, 0 });
	sample_return(PATH_GICR_TYPER, &(struct op){ load, cpu_gicr() + 8, 0, 0, 0 });
	sample_return(PATH_GICR_ISENABLER0_READ, &(struct op){ load, isenabler0, 0, 0, 0 });
	sample_return(PATH_GICR_ISENABLER0,
		      &(struct op){ store, isenabler0, 1u << TIMER_INTID, 0, 0 });
}

/* Letters, as what is not printed costs the console more; with ends of lines. */
static void path_console(void)
{
	struct sample *s = results->samples[PATH_CONSOLE];
	struct op op = { (uint64_t)op_store, UART_BASE, 0, 0, 0 };

	if (!is_wanted(PATH_CONSOLE))
		return;
	for (uint64_t i = 0; i < results->n; i++) {
		op.x1 = i % 64 == 63 ? '\n' : 'b';
		bench_return(&op, &s[i]);
		s[i].from += offset + empty_cost;
		s[i].to += offset;
	}
	finish(PATH_CONSOLE);
}

/* ---- paths that end in this CPU's handler -------------------------------- */

static uint64_t sgi_value(uint64_t mpidr)
{
	return (mpidr >> 16 & 0xff) << 32 | (mpidr >> 8 & 0xff) << 16 |
	       (uint64_t)SGI << 24 | 1ul << (mpidr & 15);
}

/* Between the clock and the path's first instruction the stub is called. */
static void sample_irq(struct sample *s, const struct op *op, enum wait wait,
		       uint64_t clear)
{
	bench_irq(op, s, wait, clear);
	s->from += offset + 1;
	s->to += offset;
}

static void path_wfi(void)
{
	struct op send = { (uint64_t)op_sgi, sgi_value(cpu_mpidr(0)), 0, 0, 0 };
	struct sample s;

	if (!is_wanted(PATH_WFI))
		return;
	bench_return(&send, &s);	/* masked, so it stays pending */
	sample_return(PATH_WFI, &(struct op){ (uint64_t)op_wfi, 0, 0, 0, 0 });
	sample_irq(&s, &nothing, WAIT_SPIN, 0);
}

static void path_sgi(void)
{
	struct op op = { (uint64_t)op_sgi, sgi_value(cpu_mpidr(0)), 0, 0, 0 };

	if (!is_wanted(PATH_SGI))
		return;
	for (uint64_t i = 0; i < results->n; i++)
		sample_irq(&results->samples[PATH_SGI][i], &op, WAIT_SPIN, 0);
	finish(PATH_SGI);
}

/* From the moment at which the timer was to fire. */
static void path_timer(enum path path, enum wait wait)
{
	struct sample *s = results->samples[path];
	uint64_t ns_per_tick = 1000000000 / timer_hz();

	if (!is_wanted(path))
		return;
	for (uint64_t i = 0; i < results->n; i++) {
		/* Another place in the loop, and in the tick, each time. */
		uint64_t at = timer_now() + 150 + i % 7;

		timer_at(at);
		sample_irq(&s[i], &nothing, wait, 0);
		s[i].from = at * ns_per_tick;
	}
	finish(path);
}

/* The clock's alarm rings at once when it is set to now. */
static void path_spi(void)
{
	uint64_t rtc = DEVICE_PL031_BASE;
	struct op op = { (uint64_t)op_store, rtc + RTC_MR, 0, 0, 0 };

	if (!is_wanted(PATH_SPI))
		return;
	gic_route_here(RTC_INTID);
	gic_enable(RTC_INTID);
	store32(rtc + RTC_IMSC, 1);
	for (uint64_t i = 0; i < results->n; i++) {
		/* Now must not pass before it is set. */
		while (timer_now() % timer_hz() > timer_hz() - 2000)
			;
		op.x1 = load32(rtc + RTC_DR);
		sample_irq(&results->samples[PATH_SPI][i], &op, WAIT_SPIN, rtc + RTC_ICR);
	}
	store32(rtc + RTC_IMSC, 0);
	gic_disable(RTC_INTID);
	finish(PATH_SPI);
}

/* ---- paths to another CPU ------------------------------------------------ */

static void mail_task(struct mail *m, enum task task)
{
	m->task = task;
	m->turn++;
	while (m->ready != m->turn)
		__asm__ volatile("yield");
}

static void mail_wait(struct mail *m)
{
	while (m->done != m->turn)
		__asm__ volatile("yield");
}

static void sample_stamp(struct mail *m, enum path path, const struct op *op)
{
	struct sample *s = results->samples[path];

	if (!is_wanted(path))
		return;
	for (uint64_t i = 0; i < results->n; i++) {
		mail_task(m, TASK_STAMP);
		bench_return(op, &s[i]);
		mail_wait(m);
		s[i].from += offset + 2;	/* the call and the yield */
		s[i].to = m->stamp;
	}
	finish(path);
}

static void sample_pong(struct mail *m, enum path path, const struct op *op)
{
	struct sample *s = results->samples[path];

	if (!is_wanted(path))
		return;
	for (uint64_t i = 0; i < results->n; i++) {
		mail_task(m, TASK_PONG);
		sample_irq(&s[i], op, WAIT_YIELD, 0);
		mail_wait(m);
		s[i].from += 2;			/* a yield on each side */
	}
	finish(path);
}

static void cpu_wait_off(void)
{
	while (hvc(PSCI_AFFINITY_INFO, cpu_mpidr(1), 0, 0) != 1)
		__asm__ volatile("yield");
}

/* The second CPU: an answer goes to the first. */
static void answer_sgis(void)
{
	gic_init_cpu();
	gic_enable(SGI);
	counter_on();

	struct answer answer = {
		.vectors = bench_vectors_sgi, .x23 = sgi_value(cpu_mpidr(0)),
		.offset = counter_offset(),
	};

	while (answer_once(&own_mail, &answer))
		;
}

static void paths_ipi(void)
{
	struct op op = { (uint64_t)op_sgi_other, sgi_value(cpu_mpidr(1)), 0, 0, 0 };

	if (!is_wanted(PATH_IPI) && !is_wanted(PATH_IPI_PONG))
		return;
	cpu_on(1, answer_sgis);
	sample_stamp(&own_mail, PATH_IPI, &op);
	sample_pong(&own_mail, PATH_IPI_PONG, &op);
	mail_task(&own_mail, TASK_END);
	cpu_wait_off();
}

static void paths_bell(void)
{
	struct mail *m = (struct mail *)CHANNEL_WIRE_BASE;
	struct op op = { (uint64_t)op_store_other, CHANNEL_WIRE_DOORBELL,
			 CHANNEL_WIRE_PEER_BENCH_PEER, 0, 0 };

	if (!is_wanted(PATH_BELL) && !is_wanted(PATH_BELL_PONG))
		return;
	gic_route_here(CHANNEL_WIRE_INTID);
	gic_set_edge(CHANNEL_WIRE_INTID);
	gic_enable(CHANNEL_WIRE_INTID);
	doorbell_ring(CHANNEL_WIRE_DOORBELL, CHANNEL_WIRE_PEER_BENCH_PEER);
	sample_stamp(m, PATH_BELL, &op);
	sample_pong(m, PATH_BELL_PONG, &op);
	mail_task(m, TASK_END);
	gic_disable(CHANNEL_WIRE_INTID);
}

static void path_cpu_on(void)
{
	static uint64_t readings[N_READINGS + 1];
	struct sample *s = results->samples[PATH_CPU_ON];
	struct op op = { (uint64_t)op_hvc_other, PSCI_CPU_ON, cpu_mpidr(1),
			 (uint64_t)bench_cpu_entry, (uint64_t)readings };

	if (!is_wanted(PATH_CPU_ON))
		return;
	for (uint64_t i = 0; i < results->n; i++) {
		*(volatile uint64_t *)&readings[N_READINGS] = 0;
		bench_return(&op, &s[i]);
		while (!*(volatile uint64_t *)&readings[N_READINGS])
			__asm__ volatile("yield");
		s[i].from += offset + 1;
		s[i].to = readings_time(readings);
		cpu_wait_off();
	}
	finish(PATH_CPU_ON);
}

/* Asleep meanwhile, to take none of the other cell's time. */
static void path_restart(void)
{
	struct mail *m = (struct mail *)CHANNEL_NOTES_BASE;
	struct sample until_ended;

	if (!is_wanted(PATH_RESTART))
		return;
	while (!m->crash_is_ready)
		__asm__ volatile("yield");
	m->crash_left = results->n_restarts;
	gic_route_here(CHANNEL_NOTES_INTID);
	gic_set_edge(CHANNEL_NOTES_INTID);
	gic_enable(CHANNEL_NOTES_INTID);
	doorbell_ring(CHANNEL_NOTES_DOORBELL, CHANNEL_NOTES_PEER_BENCH_CRASH);
	sample_irq(&until_ended, &nothing, WAIT_WFI, 0);
	for (uint64_t i = 0; i < results->n_restarts; i++)
		results->samples[PATH_RESTART][i] = m->crash[i];
	finish(PATH_RESTART);
}

static void measure_empty(void)
{
	struct sample s;

	bench_return(&nothing, &s);
	empty_cost = s.to - s.from;
}

void main(void)
{
	gic_init();
	gic_enable(SGI);
	gic_enable(TIMER_INTID);
	counter_on();
	offset = counter_offset();
	measure_empty();
	vectors_set(bench_vectors_stamp);
	paths_return();
	path_wfi();
	path_sgi();
	path_timer(PATH_TIMER, WAIT_SPIN);
	path_timer(PATH_TIMER_WFI, WAIT_WFI);
	path_spi();
	paths_ipi();
	path_cpu_on();
	paths_bell();
	path_console();
	path_restart();
	/* Not off: the runtime would clean the results. */
	results->is_ended = 1;
	for (;;)
		__asm__ volatile("wfi");
}
