/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream - bytes that are known, through a disk or a network, each of them checked.
 *
 *	stream write FILE MIB SEED	writes, and waits until it is on the disk
 *	stream check FILE MIB SEED	reads, from the disk: all caches are dropped
 *	stream receive PORT		what one peer sends, to its end
 *	stream send ADDRESS PORT MIB SEED
 *
 * Says how many MiB were right, their checksum, and how fast that was. The seed of
 * what is sent comes first.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MIB (UINT64_C(1) << 20)
#define CHUNK (64u << 10)

struct bytes {
	uint64_t state, sum, done;
	struct timespec began;
	uint64_t words[CHUNK / 8];
};

static void die(const char *what)
{
	fprintf(stderr, "stream: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void begin(struct bytes *b, uint64_t seed)
{
	b->state = seed * 2 + 1;
	b->sum = b->done = 0;
	clock_gettime(CLOCK_MONOTONIC, &b->began);
}

/* The next that must come: xorshift, whose every word depends on the one before. */
static uint64_t next(struct bytes *b)
{
	b->state ^= b->state << 13;
	b->state ^= b->state >> 7;
	b->state ^= b->state << 17;
	b->sum = (b->sum << 1 | b->sum >> 63) ^ b->state;
	return b->state;
}

static void make(struct bytes *b)
{
	for (size_t i = 0; i < CHUNK / 8; i++)
		b->words[i] = next(b);
	b->done += CHUNK;
}

static bool is_right(struct bytes *b, size_t size)
{
	for (size_t i = 0; i < size / 8; i++)
		if (b->words[i] != next(b)) {
			printf("byte %" PRIu64 " is wrong\n", b->done + 8 * i);
			return false;
		}
	b->done += size;
	return true;
}

static int end(const struct bytes *b, const char *what)
{
	struct timespec now;
	double seconds;

	clock_gettime(CLOCK_MONOTONIC, &now);
	seconds = (double)(now.tv_sec - b->began.tv_sec) +
		  (double)(now.tv_nsec - b->began.tv_nsec) / 1e9;
	printf("%s %" PRIu64 " MiB, sum %016" PRIx64 ", %.1f MiB/s\n", what,
	       b->done / MIB, b->sum, (double)b->done / (double)MIB / seconds);
	return 0;
}

static void put(int fd, const void *bytes, size_t size)
{
	const char *from = bytes;

	while (size) {
		ssize_t n = write(fd, from, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			die("write");
		from += n;
		size -= (size_t)n;
	}
}

/* Whole, but at the end. */
static size_t get(int fd, void *bytes, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = read(fd, (char *)bytes + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			die("read");
		if (!n)
			break;
		done += (size_t)n;
	}
	return done;
}

static int write_file(struct bytes *b, const char *path, uint64_t mib)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0)
		die(path);
	while (b->done < mib * MIB) {
		make(b);
		put(fd, b->words, CHUNK);
	}
	if (fsync(fd) || close(fd))
		die(path);
	return end(b, "written");
}

static void drop_caches(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY);

	sync();
	if (fd < 0 || write(fd, "3", 1) != 1)
		die("drop_caches");
	close(fd);
}

static int check_file(struct bytes *b, const char *path, uint64_t mib)
{
	int fd;

	drop_caches();
	fd = open(path, O_RDONLY);
	if (fd < 0)
		die(path);
	while (b->done < mib * MIB) {
		size_t n = get(fd, b->words, CHUNK);

		if (n != CHUNK) {
			printf("it ends at byte %" PRIu64 "\n", b->done + n);
			return 1;
		}
		if (!is_right(b, n))
			return 1;
	}
	close(fd);
	return end(b, "read");
}

static struct sockaddr_in address_of(const char *address, const char *port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr.s_addr = inet_addr(address),
	};

	return to;
}

static int receive(struct bytes *b, const char *port)
{
	struct sockaddr_in at = address_of("0.0.0.0", port);
	int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1, fd;
	uint64_t seed;
	size_t n;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&at, sizeof(at)) ||
	    listen(listener, 1))
		die("listen");
	fd = accept(listener, NULL, NULL);
	if (fd < 0 || get(fd, &seed, sizeof(seed)) != sizeof(seed))
		die("accept");
	begin(b, seed);
	while ((n = get(fd, b->words, CHUNK)))
		if (!is_right(b, n))
			return 1;
	return end(b, "received");
}

static int send_all(struct bytes *b, const char *address, const char *port,
		    uint64_t mib, uint64_t seed)
{
	struct sockaddr_in to = address_of(address, port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
		die("connect");
	put(fd, &seed, sizeof(seed));
	begin(b, seed);
	while (b->done < mib * MIB) {
		make(b);
		put(fd, b->words, CHUNK);
	}
	if (shutdown(fd, SHUT_WR) || get(fd, b->words, 1))
		die("shutdown");
	return end(b, "sent");
}

int main(int argc, char **argv)
{
	static struct bytes b;
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "receive") && argc == 3)
		return receive(&b, argv[2]);
	if (!strcmp(what, "send") && argc == 6)
		return send_all(&b, argv[2], argv[3], strtoull(argv[4], NULL, 0),
				strtoull(argv[5], NULL, 0));
	if (argc != 5)
		return 2;
	begin(&b, strtoull(argv[4], NULL, 0));
	if (!strcmp(what, "write"))
		return write_file(&b, argv[2], strtoull(argv[3], NULL, 0));
	if (!strcmp(what, "check"))
		return check_file(&b, argv[2], strtoull(argv[3], NULL, 0));
	return 2;
}
