/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "emit/c_text.h"
#include "emit/emit.h"
#include "hand.h"

struct text { char *bytes; size_t size; FILE *file; };

static void text_open(struct text *t)
{
	t->file = open_memstream(&t->bytes, &t->size);
	cr_assert(t->file);
}

static void text_is(struct text *t, const char *expected)
{
	fclose(t->file);
	cr_expect_str_eq(t->bytes, expected);
	free(t->bytes);
}

static bool text_has(struct text *t, const char *part)
{
	fflush(t->file);
	return strstr(t->bytes, part);
}

Test(emit_text, a_string_keeps_what_is_in_it)
{
	struct text t;

	text_open(&t);
	c_string(t.file, "a\"b\\c\n?\?/\x80" "1%s");
	text_is(&t, "\"a\\042b\\134c\\012\\077\\077/\\2001%s\"");
}

Test(emit_text, no_comment_ends_early)
{
	struct text t;

	text_open(&t);
	c_comment(t.file, "a*/b/*c\\\nd");
	text_is(&t, "a?/b?*c??d");
}

Test(emit_text, a_row_names_its_file_without_folders)
{
	struct hand *h = hand_new();
	struct source_text in;
	const char *why;
	struct text t;

	cr_assert_eq(SOURCE_ADDED,
		     source_add_text(h->source, "/home/u/a*/b.cells", "x\ny\n", 4,
				     &in, &why));
	text_open(&t);
	c_from(t.file, h->source, (struct span){ in.base + 2, in.base + 3 });
	c_from(t.file, h->source, (struct span){ 0, 0 });
	text_is(&t, "\t/* b.cells:2 */\n\n");
}

Test(emit_text, macros_are_capitals)
{
	struct text t;

	text_open(&t);
	c_capitals(t.file, "gpio-keys_2");
	text_is(&t, "GPIO_KEYS_2");
}

static struct hand *system_of_two(void)
{
	struct hand *h = hand_new();
	struct cell *a = hand_cell(h, "a", 0), *b = hand_cell(h, "b", 3);
	struct channel *c;

	hand_region(h, a, "ram", 16 * MIB);
	hand_region(h, b, "ram", 2 * MIB)->has_ipa = true;
	h->uses[1][0].device = &h->devices[1];
	b->n_devices = 1;
	c = hand_channel(h, "samples", 4 * KIB, a, b);
	c->is_one_way = true;
	h->ends[0][1].may_write = false;
	return h;
}

Test(emit_text, a_header_says_all_that_its_cell_sees)
{
	struct hand *h = system_of_two();
	const struct layout *l = hand_place(h);
	struct text t;

	cr_assert(l);
	text_open(&t);
	emit_header(t.file, l, &h->cells[1]);
	cr_expect(text_has(&t, "#define CELL_NAME \"b\"\n"));
	cr_expect(text_has(&t, "#define CELL_CPUS 1\n"));
	cr_expect(text_has(&t, "#define CELL_CPU_TABLE { 0x3, 0x8100000 }\n"));
	cr_expect(text_has(&t, "#define MEM_RAM_BASE 0x0\n"));
	cr_expect(text_has(&t, "#define MEM_RAM_SIZE 0x200000\n"));
	cr_expect(text_has(&t, "#define CHANNEL_SAMPLES_SIZE 0x1000\n"));
	cr_expect(text_has(&t, "#define CHANNEL_SAMPLES_INTID "));
	cr_expect(text_has(&t, "#define CHANNEL_SAMPLES_SELF 0x1\n"));
	cr_expect(text_has(&t, "#define CHANNEL_SAMPLES_PEER_A 0\n"));
	cr_expect(!text_has(&t, "CHANNEL_SAMPLES_DOORBELL"));
	cr_expect(text_has(&t, "#define DEVICE_PL031_BASE 0x9010000\n"));
	cr_expect(text_has(&t, "#define DEVICE_PL031_INTID 34\n"));
	cr_expect(text_has(&t, "#define UART_BASE 0x9000000\n"));
	cr_expect(text_has(&t, "#define GICD_BASE 0x8000000\n"));
	cr_expect(text_has(&t, "#define TIMER_INTID 27\n"));
	fclose(t.file);
	free(t.bytes);
}

Test(emit_text, equal_layouts_are_equal_texts)
{
	char *first = NULL;

	for (int i = 0; i < 2; i++) {
		struct hand *h = system_of_two();
		const struct layout *l = hand_place(h);
		struct text t;

		cr_assert(l);
		text_open(&t);
		emit_tables(t.file, h->source, l);
		emit_ldscript(t.file, l);
		emit_layout(t.file, h->source, l);
		emit_model(t.file, h->source, &h->model);
		fclose(t.file);
		if (first)
			cr_expect_str_eq(first, t.bytes);
		first = t.bytes;
	}
}

Test(emit_text, lists_without_rows_have_no_member)
{
	struct hand *h = hand_new();
	const struct layout *l;
	struct text t;

	hand_region(h, hand_cell(h, "alone", 0), "ram", 2 * MIB);
	l = hand_place(h);
	cr_assert(l);
	text_open(&t);
	emit_tables(t.file, h->source, l);
	cr_expect(!text_has(&t, "struct hv_channel channels["));
	cr_expect(!text_has(&t, ".rows.channels"));
	cr_expect(text_has(&t, ".channels = { 0, 0 },"));
	fclose(t.file);
	free(t.bytes);
}
