/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/diff_facts.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "emit/names.h"
#include "model/virtio.h"
#include "report/say.h"

static void add(struct facts_list *f, struct fact fact)
{
	f->list = arena_grow(f->arena, f->list, f->n, sizeof(*f->list));
	f->list[f->n++] = fact;
}

static void add_right(struct facts_list *f, const struct cell *c,
		      const char *what, struct span at)
{
	add(f, (struct fact){
		.kind = FACT_RIGHT, .who = c->name, .at = at,
		.key = arena_printf(f->arena, "%s %s", c->name, what) });
}

static void add_state(struct facts_list *f, const char *who, const char *what,
		      const char *value, struct span at)
{
	add(f, (struct fact){
		.kind = FACT_STATE, .who = who, .value = value, .at = at,
		.key = arena_printf(f->arena, "%s %s", who, what) });
}

/* Told only where both have what it is about. */
static void add_detail(struct facts_list *f, const char *who, const char *what,
		       const char *value, struct span at)
{
	add_state(f, who, what, value, at);
	f->list[f->n - 1].is_detail = true;
}

/* ---- one cell -------------------------------------------------------------- */

static void add_cpus(struct facts_list *f, const struct survey *s)
{
	struct arena *a = f->arena;

	for (size_t i = 0; i < s->model->board->n_cpus; i++) {
		const struct survey_cpu *c = &s->cpus[i];
		const char *id = arena_printf(a, "cpu 0x%" PRIx64, c->hwid);

		if (!c->cell)
			continue;
		add_right(f, c->cell, id, c->at);
		add_detail(f, c->cell->name, arena_printf(a, "%s reads", id),
			   arena_printf(a, "0x%" PRIx64, c->seen_hwid), c->at);
		if (c->is_boot)
			add_state(f, c->cell->name, "boots on", id, c->at);
	}
}

/* Lines that hvcc chooses come with a console or a channel. */
static void add_lines(struct facts_list *f, const struct survey *s)
{
	for (size_t i = 0; i < s->n_lines; i++) {
		const struct survey_line *l = &s->lines[i];

		/* Two devices of one cell may share a line: said once. */
		if (l->owner != SURVEY_CELL || l->is_chosen ||
		    (i && l[-1].cell == l->cell &&
		     l[-1].line.kind == l->line.kind &&
		     l[-1].line.number == l->line.number))
			continue;
		add_right(f, l->cell, arena_printf(f->arena, "line %s",
			  say_line(f->arena, &l->line)), l->at);
	}
}

static void add_devices(struct facts_list *f, const struct survey *s)
{
	struct arena *a = f->arena;

	for (size_t i = 0; i < s->n_devices; i++) {
		const struct survey_device *d = &s->devices[i];

		if (d->owner == SURVEY_CELL)
			add_right(f, d->cell, arena_printf(a, "device %s",
				  say_visible(a, d->device->path)), d->at);
	}
	for (size_t i = 0; i < s->n_waivers; i++) {
		const struct survey_waiver *w = &s->waivers[i];
		const char *what = arena_printf(a, "waiver %s %s",
			say_waiver(w->kind), say_visible(a, w->what));
		const char *who = w->cell ? w->cell->name : "board";

		add(f, (struct fact){
			.kind = FACT_RIGHT, .who = who, .at = w->at,
			.key = arena_printf(a, "%s %s", who, what) });
		add_detail(f, who, arena_printf(a, "%s, reason", what),
			   say_quoted(a, w->because), w->at);
	}
}

static void add_channels(struct facts_list *f, const struct survey *s)
{
	struct arena *a = f->arena;

	for (size_t i = 0; i < s->n_ends; i++) {
		const struct end_layout *e = s->ends[i].end;
		const struct cell *c = e->end->cell;
		const char *what = arena_printf(a, "channel %s",
						e->channel->name);

		add_right(f, c, arena_printf(a, "%s read", what), e->end->at);
		if (e->end->may_write)
			add_right(f, c, arena_printf(a, "%s write", what),
				  e->end->at);
		if (e->may_ring)
			add_right(f, c, arena_printf(a, "%s ring", what),
				  e->end->at);
		add(f, (struct fact){
			.kind = FACT_AMOUNT, .who = c->name,
			.key = arena_printf(a, "%s %s memory", c->name, what),
			.amount = e->channel->size, .at = e->channel->at });
		add(f, (struct fact){
			.kind = FACT_PLACE, .who = c->name,
			.key = arena_printf(a, "%s %s memory at", c->name,
					    what),
			.value = arena_printf(a, "0x%" PRIx64,
					s->ends[i].channel->memory.base.u),
			.is_chosen = !e->channel->has_pa,
			.at = e->channel->at });
		add_detail(f, c->name, arena_printf(a, "%s is", what),
			   e->channel->is_uncached ? "uncached" : "cached",
			   e->channel->at);
		add_detail(f, c->name, arena_printf(a, "%s seen at", what),
			   e->end->has_ipa ? arena_printf(a, "0x%" PRIx64,
							  e->end->ipa.u)
					   : "a place of hvcc's choice",
			   e->end->at);
	}
}

