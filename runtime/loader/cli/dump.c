/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dump: a crashed cell's memory and registers, as a core file.
 *
 * The file gets its name when it is whole. Runs of RAM come from the tables; a
 * generic program only knows those that have a window.
 */
#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cells.h"
#include "cli/commands.h"
#include "cli/core.h"

#define RUNS_MAX 4096u

/* The EL1 mode bits of PSTATE: at EL1 with SP_EL1 (DDI 0487 C5.2.19). */
#define MODE_MASK 0x1fu
#define MODE_EL1H 0x5u

struct dump {
	const struct session *session;
	const char *cell;
	uint32_t cell_i;
	struct core_cpu cpus[HV_MAX_CPUS];
	size_t n_cpus;
	struct core_run runs[RUNS_MAX];
	size_t n_runs;
};

/* The unfinished file, for whoever ends the program; else empty. */
static char unfinished[PATH_MAX];

static void remove_unfinished(void)
{
	if (unfinished[0])
		unlink(unfinished);
}

/* unlink and raise may be called here: signal-safety(7). */
static void end(int number)
{
	remove_unfinished();
	signal(number, SIG_DFL);
	raise(number);
}

static FILE *open_unfinished(const char *path)
{
	int n = snprintf(unfinished, sizeof(unfinished), "%s.XXXXXX", path);
	int fd = -1;

	if (n > 0 && (size_t)n < sizeof(unfinished))
		fd = mkstemp(unfinished);

	FILE *out = fd < 0 ? NULL : fdopen(fd, "wb");

	if (!out) {
		int error = errno;

		if (fd < 0)
			unfinished[0] = 0;
		fail(EXIT_ENVIRONMENT, "cannot write '%s': %s", path,
		     strerror(error));
	}
	atexit(remove_unfinished);
	signal(SIGINT, end);
	signal(SIGTERM, end);
	signal(SIGHUP, end);
	return out;
}

/* ---- registers ----------------------------------------------------------- */

/* False: the cell has no such CPU, or it was off. */
static bool read_part(const struct dump *d, uint64_t cpu, uint64_t part,
		      uint64_t x[17])
{
	memset(x, 0, 17 * sizeof(*x));
	x[1] = d->cell_i;
	x[2] = cpu;
	x[3] = part;

	int64_t error = session_call(d->session, HV_CALL_REGISTERS, x);

	if (error == HV_E_NO_CELL || error == HV_E_EMPTY)
		return false;
	if (error == HV_E_STATE)
		fail(EXIT_REFUSED, "'%s' has nothing to dump: only a cell that"
		     " crashed keeps its memory, where the configuration says"
		     " `on crash keep`", d->cell);
	if (error)
		session_refuse("dump", d->cell, error);
	return true;
}

/* pc, pstate, sp_el0, sp_el1, and the others as they come. */
static bool read_cpu(struct dump *d, uint64_t k, struct core_cpu *cpu)
{
	uint64_t x[17];

	if (!read_part(d, k, 0, x))
		return false;
	cpu->index = (uint32_t)k;
	memcpy(cpu->x, x + 1, 16 * sizeof(*x));
	if (!read_part(d, k, 1, x))
		return false;
	memcpy(cpu->x + 16, x + 1, 15 * sizeof(*x));
	if (!read_part(d, k, 2, x))
		return false;
	memcpy(cpu->system, x + 1, 16 * sizeof(*x));
	cpu->pc = x[1];
	cpu->pstate = x[2];
	cpu->sp = (x[2] & MODE_MASK) == MODE_EL1H ? x[4] : x[3];
	return true;
}

/* ---- memory -------------------------------------------------------------- */

