/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bare.h - a program of 32 bits (AArch32) without a C library, of which there is none
 * for that architecture here: its start, system calls, words, a count of what did not go
 * as it should, and signals that skip an instruction. For one file, which defines run().
 */
#ifndef BARE_H
#define BARE_H

#include <stddef.h>
#include <stdint.h>

/* Does not return: finish(). */
void run(int argc, char **argv);

enum { EXIT = 1, READ = 3, WRITE = 4, OPEN = 5, IOCTL = 54, NANOSLEEP = 162,
	RT_SIGACTION = 174, MMAP2 = 192, CACHEFLUSH = 0xf0002 };

static unsigned int n_good, n_bad;

static long system_call(long number, long a, long b, long c, long d, long e, long f)
{
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	register long r4 __asm__("r4") = e;
	register long r5 __asm__("r5") = f;
	register long r7 __asm__("r7") = number;

	__asm__ volatile("svc #0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5),
			 "r"(r7) : "memory");
	return r0;
}

static void say(const char *text)
{
	size_t n = 0;

	while (text[n])
		n++;
	system_call(WRITE, 1, (long)text, (long)n, 0, 0, 0);
}

static void say_number(long is)
{
	char text[12] = { 0 }, *at = text + 11;
	unsigned long left = is < 0 ? -(unsigned long)is : (unsigned long)is;

	do
		*--at = (char)('0' + left % 10);
	while ((left /= 10) != 0);
	if (is < 0)
		*--at = '-';
	say(at);
}

static void expect(const char *what, long is, long wanted)
{
	if (is == wanted) {
		n_good++;
		return;
	}
	n_bad++;
	say(what);
	say(": ");
	say_number(is);
	say(", not ");
	say_number(wanted);
	say("\n");
}

/* ---- signals ------------------------------------------------------------------ */

#define SA_WITH_INFO	0x4u
#define PC_OF_CONTEXT	92	/* uc_mcontext.arm_pc */

static volatile unsigned int n_skipped;

static void skip(int number, void *info, uint8_t *context)
{
	(void)number;
	(void)info;
	*(uint32_t *)(context + PC_OF_CONTEXT) += 4;
	n_skipped++;
}

/* An instruction of four bytes that raises it is as good as nothing. The kernel has a
 * page for the way back: no SA_RESTORER. */
static inline void skip_at(int number)
{
	static struct { uint32_t handler, flags, restorer, mask[2]; } action;

	action.handler = (uintptr_t)skip;
	action.flags = SA_WITH_INFO;
	expect("a handler", system_call(RT_SIGACTION, number, (long)&action, 0, 8, 0, 0), 0);
}

/* ---- its begin and its end --------------------------------------------------------- */

static inline __attribute__((noreturn)) void finish(const char *what)
{
	say(what);
	say(": ");
	say_number((long)n_good);
	say(" as they should, ");
	say_number((long)n_bad);
	say(" not\n");
	for (;;)
		system_call(EXIT, n_bad != 0, 0, 0, 0, 0, 0);
}

static __attribute__((used)) void begin(const long *stack)
{
	run((int)stack[0], (char **)(stack + 1));
}

__asm__(
"	.globl _start\n"
"_start:\n"
"	mov	r0, sp\n"
"	bic	sp, sp, #7\n"
"	b	begin\n");

#endif
