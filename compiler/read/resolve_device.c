/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices that a cell names. */
#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/resolve_parts.h"

struct uses { struct device_use *list; size_t n; };

static void use_add(struct resolve *r, struct uses *u, struct device_use use)
{
	u->list = arena_grow(r->read->arena, u->list, u->n, sizeof(use));
	u->list[u->n++] = use;
}

static void named(struct resolve *r, const struct ast_stmt *s, struct uses *u)
{
	const char *because = waiver_reason(r, &s->devices.dma);

	for (const struct ast_device *d = s->devices.list; d; d = d->next) {
		struct device_list found = board_find(r->read, &r->known, d);

		for (size_t i = 0; i < found.n; i++)
			use_add(r, u, (struct device_use){
				.device = found.devices[i],
				.dma_because = because, .at = d->at });
	}
}

static void except_add(struct resolve *r, const struct ast_device *d)
{
	struct device_list found = board_find(r->read, &r->known, d);

	for (size_t i = 0; i < found.n; i++) {
		r->excepted = arena_grow(r->read->arena, r->excepted,
					 r->n_excepted,
					 sizeof(*r->excepted));
		r->excepted[r->n_excepted++] = found.devices[i];
	}
}

static void rest(struct resolve *r, const struct ast_stmt *s, struct cell *c)
{
	struct diag *d = r->read->diag;

	if (c->takes_rest_devices) {
		diag_error(d, &rule_attribute_twice, s->at,
			   "'%s' takes the rest of the devices twice", c->name);
		diag_note(d, c->rest_devices_at, "it takes it here");
		return;
	}
	c->takes_rest_devices = true;
	c->rest_devices_at = s->at;
	c->rest_dma_because = waiver_reason(r, &s->devices.dma);
	for (const struct ast_device *e = s->devices.list; e; e = e->next)
		except_add(r, e);
}

void resolve_devices(struct resolve *r, const struct ast_block *block,
		     struct cell *c)
{
	struct uses u = { NULL, 0 };

	for (const struct ast_stmt *s = block->first; s; s = s->next) {
		if (s->kind != AST_DEVICES)
			continue;
		if (s->devices.is_rest)
			rest(r, s, c);
		else
			named(r, s, &u);
	}
	c->devices = u.list;
	c->n_devices = u.n;
}
