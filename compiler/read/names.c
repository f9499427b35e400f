/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One flat name space over all files: whoever reads a name anywhere knows what
 * it means without looking for the nearest of several. A region has its cell's
 * name before its own, but may not hide a name either.
 */
#include "base/arena.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/rules.h"
#include "read/eval.h"

struct names {
	const struct read *read;
	struct map *taken;	/* of struct ast_word, where it was taken */
};

static void report(struct names *n, const struct ast_word *name,
		   const struct ast_word *first)
{
	struct diag *d = n->read->diag;

	diag_error(d, &rule_name_twice, name->at,
		   "the name '%s' is taken already", name->text);
	diag_note(d, first->at, "'%s' is here", first->text);
}

static void take(struct names *n, const char *key, struct ast_word *name)
{
	const struct ast_word *first = map_get(n->taken, key);

	if (first)
		report(n, name, first);
	else
		map_put(n->taken, key, name);
}

/* NULL: the statement gives no name to all files. */
static struct ast_word *name_of(struct ast_stmt *s)
{
	if (s->kind == AST_LET)
		return &s->let.name;
	if (s->kind == AST_CELL)
		return &s->cell.name;
	if (s->kind == AST_CHANNEL)
		return &s->channel.name;
	if (s->kind == AST_VIRTIO)
		return &s->virtio.name;
	return NULL;
}

static void take_regions(struct names *n, struct ast_stmt *cell)
{
	const char *cell_name = cell->cell.name.text;

	/* Of two cells with one name the regions would be twice too. */
	if (map_get(n->taken, cell_name) != &cell->cell.name)
		return;
	for (struct ast_stmt *s = cell->cell.block.first; s; s = s->next) {
		if (s->kind != AST_MEMORY)
			continue;

		struct ast_word *name = &s->memory.name;
		const struct ast_word *first = map_get(n->taken, name->text);

		if (first)
			report(n, name, first);
		else
			take(n, arena_printf(n->read->arena, "%s.%s",
					     cell_name, name->text), name);
	}
}

void names_check(const struct read *r, const struct ast *ast)
{
	struct names n = { r, map_new(r->arena) };

	for (struct ast_stmt *s = ast->first; s; s = s->next)
		if (name_of(s))
			take(&n, name_of(s)->text, name_of(s));
	for (struct ast_stmt *s = ast->first; s; s = s->next)
		if (s->kind == AST_CELL)
			take_regions(&n, s);
}
