/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control.c - a control loop: wakes 1000 times a second, keeps account of how
 * late it was, and answers the lines that Linux sends over the channel, each by
 * one: "ticks" by their number, all else in capitals; "crash" by crashing.
 */
#include "cell.h"
#include "lines.h"

enum {
	HZ = 1000,
	REPORT_FIRST = HZ, REPORT_EVERY = 10 * HZ,	/* ticks */
	LINE_SIZE = 256,		/* bytes */
};

#define HOLE 0xf0000000		/* where the cell has nothing */

static uint64_t period, deadline;
static uint64_t ticks, late_max, late_sum;	/* since the last report, in counter ticks */
static uint64_t total;
static struct lines lines;
static uint64_t tables[MMU_TABLES][512] __attribute__((aligned(4096)));

static void tick(void)
{
	uint64_t late = timer_now() - deadline;

	if (late > late_max)
		late_max = late;
	late_sum += late;
	ticks++;
	total++;
	/* A period that was missed whole is not made up for. */
	do
		deadline += period;
	while (deadline <= timer_now());
	timer_at(deadline);
}

static bool is_word(const char *text, const char *word)
{
	while (*text && *text == *word)
		text++, word++;
	return *text == *word;
}

/* Decimal digits, at the end of what has room for them; where they begin. */
static char *digits(char *end, uint64_t n)
{
	*--end = '\0';
	do
		*--end = (char)('0' + n % 10);
	while (n /= 10);
	return end;
}

static void answer(char *text)
{
	char number[21];
	const char *said = text;
	uint32_t n = 0;

	if (is_word(text, "crash")) {
		print("crashing as asked\n");
		crash(HOLE);
	}
	if (is_word(text, "ticks"))
		said = digits(number + sizeof(number), total);
	else
		for (char *c = text; *c; c++)
			*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
	while (said[n])
		n++;
	/* What the other end does not take is lost, never waited for. */
	lines_send(&lines, said, n);
	doorbell_ring(CHANNEL_TELEMETRY_DOORBELL, CHANNEL_TELEMETRY_PEER_LINUX);
}

static void rung(void)
{
	char text[LINE_SIZE];

	while (lines_take(&lines, text, sizeof(text)))
		answer(text);
}

void on_irq(uint32_t intid)
{
	if (intid == TIMER_INTID)
		tick();
	else if (intid == CHANNEL_TELEMETRY_INTID)
		rung();
}

static void report(void)
{
	uint64_t per_us = timer_hz() / 1000000;

	print("tick %lu: late by %lu us at most, %lu us on average\n",
	      total, late_max / per_us, late_sum / ticks / per_us);
	ticks = late_max = late_sum = 0;
}

void main(void)
{
	uint64_t next = REPORT_FIRST;

	/* Linux has the channel in its caches. */
	mmu_on(tables, CHANNEL_TELEMETRY_BASE, CHANNEL_TELEMETRY_SIZE);
	lines = lines_open((volatile void *)CHANNEL_TELEMETRY_BASE,
			   CHANNEL_TELEMETRY_SIZE, CHANNEL_TELEMETRY_SELF);
	gic_init();
	gic_set_edge(CHANNEL_TELEMETRY_INTID);
	gic_route_here(CHANNEL_TELEMETRY_INTID);
	gic_enable(CHANNEL_TELEMETRY_INTID);
	gic_enable(TIMER_INTID);
	print("%s: %u ticks a second\n", CELL_NAME, (uint32_t)HZ);
	period = timer_hz() / HZ;
	deadline = timer_now() + period;
	timer_at(deadline);
	rung();			/* for who rang before this */
	for (;;) {
		cpu_wait();
		if (total < next)
			continue;
		report();
		next += REPORT_EVERY;
	}
}
