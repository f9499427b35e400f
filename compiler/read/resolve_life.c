/* SPDX-License-Identifier: BSD-2-Clause */
/* What happens to a cell when it ends, and who may make it. */
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/resolve_parts.h"

static const char *const events[] = { "crash", "reboot", "poweroff" };
static const char *const actions[] = { "stop", "restart", "keep" };
static const char *const machine_actions[] = { "off", "reset" };

static struct on_event *event_of(struct cell *c, size_t event)
{
	struct on_event *const list[] = {
		&c->on_crash, &c->on_reboot, &c->on_poweroff,
	};

	return list[event];
}

static void limit_read(const struct resolve *r, const struct expr *e,
		       struct on_event *on)
{
	uint64_t n;

	if (!read_number(r->read, e, "restart", &n))
		return;
	if (n && n <= UINT32_MAX)
		on->limit = (uint32_t)n;
	else
		diag_error(r->read->diag, &rule_value_range, e->at,
			   "a number of restarts is 1 or more, below 2^32");
}

static void action_read(const struct resolve *r, const struct ast_stmt *s,
			struct on_event *on)
{
	static const enum lifecycle kinds[] = {
		ON_STOP, ON_RESTART, ON_KEEP,
	};
	const struct ast_word *word = &s->on.action;

	on->at = s->at;
	if (s->on.is_machine) {
		size_t i = word_find(r, word, "an end of the machine",
				     machine_actions,
				     ARRAY_SIZE(machine_actions));

		if (i < ARRAY_SIZE(machine_actions))
			on->action = i ? ON_MACHINE_RESET : ON_MACHINE_OFF;
		return;
	}

	size_t i = word_find(r, word, "an action", actions,
			     ARRAY_SIZE(actions));

	if (i == ARRAY_SIZE(actions))
		return;
	on->action = kinds[i];
	if (on->action == ON_KEEP && strcmp(s->on.event.text, "crash"))
		diag_error(r->read->diag, &rule_type_mismatch, word->at,
			   "only a crash keeps what it leaves");
	if (s->on.count && on->action != ON_RESTART)
		diag_error(r->read->diag, &rule_type_mismatch,
			   s->on.count->at, "only restart takes a number");
	else if (s->on.count)
		limit_read(r, s->on.count, on);
}

void resolve_on(struct resolve *r, const struct ast_block *block,
		struct cell *c)
{
	const struct ast_stmt *said[ARRAY_SIZE(events)] = { NULL };
	struct diag *d = r->read->diag;

	c->on_crash.action = ON_STOP;
	c->on_reboot.action = c->is_root ? ON_MACHINE_RESET : ON_RESTART;
	c->on_poweroff.action = c->is_root ? ON_MACHINE_OFF : ON_STOP;
	for (const struct ast_stmt *s = block->first; s; s = s->next) {
		if (s->kind != AST_ON)
			continue;

		size_t event = word_find(r, &s->on.event, "an event", events,
					 ARRAY_SIZE(events));

		if (event == ARRAY_SIZE(events))
			continue;
		if (said[event]) {
			diag_error(d, &rule_attribute_twice, s->at,
				   "'%s' has a second 'on %s'", c->name,
				   events[event]);
			diag_note(d, said[event]->at, "the first is here");
			continue;
		}
		said[event] = s;
		action_read(r, s, event_of(c, event));
	}
}

static void rights_read(const struct resolve *r, const struct ast_stmt *s,
			struct managed *m)
{
	static const char *const words[] = {
		"start", "stop", "load", "console",
	};
	bool *const rights[] = {
		&m->may_start, &m->may_stop, &m->may_load, &m->may_console,
	};

	for (const struct ast_word *w = s->managed.rights; w; w = w->next) {
		size_t i = word_find(r, w, "a right", words,
				     ARRAY_SIZE(words));

		if (i == ARRAY_SIZE(words))
			continue;
		if (*rights[i])
			diag_error(r->read->diag, &rule_attribute_twice,
				   w->at, "'%s' stands twice", words[i]);
		*rights[i] = true;
	}
}

/* Without a root cell nobody starts, stops or loads anything. */
void resolve_managed(struct resolve *r, const struct ast_block *block,
		     struct cell *c)
{
	const struct ast_stmt *s = block_find(block, AST_MANAGED);
	bool has_payload = block_find(block, AST_BOOT);

	if (s) {
		c->managed.at = s->at;
		c->managed.by = cell_find(r, &s->managed.by);
		rights_read(r, s, &c->managed);
		if (c->is_root)
			diag_error(r->read->diag, &rule_type_mismatch, s->at,
				   "the root cell '%s' is managed by nobody",
				   c->name);
		/* Rights are somebody's, or there are none. */
		if (c->is_root || !c->managed.by)
			c->managed = (struct managed){ .at = s->at };
		return;
	}
	if (c->is_root || !r->model->root)
		return;
	c->managed = (struct managed){
		.may_start = true, .may_stop = true, .may_load = !has_payload,
		.by = r->model->root,
	};
}
