/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * manager.c - a root cell that starts, stops, loads, reads, types, and counts
 * what did not go as hv-abi(7) says.
 */
#include "manage.h"

#define LIMIT_INSTRUCTIONS 1000000u
#define TICK_INSTRUCTIONS 16u	/* -icount shift=0: 1 ns each, at 62.5 MHz */

enum { MANAGER, WORKER, BLANK };

static uint64_t n_irqs, next_event;
static uint32_t event_line;

void on_irq(uint32_t intid)
{
	if (intid == event_line)
		n_irqs++;
}

/* Reads the console until a line ends with this character before its newline. */
static bool says(uint64_t cell, char last)
{
	const char *bytes = (const char *)&x[3];
	uint64_t end = timer_patience();
	char before = 0;

	while (timer_now() < end) {
		if (call(HV_CALL_CONSOLE_READ, cell, 0, 0))
			return false;
		for (uint64_t k = 0; k < x[1]; k++) {
			if (bytes[k] == '\n' && before == last)
				return true;
			before = bytes[k];
		}
		if (x[1] == 0)
			spin(100);
	}
	return false;
}

/* The next event of that cell, whatever others there are. */
static uint64_t event_of(uint64_t cell)
{
	uint64_t end = timer_patience();

	while (timer_now() < end) {
		if (call(HV_CALL_EVENT, next_event, 0, 0)) {
			spin(100);
			continue;
		}
		next_event = x[1];
		if (x[3] == cell)
			return x[2];
	}
	return 0;
}

static void type(uint64_t cell, char c)
{
	check(call(HV_CALL_CONSOLE_WRITE, cell, 1, (uint8_t)c) == 0 && x[1] == 1,
	      "typing");
}

static void start(void)
{
	check(patiently(HV_CALL_START, WORKER) == 0, "start");
	check(call(HV_CALL_START, WORKER, 0, 0) == HV_E_STATE, "second start");
	check(event_of(WORKER) == HV_EVENT_START, "start is told");
	check(says(WORKER, 'p'), "the worker is up");
}

static void stop(char mode)
{
	uint64_t from = timer_now(), took;

	check(call(HV_CALL_STOP, WORKER, 0, 0) == 0, "stop");
	took = (timer_now() - from) * TICK_INSTRUCTIONS;
	print("stop %c: at most %lu instructions\n", mode, took);
	check(took < LIMIT_INSTRUCTIONS, "stop is quick");
	check(call(HV_CALL_STOP, WORKER, 0, 0) == HV_E_STATE, "second stop");
	check(event_of(WORKER) == HV_EVENT_STOP, "stop is told");
	check(reaches(WORKER, HV_STATE_OFF), "off");
	check(x[7] == 1 && x[3] == 0, "its payload is back");
	/* What it said before it was stopped is of no interest any more. */
	while (call(HV_CALL_CONSOLE_READ, WORKER, 0, 0) == 0 && x[1])
		;
}

static void stop_hostile(void)
{
	for (const char *mode = "mfwshgaieptu"; *mode; mode++) {
		start();
		type(WORKER, *mode);
		check(says(WORKER, *mode), "mode");
		spin(timer_hz() / 100);
		stop(*mode);
	}
}

static void ends_by_itself(void)
{
	start();
	type(WORKER, 'r');
	check(event_of(WORKER) == HV_EVENT_REBOOT, "reboot is told");
	check(event_of(WORKER) == HV_EVENT_START, "restart is told");
	check(says(WORKER, 'p'), "up again");
	call(HV_CALL_CELL_STATE, WORKER, 0, 0);
	check(x[1] == HV_STATE_RUNNING && x[5] == 1, "one restart");
	type(WORKER, 'o');
	check(event_of(WORKER) == HV_EVENT_POWEROFF, "power-off is told");
	check(reaches(WORKER, HV_STATE_OFF), "off by itself");
}

static void is_kept(void)
{
	start();
	type(WORKER, 'c');
	check(event_of(WORKER) == HV_EVENT_CRASH, "crash is told");
	check(reaches(WORKER, HV_STATE_CRASHED), "crashed");
	check(call(HV_CALL_REGISTERS, WORKER, 0, 0) == 0, "registers");
	check(x[1] == 0x3f000000, "x0 of the crash");
	check(call(HV_CALL_REGISTERS, WORKER, 0, 2) == 0, "special registers");
	/* It cannot fetch the vector at VBAR_EL1 + 0x200: pc and FAR say so. */
	check(x[1] == 0x3f000200 && x[11] == 0x3f000000, "pc and vbar");
	print("kept: pc 0x%lx, elr 0x%lx, sp 0x%lx\n", x[1], x[7], x[4]);
	check(call(HV_CALL_REGISTERS, WORKER, 1, 2) == 0, "the other CPU too");
	check(x[1] < 0x200000, "its pc is in its memory");
	check(call(HV_CALL_PEEK, WORKER, 0, 0) == 0, "peek");
	check(x[1] != 0, "its first instructions");
	check(call(HV_CALL_PEEK, WORKER, 0x200000, 0) == HV_E_ARGUMENT,
	      "peek behind its memory");
	start();
	stop('k');
}

/* Position-independent: says "hi" and rests. x9: the UART. */
static const uint32_t blank_program[] = {
	0xd2a12009,	/* mov x9, #0x9000000 */
	0xd2800d08,	/* mov x8, #'h' */
	0xb9000128,	/* str w8, [x9] */
	0xd2800d28,	/* mov x8, #'i' */
	0xb9000128,
	0xd2800148,	/* mov x8, #'\n' */
	0xb9000128,
	0xd503207f,	/* wfi */
	0x17ffffff,	/* b .-4 */
};

