/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap_fake.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tap_fake tap_fake;
static int fds[TAP_PAIRS_MAX];
static uint32_t n_pairs;

void tap_fake_reset(void)
{
	memset(&tap_fake, 0, sizeof(tap_fake));
}

void tap_fake_give(uint32_t pair, const struct net_header *h,
		   const void *bytes, size_t size)
{
	struct tap_fake_frame *f =
		&tap_fake.received[pair][tap_fake.n_received[pair]++];

	if (tap_fake.n_received[pair] > TAP_FAKE_FRAMES ||
	    size > sizeof(f->bytes))
		abort();
	f->size = sizeof(f->header) + size;
	f->header = *h;
	memcpy(f->bytes, bytes, size);
}

static uint32_t pair_of(int fd)
{
	for (uint32_t i = 0; i < n_pairs; i++)
		if (fds[i] == fd)
			return i;
	abort();
}

int tap_open(const char *name, uint32_t n, int opened[TAP_PAIRS_MAX])
{
	(void)name;
	n_pairs = n;
	for (uint32_t i = 0; i < n; i++) {
		fds[i] = opened[i] = dup(0);
		tap_fake.is_attached[i] = true;
	}
	return 0;
}

int tap_offload(int fd, bool checksum, bool tso4, bool tso6)
{
	pair_of(fd);
	tap_fake.checksum = checksum;
	tap_fake.tso4 = tso4;
	tap_fake.tso6 = tso6;
	return 0;
}

int tap_attach(int fd, bool is_attached)
{
	tap_fake.is_attached[pair_of(fd)] = is_attached;
	return 0;
}

ssize_t tap_read(int fd, void *bytes, size_t size)
{
	uint32_t pair = pair_of(fd);
	struct tap_fake_frame *f = tap_fake.received[pair];
	size_t n = f->size < size ? f->size : size;

	errno = tap_fake.is_gone ? EBADFD : EAGAIN;
	if (tap_fake.is_gone || !tap_fake.n_received[pair])
		return -1;
	memcpy(bytes, &f->header, n);
	if (tap_fake.n_more)
		tap_fake.n_more--;
	else
		memmove(f, f + 1, --tap_fake.n_received[pair] * sizeof(*f));
	return (ssize_t)n;
}

static void must(bool claim)
{
	if (!claim)
		abort();
}

/* What the kernel may be told of a frame, by none of the code that is tested. */
static void must_be_true(const struct net_header *h, size_t size)
{
	size_t sum = (size_t)h->checksum_start + h->checksum_offset;

	must(size >= 14 && size <= NET_FRAME_MAX);
	must(!(h->flags & ~1) && !h->n_buffers);
	must(!(h->flags & 1) || (h->checksum_start >= 14 && sum + 2 <= size));
	must(h->gso_type == 0 || h->gso_type == 1 || h->gso_type == 4);
	if (h->gso_type)
		must(h->flags & 1 && h->gso_size >= 48 &&
		     h->checksum_offset == 16 && h->header_size <= size &&
		     h->header_size >= h->checksum_start + 20);
	else
		must(!h->gso_size && !h->header_size);
}

ssize_t tap_write(int fd, const void *bytes, size_t size)
{
	struct tap_fake_frame *f = &tap_fake.sent;

	pair_of(fd);
	must(size >= sizeof(f->header));
	f->size = size;
	memcpy(&f->header, bytes, sizeof(f->header));
	must_be_true(&f->header, size - sizeof(f->header));
	memcpy(f->bytes, (const uint8_t *)bytes + sizeof(f->header),
	       size - sizeof(f->header));
	tap_fake.n_sent++;
	return (ssize_t)size;
}