static void add_run(struct dump *d, uint64_t base, uint64_t size,
		    uint32_t flags)
{
	if (d->n_runs == RUNS_MAX)
		fail(EXIT_REFUSED, "'%s' has more than %u runs of RAM",
		     d->cell, RUNS_MAX);
	if ((base | size) % CORE_PAGE)
		fail(EXIT_REFUSED, "RAM of '%s' at 0x%" PRIx64 " is not on"
		     " pages", d->cell, base);
	d->runs[d->n_runs++] = (struct core_run){
		base, size,
		(flags & HV_READ ? PF_R : 0u) | (flags & HV_WRITE ? PF_W : 0u) |
		(flags & HV_EXECUTE ? PF_X : 0u),
	};
}

static void find_windows(struct dump *d)
{
	for (uint64_t i = 0; i < RUNS_MAX; i++) {
		uint64_t x[17] = { 0, d->cell_i, i };

		if (session_call(d->session, HV_CALL_WINDOW, x))
			break;
		add_run(d, x[3], x[2], (uint32_t)x[4]);
	}
	if (!d->n_runs)
		fail(EXIT_REFUSED, "this hvisor.loader is of no system, and"
		     " does not know the memory of '%s': use the one that hvcc"
		     " wrote beside the image", d->cell);
}

static void find_runs(struct dump *d)
{
	const struct hv_loader *t = d->session->tables;

	if (tables_are_generic(t)) {
		find_windows(d);
		return;
	}

	const struct hv_loader_cell *c = tables_cell(t, d->cell_i);

	for (uint32_t i = 0; i < c->regions.count; i++) {
		const struct hv_loader_region *r = tables_region(t, c, i);

		add_run(d, r->base.u, r->size, r->flags);
	}
}

static void read_page(const struct dump *d, uint64_t ipa,
		      uint8_t page[CORE_PAGE])
{
	for (size_t at = 0; at < CORE_PAGE; at += HV_PEEK_SIZE) {
		uint64_t x[17] = { 0, d->cell_i, ipa + at };
		int64_t error = session_call(d->session, HV_CALL_PEEK, x);

		if (error)
			fail(EXIT_REFUSED, "cannot read '%s' at 0x%" PRIx64
			     ": %s", d->cell, ipa + at,
			     session_meaning(error));
		memcpy(page + at, x + 1, HV_PEEK_SIZE);
	}
}

static uint64_t write_memory(const struct dump *d, FILE *out, uint64_t at)
{
	static uint8_t page[CORE_PAGE];

	for (size_t i = 0; i < d->n_runs; i++) {
		const struct core_run *run = &d->runs[i];

		for (uint64_t k = 0; k < run->size; k += CORE_PAGE) {
			read_page(d, run->base + k, page);
			if (!core_write_page(out, at + k, page))
				fail(EXIT_ENVIRONMENT, "cannot write '%s': %s",
				     unfinished, strerror(errno));
		}
		at += run->size;
	}
	return at;
}

enum exit_code command_dump(const struct session *s)
{
	static struct dump d;
	const char *path = s->options->files[0];
	uint64_t at;

	d = (struct dump){
		.session = s, .cell = s->options->cell,
		.cell_i = session_find_cell(s, s->options->cell),
	};
	for (uint64_t k = 0; k < HV_MAX_CPUS; k++)
		if (read_cpu(&d, k, &d.cpus[d.n_cpus]))
			d.n_cpus++;
	find_runs(&d);

	FILE *out = open_unfinished(path);

	if (!core_write_head(out, EM_AARCH64, d.cpus, d.n_cpus, d.runs,
			     d.n_runs, &at) ||
	    !core_write_end(out, write_memory(&d, out, at)) ||
	    fsync(fileno(out)) || fclose(out) || rename(unfinished, path))
		fail(EXIT_ENVIRONMENT, "cannot write '%s': %s", path,
		     strerror(errno));
	unfinished[0] = 0;
	if (s->options->is_verbose)
		printf("'%s': %zu CPUs, %zu runs of RAM\n", path, d.n_cpus,
		       d.n_runs);
	return EXIT_DONE;
}
