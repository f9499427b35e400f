/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An epoch's life: begin(), when its number is seen; start(), when the driver says
 * DRIVER_OK; then queues as they become ready; and the next begin(), which leaves
 * nothing of it.
 *
 * Between asking for the epoch and the access behind it the epoch may end. What a
 * cell in front sees of that is one late copy, of no more than a kind copies at a
 * time, into memory that it gave to the device.
 */
#include "virtio/device.h"

#define INTERRUPT_USED 1u
#define INTERRUPT_CONFIG 2u

static void fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static uint32_t load_epoch(const struct device *d)
{
	return __atomic_load_n(&d->place.state->epoch, __ATOMIC_ACQUIRE);
}

bool device_is_current(const struct device *d)
{
	/* What was loaded or stored before is not asked for by what comes after. */
	return !(d->epoch & 1) && load_epoch(d) == d->epoch;
}

bool device_has(const struct device *d, uint64_t feature)
{
	return d->features & feature;
}

void device_interrupt(struct device *d, uint32_t bits)
{
	/* What the interrupt is about is there before it. */
	fence();
	d->kept->counters.interrupts++;
	d->place.interrupt(d->place.of, bits);
}

void device_fault(struct device *d)
{
	volatile struct hv_virtio_published *p = d->place.published;

	if (d->is_broken || !device_is_current(d))
		return;
	d->is_broken = true;
	d->kept->counters.faults++;
	p->reset_epoch = d->epoch;
	fence();
	p->needs_reset = 1;
	device_interrupt(d, HV_VIRTIO_RING_PUBLISH | INTERRUPT_CONFIG);
	device_say(d, "its driver broke the rules: nothing more until it resets"
		   " the device");
}

/* ---- following the registers ------------------------------------------------ */

static void begin(struct device *d, uint32_t epoch)
{
	const volatile struct hv_virtio_published *p = d->place.published;

	if (d->is_running)
		d->kind->stop(d);
	d->is_running = d->is_broken = d->is_resumed = false;
	d->features = 0;
	for (size_t i = 0; i < HV_VIRTIO_MAX_QUEUES; i++)
		d->queues[i].is = QUEUE_UNSEEN;
	d->epoch = epoch;
	if (epoch & 1)
		return;
	d->is_broken = p->needs_reset && p->reset_epoch == epoch;
	d->is_resumed = d->kept->epoch == epoch;
	if (!d->is_resumed)
		kept_begin(d->kept, epoch);
}

static bool is_same(const struct hv_virtio_queue *a,
		    const struct hv_virtio_queue *b)
{
	return a->descriptors == b->descriptors && a->driver == b->driver &&
	       a->device == b->device && a->size == b->size;
}

static void open_queue(struct device *d, uint32_t i)
{
	struct device_queue *q = &d->queues[i];
	volatile struct kept_queue *kept = &d->kept->queues[i];
	bool is_resumed = d->is_resumed && kept->is_open;

	if (!ring_open(&q->ring, &d->place.memory, &q->as_written,
		       d->kind->queue_size_max,
		       (is_resumed ? RING_RESUMED : 0) |
		       (device_has(d, DEVICE_F_EVENT_INDEX) ? RING_EVENT_INDEX : 0) |
		       (device_has(d, DEVICE_F_INDIRECT) ? RING_INDIRECT : 0))) {
		device_fault(d);
		return;
	}
	if (d->kind->keeps_heads)
		ring_keep(&q->ring, kept);
	d->kept->counters.resumed += ring_n_unfinished(&q->ring);
	kept->is_open = 1;
	q->is = QUEUE_READY;
	/* The one before us may have been killed before it could. */
	if (is_resumed)
		device_interrupt(d, INTERRUPT_USED);
}

/* A queue is described before it is ready, and stays as it was then. */
static void follow_queue(struct device *d, uint32_t i)
{
	const volatile struct hv_virtio_queue *from = &d->place.state->queues[i];
	struct device_queue *q = &d->queues[i];
	bool is_ready = __atomic_load_n(&from->is_ready, __ATOMIC_ACQUIRE) == 1;
	struct hv_virtio_queue now = {
		.descriptors = from->descriptors, .driver = from->driver,
		.device = from->device, .size = from->size,
	};

	if (q->is == QUEUE_READY && !is_ready)
		q->is = QUEUE_SHUT;
	if (!is_ready)
		return;
	/* Requests of what was there before may be under way. */
	if (q->is == QUEUE_SHUT ||
	    (q->is == QUEUE_READY && !is_same(&now, &q->as_written))) {
		device_fault(d);
		return;
	}
	if (q->is == QUEUE_READY)
		return;
	q->as_written = now;
	q->n_notified = from->n_notified;
	open_queue(d, i);
}

