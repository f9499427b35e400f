/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * late.c - a Linux that runs before the hypervisor does becomes the root cell
 * as it is: `boot running`. What its own devicetree told it must agree with
 * what it is given. Where its memory lies, place asks (place/running.c).
 */
#include "check/families.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
#include "check/facts_find.h"

#define OWNERS_MAX 16		/* of its devices: whose each is, is looked up */

/* The root cell; NULL: it is started like any other, or its tree is unknown. */
static const struct cell *running_cell(const struct facts *f)
{
	const struct cell *root = f->model->root;

	return root && root->boot.kind == BOOT_RUNNING && root->boot.running ?
		root : NULL;
}

/* ---- what it cannot have ------------------------------------------------- */

static void refuse_restarts(const struct rule *r, struct diag *d,
			    const struct cell *c)
{
	const struct on_event *events[] = {
		&c->on_crash, &c->on_reboot, &c->on_poweroff,
	};

	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		if (events[i]->action == ON_RESTART)
			diag_error(d, r, events[i]->at, "'%s' runs already, and"
				   " nothing is kept of which it could restart",
				   c->name);
}

static void refuse_ends(const struct facts *f, const struct rule *r,
			struct diag *d, const struct cell *c)
{
	for (size_t i = 0; i < f->model->n_channels; i++) {
		const struct channel *ch = &f->model->channels[i];

		for (size_t k = 0; k < ch->n_ends; k++)
			if (ch->ends[k].cell == c && ch->ends[k].has_ipa &&
			    (!ch->has_pa || ch->pa.u != ch->ends[k].ipa.u))
				diag_error(d, r, ch->ends[k].at, "'%s' runs"
					   " already, and has the board's"
					   " addresses", c->name);
	}
}

static void refuse_started(const struct facts *f, const struct rule *r,
			   struct diag *d, const struct cell *c)
{
	if (c->is_start_manual || c->is_scrub_at_boot)
		diag_error(d, r, c->boot.at, "'%s' runs already, and '%s' is"
			   " for a cell that is started", c->name,
			   c->is_start_manual ? "start manual" :
						"scrub at boot");
	if (c->tree_path)
		diag_error(d, r, c->tree_at, "'%s' runs already, with the"
			   " devicetree that it has", c->name);
	if (c->has_virtual_ids && c->n_cpus)
		diag_error(d, r, c->cpus[0].at, "'%s' runs already, and knows"
			   " its CPUs by their own ids", c->name);
	if (c->console == CONSOLE_VIRTUAL)
		diag_error(d, r, c->console_at, "'%s' runs already, and would"
			   " not find a virtual console", c->name);
	refuse_restarts(r, d, c);
	refuse_ends(f, r, d, c);
}

static void boot_running(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		if (c->boot.kind != BOOT_RUNNING)
			continue;
		if (c->is_root)
			refuse_started(f, r, d, c);
		else
			diag_error(d, r, c->boot.at, "'%s' is not the root"
				   " cell, and cannot run before the hypervisor"
				   " does", c->name);
	}
}

/* ---- its CPUs ------------------------------------------------------------ */

static bool has_cpu(const struct board *b, uint64_t hwid)
{
	for (size_t i = 0; i < b->n_cpus; i++)
		if (b->cpus[i].hwid == hwid)
			return true;
	return false;
}

/* The CPU that the tree's head names, else its first; NULL: not the board's. */
static const struct board_cpu *boot_cpu(const struct facts *f,
					const struct board *tree)
{
	const struct board *b = f->model->board;
	uint64_t hwid = fdt_boot_cpuid_phys(tree->fdt);

	if (!has_cpu(tree, hwid) && tree->n_cpus)
		hwid = tree->cpus[0].hwid;
	for (size_t i = 0; i < b->n_cpus; i++)
		if (b->cpus[i].hwid == hwid)
			return &b->cpus[i];
	return NULL;
}

static void boot_cpu_late(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	const struct cell *c = running_cell(f);
	const struct board *b = f->model->board;
	const struct board_cpu *cpu = c ? boot_cpu(f, c->boot.running) : NULL;

	if (!c || !c->n_cpus)
		return;
	for (size_t i = 0; i < c->n_cpus; i++)
		if (c->cpus[i].index < b->n_cpus &&
		    &b->cpus[c->cpus[i].index] == cpu)
			return;
	if (cpu)
		diag_error(d, r, c->cpus[0].at, "'%s' started on CPU %zu, which"
			   " it does not keep", c->name,
			   (size_t)(cpu - b->cpus));
	else
		diag_error(d, r, c->boot.at_running, "'%s' is the tree of"
			   " another machine: its boot CPU is none of the"
			   " board's", c->boot.running_file);
}

