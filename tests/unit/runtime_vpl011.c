/* SPDX-License-Identifier: BSD-2-Clause */
/* The PL011 that a cell sees, register by register. */
#include <criterion/criterion.h>

#include "core/mmio.h"
#include "dev/vpl011.h"

enum {
	DR = 0x00, FR = 0x18, IBRD = 0x24, FBRD = 0x28, LCR_H = 0x2c, CR = 0x30,
	IFLS = 0x34, IMSC = 0x38, RIS = 0x3c, MIS = 0x40, ICR = 0x44,
	RX = 1 << 4, TX = 1 << 5, RT = 1 << 6,
};

static struct vpl011 u;
static struct console_rings rings;

static void setup(void)
{
	rings = (struct console_rings){
		.output = { .size = CONSOLE_OUTPUT_SIZE },
		.input = { .size = CONSOLE_INPUT_SIZE },
	};
	vpl011_reset(&u, &rings);
}

TestSuite(vpl011, .init = setup);

static enum vpl011_line put(uint64_t offset, uint32_t value)
{
	struct mmio m = {
		.offset = offset, .size = 4, .value = value, .is_write = true,
	};

	return vpl011_access(&u, &rings, &m);
}

static uint32_t get(uint64_t offset, enum vpl011_line *line)
{
	struct mmio m = { .offset = offset, .size = 4 };
	enum vpl011_line l = vpl011_access(&u, &rings, &m);

	if (line)
		*line = l;
	return (uint32_t)m.value;
}

Test(vpl011, is_recognised_as_an_arm_pl011)
{
	static const uint8_t ids[8] = {
		0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1,
	};

	for (uint32_t i = 0; i < 8; i++)
		cr_assert_eq(get(0xfe0 + 4 * i, NULL), ids[i]);
}

Test(vpl011, can_always_send)
{
	cr_assert_eq(get(FR, NULL), 1 << 7 | 1 << 4);
	for (uint32_t i = 0; i < 2 * CONSOLE_OUTPUT_SIZE; i++)
		put(DR, 'x');
	cr_assert_eq(get(FR, NULL) & (1 << 5 | 1 << 3), 0);
}

Test(vpl011, the_line_rises_with_the_masked_status_and_with_news)
{
	enum vpl011_line line;

	cr_assert_eq(vpl011_receive(&u, &rings, 'a'), VPL011_KEEP);
	cr_assert_eq(put(IMSC, RT), VPL011_RAISE);
	cr_assert_eq(put(IMSC, RT | RX), VPL011_KEEP);
	cr_assert_eq(vpl011_receive(&u, &rings, 'b'), VPL011_RAISE);
	cr_assert_eq(get(MIS, NULL), RT | RX);
	cr_assert_eq(get(DR, &line), 'a');
	cr_assert_eq(line, VPL011_RAISE);
	cr_assert_eq(get(DR, &line), 'b');
	cr_assert_eq(line, VPL011_CLEAR);
	cr_assert_eq(get(DR, &line), 0);
	cr_assert_eq(line, VPL011_KEEP);
}

Test(vpl011, sending_is_an_event_until_cleared)
{
	cr_assert_eq(put(DR, 'x'), VPL011_KEEP);
	cr_assert_eq(get(RIS, NULL), TX);
	cr_assert_eq(put(IMSC, TX), VPL011_RAISE);
	cr_assert_eq(put(DR, 'y'), VPL011_RAISE);
	cr_assert_eq(put(ICR, TX), VPL011_CLEAR);
	cr_assert_eq(get(RIS, NULL), 0);
	cr_assert_eq(put(IMSC, 0), VPL011_KEEP);
}

Test(vpl011, clearing_forgets_no_input)
{
	vpl011_receive(&u, &rings, 'a');
	put(ICR, 0x7ff);
	cr_assert_eq(get(RIS, NULL), RX | RT);
}

Test(vpl011, input_that_does_not_fit_is_dropped)
{
	for (uint32_t i = 0; i <= CONSOLE_INPUT_SIZE; i++)
		vpl011_receive(&u, &rings, (uint8_t)i);
	cr_assert_eq(rings.input.dropped, 1);
	for (uint32_t i = 0; i < CONSOLE_INPUT_SIZE; i++)
		cr_assert_eq(get(DR, NULL), i & 0xff);
	cr_assert_eq(get(FR, NULL) & 1 << 4, 1 << 4);
}

Test(vpl011, keeps_what_a_driver_configures)
{
	static const struct { uint64_t offset; uint32_t keeps; } regs[] = {
		{ IBRD, 0xffff }, { FBRD, 0x3f }, { LCR_H, 0xff },
		{ CR, 0xff87 }, { IFLS, 0x3f }, { IMSC, 0x7ff },
	};

	for (size_t i = 0; i < sizeof(regs) / sizeof(*regs); i++) {
		put(regs[i].offset, ~0u);
		cr_assert_eq(get(regs[i].offset, NULL), regs[i].keeps);
	}
}

/* Any sequence of accesses stays inside the rings (ASan looks on), and the
 * line is down exactly when the masked status is 0. */
Test(vpl011, any_accesses_are_harmless)
{
	uint32_t seed = 1;
	bool is_up = false;

	for (uint32_t i = 0; i < 500000; i++) {
		seed = seed * 1664525 + 1013904223;
		uint32_t size = 1u << (seed >> 8) % 3;
		struct mmio m = {
			.offset = (seed >> 12) % ((seed & 1) ? 0x50 : 0x1000),
			.size = size, .value = seed >> 7,
			.is_write = seed >> 10 & 1,
		};
		enum vpl011_line line;

		m.offset &= ~(uint64_t)(size - 1);
		line = (seed >> 3 & 15) ? vpl011_access(&u, &rings, &m) :
			vpl011_receive(&u, &rings, (uint8_t)seed);
		if (line != VPL011_KEEP)
			is_up = line == VPL011_RAISE;
		cr_assert_eq(is_up, get(MIS, &line) != 0);
		cr_assert_eq(line, VPL011_KEEP);
	}
}
