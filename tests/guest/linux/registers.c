/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers STEP - every system register and system instruction, or each STEPth, read and
 * written by a program, and calls, which are not for programs: each comes through or is
 * an undefined instruction of this program, which goes on behind it. What could be read
 * is written back, and 0 where nothing could.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

/* MSR (register) and SYS; with the other bit MRS and SYSL. */
#define MSR		0xd5000000u
#define MRS_BIT		(1u << 21)
#define ENCODINGS	0x4000u
#define OP1_OF_OTHERS	4u	/* of EL2, EL3 and other states, from here on */
#define RET		0xd65f03c0u
#define HVC		0xd4000002u
#define SMC		0xd4000003u
#define FILL		0x5aa5f00d5aa5f00dull

static volatile unsigned int n_undefined;
static uint64_t scratch[512] __attribute__((aligned(4096)));
static uint32_t *code;
static unsigned int n_good, n_bad;

static void undefined(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	((ucontext_t *)context)->uc_mcontext.pc += 4;
	n_undefined++;
}

/* x0 after it, which was `value`. */
static uint64_t executed(const uint32_t *at, uint64_t value)
{
	register uint64_t x0 __asm__("x0") = value;
	register const uint32_t *x1 __asm__("x1") = at;

	__asm__ volatile("blr	%1" : "+r"(x0), "+r"(x1) : : "x30", "memory", "cc");
	return x0;
}

static void expect(int is_right, const char *what, uint32_t instruction)
{
	n_good += is_right != 0;
	n_bad += is_right == 0;
	if (!is_right)
		printf("%s: %#x\n", what, instruction);
}

static void fill(uint32_t instruction)
{
	for (uint32_t i = 0; i < ENCODINGS; i++) {
		code[2 * i] = instruction | i << 5;
		code[2 * i + 1] = RET;
	}
	__builtin___clear_cache((char *)code, (char *)(code + 2 * ENCODINGS));
}

static void both(uint32_t op0, uint32_t step)
{
	static uint64_t values[ENCODINGS];

	fill(MSR | op0 << 19 | MRS_BIT);
	for (uint32_t i = 0; i < ENCODINGS; i += step) {
		unsigned int before = n_undefined;

		values[i] = executed(code + 2 * i, FILL);
		if (n_undefined == before)
			continue;
		expect(values[i] == FILL, "a register was read all the same", code[2 * i]);
		values[i] = op0 == 1 ? (uintptr_t)scratch : 0;
	}
	fill(MSR | op0 << 19);
	for (uint32_t i = 0; i < ENCODINGS; i += step) {
		unsigned int before = n_undefined;

		executed(code + 2 * i, values[i]);
		expect(i >> 11 < OP1_OF_OTHERS || n_undefined == before + 1,
		       "what is EL2's was written", code[2 * i]);
	}
}

static void is_undefined(uint32_t instruction)
{
	unsigned int before = n_undefined;

	code[0] = instruction;
	code[1] = RET;
	__builtin___clear_cache((char *)code, (char *)(code + 2));
	expect(executed(code, FILL) == FILL && n_undefined == before + 1, "a call", instruction);
}

int main(int argc, char **argv)
{
	struct sigaction a = { .sa_sigaction = undefined, .sa_flags = SA_SIGINFO };
	uint32_t step = argc > 1 ? (uint32_t)atoi(argv[1]) : 1;

	code = mmap(NULL, 8 * ENCODINGS, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (code == MAP_FAILED || sigaction(SIGILL, &a, NULL) || !step)
		return 2;
	for (uint32_t op0 = 1; op0 <= 3; op0++)
		both(op0, step);
	for (uint32_t number = 0; number < 0x10000; number += 0xfff) {
		is_undefined(HVC | number << 5);
		is_undefined(SMC | number << 5);
	}
	printf("%u undefined, %u as they should, %u not\n", n_undefined, n_good, n_bad);
	return n_bad != 0;
}
