/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keeper.c - a root cell whose second CPU reads and writes another cell's load
 * window without rest while the first loads, starts and stops that cell; and then
 * both start and stop a third at once.
 *
 * The tenant is a few instructions that write SECRET and look whether anybody else
 * writes there. By its window the root cell may see zeros and
 * what it has written itself, and nothing at all from the end of a load on.
 */
#include "manage.h"

enum { TENANT = 1, DEAF, ROUNDS = 200, STORMS = 50 };
enum { MINE = 0x0badcafe, SECRET = 0x5ec2e700 };
enum { PLACE = 0x8000 };	/* of the tenant's memory */

extern const uint32_t program_begin[], program_end[];

/* At the start of its memory, which it knows by its own place. It powers off when
 * somebody else writes to its memory. */
__asm__(
"	.balign 8\n"
"program_begin:\n"
"	adr	x2, program_begin\n"
"	add	x2, x2, #0x8, lsl #12\n"	/* PLACE */
"	ldr	w1, 2f\n"
"1:	str	w1, [x2]\n"
"	yield\n"
"	ldr	w4, [x2]\n"
"	cmp	w4, w1\n"
"	b.eq	1b\n"
"	ldr	w0, 3f\n"
"	hvc	#0\n"
"2:	.word	0x5ec2e700\n"			/* SECRET */
"3:	.word	0x84000008\n"			/* PSCI SYSTEM_OFF */
"program_end:\n");

static uint64_t window;
static volatile uint32_t closed;	/* odd: shut, as far as the first CPU knows */
static volatile uint32_t n_looks, n_seen_shut, n_secrets, n_odd, is_over;

/* ---- the second CPU -------------------------------------------------------- */

static void judge(uint32_t before, bool is_there, uint32_t value)
{
	__asm__ volatile("dsb sy" ::: "memory");
	n_looks++;
	if (is_there && value == SECRET)
		n_secrets++;
	else if (is_there && value && value != MINE)
		n_odd++;
	/* Shut before the access, and not open again since. */
	if (is_there && (before & 1) && closed == before)
		n_seen_shut++;
}

static void look(void)
{
	while (!is_over) {
		uint32_t before = closed, value = 0;

		__asm__ volatile("dsb sy" ::: "memory");
		judge(before, probe_read(window + PLACE, &value) == 0, value);
		before = closed;
		__asm__ volatile("dsb sy" ::: "memory");
		judge(before, probe_write(window + PLACE, MINE) == 0, MINE);
		__asm__ volatile("yield");
	}
}

static void storm(void)
{
	uint64_t own[HV_CALL_REGISTERS_MAX];

	for (uint32_t i = 0; !is_over; i++) {
		for (uint32_t k = 0; k < HV_CALL_REGISTERS_MAX; k++)
			own[k] = 0;
		own[0] = i & 1 ? HV_CALL_STOP : HV_CALL_START;
		own[1] = DEAF;
		hv_call(own);
		n_looks++;
		if (own[0] && (int64_t)own[0] != HV_E_STATE &&
		    (int64_t)own[0] != HV_E_BUSY)
			n_odd++;
		spin(2000 + i % 512);
	}
}

/* ---- the first --------------------------------------------------------------- */

static void set_closed(uint32_t value)
{
	__asm__ volatile("dsb sy" ::: "memory");
	closed = value;
	__asm__ volatile("dsb sy" ::: "memory");
}

static void load(void)
{
	set_closed(closed + 1);		/* open soon: even */
	check(patiently(HV_CALL_LOAD_BEGIN, TENANT) == 0, "load begins");
	for (uint32_t i = 0; i < program_end - program_begin; i++)
		store32(window + 4 * i, program_begin[i]);
	spin(50);
	check(call(HV_CALL_LOAD_END, TENANT, 0, 0) == 0, "load ends");
	set_closed(closed + 1);
}

static void show_and_hide(void)
{
	for (uint32_t i = 0; i < ROUNDS; i++) {
		load();
		check(patiently(HV_CALL_START, TENANT) == 0, "start");
		spin(200);
		check(call(HV_CALL_STOP, TENANT, 0, 0) == 0, "it ran until it was stopped");
		spin(i % 64);
	}
}

static void second_ends(void)
{
	is_over = 1;
	while (hvc(PSCI_AFFINITY_INFO, cpu_mpidr(1), 0, 0) != 1)
		__asm__ volatile("yield");
	is_over = 0;
}

/* The states are one table, so of two callers each gets one of its answers. */
static void at_once(void)
{
	uint64_t end = timer_patience();
	uint32_t n_done = 0;

	n_looks = 0;
	check(cpu_on(1, storm) == 0, "the second CPU storms");
	for (uint32_t i = 0; n_done < STORMS && timer_now() < end; i++) {
		int64_t answer = call(i & 1 ? HV_CALL_START : HV_CALL_STOP, DEAF, 0, 0);

		check(!answer || answer == HV_E_STATE || answer == HV_E_BUSY,
		      "one of the answers");
		n_done += answer == 0;
		spin(1000 + i % 256);
	}
	second_ends();
	check(n_done == STORMS, "they were done");
	check(call(HV_CALL_STOP, DEAF, 0, 0) == 0 || x[0] == (uint64_t)HV_E_STATE,
	      "the last stop");
	check(reaches(DEAF, HV_STATE_OFF), "it is off");
	check(patiently(HV_CALL_START, DEAF) == 0, "and starts again");
	print("storm: %u were done, beside %u calls\n", n_done, n_looks);
}

void main(void)
{
	check(call(HV_CALL_STOP, DEAF, 0, 0) == 0, "it has run since boot");
	check(call(HV_CALL_WINDOW, TENANT, 0, 0) == 0, "window");
	window = x[1];
	closed = 1;
	check(cpu_on(1, look) == 0, "the second CPU");
	show_and_hide();
	second_ends();
	print("window: %u looks, %u when shut, %u secrets, %u odd\n", n_looks, n_seen_shut,
	      n_secrets, n_odd);
	check(n_looks > 1000 && !n_seen_shut && !n_secrets && !n_odd, "what it may see");
	at_once();
	check(!n_odd, "the second CPU's answers");
	print("keeper: %lu checks, %lu went wrong\n", n_checks, n_wrong);
	power_off();
}
