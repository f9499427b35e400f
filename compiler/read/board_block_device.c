/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The statements of board { } that are blocks: gic, timer, device.
 *
 * Each has a table of the words that it takes (board_form.h). A device that is
 * overridden keeps what the block does not say.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/board.h"
#include "read/board_build.h"
#include "read/board_form.h"

/* ---- gic, timer --------------------------------------------------------- */

/* A PPI that the word says; 0, and *is_missing, where it does not stand. */
static uint32_t ppi_of(const struct board_build *b,
		       const struct ast_block *block, const char *name,
		       bool *is_missing)
{
	const struct ast_stmt *s = form_find(block->first, name);
	struct line_range range;

	if (!s) {
		*is_missing = true;
		return 0;
	}
	return board_line_numbers(b->read, s->property.lines, &range)
		? range.first : 0;
}

static void lack(const struct board_build *b, struct span at, const char *what)
{
	diag_error(b->read->diag, &rule_attribute_missing, at, "%s", what);
}

/* False where the block lacks something. */
static bool gic_regs(const struct board_build *b, const struct ast_block *block,
		     struct interrupt_controller *c)
{
	const struct ast_stmt *p = form_find(block->first, "distributor");
	struct pa_range *list = NULL;

	if (!p || !board_range(b, p->property.list, p->property.at, p->at,
			       &c->distributor))
		return !!p;
	for (p = block->first; (p = form_find(p, "redistributors")); p = p->next) {
		struct pa_range range;

		if (!board_range(b, p->property.list, p->property.at, p->at,
				 &range))
			continue;
		list = arena_grow(b->read->arena, list, c->n_redistributors,
				  sizeof(*list));
		list[c->n_redistributors++] = range;
	}
	c->redistributors = list;
	return form_find(block->first, "redistributors");
}

static void gic_stride(const struct board_build *b,
		       const struct ast_block *block,
		       struct interrupt_controller *c)
{
	const struct ast_stmt *p = form_find(block->first, "stride");

	c->redistributor_stride = BOARD_STRIDE;
	if (!p || !read_size(b->read, p->property.list, "stride",
			     &c->redistributor_stride))
		return;
	if (c->redistributor_stride < BOARD_STRIDE ||
	    c->redistributor_stride % (64 * KIB)) {
		diag_error(b->read->diag, &rule_value_range, p->at,
			   "the stride is a multiple of 64 KiB, 128 KiB or"
			   " more");
		c->redistributor_stride = BOARD_STRIDE;
	}
}

void board_block_gic(struct board_build *b, const struct ast_stmt *s)
{
	static const struct word words[] = {
		{ "distributor", FORM_RANGE, false },
		{ "redistributors", FORM_RANGE, true },
		{ "stride", FORM_SIZE, false },
		{ "maintenance", FORM_PPI, false },
	};
	struct interrupt_controller c = {
		.is_present = true, .version = 3, .at = s->at,
	};
	struct interrupt_controller *now = &b->board.controller;
	bool lacks;

	if (!board_may_change(b, s, now->version, now->at) ||
	    !form_check(b->read, &s->gic, words, ARRAY_SIZE(words)))
		return;
	lacks = !gic_regs(b, &s->gic, &c);
	gic_stride(b, &s->gic, &c);
	c.maintenance_ppi = ppi_of(b, &s->gic, "maintenance", &lacks);
	if (lacks)
		lack(b, s->at, "gic says distributor, redistributors and"
		     " maintenance");
	else
		*now = c;
}

void board_block_timer(struct board_build *b, const struct ast_stmt *s)
{
	static const struct word words[] = {
		{ "secure", FORM_PPI, false },
		{ "physical", FORM_PPI, false },
		{ "virtual", FORM_PPI, false },
		{ "hyp", FORM_PPI, false },
	};
	struct board_timer *now = &b->board.timer;
	struct board_timer timer = { .is_present = true, .at = s->at };
	bool lacks = false, lacks_secure = false;

	if (!board_may_change(b, s, now->is_present, now->at) ||
	    !form_check(b->read, &s->timer, words, ARRAY_SIZE(words)))
		return;
	timer.secure_ppi = ppi_of(b, &s->timer, "secure", &lacks_secure);
	timer.has_secure = !lacks_secure;
	timer.physical_ppi = ppi_of(b, &s->timer, "physical", &lacks);
	timer.virtual_ppi = ppi_of(b, &s->timer, "virtual", &lacks);
	timer.hyp_ppi = ppi_of(b, &s->timer, "hyp", &lacks);
	if (lacks)
		lack(b, s->at, "timer says physical, virtual and hyp");
	else
		*now = timer;
}

/* ---- device ------------------------------------------------------------- */

static void device_regs(const struct board_build *b,
			const struct ast_block *block, struct device *d)
{
	struct device_reg *regs = NULL;
	size_t n = 0;
	const struct ast_stmt *p = block->first;

	for (; (p = form_find(p, "registers")); p = p->next) {
		struct device_reg reg = { 0 };

		if (!board_range(b, p->property.list, p->property.at, p->at,
				 &reg.range))
			continue;
		regs = arena_grow(b->read->arena, regs, n, sizeof(reg));
		regs[n++] = reg;
	}
	if (!n)
		return;
	d->regs = regs;
	d->n_regs = n;
}

