/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "format/place.h"

static void is_uri(const char *name, const char *expected)
{
	json_t *uri = place_uri(name);

	cr_expect_str_eq(json_string_value(uri), expected, "%s: %s", name,
			 json_string_value(uri));
	json_decref(uri);
}

Test(format_place, uri_encodes_all_but_unreserved_and_slash)
{
	is_uri("a-b._~/C9", "a-b._~/C9");
	is_uri("a b", "a%20b");
	is_uri("#?:@&=+$,;[]\\\"'()!*", "%23%3F%3A%40%26%3D%2B%24%2C%3B%5B%5D"
	       "%5C%22%27%28%29%21%2A");
	is_uri("%41", "%2541");
	is_uri("\xc3\xbc\xff\x1b", "%C3%BC%FF%1B");
}

Test(format_place, uri_has_no_segments_that_say_nothing)
{
	is_uri("./a/./b//c", "a/b/c");
	is_uri("a/../b", "b");
	is_uri("a/b/../../c", "c");
	is_uri("../a", "../a");
	is_uri("../../a", "../../a");
	is_uri("a/../../b", "../b");
	is_uri("../a/../b", "../b");
	is_uri("a..", "a..");
	is_uri("a../../b", "b");
	is_uri("...", "...");
}

Test(format_place, absolute_name_is_a_file_uri)
{
	is_uri("/a/x y", "file:///a/x%20y");
	is_uri("/a/../b", "file:///b");
	is_uri("//a", "file:///a");
}

Test(format_place, library_is_found_by_whole_folders)
{
	const struct format f = { .library = "/usr/lib/hvcc" };

	cr_expect_str_eq(place_in_library(&f, "/usr/lib/hvcc/board/x"),
			 "board/x");
	cr_expect_null(place_in_library(&f, "/usr/lib/hvcc2/x"));
	cr_expect_null(place_in_library(&f, "/usr/lib/hvcc"));
	cr_expect_null(place_in_library(&f, "x"));
}

static void is_text(const char *text, const char *expected)
{
	json_t *value = value_text(text);

	cr_expect_str_eq(json_string_value(value), expected);
	json_decref(value);
}

Test(format_value, text_is_utf8_that_neither_steers_nor_deceives)
{
	is_text("a\xc3\xbc\n\tb", "a\xc3\xbc\n\tb");
	is_text("\xff", "\xef\xbf\xbd");
	is_text("\xc3", "\xef\xbf\xbd");
	is_text("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	is_text("\033[2J\r", "\xef\xbf\xbd[2J\xef\xbf\xbd");
	is_text("\xe2\x80\xae", "\xef\xbf\xbd");
	is_text("", "");
}

static struct source_region region_of(const char *bytes, uint32_t begin,
				      uint32_t end)
{
	struct arena *a = arena_new();
	struct source *s = source_new(a);
	struct source_text text;
	struct source_region r;
	const char *why;

	cr_assert_eq(source_add_text(s, "a", bytes, strlen(bytes), &text, &why),
		     SOURCE_ADDED);
	cr_assert(source_region(s, (struct span){ text.base + begin,
						  text.base + end }, &r));
	arena_free(a);
	return r;
}

Test(source_region, end_is_behind_the_last_character_of_any_line)
{
	struct source_region r = region_of("\xc3\xbcx\n\xe2\x82\xacyz", 2, 8);

	cr_expect_eq(r.line, 1);
	cr_expect_eq(r.column, 2);
	cr_expect_eq(r.end_line, 2);
	cr_expect_eq(r.end_column, 3);
	cr_expect_eq(r.offset, 2);
	cr_expect_eq(r.size, 6);
}

Test(source_region, span_that_ends_before_it_begins_or_beyond_is_cut)
{
	struct source_region r = region_of("ab\n", 3, 1);

	cr_expect_eq(r.line, 2);
	cr_expect_eq(r.column, 1);
	cr_expect_eq(r.size, 0);
	r = region_of("ab", 1, 900);
	cr_expect_eq(r.end_column, 3);
	cr_expect_eq(r.size, 1);
}
