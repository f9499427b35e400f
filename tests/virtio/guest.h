/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guest.h - a cell in front of a virtio device that is no cell: memory, the
 * registers that the runtime would keep, and a driver's side of queues, which
 * writes whatever a test tells it to.
 */
#ifndef TESTS_VIRTIO_GUEST_H
#define TESTS_VIRTIO_GUEST_H

#include "virtio/device.h"

/* Views: RAM; more RAM right behind it, mapped elsewhere; a page to read. */
#define GUEST_BASE UINT64_C(0x40000000)
#ifndef GUEST_SIZE
#define GUEST_SIZE UINT64_C(0x100000)
#endif
#define GUEST_NEXT (GUEST_BASE + GUEST_SIZE)
#define GUEST_NEXT_SIZE UINT64_C(0x10000)
#define GUEST_ROM UINT64_C(0x50000000)
#define GUEST_ROM_SIZE UINT64_C(0x1000)

#define GUEST_STATUS_OK 15u	/* ACKNOWLEDGE, DRIVER, FEATURES_OK, DRIVER_OK */

#define DESC_NEXT 1u
#define DESC_WRITE 2u
#define DESC_INDIRECT 4u

struct guest {
	struct hv_virtio_state *state;
	struct hv_virtio_published *published;
	struct kept *kept;
	uint8_t *ram, *next, *rom;
	struct device_place place;
	uint32_t n_used_interrupts, n_config_interrupts, n_publishes;
	uint32_t n_said;
	char said[160];			/* the last line of the device's */
};

struct queue {
	struct guest *guest;
	uint32_t i;
	uint16_t size;
	uint64_t descriptors, driver, device;	/* addresses in front */
	uint16_t available, seen;		/* used entries already looked at */
	bool has_event_index;
};

/* Ends the test where there is no memory. */
struct guest *guest_new(uint32_t n_queues, uint32_t flags);
void guest_free(struct guest *g);

/* Zeroed; fuzzers have others than tests. */
void *guest_pages(size_t size);
void guest_pages_free(void *at, size_t size);

/* As the runtime does when the driver writes 0 to Status. */
void guest_reset(struct guest *g);
/* Features accepted, DRIVER_OK. */
void guest_start(struct guest *g, uint64_t features);
uint64_t guest_offered(const struct guest *g);
/* What the driver finds in Status of this epoch. */
bool guest_needs_reset(const struct guest *g);
/* Where an address is; NULL: nowhere. */
void *guest_at(const struct guest *g, uint64_t front, uint64_t size);

/* Rings, zeroed, at `at` and behind; the queue is ready. 16 KiB is enough. */
void queue_make(struct queue *q, struct guest *g, uint32_t i, uint16_t size,
		uint64_t at);
void queue_describe(const struct queue *q, uint16_t i, uint64_t address,
		    uint32_t size, uint16_t flags, uint16_t next);
/* In the available ring, told, and notified of. */
void queue_offer(struct queue *q, uint16_t head);
/* The next used entry. */
bool queue_used(struct queue *q, uint32_t *head, uint32_t *n_written);
uint16_t queue_used_index(const struct queue *q);
void queue_set_available_index(const struct queue *q, uint16_t index);
void queue_set_used_event(const struct queue *q, uint16_t index);
uint16_t queue_available_event(const struct queue *q);

/* Runs until there is nothing left to do. */
void run_all(struct device *d);

#endif
