/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of devices: label, alias and node name without address, all looked
 * for, so that a name never means a thing that the reader did not think of.
 */
#include <inttypes.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/suggest.h"
#include "base/units.h"
#include "read/board.h"
#include "read/board_tree.h"

#define SHOWN_MAX 8		/* paths in one message */

struct search {
	const struct read *r;
	const struct known_board *known;
	const struct ast_device *name;
	const struct device **found;
	size_t n;
};

static void add(struct search *s, const struct device *d)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->found[i] == d)
			return;
	s->found = arena_grow(s->r->arena, s->found, s->n, sizeof(*s->found));
	s->found[s->n++] = d;
}

static void add_path(struct search *s, const char *path)
{
	const struct board *board = s->known->board;

	for (size_t i = 0; i < board->n_devices; i++)
		if (!strcmp(board->devices[i].path, path))
			add(s, &board->devices[i]);
}

/* The path that /__symbols__ or /aliases gives the name. */
static void add_listed(struct search *s, const char *node_name)
{
	const struct tree *t = s->known->tree;
	uint32_t node = t ? tree_child(t, 0, node_name) : TREE_NONE;
	const char *path = node == TREE_NONE ? NULL
		: tree_string(t, node, s->name->text);

	if (path)
		add_path(s, path);
}

static void add_named(struct search *s)
{
	const struct board *board = s->known->board;

	for (size_t i = 0; i < board->n_devices; i++)
		if (!strcmp(board->devices[i].name, s->name->text))
			add(s, &board->devices[i]);
}

/* ---- unknown ------------------------------------------------------------ */

static void offer_listed(const struct tree *t, const char *node_name,
			 struct suggest *guess)
{
	uint32_t node = tree_child(t, 0, node_name);
	int prop;

	if (node == TREE_NONE)
		return;
	fdt_for_each_property_offset(prop, t->fdt, t->nodes[node].offset) {
		const char *name;

		if (fdt_getprop_by_offset(t->fdt, prop, &name, NULL))
			suggest_offer(guess, name);
	}
}

static bool is_node(const struct tree *t, const char *text)
{
	for (uint32_t i = 0; i < t->n_nodes; i++)
		if (!strcmp(t->nodes[i].path, text))
			return true;
	return false;
}

static void tell_unknown(const struct search *s)
{
	const struct board *board = s->known->board;
	const struct tree *t = s->known->tree;
	const char *text = s->name->text;
	struct diag *d = s->r->diag;
	struct suggest guess = suggest_for(text);

	if (t && is_node(t, text)) {
		diag_error(d, &rule_name_unknown, s->name->at,
			   "'%s' is a node of the board, but no device", text);
		return;
	}
	diag_error(d, &rule_name_unknown, s->name->at,
		   "the board has no device '%s'", text);
	for (size_t i = 0; i < board->n_devices; i++)
		suggest_offer(&guess, s->name->is_path ? board->devices[i].path
						       : board->devices[i].name);
	if (t && !s->name->is_path) {
		offer_listed(t, "__symbols__", &guess);
		offer_listed(t, "aliases", &guess);
	}

	bool has_labels = !t || tree_child(t, 0, "__symbols__") != TREE_NONE;
	const char *no_labels = has_labels || s->name->is_path ? ""
		: " (the tree has no labels: it was built without dtc -@)";

	if (guess.best)
		diag_help(d, s->name->is_path ? "did you mean &{%s}?%s"
					      : "did you mean &%s?%s",
			  guess.best, no_labels);
	else if (*no_labels)
		diag_help(d, "the tree has no labels, only node names, aliases"
			  " and paths: it was built without dtc -@");
}

/* ---- several ------------------------------------------------------------ */

/* Places in [ ] count nodes of one name, and nothing that an alias names. */
static bool are_namesakes(const struct search *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->found[i]->name, s->name->text))
			return false;
	return true;
}

static void tell_ambiguous(const struct search *s)
{
	struct arena *a = s->r->arena;
	const char *list = s->found[0]->path;
	size_t shown = s->n < SHOWN_MAX ? s->n : SHOWN_MAX;

	for (size_t i = 1; i < shown; i++)
		list = arena_printf(a, "%s, %s", list, s->found[i]->path);
	if (shown < s->n)
		list = arena_printf(a, "%s and %zu more", list, s->n - shown);
	diag_error(s->r->diag, &rule_name_unknown, s->name->at,
		   "'%s' can be any of %zu devices: %s", s->name->text, s->n,
		   list);
	if (are_namesakes(s))
		diag_help(s->r->diag, "name one by its path, &{%s}, or by its"
			  " place among them, &%s[0]", s->found[0]->path,
			  s->name->text);
	else
		diag_help(s->r->diag, "name one by its path, &{%s}",
			  s->found[0]->path);
}

static uint64_t first_base(const struct device *d)
{
	return d->n_regs ? d->regs[0].range.base.u : UINT64_MAX;
}

static int reg_order(const void *a, const void *b)
{
	const struct device *const *x = a, *const *y = b;
	uint64_t base_x = first_base(*x), base_y = first_base(*y);

	if (base_x != base_y)
		return base_x < base_y ? -1 : 1;
	return strcmp((*x)->path, (*y)->path);
}

/* &name[a..b], both included. */
static struct device_list some(struct search *s)
{
	struct device_list none = { NULL, 0 };
	const struct ast_range *nodes = s->name->nodes;
	uint64_t first, last;

	if (!read_number(s->r, nodes->first, "[ ]", &first))
		return none;
	last = first;
	if (nodes->last && !read_number(s->r, nodes->last, "[ ]", &last))
		return none;
	qsort(s->found, s->n, sizeof(*s->found), reg_order);
	if (first <= last && last < s->n)
		return (struct device_list){ s->found + first,
					     (size_t)(last - first + 1) };
	diag_error(s->r->diag, &rule_value_range, nodes->at,
		   "the board has '%s' %zu times, so the places are 0..%zu",
		   s->name->text, s->n, s->n - 1);
	return none;
}

struct device_list board_find(const struct read *r,
			      const struct known_board *known,
			      const struct ast_device *name)
{
	struct search s = { .r = r, .known = known, .name = name };
	bool is_range = name->nodes;

	if (name->is_path) {
		add_path(&s, name->text);
	} else {
		/* A label and an alias name one device, never several. */
		if (!is_range) {
			add_listed(&s, "__symbols__");
			add_listed(&s, "aliases");
		}
		add_named(&s);
	}
	if (!s.n) {
		/* Of a board that could not be read, everything is missing. */
		if (known->board->n_devices || !known->board->file)
			tell_unknown(&s);
		return (struct device_list){ NULL, 0 };
	}
	if (is_range)
		return some(&s);
	if (s.n > 1) {
		tell_ambiguous(&s);
		return (struct device_list){ NULL, 0 };
	}
	return (struct device_list){ s.found, 1 };
}
