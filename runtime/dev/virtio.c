/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.c - register by register what a virtio-mmio driver can observe.
 *
 * The state changes under the lock of the cell in front, and only while that runs:
 * so of a write and the cell's end one comes first, and nothing is left of a life
 * that is over. Counts of notifications alone are free of it. What the backend has
 * published may change at any time and may be anything: each word is read once.
 * (Virtual I/O Device 1.2: 2.1, 3.1, 4.2.2)
 */
#include "dev/virtio.h"

#include "core/line.h"

enum {
	MAGIC = 0x00,
	VERSION = 0x04,
	DEVICE_ID = 0x08,
	VENDOR_ID = 0x0c,
	DEVICE_FEATURES = 0x10,
	DEVICE_FEATURES_SEL = 0x14,
	DRIVER_FEATURES = 0x20,
	DRIVER_FEATURES_SEL = 0x24,
	QUEUE_SEL = 0x30,
	QUEUE_SIZE_MAX = 0x34,
	QUEUE_SIZE = 0x38,
	QUEUE_READY = 0x44,
	QUEUE_NOTIFY = 0x50,
	INTERRUPT_STATUS = 0x60,
	INTERRUPT_ACK = 0x64,
	STATUS = 0x70,
	QUEUE_ADDRESSES = 0x80,	/* low and high half of three, 0x10 apart */
	QUEUE_ADDRESSES_END = 0xb0,
	CONFIG_GENERATION = 0xfc,
	CONFIG = 0x100,
	RING = HV_VIRTIO_SIZE,	/* no register: what the cell behind stores */
};

#define ACKNOWLEDGE 1u
#define DRIVER 2u
#define DRIVER_OK 4u
#define FEATURES_OK 8u
#define NEEDS_RESET 64u
#define FAILED 128u

#define INTERRUPTS 3u		/* used buffers; the configuration has changed */
#define VERSION_1 1u		/* of feature bits 32 to 63 */
#define ACCESS_PLATFORM 2u

/* The two granules. */
struct registers {
	struct hv_virtio_state state;
	uint8_t rest[HV_VIRTIO_SIZE - sizeof(struct hv_virtio_state)];
	struct hv_virtio_published published;
};

static inline struct registers *registers_of(const struct hv_virtio *v)
{
	return (struct registers *)(uintptr_t)v->registers.u;
}

