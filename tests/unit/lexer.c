/* SPDX-License-Identifier: BSD-2-Clause */
#include "reading.h"

Test(lexer, numbers_have_bases_separators_and_suffixes)
{
	reads_as("board { lines 1_000; }", "board {\n\tlines 1000;\n}\n");
	reads_as("board { lines 0xff_ff; }", "board {\n\tlines 0xffff;\n}\n");
	reads_as("board { lines 0b1010; }", "board {\n\tlines 10;\n}\n");
	reads_as("board { lines 3K; }", "board {\n\tlines 0xc00;\n}\n");
	reads_as("board { lines 3M; }", "board {\n\tlines 0x300000;\n}\n");
	reads_as("board { lines 1G; }", "board {\n\tlines 0x40000000;\n}\n");
	reads_as("board { lines 1T; }", "board {\n\tlines 0x10000000000;\n}\n");
	reads_as("board { lines 18446744073709551615; }",
		 "board {\n\tlines 18446744073709551615;\n}\n");
}

Test(lexer, number_that_is_none_is_refused)
{
	static const char *const numbers[] = {
		"64MB2", "0x", "0b", "0xg", "0b2", "1__0", "1_", "0x_1", "12a",
		"0x1M2z", "K1_", "5k" };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		char text[64];

		if (numbers[i][0] == 'K')
			continue;
		snprintf(text, sizeof(text), "board { lines %s; }", numbers[i]);
		breaks(text, "number-malformed", 1);
	}
}

Test(lexer, number_beyond_64_bits_is_refused)
{
	breaks("board { lines 18446744073709551616; }", "number-overflow", 1);
	breaks("board { lines 0x1_0000_0000_0000_0000; }", "number-overflow",
	       1);
	breaks("board { lines 16777216T; }", "number-overflow", 1);
}

Test(lexer, range_between_numbers_needs_no_space)
{
	reads_as("cell a { cpus 0..1,3; }",
		 "cell a {\n\tcpus 0 .. 1, 3;\n}\n");
}

Test(lexer, name_has_31_characters_at_most)
{
	reads_as("cell a123456789012345678901234567890 { }",
		 "cell a123456789012345678901234567890 {\n}\n");
	breaks("cell a1234567890123456789012345678901 { }", "name-malformed",
	       1);
}

Test(lexer, string_has_the_escapes_of_c)
{
	reads_as("board \"a\\\"b\\\\c\\x41\\101\";",
		 "board \"a\\\"b\\\\cAA\";\n");
	breaks("board \"a\\qb\";", "syntax", 1);
	breaks("board \"a\\0b\";", "syntax", 1);
	breaks("board \"a\\x00b\";", "syntax", 1);
	breaks("board \"a\\777b\";", "syntax", 1);
}

Test(lexer, string_ends_on_its_line)
{
	breaks("board \"abc\n;", "syntax", 1);
}

Test(lexer, comments_are_blank_and_must_end)
{
	reads_as("/* a ** / */ board // b\n\"x\";/**/", "board \"x\";\n");
	breaks("board \"x\"; /* a", "syntax", 1);
}

Test(lexer, device_is_a_name_a_string_or_a_path)
{
	reads_as("cell a { devices &uart, &\"gpio-keys\", &{/soc/a@1},"
		 " & b [ 1 .. 2 ], &c[0]; }",
		 "cell a {\n\tdevices &\"uart\", &\"gpio-keys\", &{/soc/a@1},"
		 " &\"b\"[ 1 .. 2 ], &\"c\"[ 0 ];\n}\n");
}

Test(lexer, brace_behind_a_cell_is_no_path)
{
	reads_as("cell a {// comment }\n}", "cell a {\n}\n");
	reads_as("cell a {/* comment */}", "cell a {\n}\n");
}

Test(lexer, crlf_ends_a_line_as_lf_does)
{
	reads_as("board // a\r\n\"x\"\r\n;\r\n", "board \"x\";\n");
	breaks("board \"x\";\r ", "text-encoding", 1);
}

Test(lexer, byte_0_is_no_text)
{
	struct reading r = reading_of_bytes("board\0\"x\";", 11, NULL);

	cr_expect(strstr(r.printed, "error[text-encoding]"));
	cr_expect_eq(diag_errors(r.diag), 1);
	reading_free(&r);
}

Test(lexer, utf8_stands_in_comments_and_strings_only)
{
	reads_as("board \"\xc3\xa4\"; // \xc3\xa4",
		 "board \"\xc3\xa4\";\n");
	breaks("cell a { } \xc3\xa4", "text-encoding", 1);
	breaks("// \xff", "text-encoding", 1);
	breaks("board \"\xe2\x80\xae\";", "text-encoding", 1);
	breaks("\xef\xbb\xbf" "board \"x\";", "text-encoding", 1);
	breaks("// \033[2J", "text-encoding", 1);
}
