/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `on loss fail`: what hvisor.ko does with the requests of a block device that has
 * lost its backend, and how the next backend goes on.
 */
#include <criterion/criterion.h>

#include <string.h>

#include "guest.h"
#include "loss.h"
#include "store_fake.h"
#include "virtio/block.h"

#define RINGS (GUEST_BASE + 0x10000)
#define HEADS (GUEST_BASE + 0x20000)
#define STATUS (GUEST_BASE + 0x21000)
#define DATA (GUEST_BASE + 0x40000)
#define ALL (DEVICE_F_VERSION_1 | DEVICE_F_EVENT_INDEX | DEVICE_F_INDIRECT)
#define SIZE 64u

#define IOERR 1
#define PENDING 0xee

static struct guest *g;
static struct device *d;
static struct queue q;
static struct loss loss;
/* Those that are "killed" stay here, so that they are no leaks. */
static struct block *opened[4];
static size_t n_opened;

static void open_block(void)
{
	struct block_options options = { .name = "disk0", .path = "a disk" };

	opened[n_opened] = block_open(&g->place, &options);
	cr_assert(opened[n_opened]);
	d = block_device(opened[n_opened++]);
}

static void start(uint64_t features)
{
	queue_make(&q, g, 0, SIZE, RINGS);
	guest_start(g, features);
}

static void setup(void)
{
	store_fake_reset();
	g = guest_new(1, HV_VIRTIO_LOSS_FAIL);
	open_block();
	loss = (struct loss){
		.state = g->state, .published = g->published,
		.memory = g->place.memory, .n_queues = 1,
	};
	start(ALL);
	run_all(d);
}

TestSuite(loss, .init = setup);

/* The i-th request: a read of one sector, three descriptors from 3 * i on. */
static void ask(uint16_t i)
{
	uint16_t at = (uint16_t)(3 * i);
	uint64_t sector = i;
	uint32_t *head = guest_at(g, HEADS + 16u * i, 16);

	memset(head, 0, 16);
	memcpy(head + 2, &sector, 8);
	*(uint8_t *)guest_at(g, STATUS + i, 1) = PENDING;
	queue_describe(&q, at, HEADS + 16u * i, 16, DESC_NEXT, (uint16_t)(at + 1));
	queue_describe(&q, (uint16_t)(at + 1), DATA + 512u * i, 512,
		       DESC_NEXT | DESC_WRITE, (uint16_t)(at + 2));
	queue_describe(&q, (uint16_t)(at + 2), STATUS + i, 1, DESC_WRITE, 0);
	queue_offer(&q, at);
}

static int status_of(uint16_t i)
{
	return *(uint8_t *)guest_at(g, STATUS + i, 1);
}

static uint32_t lose(void)
{
	struct loss_result result = loss_fail(&loss);

	cr_assert_not(result.is_more);
	return result.bits;
}

static bool is_given_back(uint16_t i)
{
	uint32_t head, n;

	if (!queue_used(&q, &head, &n) || head != 3u * i)
		return false;
	/* Of the data all was written, or nothing: 2.7.8.2. */
	cr_assert_eq(n, status_of(i) == IOERR ? 0 : 513);
	return true;
}

Test(loss, nothing_is_done_where_nothing_is_asked)
{
	cr_assert_eq(lose(), 0);
	cr_assert_eq(queue_used_index(&q), 0);
}

Test(loss, what_was_in_flight_and_what_comes_fails)
{
	store_fake.is_held = true;
	ask(0);
	ask(1);
	run_all(d);
	ask(2);
	cr_assert_eq(lose(), 1);
	for (uint16_t i = 0; i < 3; i++) {
		cr_assert(is_given_back(i));
		cr_assert_eq(status_of(i), IOERR);
	}
	cr_assert_eq(g->kept->counters.failed, 3);
	/* The driver is asked to notify of the next one. */
	cr_assert_eq(queue_available_event(&q), 3);
	ask(3);
	cr_assert_eq(lose(), 1);
	cr_assert(is_given_back(3));
	cr_assert_eq(status_of(3), IOERR);
}

