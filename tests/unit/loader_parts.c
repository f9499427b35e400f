/* SPDX-License-Identifier: BSD-2-Clause */
/* What hvisor.loader brings along itself, held to the libraries it goes without. */
#include <criterion/criterion.h>

#include <jansson.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/record.h"
#include "cli/say.h"
#include "cli/sha256.h"
#include "cli/tree.h"

/* ---- SHA-256 ------------------------------------------------------------- */

Test(sha256, is_what_openssl_says_of_every_length)
{
	uint8_t bytes[1024], theirs[32];
	uint32_t x = 1;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		x = x * 1664525 + 1013904223;
		bytes[i] = (uint8_t)(x >> 24);
	}
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		struct hv_sha256 ours = sha256(bytes, n);

		SHA256(bytes, n, theirs);
		cr_assert_arr_eq(ours.b, theirs, 32, "%zu bytes", n);
	}
}

Test(sha256, of_nothing_needs_no_bytes)
{
	struct hv_sha256 ours = sha256(NULL, 0);
	uint8_t theirs[32];

	SHA256((const uint8_t *)"", 0, theirs);
	cr_assert_arr_eq(ours.b, theirs, 32);
}

Test(sha256, counts_bits_beyond_32)
{
	size_t size = ((size_t)1 << 29) + 3;
	uint8_t *bytes = calloc(1, size), theirs[32];

	cr_assert(bytes);
	struct hv_sha256 ours = sha256(bytes, size);

	SHA256(bytes, size, theirs);
	cr_assert_arr_eq(ours.b, theirs, 32);
	free(bytes);
}

/* ---- JSON ---------------------------------------------------------------- */

static json_t *printed(void (*print)(struct record *j))
{
	char *text = NULL;
	size_t size = 0;
	struct record j = { .out = open_memstream(&text, &size) };
	json_error_t error;

	print(&j);
	record_end(&j);
	fclose(j.out);
	cr_assert_eq(text[size - 1], '\n');
	cr_assert_eq(strchr(text, '\n'), text + size - 1, "one line");

	json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	cr_assert(value, "%s: %s", error.text, text);
	free(text);
	return value;
}

static void print_nested(struct record *j)
{
	record_list(j, NULL);
	record_list_end(j);
	record_object(j, NULL);
	record_number(j, "largest", UINT64_MAX >> 1);
	record_bool(j, "yes", true);
	record_bool(j, "no", false);
	record_list(j, "list");
	record_number(j, NULL, 1);
	record_string(j, NULL, "two");
	record_object(j, NULL);
	record_object_end(j);
	record_list_end(j);
	record_string(j, "after", "");
	record_object_end(j);
}

static void print_all(struct record *j)
{
	record_list(j, NULL);
	print_nested(j);
	record_list_end(j);
}

Test(json, nests_with_commas_where_they_belong)
{
	json_t *all = printed(print_all);
	json_t *o = json_array_get(all, 1);

	cr_assert_eq(json_array_size(json_array_get(all, 0)), 0);
	cr_assert_eq(json_integer_value(json_object_get(o, "largest")),
		     INT64_MAX);
	cr_assert(json_is_true(json_object_get(o, "yes")));
	cr_assert(json_is_false(json_object_get(o, "no")));
	cr_assert_eq(json_array_size(json_object_get(o, "list")), 3);
	cr_assert_str_eq(json_string_value(json_object_get(o, "after")), "");
	json_decref(all);
}

static char every_byte[256];

static void print_bytes(struct record *j)
{
	record_object(j, NULL);
	record_string(j, every_byte, every_byte);
	record_object_end(j);
}

Test(json, escapes_every_byte)
{
	for (unsigned int i = 1; i < 256; i++)
		every_byte[i - 1] = (char)i;

	json_t *o = printed(print_bytes);
	const char *name = json_object_iter_key(json_object_iter(o));
	const char *value = json_string_value(json_object_get(o, name));

	cr_assert_str_eq(name, value);
	cr_assert_eq(memcmp(value, every_byte, 0x7f), 0);
	cr_assert_str_eq(value + 0x7f + 127 * 3, "\xef\xbf\xbd");
	json_decref(o);
}

