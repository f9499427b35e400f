/* SPDX-License-Identifier: BSD-2-Clause */
/* A device, a console on a pipe, and its driver. */
#ifndef TESTS_UNIT_ONE_DEVICE_H
#define TESTS_UNIT_ONE_DEVICE_H

#include <criterion/criterion.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "one_console.h"

static int out[2];
/* Those that are "killed" stay here, so that they are no leaks. */
static struct console *opened[8];
static size_t n_opened;

static inline void open_console(void)
{
	struct console_end end = { .in = -1, .held = -1, .escape = -1 };

	cr_assert_eq(pipe2(out, O_NONBLOCK), 0);
	end.out = out[1];
	con = console_open(&g->place, &end);
	d = console_device(con);
	opened[n_opened++] = con;
}

static inline void setup(void)
{
	g = guest_new(2, 0);
	open_console();
}

static inline void print(const char *text)
{
	memcpy(guest_at(g, DATA, 64), text, strlen(text));
	queue_describe(&printed, 0, DATA, (uint32_t)strlen(text), 0, 0);
	queue_offer(&printed, 0);
	run_all(d);
}

static inline void must_print(const char *text)
{
	char bytes[64];
	ssize_t n = read(out[0], bytes, sizeof(bytes));

	if (n < 0)
		n = 0;
	cr_assert_eq((size_t)n, strlen(text), "%zd bytes, not '%s'", n, text);
	cr_assert_arr_eq(bytes, text, n);
}

static inline void start(void)
{
	make_queues();
	guest_start(g, ALL);
	run_all(d);
}

#endif
