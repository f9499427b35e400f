/* SPDX-License-Identifier: BSD-2-Clause */
/* The statements of a cell that are short: cpus, lines, flags. */
#include <inttypes.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/resolve_parts.h"

#define CPUS_MAX 4096		/* of one range: far more than a board has */

static const struct block_rule rules[] = {
	/* A cell without cpus is the checks' to report. */
	{ AST_CPUS, false, false },
	{ AST_MEMORY, true, true },
	{ AST_DEVICES, true, false },
	{ AST_LINES, true, false },
	{ AST_PMU, false, false },
	{ AST_INTERRUPTS, false, false },
	{ AST_PRIORITY, false, false },
	{ AST_CONSOLE, false, false },
	{ AST_BOOT, false, false },
	{ AST_START, false, false },
	{ AST_PAYLOAD, false, false },
	{ AST_TREE, false, false },
	{ AST_ON, true, false },
	{ AST_MANAGED, false, false },
	{ AST_SCRUB, false, false },
	{ AST_SHARED, true, false },
	{ AST_FIRMWARE, true, false },
};

static bool u32_read(const struct resolve *r, const struct expr *e,
		     const char *what, uint32_t *out)
{
	uint64_t v;

	if (!read_number(r->read, e, what, &v))
		return false;
	if (v <= UINT32_MAX) {
		*out = (uint32_t)v;
		return true;
	}
	diag_error(r->read->diag, &rule_value_range, e->at,
		   "%s takes a number below 2^32", what);
	return false;
}

static bool cpu_range(struct resolve *r, const struct ast_range *range,
		      struct cell_cpu **list, size_t *n)
{
	uint32_t first, last;

	if (!u32_read(r, range->first, "cpus", &first))
		return false;
	last = first;
	if (range->last && !u32_read(r, range->last, "cpus", &last))
		return false;
	if (last < first || last - first >= CPUS_MAX) {
		diag_error(r->read->diag, &rule_value_range, range->at,
			   last < first ? "the range falls: first %" PRIu32
			   ", last %" PRIu32 : "no board has the cpus %" PRIu32
			   "..%" PRIu32, first, last);
		return false;
	}
	for (uint32_t i = first; i <= last && i >= first; i++) {
		*list = arena_grow(r->read->arena, *list, *n, sizeof(**list));
		(*list)[(*n)++] = (struct cell_cpu){ i, range->at };
	}
	return true;
}

static void cpus(struct resolve *r, const struct ast_stmt *s, struct cell *c)
{
	struct cell_cpu *list = NULL;
	size_t n = 0;

	for (const struct ast_range *i = s->cpus.list; i; i = i->next)
		c->is_broken |= !cpu_range(r, i, &list, &n);
	c->cpus = list;
	c->n_cpus = n;
	if (s->cpus.as)
		c->has_virtual_ids = u32_read(r, s->cpus.as, "as",
					      &c->first_virtual_id);
}

/* The trigger that the board knows of a line. */
static enum line_trigger trigger_of(const struct board *b, enum line_kind kind,
				    uint32_t number)
{
	for (size_t i = 0; i < b->n_devices; i++)
		for (size_t k = 0; k < b->devices[i].n_lines; k++) {
			const struct line *l = &b->devices[i].lines[k];

			if (l->kind == kind && l->number == number)
				return l->trigger;
		}
	return LINE_TRIGGER_UNKNOWN;
}

static void lines(struct resolve *r, const struct ast_stmt *s, struct cell *c,
		  struct line_use **list)
{
	for (const struct ast_line *l = s->lines.list; l; l = l->next) {
		enum line_kind kind = board_line_kind(l);
		struct line_range range;

		if (!board_line_numbers(r->read, l, &range))
			continue;
		for (uint32_t i = range.first; i <= range.last; i++) {
			*list = arena_grow(r->read->arena, *list, c->n_lines,
					   sizeof(**list));
			(*list)[c->n_lines++] = (struct line_use){ {
				.kind = kind, .number = i, .at = l->at,
				.trigger = trigger_of(r->known.board, kind, i),
			} };
		}
	}
	c->lines = *list;
}

