/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.c - register by register what a virtio-mmio driver can observe.
 *
 * What it reads is memory, which is written here alone: so each change of what it
 * may read is followed by the cleaning of that, for drivers that have no cache
 * between them and their device.
 *
 * The state changes under the lock of the cell in front, and what a driver changes
 * only while that runs: so of a write and the cell's end one comes first, and nothing
 * is left of a life that is over. Counts of notifications alone are free of it. What
 * the backend has published may change at any time and may be anything: each word is
 * read once, when it is taken.
 * (Virtual I/O Device 1.2: 2.1, 3.1, 4.2.2)
 */
#include "dev/virtio.h"

#include "core/line.h"
#include "hv_abi_virtio.h"

enum {
	DEVICE_FEATURES_SEL = 0x14,
	DRIVER_FEATURES = 0x20,
	DRIVER_FEATURES_SEL = 0x24,
	QUEUE_SEL = 0x30,
	QUEUE_SIZE = 0x38,
	QUEUE_READY = 0x44,
	QUEUE_NOTIFY = 0x50,
	INTERRUPT_ACK = 0x64,
	STATUS = 0x70,
	QUEUE_ADDRESSES = 0x80,	/* low and high half of three, 0x10 apart */
	QUEUE_ADDRESSES_END = 0xb0,
};

#define MAGIC 0x74726976u	/* "virt" */
#define VERSION 2u
#define VENDOR 0x63637668u	/* "hvcc" */

#define ACKNOWLEDGE 1u
#define DRIVER 2u
#define DRIVER_OK 4u
#define FEATURES_OK 8u
#define NEEDS_RESET 64u
#define FAILED 128u

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

static inline struct hv_virtio_state *state_of(const struct hv_virtio *v)
{
	return &registers_of(v)->state;
}

/* ---- what the driver reads: the lock is held, or no CPU is in the cell ------- */

/* All but the configuration, after a change of what it follows. */
static void show(const struct hv_virtio *v)
{
	struct hv_virtio_state *s = state_of(v);
	uint32_t sel = s->device_features_sel, queue_i = s->queue_sel;
	bool has_queue = queue_i < v->n_queues;

	s->registers.device_features = sel < 2 ? s->device_features[sel] : 0;
	s->registers.queue_size_max = has_queue ? s->queue_size_max[queue_i] : 0;
	s->registers.queue_ready = has_queue ? s->queues[queue_i].is_ready : 0;
	arch_memory_flush(&s->registers,
			  offsetof(struct hv_virtio_registers, zero_074));
}

/* ---- what is published -------------------------------------------------------- */

/* Once, whatever becomes of it meanwhile; 0 while it is nothing. */
static uint32_t taken(bool is_published, const uint32_t *word)
{
	return is_published ? read_once(*word) : 0;
}

/* While it changes its generation is one that it has neither before nor after. */
static void take_config(struct hv_virtio_registers *to, bool is_published,
			const struct hv_virtio_published *from)
{
	uint32_t *words = (uint32_t *)to->config;

	to->config_generation++;
	arch_memory_flush(&to->config_generation, 4);
	for (uint32_t i = 0; i < HV_VIRTIO_CONFIG_SIZE / 4; i++)
		words[i] = taken(is_published, (const uint32_t *)from->config + i);
	arch_memory_flush(to->config, HV_VIRTIO_CONFIG_SIZE);
	to->config_generation++;
	arch_memory_flush(&to->config_generation, 4);
}

static void take(const struct hv_virtio *v)
{
	struct hv_virtio_state *s = state_of(v);
	const struct hv_virtio_published *p = &registers_of(v)->published;
	bool is = taken(true, &p->is_published) == 1;
	bool is_lost = taken(is, &p->needs_reset) == 1 &&
		       taken(is, &p->reset_epoch) == s->epoch;

	for (uint32_t i = 0; i < 2; i++)
		s->device_features[i] = taken(is, &p->device_features[i]);
	for (uint32_t i = 0; i < v->n_queues; i++)
		s->queue_size_max[i] = taken(is, &p->queue_size_max[i]);
	take_config(&s->registers, is, p);
	s->registers.device_id = is ? v->kind : 0;
	s->registers.status = (s->registers.status & ~NEEDS_RESET) |
			      (is_lost ? NEEDS_RESET : 0);
	show(v);
}

