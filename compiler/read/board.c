/* SPDX-License-Identifier: BSD-2-Clause */
#include "read/board.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/map.h"
#include "base/rules.h"
#include "base/source.h"
#include "base/units.h"
#include "read/board_build.h"

#define ADDRESS_BITS_ASSUMED 40


static const struct ast_stmt *file_stmt(const struct read *r,
					const struct ast *ast)
{
	const struct ast_stmt *found = NULL;

	for (const struct ast_stmt *s = ast->first; s; s = s->next) {
		if (s->kind != AST_BOARD_FILE)
			continue;
		if (!found) {
			found = s;
			continue;
		}
		diag_error(r->diag, &rule_attribute_twice, s->at,
			   "the board's file is named a second time");
		diag_note(r->diag, found->at, "it is named here");
	}
	return found;
}

static bool has_block(const struct ast *ast)
{
	for (const struct ast_stmt *s = ast->first; s; s = s->next)
		if (s->kind == AST_BOARD)
			return true;
	return false;
}

static size_t blocks_devices(const struct ast *ast)
{
	size_t n = 0;

	for (const struct ast_stmt *s = ast->first; s; s = s->next)
		if (s->kind == AST_BOARD)
			for (const struct ast_stmt *f = s->board.first; f;
			     f = f->next)
				n += f->kind == AST_DEVICE;
	return n;
}

static void tree_load(struct board_build *b)
{
	const struct read *r = b->read;

	b->board.fdt = board_load(r, b->file_at, b->board.path,
				  &b->board.fdt_size);
	if (!b->board.fdt)
		return;
	b->has_tree = tree_build(r->arena, r->source, r->diag, b->file_at,
				 b->board.path, b->board.fdt, &b->tree);
	if (!b->has_tree)
		b->board.fdt = NULL;
}

/* Finds and reads the tree; without one, board { } says everything. */
static void tree_find(struct board_build *b, const struct ast_stmt *s)
{
	const char *file = read_string(b->read, s->board_file.file, "board");

	b->file_at = s->board_file.file->at;
	if (!file)
		return;
	b->board.file = file;
	b->board.path = read_find(b->read, b->file_at, file);
	if (b->board.path)
		tree_load(b);
}

static void masters_collect(struct board_build *b)
{
	b->masters = map_new(b->read->arena);
	for (const struct ast_stmt *s = b->ast->first; s; s = s->next) {
		if (s->kind != AST_BOARD)
			continue;
		for (const struct ast_stmt *f = s->board.first; f; f = f->next)
			for (const struct expr *e = f->kind == AST_DMA
			     ? f->dma.list : NULL; e; e = e->next) {
				const char *word = read_string(b->read, e,
							       "dma");

				if (word)
					map_put(b->masters, word, b);
			}
	}
}

static void tree_read(struct board_build *b)
{
	b->target = target_find(&b->board);
	board_facts(b);
	board_devices(b);
	board_needs(b);
	board_controller(b);
	board_timer(b);
	if (!tree_spend(&b->tree))
		diag_error(b->read->diag, &rule_board_unusable, b->file_at,
			   "the buses, interrupt maps and references of '%s'"
			   " are too large to follow", b->board.path);
}

/* ---- what nobody said --------------------------------------------------- */

static uint32_t highest_spi(const struct board_build *b)
{
	uint32_t highest = 0;

	for (size_t i = 0; i < b->n_devices; i++)
		for (size_t k = 0; k < b->devices[i].n_lines; k++) {
			const struct line *l = &b->devices[i].lines[k];

			if (l->kind == LINE_SPI && l->number > highest)
				highest = l->number;
		}
	return highest;
}

/*
 * The runtime compares what was assumed here with the hardware before any cell
 * starts, and refuses with both numbers.
 */
static void assume(struct board_build *b)
{
	struct board *board = &b->board;

	if (!b->has_stated_spis) {
		uint32_t n = (highest_spi(b) + 32) / 32 * 32;

		board->n_spis = n < BOARD_SPIS_MAX ? n : BOARD_SPIS_MAX;
		board->is_n_spis_assumed = true;
		diag_say(b->read->diag, "assumed that the board implements %"
			 PRIu32 " SPIs; say it by board { lines N; }",
			 board->n_spis);
	}
	if (!b->has_stated_address_bits) {
		board->address_bits = ADDRESS_BITS_ASSUMED;
		board->is_address_bits_assumed = true;
		diag_say(b->read->diag, "assumed that physical addresses have"
			 " %d bits; say it by board { address bits N; }",
			 ADDRESS_BITS_ASSUMED);
	}
}

