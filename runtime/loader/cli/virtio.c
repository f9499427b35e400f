/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio: is the backend of other cells' devices, until a signal.
 *
 * Nothing is kept in this program that its successor needs: that finds the
 * devices as this one leaves them, however it ends.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/backend.h"
#include "cli/cells.h"
#include "cli/commands.h"
#include "cli/life.h"
#include "cli/look.h"
#include "cli/terminal.h"
#include "virtio/server.h"

#define SPIN_US 50u	/* a driver that is at it has more by then */

struct serving {
	const struct session *session;
	struct server *server;
	struct backend *backends;
	size_t n;
};

/* ---- which devices ------------------------------------------------------- */

static const struct hv_loader_virtio *find(const struct hv_loader *t,
					   const char *name)
{
	char asked[HV_NAME_SIZE];

	for (uint32_t i = 0; i < t->virtios.count; i++)
		if (!strcmp(tables_virtio(t, i)->name, name))
			return tables_virtio(t, i);
	fail(EXIT_REFUSED, "there is no virtio device '%s': 'hvisor.loader"
	     " --version' shows them", say_name(name, asked, sizeof(asked)));
}

static void refuse_twice(const struct options *o, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(o->files[k], o->files[i]))
			fail(EXIT_REFUSED, "device '%s' is named twice",
			     o->files[i]);
}

static const struct hv_loader_virtio *row_of(const struct session *s, size_t i)
{
	if (!s->options->n_files)
		return tables_virtio(s->tables, (uint32_t)i);

	const struct hv_loader_virtio *row =
		find(s->tables, s->options->files[i]);

	refuse_twice(s->options, i);
	return row;
}

static size_t count(const struct session *s)
{
	if (tables_are_generic(s->tables))
		fail(EXIT_REFUSED, "this hvisor.loader is of no system, and does"
		     " not know what devices are made of: use the one that"
		     " hvcc wrote beside the image");
	if (!s->tables->virtios.count)
		fail(EXIT_REFUSED, "this system has no virtio devices: see"
		     " `virtio` in cells(5)");
	return s->options->n_files ? s->options->n_files
				   : s->tables->virtios.count;
}

/* ---- one after the other ------------------------------------------------- */

static void serve(struct serving *v, size_t i)
{
	struct backend *b = &v->backends[i];
	struct server_opened opened;

	backend_open(b, row_of(v->session, i));
	if (!server_add(v->server, b->row, &b->place, b->fd, &opened))
		fail(EXIT_ENVIRONMENT, "device '%s': %s", b->row->name,
		     opened.why);
	if (opened.is_made)
		printf("'%s' has made the interface '%s': it has no address, and"
		       " ends with this program\n", b->row->name, b->row->path);
	if (opened.pty[0])
		printf("'%s' is on %s\n", b->row->name, opened.pty);
	else if (v->session->options->is_verbose)
		printf("'%s' is published\n", b->row->name);
	fflush(stdout);
}

/* All devices of the cell have a backend, be it this program or another. */
static void require_devices(const struct session *s, uint32_t cell_i,
			    const char *name)
{
	struct look look;

	for (uint32_t i = 0; look_at(s, i, &look); i++)
		if (look.front == cell_i &&
		    !(look.is_published && look.has_backend))
			fail(EXIT_REFUSED, "cannot start '%s': its device '%s'"
			     " has no backend", name, look.name);
}

static void start(const struct session *s, uint32_t cell_i)
{
	struct cell_info info;
	struct cell_state state;
	int64_t error = cell_info_get(s, cell_i, &info);

	if (!error)
		error = cell_state_get(s, cell_i, &state);
	if (error)
		session_refuse("start", tables_cell(s->tables, cell_i)->name,
			       error);
	/* Another backend was here before, and the cell goes on with us. */
	if (state.state == HV_STATE_RUNNING)
		return;
	require_devices(s, cell_i, info.name);
	life_start(s, cell_i, info.name);
}

/* Each cell once, in the order of its first device. */
static void start_fronts(const struct serving *v)
{
	for (size_t i = 0; i < v->n; i++) {
		uint32_t front = v->backends[i].row->front;
		size_t k = 0;

		while (v->backends[k].row->front != front)
			k++;
		if (k == i)
			start(v->session, front);
	}
	fflush(stdout);
}

/* ---- until a signal ------------------------------------------------------ */

/* A descriptor that is readable once one has come that ends the program. */
static int catch_ends(void)
{
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGHUP);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGQUIT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);

	int fd = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);

	if (fd < 0)
		fail(EXIT_ENVIRONMENT, "cannot wait for signals: %s",
		     strerror(errno));
	return fd;
}

static void prepare_terminal(const struct serving *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct hv_loader_virtio *row = v->backends[i].row;

		if (row->backend == HV_BACKEND_TERMINAL && terminal_make_raw())
			fprintf(stderr, "[console '%s'; Ctrl-] ends the"
				" program]\r\n", row->name);
	}
}

enum exit_code command_virtio(const struct session *s)
{
	size_t n = count(s);
	struct serving v = {
		.session = s, .n = n, .server = server_new(),
		.backends = calloc(n, sizeof(*v.backends)),
	};
	int stop_fd = catch_ends();

	if (!v.server || !v.backends)
		fail(EXIT_ENVIRONMENT, "no memory");
	for (size_t i = 0; i < n; i++)
		serve(&v, i);
	if (s->options->is_start)
		start_fronts(&v);
	prepare_terminal(&v);

	enum server_end end = server_run(v.server, stop_fd, SPIN_US);
	int error = errno;

	server_free(v.server);
	terminal_restore();
	free(v.backends);
	close(stop_fd);
	if (end == SERVER_FAILED)
		fail(EXIT_ENVIRONMENT, "cannot wait for devices: %s",
		     strerror(error));
	return EXIT_DONE;
}
