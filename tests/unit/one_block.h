/* SPDX-License-Identifier: BSD-2-Clause */
/* A block device of one queue, on a store of the test's, and its driver. */
#ifndef TESTS_UNIT_ONE_BLOCK_H
#define TESTS_UNIT_ONE_BLOCK_H

#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>

#include "guest.h"
#include "store_fake.h"
#include "virtio/block.h"

#define RINGS (GUEST_BASE + 0x10000)
#define HEADS (GUEST_BASE + 0x20000)
#define STATUS (GUEST_BASE + 0x21000)
#define DATA (GUEST_BASE + 0x40000)
#define ALL (DEVICE_F_VERSION_1 | DEVICE_F_EVENT_INDEX | DEVICE_F_INDIRECT)
#define F_FLUSH (UINT64_C(1) << 9)
#define N_SECTORS (STORE_FAKE_SIZE / 512)

#define T_IN 0u
#define T_OUT 1u
#define T_FLUSH 4u
#define T_GET_ID 8u
#define T_DISCARD 11u
#define T_ZEROES 13u

#define OK 0
#define IOERR 1
#define UNSUPP 2
#define PENDING 0xee

static struct guest *g;
static struct device *d;
static struct queue q;
/* Those that are "killed" stay here, so that they are no leaks. */
static struct block *opened[8];
static size_t n_opened;

static inline struct block *open_block(void)
{
	struct block_options options = { .name = "disk0", .path = "a disk" };
	struct block *b = block_open(&g->place, &options);

	cr_assert(b);
	d = block_device(b);
	opened[n_opened++] = b;
	return b;
}

static inline void start(uint64_t features)
{
	queue_make(&q, g, 0, 64, RINGS);
	guest_start(g, ALL | features);
	run_all(d);
}

static inline void setup(void)
{
	store_fake_reset();
	for (size_t i = 0; i < STORE_FAKE_SIZE; i++)
		store_fake.bytes[i] = (uint8_t)(i / 512 * 7 + i % 512);
	g = guest_new(1, 0);
	open_block();
	start(F_FLUSH);
}

static inline uint8_t *data(void)
{
	return guest_at(g, DATA, 0x40000);
}

/* The i-th request: three descriptors from 3 * i on; data of its own. */
static inline void ask(uint16_t i, uint32_t type, uint64_t sector, uint64_t address,
		uint32_t size)
{
	uint16_t at = (uint16_t)(3 * i);
	uint32_t *head = guest_at(g, HEADS + 16u * i, 16);
	bool is_out = type == T_OUT || type == T_DISCARD || type == T_ZEROES;

	head[0] = type;
	memcpy(head + 2, &sector, 8);
	*(uint8_t *)guest_at(g, STATUS + i, 1) = PENDING;
	queue_describe(&q, at, HEADS + 16u * i, 16, DESC_NEXT,
		       (uint16_t)(size ? at + 1 : at + 2));
	queue_describe(&q, (uint16_t)(at + 1), address, size,
		       DESC_NEXT | (is_out ? 0 : DESC_WRITE),
		       (uint16_t)(at + 2));
	queue_describe(&q, (uint16_t)(at + 2), STATUS + i, 1, DESC_WRITE, 0);
	queue_offer(&q, at);
}

static inline int status_of(uint16_t i)
{
	return *(uint8_t *)guest_at(g, STATUS + i, 1);
}

/* One request, whole. */
static inline int do_one(uint32_t type, uint64_t sector, uint32_t size)
{
	uint32_t head, n;

	ask(0, type, sector, DATA, size);
	run_all(d);
	cr_assert(queue_used(&q, &head, &n));
	cr_assert_eq(head, 0);
	cr_assert_not(guest_needs_reset(g));
	return status_of(0);
}

static inline int do_clear(uint32_t type, uint64_t sector, uint32_t n, uint32_t flags)
{
	memcpy(data(), &sector, 8);
	memcpy(data() + 8, &n, 4);
	memcpy(data() + 12, &flags, 4);
	return do_one(type, 0, 16);
}

#endif
