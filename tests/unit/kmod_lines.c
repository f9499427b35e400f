/* SPDX-License-Identifier: BSD-2-Clause */
/* cells/talk/lines.h: lines arrive whole, and a hostile peer gets nowhere. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"

#define SIZE 256u	/* 64 bytes for each, and what is left over */

static uint8_t *memory;
static struct lines a, b;
static char text[300];

static void fresh(void)
{
	memory = calloc(1, SIZE);
	a = lines_open(memory, SIZE, 0);
	b = lines_open(memory, SIZE, 1);
}

static void done(void)
{
	free(memory);
}

TestSuite(lines, .init = fresh, .fini = done);

static bool say(struct lines *l, const char *s)
{
	return lines_send(l, s, (uint32_t)strlen(s));
}

static const char *hear(struct lines *l)
{
	return lines_take(l, text, sizeof(text)) ? text : NULL;
}

Test(lines, go_both_ways)
{
	cr_expect(say(&a, "one"));
	cr_expect(say(&a, ""));
	cr_expect(say(&b, "two"));
	cr_expect_str_eq(hear(&b), "one");
	cr_expect_str_eq(hear(&b), "");
	cr_expect_null(hear(&b));
	cr_expect_str_eq(hear(&a), "two");
	cr_expect_null(hear(&a));
}

Test(lines, wrap_around_for_ever)
{
	a.own->sent = a.sent = UINT32_MAX - 10;
	lines_skip(&b);
	for (int i = 0; i < 1000; i++) {
		char s[32];

		sprintf(s, "line number %d", i);
		cr_assert(say(&a, s));
		cr_assert_str_eq(hear(&b), s);
	}
}

Test(lines, what_is_not_taken_is_not_written_over)
{
	cr_expect(say(&a, "0123456789012345678901234567890123456789"));
	cr_expect_not(say(&a, "012345678901234567890123456789"));
	cr_expect_str_eq(hear(&b), "0123456789012345678901234567890123456789");
	cr_expect(say(&a, "012345678901234567890123456789"));
	cr_expect_str_eq(hear(&b), "012345678901234567890123456789");
	memset(text, 'x', sizeof(text) - 1);
	cr_expect_not(say(&a, text), "never has room");
}

Test(lines, longer_than_the_reader_has_room_for_come_in_pieces)
{
	char little[5];

	say(&a, "abcdefgh");
	cr_expect(lines_take(&b, little, sizeof(little)));
	cr_expect_str_eq(little, "abcd");
	cr_expect(lines_take(&b, little, sizeof(little)));
	cr_expect_str_eq(little, "efgh");
	cr_expect(lines_take(&b, little, sizeof(little)));
	cr_expect_str_eq(little, "");
}

Test(lines, an_end_that_starts_again_goes_on)
{
	say(&a, "before");
	b = lines_open(memory, SIZE, 1);
	cr_expect_str_eq(hear(&b), "before");
	b = lines_open(memory, SIZE, 1);
	cr_expect_null(hear(&b), "heard once");
	say(&a, "not wanted");
	lines_skip(&b);
	cr_expect_null(hear(&b));
	a = lines_open(memory, SIZE, 0);
	say(&a, "after");
	cr_expect_str_eq(hear(&b), "after");
}

Test(lines, counts_that_cannot_be_are_passed_over)
{
	volatile struct lines_half *evil = a.own;

	evil->sent = 0x7fffffff;
	cr_expect_null(hear(&b));
	evil->sent += 4;
	cr_expect_eq(lines_take(&b, text, sizeof(text)), 0, "no end of a line");
	evil->taken = 0x80000000;
	cr_expect(say(&b, "still"));
}

Test(lines, a_peer_that_writes_anything_never_leads_out_of_the_memory)
{
	srand(3);
	for (int i = 0; i < 20000; i++) {
		memory[rand() % (int)(SIZE / 2)] = (uint8_t)rand();
		a.own->sent = (uint32_t)rand() * 5u >> rand() % 32;
		a.own->taken = (uint32_t)rand() * 5u >> rand() % 32;
		lines_take(&b, text, (uint32_t)rand() % sizeof(text) + 2);
		lines_send(&b, text, (uint32_t)rand() % 80);
	}
}
