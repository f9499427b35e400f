/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From statements to the model. Names first, so that a statement may use what
 * stands behind it; then each object by itself; the rest of the devices last,
 * because it depends on all others.
 */
#include "read/resolve_parts.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/units.h"

static size_t count(const struct ast *ast, enum ast_kind kind)
{
	size_t n = 0;

	for (const struct ast_stmt *s = ast->first; s; s = s->next)
		n += s->kind == kind;
	return n;
}

static void cells_name(struct resolve *r)
{
	struct model *m = r->model;

	r->cells = arena_array(r->read->arena, count(r->ast, AST_CELL),
			       sizeof(*r->cells));
	m->cells = r->cells;
	for (const struct ast_stmt *s = r->ast->first; s; s = s->next) {
		if (s->kind != AST_CELL)
			continue;

		struct cell *c = &r->cells[m->n_cells];

		c->name = s->cell.name.text;
		c->at = s->cell.name.at;
		c->is_root = s->cell.is_root;
		c->is_broken = s->cell.block.is_broken;
		c->index = (uint32_t)m->n_cells++;
		/* Of two, the checks report the second. */
		if (c->is_root && !m->root)
			m->root = c;
	}
}

static void channels_name(struct resolve *r)
{
	struct model *m = r->model;

	r->channels = arena_array(r->read->arena,
				  count(r->ast, AST_CHANNEL) +
				  count(r->ast, AST_VIRTIO),
				  sizeof(*r->channels));
	m->channels = r->channels;
	for (const struct ast_stmt *s = r->ast->first; s; s = s->next) {
		if (s->kind != AST_CHANNEL)
			continue;

		struct channel *ch = &r->channels[m->n_channels];

		ch->name = s->channel.name.text;
		ch->at = s->channel.name.at;
		ch->index = (uint32_t)m->n_channels++;
	}
}

static void objects(struct resolve *r)
{
	size_t cell_i = 0, channel_i = 0;

	for (const struct ast_stmt *s = r->ast->first; s; s = s->next) {
		if (s->kind == AST_CELL)
			resolve_cell(r, s, &r->cells[cell_i++]);
		else if (s->kind == AST_CHANNEL)
			resolve_channel(r, s, &r->channels[channel_i++]);
		else if (s->kind == AST_SHARED || s->kind == AST_FIRMWARE)
			resolve_shared(r, s);
	}
}

const struct model *resolve(const struct read *read, const struct ast *ast,
			    const struct resolve_options *options)
{
	struct model *m = arena_alloc(read->arena, sizeof(*m));
	struct resolve r = {
		.read = read, .ast = ast, .options = options, .model = m,
	};

	r.known = board_read(read, ast);
	m->board = r.known.board;
	m->target = r.known.target;
	m->is_broken = ast->is_broken;
	m->are_payloads_later = options->are_payloads_later;
	m->at = (struct span){ ast->main.begin, ast->main.begin };
	cells_name(&r);
	channels_name(&r);
	resolve_hypervisor(&r);
	objects(&r);
	resolve_virtios(&r, count(ast, AST_VIRTIO));
	resolve_policies(&r);
	resolve_rest(&r);
	return m;
}
