/* SPDX-License-Identifier: BSD-2-Clause */
/* --emit=model: what the text means, before anything is chosen. */
#include <inttypes.h>

#include "emit/emit.h"
#include "emit/names.h"
#include "model/virtio.h"
#include "target/target.h"

static void print_hypervisor(FILE *out, const struct source *s,
			     const struct hypervisor *h)
{
	fputs("\nhypervisor", out);
	name_place(out, s, h->at);
	if (h->has_size) {
		fputs("    memory at most ", out);
		name_size(out, h->size);
		fputc('\n', out);
	}
	if (h->has_pa)
		fprintf(out, "    at 0x%" PRIx64 "\n", h->pa.u);
	fputs("    console ", out);
	name_text(out, h->console == CONSOLE_DEVICE ? h->console_device->path
						    : "none");
	fputc('\n', out);
}

/* ---- cells --------------------------------------------------------------- */

static void print_region(FILE *out, const struct source *s,
			 const struct region *r)
{
	fprintf(out, "    memory %s ", r->name);
	if (r->is_rest)
		fputs("rest", out);
	else
		name_size(out, r->size);
	if (r->has_pa)
		fprintf(out, " at 0x%" PRIx64, r->pa.u);
	if (r->has_ipa)
		fprintf(out, " as 0x%" PRIx64, r->ipa.u);
	fputc(' ', out);
	name_access(out, r->access);
	name_place(out, s, r->at);
}

static void print_because(FILE *out, const char *because)
{
	if (!because)
		return;
	fputs(" unprotected dma because '", out);
	name_text(out, because);
	fputc('\'', out);
}

static void print_payload(FILE *out, const char *what,
			  const struct payload *p)
{
	if (!p->file)
		return;
	fprintf(out, "    %s '", what);
	name_text(out, p->file);
	fputs("' ", out);
	if (p->is_missing)
		fputs("missing", out);
	else
		name_size(out, p->size);
	if (p->is_kernel)
		fprintf(out, ", kernel at 0x%" PRIx64 ", 0x%" PRIx64
			" bytes in memory", p->text_offset, p->image_size);
	if (p->is_elf)
		fprintf(out, ", ELF, %zu segments, entry 0x%" PRIx64,
			p->n_segments, p->elf_entry);
	fputc('\n', out);
}

static void print_boot(FILE *out, const struct boot *b)
{
	fprintf(out, "    boot %s\n", name_boot(b->kind));
	if (b->running_file) {
		fputs("    tree '", out);
		name_text(out, b->running_file);
		fputs("'\n", out);
	}
	print_payload(out, b->kind == BOOT_LINUX ? "kernel" : "image",
		      &b->kernel);
	print_payload(out, "initrd", &b->initrd);
	if (b->has_image_ipa)
		fprintf(out, "    image at 0x%" PRIx64 "\n", b->image_ipa.u);
	if (b->has_entry)
		fprintf(out, "    entry 0x%" PRIx64 "\n", b->entry.u);
	if (b->cmdline) {
		fputs("    cmdline '", out);
		name_text(out, b->cmdline);
		fputs("'\n", out);
	}
}

static void print_on(FILE *out, const char *what, const struct on_event *on)
{
	fprintf(out, "    on %s %s", what, name_action(on->action));
	if (on->limit)
		fprintf(out, " %u", on->limit);
	fputc('\n', out);
}

static void print_managed(FILE *out, const struct managed *m)
{
	const struct { bool is_set; const char *name; } rights[] = {
		{ m->may_start, "start" }, { m->may_stop, "stop" },
		{ m->may_load, "load" }, { m->may_console, "console" },
	};
	const char *separator = "    managed ";

	for (size_t i = 0; i < ARRAY_SIZE(rights); i++) {
		if (!rights[i].is_set)
			continue;
		fprintf(out, "%s%s", separator, rights[i].name);
		separator = ", ";
	}
	if (separator[0] == ',')
		fprintf(out, " by %s\n", m->by ? m->by->name : "nobody");
}

static void print_cell_devices(FILE *out, const struct source *s,
			       const struct cell *c)
{
	for (size_t i = 0; i < c->n_devices; i++) {
		fputs("    device ", out);
		name_text(out, c->devices[i].device->path);
		fputs(c->devices[i].is_from_rest ? " of the rest" : "", out);
		print_because(out, c->devices[i].dma_because);
		name_place(out, s, c->devices[i].at);
	}
	for (size_t i = 0; i < c->n_lines; i++) {
		fputs("    line ", out);
		name_line(out, &c->lines[i].line);
		fputc('\n', out);
	}
}

static void print_cell(FILE *out, const struct source *s,
		       const struct cell *c)
{
	fprintf(out, "\n%scell %s", c->is_root ? "root " : "", c->name);
	name_place(out, s, c->at);
	fputs("    cpus", out);
	for (size_t i = 0; i < c->n_cpus; i++)
		fprintf(out, "%s %u", i ? "," : "", c->cpus[i].index);
	if (c->has_virtual_ids)
		fprintf(out, " as %u", c->first_virtual_id);
	fputc('\n', out);
	for (size_t i = 0; i < c->n_regions; i++)
		print_region(out, s, &c->regions[i]);
	print_cell_devices(out, s, c);
	fprintf(out, "    console %s", name_console(c->console));
	if (c->console == CONSOLE_DEVICE) {
		fputc(' ', out);
		name_text(out, c->console_device->path);
	}
	fputc('\n', out);
	print_boot(out, &c->boot);
	print_on(out, "crash", &c->on_crash);
	print_on(out, "reboot", &c->on_reboot);
	print_on(out, "poweroff", &c->on_poweroff);
	print_managed(out, &c->managed);
	fputs(c->takes_any_payload ? "    payload any\n" : "", out);
	fputs(c->is_start_manual ? "    start manual\n" : "", out);
	fputs(c->is_scrub_at_boot ? "    scrub at boot\n" : "", out);
	fputs(c->has_pmu ? "    pmu\n" : "", out);
	if (c->interrupts != INTERRUPTS_UNSAID)
		fprintf(out, "    interrupts %s\n",
			name_interrupts(c->interrupts));
	fputs(c->masks_by_priority ? "    priority mask\n" : "", out);
}