/* ---- its command line ---------------------------------------------------- */

static uint64_t memory_of(const struct board *tree)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < tree->n_memory; i++)
		if (!add_u64(sum, tree->memory[i].range.size, &sum))
			return UINT64_MAX;
	return sum;
}

/* As Linux reads "mem=": a number of any base and one letter. */
static uint64_t size_of_word(const char *word)
{
	static const char letters[] = "kmgt";
	char *end;
	uint64_t n = strtoull(word, &end, 0);
	const char *letter = *end ? strchr(letters, *end | 0x20) : NULL;
	unsigned shift = letter ? 10 * (unsigned)(letter - letters + 1) : 0;

	return n > UINT64_MAX >> shift ? UINT64_MAX : n << shift;
}

static void late_command_line(const struct facts *f, const struct rule *r,
			      struct diag *d)
{
	const struct cell *c = running_cell(f);
	const void *fdt = c ? c->boot.running->fdt : NULL;
	int size = 0;
	const char *line = c ? fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"),
					   "bootargs", &size) : NULL;

	for (int i = 0; line && i < size; i++) {
		const char *word = line + i;

		if ((i && word[-1] != ' ') || line[size - 1] ||
		    strncmp(word, "mem=", 4) ||
		    size_of_word(word + 4) >= memory_of(c->boot.running))
			continue;
		diag_error(d, r, c->boot.at_running, "the command line in '%s'"
			   " says '%.*s', and its memory is %s",
			   c->boot.running_file, (int)strcspn(word, " "), word,
			   size_text(f, memory_of(c->boot.running)));
	}
}

/* ---- its devices and lines ----------------------------------------------- */

/* Registers that it is given, by rising address, joined where they touch. */
struct given { struct pa_range *list; size_t n; };

static int by_base(const void *left, const void *right)
{
	const struct pa_range *a = left, *b = right;

	return (a->base.u > b->base.u) - (a->base.u < b->base.u);
}

static void join(struct given *g)
{
	size_t n = 0;

	list_sort(g->list, g->n, sizeof(*g->list), by_base);
	for (size_t i = 0; i < g->n; i++) {
		struct pa_range *last = n ? &g->list[n - 1] : NULL;
		struct pa_range now = g->list[i];

		if (!last || (now.base.u > pa_last(*last).u &&
			      now.base.u - pa_last(*last).u > 1))
			g->list[n++] = now;
		else if (pa_last(now).u > pa_last(*last).u)
			last->size = pa_last(now).u - last->base.u + 1;
	}
	g->n = n;
}

static struct given registers_of(const struct facts *f, const struct cell *c)
{
	struct given g = { NULL, 0 };

	for (size_t i = 0; i < f->n_grants; i++) {
		const struct device *v = f->grants[i].device;

		for (size_t k = 0; f->grants[i].cell == c && k < v->n_regs;
		     k++) {
			g.list = arena_grow(f->arena, g.list, g.n,
					    sizeof(*g.list));
			g.list[g.n++] = v->regs[k].range;
		}
	}
	join(&g);
	return g;
}

static bool is_given(const struct given *g, struct pa_range range)
{
	size_t low = 0, high = g->n;

	while (low < high) {
		size_t i = low + (high - low) / 2;

		if (pa_contains(g->list[i], range))
			return true;
		if (g->list[i].base.u <= range.base.u)
			low = i + 1;
		else
			high = i;
	}
	return false;
}

/* Those that every cell has, in a way of its own. */
static bool is_everybodys(const struct device *v)
{
	return v->role == DEVICE_INTERRUPT_CONTROLLER ||
	       v->role == DEVICE_TIMER;
}

static bool has_registers(const struct given *g, const struct device *v)
{
	for (size_t i = 0; i < v->n_regs; i++)
		if (!is_given(g, v->regs[i].range))
			return false;
	return true;
}

static bool is_same(const struct device *a, const struct device *b)
{
	return a && a->n_regs && pa_overlap(a->regs[0].range, b->regs[0].range);
}

