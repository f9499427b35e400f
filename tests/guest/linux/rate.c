/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rate - so many requests to a disk, or so many bytes through a network, and how
 * long that took. Looks at no byte of them.
 *
 *	rate read FILE ORDER SIZE DEPTH N
 *	rate write FILE ORDER SIZE DEPTH N	N requests of SIZE bytes, DEPTH of them
 *						at a time, past all caches
 *	rate serve PORT				is the peer of the next two
 *	rate send ADDRESS PORT MIB
 *	rate receive ADDRESS PORT MIB
 *
 * ORDER: sequential, from the first byte on and again when the end is reached, or
 * random, the same in each run. A stream is over when its peer has said so.
 */
#define _GNU_SOURCE	/* O_DIRECT */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/aio_abi.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MIB (UINT64_C(1) << 20)
#define CHUNK (64u << 10)
#define DEPTH_MAX 64u
#define ALIGNMENT 4096u

static void die(const char *what)
{
	fprintf(stderr, "rate: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int say(uint64_t n, uint64_t bytes, uint64_t ns)
{
	printf("%" PRIu64 " requests, %" PRIu64 " bytes, %" PRIu64 ".%09" PRIu64
	       " seconds\n", n, bytes, ns / 1000000000, ns % 1000000000);
	return 0;
}

/* ---- a disk ---------------------------------------------------------------- */

struct work {
	int fd;
	bool is_random;
	uint16_t opcode;
	uint64_t n_places, size;	/* the disk: that many pieces of that size */
	uint64_t n, n_begun, n_ended;
	uint64_t state;			/* of the random numbers */
	aio_context_t context;
	uint32_t depth;
	struct iocb requests[DEPTH_MAX];
};

static uint64_t next_place(struct work *w)
{
	if (!w->is_random)
		return w->n_begun % w->n_places;
	w->state ^= w->state << 13;
	w->state ^= w->state >> 7;
	w->state ^= w->state << 17;
	return w->state % w->n_places;
}

/* All of `which` at once: requests that have no work get some. */
static void begin(struct work *w, struct iocb **which, uint32_t n)
{
	uint32_t n_new = 0;

	for (; n_new < n && w->n_begun < w->n; n_new++, w->n_begun++)
		which[n_new]->aio_offset = (int64_t)(next_place(w) * w->size);
	for (uint32_t i = 0; i < n_new;) {
		long done = syscall(SYS_io_submit, w->context, (long)(n_new - i),
				    which + i);

		if (done <= 0)
			die("io_submit");
		i += (uint32_t)done;
	}
}

static uint32_t end(struct work *w, struct iocb **which)
{
	struct io_event events[DEPTH_MAX];
	long n = syscall(SYS_io_getevents, w->context, 1L, (long)w->depth,
			 events, NULL);

	if (n <= 0)
		die("io_getevents");
	for (long i = 0; i < n; i++) {
		if (events[i].res != (int64_t)w->size) {
			errno = events[i].res < 0 ? (int)-events[i].res : EIO;
			die("a request");
		}
		which[i] = &w->requests[events[i].data];
	}
	w->n_ended += (uint64_t)n;
	return (uint32_t)n;
}

static void prepare(struct work *w, char **word)
{
	int flags = w->opcode == IOCB_CMD_PREAD ? O_RDONLY : O_WRONLY;
	void *buffers;

	w->fd = open(word[0], flags | O_DIRECT);
	if (w->fd < 0)
		die(word[0]);
	w->is_random = !strcmp(word[1], "random");
	w->size = strtoull(word[2], NULL, 0);
	w->depth = (uint32_t)strtoul(word[3], NULL, 0);
	w->n = strtoull(word[4], NULL, 0);
	w->state = 88172645463325252;
	errno = EINVAL;
	if (!w->size || !w->depth || w->depth > DEPTH_MAX)
		die("SIZE, DEPTH");
	w->n_places = (uint64_t)lseek(w->fd, 0, SEEK_END) / w->size;
	if (!w->n_places)
		die(word[0]);
	if (posix_memalign(&buffers, ALIGNMENT, w->depth * w->size))
		die("memory");
	memset(buffers, 0x5a, w->depth * w->size);
	for (uint32_t i = 0; i < w->depth; i++)
		w->requests[i] = (struct iocb){
			.aio_data = i, .aio_lio_opcode = w->opcode,
			.aio_fildes = (uint32_t)w->fd,
			.aio_buf = (uintptr_t)buffers + i * w->size,
			.aio_nbytes = w->size,
		};
	if (syscall(SYS_io_setup, (long)w->depth, &w->context))
		die("io_setup");
}

static int disk(uint16_t opcode, char **word)
{
	static struct work w;
	struct iocb *which[DEPTH_MAX];
	uint64_t since;

	w.opcode = opcode;
	prepare(&w, word);
	for (uint32_t i = 0; i < w.depth; i++)
		which[i] = &w.requests[i];
	since = now_ns();
	begin(&w, which, w.depth);
	while (w.n_ended < w.n) {
		uint32_t n = end(&w, which);

		begin(&w, which, n);
	}
	return say(w.n, w.n * w.size, now_ns() - since);
}

/* ---- a network ------------------------------------------------------------- */

/* What a stream begins with: the bytes that follow, and that are to come back. */
struct head {
	uint64_t n_there, n_back;
};

static char bytes[CHUNK];

static bool put(int fd, uint64_t n)
{
	while (n) {
		ssize_t done = write(fd, bytes, n < CHUNK ? n : CHUNK);

		if (done <= 0)
			return false;
		n -= (uint64_t)done;
	}
	return true;
}

/* False: it ended before. */
static bool take(int fd, uint64_t n)
{
	while (n) {
		ssize_t done = read(fd, bytes, n < CHUNK ? n : CHUNK);

		if (done <= 0)
			return false;
		n -= (uint64_t)done;
	}
	return true;
}

static struct sockaddr_in address_of(const char *address, const char *port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr.s_addr = inet_addr(address),
	};
}

/* One peer after the other. */
static int serve(const char *port)
{
	struct sockaddr_in at = address_of("0.0.0.0", port);
	int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1, fd;
	struct head head;

	signal(SIGPIPE, SIG_IGN);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&at, sizeof(at)) ||
	    listen(listener, 8))
		die("listen");
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		if (recv(fd, &head, sizeof(head), MSG_WAITALL) == sizeof(head) &&
		    take(fd, head.n_there))
			put(fd, head.n_back);
		close(fd);
	}
	die("accept");
	return 1;
}

static int stream(bool is_sent, char **word)
{
	struct sockaddr_in to = address_of(word[0], word[1]);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	uint64_t n = strtoull(word[2], NULL, 0) * MIB, since;
	struct head head = { is_sent ? n : 0, is_sent ? 0 : n };

	if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
		die("connect");
	since = now_ns();
	if (send(fd, &head, sizeof(head), 0) != sizeof(head) ||
	    !put(fd, head.n_there) || !take(fd, head.n_back))
		die("the stream");
	/* Its end: the peer has taken all. */
	if (read(fd, bytes, 1))
		die("the end");
	return say(n / CHUNK, n, now_ns() - since);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "read") && argc == 7)
		return disk(IOCB_CMD_PREAD, argv + 2);
	if (!strcmp(what, "write") && argc == 7)
		return disk(IOCB_CMD_PWRITE, argv + 2);
	if (!strcmp(what, "serve") && argc == 3)
		return serve(argv[2]);
	if (!strcmp(what, "send") && argc == 5)
		return stream(true, argv + 2);
	if (!strcmp(what, "receive") && argc == 5)
		return stream(false, argv + 2);
	return 2;
}
