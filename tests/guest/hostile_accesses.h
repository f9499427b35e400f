/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile_accesses.h - accesses that the hardware describes, in each form, and those
 * that it does not, of pages that are emulated and of pages that are not there; what
 * begins in this cell's memory and ends behind it; and calls with a number in the
 * instruction. Behind hostile_registers.h, for one file.
 *
 * An access that is not described is refused as one of a page that is not there.
 */
#ifndef TESTS_GUEST_HOSTILE_ACCESSES_H
#define TESTS_GUEST_HOSTILE_ACCESSES_H

#include "hostile_registers.h"

extern uint32_t accesses_begin[], accesses_end[], wide_begin[], wide_end[];
static volatile uint64_t access_at, access_base, access_data;

/* Ten instructions of code each: x1 is where, x2 what. What they are then is told behind
 * it, where a fault does not come. */
__asm__(
"	.macro	an_access one:req, two=nop\n"
"	adrp	x3, access_at\n"
"	ldr	x1, [x3, :lo12:access_at]\n"
"	ldr	x2, =0x600dda7a\n"
"	\\one\n"
"	\\two\n"
"	adrp	x3, access_base\n"
"	str	x1, [x3, :lo12:access_base]\n"
"	adrp	x3, access_data\n"
"	str	x2, [x3, :lo12:access_data]\n"
"	ret\n"
"	.endm\n"
"	.balign 8\n"
"accesses_begin:\n"
"	an_access \"ldp w2, w4, [x1]\"\n"
"	an_access \"ldp x2, x4, [x1]\"\n"
"	an_access \"ldpsw x2, x4, [x1]\"\n"
"	an_access \"stp w2, w4, [x1]\"\n"
"	an_access \"stp xzr, xzr, [x1]\"\n"
"	an_access \"ldr w2, [x1], #4\"\n"
"	an_access \"ldr w2, [x1, #4]!\"\n"
"	an_access \"str wzr, [x1], #4\"\n"
"	an_access \"str wzr, [x1, #4]!\"\n"
"	an_access \"ldr q0, [x1]\"\n"
"	an_access \"str q0, [x1]\"\n"
"	an_access \"ldr s0, [x1]\"\n"
"	an_access \"str d0, [x1]\"\n"
"	an_access \"ld1 {v0.16b, v1.16b, v2.16b, v3.16b}, [x1]\"\n"
"	an_access \"st1 {v0.s}[1], [x1]\"\n"
"	an_access \"ldxr w2, [x1]\", \"stxr w4, wzr, [x1]\"\n"
"	an_access \"ldaxr x2, [x1]\", \"stlxr w4, xzr, [x1]\"\n"
"	an_access \"ldxp w2, w4, [x1]\"\n"
"	an_access \"dc zva, x1\"\n"
"accesses_end:\n"
"	.ltorg\n"
"wide_begin:\n"
"	an_access \"ldr x2, [x1]\"\n"
"	an_access \"str xzr, [x1]\"\n"
"	an_access \"ldp x2, x4, [x1]\"\n"
"	an_access \"stp xzr, xzr, [x1]\"\n"
"	an_access \"ldr q0, [x1]\"\n"
"	an_access \"str q0, [x1]\"\n"
"wide_end:\n"
"	.ltorg\n");

enum { ACCESS_INSTRUCTIONS = 10 };

static void all_refused(const uint32_t *from, const uint32_t *to, uint64_t at)
{
	for (const uint32_t *op = from; op < to; op += ACCESS_INSTRUCTIONS) {
		uint64_t esr;

		access_at = at;
		access_base = access_data = 1;
		esr = probe_exec((uintptr_t)op);
		expect(is_abort(esr, 0x25), "an access that is not described", at);
		expect(access_base == 1 && access_data == 1, "it was done", at);
	}
}

/* ---- those that are described --------------------------------------------------- */

