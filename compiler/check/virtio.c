/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.c - devices that one cell has and a program of another drives: which
 * cell may be where, and what the one behind sees of the one in front. What the
 * devices are made of is virtio_parts.c's.
 *
 * The memory of `bounce` is a channel, and the rules of channels hold for it.
 */
#include "check/families.h"

#include <inttypes.h>

/* As many as the root cell's module has room for. */
#define VIRTIOS_MAX 64u
/* Pieces of memory that a backend can have of one device. */
#define VIEWS_MAX 16u
/* Of any kind of device. */
#define QUEUES_MAX 8u
/* Rings and the buffers of some requests. */
#define BOUNCE_LEAST (64 * KIB)

/* ---- which cells ---------------------------------------------------------- */

static void virtio_back(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	const struct model *m = f->model;

	for (size_t i = 0; i < m->n_virtios; i++) {
		const struct virtio *v = &m->virtios[i];

		if (!v->back || v->back->is_root)
			continue;
		diag_error(d, r, v->at_back, "'%s' is behind '%s', and is not"
			   " the root cell", v->back->name, v->name);
		if (m->root)
			diag_help(d, "write 'from %s'", m->root->name);
		else
			diag_help(d, "write 'root cell %s'", v->back->name);
	}
}

static void virtio_front(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	for (size_t i = 0; i < f->model->n_virtios; i++) {
		const struct virtio *v = &f->model->virtios[i];

		if (!v->front || (!v->front->is_root && v->front != v->back))
			continue;
		diag_error(d, r, v->at_front, v->front == v->back ?
			   "'%s' is in front of '%s' and behind it" :
			   "'%s' is in front of '%s', and is the root cell",
			   v->front->name, v->name);
		diag_help(d, "write 'for' and the cell that is to have the"
			  " device");
	}
}

/* Of one cell with several devices each rule is told once. */
static bool is_first_of(const struct model *m, const struct virtio *v)
{
	for (size_t i = 0; i < v->index; i++)
		if (m->virtios[i].front == v->front)
			return false;
	return true;
}

/* Without a payload nothing starts before it is loaded. */
static void virtio_start(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	for (size_t i = 0; i < f->model->n_virtios; i++) {
		const struct virtio *v = &f->model->virtios[i];
		const struct cell *c = v->front;

		if (!c || c->is_root || c->is_start_manual ||
		    c->boot.kind == BOOT_NONE || !is_first_of(f->model, v))
			continue;
		diag_error(d, r, c->at, "'%s' starts with the machine, and finds"
			   " no '%s': there is no device before its backend has"
			   " published it", c->name, v->name);
		diag_note(d, v->at, "'%s' is here", v->name);
		diag_help(d, "write 'start manual;' in '%s': 'hvisor.loader"
			  " virtio --start' starts it", c->name);
	}
}

static void virtio_managed(const struct facts *f, const struct rule *r,
			   struct diag *d)
{
	for (size_t i = 0; i < f->model->n_virtios; i++) {
		const struct virtio *v = &f->model->virtios[i];
		const struct cell *c = v->front;

		if (!c || c->is_root || !f->model->root ||
		    c->managed.may_start || !is_first_of(f->model, v))
			continue;
		/* Who says nothing of it may start it. */
		diag_error(d, r, c->managed.at, "nobody may start '%s' when the"
			   " backend of '%s' is there", c->name, v->name);
		diag_note(d, v->at, "'%s' is here", v->name);
		diag_help(d, "write 'managed start, stop by %s;'",
			  f->model->root->name);
	}
}

static void virtio_too_many(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	const struct model *m = f->model;

	if (m->n_virtios <= VIRTIOS_MAX)
		return;
	diag_error(d, r, m->virtios[VIRTIOS_MAX].at, "'%s' is one of %zu virtio"
		   " devices, more than %u", m->virtios[VIRTIOS_MAX].name,
		   m->n_virtios, VIRTIOS_MAX);
	diag_help(d, "leave some out: one disk holds many file systems, one"
		  " interface many addresses");
}

/* ---- what is seen ---------------------------------------------------------- */

static void virtio_view(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	for (size_t i = 0; i < f->model->n_virtios; i++) {
		const struct virtio *v = &f->model->virtios[i];
		bool has_any = !span_is_nowhere(v->at_view);

		if (v->bounce && v->share_because) {
			diag_error(d, r, v->at_view, "'%s' has both 'bounce' and"
				   " 'share ram'", v->name);
			diag_help(d, "'bounce' shows '%s' the least: leave out"
				  " 'share ram'", v->back->name);
		} else if (!has_any && !v->is_broken) {
			diag_error(d, r, v->at, "'%s' does not say what"
				   " '%s' sees of '%s'", v->name, v->back->name,
				   v->front->name);
			diag_help(d, "write 'bounce 8M;' to let it see that much"
				  " memory and no more, or 'share ram because"
				  " \"...\";' where the kernel cannot do that");
		}
	}
}

