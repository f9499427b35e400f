/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/text.h"

#include <inttypes.h>

#include "emit/names.h"
#include "model/virtio.h"
#include "report/say.h"
#include "target/target.h"

static void heading(FILE *out, const char *what)
{
	fprintf(out, "\n# %s\n", what);
}

static void none(FILE *out, size_t n, const char *what)
{
	if (!n)
		fprintf(out, "%s none\n", what);
}

/* ---- the whole ----------------------------------------------------------- */

static void print_head(FILE *out, const struct survey *s)
{
	const struct board *b = s->model->board;

	fprintf(out, "report of %s\n", say_quoted(s->arena, s->input));
	fprintf(out, "identity %s\n", s->identity ? s->identity :
		"not known, payloads come later");
	if (b->file)
		fprintf(out, "board file %s\n", say_quoted(s->arena, b->file));
	fprintf(out, "board architecture %s\n", s->model->target->name);
	fprintf(out, "board spis %" PRIu32 "%s\n", b->n_spis,
		b->is_n_spis_assumed ? ", assumed" : "");
	fprintf(out, "board address bits %" PRIu32 "%s\n", b->address_bits,
		b->is_address_bits_assumed ? ", assumed" : "");
	for (size_t i = 0; i < b->n_memory; i++)
		fprintf(out, "board memory %s, %s\n",
			say_range(s->arena, b->memory[i].range.base.u,
				  b->memory[i].range.size),
			say_size(s->arena, b->memory[i].range.size));
}

static void print_memory(FILE *out, const struct survey *s)
{
	heading(out, "physical memory, by address");
	for (size_t i = 0; i < s->n_memory; i++) {
		const struct survey_memory *m = &s->memory[i];

		fprintf(out, "memory %s, %s: %s, %s%s\n",
			say_range(s->arena, m->range.base.u, m->range.size),
			say_size(s->arena, m->range.size), say_holder(m),
			say_visible(s->arena, m->what),
			m->is_chosen ? ", place chosen" : "");
	}
}

static void print_cpus(FILE *out, const struct survey *s)
{
	heading(out, "CPUs, in the order of the board");
	for (size_t i = 0; i < s->model->board->n_cpus; i++) {
		const struct survey_cpu *c = &s->cpus[i];

		fprintf(out, "cpu %" PRIu32 ", id 0x%" PRIx64 ": ", c->index,
			c->hwid);
		if (!c->cell)
			fputs("nobody, parked for ever\n", out);
		else
			fprintf(out, "%s, reads 0x%" PRIx64 "%s\n",
				c->cell->name, c->seen_hwid,
				c->is_boot ? ", boots it" : "");
		if (c->compatible)
			fprintf(out, "cpu %" PRIu32 " is %s\n", c->index,
				say_visible(s->arena, c->compatible));
	}
}

static void print_lines(FILE *out, const struct survey *s)
{
	heading(out, "interrupt lines, by number");
	for (size_t i = 0; i < s->n_lines; i++) {
		const struct survey_line *l = &s->lines[i];

		fprintf(out, "line %s, intid %" PRIu32 ": %s, %s, trigger %s%s\n",
			say_line(s->arena, &l->line), l->id,
			say_owner(l->owner, l->cell),
			say_visible(s->arena, l->what),
			say_trigger(l->line.trigger),
			l->is_chosen ? ", line chosen" : "");
	}
}

/* ---- devices -------------------------------------------------------------- */

static void print_needs(FILE *out, const struct survey *s,
			const struct device *d)
{
	for (size_t i = 0; i < d->n_needs; i++)
		fprintf(out, "device %s needs %s\n",
			say_visible(s->arena, d->path),
			say_visible(s->arena,
				    say_need(s->arena, &d->needs[i])));
}

static void print_device(FILE *out, const struct survey *s,
			 const struct survey_device *row)
{
	const struct device *d = row->device;
	const char *path = say_visible(s->arena, d->path);

	fprintf(out, "device %s: %s%s%s%s\n", path,
		say_owner(row->owner, row->cell),
		row->is_console ? ", console" : "",
		row->is_from_rest ? ", from the rest" : "",
		d->can_dma ? ", can do DMA" : "");
	if (row->why)
		fprintf(out, "device %s is not given: %s\n", path,
			say_visible(s->arena, row->why));
	for (size_t i = 0; i < d->n_regs; i++)
		fprintf(out, "device %s %s %s\n", path,
			d->regs[i].is_window ? "window" : "registers",
			say_range(s->arena, d->regs[i].range.base.u,
				  d->regs[i].range.size));
	print_needs(out, s, d);
}

static void print_devices(FILE *out, const struct survey *s)
{
	heading(out, "devices that have registers or lines");
	for (size_t i = 0; i < s->n_devices; i++)
		print_device(out, s, &s->devices[i]);
	heading(out, "left out of the rest, and why");
	for (size_t i = 0; i < s->model->n_left_out; i++)
		fprintf(out, "left out %s: %s\n",
			say_visible(s->arena, s->model->left_out[i].device->path),
			say_visible(s->arena, s->model->left_out[i].reason));
	none(out, s->model->n_left_out, "left out");
}

