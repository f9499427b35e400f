/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_crash.c - crashes as often as it is told, and says when each crash and
 * the first instruction after it was. Its memory is new each time; the channel
 * stays, as its other end goes on.
 */
#include "bench.h"
#include "bench_clock.h"
#include "cell.h"

extern uint64_t first_readings[N_READINGS];
void crash_at(uint64_t hole, volatile uint64_t *when);

/* Before anything else; x18 and x19 belong to nobody yet. */
__asm__(
"	.section .text.image, \"ax\"\n"
"	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n"
"	mrs	x\\n, cntvct_el0\n"
"	.endr\n"
"	adr	x18, first_readings\n"
"	stp	x1, x2, [x18]\n"
"	stp	x3, x4, [x18, #16]\n"
"	stp	x5, x6, [x18, #32]\n"
"	stp	x7, x8, [x18, #48]\n"
"	stp	x9, x10, [x18, #64]\n"
"	stp	x11, x12, [x18, #80]\n"
"	stp	x13, x14, [x18, #96]\n"
"	stp	x15, x16, [x18, #112]\n"
"	str	x17, [x18, #128]\n"
"	b	_start\n"
"	.section .data.readings, \"aw\"\n"
"	.balign	8\n"
"first_readings:\n"
"	.zero	17 * 8\n"
"	.text\n"
"crash_at:\n"
"	msr	daifset, #0xf\n"
"	msr	vbar_el1, x0\n"
"	isb\n"
"crash_from:\n"
"	mrs	x2, pmccntr_el0\n"
"	str	x2, [x1]\n"
"	ldr	x3, [x0]\n"
"	b	.\n");

static bool is_called;

void on_irq(uint32_t intid)
{
	is_called |= intid == CHANNEL_NOTES_INTID;
}

static void wait_for_call(struct mail *m)
{
	gic_init();
	gic_set_edge(CHANNEL_NOTES_INTID);
	gic_enable(CHANNEL_NOTES_INTID);
	m->crash_is_ready = 1;
	while (!is_called)
		cpu_wait();
	m->crash_n = 0;
}

/* A cell that crashes sooner is held back: that is not what is measured. */
static void run_long_enough(void)
{
	gic_init();
	gic_enable(TIMER_INTID);
	timer_at(timer_now() + timer_hz() / 10);
	__asm__ volatile("wfi");	/* masked, so it only wakes */
	timer_stop();
}

void main(void)
{
	struct mail *m = (struct mail *)CHANNEL_NOTES_BASE;
	uint64_t offset;

	counter_on();
	offset = counter_offset();
	if (!m->crash_left) {
		wait_for_call(m);
	} else {
		struct sample *s = &m->crash[m->crash_n];

		s->from = m->crash_from + m->stamp + 1;	/* the store of when */
		s->to = readings_time(first_readings);
		m->crash_n++;
		m->crash_left--;
	}
	if (!m->crash_left) {
		doorbell_ring(CHANNEL_NOTES_DOORBELL, CHANNEL_NOTES_PEER_BENCH);
		for (;;)
			__asm__ volatile("wfi");
	}
	m->stamp = offset;
	run_long_enough();
	crash_at(0x3f000000, &m->crash_from);
}