/* ---- what is shared ------------------------------------------------------ */

static void print_channel(FILE *out, const struct source *s,
			  const struct channel *c)
{
	fprintf(out, "\nchannel %s ", c->name);
	name_size(out, c->size);
	if (c->has_pa)
		fprintf(out, " at 0x%" PRIx64, c->pa.u);
	fprintf(out, "%s%s", c->is_uncached ? " uncached" : "",
		c->has_doorbell ? " doorbell" : "");
	name_place(out, s, c->at);
	for (size_t i = 0; i < c->n_ends; i++) {
		fprintf(out, "    end %zu: %s %s", i, c->ends[i].cell->name,
			c->ends[i].may_write ? "reads and writes" : "reads");
		if (c->ends[i].has_ipa)
			fprintf(out, " as 0x%" PRIx64, c->ends[i].ipa.u);
		fputc('\n', out);
	}
}

static void print_backend(FILE *out, const struct virtio *v)
{
	fprintf(out, "    backend %s", virtio_backend_name(v->backend));
	if (v->path) {
		fputs(" '", out);
		name_text(out, v->path);
		fputc('\'', out);
	}
	fprintf(out, "%s\n", v->is_readonly ? " readonly" : "");
}

static void print_mac(FILE *out, const struct virtio *v)
{
	fputs("    mac ", out);
	for (size_t i = 0; i < sizeof(v->mac); i++)
		fprintf(out, "%s%02x", i ? ":" : "", v->mac[i]);
	fprintf(out, "%s\n", v->has_mac ? "" : " from its name");
}

static void print_virtio(FILE *out, const struct source *s,
			 const struct virtio *v)
{
	fprintf(out, "\nvirtio %s %s for %s from %s", virtio_kind_name(v->kind),
		v->name, v->front->name, v->back->name);
	name_place(out, s, v->at);
	print_backend(out, v);
	if (v->kind == VIRTIO_NET)
		print_mac(out, v);
	if (v->kind != VIRTIO_CONSOLE)
		fprintf(out, "    queues %" PRIu32 "\n", v->n_queues);
	if (v->bounce) {
		fputs("    bounce ", out);
		name_size(out, v->bounce->size);
		fputc('\n', out);
	} else {
		fputs("    share ram because '", out);
		name_text(out, v->share_because);
		fputs("'\n", out);
	}
	fputs(v->fails_on_loss ? "    on loss fail\n" : "", out);
}

static void print_policy(FILE *out, const struct policy *p)
{
	const char *arrow = p->is_both_ways ? "<->" : "->";

	switch (p->kind) {
	case POLICY_ISOLATE:
		fprintf(out, "isolate %s", p->a->name);
		return;
	case POLICY_CONFIDENTIAL:
		fprintf(out, "confidential %s", p->a->name);
		return;
	case POLICY_ALLOW:
		fprintf(out, "allow %s %s %s via %s", p->a->name, arrow,
			p->b->name, p->via->name);
		return;
	case POLICY_DENY:
		fprintf(out, "deny %s %s %s", p->a->name, arrow, p->b->name);
		return;
	case POLICY_ONLY:
		fprintf(out, "only %s writes ", p->a->name);
		if (p->region)
			fprintf(out, "%s.", p->region->cell->name);
		name_text(out, p->device ? p->device->path : p->channel ?
			  p->channel->name : p->region->name);
		return;
	}
}

static void print_policies(FILE *out, const struct source *s,
			   const struct model *m)
{
	for (size_t i = 0; i < m->n_policies; i++) {
		const struct policy *p = &m->policies[i];

		fputs(i ? "    " : "\npolicy\n    ", out);
		print_policy(out, p);
		name_place(out, s, p->at);
	}
}

static void print_shared(FILE *out, const char *what,
			 const struct shared_device *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "\nshared %s ", what);
		name_text(out, list[i].device->path);
		fputs(" because '", out);
		name_text(out, list[i].because);
		fputs("'\n", out);
	}
}

void emit_model(FILE *out, const struct source *s, const struct model *m)
{
	emit_board(out, s, m->board, m->target);
	print_hypervisor(out, s, &m->hypervisor);
	for (size_t i = 0; i < m->n_cells; i++)
		print_cell(out, s, &m->cells[i]);
	for (size_t i = 0; i < m->n_channels; i++)
		if (!m->channels[i].is_bounce)
			print_channel(out, s, &m->channels[i]);
	for (size_t i = 0; i < m->n_virtios; i++)
		print_virtio(out, s, &m->virtios[i]);
	print_shared(out, "page", m->shared_pages, m->n_shared_pages);
	print_shared(out, "provider", m->shared_providers,
		     m->n_shared_providers);
	print_shared(out, "reset", m->shared_resets, m->n_shared_resets);
	print_policies(out, s, m);
	for (size_t i = 0; i < m->n_left_out; i++) {
		fputs(i ? "    " : "\nleft out of the rest\n    ", out);
		name_text(out, m->left_out[i].device->path);
		fputs(": ", out);
		name_text(out, m->left_out[i].reason);
		fputc('\n', out);
	}
}
