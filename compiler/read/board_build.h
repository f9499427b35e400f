/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board_build.h - the board while it is put together; for board*.c alone.
 *
 * board.c calls the parts in the order in which they stand here. Each reports
 * what it cannot use and leaves it out. Includes base, ast, model, target.
 */
#ifndef READ_BOARD_BUILD_H
#define READ_BOARD_BUILD_H

#include "model/model.h"
#include "read/ast.h"
#include "read/board_tree.h"
#include "read/read.h"
#include "target/target.h"

/* From one CPU's frames to the next where nobody says it, and at least. */
#define BOARD_STRIDE (128 * KIB)

/* An interrupt that ends at another node than the board's own controller. */
struct foreign {
	uint32_t node;
	const char *property;		/* that says it */
	struct foreign *next;
};

struct board_build {
	const struct read *read;
	const struct ast *ast;
	const struct target *target;
	struct board board;		/* its lists are those below */
	struct span file_at;		/* of board "file"; or nowhere */
	bool has_tree;
	struct tree tree;
	struct board_cpu *cpus;
	struct board_memory *memory, *reserved;
	struct device *devices;		/* room for all: they never move */
	size_t n_devices;
	/* Of the first n_said devices; a name may be that of more than one. */
	struct map *said_by_path, *said_by_name, *said_by_name_again;
	size_t n_said;
	uint32_t *device_of_node;	/* index in devices, or TREE_NONE */
	struct foreign **foreigns;	/* by device */
	uint32_t controller_node;	/* or TREE_NONE */
	struct line_range *free_lines;
	struct map *masters;		/* by string: of `dma "compatible";` */
	bool has_stated_spis, has_stated_address_bits;
};

/* board_load.c, board_dts.c: bytes that passed fdt_check_full, or NULL. */
const void *board_load(const struct read *r, struct span at, const char *path,
		       size_t *size);
const void *board_load_dts(const struct read *r, struct span at,
			   const char *path, size_t *size);
const void *board_check(const struct read *r, struct span at, const char *path,
			const uint8_t *bytes, size_t size);

/* board_words.c: NULL where the string does not mean that. */
const struct tree_word *board_word_of(const struct target *target,
				      const char *compatible,
				      enum tree_meaning means);
/* The same for any of the node's compatible strings. */
const struct tree_word *board_word(const struct target *target,
				   const struct tree *t, uint32_t node,
				   enum tree_meaning means);
/* Why such a device masters the bus, or NULL. */
const char *board_dma_by_word(const struct board_build *b,
			      const char *compatible);
const char *board_dma_by_kind(enum device_role role, const char *name);
const char *board_dma_reason(const struct board_build *b, uint32_t node,
			     enum device_role role);
/* By the name of its node; MEANS_WATCHDOG counts as well. */
bool board_is_watchdog(const char *name);
/* The role that a compatible string alone gives. */
enum device_role board_role_of(const struct target *target,
			       const char *compatible);
enum device_role board_role(const struct board_build *b, uint32_t node);

/* board_reg.c */
struct reg_list { struct device_reg *regs; size_t n; };
/* The node's reg as the CPUs see it; nothing where the bus is not theirs. */
struct reg_list board_regs(const struct board_build *b, uint32_t node);
/*
 * Adds size bytes at the address that a property has, written as those of reg
 * are. False: it is no address.
 */
bool board_reg_of(const struct board_build *b, uint32_t node,
		  const char *property, uint64_t size, struct reg_list *list)
	__attribute__((warn_unused_result));
/* Adds the windows of a host bridge. */
void board_windows(const struct board_build *b, uint32_t node,
		   struct reg_list *list);

/* board_bus.c: takes from a bus the reg that is all that hangs on it. */
void board_bus(struct board_build *b, uint32_t node);

/* board_line.c: fills lines of a device, and b->foreigns. */
void board_lines(struct board_build *b, uint32_t node, struct device *d);

/* board_facts.c: cpus, memory, reserved memory, firmware. */
void board_facts(struct board_build *b);
/* board_device.c: every device, then the controller and the timer. */
void board_devices(struct board_build *b);
/* board_needs.c: what the devices ask of each other; their lines are read. */
void board_needs(struct board_build *b);
void board_controller(struct board_build *b);
void board_timer(struct board_build *b);

/* board_block.c: what board { } adds to the tree, and changes by override. */
void board_blocks(struct board_build *b);
/*
 * False after an error: the tree says it already and the statement does not say
 * override, or the other way round.
 */
bool board_may_change(const struct board_build *b, const struct ast_stmt *s,
		      bool is_said, struct span said_at);
/* "SIZE at PA", in a statement or a property; false after an error. */
bool board_range(const struct board_build *b, const struct expr *size,
		 const struct expr *at, struct span whole,
		 struct pa_range *out);

/* board_block_device.c: the statements that are blocks themselves. */
void board_block_gic(struct board_build *b, const struct ast_stmt *s);
void board_block_timer(struct board_build *b, const struct ast_stmt *s);
void board_block_device(struct board_build *b, const struct ast_stmt *s);

#endif