/* More queues than there are is another rule's to refuse. */
static uint32_t n_rings(const struct virtio *v)
{
	uint32_t n = v->n_queues < QUEUES_MAX ? v->n_queues : QUEUES_MAX;

	switch (v->kind) {
	case VIRTIO_BLOCK:
		return n;
	case VIRTIO_NET:
		return n * 2;
	case VIRTIO_CONSOLE:
		break;
	}
	return 1;
}

static void virtio_bounce(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	for (size_t i = 0; i < f->model->n_virtios; i++) {
		const struct virtio *v = &f->model->virtios[i];
		uint64_t least = BOUNCE_LEAST * n_rings(v);

		if (!v->bounce || v->bounce->size >= least)
			continue;
		diag_error(d, r, v->at_view, "'%s' has %s to bounce in, and"
			   " its queues need %s", v->name,
			   size_text(f, v->bounce->size), size_text(f, least));
		diag_help(d, v->kind == VIRTIO_CONSOLE ? "a console of Linux"
			  " does well with 1 MiB" : "a Linux does well with"
			  " 8 MiB");
	}
}

/* How many pieces `rest` has nobody knows before memory is placed. */
static void virtio_ram(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	for (size_t i = 0; i < f->model->n_virtios; i++) {
		const struct virtio *v = &f->model->virtios[i];
		const struct cell *c = v->front;

		if (!v->share_because || !c)
			continue;
		if (c->n_regions > VIEWS_MAX) {
			diag_error(d, r, v->at_view, "'%s' shares the RAM of"
				   " '%s', which has %zu regions, more than %u",
				   v->name, c->name, c->n_regions, VIEWS_MAX);
			diag_help(d, "give '%s' fewer and larger ones, or write"
				  " 'bounce' with a size", c->name);
		}
		for (size_t k = 0; k < c->n_regions; k++) {
			if (!c->regions[k].is_rest)
				continue;
			diag_error(d, r, v->at_view, "'%s' shares the RAM of"
				   " '%s', which has the rest of the board's",
				   v->name, c->name);
			diag_note(d, c->regions[k].at, "'%s' takes it here",
				  c->name);
			diag_help(d, "write the size of the memory instead of"
				  " 'rest'");
		}
	}
}

/* What a reviewer asks first. */
static void virtio_seen(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	for (size_t i = 0; i < f->model->n_virtios; i++) {
		const struct virtio *v = &f->model->virtios[i];

		if (!v->front || !v->back)
			continue;
		if (v->share_because)
			diag_remark(d, r, v->at_view, "'%s' lets '%s' read and"
				    " write all RAM of '%s'", v->name,
				    v->back->name, v->front->name);
		else if (v->bounce)
			diag_remark(d, r, v->at_view, "'%s' lets '%s' see %s"
				    " that '%s' bounces in",
				    v->name, v->back->name,
				    size_text(f, v->bounce->size),
				    v->front->name);
	}
}

static const struct check checks[] = {
	{ .rule = { "virtio-back", "behind a virtio device is the root cell" },
	  .run = virtio_back },
	{ .rule = { "virtio-front", "in front of a virtio device is a cell that"
	    " is not the root cell" }, .run = virtio_front },
	{ .rule = { "virtio-start", "a cell with virtio devices does not start"
	    " before they are there" }, .run = virtio_start },
	{ .rule = { "virtio-managed", "the root cell may start a cell with"
	    " virtio devices" }, .run = virtio_managed },
	{ .rule = { "virtio-view", "a virtio device says in one way what the"
	    " cell behind it sees" }, .run = virtio_view },
	{ .rule = { "virtio-bounce", "there is room to bounce in for every"
	    " queue" }, .run = virtio_bounce },
	{ .rule = { "virtio-ram", "RAM that is shared has at most 16 regions,"
	    " all of a size that is stated" }, .run = virtio_ram },
	{ .rule = { "virtio-too-many", "a system has at most 64 virtio devices" },
	  .run = virtio_too_many },
	{ .rule = { "virtio-seen", "what the cell behind a virtio device sees is"
	    " told" }, .run = virtio_seen, .kind = CHECK_NOTE },
};

const struct check_family family_virtio = {
	"virtio", checks, ARRAY_SIZE(checks),
};
