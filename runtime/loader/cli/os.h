/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * os.h - what hvisor.loader asks of /dev/hvisor, and nothing else does.
 *
 * os.c asks the kernel. A test is linked with a device of its own instead.
 * All fail with -1 and errno, as the system calls they stand for.
 */
#ifndef CLI_OS_H
#define CLI_OS_H

#include <stdbool.h>

#define OS_DEVICE "/dev/hvisor"

int os_open(void);
/* request: HVISOR_* of kmod/hvisor.h. */
int os_ioctl(int fd, unsigned long request, void *argument);
/*
 * Waits for the event line, or for bytes on `other`, unless it is -1; no longer
 * than milliseconds. What came of the line is read away. *is_other: whether
 * `other` has something, be it its end.
 */
int os_wait(int fd, int other, int milliseconds, bool *is_other);

#endif
