/* SPDX-License-Identifier: BSD-2-Clause */
#include "read/eval.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/rules.h"
#include "base/suggest.h"
#include "base/units.h"
#include "read/parse.h"

/* A let that has been passed. */
struct definition {
	struct definition *next;
	const struct ast_stmt *let;
	struct ast_root *root;
};

/* One -D NAME=VALUE. */
struct define {
	struct define *next;
	const char *name;
	struct source_text text;	/* the VALUE */
	struct span at;
	bool is_used;
};

struct eval {
	const struct read *read;
	const struct ast *ast;
	struct map *names;		/* of struct definition */
	struct definition *first, *last;
	struct define *defines;
};

static struct value evaluate(struct eval *ev, const struct expr *e);

static struct value bad(void)
{
	return (struct value){ .kind = VALUE_BAD };
}

static struct value name_unknown(struct eval *ev, const struct expr *e)
{
	struct diag *d = ev->read->diag;
	struct suggest s = suggest_for(e->name);

	if (ev->ast->lacks_text)
		return bad();
	diag_error(d, &rule_name_unknown, e->at,
		   "no 'let %s' stands before this place", e->name);
	for (const struct definition *def = ev->first; def; def = def->next)
		suggest_offer(&s, def->let->let.name.text);
	if (s.best)
		diag_help(d, "did you mean '%s'?", s.best);
	for (const struct ast_stmt *later = ev->ast->first; later;
	     later = later->next)
		if (later->kind == AST_LET &&
		    !strcmp(later->let.name.text, e->name)) {
			diag_note(d, later->at, "'%s' is defined here, too"
				  " late", e->name);
			break;
		}
	return bad();
}

static struct value name_value(struct eval *ev, const struct expr *e)
{
	struct definition *def = map_get(ev->names, e->name);

	if (!def)
		return name_unknown(ev, e);
	def->root->is_used = true;
	return def->root->expr->value;
}

static struct value overflow(struct eval *ev, const struct expr *e,
			     const char *what)
{
	diag_error(ev->read->diag, &rule_number_overflow, e->at, "%s", what);
	return bad();
}

/* What the result of op would be too large for, or NULL and *out. */
static const char *compute(enum expr_op op, uint64_t a, uint64_t b,
			   uint64_t *out)
{
	switch (op) {
	case OP_ADD:
		return add_u64(a, b, out) ? NULL
			: "this sum is larger than 64 bits hold";
	case OP_SUB:
		*out = a - b;
		return a >= b ? NULL : "this difference is below 0";
	case OP_MUL:
		return mul_u64(a, b, out) ? NULL
			: "this product is larger than 64 bits hold";
	case OP_DIV:
	case OP_MOD:
		if (!b)
			return "this divides by 0";
		*out = op == OP_DIV ? a / b : a % b;
		return NULL;
	case OP_SHL:
		if (b > 63)
			return "this shifts by more than 63";
		return mul_u64(a, UINT64_C(1) << b, out) ? NULL
			: "this shift loses bits above the 64th";
	case OP_SHR:
		if (b > 63)
			return "this shifts by more than 63";
		*out = a >> b;
		return NULL;
	case OP_AND:
		*out = a & b;
		return NULL;
	case OP_OR:
		*out = a | b;
		return NULL;
	case OP_NONE:
		break;
	}
	abort();
}

/* Evaluates an operand; false: it is no number, and that was reported. */
static bool operand(struct eval *ev, const struct expr *e, struct value *out)
{
	*out = evaluate(ev, e);
	if (out->kind == VALUE_STRING)
		diag_error(ev->read->diag, &rule_type_mismatch, e->at,
			   "a string cannot be computed with");
	return out->kind == VALUE_NUMBER;
}

static struct value evaluate_binary(struct eval *ev, const struct expr *e)
{
	struct value left, right;
	bool has_left = operand(ev, e->left, &left);
	bool has_right = operand(ev, e->right, &right);
	struct value v = { .kind = VALUE_NUMBER };

	if (!has_left || !has_right)
		return bad();
	v.has_unit = left.has_unit || right.has_unit;

	const char *what = compute(e->op, left.number, right.number, &v.number);

	return what ? overflow(ev, e, what) : v;
}

/* Depth is bounded by EXPR_DEPTH_MAX. */
static struct value evaluate(struct eval *ev, const struct expr *e)
{
	struct value v;

