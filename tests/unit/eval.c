/* SPDX-License-Identifier: BSD-2-Clause */
#include "reading.h"

/* The value of an expression, as --emit=ast prints it. */
static void is(const char *expr, const char *value)
{
	char *text, *expected;

	cr_assert_geq(asprintf(&text, "board { lines %s; }", expr), 0);
	cr_assert_geq(asprintf(&expected, "board {\n\tlines %s;\n}\n", value),
		      0);
	reads_as(text, expected);
	free(text);
	free(expected);
}

static void overflows(const char *expr)
{
	char *text;

	cr_assert_geq(asprintf(&text, "board { lines %s; }", expr), 0);
	breaks(text, "number-overflow", 1);
	free(text);
}

Test(eval, operators_bind_as_in_c)
{
	is("1 + 2 * 3", "7");
	is("(1 + 2) * 3", "9");
	is("10 - 3 - 2", "5");
	is("7 / 2 % 2", "1");
	is("1 << 2 + 1", "8");
	is("1 | 2 & 3", "3");
	is("6 & 3 << 1", "6");
	is("256 >> 4", "16");
	is("~0 & 15", "15");
	is("~ ~5", "5");
}

Test(eval, every_step_must_fit_64_bits)
{
	overflows("0xffffffff_ffffffff + 1");
	overflows("1 - 2");
	overflows("0x100000000 * 0x100000000");
	overflows("3 << 63");
	overflows("1 << 64");
	overflows("1 >> 64");
	overflows("1 / 0");
	overflows("1 % 0");
	is("1 << 63", "9223372036854775808");
	is("18446744073709551615 - 18446744073709551615", "0");
}

Test(eval, unit_comes_from_any_operand_and_through_lets)
{
	is("4 * 1K", "0x1000");
	is("0x1000 / 2", "0x800");
	reads_as("let A = 64M; let B = A * 2; board { lines B; }",
		 "board {\n\tlines 0x8000000;\n}\n");
	reads_as("let A = 64; board { lines A; }", "board {\n\tlines 64;\n}\n");
}

Test(eval, let_may_be_a_string)
{
	reads_as("let K = \"Image\"; board K;", "board \"Image\";\n");
	breaks("let K = \"a\"; board { lines K + 1; }", "type-mismatch", 1);
}

Test(eval, definition_stands_before_use)
{
	breaks("board { lines A; } let A = 1;", "name-unknown", 1);
	breaks("let A = A;", "name-unknown", 1);
}

Test(eval, unknown_name_suggests_a_let)
{
	struct reading r = reading_of("let SIZE = 1; board { lines SIZ; }");

	cr_expect(strstr(r.printed, "did you mean 'SIZE'?"));
	reading_free(&r);
}

Test(eval, wrong_let_does_not_make_its_uses_wrong)
{
	breaks("let A = 1 2; board { lines A; }", "syntax", 1);
	breaks("let A = 1 / 0; board { lines A; }", "number-overflow", 1);
}

static struct reading with_define(const char *text, const char *define)
{
	return reading_of_bytes(text, strlen(text), define);
}

Test(eval, define_replaces_the_value_of_a_let)
{
	struct reading r = with_define("let A = 1; board { lines A; }",
				       "A=2 * 4K");

	cr_expect_eq(diag_errors(r.diag), 0, "%s", r.printed);
	cr_expect_str_eq(r.text, "board {\n\tlines 0x2000;\n}\n");
	reading_free(&r);
	r = with_define("let A = \"x\"; board A;", "A=some file");
	cr_expect_str_eq(r.text, "board \"some file\";\n");
	reading_free(&r);
}

Test(eval, define_without_a_let_is_refused)
{
	struct reading r = with_define("let SIZE = 1; board { lines SIZE; }",
				       "SIZ=2");

	cr_expect(strstr(r.printed, "error[name-unknown]"));
	cr_expect(strstr(r.printed, "did you mean 'SIZE'?"));
	reading_free(&r);
}

Test(eval, define_that_is_no_value_is_refused)
{
	static const char *const wrong[] = { "A=", "A=1 +", "A=1;", "A=\"x\"",
					     "A=B", "A=5 5" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct reading r = with_define("let A = 1; board { lines A; }",
					       wrong[i]);

		cr_expect_eq(diag_errors(r.diag), 1, "%s: %s", wrong[i],
			     r.printed);
		reading_free(&r);
	}
}

Test(eval, let_that_nobody_uses_is_a_warning)
{
	struct reading r = reading_of("let A = 1; let B = 2;"
				      " board { lines B; }");

	cr_expect(strstr(r.printed, "warning[name-unused]: 'A'"));
	reading_free(&r);
}
