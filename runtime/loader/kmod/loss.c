// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "loss.h"

/* Virtual I/O Device 1.2, 2.1, 4.2.2, 5.2.6 and 6. */
#define STATUS_DRIVER_OK 4u
#define STATUS_FEATURES_OK 8u
#define STATUS_FAILED 128u
#define INTERRUPT_USED 1u
#define INTERRUPT_CONFIG 2u
#define BLOCK_S_IOERR 1u
#define F_INDIRECT (UINT64_C(1) << 28)
#define F_EVENT_INDEX (UINT64_C(1) << 29)
#define F_VERSION_1 (UINT64_C(1) << 32)

static void fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static volatile struct kept *kept_of(const struct loss *l)
{
	return (volatile struct kept *)(l->published + 1);
}

static bool is_current(const struct loss *l, uint32_t epoch)
{
	fence();
	return l->state->epoch == epoch;
}

/* Until the driver resets the device it is of no use to it. */
static uint32_t fault(const struct loss *l, uint32_t epoch)
{
	volatile struct hv_virtio_published *p = l->published;

	if (p->needs_reset && p->reset_epoch == epoch)
		return 0;
	p->reset_epoch = epoch;
	fence();
	p->needs_reset = 1;
	kept_of(l)->counters.faults++;
	return HV_VIRTIO_RING_PUBLISH | INTERRUPT_CONFIG;
}

static bool open_queue(const struct loss *l, uint32_t i, uint64_t features,
		       struct ring *r)
{
	const volatile struct hv_virtio_queue *from = &l->state->queues[i];
	volatile struct kept_queue *kept = &kept_of(l)->queues[i];
	const struct hv_virtio_queue as_written = {
		.descriptors = from->descriptors, .driver = from->driver,
		.device = from->device, .size = from->size,
	};

	if (!ring_open(r, &l->memory, &as_written,
		       l->published->queue_size_max[i],
		       (kept->is_open ? RING_RESUMED : 0) |
		       (features & F_EVENT_INDEX ? RING_EVENT_INDEX : 0) |
		       (features & F_INDIRECT ? RING_INDIRECT : 0)))
		return false;
	ring_keep(r, kept);
	kept->is_open = 1;
	return true;
}

/* One that has no byte for its status is given back all the same. */
static void fail_one(struct loss *l, struct ring *r)
{
	volatile struct kept *k = kept_of(l);
	uint8_t status = BLOCK_S_IOERR;
	uint8_t *last = ring_last(&l->chain);

	if (last)
		memory_copy_out(last, &status, 1);
	ring_put(r, l->chain.head, last && l->chain.writable_size == 1);
	k->counters.requests++;
	k->counters.failed++;
}

static void fail_queue(struct loss *l, struct ring *r, uint32_t epoch,
		       struct loss_result *result)
{
	uint32_t n = 0;

	while (n < LOSS_TURN_MAX && is_current(l, epoch) &&
	       ring_take(r, &l->chain)) {
		fail_one(l, r);
		n++;
	}
	if (n)
		result->bits |= INTERRUPT_USED;
	if (r->is_broken)
		result->bits |= fault(l, epoch);
	else if (is_current(l, epoch))
		result->is_more |= n == LOSS_TURN_MAX || ring_notify_on(r);
}

static bool is_driven(const struct loss *l, uint32_t epoch, uint64_t features)
{
	const volatile struct hv_virtio_published *p = l->published;
	const volatile struct kept *k = kept_of(l);
	uint32_t status = l->state->registers.status;

	/* Without a backend's own notes there never was one. */
	return p->is_published == 1 && k->magic == KEPT_MAGIC &&
	       k->version == KEPT_VERSION && !(epoch & 1) &&
	       !(p->needs_reset && p->reset_epoch == epoch) &&
	       status & STATUS_DRIVER_OK && status & STATUS_FEATURES_OK &&
	       !(status & STATUS_FAILED) && features & F_VERSION_1;
}

struct loss_result loss_fail(struct loss *l)
{
	const volatile struct hv_virtio_state *s = l->state;
	struct loss_result result = { 0, false };
	uint32_t epoch = s->epoch;

	fence();

	uint64_t features = s->driver_features[0] |
			    (uint64_t)s->driver_features[1] << 32;

	if (!is_driven(l, epoch, features) || !is_current(l, epoch))
		return result;
	/* What a backend of an earlier epoch has kept means nothing now. */
	if (kept_of(l)->epoch != epoch)
		kept_begin(kept_of(l), epoch);
	for (uint32_t i = 0; i < l->n_queues && i < HV_VIRTIO_MAX_QUEUES; i++) {
		struct ring r;

		if (s->queues[i].is_ready != 1 || result.bits & INTERRUPT_CONFIG)
			continue;
		fence();
		if (open_queue(l, i, features, &r))
			fail_queue(l, &r, epoch, &result);
		else
			result.bits |= fault(l, epoch);
	}
	/* What it is told of is there before it is interrupted. */
	fence();
	return result;
}
