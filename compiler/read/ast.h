/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ast.h - what the user wrote, statement by statement, before it means
 * anything.
 *
 * One struct for every statement of every block: a kind, a span, and the
 * member of the union that has the kind's name in lower case. Lists are in
 * reading order over all files; an include leaves nothing but the statements
 * of its file in its place. Words of the language that the grammar does not
 * need (the kind after boot, the mode of a console, an event) are plain words:
 * resolve knows them, and suggests the nearest where it does not.
 *
 * Every expression has been evaluated when resolve sees it: look at its value
 * alone. VALUE_BAD has been reported already and needs no second error. What
 * the user left out is NULL, or a word whose text is NULL. Strings hold no NUL.
 *
 * Reading guarantees that the names of lets, cells, channels and virtio devices
 * are unique over all files, and the names of regions unique in their cell and
 * different from those. Nothing else: not that a statement stands once in its block, nor that
 * it may stand there with these parts.
 *
 * Includes source.
 */
#ifndef READ_AST_H
#define READ_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/source.h"

enum value_kind { VALUE_BAD, VALUE_NUMBER, VALUE_STRING };

struct value {
	enum value_kind kind;
	bool has_unit;		/* suffix or hexadecimal, itself or by a let */
	uint64_t number;
	const char *string;
};

enum expr_kind { EXPR_LITERAL, EXPR_NAME, EXPR_NOT, EXPR_BINARY };

enum expr_op {
	OP_NONE, OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_SHL, OP_SHR,
	OP_AND, OP_OR
};

struct expr {
	struct expr *next;	/* where exprs are a list */
	struct span at;
	enum expr_kind kind;
	enum expr_op op;	/* EXPR_BINARY */
	uint32_t depth;
	const char *name;	/* EXPR_NAME */
	struct expr *left, *right;
	struct value value;
};

/* A name or a plain word; text is NULL where the user left it out. */
struct ast_word {
	struct ast_word *next;
	struct span at;
	const char *text;
};

/* first..last, both included; last is NULL for a single number. */
struct ast_range {
	struct ast_range *next;
	struct span at;
	const struct expr *first, *last;
};

/* &name, &"name", &{/path}, and the first two with [first..last]. */
struct ast_device {
	struct ast_device *next;
	struct span at;
	bool is_path;
	const char *text;
	const struct ast_range *nodes;	/* NULL: without [ ] */
};

enum ast_line_kind { AST_LINE_SPI, AST_LINE_PPI };

struct ast_line {
	struct ast_line *next;
	struct span at;
	enum ast_line_kind kind;
	const struct expr *first, *last;	/* last NULL: one line */
};

struct ast_mac {
	struct span at;
	bool is_bad;		/* reported */
	uint8_t b[6];
};

/* A cell at one end of a channel. */
struct ast_end {
	struct ast_end *next;
	struct ast_word cell;
	const struct expr *as;
};

/* What weakens isolation: at is nowhere where it was not said. */
struct ast_waiver {
	struct span at;		/* "unprotected dma", "shared page", ... */
	const struct expr *because;	/* NULL: the reason is missing */
};

enum memory_mode { MODE_NONE, MODE_RO, MODE_RX, MODE_RW };

enum ast_kind {
	/* the file */
	AST_BOARD_FILE,		/* board "file"; */
	AST_BOARD,		/* board { } */
	AST_HYPERVISOR,
	AST_CELL,
	AST_CHANNEL,
	AST_VIRTIO,
	AST_POLICY,
	AST_LET,
	AST_SHARED,		/* also in a cell */
	AST_FIRMWARE,		/* also in a cell */

	/* a cell; some also in hypervisor, channel and board */
	AST_CPUS,
	AST_MEMORY,
	AST_DEVICES,
	AST_LINES,
	AST_PMU,
	AST_INTERRUPTS,		/* also in board */
	AST_PRIORITY,		/* priority mask; */
	AST_CONSOLE,
	AST_BOOT,
	AST_START,
	AST_PAYLOAD,
	AST_TREE,		/* also in boot */
	AST_ON,			/* also in a virtio device */
	AST_MANAGED,
	AST_SCRUB,		/* scrub at boot; */

	/* boot { } */
	AST_KERNEL,
	AST_INITRD,
	AST_CMDLINE,
	AST_IMAGE,
	AST_ENTRY,

	/* a channel */
	AST_BETWEEN,
	AST_FROM,
	AST_DOORBELL,

	/* a virtio device */
	AST_SETTING,		/* file "x";  readonly;  mac 52:54:..; */
	AST_SHARE,		/* share ram because "..."; */

	/* the policy */
	AST_ISOLATE,
	AST_CONFIDENTIAL,
	AST_ALLOW,
	AST_DENY,
	AST_ONLY,

