/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.h - a console (Virtual I/O Device 1.2, 5.3), port 0 alone.
 *
 * On a pseudoterminal, a file (append only, nothing is typed), or the terminal of
 * this program. Output that nobody takes for CONSOLE_STALL_MS is dropped until
 * somebody does: Linux's driver waits for each buffer without taking interrupts.
 *
 * Includes device.
 */
#ifndef VIRTIO_CONSOLE_H
#define VIRTIO_CONSOLE_H

#include "virtio/device.h"

#define CONSOLE_STALL_MS 100
#define CONSOLE_PATH_SIZE 64u

struct console;

/* Where the bytes go; -1: nowhere. Both do not block, and are closed with it. */
struct console_end {
	int in, out;
	int held;		/* the pty's own end, held open; or -1 */
	int escape;		/* the byte that ends the program; or -1 */
};

/* All: false and errno. */
bool console_end_pty(struct console_end *e, char path[CONSOLE_PATH_SIZE]);
bool console_end_file(struct console_end *e, const char *path);
/* Its mode (raw) is the caller's business. */
bool console_end_terminal(struct console_end *e, int escape);

/* NULL: errno. The ends are the console's from then on. */
struct console *console_open(const struct device_place *place,
			     const struct console_end *end);
void console_close(struct console *c);
struct device *console_device(struct console *c);
/* The escape was typed. */
bool console_is_left(const struct console *c);

#endif