/* What the cell behind gains or loses with a device, its flows say. */
static void add_virtio(struct facts_list *f, const struct virtio *v)
{
	struct arena *a = f->arena;
	const char *who = v->front->name;
	const char *what = arena_printf(a, "virtio %s %s",
					virtio_kind_name(v->kind), v->name);

	add_right(f, v->front, what, v->at);
	if (v->kind == VIRTIO_BLOCK && !v->is_readonly)
		add_right(f, v->front, arena_printf(a, "%s write", what),
			  v->at_backend);
	add_detail(f, who, arena_printf(a, "%s backend", what),
		   say_backend(a, v), v->at_backend);
	add_detail(f, who, arena_printf(a, "%s from", what), v->back->name,
		   v->at_back);
	add_detail(f, who, arena_printf(a, "%s queues", what),
		   arena_printf(a, "%" PRIu32, v->n_queues), v->at);
	add_detail(f, who, arena_printf(a, "%s address", what), say_mac(a, v),
		   v->at);
	add_detail(f, who, arena_printf(a, "%s on loss", what),
		   v->fails_on_loss ? "fail" : "wait", v->at);
	if (v->bounce)
		add(f, (struct fact){
			.kind = FACT_AMOUNT, .who = v->back->name,
			.key = arena_printf(a, "%s sees bounce memory of virtio"
					    " %s", v->back->name, v->name),
			.amount = v->bounce->size, .at = v->at_view });
}

static void add_virtios(struct facts_list *f, const struct survey *s)
{
	for (size_t i = 0; i < s->model->n_virtios; i++)
		add_virtio(f, &s->model->virtios[i]);
}

static void add_payload(struct facts_list *f, const struct cell *c,
			const char *what, const struct payload *p)
{
	if (p->file)
		add_state(f, c->name, what, say_quoted(f->arena, p->file),
			  p->at);
}

static void add_event(struct facts_list *f, const struct cell *c,
		      const char *what, const struct on_event *on)
{
	const char *action = say_event(f->arena, on);

	switch (on->action) {
	case ON_MACHINE_OFF:
	case ON_MACHINE_RESET:
		add_right(f, c, arena_printf(f->arena, "%s %s", what, action),
			  on->at);
		break;
	case ON_STOP:
	case ON_RESTART:
	case ON_KEEP:
		add_state(f, c->name, what, action, on->at);
		break;
	}
}

static void add_managed(struct facts_list *f, const struct cell *c)
{
	const struct managed *m = &c->managed;
	const struct { bool may; const char *name; } rights[] = {
		{ m->may_start, "start" }, { m->may_stop, "stop" },
		{ m->may_load, "load" }, { m->may_console, "console" },
	};

	for (size_t i = 0; m->by && i < ARRAY_SIZE(rights); i++)
		if (rights[i].may)
			add_right(f, m->by, arena_printf(f->arena,
				  "manages %s: %s", c->name, rights[i].name),
				  m->at);
	if (m->by && c->takes_any_payload)
		add_right(f, m->by, arena_printf(f->arena, "manages %s: any"
			  " payload", c->name), c->payload_at);
}

/* A place that hvcc chooses is not said, and means nothing new. */
static void add_place(struct facts_list *f, const struct cell *c,
		      const char *what, ipa_t ipa, struct span at)
{
	add_state(f, c->name, what, arena_printf(f->arena, "0x%" PRIx64, ipa.u),
		  at);
}

/* Of a tree its name counts, as of a payload, wherever the text stands. */
static void add_start(struct facts_list *f, const struct cell *c)
{
	const struct boot *b = &c->boot;
	const char *slash = c->tree_path ? strrchr(c->tree_path, '/') : NULL;

	if (b->has_image_ipa)
		add_place(f, c, "image at", b->image_ipa, b->at_image);
	if (b->has_entry)
		add_place(f, c, "entry", b->entry, b->at_entry);
	if (b->running_file)
		add_state(f, c->name, "runs with the tree",
			  say_quoted(f->arena, b->running_file),
			  b->at_running);
	if (c->tree_path)
		add_state(f, c->name, "tree", say_quoted(f->arena,
			  slash ? slash + 1 : c->tree_path), c->tree_at);
}