	/* board { } */
	AST_CPU,
	AST_RESERVED,
	AST_GIC,
	AST_TIMER,
	AST_DEVICE,
	AST_PSCI,
	AST_LINE_COUNT,		/* lines 256; */
	AST_FREE,		/* free lines spi 200..223; */
	AST_ADDRESS,		/* address bits 40; */
	AST_DMA,		/* dma "vendor,part", ...; */
	AST_PROPERTY,		/* a line of gic, timer or device */
};

/*
 * is_broken: a statement inside was wrong and is missing here, so a block that
 * seems to lack something may not lack it.
 */
struct ast_block {
	struct span at;		/* from { to } */
	struct ast_stmt *first;
	bool is_broken;
};

struct ast_stmt {
	struct ast_stmt *next;
	struct span at;		/* without the ; and, for a block, without it */
	enum ast_kind kind;
	bool is_override;	/* board { override ...; } */
	union {
		struct { const struct expr *file; } board_file;
		struct ast_block board, hypervisor, policy;
		struct {
			bool is_root;
			struct ast_word name;
			struct ast_block block;
		} cell;
		struct {
			struct ast_word name;
			struct ast_block block;
		} channel;
		/* virtio KIND NAME for FRONT from BACK { } */
		struct {
			struct ast_word kind, name, front, back;
			struct ast_block block;
		} virtio;
		struct {
			struct ast_word name;
			const struct expr *value;
		} let;
		/* shared page &x because "..."; what is "page" or "provider" */
		struct {
			struct ast_word what;
			const struct ast_device *devices;
			struct ast_waiver waiver;
		} shared;
		struct {
			const struct ast_range *calls;
			struct ast_waiver waiver;
		} firmware;

		struct {
			const struct ast_range *list;
			const struct expr *as;
		} cpus;
		/*
		 * cell: name, size or is_rest, at, as, mode, is_uncached.
		 * hypervisor: size, at. channel: size, at, is_uncached.
		 * board: size, at.
		 */
		struct {
			struct ast_word name;
			const struct expr *size, *at, *as;
			bool is_rest, is_uncached;
			enum memory_mode mode;
			struct span mode_at, uncached_at;
		} memory;
		/* With is_rest, list is what `except` names. */
		struct {
			const struct ast_device *list;
			bool is_rest;
			struct ast_waiver dma;
		} devices;
		struct { const struct ast_line *list; } lines, free;
		struct { struct ast_word mode; } interrupts, start, payload,
						 psci;
		/* Either a word (virtual, none) or a device. */
		struct {
			struct ast_word mode;
			const struct ast_device *device;
		} console;
		struct {
			struct ast_word mode;
			struct ast_block block;
		} boot;
		struct {
			struct ast_word event;
			/* "restart"; is_machine: `machine off` is "off" */
			struct ast_word action;
			bool is_machine;
			const struct expr *count;
		} on;
		struct {
			const struct ast_word *rights;
			struct ast_word by;
		} managed;

		struct { const struct expr *value; } kernel, initrd, cmdline,
						     tree, entry, line_count,
						     address;
		struct { const struct expr *value, *at; } image;

		struct { const struct ast_end *ends; } between;
		struct {
			struct ast_end writer;
			const struct ast_end *readers;
		} from;

		/* Neither value nor mac: a word alone. */
		struct {
			struct ast_word name;
			const struct expr *value;
			const struct ast_mac *mac;
		} setting;
		struct {
			struct ast_word what;
			struct ast_waiver waiver;
		} share;

		struct { struct ast_word cell; } isolate, confidential;
		/* via has no text in deny; is_both: <-> */
		struct {
			struct ast_word from, to, via;
			bool is_both;
		} allow, deny;
		struct {
			struct ast_word cell;
			struct ast_word name;	/* or device */
			const struct ast_device *device;
		} only;

		/* cpu MPIDR ["compatible"]; */
		struct { const struct expr *mpidr, *compatible; } cpu;
		/* reserved NAME SIZE at PA; */
		struct {
			struct ast_word name;
			const struct expr *size, *at;
		} reserved;
		struct ast_block gic, timer;
		struct {
			struct ast_word name;
			struct ast_block block;
		} device;
		struct { const struct expr *list; } dma;
		/* compatible "a", "b";  registers SIZE at PA;  virtual ppi 11; */
		struct {
			struct ast_word name;
			const struct expr *list, *at;
			const struct ast_line *lines;
		} property;
	};
};

/* A root is a whole expression, in reading order, and what it defines. */
struct ast_root {
	struct ast_root *next;
	struct expr *expr;
	const struct ast_stmt *let;	/* NULL: defines nothing */
	bool is_used;			/* a later expression names the let */
};

struct ast {
	const char *path;		/* of the main file */
	struct span main;		/* the main file, whole */
	struct ast_stmt *first;
	struct ast_root *roots;		/* for eval */
	bool is_broken;			/* as in ast_block, for the files */
	bool lacks_text;		/* of a file that could not be read */
};

/* "memory", "free lines": what a message calls a statement. */
const char *ast_kind_name(enum ast_kind kind);

#endif
