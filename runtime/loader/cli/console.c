/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console and log: rings of the hypervisor, read as they fill.
 *
 * What a cell prints goes to the terminal as it is: it is the cell's console.
 * What the cell's ring has no room for yet stays here and is offered again.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cells.h"
#include "cli/commands.h"
#include "cli/os.h"
#include "cli/terminal.h"

#define ROUND_MAX (2 * HV_RING_SIZE / HV_CONSOLE_READ_MAX)
#define ASK_AGAIN_MS 500
#define FULL_MS 20		/* while the cell has not read what was typed */

struct console {
	const struct session *session;
	uint32_t cell_i;		/* HV_NONE: the log */
	const char *name;
	uint64_t n_lost;		/* that were told */
	char typed[HV_CONSOLE_WRITE_MAX];		/* not taken by the cell yet */
	size_t n_typed;
	bool is_raw, has_input;
};

static void put(const void *bytes, size_t size)
{
	if (fwrite(bytes, 1, size, stdout) != size || fflush(stdout))
		fail(EXIT_ENVIRONMENT, "cannot write to standard output");
}

static void tell_lost(struct console *c, uint64_t n_lost)
{
	if (n_lost <= c->n_lost)
		return;
	fprintf(stderr, "%s[%" PRIu64 " bytes of '%s' are lost]%s\n",
		c->is_raw ? "\r\n" : "", n_lost - c->n_lost, c->name,
		c->is_raw ? "\r" : "");
	c->n_lost = n_lost;
}

/*
 * What is there; no more than twice what a ring holds, as a cell may print faster
 * than it is read, and the user must still be heard. True: there is more.
 */
static bool read_ring(struct console *c)
{
	for (size_t i = 0; i < ROUND_MAX; i++) {
		uint64_t x[17] = { 0, c->cell_i };
		int64_t error = session_call(c->session, HV_CALL_CONSOLE_READ,
					     x);

		if (error == HV_E_EMPTY || error == HV_E_BUSY)
			return false;
		if (error)
			session_refuse("read the console of", c->name, error);
		tell_lost(c, x[2]);
		if (!x[1])
			return false;
		put(x + 3, x[1] < HV_CONSOLE_READ_MAX ? (size_t)x[1] :
		    HV_CONSOLE_READ_MAX);
	}
	return true;
}

/* Offers what was typed; what is not taken stays. */
static void write_ring(struct console *c)
{
	while (c->n_typed) {
		uint64_t x[17] = { 0, c->cell_i, c->n_typed };

		memcpy(x + 3, c->typed, c->n_typed);

		int64_t error = session_call(c->session, HV_CALL_CONSOLE_WRITE,
					     x);

		if (error == HV_E_BUSY)
			return;
		/* As on the keyboard of a machine that is off. */
		if (error == HV_E_STATE && c->is_raw) {
			c->n_typed = 0;
			return;
		}
		if (error)
			session_refuse("type to", c->name, error);
		if (!x[1] || x[1] > c->n_typed)
			return;
		c->n_typed -= (size_t)x[1];
		memmove(c->typed, c->typed + x[1], c->n_typed);
	}
}

/*
 * False: the user leaves, or the input has ended. On a terminal keys are read
 * also while the cell takes none, for the escape among them; what finds no room
 * then is lost, as on any serial line.
 */
static bool read_keys(struct console *c)
{
	char keys[HV_CONSOLE_WRITE_MAX];
	size_t room = sizeof(c->typed) - c->n_typed;
	ssize_t n = read(STDIN_FILENO, keys, sizeof(keys));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n <= 0)
		return false;

	const char *escape = c->is_raw
		? memchr(keys, TERMINAL_ESCAPE, (size_t)n) : NULL;
	size_t n_keys = escape ? (size_t)(escape - keys) : (size_t)n;

	if (n_keys > room)
		n_keys = room;
	memcpy(c->typed + c->n_typed, keys, n_keys);
	c->n_typed += n_keys;
	write_ring(c);
	return !escape;
}

static int patience(const struct console *c, bool is_more)
{
	if (is_more)
		return 0;
	return c->n_typed ? FULL_MS : ASK_AGAIN_MS;
}

/* Until the user leaves; without --follow also until the input ends. */
static void relay(struct console *c)
{
	for (;;) {
		bool is_ready, is_more = read_ring(c);

		write_ring(c);

		bool is_asked = c->has_input && (c->is_raw || !c->n_typed);

		if (os_wait(c->session->fd, is_asked ? STDIN_FILENO : -1,
			    patience(c, is_more), &is_ready))
			fail(EXIT_ENVIRONMENT, "cannot wait for " OS_DEVICE);
		if (is_ready && !read_keys(c))
			break;
	}
	read_ring(c);
}

enum exit_code command_console(const struct session *s)
{
	struct console c = {
		.session = s, .name = s->options->cell,
		.cell_i = session_find_cell(s, s->options->cell),
	};
	struct cell_info info;
	int64_t error = cell_info_get(s, c.cell_i, &info);

	if (error)
		session_refuse("show the console of", c.name, error);
	if (info.console != HV_CONSOLE_VIRTUAL)
		fail(EXIT_REFUSED, "'%s' has no virtual console: see `console"
		     " virtual` in cells(5)", c.name);
	read_ring(&c);
	c.has_input = !s->options->follows;
	c.is_raw = c.has_input && terminal_make_raw();
	if (c.is_raw)
		fprintf(stderr, "[console of '%s'; Ctrl-] leaves it]\r\n",
			c.name);
	relay(&c);
	terminal_restore();
	if (c.is_raw)
		fputs("\n[left the console]\n", stderr);
	return EXIT_DONE;
}

enum exit_code command_log(const struct session *s)
{
	struct console c = {
		.session = s, .cell_i = HV_NONE, .name = "the hypervisor",
	};

	read_ring(&c);
	while (s->options->follows) {
		bool is_ready;

		if (os_wait(s->fd, -1, ASK_AGAIN_MS, &is_ready))
			fail(EXIT_ENVIRONMENT, "cannot wait for " OS_DEVICE);
		read_ring(&c);
	}
	return EXIT_DONE;
}
