/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load: fills a stopped cell's memory through its window, and waits for what
 * the hypervisor says of it. Where the program ends half way, the module shuts
 * the window.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cells.h"
#include "cli/commands.h"
#include "cli/os.h"
#include "cli/payload.h"
#include "cli/sha256.h"

#define CHUNK_SIZE (UINT64_C(1) << 20)
#define WINDOWS_MAX 4096u

struct window { uint64_t base, size; };	/* the cell's addresses */

struct loading {
	const struct session *session;
	const char *cell;
	uint32_t cell_i;
	struct window windows[WINDOWS_MAX];
	uint32_t n_windows;
	struct payload payload;
};

/* The file must be of the system that runs. */
static void check_identity(const struct session *s, const struct image *image)
{
	struct hv_sha256 running;
	char is[SAY_HASH_SIZE], runs[SAY_HASH_SIZE];

	memcpy(running.b, s->info.identity, sizeof(running.b));
	if (sha256_is_equal(&running, &image->head->identity))
		return;
	say_hash(&image->head->identity, is);
	say_hash(&running, runs);
	fail(EXIT_REFUSED, "'%s' is the image of system %s, and %s runs",
	     image->path, is, runs);
}

static void gather(struct loading *l)
{
	const struct options *o = l->session->options;

	if (o->image && o->n_files)
		fail(EXIT_ENVIRONMENT, "either --image or files, not both");
	if (o->image) {
		struct image image;

		image_open(&image, o->image);
		check_identity(l->session, &image);
		payload_from_image(&l->payload, &image, l->cell_i, l->cell);
		return;
	}
	if (tables_are_generic(l->session->tables))
		fail(EXIT_REFUSED, "this hvisor.loader is of no system, and"
		     " does not know what '%s' is made of: name the image with"
		     " --image, or use the hvisor.loader that hvcc wrote"
		     " beside it", l->cell);
	payload_from_files(&l->payload, l->session->tables, l->cell_i, o->files,
			   o->n_files);
}

static void find_windows(struct loading *l)
{
	while (l->n_windows < WINDOWS_MAX) {
		uint64_t x[17] = { 0, l->cell_i, l->n_windows };

		if (session_call(l->session, HV_CALL_WINDOW, x))
			return;
		l->windows[l->n_windows++] = (struct window){ x[3], x[2] };
	}
}

/* HV_NONE: none has the address. */
static uint32_t window_at(const struct loading *l, uint64_t ipa)
{
	for (uint32_t i = 0; i < l->n_windows; i++)
		if (ipa >= l->windows[i].base &&
		    ipa - l->windows[i].base < l->windows[i].size)
			return i;
	return HV_NONE;
}

static uint64_t smallest(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void write_piece(const struct loading *l, const struct payload_piece *p)
{
	for (uint64_t at = 0; at < p->size;) {
		uint64_t to = p->to + at;
		uint32_t i = window_at(l, to);

		if (i == HV_NONE)
			fail(EXIT_REFUSED, "the window of '%s' does not reach"
			     " 0x%" PRIx64, l->cell, to);

		uint64_t in = to - l->windows[i].base;
		uint64_t n = smallest(smallest(p->size - at, CHUNK_SIZE),
				      l->windows[i].size - in);
		struct hvisor_load load = {
			.cell = l->cell_i, .window = i, .offset = in,
			.data = (uint64_t)(uintptr_t)(p->bytes + at), .size = n,
		};

		if (os_ioctl(l->session->fd, HVISOR_LOAD, &load))
			fail(EXIT_ENVIRONMENT, "cannot write '%s' into '%s' at"
			     " 0x%" PRIx64 ": %s", p->what, l->cell, to,
			     strerror(errno));
		at += n;
	}
	if (l->session->options->is_verbose)
		printf("0x%" PRIx64 " bytes of '%s' at 0x%" PRIx64 "\n",
		       p->size, p->what, p->to);
}

static void begin(const struct loading *l)
{
	int64_t error = cell_ask(l->session, HV_CALL_LOAD_BEGIN, l->cell_i);

	if (error == HV_E_STATE)
		fail(EXIT_REFUSED, "cannot load '%s' while it runs: 'hvisor."
		     "loader stop %s' first", l->cell, l->cell);
	if (error)
		session_refuse("load", l->cell, error);
}

enum exit_code command_load(const struct session *s)
{
	static struct loading l;

	l.session = s;
	l.cell = s->options->cell;
	l.cell_i = session_find_cell(s, l.cell);
	gather(&l);
	begin(&l);
	find_windows(&l);
	for (size_t i = 0; i < l.payload.n; i++)
		write_piece(&l, &l.payload.pieces[i]);

	int64_t error = cell_ask(s, HV_CALL_LOAD_END, l.cell_i);

	if (error)
		session_refuse("end the load of", l.cell, error);

	uint32_t state = cell_wait(s, l.cell_i, l.cell);

	if (state == HV_STATE_EMPTY)
		fail(EXIT_REFUSED, "the hypervisor refuses what was loaded into"
		     " '%s': it is not what was compiled", l.cell);
	if (state != HV_STATE_LOADED)
		fail(EXIT_REFUSED, "'%s' is %s after its load: another program"
		     " was at it", l.cell, cell_state_word(state));
	return EXIT_DONE;
}
