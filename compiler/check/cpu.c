/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.c - CPUs: the runtime has no scheduler, so a CPU belongs to one cell.
 */
#include "check/families.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static void cpu_unknown(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	const struct board *b = f->model->board;

	/* A board without CPUs has been reported. */
	if (!b->n_cpus)
		return;
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		for (size_t k = 0; k < c->n_cpus; k++) {
			if (c->cpus[k].index < b->n_cpus)
				continue;
			diag_error(d, r, c->cpus[k].at,
				   "'%s' has CPU %" PRIu32
				   ", and the board has %zu", c->name,
				   c->cpus[k].index, b->n_cpus);
			diag_help(d, "CPUs are counted from 0: the last is %zu",
				  b->n_cpus - 1);
		}
	}
}

/* Who has a CPU, by the board's index; NULL: nobody yet. */
struct cpu_owner { const struct cell *cell; struct span at; };

/* Calls out two claims of one CPU where both sides are of the kind wanted. */
static void report_claims(const struct facts *f, const struct rule *r,
			  struct diag *d, bool of_one_cell)
{
	const struct model *m = f->model;
	struct cpu_owner *owners = arena_array(f->arena, m->board->n_cpus,
					       sizeof(*owners));

	for (size_t i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];

		for (size_t k = 0; k < c->n_cpus; k++) {
			uint32_t cpu = c->cpus[k].index;

			if (cpu >= m->board->n_cpus)
				continue;

			struct cpu_owner *o = &owners[cpu];

			if (!o->cell) {
				*o = (struct cpu_owner){ c, c->cpus[k].at };
				continue;
			}
			if ((o->cell == c) != of_one_cell)
				continue;
			diag_error(d, r, c->cpus[k].at, of_one_cell ?
				   "'%s' has CPU %" PRIu32 " twice" :
				   "'%s' has CPU %" PRIu32
				   ", and so has '%s'",
				   c->name, cpu, o->cell->name);
			diag_note(d, o->at, "'%s' has CPU %" PRIu32 " here",
				  o->cell->name, cpu);
		}
	}
}

static void cpu_two_cells(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	report_claims(f, r, d, false);
}

static void cpu_twice(const struct facts *f, const struct rule *r,
		      struct diag *d)
{
	report_claims(f, r, d, true);
}

static void cell_without_cpu(const struct facts *f, const struct rule *r,
			     struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++)
		if (!f->model->cells[i].n_cpus &&
		    !f->model->cells[i].is_broken)
			diag_error(d, r, f->model->cells[i].at,
				   "'%s' has no CPU",
				   f->model->cells[i].name);
}

struct cpu_id { const struct board_cpu *cpu; };

static int by_hwid(const void *left, const void *right)
{
	const struct board_cpu *a = ((const struct cpu_id *)left)->cpu;
	const struct board_cpu *b = ((const struct cpu_id *)right)->cpu;

	int by = (a->hwid > b->hwid) - (a->hwid < b->hwid);

	return 2 * by + (a > b) - (a < b);
}

/* An SGI or a CPU_ON to one of them would reach whichever answers first. */
static void cpu_id_twice(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	const struct board *b = f->model->board;
	struct cpu_id *ids = arena_array(f->arena, b->n_cpus, sizeof(*ids));

	for (size_t i = 0; i < b->n_cpus; i++)
		ids[i].cpu = &b->cpus[i];
	qsort(ids, b->n_cpus, sizeof(*ids), by_hwid);
	for (size_t i = 1; i < b->n_cpus; i++) {
		const struct board_cpu *one = ids[i - 1].cpu;
		const struct board_cpu *two = ids[i].cpu;

		if (one->hwid != two->hwid)
			continue;
		diag_error(d, r, two->at, "CPUs %td and %td both have the id 0x%"
			   PRIx64, one - b->cpus, two - b->cpus, two->hwid);
		diag_note(d, one->at, "CPU %td is here", one - b->cpus);
	}
}

/* A guest's scheduler that moves a thread meets other errata and features. */
static void cpu_mixed(const struct facts *f, const struct rule *r,
		      struct diag *d)
{
	const struct board *b = f->model->board;

	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];
		const struct cell_cpu *first = NULL;

		for (size_t k = 0; k < c->n_cpus; k++) {
			const struct cell_cpu *cpu = &c->cpus[k];

			if (cpu->index >= b->n_cpus ||
			    !b->cpus[cpu->index].compatible)
				continue;
			if (!first)
				first = cpu;
			if (!strcmp(b->cpus[first->index].compatible,
				    b->cpus[cpu->index].compatible))
				continue;
			diag_warn(d, r, cpu->at, "'%s' has CPUs of two kinds:"
				  " %" PRIu32 " is '%s', %" PRIu32 " is '%s'",
				  c->name, first->index,
				  b->cpus[first->index].compatible,
				  cpu->index,
				  b->cpus[cpu->index].compatible);
			break;
		}
	}
}

static const struct check checks[] = {
	{ .rule = { "cpu-unknown", "a cell's CPUs are the board's" }, .run = cpu_unknown },
	{ .rule = { "cpu-two-cells", "a CPU is in one cell" }, .run = cpu_two_cells },
	{ .rule = { "cpu-twice", "a cell names a CPU once" }, .run = cpu_twice },
	{ .rule = { "cell-without-cpu", "every cell has a CPU to boot on" },
	  .run = cell_without_cpu },
	{ .rule = { "cpu-id-twice", "no two CPUs of the board have the same id" },
	  .run = cpu_id_twice },
	{ .rule = { "cpu-mixed", "the CPUs of a cell are of one kind" }, .run = cpu_mixed,
	  .kind = CHECK_WARNING },
};

const struct check_family family_cpu = { "cpu", checks, ARRAY_SIZE(checks) };
