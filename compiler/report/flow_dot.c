/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/flow_dot.h"

#include <assert.h>

#include "base/arena.h"
#include "base/source.h"
#include "check/flow.h"

/*
 * Always quoted, as a cell may have the name of a word of dot. What would end
 * the quotes, or is no plain character, is a question mark: paths of a board's
 * tree may have any byte.
 */
static void quote(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++)
		fputc(*text < ' ' || *text > '~' || *text == '"' ||
		      *text == '\\' ? '?' : *text, out);
	fputc('"', out);
}

static const char *thing_of(const struct flow *e)
{
	if (e->channel)
		return e->channel->name;
	if (e->virtio)
		return e->virtio->name;
	return e->device ? e->device->path : NULL;
}

static const char *kind_name(enum flow_kind kind)
{
	switch (kind) {
	case FLOW_CHANNEL:
		return "channel";
	case FLOW_PAGE:
		return "page";
	case FLOW_PROVIDER:
		return "provider";
	case FLOW_DMA:
		return "dma";
	case FLOW_VIRTIO:
		return "virtio";
	case FLOW_RAM:
		return "ram shared by virtio";
	case FLOW_NOTIFY:
		return "interrupts of virtio";
	case FLOW_LOAD:
		return "load";
	case FLOW_CONSOLE:
		return "console";
	case FLOW_CRASH:
		return "crash";
	case FLOW_DOORBELL:
		return "doorbell";
	case FLOW_START:
		return "start";
	case FLOW_STOP:
		return "stop";
	}
	return "";
}

static void print_attributes(FILE *out, const struct flow *e, bool is_violated)
{
	const char *colour = is_violated ? "red" : e->allowed_by ? "darkgreen" :
			     flow_is_signal(e) ? "gray40" : "black";

	fprintf(out, ", style=%s, color=%s", flow_is_signal(e) ? "dashed" :
		"solid", colour);
	if (is_violated)
		fputs(", penwidth=2, class=\"violated\"", out);
	else if (e->allowed_by)
		fputs(", class=\"allowed\"", out);
}

static void print_place(FILE *out, struct arena *a, const struct source *s,
			const struct flow *e)
{
	struct source_place place;

	if (!source_find(s, flow_place(e), &place))
		return;
	fputs(", comment=", out);
	quote(out, place.has_line ? arena_printf(a, "%s:%u", place.name,
						 place.line) : place.name);
}

static void print_edge(FILE *out, const struct source *s,
		       const struct facts *f, const struct flow *e,
		       bool is_violated)
{
	const char *thing = thing_of(e);

	fputc('\t', out);
	quote(out, e->from->name);
	fputs(" -> ", out);
	quote(out, e->to->name);
	fputs(" [label=", out);
	quote(out, thing ? arena_printf(f->arena, "%s %s", kind_name(e->kind),
					thing) : kind_name(e->kind));
	print_attributes(out, e, is_violated);
	print_place(out, f->arena, s, e);
	fputs("];\n", out);
}

/* By index in the list: an edge on the path of a policy that is broken. */
static const bool *violated(const struct facts *f)
{
	const struct flows *flows = f->flows;
	bool *list = arena_array(f->arena, flows->n, sizeof(*list));

	for (size_t i = 0; i < flows->n_verdicts; i++) {
		const struct verdict *v = &flows->verdicts[i];

		for (size_t k = 0; k < v->path.n; k++)
			list[v->path.steps[k] - flows->list] = true;
		for (size_t k = 0; k < v->path_back.n; k++)
			list[v->path_back.steps[k] - flows->list] = true;
	}
	return list;
}

void flow_dot_print(FILE *out, const struct source *s, const struct facts *f)
{
	const struct model *m = f->model;
	const bool *is_violated = violated(f);

	assert(!f->flows->is_cut);
	fputs("digraph flow {\n\tnode [shape=box];\n", out);
	for (size_t i = 0; i < m->n_cells; i++) {
		fputc('\t', out);
		quote(out, m->cells[i].name);
		fputs(m->cells[i].is_root ? " [peripheries=2];\n" : ";\n", out);
	}
	for (size_t i = 0; i < f->flows->n; i++)
		print_edge(out, s, f, &f->flows->list[i], is_violated[i]);
	fputs("}\n", out);
}
