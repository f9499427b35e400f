/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * os_fake.c - /dev/hvisor as a socket: the test at its other end is module and
 * hypervisor.
 *
 * A question is {request, size} and the ioctl's structure, with the bytes behind
 * its pointer appended; the answer is {result, errno} and the structure. Waiting
 * is a question too, of request 0, so a test decides when a line is raised. No
 * socket is no device.
 *
 * A virtio device NAME is three files in $HVISOR_DEVICES: NAME has the answer of
 * HVISOR_VIRTIO, NAME.memory is what is mapped, and NAME.line a FIFO, whose bytes
 * are what the driver did.
 */
#include "cli/os.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "kmod/hvisor.h"

struct question { uint32_t request, size, more, zero; };
struct answer { int32_t result, error; };

static void send_all(int fd, const void *bytes, size_t size)
{
	const char *from = bytes;

	while (size) {
		ssize_t n = send(fd, from, size, MSG_NOSIGNAL);

		if (n <= 0)
			_exit(99);
		from += n;
		size -= (size_t)n;
	}
}

static void receive_all(int fd, void *bytes, size_t size)
{
	char *to = bytes;

	while (size) {
		ssize_t n = recv(fd, to, size, 0);

		if (n <= 0)
			_exit(98);
		to += n;
		size -= (size_t)n;
	}
}

static int ask(int fd, uint32_t request, void *argument, uint32_t size,
	       const void *more, uint32_t more_size)
{
	struct question q = { request, size, more_size, 0 };
	struct answer a;

	send_all(fd, &q, sizeof(q));
	send_all(fd, argument, size);
	send_all(fd, more, more_size);
	receive_all(fd, &a, sizeof(a));
	receive_all(fd, argument, size);
	errno = a.error;
	return a.result;
}

int os_open(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const char *path = getenv("HVISOR_FAKE");
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (getenv("HVISOR_ERRNO")) {
		errno = atoi(getenv("HVISOR_ERRNO"));
		return -1;
	}
	if (!path || strlen(path) >= sizeof(at.sun_path)) {
		errno = ENOENT;
		return -1;
	}
	strcpy(at.sun_path, path);
	return connect(fd, (const struct sockaddr *)&at, sizeof(at)) ? -1 : fd;
}

#define FDS_MAX 64

/* By descriptor; the program ends with its devices. */
static char names[FDS_MAX][64];

static int open_part(int fd, const char *suffix, int flags)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s%s", getenv("HVISOR_DEVICES"),
		 names[fd], suffix);
	return open(path, flags | O_CLOEXEC);
}

/* Whoever is one has its line locked, this program too. */
static bool has_backend(int of)
{
	int fd = open_part(of, ".line", O_RDWR | O_NONBLOCK);
	bool is_free = !flock(fd, LOCK_SH | LOCK_NB);

	close(fd);
	return !is_free;
}

static int tell_virtio(int of, void *argument, size_t size)
{
	struct hvisor_virtio *told = argument;
	int fd = open_part(of, "", O_RDONLY);
	ssize_t n = read(fd, argument, size);

	close(fd);
	told->has_backend = has_backend(of);
	return n == (ssize_t)size ? 0 : -1;
}

int os_virtio_open(const char *name, bool is_backend)
{
	char path[512];
	int fd;

	if (!getenv("HVISOR_DEVICES")) {
		errno = ENOENT;
		return -1;
	}
	snprintf(path, sizeof(path), "%s/%s.line", getenv("HVISOR_DEVICES"), name);
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fd >= FDS_MAX)
		return -1;
	if (is_backend && flock(fd, LOCK_EX | LOCK_NB)) {
		errno = EBUSY;
		return -1;
	}
	snprintf(names[fd], sizeof(names[fd]), "%s", name);
	return fd;
}

void *os_virtio_map(int fd, uint64_t offset, uint64_t size, bool may_write,
		    void *at)
{
	int memory = open_part(fd, ".memory", may_write ? O_RDWR : O_RDONLY);

	at = mmap(at, size, PROT_READ | (may_write ? PROT_WRITE : 0),
		  MAP_SHARED | (at ? MAP_FIXED : 0), memory, (off_t)offset);
	close(memory);
	return at == MAP_FAILED ? NULL : at;
}

void *os_reserve(uint64_t size)
{
	void *at = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

void os_virtio_unmap(const volatile void *at, uint64_t size)
{
	munmap((void *)(uintptr_t)at, size);
}

int os_ioctl(int fd, unsigned long request, void *argument)
{
	uint32_t size = _IOC_SIZE(request);

	if (request == HVISOR_VIRTIO)
		return tell_virtio(fd, argument, size);

	if (request == HVISOR_LOAD) {
		const struct hvisor_load *load = argument;

		return ask(fd, (uint32_t)request, argument, size,
			   (const void *)(uintptr_t)load->data,
			   (uint32_t)load->size);
	}
	if (request == HVISOR_ENABLE) {
		const struct hvisor_enable *enable = argument;

		return ask(fd, (uint32_t)request, argument, size,
			   (const void *)(uintptr_t)enable->image,
			   (uint32_t)enable->size);
	}
	return ask(fd, (uint32_t)request, argument, size, NULL, 0);
}

int os_wait(int fd, int other, int milliseconds, bool *is_other)
{
	struct pollfd polled = { .fd = other, .events = POLLIN };
	uint32_t wait = (uint32_t)milliseconds;

	*is_other = false;
	if (ask(fd, 0, &wait, sizeof(wait), NULL, 0))
		return -1;
	*is_other = poll(&polled, 1, 10) > 0 && polled.revents;
	return 0;
}
