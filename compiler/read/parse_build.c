/* SPDX-License-Identifier: BSD-2-Clause */
/* The grammar's hands: makes statements, expressions and lists. */
#include <string.h>

#include "base/arena.h"
#include "base/rules.h"
#include "read/parse.h"

struct ast_stmt *parse_stmt(struct parser *p, struct span at,
			    struct ast_stmt stmt)
{
	struct ast_stmt *s = arena_alloc(p->unit->read->arena, sizeof(*s));

	*s = stmt;
	s->at = at;
	return s;
}

struct stmt_list parse_stmt_add(struct stmt_list list, struct ast_stmt *stmt)
{
	list.last = parse_list_add(list.last, stmt);
	/* A payload's block that did not end may have swallowed statements. */
	if (stmt->kind == AST_BOOT)
		list.is_broken |= stmt->boot.block.is_broken;
	return list;
}

struct ast_block parse_block(struct stmt_list list, struct span open,
			     struct span close)
{
	return (struct ast_block){
		.at = span_join(open, close),
		.first = parse_list_close(list.last),
		.is_broken = list.is_broken,
	};
}

static struct expr *expr_new(struct parser *p, struct expr e)
{
	struct expr *copy = arena_alloc(p->unit->read->arena, sizeof(*copy));

	*copy = e;
	return copy;
}

struct expr *parse_literal(struct parser *p, struct span at, struct value v)
{
	return expr_new(p, (struct expr){
		.at = at, .kind = EXPR_LITERAL, .value = v });
}

struct expr *parse_name_expr(struct parser *p, struct span at,
			     const char *name)
{
	return expr_new(p, (struct expr){
		.at = at, .kind = EXPR_NAME, .name = name });
}

/*
 * The tree's depth is bounded here so that whoever walks it may recurse. Of an
 * expression that is too deep only the first excess is told.
 */
struct expr *parse_operation(struct parser *p, struct span at, enum expr_op op,
			     struct expr *left, struct expr *right)
{
	uint32_t depth = left->depth;

	if (right && right->depth > depth)
		depth = right->depth;
	if (depth < EXPR_DEPTH_MAX)
		return expr_new(p, (struct expr){
			.at = at, .kind = right ? EXPR_BINARY : EXPR_NOT,
			.op = op, .depth = depth + 1,
			.left = left, .right = right });
	if (depth == EXPR_DEPTH_MAX)
		diag_error(p->unit->read->diag, &rule_text_too_large, at,
			   "this expression has more than %d steps",
			   EXPR_DEPTH_MAX);

	struct expr *e = parse_literal(p, at, (struct value){ 0 });

	e->depth = EXPR_DEPTH_MAX + 1;
	return e;
}

struct expr *parse_root(struct parser *p, struct expr *e)
{
	struct parse_unit *u = p->unit;
	struct ast_root *root = arena_alloc(u->read->arena, sizeof(*root));

	root->expr = e;
	if (u->last_root)
		u->last_root->next = root;
	else
		u->ast->roots = root;
	u->last_root = root;
	return e;
}

/* The grammar has just registered the value of this let as a root. */
void parse_define(struct parser *p, const struct ast_stmt *let)
{
	p->unit->last_root->let = let;
}

/*
 * The first member of every listed struct is a pointer to the same struct;
 * memcpy reads it without claiming which.
 */
void *parse_list_add(void *last, void *item)
{
	void *first = item;

	if (last) {
		memcpy(&first, last, sizeof(first));
		memcpy(last, &item, sizeof(item));
	}
	memcpy(item, &first, sizeof(first));
	return item;
}

void *parse_list_close(void *last)
{
	void *first = NULL;

	if (last) {
		void *none = NULL;

		memcpy(&first, last, sizeof(first));
		memcpy(last, &none, sizeof(none));
	}
	return first;
}