Test(loss, the_next_backend_goes_on_behind_what_has_failed)
{
	store_fake.is_held = true;
	ask(0);
	run_all(d);
	cr_assert_eq(lose(), 1);
	store_fake_forget();
	store_fake.is_held = false;
	ask(1);
	open_block();
	run_all(d);
	cr_assert(is_given_back(0));
	cr_assert(is_given_back(1));
	cr_assert_eq(status_of(0), IOERR);
	cr_assert_eq(status_of(1), 0);
	cr_assert_not(guest_needs_reset(g));
}

Test(loss, a_driver_that_comes_up_without_a_backend_fails_and_then_works)
{
	guest_reset(g);
	start(ALL);
	ask(0);
	cr_assert_eq(lose(), 1);
	cr_assert(is_given_back(0));
	open_block();
	ask(1);
	run_all(d);
	cr_assert(is_given_back(1));
	cr_assert_eq(status_of(1), 0);
}

Test(loss, a_head_that_the_driver_has_again_is_not_given_back_twice)
{
	store_fake.is_held = true;
	ask(0);
	run_all(d);
	/* Killed between the used index and the bit. */
	g->kept->queues[0].closing = 0;
	*(uint16_t *)guest_at(g, RINGS + 0x2002, 2) = 1;
	cr_assert_eq(lose(), 0);
	cr_assert_eq(queue_used_index(&q), 1);
}

Test(loss, nothing_is_touched_of_a_driver_that_is_not_there)
{
	ask(0);
	g->state->registers.status = 0;
	cr_assert_eq(lose(), 0);
	g->state->registers.status = GUEST_STATUS_OK | 128u;
	cr_assert_eq(lose(), 0);
	g->state->registers.status = GUEST_STATUS_OK;
	g->state->epoch++;
	cr_assert_eq(lose(), 0);
	g->state->epoch++;
	g->published->is_published = 0;
	cr_assert_eq(lose(), 0);
	g->published->is_published = 1;
	g->kept->magic = 0;
	cr_assert_eq(lose(), 0);
	cr_assert_eq(queue_used_index(&q), 0);
}

Test(loss, a_driver_that_breaks_the_rules_needs_a_reset)
{
	queue_set_available_index(&q, SIZE + 1);
	cr_assert_eq(lose(), HV_VIRTIO_RING_PUBLISH | 2);
	cr_assert(guest_needs_reset(g));
	/* It is told once. */
	cr_assert_eq(lose(), 0);
	guest_reset(g);
	start(ALL);
	g->state->queues[0].device = GUEST_BASE + GUEST_SIZE + GUEST_NEXT_SIZE - 8;
	cr_assert_eq(lose(), HV_VIRTIO_RING_PUBLISH | 2);
}

Test(loss, a_chain_without_a_byte_for_its_status_comes_back_as_it_is)
{
	queue_describe(&q, 0, HEADS, 16, 0, 0);
	queue_offer(&q, 0);
	cr_assert_eq(lose(), 1);
	queue_describe(&q, 1, GUEST_ROM, 16, DESC_WRITE, 0);
	queue_offer(&q, 1);
	queue_describe(&q, 2, 0, 16, DESC_WRITE, 0);
	queue_offer(&q, 2);
	cr_assert_eq(lose(), 1);
	cr_assert_eq(queue_used_index(&q), 3);
	cr_assert_not(guest_needs_reset(g));
}

static uint64_t next_random(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* A hostile driver's rings, half of them good; sanitizers watch. */
Test(loss, any_bytes_in_the_rings_end)
{
	for (size_t round = 0; round < 3000; round++) {
		guest_reset(g);
		start(next_random() & 1 ? ALL : DEVICE_F_VERSION_1);
		for (uint16_t i = 0; i < SIZE / 4; i++)
			ask(i);
		for (uint64_t n = next_random() % 24; n; n--) {
			uint64_t at = next_random() % 0x2400;
			uint8_t *byte = guest_at(g, RINGS + at, 1);

			*byte = (uint8_t)next_random();
		}
		for (size_t i = 0; i < sizeof(struct kept_queue); i += 7)
			if (!(next_random() % 64))
				((uint8_t *)&g->kept->queues[0])[i] =
					(uint8_t)next_random();
		if (!(next_random() % 8))
			g->state->queues[0].driver += next_random() % 0x100000;
		for (size_t i = 0; i < 4 && loss_fail(&loss).is_more; i++)
			;
		for (uint64_t i = 0; i < GUEST_ROM_SIZE; i++)
			cr_assert_eq(g->rom[i], 0);
	}
}
