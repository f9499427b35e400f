/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio_console.c - a console on two pipes, one of which may be full. */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "virtio.h"
#include "virtio/console.h"

const uint32_t fuzz_n_queues = 2;
static struct console *console;
static int typed[2] = { -1, -1 }, printed[2] = { -1, -1 };

void fuzz_begin(struct input *in)
{
	(void)in;
	if (pipe2(typed, O_NONBLOCK) || pipe2(printed, O_NONBLOCK))
		abort();
}

static void close_all(void)
{
	close(typed[0]);
	close(typed[1]);
	close(printed[0]);
	close(printed[1]);
}

void fuzz_end(void)
{
	close_all();
}

struct device *fuzz_open(void)
{
	struct console_end end = { .in = dup(typed[0]), .out = dup(printed[1]),
				   .held = -1, .escape = 0x1d };

	console = console_open(&fuzz_guest->place, &end);
	if (!console)
		abort();
	return console_device(console);
}

void fuzz_close(void)
{
	console_close(console);
}

void fuzz_lost(void)
{
}

void fuzz_event(struct input *in)
{
	static uint8_t bytes[0x10000];
	struct pollfd polls[DEVICE_POLLS_MAX];
	struct device *d = console_device(console);
	int ms = -1;
	uint8_t what = input_u8(in);

	if (d->kind->polls(d, polls, &ms) > DEVICE_POLLS_MAX)
		abort();
	if (what & 1) {
		if (read(printed[0], bytes, sizeof(bytes)) < 0)
			return;
	} else {
		bytes[0] = what;
		if (write(typed[1], bytes, what) < 0)
			return;
	}
}
