/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest.h"

#include <string.h>

struct descriptor {
	uint64_t address;
	uint32_t size;
	uint16_t flags, next;
};

struct used {
	uint32_t head, n_written;
};

static void interrupted(void *of, uint32_t bits)
{
	struct guest *g = of;

	g->n_used_interrupts += bits & 1;
	g->n_config_interrupts += bits >> 1 & 1;
	g->n_publishes += bits & HV_VIRTIO_RING_PUBLISH ? 1 : 0;
	g->state->registers.interrupt_status |= bits & 3;
}

static void said(void *of, const char *line)
{
	struct guest *g = of;

	g->n_said++;
	strncpy(g->said, line, sizeof(g->said) - 1);
}

struct guest *guest_new(uint32_t n_queues, uint32_t flags)
{
	struct guest *g = guest_pages(sizeof(*g));

	g->state = guest_pages(HV_VIRTIO_SIZE);
	g->published = guest_pages(HV_VIRTIO_SIZE);
	g->kept = (void *)(g->published + 1);
	g->ram = guest_pages(GUEST_SIZE);
	g->next = guest_pages(GUEST_NEXT_SIZE);
	g->rom = guest_pages(GUEST_ROM_SIZE);
	g->place = (struct device_place){
		.state = g->state, .published = g->published,
		.interrupt = interrupted, .of = g, .say = said,
		.n_queues = n_queues, .flags = flags,
	};
	memory_add(&g->place.memory, &(struct memory_view){
		GUEST_BASE, GUEST_SIZE, g->ram, true });
	memory_add(&g->place.memory, &(struct memory_view){
		GUEST_NEXT, GUEST_NEXT_SIZE, g->next, true });
	memory_add(&g->place.memory, &(struct memory_view){
		GUEST_ROM, GUEST_ROM_SIZE, g->rom, false });
	return g;
}

void guest_free(struct guest *g)
{
	guest_pages_free(g->state, HV_VIRTIO_SIZE);
	guest_pages_free(g->published, HV_VIRTIO_SIZE);
	guest_pages_free(g->ram, GUEST_SIZE);
	guest_pages_free(g->next, GUEST_NEXT_SIZE);
	guest_pages_free(g->rom, GUEST_ROM_SIZE);
	guest_pages_free(g, sizeof(*g));
}

void guest_reset(struct guest *g)
{
	uint32_t epoch = g->state->epoch;

	g->state->epoch = epoch + 1;
	g->state->registers.status = g->state->registers.interrupt_status = 0;
	memset(&g->state->n_changes, 0,
	       sizeof(*g->state) - offsetof(struct hv_virtio_state, n_changes));
	__atomic_store_n(&g->state->epoch, epoch + 2, __ATOMIC_RELEASE);
}

void guest_start(struct guest *g, uint64_t features)
{
	g->state->driver_features[0] = (uint32_t)features;
	g->state->driver_features[1] = (uint32_t)(features >> 32);
	__atomic_store_n(&g->state->registers.status, GUEST_STATUS_OK, __ATOMIC_RELEASE);
	g->state->n_changes++;
}

bool guest_needs_reset(const struct guest *g)
{
	return g->published->needs_reset &&
	       g->published->reset_epoch == g->state->epoch;
}

uint64_t guest_offered(const struct guest *g)
{
	return g->published->device_features[0] |
	       (uint64_t)g->published->device_features[1] << 32;
}

static uint8_t *inside(uint8_t *at, uint64_t base, uint64_t all, uint64_t front,
		       uint64_t size)
{
	bool is_inside = front >= base && front - base < all &&
			 size <= all - (front - base);

	return is_inside ? at + (front - base) : NULL;
}

void *guest_at(const struct guest *g, uint64_t front, uint64_t size)
{
	uint8_t *at = inside(g->ram, GUEST_BASE, GUEST_SIZE, front, size);

	if (!at)
		at = inside(g->next, GUEST_NEXT, GUEST_NEXT_SIZE, front, size);
	if (!at)
		at = inside(g->rom, GUEST_ROM, GUEST_ROM_SIZE, front, size);
	return at;
}

/* ---- queues ----------------------------------------------------------------- */

void queue_make(struct queue *q, struct guest *g, uint32_t i, uint16_t size,
		uint64_t at)
{
	struct hv_virtio_queue *w = &g->state->queues[i];

	*q = (struct queue){
		.guest = g, .i = i, .size = size, .descriptors = at,
		.driver = at + 0x1000, .device = at + 0x2000,
	};
	memset(guest_at(g, at, 0x4000), 0, 0x4000);
	w->descriptors = q->descriptors;
	w->driver = q->driver;
	w->device = q->device;
	w->size = size;
	__atomic_store_n(&w->is_ready, 1, __ATOMIC_RELEASE);
	g->state->n_changes++;
}

void queue_describe(const struct queue *q, uint16_t i, uint64_t address,
		    uint32_t size, uint16_t flags, uint16_t next)
{
	struct descriptor *table = guest_at(q->guest, q->descriptors, 0x1000);

	table[i] = (struct descriptor){ address, size, flags, next };
}

static uint16_t *driver_part(const struct queue *q)
{
	return guest_at(q->guest, q->driver, 0x1000);
}

static uint16_t *device_part(const struct queue *q)
{
	return guest_at(q->guest, q->device, 0x1000);
}

void queue_set_available_index(const struct queue *q, uint16_t index)
{
	__atomic_store_n(driver_part(q) + 1, index, __ATOMIC_RELEASE);
}

void queue_set_used_event(const struct queue *q, uint16_t index)
{
	driver_part(q)[2 + q->size] = index;
}

uint16_t queue_available_event(const struct queue *q)
{
	return device_part(q)[2 + 4 * q->size];
}

void queue_offer(struct queue *q, uint16_t head)
{
	driver_part(q)[2 + q->available % q->size] = head;
	queue_set_available_index(q, ++q->available);
	q->guest->state->queues[q->i].n_notified++;
}

uint16_t queue_used_index(const struct queue *q)
{
	return __atomic_load_n(device_part(q) + 1, __ATOMIC_ACQUIRE);
}

bool queue_used(struct queue *q, uint32_t *head, uint32_t *n_written)
{
	struct used *entries = (void *)(device_part(q) + 2);

	if (queue_used_index(q) == q->seen)
		return false;
	*head = entries[q->seen % q->size].head;
	*n_written = entries[q->seen % q->size].n_written;
	q->seen++;
	return true;
}

void run_all(struct device *d)
{
	do {
		while (device_run(d))
			;
	} while (device_rest(d));
	device_wake(d);
}