static void note_owner(const struct facts *f, struct diag *d,
		       const struct device *v)
{
	const struct board *b = f->model->board;

	if (is_same(f->model->hypervisor.console_device, v))
		diag_note(d, f->model->hypervisor.console_at,
			  "the hypervisor takes it here");

	for (size_t i = 0; i < b->n_devices; i++) {
		const struct device *own = &b->devices[i];
		const struct grant *g = facts_owner(f, own);

		if (!g || !is_same(own, v))
			continue;
		diag_note(d, g->at, "'%s' has it", g->cell->name);
		return;
	}
}

static void late_devices(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	const struct cell *c = running_cell(f);
	struct given g = c ? registers_of(f, c) : (struct given){ NULL, 0 };
	size_t n = 0;

	for (size_t i = 0; c && i < c->boot.running->n_devices; i++) {
		const struct device *v = &c->boot.running->devices[i];

		if (v->is_disabled || is_everybodys(v) ||
		    has_registers(&g, v))
			continue;
		diag_error(d, r, c->boot.at_running, "'%s' enables '%s', which"
			   " '%s' does not keep", c->boot.running_file, v->path,
			   c->name);
		if (n++ < OWNERS_MAX)
			note_owner(f, d, v);
		diag_help(d, "hvcc --emit=root-dtb makes a tree that agrees");
	}
}

static void give_device(bool *spis, bool *ppis, const struct device *v)
{
	for (size_t i = 0; i < v->n_lines; i++) {
		bool *lines = v->lines[i].kind == LINE_SPI ? spis : ppis;

		if (v->lines[i].number < (lines == spis ? 1024u : 16u))
			lines[v->lines[i].number] = true;
	}
}

static void give_lines(const struct facts *f, const struct cell *c,
		       bool *spis, bool *ppis)
{
	const struct board *b = f->model->board;

	for (size_t i = 0; i < f->n_grants; i++)
		if (f->grants[i].cell == c)
			give_device(spis, ppis, f->grants[i].device);
	for (size_t i = 0; c->has_pmu && i < b->n_devices; i++)
		if (b->devices[i].role == DEVICE_PMU)
			give_device(spis, ppis, &b->devices[i]);
	for (size_t i = 0; i < c->n_lines; i++)
		give_device(spis, ppis, &(struct device){
			.lines = &c->lines[i].line, .n_lines = 1 });
}

/* A device without its registers is told by late-devices. */
static void late_lines(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	const struct cell *c = running_cell(f);
	struct given g = c ? registers_of(f, c) : (struct given){ NULL, 0 };
	bool spis[1024] = { false }, ppis[16] = { false };

	if (c)
		give_lines(f, c, spis, ppis);
	for (size_t i = 0; c && i < c->boot.running->n_devices; i++) {
		const struct device *v = &c->boot.running->devices[i];

		if (v->is_disabled || is_everybodys(v) || !has_registers(&g, v))
			continue;
		for (size_t k = 0; k < v->n_lines; k++) {
			const struct line *l = &v->lines[k];
			bool is_spi = l->kind == LINE_SPI;

			if (is_spi ? l->number < 1024 && spis[l->number]
				   : l->number < 16 && ppis[l->number])
				continue;
			diag_error(d, r, c->boot.at_running, "'%s' gives '%s'"
				   " %s %" PRIu32 ", which '%s' does not have",
				   c->boot.running_file, v->path,
				   is_spi ? "spi" : "ppi", l->number, c->name);
		}
	}
}

static const struct check checks[] = {
	{ .rule = { "boot-running", "what runs before the hypervisor is the"
	    " root cell, as it is" }, .run = boot_running },
	{ .rule = { "boot-cpu-late", "the board's boot CPU stays with the root"
	    " cell" }, .run = boot_cpu_late, .reads_running = true },
	{ .rule = { "late-command-line", "the command line of a running Linux"
	    " agrees with its memory" }, .run = late_command_line,
	  .reads_running = true },
	{ .rule = { "late-devices", "a Linux that is running drives no device"
	    " of another cell" }, .run = late_devices, .reads_running = true },
	{ .rule = { "late-lines", "a Linux that is running has the lines of its"
	    " tree" }, .run = late_lines, .reads_running = true },
};

const struct check_family family_late = { "late", checks, ARRAY_SIZE(checks) };
