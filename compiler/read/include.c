/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that are read in the place where another one names them. */
#include "base/arena.h"
#include "base/paths.h"
#include "base/rules.h"
#include "read/parse.h"

void parse_lacks_text(struct parse_unit *u)
{
	u->ast->is_broken = true;
	u->ast->lacks_text = true;
}

static void close_input(struct parse_unit *u, size_t i)
{
	u->inputs[i].is_open = false;
	u->depth--;
}

enum source_result parse_file(struct parse_unit *u, const char *path,
			      struct span included_at, struct stmt_list *items,
			      const char **why)
{
	const struct read *r = u->read;
	struct parser p = { .unit = u };
	struct parse_input input = {
		.path = path, .is_open = true, .included_at = included_at,
	};
	enum source_result result = source_add_file(r->source, path, &p.text,
						    why);

	if (result != SOURCE_ADDED)
		return result;
	if (!file_identify(path, &input.id)) {
		*why = "has gone while it was read";
		return SOURCE_UNREADABLE;
	}

	size_t i = u->n_inputs;

	input.text = (struct span){ p.text.base, p.text.base + p.text.size };
	u->inputs = arena_grow(r->arena, u->inputs, i, sizeof(input));
	u->inputs[u->n_inputs++] = input;
	u->depth++;
	p.items = *items;
	if (parse_check_encoding(r, &p.text))
		parse_text(&p);
	else
		parse_lacks_text(u);
	*items = p.items;
	close_input(u, i);
	return SOURCE_ADDED;
}

static const char *find(const struct parser *p, struct span at,
			const char *name, bool is_library)
{
	const struct read *r = p->unit->read;
	const char *path = is_library
		? paths_find_library(r->arena, r->paths, name)
		: paths_find(r->arena, r->paths, p->text.name, name);

	if (path) {
		diag_say(r->diag, "took '%s' for '%s'", path, name);
		return path;
	}
	if (is_library)
		diag_error(r->diag, &rule_include_missing, at,
			   "the library of hvcc has no '%s'", name);
	else
		diag_error(r->diag, &rule_include_missing, at,
			   "'%s' is neither beside this file nor in a folder"
			   " of -I", name);
	return NULL;
}

/* NULL: nobody has read this file yet. */
static const struct parse_input *find_input(const struct parse_unit *u,
					    const char *path)
{
	struct file_id id;

	if (!file_identify(path, &id))
		return NULL;
	for (size_t i = 0; i < u->n_inputs; i++)
		if (file_same(u->inputs[i].id, id))
			return &u->inputs[i];
	return NULL;
}

static void report_cycle(const struct parse_unit *u, struct span at,
			 const struct parse_input *again)
{
	struct diag *d = u->read->diag;

	diag_error(d, &rule_include_cycle, at, "'%s' includes itself",
		   again->path);
	for (const struct parse_input *i = again + 1;
	     i < u->inputs + u->n_inputs; i++)
		if (i->is_open)
			diag_note(d, i->included_at, "through '%s'", i->path);
}

static bool is_too_many(const struct parse_unit *u, struct span at)
{
	struct diag *d = u->read->diag;

	if (u->depth >= PARSE_DEPTH_MAX) {
		diag_error(d, &rule_text_too_large, at,
			   "includes are nested deeper than %d",
			   PARSE_DEPTH_MAX);
		return true;
	}
	if (u->n_inputs >= PARSE_FILES_MAX) {
		diag_error(d, &rule_text_too_large, at,
			   "more than %d files are included", PARSE_FILES_MAX);
		return true;
	}
	return false;
}

void parse_include(struct parser *p, struct span at, const char *name,
		   bool is_library)
{
	struct parse_unit *u = p->unit;
	const char *path = find(p, at, name, is_library);
	const char *why;

	if (!path) {
		parse_lacks_text(u);
		return;
	}

	const struct parse_input *again = find_input(u, path);

	if (again) {
		if (again->is_open)
			report_cycle(u, at, again);
		return;
	}
	if (is_too_many(u, at)) {
		parse_lacks_text(u);
		return;
	}

	enum source_result result = parse_file(u, path, at, &p->items, &why);

	if (result == SOURCE_ADDED)
		return;
	diag_error(u->read->diag, result == SOURCE_TOO_LARGE
		   ? &rule_text_too_large : &rule_include_missing, at,
		   "'%s': %s", path, why);
	parse_lacks_text(u);
}
