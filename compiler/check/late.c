/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * late.c - a Linux that runs before the hypervisor does becomes the root cell
 * as it is: `boot running`. What its own devicetree told it must agree with
 * what it is given. Where its memory lies, place asks (place/running.c).
 */
#include "check/families.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "check/late.h"

const struct cell *late_cell(const struct facts *f)
{
	const struct cell *root = f->model->root;

	return root && root->boot.running ? root : NULL;
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

	assert(tree->n_cpus);		/* else it was unusable */
	if (!has_cpu(tree, hwid))
		hwid = tree->cpus[0].hwid;
	for (size_t i = 0; i < b->n_cpus; i++)
		if (b->cpus[i].hwid == hwid)
			return &b->cpus[i];
	return NULL;
}

static bool has_index(const struct cell *c, uint32_t index)
{
	for (size_t i = 0; i < c->n_cpus; i++)
		if (c->cpus[i].index == index)
			return true;
	return false;
}

static void boot_cpu_late(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	const struct cell *c = late_cell(f);

	if (!c || !c->n_cpus)
		return;

	const struct board *b = f->model->board;
	const struct board_cpu *cpu = boot_cpu(f, c->boot.running);

	if (!cpu)
		diag_error(d, r, c->boot.at_running, "'%s' is the tree of"
			   " another machine: its boot CPU is none of the"
			   " board's", c->boot.running_file);
	else if (!has_index(c, (uint32_t)(cpu - b->cpus)))
		diag_error(d, r, c->cpus[0].at, "'%s' started on CPU %zu, which"
			   " it does not keep", c->name,
			   (size_t)(cpu - b->cpus));
}

/* The first CPU whose frames lie in one region with those of `index`. */
static uint32_t region_start(const struct interrupt_controller *c,
			     uint32_t index)
{
	uint64_t first = 0;

	for (size_t i = 0; i < c->n_redistributors; i++) {
		uint64_t n = c->redistributors[i].size /
			     c->redistributor_stride;

		if (index < first + n)
			return (uint32_t)first;
		first += n;
	}
	return index;
}

/*
 * A Linux that brings one of its CPUs up again reads each frame of a region
 * from the first on until it finds that CPU's: all of them must be its own.
 */
static void late_frames(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	const struct interrupt_controller *gic = &f->model->board->controller;
	const struct cell *c = f->model->root;

	if (!c || c->boot.kind != BOOT_RUNNING)
		return;
	for (size_t i = 0; i < c->n_cpus; i++) {
		uint32_t at = region_start(gic, c->cpus[i].index);

		while (at != c->cpus[i].index && has_index(c, at))
			at++;
		if (at == c->cpus[i].index)
			continue;
		diag_error(d, r, c->cpus[i].at, "'%s' would read the"
			   " controller's frames of CPU %" PRIu32 ", which it"
			   " does not keep, to find those of CPU %" PRIu32,
			   c->name, at, c->cpus[i].index);
		return;
	}
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
	const char *letter = strchr(letters, *end | 0x20);
	unsigned shift = letter ? 10 * (unsigned)(letter - letters + 1) : 0;

	return n > UINT64_MAX >> shift ? UINT64_MAX : n << shift;
}

/* Linux splits words at any blank, and takes quotes off. */
static bool is_in_word(char c)
{
	return isalnum((unsigned char)c) || strchr("_-.", c);
}

static void late_command_line(const struct facts *f, const struct rule *r,
			      struct diag *d)
{
	const struct cell *c = late_cell(f);

	if (!c)
		return;

	const void *fdt = c->boot.running->fdt;
	int size;			/* below 0: it has none */
	const char *line = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"),
				       "bootargs", &size);
	bool is_outside = true;		/* of any word */

	if (size > 0 && line[size - 1]) {
		diag_error(d, r, c->boot.at_running, "the command line in '%s'"
			   " has no end: its last byte is not 0",
			   c->boot.running_file);
		return;
	}
	for (int i = 0; i < size; i++) {
		const char *word = line + i;
		bool begins = is_outside;

		is_outside = !is_in_word(*word);
		if (!begins || strncmp(word, "mem=", 4) ||
		    size_of_word(word + 4) >= memory_of(c->boot.running))
			continue;
		diag_error(d, r, c->boot.at_running, "the command line in '%s'"
			   " says '%.*s', and its memory is %s",
			   c->boot.running_file, (int)strcspn(word, " \t\""), word,
			   size_text(f, memory_of(c->boot.running)));
	}
}

static const struct check checks[] = {
	{ .rule = { "boot-running", "what runs before the hypervisor is the"
	    " root cell, as it is" }, .run = boot_running },
	{ .rule = { "boot-cpu-late", "the board's boot CPU stays with the root"
	    " cell" }, .run = boot_cpu_late, .reads_running = true },
	{ .rule = { "late-frames", "a running Linux finds its CPUs' frames of"
	    " the interrupt controller before those of others" },
	  .run = late_frames },
	{ .rule = { "late-command-line", "the command line of a running Linux"
	    " agrees with its memory" }, .run = late_command_line,
	  .reads_running = true },
};

const struct check_family family_late = { "late", checks, ARRAY_SIZE(checks) };
