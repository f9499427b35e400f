/* SPDX-License-Identifier: BSD-2-Clause */
/* Console: what is printed and typed, on pipes, a pty and a file. */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "one_console.h"

static void start(const struct console_end *end)
{
	g = guest_new(2, 0);
	con = console_open(&g->place, end);
	d = console_device(con);
	make_queues();
	guest_start(g, ALL);
	run_all(d);
}

static void print(size_t size)
{
	queue_describe(&printed, 0, DATA, (uint32_t)size, 0, 0);
	queue_offer(&printed, 0);
	run_all(d);
}

static void take_typed(uint16_t i, uint32_t size)
{
	queue_describe(&typed, i, DATA + 0x100u * i, size, DESC_WRITE, 0);
	queue_offer(&typed, i);
	run_all(d);
}

/* ---- pipes -------------------------------------------------------------------- */

static int in[2], out[2];

static void setup(void)
{
	struct console_end end = { .held = -1, .escape = 0x1d };

	cr_assert_eq(pipe2(in, O_NONBLOCK), 0);
	cr_assert_eq(pipe2(out, O_NONBLOCK), 0);
	end.in = in[0];
	end.out = out[1];
	start(&end);
}

static void teardown(void)
{
	console_close(con);
}

TestSuite(console, .init = setup, .fini = teardown);

Test(console, a_queue_full_of_pages_fits_into_little_bounce_memory)
{
	cr_assert_gt(g->published->queue_size_max[0], 0);
	cr_assert_leq(g->published->queue_size_max[0] * 4096, 256 << 10);
}

Test(console, what_is_typed_goes_to_the_driver)
{
	uint32_t head, n;

	take_typed(0, 4);
	take_typed(1, 64);
	cr_assert_eq(write(in[1], "abcdefg", 7), 7);
	run_all(d);
	cr_assert(queue_used(&typed, &head, &n));
	cr_assert_eq(n, 4);
	cr_assert(queue_used(&typed, &head, &n));
	cr_assert_eq(n, 3);
	cr_assert_arr_eq(guest_at(g, DATA, 4), "abcd", 4);
	cr_assert_arr_eq(guest_at(g, DATA + 0x100, 3), "efg", 3);
	cr_assert_eq(g->kept->counters.bytes_in, 7);
}

Test(console, what_is_typed_waits_for_a_buffer)
{
	uint32_t head, n;

	cr_assert_eq(write(in[1], "abc", 3), 3);
	run_all(d);
	cr_assert_not(queue_used(&typed, &head, &n));
	cr_assert_eq(queue_available_event(&typed), 0);
	take_typed(0, 64);
	cr_assert(queue_used(&typed, &head, &n));
	cr_assert_eq(n, 3);
}

Test(console, the_escape_ends_it_and_what_came_before_is_typed)
{
	uint32_t head, n;

	take_typed(0, 64);
	cr_assert_eq(write(in[1], "ab\x1d" "cd", 5), 5);
	run_all(d);
	cr_assert(console_is_left(con));
	cr_assert(queue_used(&typed, &head, &n));
	cr_assert_eq(n, 2);
}

Test(console, the_escape_is_heard_though_nobody_takes_what_is_typed)
{
	char much[2000];

	memset(much, 'x', sizeof(much));
	cr_assert_eq(write(in[1], much, sizeof(much)), (ssize_t)sizeof(much));
	cr_assert_eq(write(in[1], "\x1d", 1), 1);
	for (int i = 0; i < 10; i++)
		run_all(d);
	cr_assert(console_is_left(con));
}

Test(console, prints_buffers_larger_than_a_pipe_as_it_is_read)
{
	static uint8_t bytes[0x20000];
	uint8_t *data = guest_at(g, DATA, sizeof(bytes));
	uint32_t head, n;
	size_t done = 0;

	for (size_t i = 0; i < sizeof(bytes); i++)
		data[i] = (uint8_t)(i * 7 + i / 256);
	print(sizeof(bytes));
	cr_assert_not(queue_used(&printed, &head, &n));
	while (done < sizeof(bytes)) {
		ssize_t got = read(out[0], bytes + done, sizeof(bytes) - done);

		cr_assert_gt(got, 0);
		done += (size_t)got;
		run_all(d);
	}
	cr_assert_arr_eq(bytes, data, sizeof(bytes));
	cr_assert(queue_used(&printed, &head, &n));
	cr_assert_eq(n, 0);
}

