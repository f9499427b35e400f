/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers-32 STEP - every access of CP14 and CP15 that a program of 32 bits (AArch32)
 * can encode, or each STEPth (a digit), with its condition met and not; and calls, which
 * are not for programs.
 *
 * The hypervisor traps many of them, with syndromes that no program of 64 bits has. Each
 * comes through or is an undefined instruction of this program, which then has left the
 * register as it was; where the condition is not met it may as well be nothing.
 */
#include <linux/mman.h>
#include <linux/signal.h>
#include <stdbool.h>

#include "bare.h"

/* MCR Pn, op1, R1, CRn, CRm, op2; MRC has a bit more. */
#define MCR		0x0e001010u
#define MRC_BIT		(1u << 20)
#define ALWAYS		0xe0000000u
#define EQUAL		0x00000000u
#define BX_LR		0xe12fff1eu
#define HVC		0xe1400070u
#define SMC		0xe1600070u
#define ENCODINGS	16384u
#define FILL		0x5aa5f00du

static uint32_t *code, step;

/* Sets the flags to not equal; what R1 is then. */
static uint32_t executed(const uint32_t *at)
{
	register uint32_t r1 __asm__("r1") = FILL;
	register const uint32_t *r2 __asm__("r2") = at;

	__asm__ volatile("cmp	r2, #0\n"
			 "blx	r2" : "+r"(r1), "+r"(r2) : : "r0", "r3", "ip", "lr", "memory",
			 "cc");
	return r1;
}

static uint32_t encoded(uint32_t number)
{
	return (number >> 11 & 7) << 21 | (number >> 7 & 15) << 16 | 1u << 12 |
	       (number >> 3 & 15) | (number & 7) << 5;
}

static void fill(uint32_t instruction)
{
	for (uint32_t i = 0; i < ENCODINGS; i++) {
		code[2 * i] = instruction | encoded(i);
		code[2 * i + 1] = BX_LR;
	}
	system_call(CACHEFLUSH, (long)code, (long)(code + 2 * ENCODINGS), 0, 0, 0, 0);
}

static void sweep(const char *what, uint32_t instruction)
{
	unsigned int n_all = n_skipped;

	fill(instruction);
	for (uint32_t i = 0; i < ENCODINGS; i += step) {
		unsigned int before = n_skipped;
		uint32_t r1 = executed(code + 2 * i);
		bool is_same = instruction >> 28 == EQUAL >> 28 || n_skipped != before ||
			       !(instruction & MRC_BIT);

		if (is_same && r1 != FILL)
			expect(what, (long)code[2 * i], 0);
		if (n_bad > 10)
			return;
	}
	say(what);
	say(": ");
	say_number((long)(n_skipped - n_all));
	say(" are undefined\n");
	n_good++;
}

static void call_is_undefined(const char *what, uint32_t instruction)
{
	unsigned int before = n_skipped;

	code[0] = instruction;
	code[1] = BX_LR;
	system_call(CACHEFLUSH, (long)code, (long)(code + 2), 0, 0, 0, 0);
	expect(what, executed(code) == FILL && n_skipped == before + 1, 1);
}

void run(int argc, char **argv)
{
	step = argc == 2 ? (uint32_t)(argv[1][0] - '0') : 1;
	code = (void *)system_call(MMAP2, 0, 8 * ENCODINGS, PROT_READ | PROT_WRITE | PROT_EXEC,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	skip_at(SIGILL);
	for (uint32_t coprocessor = 14; coprocessor <= 15; coprocessor++) {
		uint32_t with = MCR | coprocessor << 8;

		sweep("reads", ALWAYS | with | MRC_BIT);
		sweep("writes", ALWAYS | with);
		sweep("reads of another condition", EQUAL | with | MRC_BIT);
		sweep("writes of another condition", EQUAL | with);
	}
	call_is_undefined("HVC", HVC);
	call_is_undefined("SMC", SMC);
	finish("32 bits");
}