/* ---- cells ---------------------------------------------------------------- */

static void print_view(FILE *out, const struct survey *s,
		       const struct survey_view *v)
{
	const char *range = say_range(s->arena, v->range.base.u, v->range.size);
	const char *what = say_visible(s->arena, v->what);

	if (v->kind == SURVEY_TRAP) {
		fprintf(out, "cell %s traps %s: %s\n", v->cell->name, range,
			what);
		return;
	}
	fprintf(out, "cell %s sees %s at pa 0x%" PRIx64 ": %s, %s\n",
		v->cell->name, range, v->pa.u, what,
		say_access(s->arena, v->access));
}

static void print_payload(FILE *out, const struct survey *s,
			  const struct cell *c, const char *what,
			  const struct payload *p)
{
	if (p->file)
		fprintf(out, "cell %s %s %s\n", c->name, what,
			say_payload(s->arena, p));
}

static void print_life(FILE *out, const struct survey *s, const struct cell *c)
{
	struct arena *a = s->arena;

	fprintf(out, "cell %s boot %s%s\n", c->name, name_boot(c->boot.kind),
		c->is_start_manual ? ", start manual" : "");
	print_payload(out, s, c, c->boot.kind == BOOT_LINUX ? "kernel"
							     : "image",
		      &c->boot.kernel);
	print_payload(out, s, c, "initrd", &c->boot.initrd);
	if (c->boot.running_file)
		fprintf(out, "cell %s runs already, with the tree %s\n",
			c->name, say_quoted(a, c->boot.running_file));
	if (c->boot.cmdline)
		fprintf(out, "cell %s cmdline %s\n", c->name,
			say_quoted(a, c->boot.cmdline));
	fprintf(out, "cell %s console %s\n", c->name, name_console(c->console));
	fprintf(out, "cell %s on crash %s\n", c->name,
		say_event(a, &c->on_crash));
	fprintf(out, "cell %s on reboot %s\n", c->name,
		say_event(a, &c->on_reboot));
	fprintf(out, "cell %s on poweroff %s\n", c->name,
		say_event(a, &c->on_poweroff));
	if (c->managed.by)
		fprintf(out, "cell %s managed by %s: %s\n", c->name,
			c->managed.by->name, say_rights(a, &c->managed));
	if (c->takes_any_payload)
		fprintf(out, "cell %s takes any payload\n", c->name);
	if (c->has_pmu)
		fprintf(out, "cell %s has the pmu\n", c->name);
	if (c->is_scrub_at_boot)
		fprintf(out, "cell %s is scrubbed at boot\n", c->name);
}

static void print_cells(FILE *out, const struct survey *s)
{
	size_t v = 0;

	for (size_t i = 0; i < s->model->n_cells; i++) {
		const struct cell *c = &s->model->cells[i];

		fprintf(out, "\n# cell %s\n", c->name);
		if (c->is_root)
			fprintf(out, "cell %s is the root cell\n", c->name);
		for (; v < s->n_views && s->views[v].cell == c; v++)
			print_view(out, s, &s->views[v]);
		print_life(out, s, c);
	}
}

/* ---- what is shared, promised, allowed ------------------------------------ */

static void print_end(FILE *out, const struct survey_end *e)
{
	const struct end_layout *l = e->end;

	fprintf(out, "channel %s end %s: sees 0x%" PRIx64 ", %s",
		e->channel->channel->name, l->end->cell->name, l->memory.u,
		l->end->may_write ? "reads and writes" : "reads");
	if (l->may_ring)
		fprintf(out, ", rings at 0x%" PRIx64, l->doorbell.u);
	if (l->doorbell_spi != UINT32_MAX)
		fprintf(out, ", hears spi %" PRIu32, l->doorbell_spi);
	fputc('\n', out);
}

static void print_channels(FILE *out, const struct survey *s)
{
	const struct channel_layout *last = NULL;

	heading(out, "channels");
	for (size_t i = 0; i < s->n_ends; i++) {
		const struct channel_layout *c = s->ends[i].channel;

		if (c != last)
			fprintf(out, "channel %s memory %s, %s%s\n",
				c->channel->name,
				say_range(s->arena, c->memory.base.u,
					  c->memory.size),
				say_size(s->arena, c->memory.size),
				c->channel->is_uncached ? ", uncached" : "");
		last = c;
		print_end(out, &s->ends[i]);
	}
	none(out, s->n_ends, "channel");
}

