/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/terminal.h"

#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

/* This file's own; written before and after a console, and by no one between. */
static struct termios before;
static volatile sig_atomic_t is_raw;

void terminal_restore(void)
{
	if (!is_raw)
		return;
	is_raw = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

/* tcsetattr and raise may be called here: signal-safety(7). */
static void end(int number)
{
	terminal_restore();
	signal(number, SIG_DFL);
	raise(number);
}

bool terminal_make_raw(void)
{
	static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE };
	struct termios raw;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &before))
		return false;
	raw = before;
	cfmakeraw(&raw);
	atexit(terminal_restore);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		signal(ends[i], end);
	is_raw = 1;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	return true;
}
