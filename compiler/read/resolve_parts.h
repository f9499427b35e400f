/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resolve_parts.h - the model while it is put together; for resolve*.c alone.
 *
 * resolve.c makes room for all cells and channels first, so that names become
 * pointers at once; then each part fills its objects. A part reports what it
 * cannot use and leaves it out. Includes base, ast, board, model.
 */
#ifndef READ_RESOLVE_PARTS_H
#define READ_RESOLVE_PARTS_H

#include "model/model.h"
#include "read/ast.h"
#include "read/board.h"
#include "read/read.h"

struct resolve {
	const struct read *read;
	const struct ast *ast;
	const struct resolve_options *options;
	struct known_board known;
	struct model *model;
	struct cell *cells;		/* model.cells */
	struct channel *channels;	/* model.channels, and room for a
					 * virtio device's each */
	/* What `except` names is nobody's. */
	const struct device **excepted;
	size_t n_excepted;
};

/* ---- resolve_block.c: what all blocks have in common -------------------- */

/* How often a kind of statement may stand in a block. */
struct block_rule {
	enum ast_kind kind;
	bool is_list;		/* else once */
	bool is_wanted;		/* there is no default */
};

/*
 * Reports statements that stand twice, and, in one message, those that are
 * missing. who is "'guest'" or "boot linux". Kinds that no rule names have no
 * place in the block.
 */
void block_check(const struct resolve *r, const char *who, struct span at,
		 const struct ast_block *block, const struct block_rule *rules,
		 size_t n_rules);
/* The first statement of the kind, or NULL. */
const struct ast_stmt *block_find(const struct ast_block *block,
				  enum ast_kind kind);

/*
 * The index of the word in words; n_words after an error, which suggests the
 * nearest. what is "an event".
 */
size_t word_find(const struct resolve *r, const struct ast_word *word,
		 const char *what, const char *const *words, size_t n_words);
/* NULL after an error. */
const struct cell *cell_find(const struct resolve *r,
			     const struct ast_word *name);
const struct channel *channel_find(const struct resolve *r,
				   const struct ast_word *name);
/* A part of the language that a later hvcc brings. */
void not_built_yet(const struct resolve *r, struct span at, const char *what);
/* What a waiver says; NULL where there is none. Never silently nothing. */
const char *waiver_reason(const struct resolve *r,
			  const struct ast_waiver *waiver);
/* A size that is not 0; false after an error. what is "'linux.ram'". */
bool size_read(const struct resolve *r, const struct expr *e, const char *what,
	       uint64_t *out) __attribute__((warn_unused_result));

/* ---- the parts ---------------------------------------------------------- */

void resolve_hypervisor(struct resolve *r);
void resolve_cell(struct resolve *r, const struct ast_stmt *s, struct cell *c);
void resolve_on(struct resolve *r, const struct ast_block *block,
		struct cell *c);
void resolve_managed(struct resolve *r, const struct ast_block *block,
		     struct cell *c);
void resolve_memory(struct resolve *r, const struct ast_block *block,
		    struct cell *c);
void resolve_devices(struct resolve *r, const struct ast_block *block,
		     struct cell *c);
/* After all cells: what nothing else names. */
void resolve_rest(struct resolve *r);
void resolve_boot(struct resolve *r, const struct ast_block *block,
		  struct cell *c);
void resolve_channel(struct resolve *r, const struct ast_stmt *s,
		     struct channel *ch);
/* Statements of the file and of cells: shared page, firmware calls. */
void resolve_shared(struct resolve *r, const struct ast_stmt *s);
/* After all channels: those that `bounce` makes are the last. */
void resolve_virtios(struct resolve *r, size_t n);
void resolve_policies(struct resolve *r);

#endif
