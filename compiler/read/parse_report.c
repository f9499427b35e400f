/* SPDX-License-Identifier: BSD-2-Clause */
/* What hvcc says where the text does not follow the grammar. */
#include <string.h>

#include "base/arena.h"
#include "base/rules.h"
#include "base/suggest.h"
#include "read/parse.h"

#define SHOWN_MAX 40	/* bytes of the user's text in a message */
#define LISTED_MAX 4	/* tokens after "expected" */

static bool expects(const struct parse_expected *e, const char *name)
{
	for (size_t i = 0; i < e->n; i++)
		if (!strcmp(e->names[i], name))
			return true;
	return false;
}

/* Names of classes are words of English: "a name", "end of file". */
static bool is_class(const char *name)
{
	return strchr(name, ' ');
}

static bool is_word(const char *name)
{
	return name[0] >= 'a' && name[0] <= 'z' && !is_class(name);
}

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(name, list[i]))
			return true;
	return false;
}

/* Told as one thing: begins a value, goes on with one. */
static bool begins_value(const char *name)
{
	static const char *const list[] = {
		"a number", "a string", "a name", "'('", "'~'" };

	return is_one_of(name, list, sizeof(list) / sizeof(list[0]));
}

static bool goes_on(const char *name)
{
	static const char *const list[] = {
		"'+'", "'-'", "'*'", "'/'", "'%'", "'&'", "'|'", "<<", ">>" };

	return is_one_of(name, list, sizeof(list) / sizeof(list[0]));
}

static const char *quoted(struct arena *a, const char *name)
{
	if (name[0] == '\'' || is_class(name))
		return name;
	return arena_printf(a, "'%s'", name);
}

/* "'as' or ';'"; NULL where that would say too much. */
static const char *list_expected(struct arena *a,
				 const struct parse_expected *e)
{
	const char *list[LISTED_MAX];
	bool has_value = expects(e, "'('");
	size_t n = 0;

	if (has_value)
		list[n++] = "a value";
	for (size_t i = 0; i < e->n; i++) {
		if ((has_value && begins_value(e->names[i])) ||
		    goes_on(e->names[i]))
			continue;
		if (n == LISTED_MAX)
			return NULL;
		list[n++] = quoted(a, e->names[i]);
	}
	if (!n)
		return NULL;

	const char *text = list[0];

	for (size_t i = 1; i < n; i++)
		text = arena_printf(a, "%s%s%s", text,
				    i + 1 == n ? " or " : ", ", list[i]);
	return text;
}

static const char *shown(const struct parser *p, struct span at,
			 const char *token)
{
	struct arena *a = p->unit->read->arena;
	size_t size = at.end - at.begin;
	const char *text = p->text.bytes + (at.begin - p->text.base);

	if (!strcmp(token, "end of file"))
		return token;
	if (!strcmp(token, "a string"))
		return "a string";
	if (size > SHOWN_MAX)
		return arena_printf(a, "'%.*s...'", SHOWN_MAX, text);
	return arena_printf(a, "'%.*s'", (int)size, text);
}

static void unknown_word(struct parser *p, struct span at, const char *word,
			 const struct parse_expected *e)
{
	struct diag *d = p->unit->read->diag;
	struct suggest s = suggest_for(word);

	diag_error(d, &rule_word_unknown, at,
		   "no statement that may stand here begins with '%s'", word);
	for (size_t i = 0; i < e->n; i++)
		if (is_word(e->names[i]))
			suggest_offer(&s, e->names[i]);
	if (s.best)
		diag_help(d, "did you mean '%s'?", s.best);
}

static void help(struct parser *p, const char *token,
		 const struct parse_expected *e)
{
	struct diag *d = p->unit->read->diag;
	struct suggest s = suggest_for(p->last.string ? p->last.string : "");

	for (size_t i = 0; i < e->n; i++)
		if (is_word(e->names[i]))
			suggest_offer(&s, e->names[i]);
	if (s.best)
		diag_help(d, "did you mean '%s'?", s.best);
	else if (is_word(token) && expects(e, "a name"))
		diag_help(d, "'%s' is a word of the language and cannot be a"
			  " name", token);
	else if (!strcmp(token, "a number") && expects(e, "spi"))
		diag_help(d, "write 'spi' or 'ppi' and the number that the"
			  " devicetree has, which is without the 32 or 16");
}

static bool is_end(const char *token)
{
	return !strcmp(token, "end of file");
}

/*
 * A statement's end or a block's end is missing where this token, which begins
 * its line, can only be the next statement, or where the file ends.
 */
static void mend(struct parser *p, const char *token,
		 const struct parse_expected *e)
{
	static const char *const outer[] = {
		"cell", "root", "channel", "policy", "hypervisor", "let",
		"include", "board", "virtio" };
	bool is_outer = is_one_of(token, outer,
				  sizeof(outer) / sizeof(outer[0]));
	bool is_gap = expects(e, "'}'") || expects(e, "';'");

	if (p->replayed == p->last.at.begin)
		return;
	if (!is_end(token) && (!p->last.starts_line || !is_word(token)))
		return;
	if (p->n_braces && (is_end(token) || (is_outer && is_gap)))
		p->n_closes = p->n_braces;
	else if (!expects(e, "';'"))
		return;
	p->has_end = !p->n_closes;
	p->has_replay = !is_end(token);
	p->replayed = p->last.at.begin;
}

void parse_report(struct parser *p, struct span at, const char *token,
		  const struct parse_expected *e)
{
	struct diag *d = p->unit->read->diag;
	struct arena *a = p->unit->read->arena;
	bool is_statement = e->n > LISTED_MAX && !expects(e, "a name") &&
			    !expects(e, "';'");

	p->is_recovering = true;
	if (p->last.string && is_statement) {
		unknown_word(p, at, p->last.string, e);
		return;
	}

	const char *list = list_expected(a, e);

	mend(p, token, e);
	if (p->has_end)
		diag_error(d, &rule_syntax,
			   (struct span){ p->before_last, p->before_last },
			   "a ';' is missing here");
	else if (p->n_closes && !is_end(token))
		diag_error(d, &rule_syntax, at,
			   "'%s' cannot stand inside of a block", token);
	else if (list)
		diag_error(d, &rule_syntax, at, "expected %s, not %s", list,
			   shown(p, at, token));
	else
		diag_error(d, &rule_syntax, at, "%s cannot stand here",
			   shown(p, at, token));
	if (p->n_closes)
		diag_note(d, p->braces[p->n_braces - 1],
			  "this block is still open");
	if (!p->has_end)
		help(p, token, e);
}

void parse_too_deep(struct parser *p)
{
	diag_error(p->unit->read->diag, &rule_text_too_large, p->last.at,
		   "what stands here is nested too deep");
}
