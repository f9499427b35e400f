/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grammar's source of tokens. What it adds to the lexer's is recovery:
 *
 * - a block inside a wrong statement is swallowed whole, and counts as the
 *   statement's end;
 * - where a ';' or a '}' is missing and the next line begins with a word of
 *   the language, the missing token is handed out and the word once more.
 *
 * So the statements behind a wrong one are parsed as if it were not there.
 */
#include "read/parse.h"

#include <string.h>

#include "base/arena.h"
#include "grammar.h"

static bool starts_line(const struct parser *p, struct span at)
{
	uint32_t i = at.begin - p->text.base;

	while (i && (p->text.bytes[i - 1] == ' ' ||
		     p->text.bytes[i - 1] == '\t'))
		i--;
	return !i || p->text.bytes[i - 1] == '\n';
}

static void brace_open(struct parser *p, struct span at)
{
	p->braces = arena_grow(p->unit->read->arena, p->braces, p->n_braces,
			       sizeof(*p->braces));
	p->braces[p->n_braces++] = at;
}

/*
 * arena_grow wants a list that only grows, so where braces close and open
 * again it may copy more often than needed; never less.
 */
static void brace_close(struct parser *p)
{
	if (p->n_braces)
		p->n_braces--;
}

/* Reads behind the '{' that was the last token, up to its '}'. */
static void skip_block(struct parser *p, union YYSTYPE *value, struct span *at)
{
	size_t depth = 1;

	while (depth) {
		int kind = lexer_token(value, at, p, p->scanner);

		if (kind == YYEOF)
			return;
		depth += kind == '{';
		depth -= kind == '}';
	}
}

/* Tokens that nobody wrote, and a word again; none of them has a value. */
static bool hand_out(struct parser *p, struct span *at, int *kind)
{
	*at = (struct span){ p->last.at.begin, p->last.at.begin };
	if (p->has_end) {
		p->has_end = false;
		*kind = ';';
		return true;
	}
	if (p->n_closes) {
		p->n_closes--;
		brace_close(p);
		*kind = '}';
		return true;
	}
	if (p->has_replay) {
		p->has_replay = false;
		*kind = p->last.kind;
		if (*kind == '}')
			brace_close(p);
		*at = p->last.at;
		return true;
	}
	return false;
}

static int next(struct parser *p, union YYSTYPE *value, struct span *at)
{
	int kind = lexer_token(value, at, p, p->scanner);

	if (kind == '{' && p->is_recovering) {
		skip_block(p, value, at);
		return ';';
	}
	if (kind == '{')
		brace_open(p, *at);
	if (kind == '}')
		brace_close(p);
	return kind;
}

/*
 * The file ends inside of a block or a statement. The parser gives up at an end
 * that it does not expect, so it first gets a token that it can recover from.
 */
static bool is_early(const struct parser *p)
{
	int kind = p->last.kind;

	if (p->is_value || kind == EARLY_END)
		return false;
	return p->n_braces || (kind && kind != ';' && kind != '}');
}

int yylex(union YYSTYPE *value, struct span *at, struct parser *p)
{
	int kind;

	if (!p->has_begun) {
		p->has_begun = true;
		*at = (struct span){ p->text.base, p->text.base };
		return p->is_value ? FOR_VALUE : FOR_FILE;
	}
	if (hand_out(p, at, &kind))
		return kind;
	if (p->is_recovering && p->last.kind == '{') {
		/* The block's own '{' was the wrong token. */
		p->last.kind = ';';
		skip_block(p, value, at);
		brace_close(p);
		return ';';
	}
	p->before_last = p->last.at.end;
	kind = next(p, value, at);
	if (kind == YYEOF && is_early(p))
		kind = EARLY_END;
	p->last = (struct parse_token){
		.kind = kind, .at = *at, .starts_line = starts_line(p, *at),
		.string = kind == NAME ? value->NAME : NULL,
	};
	return kind;
}

void parse_recovered(struct parser *p)
{
	p->is_recovering = false;
}
