/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines that the runtime says: what a format gives, where it is cut and ends. */
#include <criterion/criterion.h>

#include <string.h>

#include "core/text.h"

static struct text t;

static void setup(void)
{
	memset(&t, 'x', sizeof(t));
	text_begin(&t);
}

TestSuite(text, .init = setup);

Test(text, is_a_string_after_each_piece)
{
	text_add(&t, "%s", "");
	cr_expect_str_empty(t.bytes);
	text_add(&t, "cell");
	cr_expect_str_eq(t.bytes, "cell");
	text_begin(&t);
	text_add(&t, "CPU ");
	text_add(&t, "%lu", UINT64_C(3));
	cr_expect_str_eq(t.bytes, "CPU 3");
}

Test(text, knows_strings_and_numbers)
{
	cr_expect_not(text_add(&t, "'%s' has %lu of %lu at %#lx..%#lx", "a%sb",
			       UINT64_C(0), UINT64_MAX, UINT64_C(0), UINT64_MAX));
	cr_expect_str_eq(t.bytes, "'a%sb' has 0 of 18446744073709551615 at "
				  "0x0..0xffffffffffffffff");
}

Test(text, is_cut_at_its_end)
{
	for (uint32_t i = 0; i < TEXT_SIZE; i++)
		text_add(&t, "%s", "ab");
	cr_expect_eq(t.size, TEXT_SIZE - 2);
	cr_expect_eq(strlen(t.bytes), TEXT_SIZE - 2);
}
