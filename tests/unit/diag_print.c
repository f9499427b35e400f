/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"

static const struct rule rule = { "some-rule", "a sentence" };

struct bench {
	struct arena *arena;
	struct source *source;
	struct source_text text;
	struct diag *diag;
};

static struct bench bench_new(const char *text, struct diag_options options)
{
	struct bench b = { .arena = arena_new() };
	const char *why;

	b.source = source_new(b.arena);
	cr_assert_eq(source_add_text(b.source, "a.cells", text, strlen(text),
				     &b.text, &why), SOURCE_ADDED);
	b.diag = diag_new(b.arena, b.source, &options);
	return b;
}

static struct span at(const struct bench *b, uint32_t begin, uint32_t end)
{
	return (struct span){ b->text.base + begin, b->text.base + end };
}

static void prints(struct bench *b, const char *expected)
{
	char *printed;
	size_t size;
	FILE *f = open_memstream(&printed, &size);

	diag_print(b->diag, f);
	fclose(f);
	cr_expect_str_eq(printed, expected);
	free(printed);
	arena_free(b->arena);
}

Test(diag_print, error_shows_place_rule_line_and_marks)
{
	struct bench b = bench_new("one\n  two three\n",
				   (struct diag_options){ 0 });

	diag_error(b.diag, &rule, at(&b, 6, 9), "'%s' is wrong", "two");
	diag_note(b.diag, at(&b, 0, 3), "'one' is here");
	diag_help(b.diag, "leave it out");
	prints(&b, "a.cells:2:3: error[some-rule]: 'two' is wrong\n"
	       "    2 |   two three\n"
	       "      |   ^^^\n"
	       "a.cells:1:1: note: 'one' is here\n"
	       "    1 | one\n"
	       "      | ~~~\n"
	       "help: leave it out\n");
}

Test(diag_print, errors_are_sorted_by_place)
{
	struct bench b = bench_new("ab", (struct diag_options){ 0 });

	diag_error(b.diag, &rule, at(&b, 1, 2), "second");
	diag_error(b.diag, &rule, at(&b, 0, 1), "first");
	prints(&b, "a.cells:1:1: error[some-rule]: first\n"
	       "    1 | ab\n"
	       "      | ^\n"
	       "a.cells:1:2: error[some-rule]: second\n"
	       "    1 | ab\n"
	       "      |  ^\n");
}

Test(diag_print, errors_beyond_the_limit_are_counted)
{
	struct bench b = bench_new("ab",
				   (struct diag_options){ .errors_max = 1 });

	for (uint32_t i = 0; i < 3; i++)
		diag_error(b.diag, &rule, (struct span){ 0, 0 }, "e%u", i);
	cr_expect_eq(diag_errors(b.diag), 3);
	prints(&b, "hvcc: error[some-rule]: e0\nand 2 more\n");
}

Test(diag_print, tabs_and_utf8_keep_the_marks_in_place)
{
	struct bench b = bench_new("\t\"\xc3\xa4\xc3\xb6\" x",
				   (struct diag_options){ 0 });

	diag_error(b.diag, &rule, at(&b, 8, 9), "x");
	prints(&b, "a.cells:1:7: error[some-rule]: x\n"
	       "    1 |         \"\xc3\xa4\xc3\xb6\" x\n"
	       "      |              ^\n");
}

Test(diag_print, bytes_that_steer_a_terminal_do_not_reach_it)
{
	struct bench b = bench_new("\033[2J \xe2\x80\xae \xff",
				   (struct diag_options){ 0 });

	diag_error(b.diag, &rule, at(&b, 0, 1), "a\033b\n");
	prints(&b, "a.cells:1:1: error[some-rule]: a?b?\n"
	       "    1 | ?[2J ? ?\n"
	       "      | ^\n");
}

Test(diag_print, board_item_has_a_file_and_no_line)
{
	struct bench b = bench_new("x", (struct diag_options){ 0 });
	struct span item = source_add_item(b.source, "virt.dtb",
					   "/pl011@9000000");

	diag_error(b.diag, &rule, at(&b, 0, 1), "x");
	diag_note(b.diag, item, "'/pl011@9000000' is here");
	prints(&b, "a.cells:1:1: error[some-rule]: x\n"
	       "    1 | x\n"
	       "      | ^\n"
	       "virt.dtb: note: '/pl011@9000000' is here\n");
}

Test(diag_print, silenced_warning_takes_its_notes_with_it)
{
	const char *const silenced[] = { "some-rule" };
	struct bench b = bench_new("x", (struct diag_options){
		.silenced = silenced, .n_silenced = 1 });

	diag_warn(b.diag, &rule, at(&b, 0, 1), "x");
	diag_note(b.diag, at(&b, 0, 1), "here");
	prints(&b, "");
}

Test(diag_print, last_line_without_an_end_and_end_of_file_have_a_place)
{
	struct bench b = bench_new("a\r\nbc", (struct diag_options){ 0 });

	diag_error(b.diag, &rule, at(&b, 5, 5), "end");
	prints(&b, "a.cells:2:3: error[some-rule]: end\n"
	       "    2 | bc\n"
	       "      |   ^\n");
}

Test(diag_print, long_line_is_shown_around_the_span)
{
	char text[1001];
	char *printed;
	size_t size;

	memset(text, 'a', 1000);
	text[1000] = 0;
	text[500] = 'b';

	struct bench b = bench_new(text, (struct diag_options){ 0 });
	FILE *f = open_memstream(&printed, &size);

	diag_error(b.diag, &rule, at(&b, 500, 501), "b");
	diag_print(b.diag, f);
	fclose(f);

	const char *line = strstr(printed, " | ...") + 3;
	const char *marks = strstr(line, "      | ") + 8;

	cr_expect_eq(strchr(line, 'b') - line, strchr(marks, '^') - marks);
	cr_expect_lt(size, 600);
	free(printed);
	arena_free(b.arena);
}

Test(diag_print, raised_warning_is_an_error_and_a_silenced_one_is_nothing)
{
	const char *const codes[] = { "some-rule" };
	struct bench b = bench_new("x", (struct diag_options){
		.raised = codes, .n_raised = 1 });
	struct bench off = bench_new("x", (struct diag_options){
		.silenced = codes, .n_silenced = 1,
		.are_warnings_errors = true });

	diag_warn(b.diag, &rule, at(&b, 0, 1), "x");
	diag_warn(off.diag, &rule, at(&off, 0, 1), "x");
	cr_expect_eq(diag_errors(b.diag), 1);
	cr_expect_eq(diag_errors(off.diag), 0);
	prints(&b, "a.cells:1:1: error[some-rule]: x\n"
	       "    1 | x\n"
	       "      | ^\n");
	prints(&off, "");
}
