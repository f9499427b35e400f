/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tap.h - a tap interface of the kernel, with a header before each frame.
 *
 * Nothing waits. Tests link a tap of their own instead. All fail with -1 and
 * errno, as the system calls they stand for.
 */
#ifndef VIRTIO_TAP_H
#define VIRTIO_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TAP_PAIRS_MAX 7u

/* A descriptor for each pair of queues; the interface is made if there is none. */
int tap_open(const char *name, uint32_t n_pairs, int fds[TAP_PAIRS_MAX]);

/* What frames from the interface may leave undone. */
int tap_offload(int fd, bool checksum, bool tso4, bool tso6);
/* Whether the interface sends frames to this one of several descriptors. */
int tap_attach(int fd, bool is_attached);

/* A header (net_frame.h) and a frame, whole. EAGAIN: none, or no room. */
ssize_t tap_read(int fd, void *bytes, size_t size);
ssize_t tap_write(int fd, const void *bytes, size_t size);

#endif
