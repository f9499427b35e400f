/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parse.h - what the lexer, the grammar and their helpers share.
 *
 * Private to lang/ and to parse*.c and include.c; everybody else takes
 * read.h. Tokens go lexer -> parse_token (recovery) -> grammar; the grammar
 * builds statements with the helpers of parse_build.c. Includes read.h, diag.
 */
#ifndef READ_PARSE_H
#define READ_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/file.h"
#include "read/ast.h"
#include "read/read.h"

#define PARSE_FILES_MAX 1024	/* that one input may include */
#define PARSE_DEPTH_MAX 64	/* of includes */
#define EXPR_DEPTH_MAX 256	/* of an expression's tree */

/* A list while it grows, linked in a circle: this is its last element. */
struct stmt_list {
	struct ast_stmt *last;
	bool is_broken;
};

/* What was read so far, over all files. */
struct parse_unit {
	const struct read *read;
	struct ast *ast;
	struct ast_root *last_root;
	struct parse_input *inputs;	/* every file, open or done */
	size_t n_inputs;
	size_t depth;			/* of open files */
};

struct parse_input {
	struct file_id id;
	const char *path;
	struct span text;
	bool is_open;
	struct span included_at;
};

struct parse_lookahead {
	int kind;
	struct span at;
	bool starts_line;
};

/* A token that the grammar got. */
struct parse_token {
	int kind;
	struct span at;
	const char *string;	/* of a token that has one */
	bool starts_line;
};

/* One text while it is parsed. */
struct parser {
	struct parse_unit *unit;
	struct source_text text;
	uint32_t offset;		/* the lexer's, in text */
	void *scanner;
	bool is_value;			/* the text of a -D, one expression */
	bool has_begun;
	struct parse_token last;
	uint32_t before_last;		/* the end of the token before it */
	struct span *braces;		/* not closed yet */
	size_t n_braces;
	struct expr *value;		/* result where is_value */
	struct stmt_list items;		/* result else */

	/* Recovery: see parse.c. */
	bool is_recovering;
	size_t n_closes;		/* '}' to hand out that nobody wrote */
	bool has_end;			/* ';' to hand out that nobody wrote */
	bool has_replay;		/* then hand out `last` once more */
	uint32_t replayed;		/* where that was done, so only once */
};

union YYSTYPE;

/* lexer.l; the only function that reads bytes. */
int lexer_token(union YYSTYPE *value, struct span *at, struct parser *p,
		void *scanner);

/* parse.c */
int yylex(union YYSTYPE *value, struct span *at, struct parser *p);
void parse_recovered(struct parser *p);
/* lexer.l: parses one text; p has text, unit and is_value. */
void parse_text(struct parser *p);
/* One expression that is no part of a file; NULL where it is none. */
struct expr *parse_value(const struct read *r, struct source_text text);

/* parse_encoding.c: the bytes of a text before the lexer; false: not worth it. */
bool parse_check_encoding(const struct read *r, const struct source_text *t);

/* parse_report.c; tokens by the grammar's names for them. */
struct parse_expected {
	const char *const *names;
	size_t n;
};
void parse_report(struct parser *p, struct span at, const char *token,
		  const struct parse_expected *expected);
void parse_too_deep(struct parser *p);

/* include.c */
/* Whatever is missing from now on may stand in what was not read. */
void parse_lacks_text(struct parse_unit *u);
/* Reads and parses one file, and notes it as read. */
enum source_result parse_file(struct parse_unit *u, const char *path,
			      struct span included_at, struct stmt_list *items,
			      const char **why);
void parse_include(struct parser *p, struct span at, const char *name,
		   bool is_library);

/* parse_literal.c: the text of a token; each reports what is wrong with it. */
struct value parse_number(struct parser *p, struct span at, const char *text,
			  size_t size);
const struct ast_mac *parse_mac(struct parser *p, struct span at,
				const char *text);
const char *parse_string(struct parser *p, struct span at, const char *text,
			 size_t size);
const char *parse_name(struct parser *p, struct span at, const char *text,
		       size_t size);
const char *parse_bytes(struct parser *p, const char *text, size_t size);

/* parse_build.c: all memory is the unit's arena. */
struct ast_stmt *parse_stmt(struct parser *p, struct span at,
			    struct ast_stmt stmt);
struct stmt_list parse_stmt_add(struct stmt_list list, struct ast_stmt *stmt);
struct ast_block parse_block(struct stmt_list list, struct span open,
			     struct span close);
struct expr *parse_literal(struct parser *p, struct span at, struct value v);
struct expr *parse_name_expr(struct parser *p, struct span at,
			     const char *name);
struct expr *parse_operation(struct parser *p, struct span at, enum expr_op op,
			     struct expr *left, struct expr *right);
/* Registers a whole expression for evaluation. */
struct expr *parse_root(struct parser *p, struct expr *e);
void parse_define(struct parser *p, const struct ast_stmt *let);

/*
 * Lists of structs whose first member is their next. While one grows, its
 * last element points to its first; parse_list_close returns the first.
 */
void *parse_list_add(void *last, void *item);
void *parse_list_close(void *last);

#endif