Test(console, output_that_nobody_takes_is_dropped_in_the_end)
{
	uint32_t head, n;
	struct pollfd polls[DEVICE_POLLS_MAX];

	print(0x20000);
	while (!queue_used(&printed, &head, &n)) {
		int ms = -1;
		size_t n_polls = d->kind->polls(d, polls, &ms);

		cr_assert_geq(ms, 0);
		poll(polls, (nfds_t)n_polls, ms);
		run_all(d);
	}
	cr_assert_gt(g->kept->counters.failed, 0);
}

Test(console, needs_a_reset_after_buffers_that_are_bad)
{
	queue_describe(&printed, 0, GUEST_NEXT - 1, 2, 0, 0);
	queue_offer(&printed, 0);
	run_all(d);
	cr_assert(guest_needs_reset(g));
}

Test(console, needs_a_reset_after_buffers_to_write_among_those_to_print)
{
	queue_describe(&printed, 0, DATA, 2, DESC_WRITE, 0);
	queue_offer(&printed, 0);
	run_all(d);
	cr_assert(guest_needs_reset(g));
}

Test(console, needs_a_reset_after_buffers_that_cannot_be_typed_to)
{
	queue_describe(&typed, 0, GUEST_ROM, 2, DESC_WRITE, 0);
	queue_offer(&typed, 0);
	cr_assert_eq(write(in[1], "a", 1), 1);
	run_all(d);
	cr_assert(guest_needs_reset(g));
}

/* ---- other ends ---------------------------------------------------------------- */

Test(console_end, output_to_what_is_gone_is_dropped)
{
	uint32_t head, n;
	struct console_end end = { .in = -1, .held = -1, .escape = -1 };

	end.out = open("/dev/full", O_WRONLY);
	cr_assert_geq(end.out, 0);
	start(&end);
	print(100);
	cr_assert(queue_used(&printed, &head, &n));
	cr_assert_eq(g->kept->counters.failed, 1);
	console_close(con);
}

Test(console_end, is_a_pseudoterminal_that_passes_bytes_as_they_are)
{
	struct console_end end;
	char path[CONSOLE_PATH_SIZE];
	uint8_t bytes[16];
	uint32_t head, n;
	int fd;

	cr_assert(console_end_pty(&end, path));
	start(&end);
	memcpy(guest_at(g, DATA, 4), "a\n\x03z", 4);
	print(4);
	fd = open(path, O_RDWR | O_NOCTTY);
	cr_assert_geq(fd, 0);
	cr_assert_eq(read(fd, bytes, sizeof(bytes)), 4);
	cr_assert_arr_eq(bytes, "a\n\x03z", 4);
	take_typed(0, 64);
	cr_assert_eq(write(fd, "q\r\x03", 3), 3);
	run_all(d);
	cr_assert(queue_used(&typed, &head, &n));
	cr_assert_eq(n, 3);
	cr_assert_arr_eq(guest_at(g, DATA, 3), "q\r\x03", 3);
	/* Whoever goes may come again. */
	close(fd);
	print(4);
	fd = open(path, O_RDWR | O_NOCTTY);
	cr_assert_eq(read(fd, bytes, sizeof(bytes)), 4);
	console_close(con);
}

Test(console_end, is_a_file_that_grows)
{
	struct console_end end;
	char path[] = "/tmp/virtio-console-XXXXXX";
	char text[32];
	int fd = mkstemp(path);

	cr_assert_eq(write(fd, "old ", 4), 4);
	cr_assert(console_end_file(&end, path));
	unlink(path);
	start(&end);
	memcpy(guest_at(g, DATA, 3), "new", 3);
	print(3);
	cr_assert_eq(pread(fd, text, sizeof(text), 0), 7);
	cr_assert_arr_eq(text, "old new", 7);
	console_close(con);
}

Test(console_end, says_when_there_is_no_file)
{
	struct console_end end;

	cr_assert_not(console_end_file(&end, "/nowhere/at/all"));
}