static bool is_blank_visible(uint64_t window)
{
	uint32_t word;

	return probe_read(window, &word) == 0;
}

static void load_blank(void)
{
	uint64_t window, size;

	check(call(HV_CALL_WINDOW, BLANK, 0, 0) == 0, "window");
	window = x[1];
	size = x[2];
	check(size == 0x200000 && x[3] == 0x80000000, "window's size and place");
	check(!is_blank_visible(window), "shut at first");
	check(patiently(HV_CALL_LOAD_BEGIN, BLANK) == 0, "load begins");
	check(is_blank_visible(window) && is_blank_visible(window + size - 4), "open");
	for (uint64_t at = 0; at < size; at += 4096)
		check(load32(window + at) == 0, "clean");
	for (uint32_t i = 0; i < sizeof(blank_program) / 4; i++)
		store32(window + 4 * i, blank_program[i]);
	check(call(HV_CALL_START, BLANK, 0, 0) == HV_E_STATE, "no start while open");
	check(call(HV_CALL_LOAD_END, BLANK, 0, 0) == 0, "load ends");
	check(!is_blank_visible(window), "shut at once");
	check(event_of(BLANK) == HV_EVENT_LOADED, "loaded is told");
	check(patiently(HV_CALL_START, BLANK) == 0, "start of what was loaded");
	check(!is_blank_visible(window), "shut while it runs");
	check(event_of(BLANK) == HV_EVENT_START, "start is told");
	check(says(BLANK, 'i'), "it says hi");
	check(call(HV_CALL_LOAD_BEGIN, BLANK, 0, 0) == HV_E_STATE, "it runs");
	check(call(HV_CALL_STOP, BLANK, 0, 0) == 0, "it stops");
	check(!is_blank_visible(window), "shut while it is cleaned");
	check(reaches(BLANK, HV_STATE_OFF) && x[7] == 0, "nothing to start");
	check(call(HV_CALL_START, BLANK, 0, 0) == HV_E_STATE, "no payload");
	check(patiently(HV_CALL_LOAD_BEGIN, BLANK) == 0, "load begins again");
	check(load32(window) == 0, "clean of what ran");
}

/* What the text does not name does not start, and its own still does. */
static void load_wrong(void)
{
	uint64_t window;

	check(call(HV_CALL_WINDOW, WORKER, 0, 0) == 0, "worker's window");
	window = x[1];
	check(patiently(HV_CALL_LOAD_BEGIN, WORKER) == 0, "worker's load begins");
	store32(window, 0x14000000);
	check(call(HV_CALL_LOAD_END, WORKER, 0, 0) == 0, "worker's load ends");
	check(event_of(WORKER) == HV_EVENT_REFUSED, "refused is told");
	check(reaches(WORKER, HV_STATE_EMPTY), "empty");
	start();
	stop('l');
}

static void tell_about(void)
{
	check(call(HV_CALL_VERSION, 0, 0, 0) == 0 && x[1] == HV_ABI_VERSION &&
	      x[2] == MANAGER && x[3] == 3 && x[4] == MANAGER, "version");
	event_line = (uint32_t)x[5];
	check(call(HV_CALL_IDENTITY, 0, 0, 0) == 0 && x[1], "identity");
	check(call(HV_CALL_CELL_INFO, WORKER, 0, 0) == 0 &&
	      x[1] == 0x72656b726f77, "worker's name");
	check(x[7] == 6 && x[9] == 1, "worker's CPUs and window");
	check(call(HV_CALL_CELL_INFO, 3, 0, 0) == HV_E_NO_CELL, "no fourth cell");
	check(call(HV_CALL_STOP, MANAGER, 0, 0) == HV_E_DENIED, "root is not stopped");
	check(call(HV_CALL_CHANNEL, 0, 0, 0) == 0 && x[1] == 0x65726977 &&
	      x[5] == CHANNEL_WIRE_BASE && x[7] == CHANNEL_WIRE_DOORBELL &&
	      x[9] == CHANNEL_WIRE_SELF, "its channel");
	check(call(HV_CALL_CHANNEL, 1, 0, 0) == HV_E_NO_CELL, "one channel");
	check(smc(HV_CALL_VERSION, 0, 0, 0) == 0, "by SMC too");
}

static void cycle(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		check(patiently(HV_CALL_START, WORKER) == 0, "cycle: start");
		check(call(HV_CALL_STOP, WORKER, 0, 0) == 0, "cycle: stop");
	}
	call(HV_CALL_STATS, WORKER, 0, 0);
	check(x[9] == HV_POWER_OFF, "parked");
	print("%u cycles, %lu calls of the worker\n", n, x[1]);
}

void main(void)
{
	gic_init();
	tell_about();
	gic_set_edge(event_line);
	gic_route_here(event_line);
	gic_enable(event_line);
	irq_on();
	check(event_of(WORKER) == HV_EVENT_START, "it was started at boot");
	check(says(WORKER, 'p'), "the worker is up");
	stop('b');
	stop_hostile();
	ends_by_itself();
	is_kept();
	load_blank();
	load_wrong();
	cycle(1000);
	check(n_irqs > 20, "the event line");
	print("manage: %lu checks, %lu went wrong, %lu events\n", n_checks, n_wrong,
	      n_irqs);
	power_off();
}
