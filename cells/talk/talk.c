/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * talk - lines both ways between a Linux cell and its peer over a channel.
 *
 *	talk CHANNEL			what is typed goes there, what comes is printed
 *	talk CHANNEL LINE...		sends each, and waits for an answer to each
 *
 * Needs hvisor.ko, and a channel with two ends and a doorbell; the other end uses
 * lines.h too. Exit 1: no such channel, or no answer in ten seconds.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hvisor.h"
#include "lines.h"

#define FOLDER "/dev/hvisor-channel/"
#define LINE_MAX_SIZE 256
#define ANSWER_MS 10000

struct talk {
	int fd;
	uint32_t peer;
	struct lines lines;
};

static void fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("talk: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static struct talk open_channel(const char *name)
{
	struct hvisor_channel c;
	struct talk t;
	char path[sizeof(FOLDER) + 64];

	snprintf(path, sizeof(path), FOLDER "%s", name);
	t.fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (t.fd < 0 || ioctl(t.fd, HVISOR_CHANNEL, &c))
		fail("%s: %s", path, strerror(errno));
	if (c.n_ends != 2 || !(c.flags & HVISOR_CHANNEL_WRITE))
		fail("'%s' is no channel to talk over", name);

	void *memory = mmap(NULL, c.size, PROT_READ | PROT_WRITE, MAP_SHARED,
			    t.fd, 0);

	if (memory == MAP_FAILED)
		fail("%s: %s", path, strerror(errno));
	t.peer = !c.self;
	t.lines = lines_open(memory, (uint32_t)c.size, c.self);
	lines_skip(&t.lines);
	return t;
}

static void send_line(struct talk *t, const char *text)
{
	if (!lines_send(&t->lines, text, (uint32_t)strlen(text)))
		fail("the other end takes nothing");
	if (write(t->fd, &t->peer, sizeof(t->peer)) < 0)
		fail("cannot ring: %s", strerror(errno));
}

/* How many lines were there. */
static int print_lines(struct talk *t)
{
	char text[LINE_MAX_SIZE];
	uint64_t rings;
	int n = 0;

	/* Before looking, so that a ring after the look is not forgotten. */
	if (read(t->fd, &rings, sizeof(rings)) < 0 && errno != EAGAIN)
		fail("cannot wait: %s", strerror(errno));
	for (; lines_take(&t->lines, text, sizeof(text)); n++)
		puts(text);
	fflush(stdout);
	return n;
}

static void wait_for_answer(struct talk *t)
{
	struct pollfd p = { .fd = t->fd, .events = POLLIN };

	while (!print_lines(t))
		if (poll(&p, 1, ANSWER_MS) <= 0)
			fail("no answer");
}

/* Until the end of what is typed. */
static void relay(struct talk *t)
{
	struct pollfd p[2] = { { .fd = t->fd, .events = POLLIN },
			       { .fd = 0, .events = POLLIN } };
	char text[LINE_MAX_SIZE];

	while (poll(p, 2, -1) > 0) {
		if (p[0].revents)
			print_lines(t);
		if (!p[1].revents)
			continue;
		if (!fgets(text, sizeof(text), stdin))
			return;
		text[strcspn(text, "\n")] = '\0';
		send_line(t, text);
	}
}

int main(int argc, char **argv)
{
	if (argc < 2)
		fail("usage: talk CHANNEL [LINE...]");

	struct talk t = open_channel(argv[1]);

	setvbuf(stdin, NULL, _IONBF, 0);	/* poll sees what fgets has not */
	for (int i = 2; i < argc; i++) {
		send_line(&t, argv[i]);
		wait_for_answer(&t);
	}
	if (argc == 2)
		relay(&t);
	return 0;
}