/* Rt and Rn are x0, but for those of the zero register. */
static const struct { uint32_t instruction, offset; uint64_t is; const char *what; } loads[] = {
	{ 0x39400000, 3, 0xa0, "LDRB" },
	{ 0x39c00000, 3, 0xffffffa0, "LDRSB to 32 bits" },
	{ 0x39800000, 3, 0xffffffffffffffa0, "LDRSB to 64 bits" },
	{ 0x39c00000, 1, 0x60, "LDRSB of what has no sign" },
	{ 0xb9400000, 0, 0xa0006000, "LDR" },
	{ 0xb9800000, 0, 0xffffffffa0006000, "LDRSW" },
	{ 0xb8400000, 0, 0xa0006000, "LDUR" },
	{ 0xb8400800, 0, 0xa0006000, "LDTR" },
	{ 0x88dffc00, 0, 0xa0006000, "LDAR" },
	{ 0x08dffc00, 3, 0xa0, "LDARB" },
};

/* Of priorities, where bytes are registers too: the console's and the channel's lines
 * are the second and the last of a word. */
_Static_assert(UART_INTID == CHANNEL_WIRE_INTID + 2 && UART_INTID % 4 == 3, "lines");

static void described(void)
{
	uint64_t word = GICD_BASE + 0x400 + UART_INTID - 3;

	gicd_write(0x400 + UART_INTID - 3, 0xa0006000);
	for (uint32_t i = 0; i < sizeof(loads) / sizeof(*loads); i++) {
		system_value = word + loads[i].offset;
		expect(!executed(loads[i].instruction) && system_value == loads[i].is,
		       loads[i].what, system_value);
	}
	system_value = word;
	expect(!executed(0xb940001f) && system_value == word, "LDR of WZR", system_value);
	system_value = word + 1;
	expect(!executed(0x3900001f), "STRB of WZR", system_value);
	expect((load32(word) & 0xffff00ff) == 0xa0000000 && (load32(word) >> 8 & 0xff) < 0x60,
	       "the most urgent priority", load32(word));
	gicd_write(0x400 + UART_INTID - 3, 0xa000a000);
}

/* ---- those that are not ------------------------------------------------------------ */

static void undescribed(void)
{
	uint64_t pages[] = { GICD_BASE, cpus[0].gicr, cpus[0].gicr + 0x10000, UART_BASE,
		CHANNEL_WIRE_DOORBELL, 0x30000000, 0xf0000000 };

	gicd_write(GICD_ISENABLER + 4 * (UART_INTID / 32), 1u << UART_INTID % 32);
	for (uint32_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
		for (uint32_t offset = 0; offset < 0x400; offset += 0x40)
			all_refused(accesses_begin, accesses_end, pages[i] + offset);
	expect(gicd_read(GICD_ISENABLER + 4 * (UART_INTID / 32)) >> UART_INTID % 32 & 1,
	       "its line is still enabled", UART_INTID);
	gicd_write(0x180 + 4 * (UART_INTID / 32), 1u << UART_INTID % 32);
}

/* The MMU is off, so what is not aligned is refused before it is anybody's memory:
 * what ends behind it is aligned, and larger than what is left. */
static void across_the_end(void)
{
	uint64_t ends[] = { MEM_RAM_BASE + MEM_RAM_SIZE,
		CHANNEL_WIRE_BASE + CHANNEL_WIRE_SIZE };

	for (uint32_t i = 0; i < 2; i++) {
		uint32_t before = load32(ends[i] - 4);

		all_refused(wide_begin, wide_end, ends[i]);
		for (const uint32_t *op = wide_begin; op < wide_end; op += ACCESS_INSTRUCTIONS) {
			access_at = ends[i] - 4;
			expect(probe_exec((uintptr_t)op) != 0, "across the end", ends[i]);
		}
		expect(load32(ends[i] - 4) == before, "a part of it was done", ends[i]);
	}
}

/* HVC and SMC with each number: 0 alone is a service's. */
static void numbered_calls(void)
{
	for (uint32_t n = 1; n < 0x10000; n++) {
		system_value = PSCI_VERSION;
		expect(!executed(0xd4000002 | n << 5) && system_value == (uint64_t)-1,
		       "HVC with a number", n);
		system_value = PSCI_VERSION;
		expect(!executed(0xd4000003 | n << 5) && system_value == (uint64_t)-1,
		       "SMC with a number", n);
	}
}

#endif