/* All that is missing in one message. */
static void complete(const struct board_build *b)
{
	const struct board *board = &b->board;
	const struct { bool is_there; const char *what; } wanted[] = {
		{ board->n_cpus, "cpu" },
		{ board->n_memory, "memory" },
		{ board->controller.version, "interrupt controller" },
		{ board->timer.is_present, "timer" },
		{ board->conduit != CONDUIT_NONE, "psci conduit" },
	};
	const char *list = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!wanted[i].is_there)
			list = list ? arena_printf(b->read->arena, "%s, no %s",
						   list, wanted[i].what)
				    : wanted[i].what;
	if (!list)
		return;
	diag_error(b->read->diag, &rule_board_unusable, board->at,
		   "the board has no %s", list);
	diag_help(b->read->diag, "board { } adds what a devicetree leaves to"
		  " the firmware");
}

static void publish(struct board_build *b)
{
	b->board.cpus = b->cpus;
	b->board.memory = b->memory;
	b->board.reserved = b->reserved;
	b->board.devices = b->devices;
	b->board.n_devices = b->n_devices;
	b->board.free_lines = b->free_lines;
}

static void make_room(struct board_build *b)
{
	struct arena *a = b->read->arena;
	size_t n_nodes = b->has_tree ? b->tree.n_nodes : 0;

	b->devices = arena_array(a, n_nodes + blocks_devices(b->ast),
				 sizeof(*b->devices));
	b->device_of_node = arena_array(a, n_nodes, sizeof(*b->device_of_node));
	b->foreigns = arena_array(a, n_nodes, sizeof(*b->foreigns));
	memset(b->device_of_node, 0xff, n_nodes * sizeof(*b->device_of_node));
	masters_collect(b);
}

/* What the tree says, then what board { } does. */
static struct known_board build(struct board_build *b)
{
	make_room(b);
	if (b->has_tree)
		tree_read(b);
	board_blocks(b);
	if (!b->target)
		b->target = target_find(&b->board);
	assume(b);
	publish(b);
	return (struct known_board){
		&b->board, b->target, b->has_tree ? &b->tree : NULL };
}

struct known_board board_read(const struct read *r, const struct ast *ast)
{
	struct board_build *b = arena_alloc(r->arena, sizeof(*b));
	const struct ast_stmt *s = file_stmt(r, ast);
	size_t errors = diag_errors(r->diag);

	b->read = r;
	b->ast = ast;
	b->controller_node = TREE_NONE;
	b->board.at = s ? s->board_file.file->at : ast->main;
	/* What is missing may stand in what could not be read. */
	if (!s && !has_block(ast) && !errors)
		diag_error(r->diag, &rule_attribute_missing, ast->main,
			   "no board \"file\"; says what machine this is");
	if (s)
		tree_find(b, s);

	struct known_board known = build(b);

	/* A board that could not be read lacks everything: said already. */
	if (!diag_errors(r->diag))
		complete(b);
	return known;
}

/* Of a tree alone, whatever the text says. */
static struct board_build *build_of(const struct read *r, struct span at,
				    const char *path)
{
	static const struct ast no_text;
	struct board_build *b = arena_alloc(r->arena, sizeof(*b));

	b->read = r;
	b->ast = &no_text;
	b->controller_node = TREE_NONE;
	b->board.file = b->board.path = path;
	b->board.at = b->file_at = at;
	tree_load(b);
	return b;
}

const struct board *board_of_running(const struct read *r, struct span at,
				     const char *path)
{
	size_t errors = diag_errors(r->diag);
	struct board_build *b = build_of(r, at, path);

	if (!b->has_tree)
		return NULL;
	make_room(b);
	tree_read(b);
	publish(b);
	if (diag_errors(r->diag) == errors)
		complete(b);
	return diag_errors(r->diag) == errors ? &b->board : NULL;
}

bool board_open(const struct read *r, const char *path,
		struct known_board *out, const char **why)
{
	struct file file;

	if (!file_read(r->arena, path, BOARD_SIZE_MAX, &file, why))
		return false;
	source_depend(r->source, path);

	struct board_build *b =
		build_of(r, source_add_item(r->source, path, "/"), path);

	*out = build(b);
	if (out->tree)
		complete(b);
	return true;
}