/* ---- writes: the lock is held -------------------------------------------------- */

static void reset(const struct hv_virtio *v)
{
	struct hv_virtio_state *s = state_of(v);

	s->epoch++;
	/* Before all that follows: the backend, which reads it between two looks at
	 * the epoch, does not take half a reset for a whole one. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	s->registers.status = s->registers.interrupt_status = 0;
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
	const struct hv_virtio_state *s = state_of(v);
	const uint32_t *asked = s->driver_features, *offered = s->device_features;
	uint32_t needed = VERSION_1 |
		(v->flags & HV_VIRTIO_BOUNCE ? ACCESS_PLATFORM : 0);

	return !(asked[0] & ~offered[0]) && !(asked[1] & ~offered[1]) &&
	       !(needed & ~asked[1]);
}

/* Bits are only added, each after those that it needs; 0 takes all back. */
static void status_write(const struct hv_virtio *v, uint32_t value)
{
	uint32_t *now = &state_of(v)->registers.status;
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

static bool may_be_ready(const struct hv_virtio_state *s, uint32_t queue_i)
{
	uint32_t size = s->queues[queue_i].size;

	return s->registers.status & FEATURES_OK && size && !(size & (size - 1)) &&
	       size <= s->queue_size_max[queue_i];
}

/* A queue that is ready changes no more. */
static void queue_write(struct hv_virtio_state *s, uint32_t queue_i, uint32_t offset,
			uint32_t value)
{
	struct hv_virtio_queue *q = &s->queues[queue_i];
	uint32_t *halves = (uint32_t *)q;	/* it begins with the addresses */
	uint32_t at = offset - QUEUE_ADDRESSES;

	if (offset == QUEUE_READY && !(value == 1 && q->is_ready))
		/* Release: it is the last of the queue's fields. */
		__atomic_store_n(&q->is_ready, value == 1 && may_be_ready(s, queue_i),
				 __ATOMIC_RELEASE);
	else if (q->is_ready)
		return;
	else if (offset == QUEUE_SIZE)
		q->size = value;
	else if (at < QUEUE_ADDRESSES_END - QUEUE_ADDRESSES && !(at & 8))
		halves[at / 16 * 2 + at / 4 % 2] = value;
}

static void reg_write(const struct hv_virtio *v, uint32_t offset, uint32_t value)
{
	struct hv_virtio_state *s = state_of(v);

	switch (offset) {
	case DEVICE_FEATURES_SEL:
		s->device_features_sel = value;
		break;
	case DRIVER_FEATURES_SEL:
		s->driver_features_sel = value;
		break;
	case DRIVER_FEATURES:
		if (!(s->registers.status & FEATURES_OK) && s->driver_features_sel < 2)
			s->driver_features[s->driver_features_sel] = value;
		break;
	case QUEUE_SEL:
		s->queue_sel = value;
		break;
	case STATUS:
		status_write(v, value);
		break;
	default:
		if (s->queue_sel < v->n_queues)
			queue_write(s, s->queue_sel, offset, value);
	}
	show(v);
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

static __attribute__((noinline)) void write(const struct hv_virtio *v, uint32_t offset,
					    uint32_t value)
{
	struct hv_cell_state *front = &hv.cells[v->front];
	/* By these a backend has something to do. */
	bool is_news = offset == STATUS || offset == QUEUE_READY;

	lock_take(&front->lock);
	if (front->state == CELL_RUNNING)
		reg_write(v, offset, value);
	if (is_news)
		count_change(state_of(v));
	lock_drop(&front->lock);
	if (is_news)
		tell_backend(v);
}

/* Bits of InterruptStatus go, and come. */
static void interrupts_write(const struct hv_virtio *v, uint32_t off, uint32_t on)
{
	struct hv_cell_state *front = &hv.cells[v->front];
	uint32_t *status = &state_of(v)->registers.interrupt_status;

	lock_take(&front->lock);
	if (front->state == CELL_RUNNING) {
		*status = (*status & ~off) | on;
		/* Seen by who takes the line. */
		arch_memory_clean(status);
		if (*status)
			arch_line_pend(v->front_line);
		else
			arch_line_clear(v->front_line);
	}
	lock_drop(&front->lock);
}

/* Whether there is a driver or not. */
static void publish(const struct hv_virtio *v)
{
	lock_take(&hv.cells[v->front].lock);
	take(v);
	lock_drop(&hv.cells[v->front].lock);
}

static void notify(const struct hv_virtio *v, uint32_t queue_i)
{
	if (queue_i >= v->n_queues)
		return;
	__atomic_fetch_add(&state_of(v)->queues[queue_i].n_notified, 1,
			   __ATOMIC_RELAXED);
	tell_backend(v);
}

static const struct hv_virtio *row(uint32_t device_i)
{
	return (const struct hv_virtio *)hv_rows(hv_system.virtios) + device_i;
}

void virtio_store(uint32_t device_i, uint32_t offset, uint32_t value)
{
	const struct hv_virtio *v = row(device_i);

	if (offset == QUEUE_NOTIFY)
		notify(v, value);
	else if (offset == INTERRUPT_ACK)
		interrupts_write(v, value, 0);
	else
		write(v, offset, value);
}

enum mmio_result virtio_access(uint32_t device_i, struct mmio *m)
{
	/* It is read without us. */
	if (!m->is_write)
		return MMIO_FAULT;
	if (m->size == 4)
		virtio_store(device_i, (uint32_t)m->offset, (uint32_t)m->value);
	return MMIO_DONE;
}

enum mmio_result virtio_ring_access(uint32_t device_i, struct mmio *m)
{
	const struct hv_virtio *v = row(device_i);
	uint32_t value = (uint32_t)m->value;

	if (!m->is_write)
		m->value = 0;
	if (!m->is_write || m->size != 4 || m->offset != 0)
		return MMIO_DONE;
	if (value & HV_VIRTIO_RING_PUBLISH)
		publish(v);
	if (value & HV_VIRTIO_RING_INTERRUPTS)
		interrupts_write(v, 0, value & HV_VIRTIO_RING_INTERRUPTS);
	return MMIO_DONE;
}

/* ---- lives ---------------------------------------------------------------- */

void virtio_init(void)
{
	const struct hv_virtio *end = row(hv_system.virtios.count);

	for (const struct hv_virtio *v = row(0); v < end; v++) {
		struct hv_virtio_registers *to = &state_of(v)->registers;

		arch_memory_zero(registers_of(v), 2 * HV_VIRTIO_SIZE);
		to->magic = MAGIC;
		to->version = VERSION;
		to->vendor_id = VENDOR;
		show(v);
	}
}

/* The cell's CPUs are parked, but its backends may publish. */
static void front_ended(const struct hv_virtio *v)
{
	lock_take(&hv.cells[v->front].lock);
	reset(v);
	show(v);
	count_change(state_of(v));
	lock_drop(&hv.cells[v->front].lock);
	tell_backend(v);
}

void virtio_cell_reset(uint32_t cell_i)
{
	const struct hv_virtio *end = row(hv_system.virtios.count);

	for (const struct hv_virtio *v = row(0); v < end; v++) {
		if (v->back == cell_i) {
			arch_memory_zero(&registers_of(v)->published, HV_VIRTIO_SIZE);
			publish(v);
		}
		if (v->front == cell_i)
			front_ended(v);
	}
}
