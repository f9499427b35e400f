/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile_registers.h - every system register and system instruction that there is an
 * encoding for, read and written. Behind hostile.c's expect(), for one file.
 *
 * What is read is written back, and 0 where nothing can be read, so that this CPU is as
 * it was afterwards: the trials that follow tell whether it is. What belongs to EL2, to
 * EL3 or to another security state is undefined here, whatever the CPU has.
 */
#ifndef TESTS_GUEST_HOSTILE_REGISTERS_H
#define TESTS_GUEST_HOSTILE_REGISTERS_H

/* MSR (register) and SYS; with the other bit MRS and SYSL. DDI 0487 C4.1.89 */
#define MSR		0xd5000000u
#define MRS_BIT		(1u << 21)
#define ENCODINGS	0x4000u		/* op1, CRn, CRm, op2 */

enum { SYS_INSTRUCTIONS = 1, DEBUG_REGISTERS = 2, REGISTERS = 3, OP1_OF_OTHERS = 4 };

extern uint32_t system_code[], system_instruction[];
extern uint64_t system_value;

/* One for all: what it is patched with has x0 for an operand. */
__asm__(
"	.pushsection .data.system, \"aw\"\n"
"	.balign 8\n"
"system_code:\n"
"	ldr	x0, system_value\n"
"system_instruction:\n"
"	nop\n"
"	adr	x1, system_value\n"
"	str	x0, [x1]\n"
"	ret\n"
"	.balign 8\n"
"system_value:\n"
"	.quad	0\n"
"	.popsection\n");

/* An address for instructions that take one, which DC ZVA may zero. */
static uint64_t scratch[512] __attribute__((aligned(4096)));

static uint64_t executed(uint32_t instruction)
{
	*(volatile uint32_t *)system_instruction = instruction;
	__asm__ volatile("dc cvau, %0; dsb sy; ic ivau, %0; dsb sy; isb"
			 :: "r"(system_instruction) : "memory");
	return probe_exec((uint64_t)system_code);
}

/* An undefined instruction; of an ID register that is none, with FEAT_IDST, it says which;
 * and of SVE's and SME's, which this cell has not turned on, what they are. */
static bool is_undefined(uint64_t esr)
{
	uint64_t ec = esr >> 26;

	return esr && (ec == 0 || ec == 0x18 || ec == 0x19 || ec == 0x1d);
}

static void one_register(uint32_t op0, uint32_t encoding, uint32_t *n_there)
{
	uint32_t msr = MSR | op0 << 19 | encoding << 5;
	uint64_t read, written;

	system_value = op0 == SYS_INSTRUCTIONS ? (uint64_t)scratch : 0;
	read = executed(msr | MRS_BIT);
	written = executed(msr);
	*n_there += (uint32_t)!read + (uint32_t)!written;
	if (encoding >> 11 >= OP1_OF_OTHERS) {
		expect(is_undefined(read), "reading what is EL2's", msr);
		expect(is_undefined(written), "writing what is EL2's", msr);
	}
	expect(!read || is_undefined(read), "an answer to a read", msr);
	expect(!written || is_undefined(written) || op0 == SYS_INSTRUCTIONS,
	       "an answer to a write", msr);
}

static void system_registers(void)
{
	uint32_t n_there = 0;

	for (uint32_t op0 = SYS_INSTRUCTIONS; op0 <= REGISTERS; op0++)
		for (uint32_t encoding = 0; encoding < ENCODINGS && bad < 20; encoding++)
			one_register(op0, encoding, &n_there);
	print("%u reads and writes of system registers came through\n", n_there);
}

#endif
