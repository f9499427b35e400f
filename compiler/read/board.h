/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.h - the machine, from its devicetree and from board { }.
 *
 * board_read never fails: what the tree gets wrong is an error with a place
 * and is left out of the board. /chosen is never looked at: boot loaders put
 * random seeds there. Includes model.
 */
#ifndef READ_BOARD_H
#define READ_BOARD_H

#include "model/model.h"
#include "read/ast.h"
#include "read/read.h"

#define BOARD_SIZE_MAX (16 * MIB)	/* bytes of a devicetree */
#define BOARD_SPIS_MAX 988	/* the largest controller's (GIC IHI 0069H.b, 2.2.1) */

struct tree;

struct known_board {
	const struct board *board;
	const struct target *target;	/* NULL: reported */
	const struct tree *tree;	/* NULL without a devicetree */
};

struct known_board board_read(const struct read *r, const struct ast *ast);
/*
 * The board of a devicetree alone, without any text. False only where the file
 * cannot be read (the environment's fault), with the reason in *why; the tree
 * is NULL where it is no devicetree.
 */
bool board_open(const struct read *r, const char *path,
		struct known_board *out, const char **why)
	__attribute__((warn_unused_result));

/*
 * The machine of a devicetree that a Linux runs with; NULL where that is not
 * usable, after errors at `at`.
 */
const struct board *board_of_running(const struct read *r, struct span at,
				     const char *path);

/*
 * The devices that &name, &"name", &{/path} and &name[a..b] mean, in the order
 * of their first registers. Unknown and ambiguous names are reported; then the
 * list is empty.
 */
struct device_list { const struct device **devices; size_t n; };
struct device_list board_find(const struct read *r,
			      const struct known_board *known,
			      const struct ast_device *name);

/*
 * The numbers that `spi 33` or `ppi 9..11` says, rising and such as a
 * controller can have. False after an error.
 */
bool board_line_numbers(const struct read *r, const struct ast_line *l,
			struct line_range *out)
	__attribute__((warn_unused_result));
enum line_kind board_line_kind(const struct ast_line *l);

#endif