	switch (e->kind) {
	case EXPR_LITERAL:
		return e->value;
	case EXPR_NAME:
		return name_value(ev, e);
	case EXPR_NOT:
		if (!operand(ev, e->left, &v))
			return bad();
		v.number = ~v.number;
		return v;
	case EXPR_BINARY:
		return evaluate_binary(ev, e);
	}
	abort();
}

static struct define *define_of(struct eval *ev, const char *name)
{
	struct define *found = NULL;

	/* As with a C compiler, the last one counts. */
	for (struct define *d = ev->defines; d; d = d->next)
		if (!strcmp(d->name, name)) {
			d->is_used = true;
			found = d;
		}
	return found;
}

/*
 * A let that is a string takes the text of its -D as it is, so that the shell
 * need not be told to keep quotes; any other takes it as an expression.
 */
static struct value define_value(struct eval *ev, const struct define *d,
				 struct value old)
{
	if (old.kind == VALUE_STRING)
		return (struct value){
			.kind = VALUE_STRING,
			.string = arena_strndup(ev->read->arena, d->text.bytes,
						d->text.size) };

	struct expr *e = parse_value(ev->read, d->text);

	if (!e)
		return bad();

	struct value v = evaluate(ev, e);

	if (v.kind != VALUE_STRING || old.kind == VALUE_BAD)
		return v;
	diag_error(ev->read->diag, &rule_type_mismatch, e->at,
		   "'%s' is a number, and this is a string", d->name);
	return bad();
}

static void define(struct eval *ev, struct ast_root *root)
{
	const char *name = root->let->let.name.text;
	const struct define *d = define_of(ev, name);

	if (d)
		root->expr->value = define_value(ev, d, root->expr->value);
	/* names_check reports the second of two; the first one counts. */
	if (map_get(ev->names, name))
		return;

	struct definition *def = arena_alloc(ev->read->arena, sizeof(*def));

	def->let = root->let;
	def->root = root;
	if (ev->last)
		ev->last->next = def;
	else
		ev->first = def;
	ev->last = def;
	map_put(ev->names, name, def);
}

static void defines_add(struct eval *ev, const char *text)
{
	const struct read *r = ev->read;
	const char *equals = strchr(text, '=');
	struct source_text all;
	const char *why;

	if (!equals)
		abort();	/* options.c lets none through */
	if (source_add_text(r->source, "-D", text, strlen(text), &all,
			    &why) != SOURCE_ADDED) {
		diag_error(r->diag, &rule_text_too_large, ev->ast->main,
			   "-D %s", why);
		return;
	}

	uint32_t name_size = (uint32_t)(equals - text);
	uint32_t skip = name_size + 1;
	struct define *d = arena_alloc(r->arena, sizeof(*d));

	d->name = arena_strndup(r->arena, text, name_size);
	d->at = (struct span){ all.base, all.base + name_size };
	d->text = (struct source_text){
		.name = all.name, .bytes = all.bytes + skip,
		.size = all.size - skip, .base = all.base + skip,
	};

	struct define **end = &ev->defines;

	while (*end)
		end = &(*end)->next;
	*end = d;
}

static void report_unused(struct eval *ev)
{
	struct diag *d = ev->read->diag;
	struct span main = ev->ast->main;

	/* What was dropped as wrong may have been the use. */
	if (ev->ast->is_broken || diag_errors(d))
		return;
	for (const struct define *def = ev->defines; def; def = def->next) {
		struct suggest s = suggest_for(def->name);

		if (def->is_used)
			continue;
		diag_error(d, &rule_name_unknown, def->at,
			   "-D replaces the value of a let, and none is named"
			   " '%s'", def->name);
		for (const struct definition *l = ev->first; l; l = l->next)
			suggest_offer(&s, l->let->let.name.text);
		if (s.best)
			diag_help(d, "did you mean '%s'?", s.best);
	}
	for (const struct definition *l = ev->first; l; l = l->next) {
		uint32_t at = l->let->at.begin;

		/* A library's lets are there to be taken or left. */
		if (l->root->is_used || at < main.begin || at > main.end)
			continue;
		diag_warn(d, &rule_name_unused, l->let->let.name.at,
			  "'%s' is never used", l->let->let.name.text);
	}
}

void eval_ast(const struct read *r, const struct ast *ast)
{
	struct eval ev = { .read = r, .ast = ast, .names = map_new(r->arena) };

	for (size_t i = 0; i < r->n_defines; i++)
		defines_add(&ev, r->defines[i]);
	for (struct ast_root *root = ast->roots; root; root = root->next) {
		root->expr->value = evaluate(&ev, root->expr);
		if (root->let)
			define(&ev, root);
	}
	report_unused(&ev);
}
