/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * os_fake.c - /dev/hvisor as a socket: the test at its other end is module and
 * hypervisor.
 *
 * A question is {request, size} and the ioctl's structure, with the bytes behind
 * its pointer appended; the answer is {result, errno} and the structure. Waiting
 * is a question too, of request 0, so a test decides when a line is raised. No
 * socket is no device.
 */
#include "cli/os.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
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

int os_ioctl(int fd, unsigned long request, void *argument)
{
	uint32_t size = _IOC_SIZE(request);

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
