/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio_block.c - a block device, on a store that ends operations in the order
 * of the input, and ends the program where one is outside.
 */
#include <stdlib.h>
#include <string.h>

#include "kmod/loss.h"
#include "store_fake.h"
#include "virtio.h"
#include "virtio/block.h"

#define HEADS (FUZZ_DATA + 0x10000)

const uint32_t fuzz_n_queues = 2;
static struct block *block;

void fuzz_begin(struct input *in)
{
	store_fake_forget();
	store_fake.is_held = input_u8(in) & 1;
	store_fake.error = 0;
	store_fake.most = 0;
	store_fake.is_short = false;
	store_fake.n_writes = store_fake.n_clears = 0;
}

void fuzz_end(void)
{
	if (fuzz_guest->place.flags & HV_VIRTIO_READONLY &&
	    store_fake.n_writes + store_fake.n_clears)
		abort();
}

struct device *fuzz_open(void)
{
	struct block_options options = { .name = "disk0", .path = "a disk" };

	block = block_open(&fuzz_guest->place, &options);
	if (!block)
		abort();
	return block_device(block);
}

/* The killed one's operations end, some time. */
void fuzz_close(void)
{
	while (store_fake_end(0))
		;
	block_close(block);
}

/* What the module does then, to a device that fails on loss. */
void fuzz_lost(void)
{
	struct loss loss = {
		.state = fuzz_guest->state, .published = fuzz_guest->published,
		.memory = fuzz_guest->place.memory, .n_queues = fuzz_n_queues,
	};

	if (fuzz_guest->place.flags & HV_VIRTIO_LOSS_FAIL &&
	    loss_fail(&loss).bits &
			~(HV_VIRTIO_RING_PUBLISH | HV_VIRTIO_RING_INTERRUPTS))
		abort();
}

/* A request that is nearly good: three descriptors from `at` on. */
static void ask(struct input *in)
{
	struct queue *q = &fuzz_queues[input_u8(in) % fuzz_n_queues];
	uint16_t at = input_u8(in) % 16;
	uint8_t type = input_u8(in) % 16;
	uint64_t sector = input_u16(in), address = input_address(in);
	uint64_t head_at = HEADS + 64u * at;
	uint8_t *head = guest_at(fuzz_guest, head_at, 64);
	uint32_t size = input_u8(in) * 256u;
	bool is_out = type == 1 || type > 9;

	if (sector & 0x8000)
		sector <<= 48;
	memset(head, 0, 64);
	head[0] = type;
	memcpy(head + 8, &sector, 8);
	queue_describe(q, at, head_at, 16, DESC_NEXT, (uint16_t)(at + 1));
	queue_describe(q, (uint16_t)(at + 1), address, size,
		       DESC_NEXT | (is_out ? 0 : DESC_WRITE),
		       (uint16_t)(at + 2));
	queue_describe(q, (uint16_t)(at + 2), head_at + 32, 1, DESC_WRITE, 0);
	queue_offer(q, at);
}

void fuzz_event(struct input *in)
{
	static const int64_t errors[] = { 0, -5, -11, -95, -28 };
	uint8_t what = input_u8(in);

	switch (what % 8) {
	case 0:
		store_fake_end(what / 8);
		break;
	case 1:
		store_fake.is_held = what & 8;
		store_fake.is_short = what & 16;
		break;
	case 2:
		store_fake.error = errors[what / 8 % 5];
		break;
	case 3:
		store_fake.most = what / 8 * 100;
		break;
	default:
		ask(in);
		break;
	}
}