static void print_virtio(FILE *out, const struct survey *s,
			 const struct virtio *v)
{
	struct arena *a = s->arena;

	fprintf(out, "virtio %s is a %s of %s, from %s\n", v->name,
		virtio_kind_name(v->kind), v->front->name, v->back->name);
	fprintf(out, "virtio %s backend %s\n", v->name, say_backend(a, v));
	if (v->kind == VIRTIO_NET)
		fprintf(out, "virtio %s address %s\n", v->name, say_mac(a, v));
	if (v->kind != VIRTIO_CONSOLE)
		fprintf(out, "virtio %s queues %" PRIu32 "\n", v->name,
			v->n_queues);
	fprintf(out, "virtio %s on loss %s\n", v->name, v->fails_on_loss ?
		"fail" : "wait");
	fprintf(out, "virtio %s shows %s %s", v->name, v->back->name,
		say_seen(a, v));
	if (v->share_because)
		fprintf(out, " because %s", say_quoted(a, v->share_because));
	fputc('\n', out);
}

static void print_virtios(FILE *out, const struct survey *s)
{
	heading(out, "virtio devices");
	for (size_t i = 0; i < s->model->n_virtios; i++)
		print_virtio(out, s, &s->model->virtios[i]);
	none(out, s->model->n_virtios, "virtio");
}

static void print_waivers(FILE *out, const struct survey *s)
{
	heading(out, "waivers");
	for (size_t i = 0; i < s->n_waivers; i++) {
		const struct survey_waiver *w = &s->waivers[i];

		fprintf(out, "waiver %s %s of %s because %s\n",
			say_waiver(w->kind),
			say_visible(s->arena, w->what),
			w->cell ? w->cell->name : "nobody",
			say_quoted(s->arena, w->because));
	}
	none(out, s->n_waivers, "waiver");
}

static void print_policies(FILE *out, const struct survey *s)
{
	heading(out, "policies");
	for (size_t i = 0; i < s->n_policies; i++) {
		const struct survey_policy *p = &s->policies[i];
		const char *text = say_visible(s->arena, p->text);

		fprintf(out, "policy %s: %s\n", text, p->verdict);
		for (size_t k = 0; k < p->n_remarks; k++)
			fprintf(out, "policy %s, note: %s\n", text,
				say_visible(s->arena, p->remarks[k]));
	}
	none(out, s->n_policies, "policy");
	heading(out, "flows between cells");
	for (size_t i = 0; i < s->n_flows; i++) {
		const struct survey_flow *f = &s->flows[i];

		fprintf(out, "flow %s -> %s: %s, %s, %s\n", f->from->name,
			f->to->name, f->is_signal ? "signal" : "data",
			say_visible(s->arena, f->how),
			f->allowed_text ? say_visible(s->arena,
						      f->allowed_text)
					: "no policy names it");
	}
	none(out, s->n_flows, "flow");
}

/* ---- costs ----------------------------------------------------------------- */

static void print_cost(FILE *out, const struct survey *s,
		       const struct survey_cost *c)
{
	const char *name = c->cell->name;

	fprintf(out, "cost %s blocks of 1 GiB %" PRIu64 "\n", name,
		c->leaves.n_large_blocks);
	fprintf(out, "cost %s blocks of 2 MiB %" PRIu64 "\n", name,
		c->leaves.n_blocks);
	fprintf(out, "cost %s pages of 4 KiB %" PRIu64 "\n", name,
		c->leaves.n_granules);
	fprintf(out, "cost %s page tables %zu, %s\n", name, c->n_tables,
		say_size(s->arena, c->n_tables * GRANULE));
	fprintf(out, "cost %s trapped pages %" PRIu64 " in %zu rows\n", name,
		c->trapped_size / GRANULE, c->n_traps);
	fprintf(out, "cost %s writable and executable %s\n", name,
		c->wx_size ? say_size(s->arena, c->wx_size) : "nothing");
	fprintf(out, "cost %s interrupts %s\n", name, c->delivery);
}

static void print_costs(FILE *out, const struct survey *s)
{
	heading(out, "costs");
	for (size_t i = 0; i < s->model->n_cells; i++)
		print_cost(out, s, &s->costs[i]);
	for (size_t i = 0; i < s->n_views; i++) {
		const struct survey_view *v = &s->views[i];

		if (v->why_granules)
			fprintf(out, "cost %s %s, %s, pages of 4 KiB %" PRIu64
				": %s\n", v->cell->name,
				say_range(s->arena, v->range.base.u,
					  v->range.size),
				say_visible(s->arena, v->what),
				v->leaves.n_granules, v->why_granules);
	}
	for (size_t i = 0; i < SURVEY_PARTS; i++)
		if (s->parts[i].range.size)
			fprintf(out, "cost hypervisor %s %s\n",
				s->parts[i].name,
				say_size(s->arena, s->parts[i].range.size));
	fprintf(out, "cost hypervisor page tables of its own %zu, %s\n",
		s->n_el2_tables,
		say_size(s->arena, s->n_el2_tables * GRANULE));
}

void text_print(FILE *out, const struct survey *s)
{
	print_head(out, s);
	print_cells(out, s);
	print_memory(out, s);
	print_cpus(out, s);
	print_lines(out, s);
	print_devices(out, s);
	print_channels(out, s);
	print_virtios(out, s);
	print_waivers(out, s);
	print_policies(out, s);
	print_costs(out, s);
}