static bool start(struct device *d)
{
	const volatile struct hv_virtio_state *s = d->place.state;
	uint32_t status = __atomic_load_n(&s->registers.status, __ATOMIC_ACQUIRE);
	uint64_t features = s->driver_features[0] |
			    (uint64_t)s->driver_features[1] << 32;

	if (!(status & DEVICE_DRIVER_OK) || status & DEVICE_FAILED ||
	    !device_is_current(d))
		return false;
	/* After a restart less may be offered than was accepted. */
	if (!(status & DEVICE_FEATURES_OK) || features & ~d->offered ||
	    !(features & DEVICE_F_VERSION_1)) {
		device_fault(d);
		return false;
	}
	d->features = features;
	d->is_running = true;
	if (d->is_resumed)
		d->kept->counters.restarts++;
	d->kind->start(d);
	return true;
}

static void follow(struct device *d)
{
	const volatile struct hv_virtio_state *s = d->place.state;
	uint32_t epoch = load_epoch(d);
	uint32_t n_changes;

	if (epoch != d->epoch)
		begin(d, epoch);
	if (epoch & 1 || d->is_broken)
		return;
	n_changes = __atomic_load_n(&s->n_changes, __ATOMIC_ACQUIRE);
	if (d->is_running && n_changes == d->n_changes)
		return;
	if (!d->is_running && !start(d))
		return;
	for (uint32_t i = 0; i < d->place.n_queues && !d->is_broken; i++)
		if (device_is_current(d))
			follow_queue(d, i);
	d->n_changes = n_changes;
}

/* ---- for kinds ------------------------------------------------------------- */

static struct ring *ring_of(struct device *d, uint32_t queue)
{
	if (!d->is_running || d->is_broken ||
	    d->queues[queue].is != QUEUE_READY || !device_is_current(d))
		return NULL;
	return &d->queues[queue].ring;
}

bool device_serves(struct device *d, uint32_t queue)
{
	return ring_of(d, queue);
}

bool device_take(struct device *d, uint32_t queue, struct ring_chain *c)
{
	struct ring *r = ring_of(d, queue);

	if (!r)
		return false;
	if (ring_take(r, c))
		return true;
	if (r->is_broken)
		device_fault(d);
	return false;
}

void device_untake(struct device *d, uint32_t queue, uint16_t n)
{
	struct ring *r = ring_of(d, queue);

	if (r)
		ring_untake(r, n);
}

bool device_read(struct device *d, const struct ring_chain *c, uint64_t offset,
		 void *to, size_t size)
{
	return device_is_current(d) && ring_read(c, offset, to, size) == size;
}

bool device_write(struct device *d, const struct ring_chain *c, uint64_t offset,
		  const void *from, size_t size)
{
	return device_is_current(d) && ring_write(c, offset, from, size) == size;
}

void device_put(struct device *d, uint32_t queue, uint16_t head,
		uint32_t n_written)
{
	struct ring *r = ring_of(d, queue);

	if (!r)
		return;
	ring_put(r, head, n_written);
	d->kept->counters.requests++;
}

void device_tell(struct device *d, uint32_t queue)
{
	struct ring *r = ring_of(d, queue);

	if (!r)
		return;
	ring_tell(r);
	if (ring_wants_interrupt(r))
		device_interrupt(d, INTERRUPT_USED);
}

/* ---- running ---------------------------------------------------------------- */

static void count_notifications(struct device *d)
{
	for (uint32_t i = 0; i < d->place.n_queues; i++) {
		struct device_queue *q = &d->queues[i];
		uint32_t now = d->place.state->queues[i].n_notified;

		if (q->is != QUEUE_READY)
			continue;
		d->kept->counters.notifications += now - q->n_notified;
		q->n_notified = now;
	}
}

bool device_run(struct device *d)
{
	follow(d);
	count_notifications(d);
	return d->kind->run(d);
}

bool device_rest(struct device *d)
{
	bool has_more = false;

	for (uint32_t i = 0; i < d->place.n_queues; i++) {
		struct ring *r = ring_of(d, i);

		if (!r)
			continue;
		if (d->kind->wants(d, i))
			has_more |= ring_notify_on(r);
		else
			ring_notify_off(r);
	}
	return has_more;
}

void device_wake(struct device *d)
{
	for (uint32_t i = 0; i < d->place.n_queues; i++) {
		struct ring *r = ring_of(d, i);

		if (r)
			ring_notify_off(r);
	}
}
