/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/os.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hv_abi.h"

int os_open(void)
{
	return open(OS_DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);
}

int os_ioctl(int fd, unsigned long request, void *argument)
{
	int done;

	/* EINTR: a signal came before it began, so it can be asked again. */
	do
		done = ioctl(fd, request, argument);
	while (done < 0 && errno == EINTR);
	return done;
}

int os_wait(int fd, int other, int milliseconds, bool *is_other)
{
	struct pollfd polled[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = other, .events = POLLIN },
	};
	int n = poll(polled, 2, milliseconds);
	uint64_t times;

	*is_other = n > 0 && polled[1].revents;
	if (n < 0)
		return errno == EINTR ? 0 : -1;
	if (polled[0].revents & POLLIN &&
	    read(fd, &times, sizeof(times)) < 0 && errno != EAGAIN)
		return -1;
	return 0;
}

int os_virtio_open(const char *name, bool is_backend)
{
	char path[sizeof(OS_VIRTIO) + HV_NAME_SIZE];

	snprintf(path, sizeof(path), OS_VIRTIO "%s", name);
	return open(path, (is_backend ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK);
}

void *os_virtio_map(int fd, uint64_t offset, uint64_t size, bool may_write,
		    void *at)
{
	int flags = MAP_SHARED | (at ? MAP_FIXED : 0);

	at = mmap(at, size, may_write ? PROT_READ | PROT_WRITE : PROT_READ, flags,
		  fd, (off_t)offset);
	return at == MAP_FAILED ? NULL : at;
}

void *os_reserve(uint64_t size)
{
	void *at = mmap(NULL, size, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

void os_virtio_unmap(const volatile void *at, uint64_t size)
{
	munmap((void *)(uintptr_t)at, size);
}
