/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * os.h - what hvisor.loader asks of hvisor.ko's devices, and nothing else does.
 *
 * os.c asks the kernel. A test is linked with a device of its own instead.
 * All fail with -1 and errno, as the system calls they stand for.
 */
#ifndef CLI_OS_H
#define CLI_OS_H

#include <stdbool.h>
#include <stdint.h>

#define OS_DEVICE "/dev/hvisor"
#define OS_VIRTIO "/dev/hvisor-virtio/"	/* and a name */

int os_open(void);
/* request: HVISOR_* of kmod/hvisor.h. */
int os_ioctl(int fd, unsigned long request, void *argument);
/*
 * Waits for the event line, or for bytes on `other`, unless it is -1; no longer
 * than milliseconds. What came of the line is read away. *is_other: whether
 * `other` has something, be it its end.
 */
int os_wait(int fd, int other, int milliseconds, bool *is_other);

/*
 * A virtio device, to be its backend or only to look at it. As a backend's the
 * file is readable when the driver did something, and read() of 8 bytes, which
 * never waits, makes it unreadable. os_ioctl() speaks to it too.
 */
int os_virtio_open(const char *name, bool is_backend);
/* NULL instead of -1. `at`: in what os_reserve() gave; or NULL: anywhere. */
void *os_virtio_map(int fd, uint64_t offset, uint64_t size, bool may_write,
		    void *at);
/* Addresses where nothing is. NULL: there are not so many. */
void *os_reserve(uint64_t size);
void os_virtio_unmap(const volatile void *at, uint64_t size);

#endif
