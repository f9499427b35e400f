/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hunter.c - a root cell that stops prey.c's cell whatever that does, and says
 * how long the call took.
 *
 * Under -icount shift=0 the counter's ticks are instructions of all CPUs together,
 * the prey's own too: so what is printed is more than any one CPU has spent at EL2.
 * QEMU lets a CPU run until it yields or a timer fires: this CPU's timer, set at
 * random, is what catches the prey in the middle of whatever it does, or of what
 * EL2 does for it.
 */
#include "manage.h"
#include "prey.h"

#define TICK_INSTRUCTIONS 16u	/* -icount shift=0: 1 ns each, at 62.5 MHz */

enum { PREY = 1, ROUNDS = 24, SHORT = 2000, BRIEF_ROUNDS = 128 };

static uint64_t worst, worst_call, slowest;
static uint32_t dice = 1;

/* ---- time ---------------------------------------------------------------- */

static uint64_t below(uint32_t n)
{
	dice = dice * 1664525 + 1013904223;
	return (dice >> 8) % n;
}

/* The others run that long. QEMU may give them their turn as soon as the timer is
 * set; then it is over, and another would have no end. */
static void pass(uint64_t ticks)
{
	uint64_t end = timer_now() + ticks;

	timer_at(end);
	while (timer_now() < end)
		__asm__ volatile("yield");
	timer_stop();
}

static bool comes(uint32_t i)
{
	uint64_t end = timer_patience();

	while (!word(i)) {
		if (timer_now() > end)
			return false;
		pass(100);
	}
	return true;
}

/* ---- calls that are timed -------------------------------------------------- */

static int64_t timed(uint32_t number, uint64_t *most)
{
	uint64_t from = timer_now(), took;
	int64_t answer = call(number, PREY, 0, 0);

	took = (timer_now() - from + 1) * TICK_INSTRUCTIONS;
	if (took > *most)
		*most = took;
	return answer;
}

/* Every other call is short too. */
static int64_t ask(uint32_t number)
{
	uint64_t took = 0;
	int64_t answer = timed(number, &took);

	if (took > slowest) {
		slowest = took;
		worst_call = number;
	}
	return answer;
}

static int64_t ask_patiently(uint32_t number)
{
	uint64_t end = timer_patience();
	int64_t answer;

	while ((answer = ask(number)) == HV_E_BUSY && timer_now() < end)
		pass(100 + below(1000));
	return answer;
}

static void is_gone(void)
{
	for (uint32_t i = 0; i < 3; i++)
		check(call(HV_CALL_STATS, PREY, i, 0) == 0 && x[9] == HV_POWER_OFF,
		      "its CPU has left it");
	check(call(HV_CALL_CELL_STATE, PREY, 0, 0) == 0 &&
	      (x[1] == HV_STATE_CLEANING || x[1] == HV_STATE_OFF), "it is stopped");
	check(ask(HV_CALL_STOP) == HV_E_STATE, "second stop");
}

static void stop(uint64_t *most)
{
	check(timed(HV_CALL_STOP, most) == 0, "stop");
	is_gone();
}

static void tell(const char *what, uint64_t most, uint32_t n)
{
	print("stop %s: at most %lu instructions, %u times\n", what, most, n);
	if (most > worst)
		worst = most;
}

/* ---- the prey does what it is told ------------------------------------------ */

static void start(char mode, uint32_t n_cpus, bool yields)
{
	for (uint32_t i = 0; i < WORD_READY + n_cpus; i++)
		set_word(i, 0);
	set_word(WORD_N_CPUS, n_cpus);
	set_word(WORD_YIELDS, yields);
	check(ask_patiently(HV_CALL_START) == 0, "start");
	check(comes(WORD_UP), "the prey is up");
	set_word(WORD_MODE, (uint32_t)mode);
	for (uint32_t i = 0; i < n_cpus; i++)
		check(comes(WORD_READY + i), "the prey begins");
}

/* On all of its CPUs in turn, then on one that is caught anywhere. */
static void hunt(char mode)
{
	const char what[] = { mode, 0 };
	uint32_t n_rounds = mode == 'n' ? 2 : ROUNDS;
	uint64_t most = 0;

	for (uint32_t i = 0; i < n_rounds; i++) {
		bool is_alone = i & 1;

		start(mode, is_alone ? 1 : 3, !is_alone);
		pass(20 + below(SHORT));
		stop(&most);
	}
	tell(what, most, n_rounds);
}

/* From its first instruction at EL2 on. */
static void hunt_newborn(void)
{
	uint64_t most = 0;

	set_word(WORD_MODE, 'p');
	set_word(WORD_N_CPUS, 3);
	set_word(WORD_YIELDS, 1);
	for (uint32_t i = 0; i < BRIEF_ROUNDS; i++) {
		check(ask_patiently(HV_CALL_START) == 0, "start");
		if (i)
			pass(i);
		stop(&most);
	}
	tell("starting", most, BRIEF_ROUNDS);
}

/* It restarts by itself, and is stopped while its memory is cleaned for that. */
static void hunt_reborn(void)
{
	uint64_t most = 0;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		start('z', 1, false);
		pass(20 + below(i < ROUNDS / 2 ? 50 : 20 * SHORT));
		stop(&most);
	}
	tell("restarting", most, ROUNDS);
}

/* What is kept of a crash is cleaned for a start, and that is stopped. */
static void hunt_cleaned(void)
{
	uint64_t most = 0;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		start('x', 1, false);
		check(reaches(PREY, HV_STATE_CRASHED), "crashed");
		check(ask(HV_CALL_STOP) == HV_E_STATE, "it does not run");
		set_word(WORD_MODE, 0);
		check(ask(HV_CALL_START) == 0, "start of what crashed");
		pass(20 + below(20 * SHORT));
		stop(&most);
	}
	tell("cleaning", most, ROUNDS);
}

/* No call waits for a cleaning, nor for the check of what was loaded. */
static void call_meanwhile(void)
{
	for (uint32_t i = 0; i < ROUNDS; i++) {
		check(ask_patiently(HV_CALL_LOAD_BEGIN) == 0, "load begins");
		check(ask(HV_CALL_LOAD_BEGIN) == HV_E_BUSY, "load begins again");
		pass(20 + below(SHORT));
		check(ask_patiently(HV_CALL_LOAD_BEGIN) == 0, "load begins at last");
		check(ask(HV_CALL_LOAD_END) == 0, "load ends");
		pass(20 + below(SHORT));
		check(ask(HV_CALL_STOP) == HV_E_STATE, "it does not run");
		check(ask(HV_CALL_LOAD_END) == HV_E_STATE, "load ended");
		(void)ask(HV_CALL_CELL_STATE);
		(void)ask(HV_CALL_CONSOLE_READ);
	}
}

/* A letter from who runs the test: how. */
static char told(void)
{
	int c;

	while ((c = uart_get()) < 0)
		__asm__ volatile("yield");
	return (char)c;
}

void main(void)
{
	uint64_t most = 0;
	char how;

	print("hunter: counted or threads?\n");
	how = told();
	stop(&most);
	tell("boot", most, 1);
	for (const char *mode = "mwehpqdrgbcaityksfun"; *mode; mode++)
		hunt(*mode);
	if (how == 't')		/* counted, no instruction ends that one's turn */
		hunt('v');
	hunt_newborn();
	hunt_reborn();
	hunt_cleaned();
	call_meanwhile();
	print("slowest call beside stop: %lx, at most %lu instructions\n", worst_call,
	      slowest);
	print("stops: %lu checks, %lu went wrong, at most %lu instructions\n", n_checks,
	      n_wrong, worst);
	power_off();
}