/* A function of its own would be larger than the load. */
static inline __attribute__((always_inline)) uint32_t load(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/* A word of what is published; 0 while that is nothing. */
static uint32_t published(const struct registers *r, const uint32_t *word)
{
	return load(&r->published.is_published) == 1 ? load(word) : 0;
}

static uint32_t queue_size_max(const struct registers *r, uint32_t queue_i)
{
	return published(r, &r->published.queue_size_max[queue_i]);
}

/* ---- reads ---------------------------------------------------------------- */

static uint32_t status(const struct registers *r)
{
	bool is_lost = published(r, &r->published.needs_reset) == 1 &&
		       load(&r->published.reset_epoch) == load(&r->state.epoch);

	return load(&r->state.status) | (is_lost ? NEEDS_RESET : 0);
}

static uint32_t reg_read(const struct hv_virtio *v, uint32_t offset)
{
	const struct registers *r = registers_of(v);
	uint32_t queue_i = load(&r->state.queue_sel);
	uint32_t sel = load(&r->state.device_features_sel);
	bool has_queue = queue_i < v->n_queues;

	switch (offset) {
	case MAGIC:
		return 0x74726976;	/* "virt" */
	case VERSION:
		return 2;
	case DEVICE_ID:
		return published(r, &r->published.is_published) ? v->kind : 0;
	case VENDOR_ID:
		return 0x63637668;	/* "hvcc" */
	case DEVICE_FEATURES:
		return sel < 2 ? published(r, &r->published.device_features[sel]) : 0;
	case QUEUE_SIZE_MAX:
		return has_queue ? queue_size_max(r, queue_i) : 0;
	case QUEUE_READY:
		return has_queue ? load(&r->state.queues[queue_i].is_ready) : 0;
	case INTERRUPT_STATUS:
		return load(&r->state.interrupt_status);
	case STATUS:
		return status(r);
	case CONFIG_GENERATION:
		return published(r, &r->published.config_generation);
	}
	return 0;
}

/* The configuration is read in pieces of up to a word, all else in words. */
static uint32_t read(const struct hv_virtio *v, uint32_t offset, uint32_t size)
{
	const struct registers *r = registers_of(v);
	const uint32_t *config = (const uint32_t *)r->published.config;
	uint32_t at = offset - CONFIG;

	if (at < HV_VIRTIO_CONFIG_SIZE && size <= 4)
		return published(r, config + at / 4) >> at % 4 * 8;
	return size == 4 ? reg_read(v, offset) : 0;
}

/* ---- writes: the lock is held, or no CPU is in the cell --------------------- */

static void reset(const struct hv_virtio *v)
{
	struct hv_virtio_state *s = &registers_of(v)->state;

	s->epoch++;
	/* Before all that follows: the backend, which reads it between two looks at
	 * the epoch, does not take half a reset for a whole one. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	s->status = s->interrupt_status = 0;
	s->driver_features[0] = s->driver_features[1] = 0;
	s->device_features_sel = s->driver_features_sel = s->queue_sel = 0;
	/* Notifications are counted on: somebody may be at it. */
	for (struct hv_virtio_queue *q = s->queues; q < s->queues + v->n_queues; q++) {
		q->descriptors = q->driver = q->device = 0;
		q->size = q->is_ready = 0;
	}
	__atomic_store_n(&s->epoch, s->epoch + 1, __ATOMIC_RELEASE);
	arch_line_clear(v->front_line);
}

static bool are_features_right(const struct hv_virtio *v)
{
	const struct registers *r = registers_of(v);
	const uint32_t *taken = r->state.driver_features;
	const uint32_t *offered = r->published.device_features;
	uint32_t needed = VERSION_1 |
		(v->flags & HV_VIRTIO_BOUNCE ? ACCESS_PLATFORM : 0);

	return !(taken[0] & ~published(r, &offered[0])) &&
	       !(taken[1] & ~published(r, &offered[1])) && !(needed & ~taken[1]);
}

/* Bits are only added, each after those that it needs; 0 takes all back. */
static void status_write(const struct hv_virtio *v, uint32_t value)
{
	uint32_t *now = &registers_of(v)->state.status;
	uint32_t next = *now | (value & (ACKNOWLEDGE | DRIVER | FAILED));

	if (value == 0) {
		reset(v);
		return;
	}
	if (value & FEATURES_OK && next & ACKNOWLEDGE && next & DRIVER &&
	    are_features_right(v))
		next |= FEATURES_OK;
	if (value & DRIVER_OK && next & FEATURES_OK)
		next |= DRIVER_OK;
	/* Release: the backend finds the queues as they were when it was set. */
	__atomic_store_n(now, next, __ATOMIC_RELEASE);
}

static bool may_be_ready(const struct registers *r, uint32_t queue_i)
{
	uint32_t size = r->state.queues[queue_i].size;

	return r->state.status & FEATURES_OK && size && !(size & (size - 1)) &&
	       size <= queue_size_max(r, queue_i);
}

/* A queue that is ready changes no more. */
static void queue_write(struct registers *r, uint32_t queue_i, uint32_t offset,
			uint32_t value)
{
	struct hv_virtio_queue *q = &r->state.queues[queue_i];
	uint32_t *halves = (uint32_t *)q;	/* it begins with the addresses */
	uint32_t at = offset - QUEUE_ADDRESSES;

	if (offset == QUEUE_READY && !(value == 1 && q->is_ready))
		/* Release: it is the last of the queue's fields. */
		__atomic_store_n(&q->is_ready, value == 1 && may_be_ready(r, queue_i),
				 __ATOMIC_RELEASE);
	else if (q->is_ready)
		return;
	else if (offset == QUEUE_SIZE)
		q->size = value;
	else if (at < QUEUE_ADDRESSES_END - QUEUE_ADDRESSES && !(at & 8))
		halves[at / 16 * 2 + at / 4 % 2] = value;
}

static void interrupts_write(const struct hv_virtio *v, uint32_t bits)
{
	registers_of(v)->state.interrupt_status = bits;
	/* Seen by who takes the line. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	if (bits)
		arch_line_pend(v->front_line);
	else
		arch_line_clear(v->front_line);
}

static void reg_write(const struct hv_virtio *v, uint32_t offset, uint32_t value)
{
	struct registers *r = registers_of(v);
	struct hv_virtio_state *s = &r->state;

	switch (offset) {
	case DEVICE_FEATURES_SEL:
		s->device_features_sel = value;
		break;
	case DRIVER_FEATURES_SEL:
		s->driver_features_sel = value;
		break;
	case DRIVER_FEATURES:
		if (!(s->status & FEATURES_OK) && s->driver_features_sel < 2)
			s->driver_features[s->driver_features_sel] = value;
		break;
	case QUEUE_SEL:
		s->queue_sel = value;
		break;
	case INTERRUPT_ACK:
		interrupts_write(v, s->interrupt_status & ~value);
		break;
	case RING:
		interrupts_write(v, s->interrupt_status | (value & INTERRUPTS));
		break;
	case STATUS:
		status_write(v, value);
		break;
	default:
		if (s->queue_sel < v->n_queues)
			queue_write(r, s->queue_sel, offset, value);
	}
}

/* ---- the two sides -------------------------------------------------------- */

static void tell_backend(const struct hv_virtio *v)
{
	/* What was counted is seen by who takes the line. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	line_raise(v->back, v->back_line);
}

/* Release: who sees the count sees what was changed. */
static void count_change(struct hv_virtio_state *s)
{
	__atomic_store_n(&s->n_changes, s->n_changes + 1, __ATOMIC_RELEASE);
}

static void write(const struct hv_virtio *v, uint32_t offset, uint32_t value)
{
	struct hv_cell_state *front = &hv.cells[v->front];
	/* By these a backend has something to do. */
	bool is_news = offset == STATUS || offset == QUEUE_READY;

	lock_take(&front->lock);
	if (front->state == CELL_RUNNING)
		reg_write(v, offset, value);
	if (is_news)
		count_change(&registers_of(v)->state);
	lock_drop(&front->lock);
	if (is_news)
		tell_backend(v);
}

static void notify(const struct hv_virtio *v, uint32_t queue_i)
{
	if (queue_i >= v->n_queues)
		return;
	__atomic_fetch_add(&registers_of(v)->state.queues[queue_i].n_notified, 1,
			   __ATOMIC_RELAXED);
	tell_backend(v);
}

static const struct hv_virtio *row(uint32_t device_i)
{
	return (const struct hv_virtio *)hv_rows(hv_system.virtios) + device_i;
}

enum mmio_result virtio_access(uint32_t device_i, struct mmio *m)
{
	const struct hv_virtio *v = row(device_i);

	if (!m->is_write)
		m->value = read(v, (uint32_t)m->offset, m->size);
	else if (m->size == 4 && m->offset == QUEUE_NOTIFY)
		notify(v, (uint32_t)m->value);
	else if (m->size == 4)
		write(v, (uint32_t)m->offset, (uint32_t)m->value);
	return MMIO_DONE;
}

enum mmio_result virtio_ring_access(uint32_t device_i, struct mmio *m)
{
	if (!m->is_write)
		m->value = 0;
	else if (m->size == 4 && m->offset == 0 && m->value & INTERRUPTS)
		write(row(device_i), RING, (uint32_t)m->value);
	return MMIO_DONE;
}

/* ---- lives ---------------------------------------------------------------- */

void virtio_init(void)
{
	const struct hv_virtio *end = row(hv_system.virtios.count);

	for (const struct hv_virtio *v = row(0); v < end; v++)
		arch_memory_zero(registers_of(v), 2 * HV_VIRTIO_SIZE);
}

void virtio_cell_reset(uint32_t cell_i)
{
	const struct hv_virtio *end = row(hv_system.virtios.count);

	for (const struct hv_virtio *v = row(0); v < end; v++) {
		struct registers *r = registers_of(v);

		if (v->back == cell_i)
			arch_memory_zero(&r->published, HV_VIRTIO_SIZE);
		if (v->front != cell_i)
			continue;
		reset(v);
		count_change(&r->state);
		tell_backend(v);
	}
}
