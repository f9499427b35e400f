/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio/server.h"

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "virtio/block.h"
#include "virtio/net.h"
#include "virtio/why.h"

struct served {
	int fd;
	struct device *device;
	struct block *block;		/* one of these */
	struct net *net;
	struct console *console;
};

struct server {
	size_t n;
	struct served served[SERVER_DEVICES_MAX];
};

struct server *server_new(void)
{
	return calloc(1, sizeof(struct server));
}

/* ---- opening ---------------------------------------------------------------- */

static bool fail(struct server_opened *o, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool fail(struct server_opened *o, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(o->why, sizeof(o->why), format, list);
	va_end(list);
	return false;
}

static bool open_block(struct served *s, const struct hv_loader_virtio *row,
		       const struct device_place *place, struct server_opened *o)
{
	struct block_options options = { .name = row->name, .path = row->path };

	s->block = block_open(place, &options);
	if (!s->block)
		return fail(o, "cannot open '%s': %s", row->path,
			    why_no_block(errno));
	s->device = block_device(s->block);
	return true;
}

static bool open_net(struct served *s, const struct hv_loader_virtio *row,
		     const struct device_place *place, struct server_opened *o)
{
	struct net_options options = { .tap = row->path };

	o->is_made = !if_nametoindex(row->path);
	memcpy(options.mac, row->mac, sizeof(options.mac));
	s->net = net_open(place, &options);
	if (!s->net)
		return fail(o, "cannot open the tap interface '%s': %s", row->path,
			    why_no_net(errno));
	s->device = net_device(s->net);
	return true;
}

static bool open_end(struct console_end *end, const struct hv_loader_virtio *row,
		     struct server_opened *o)
{
	switch (row->backend) {
	case HV_BACKEND_PTY:
		return console_end_pty(end, o->pty) ||
		       fail(o, "cannot open a pseudoterminal: %s",
			    strerror(errno));
	case HV_BACKEND_FILE:
		return console_end_file(end, row->path) ||
		       fail(o, "cannot open '%s': %s", row->path,
			    why_no_file(errno));
	case HV_BACKEND_TERMINAL:
		return console_end_terminal(end, SERVER_ESCAPE) ||
		       fail(o, "there is no terminal: %s", why_no_terminal(errno));
	default:
		return fail(o, "unknown backend %u", row->backend);
	}
}

static bool open_console(struct served *s, const struct hv_loader_virtio *row,
			 const struct device_place *place,
			 struct server_opened *o)
{
	struct console_end end;

	if (!open_end(&end, row, o))
		return false;
	s->console = console_open(place, &end);
	if (!s->console)
		return fail(o, "%s", strerror(errno));
	s->device = console_device(s->console);
	return true;
}

bool server_add(struct server *s, const struct hv_loader_virtio *row,
		const struct device_place *place, int fd,
		struct server_opened *opened)
{
	struct served *next = &s->served[s->n];
	bool is_open;

	memset(opened, 0, sizeof(*opened));
	if (s->n == SERVER_DEVICES_MAX)
		return fail(opened, "there are more than %u devices",
			    SERVER_DEVICES_MAX);
	if (place->n_queues > HV_VIRTIO_MAX_QUEUES)
		return fail(opened, "there are %u queues", place->n_queues);
	*next = (struct served){ .fd = fd };
	switch (row->kind) {
	case HV_VIRTIO_BLOCK:
		is_open = open_block(next, row, place, opened);
		break;
	case HV_VIRTIO_NET:
		is_open = open_net(next, row, place, opened);
		break;
	case HV_VIRTIO_CONSOLE:
		is_open = open_console(next, row, place, opened);
		break;
	default:
		return fail(opened, "unknown kind %u", row->kind);
	}
	s->n += is_open;
	return is_open;
}

/* ---- the loop --------------------------------------------------------------- */

struct wait {
	size_t n;
	int ms;
	struct pollfd polls[1 + SERVER_DEVICES_MAX * (1 + DEVICE_POLLS_MAX)];
};

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static bool run_all(struct server *s)
{
	bool is_any = false;

	for (size_t i = 0; i < s->n; i++)
		is_any |= device_run(s->served[i].device);
	return is_any;
}

static bool rest_all(struct server *s)
{
	bool has_more = false;

	for (size_t i = 0; i < s->n; i++)
		has_more |= device_rest(s->served[i].device);
	return has_more;
}

static void wake_all(struct server *s)
{
	for (size_t i = 0; i < s->n; i++)
		device_wake(s->served[i].device);
}

/* The driver's descriptor first, of each device; behind all, stop_fd. */
static void gather(struct server *s, struct wait *w, int stop_fd)
{
	w->n = 0;
	w->ms = -1;
	for (size_t i = 0; i < s->n; i++)
		w->polls[w->n++] = (struct pollfd){ .fd = s->served[i].fd,
						    .events = POLLIN };
	for (size_t i = 0; i < s->n; i++) {
		struct device *d = s->served[i].device;

		w->n += d->kind->polls(d, w->polls + w->n, &w->ms);
	}
	w->polls[w->n++] = (struct pollfd){ .fd = stop_fd, .events = POLLIN };
}

/* What the driver did before this is seen by the run that comes. */
static void clear(const struct server *s, const struct wait *w)
{
	uint64_t n;

	for (size_t i = 0; i < s->n; i++)
		if (w->polls[i].revents &&
		    read(s->served[i].fd, &n, sizeof(n)) < 0)
			continue;	/* another time */
}

static bool is_left(const struct server *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->served[i].console && console_is_left(s->served[i].console))
			return true;
	return false;
}

/* 1: go on; 0: stop; -1 and errno. */
static int wait_for(struct server *s, int stop_fd, bool may_wait)
{
	struct wait w;
	int n;

	gather(s, &w, stop_fd);
	n = poll(w.polls, w.n, may_wait ? w.ms : 0);
	if (n < 0)
		return errno == EINTR ? 1 : -1;
	if (n)
		clear(s, &w);
	return !(n && w.polls[w.n - 1].revents);
}

enum server_end server_run(struct server *s, int stop_fd, uint32_t spin_us)
{
	uint64_t busy_until = 0;
	int goes_on = 1;

	/* A console's FIFO may have lost its reader: EPIPE says so too. */
	signal(SIGPIPE, SIG_IGN);
	while (goes_on > 0) {
		bool is_any = run_all(s);

		if (is_left(s))
			return SERVER_LEFT;
		if (is_any && spin_us)
			busy_until = now_us() + spin_us;
		if (is_any || (spin_us && now_us() < busy_until)) {
			goes_on = wait_for(s, stop_fd, false);
			continue;
		}
		goes_on = wait_for(s, stop_fd, !rest_all(s));
		wake_all(s);
	}
	return goes_on ? SERVER_FAILED : SERVER_STOPPED;
}

void server_free(struct server *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		struct served *served = &s->served[i];

		if (served->block)
			block_close(served->block);
		if (served->net)
			net_close(served->net);
		if (served->console)
			console_close(served->console);
	}
	free(s);
}