/* ---- words --------------------------------------------------------------- */

Test(say, names_steer_no_terminal_and_always_end)
{
	char text[8];

	cr_assert_str_eq(say_name("a\x1b[2J\xc3\xa4", text, sizeof(text)),
			 "a?[2J??");
	cr_assert_str_eq(say_name("0123456789", text, sizeof(text)), "0123456");
}

/* ---- trees --------------------------------------------------------------- */

/* A tree by hand: / { other { linux,initrd-end; }; chosen { x; it; }; }; */
struct tree {
	uint8_t bytes[512];
	size_t n;
	size_t it, other;	/* where the values are */
};

static void word(struct tree *t, uint32_t w)
{
	for (unsigned int i = 0; i < 4; i++)
		t->bytes[t->n++] = (uint8_t)(w >> (24 - 8 * i));
}

static void node(struct tree *t, const char *name)
{
	word(t, 1);
	strcpy((char *)t->bytes + t->n, name);
	t->n = (t->n + strlen(name) + 4) & ~(size_t)3;
}

static size_t property(struct tree *t, uint32_t name, uint32_t size)
{
	word(t, 3);
	word(t, size);
	word(t, name);
	t->n += (size + 3) & ~3u;
	return t->n - ((size + 3) & ~3u);
}

static struct tree tree_of(uint32_t size)
{
	static const char strings[] = "x\0linux,initrd-end";
	struct tree t = { .n = 40 };

	node(&t, "");
	node(&t, "other");
	t.other = property(&t, 2, size);
	word(&t, 2);
	word(&t, 4);
	node(&t, "chosen");
	property(&t, 0, 5);
	node(&t, "chosen");
	property(&t, 2, 4);
	word(&t, 2);
	word(&t, 2);
	node(&t, "chosen");
	t.it = property(&t, 2, size);
	word(&t, 2);
	word(&t, 2);
	word(&t, 9);

	size_t at = t.n;

	memcpy(t.bytes + at, strings, sizeof(strings));
	t.n = 0;
	word(&t, 0xd00dfeed);
	word(&t, (uint32_t)(at + sizeof(strings)));
	word(&t, 40);
	word(&t, (uint32_t)at);
	t.n = at + sizeof(strings);
	return t;
}

Test(tree, the_initrd_of_chosen_alone_gets_another_end)
{
	struct tree t = tree_of(8);
	struct tree before = t;

	cr_assert(tree_set_initrd_end(t.bytes, t.n, 0x1122334455667788));
	cr_assert_arr_eq(t.bytes + t.it, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
	memcpy(before.bytes + t.it, t.bytes + t.it, 8);
	cr_assert_arr_eq(t.bytes, before.bytes, sizeof(t.bytes));
	t = tree_of(4);
	cr_assert(tree_set_initrd_end(t.bytes, t.n, 0x55667788));
	cr_assert_arr_eq(t.bytes + t.it, "\x55\x66\x77\x88", 4);
}

Test(tree, what_does_not_fit_is_refused)
{
	struct tree t = tree_of(4), wrong = tree_of(12);

	cr_assert_not(tree_set_initrd_end(t.bytes, t.n, 0x155667788));
	cr_assert_not(tree_set_initrd_end(wrong.bytes, wrong.n, 1));
}

/* The sanitizers see a step outside. */
Test(tree, cut_and_damaged_trees_are_read_to_no_end_but_their_own)
{
	struct tree t = tree_of(8);

	for (size_t n = 0; n < t.n; n++) {
		uint8_t *cut = malloc(n + 1);

		memcpy(cut, t.bytes, n);
		(void)tree_set_initrd_end(cut, n, 1);
		free(cut);
	}
	for (size_t i = 0; i < t.n; i++)
		for (unsigned int value = 0; value < 256; value += 5) {
			uint8_t *changed = malloc(t.n);

			memcpy(changed, t.bytes, t.n);
			changed[i] = (uint8_t)value;
			(void)tree_set_initrd_end(changed, t.n, 1);
			free(changed);
		}
}