static void console(struct resolve *r, const struct ast_stmt *s,
		    struct cell *c)
{
	static const char *const words[] = { "virtual", "none" };
	static const enum console_kind kinds[] = {
		CONSOLE_VIRTUAL, CONSOLE_NONE,
	};

	c->console_at = s->at;
	if (s->console.device) {
		struct device_list found = board_find(r->read, &r->known,
						      s->console.device);

		if (!found.n)
			return;
		c->console = CONSOLE_DEVICE;
		c->console_device = found.devices[0];
		return;
	}

	size_t i = word_find(r, &s->console.mode, "a kind of console", words,
			     ARRAY_SIZE(words));

	if (i < ARRAY_SIZE(words))
		c->console = kinds[i];
}

static void start(struct resolve *r, const struct ast_stmt *s, struct cell *c)
{
	static const char *const words[] = { "manual" };

	c->is_start_manual = word_find(r, &s->start.mode, "a way to start",
				       words, ARRAY_SIZE(words)) == 0;
}

static void interrupts(struct resolve *r, const struct ast_stmt *s,
		       struct cell *c)
{
	static const char *const words[] = { "direct", "virtual" };
	static const enum interrupts kinds[] = {
		INTERRUPTS_DIRECT, INTERRUPTS_VIRTUAL,
	};
	size_t i = word_find(r, &s->interrupts.mode, "a way for interrupts",
			     words, ARRAY_SIZE(words));

	c->interrupts_at = s->at;
	if (i < ARRAY_SIZE(words))
		c->interrupts = kinds[i];
}

static void priority(const struct ast_stmt *s, struct cell *c)
{
	c->priority_at = s->at;
	c->masks_by_priority = true;
}

static void payload(struct resolve *r, const struct ast_stmt *s, struct cell *c)
{
	static const char *const words[] = { "any" };

	c->payload_at = s->at;
	c->takes_any_payload = word_find(r, &s->payload.mode, "a payload",
					 words, ARRAY_SIZE(words)) == 0;
}

static void tree(struct resolve *r, const struct ast_stmt *s, struct cell *c)
{
	const char *file = read_string(r->read, s->tree.value, "tree");

	c->tree_at = s->tree.value->at;
	if (file)
		c->tree_path = read_find(r->read, c->tree_at, file);
}

static void pmu(const struct ast_stmt *s, struct cell *c)
{
	c->pmu_at = s->at;
	c->has_pmu = true;
}

/* Statements with one meaning each; the others have files of their own. */
static void statement(struct resolve *r, const struct ast_stmt *s,
		      struct cell *c, struct line_use **line_list)
{
	if (s->kind == AST_LINES)
		lines(r, s, c, line_list);
	else if (s->kind == AST_PMU)
		pmu(s, c);
	else if (s->kind == AST_SCRUB)
		c->is_scrub_at_boot = true;
	else if (s->kind == AST_START)
		start(r, s, c);
	else if (s->kind == AST_PAYLOAD)
		payload(r, s, c);
	else if (s->kind == AST_TREE)
		tree(r, s, c);
	else if (s->kind == AST_SHARED || s->kind == AST_FIRMWARE)
		resolve_shared(r, s);
	else if (s->kind == AST_INTERRUPTS)
		interrupts(r, s, c);
	else if (s->kind == AST_PRIORITY)
		priority(s, c);
}

void resolve_cell(struct resolve *r, const struct ast_stmt *s, struct cell *c)
{
	const struct ast_block *block = &s->cell.block;
	const struct ast_stmt *first;
	struct line_use *line_list = NULL;

	block_check(r, arena_printf(r->read->arena, "'%s'", c->name), c->at,
		    block, rules, ARRAY_SIZE(rules));
	first = block_find(block, AST_CPUS);
	if (first)
		cpus(r, first, c);
	first = block_find(block, AST_CONSOLE);
	if (first)
		console(r, first, c);
	for (const struct ast_stmt *i = block->first; i; i = i->next)
		statement(r, i, c, &line_list);
	resolve_memory(r, block, c);
	resolve_devices(r, block, c);
	resolve_boot(r, block, c);
	resolve_on(r, block, c);
	resolve_managed(r, block, c);
}
