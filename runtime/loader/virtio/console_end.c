/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio/console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

/*
 * The other end is held open too: a pty that nobody has open reports so without
 * pause, and one that somebody opens says nothing.
 */
bool console_end_pty(struct console_end *e, char path[CONSOLE_PATH_SIZE])
{
	struct termios raw;
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	int held = -1;
	int error;

	if (fd < 0)
		return false;
	error = grantpt(fd) || unlockpt(fd) ? errno :
		ptsname_r(fd, path, CONSOLE_PATH_SIZE);
	if (!error) {
		held = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
		error = held < 0 ? errno : 0;
	}
	if (error) {
		close(fd);
		errno = error;
		return false;
	}
	/* What the driver prints is not echoed back to it. */
	if (!tcgetattr(held, &raw)) {
		cfmakeraw(&raw);
		tcsetattr(held, TCSANOW, &raw);
	}
	*e = (struct console_end){ .in = fd, .out = fd, .held = held,
				   .escape = -1 };
	return true;
}

bool console_end_file(struct console_end *e, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK |
			    O_NOCTTY | O_CLOEXEC, 0600);

	*e = (struct console_end){ .in = -1, .out = fd, .held = -1,
				   .escape = -1 };
	return fd >= 0;
}

/* Opened anew, so that other programs' descriptors of it go on to block. */
bool console_end_terminal(struct console_end *e, int escape)
{
	int fd = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	*e = (struct console_end){ .in = fd, .out = fd, .held = -1,
				   .escape = escape };
	return fd >= 0;
}
