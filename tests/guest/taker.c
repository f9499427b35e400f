/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * taker.c - takes 1,000 interrupts of each kind while it runs, and 1,000 while it
 * sleeps, when its neighbour (teller.c) says so over the channel. Between two
 * words of that one it does nothing that brings it to the runtime by itself.
 */
#include "cell.h"
#include "taking.h"

enum { DATA = 0x00, MATCH = 0x04, MASK = 0x10, STATUS = 0x18, CLEAR = 0x1c, SGI = 3 };

static volatile uint32_t taken, is_slow;
static volatile uint32_t to_send;		/* SGIs, by the second CPU */

static void publish(uint32_t n)
{
	taken = n;
	store32(CHANNEL_WIRE_BASE + TAKEN, n);
}

static void alarm_now(void)
{
	store32(DEVICE_PL031_BASE + MATCH, load32(DEVICE_PL031_BASE + DATA));
}

/* Not at once: the line is active as long as this takes. */
static void take_alarm(void)
{
	for (uint64_t from = timer_now(); timer_now() - from < timer_hz() / 10000;)
		__asm__ volatile("yield");
	if (!load32(DEVICE_PL031_BASE + STATUS)) {
		store32(CHANNEL_WIRE_BASE + STRANGE,
			load32(CHANNEL_WIRE_BASE + STRANGE) + 1);
		return;
	}
	store32(DEVICE_PL031_BASE + CLEAR, 1);
	if (taken == TIMES)
		return;
	publish(taken + 1);
	if (taken < TIMES)
		alarm_now();
}

void on_irq(uint32_t intid)
{
	switch (intid) {
	case TIMER_INTID:
		publish(taken + 1);
		if (taken < TIMES)
			timer_at(timer_now() + is_slow * timer_hz() / 10000);
		else
			timer_stop();
		break;
	case DEVICE_PL031_INTID:
		take_alarm();
		break;
	case CHANNEL_WIRE_INTID:
	case SGI:
		publish(taken + 1);
		break;
	default:
		store32(CHANNEL_WIRE_BASE + STRANGE, 1000 + intid);
	}
}

/* The second CPU: one after the other, each when the one before was taken. */
static void sender(void)
{
	for (;;) {
		while (!to_send)
			__asm__ volatile("yield");
		for (uint32_t sent = 0; sent < to_send; sent++) {
			gic_send_sgi(SGI, cpu_mpidr(0));
			while (taken <= sent)
				__asm__ volatile("yield");
		}
		to_send = 0;
	}
}

static void begin(enum kind kind)
{
	if (kind == BY_TIMER || kind == ASLEEP) {
		is_slow = kind == ASLEEP;
		timer_at(timer_now());
	} else if (kind == BY_DEVICE) {
		alarm_now();
	} else if (kind == BY_SGI) {
		to_send = TIMES;
	}
}

/* A second of the device's may end between its two accesses: then it is told
 * once more. */
static void until_taken(enum kind kind)
{
	uint64_t from = timer_now();
	uint32_t before = taken;

	while (taken < TIMES) {
		__asm__ volatile("yield");
		if (kind == ASLEEP) {
			irq_off();
			if (taken < TIMES)
				cpu_wait();
			irq_on();
		}
		if (kind != BY_DEVICE || taken != before) {
			before = taken;
			from = timer_now();
		} else if (timer_now() - from > timer_hz() / 50) {
			alarm_now();
			from = timer_now();
		}
	}
}

static void wait_for(uint32_t word, uint32_t value)
{
	while (load32(CHANNEL_WIRE_BASE + word) != value)
		__asm__ volatile("yield");
}

void main(void)
{
	const uint32_t lines[] = { DEVICE_PL031_INTID, CHANNEL_WIRE_INTID };

	gic_init();
	gic_set_edge(CHANNEL_WIRE_INTID);
	for (uint32_t i = 0; i < 2; i++) {
		gic_route_here(lines[i]);
		gic_enable(lines[i]);
	}
	gic_enable(TIMER_INTID);
	gic_enable(SGI);
	store32(DEVICE_PL031_BASE + MASK, 1);
	cpu_on(1, sender);
	irq_on();
	for (uint32_t kind = BY_TIMER; kind <= ASLEEP; kind++) {
		publish(0);
		store32(CHANNEL_WIRE_BASE + READY, kind);
		wait_for(GO, kind);
		begin(kind);
		until_taken(kind);
		store32(CHANNEL_WIRE_BASE + DONE, kind);
		wait_for(COUNTED, kind);
	}
}
