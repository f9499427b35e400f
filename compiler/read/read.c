/* SPDX-License-Identifier: BSD-2-Clause */
#include "read/read.h"

#include "base/arena.h"
#include "base/rules.h"
#include "read/eval.h"
#include "read/parse.h"

static void report_too_large(const struct read *r, const char *path,
			     const char *why)
{
	diag_error(r->diag, &rule_text_too_large,
		   source_add_item(r->source, path, ""), "'%s': %s", path, why);
}

bool read_cells(const struct read *r, const char *path, const struct ast **out,
		const char **why)
{
	struct ast *ast = arena_alloc(r->arena, sizeof(*ast));
	struct parse_unit unit = { .read = r, .ast = ast };
	struct stmt_list items = { 0 };
	enum source_result result = parse_file(&unit, path, (struct span){ 0, 0 },
					       &items, why);

	ast->path = path;
	*out = ast;
	if (result == SOURCE_UNREADABLE)
		return false;
	if (result == SOURCE_TOO_LARGE) {
		parse_lacks_text(&unit);
		report_too_large(r, path, *why);
		return true;
	}
	ast->main = unit.inputs[0].text;
	ast->first = parse_list_close(items.last);
	ast->is_broken |= items.is_broken;
	names_check(r, ast);
	eval_ast(r, ast);
	return true;
}

struct expr *parse_value(const struct read *r, struct source_text text)
{
	struct ast ast = { 0 };
	struct parse_unit unit = { .read = r, .ast = &ast };
	struct parser p = { .unit = &unit, .text = text, .is_value = true };

	if (!parse_check_encoding(r, &text))
		return NULL;
	parse_text(&p);
	return p.value;
}