static void device_lines(const struct board_build *b,
			 const struct ast_block *block, struct device *d)
{
	enum line_trigger trigger = form_find(block->first, "edge")
		? LINE_EDGE_RISING : LINE_LEVEL_HIGH;
	struct line *lines = NULL;
	size_t n = 0;
	const struct ast_stmt *p = block->first;

	for (; (p = form_find(p, "lines")); p = p->next)
		for (const struct ast_line *l = p->property.lines; l;
		     l = l->next) {
			struct line_range range;

			if (!board_line_numbers(b->read, l, &range))
				continue;
			for (uint32_t i = range.first; i <= range.last; i++) {
				lines = arena_grow(b->read->arena, lines, n,
						   sizeof(*lines));
				lines[n++] = (struct line){ board_line_kind(l),
					i, trigger, l->at };
			}
		}
	if (!n)
		return;
	d->lines = lines;
	d->n_lines = n;
}

static void device_words(const struct board_build *b,
			 const struct ast_block *block, struct device *d)
{
	const struct ast_stmt *p = form_find(block->first, "compatible");

	for (const struct expr *e = p ? p->property.list : NULL; e;
	     e = e->next) {
		const char *word = read_string(b->read, e, "compatible");

		if (!word)
			continue;
		if (e == p->property.list)
			d->compatible = word;
		if (board_role_of(b->target, word) != DEVICE_PLAIN)
			d->role = board_role_of(b->target, word);

		const struct tree_word *uart = board_word_of(b->target, word,
							     MEANS_UART);

		if (uart)
			d->uart = (enum uart_kind)uart->version;
		d->is_watchdog |= board_word_of(b->target, word,
						MEANS_WATCHDOG) != NULL;
		if (!d->dma_reason)
			d->dma_reason = board_dma_by_word(b, word);
	}
	if (!d->dma_reason)
		d->dma_reason = board_dma_by_kind(d->role, d->name);
	if (form_find(block->first, "dma"))
		d->dma_reason = "the board says dma";
	d->can_dma = d->dma_reason;
}

/* Devices come one by one, and each asks who has its name. */
static void said_catch_up(struct board_build *b)
{
	struct arena *a = b->read->arena;

	if (!b->said_by_path) {
		b->said_by_path = map_new(a);
		b->said_by_name = map_new(a);
		b->said_by_name_again = map_new(a);
	}
	for (; b->n_said < b->n_devices; b->n_said++) {
		struct device *d = &b->devices[b->n_said];

		if (!map_get(b->said_by_path, d->path))
			map_put(b->said_by_path, d->path, d);
		if (!map_get(b->said_by_name, d->name))
			map_put(b->said_by_name, d->name, d);
		else if (!map_get(b->said_by_name_again, d->name))
			map_put(b->said_by_name_again, d->name, d);
	}
}

/* By path, or by a name that only one device has. */
static struct device *device_said(struct board_build *b,
				  const struct ast_word *name)
{
	said_catch_up(b);

	struct device *found = map_get(b->said_by_path, name->text);
	const struct device *other;

	if (found)
		return found;
	found = map_get(b->said_by_name, name->text);
	other = map_get(b->said_by_name_again, name->text);
	if (other)
		diag_error(b->read->diag, &rule_name_twice, name->at,
			   "'%s' can be '%s' and '%s': write the path",
			   name->text, found->path, other->path);
	return found;
}

void board_block_device(struct board_build *b, const struct ast_stmt *s)
{
	static const struct word words[] = {
		{ "compatible", FORM_STRINGS, false },
		{ "registers", FORM_RANGE, true },
		{ "lines", FORM_LINES, true },
		{ "edge", FORM_FLAG, false },
		{ "dma", FORM_FLAG, false },
		{ "disabled", FORM_FLAG, false },
	};
	const struct ast_word *name = &s->device.name;
	const struct ast_block *block = &s->device.block;
	struct device *d = device_said(b, name);

	/* The words of the architecture are wanted before there is a tree. */
	if (!b->target)
		b->target = target_find(&b->board);
	if (!board_may_change(b, s, d, d ? d->at : s->at) ||
	    !form_check(b->read, block, words, ARRAY_SIZE(words)))
		return;
	if (!d) {
		d = &b->devices[b->n_devices++];
		d->path = name->text[0] == '/' ? name->text
			: arena_printf(b->read->arena, "/%s", name->text);
		d->name = strrchr(d->path, '/') + 1;
		d->node = -1;
	}
	d->at = s->at;
	d->is_watchdog |= board_is_watchdog(d->name);
	device_words(b, block, d);
	device_regs(b, block, d);
	device_lines(b, block, d);
	d->is_disabled |= form_find(block->first, "disabled") != NULL;
}