static void add_life(struct facts_list *f, const struct survey *s,
		     const struct cell *c)
{
	add_state(f, c->name, "boot", name_boot(c->boot.kind), c->boot.at);
	add_payload(f, c, c->boot.kind == BOOT_LINUX ? "kernel" : "image",
		    &c->boot.kernel);
	add_payload(f, c, "initrd", &c->boot.initrd);
	add_start(f, c);
	if (c->boot.cmdline)
		add_state(f, c->name, "cmdline",
			  say_quoted(f->arena, c->boot.cmdline),
			  c->boot.at_cmdline);
	add_state(f, c->name, "start", c->is_start_manual ? "manual" : "at boot",
		  c->at);
	add_state(f, c->name, "console", name_console(c->console),
		  c->console_at);
	add_event(f, c, "on crash", &c->on_crash);
	add_event(f, c, "on reboot", &c->on_reboot);
	add_event(f, c, "on poweroff", &c->on_poweroff);
	add_managed(f, c);
	if (c->has_pmu)
		add_right(f, c, "pmu", c->at);
	add_detail(f, c->name, "interrupts",
		   layout_delivery_text(s->layout, c), c->interrupts_at);
	if (c->is_scrub_at_boot)
		add(f, (struct fact){
			.kind = FACT_BOUND, .who = c->name, .at = c->at,
			.key = arena_printf(f->arena, "%s scrub at boot",
					    c->name) });
}

static void add_cells(struct facts_list *f, const struct survey *s)
{
	for (size_t i = 0; i < s->model->n_cells; i++) {
		const struct cell *c = &s->model->cells[i];

		add_right(f, c, "cell", c->at);
		if (c->is_root)
			add_right(f, c, "root cell", c->at);
		add_life(f, s, c);
	}
}

/* ---- between cells --------------------------------------------------------- */

static void add_policies(struct facts_list *f, const struct survey *s)
{
	for (size_t i = 0; i < s->n_policies; i++) {
		const struct survey_policy *p = &s->policies[i];

		add(f, (struct fact){
			.kind = p->policy->kind == POLICY_ALLOW ? FACT_RIGHT
								: FACT_BOUND,
			.who = "policy",
			.key = arena_printf(f->arena, "policy %s",
					    say_visible(f->arena, p->text)),
			.at = p->policy->at });
	}
	for (size_t i = 0; i < s->n_flows; i++) {
		const struct survey_flow *e = &s->flows[i];

		add_right(f, e->from, arena_printf(f->arena,
			  "flow to %s: %s, %s", e->to->name,
			  e->is_signal ? "signal" : "data",
			  say_visible(f->arena, e->how)), e->at);
	}
}

static void add_board(struct facts_list *f, const struct survey *s)
{
	struct arena *a = f->arena;
	const struct board *b = s->model->board;
	const struct hypervisor *h = &s->model->hypervisor;
	const struct pa_range *all = &s->layout->hypervisor.all;

	add_state(f, "board", "spis", arena_printf(a, "%" PRIu32, b->n_spis),
		  b->at);
	add_state(f, "board", "address bits",
		  arena_printf(a, "%" PRIu32, b->address_bits), b->at);
	for (size_t i = 0; i < b->n_reserved; i++)
		add(f, (struct fact){
			.kind = FACT_BOUND, .who = "board",
			.key = arena_printf(a, "board reserves %s",
				say_range(a, b->reserved[i].range.base.u,
					  b->reserved[i].range.size)),
			.at = b->reserved[i].at });
	add_state(f, "hypervisor", "memory", say_range(a, all->base.u,
		  all->size), h->at);
	add_state(f, "hypervisor", "console", h->console_device ?
		  say_visible(a, h->console_device->path) : "none",
		  h->console_at);
}

struct facts_list diff_facts(struct arena *a, const struct survey *s)
{
	struct facts_list f = { .arena = a };

	add_cells(&f, s);
	add_cpus(&f, s);
	add_devices(&f, s);
	add_lines(&f, s);
	add_channels(&f, s);
	add_virtios(&f, s);
	add_policies(&f, s);
	add_board(&f, s);
	return f;
}
