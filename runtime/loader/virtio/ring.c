/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The three parts of a split virtqueue (Virtual I/O Device 1.2, 2.7.5 to 2.7.8):
 *
 * descriptors	size * { address 8, length 4, flags 2, next 2 }
 * driver	{ flags 2, index 2, size * head 2, used event 2 }
 * device	{ flags 2, index 2, size * { head 4, written 4 }, available event 2 }
 *
 * All little-endian, as the machines are that this is built for.
 */
#include "virtio/ring.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "ring");

#define DESCRIPTOR_SIZE 16u
#define INDEX 2u
#define ENTRIES 4u
#define USED_SIZE 8u

#define F_NEXT 1u
#define F_WRITE 2u
#define F_INDIRECT 4u
#define F_NO_INTERRUPT 1u	/* in the driver's part */
#define F_NO_NOTIFY 1u		/* in the device's */

struct descriptor {
	uint64_t address;
	uint32_t size;
	uint16_t flags, next;
};
_Static_assert(sizeof(struct descriptor) == DESCRIPTOR_SIZE, "ring");

/* ---- loads and stores: each one access, in this order ---------------------- */

static uint16_t load16(const uint8_t *at)
{
	return *(const volatile uint16_t *)(const void *)at;
}

static void store16(uint8_t *at, uint16_t value)
{
	*(volatile uint16_t *)(void *)at = value;
}

static void store32(uint8_t *at, uint32_t value)
{
	*(volatile uint32_t *)(void *)at = value;
}

/* What the driver wrote before its index is seen after it. */
static uint16_t load_index(const struct ring *r)
{
	return __atomic_load_n((const uint16_t *)(const void *)
			       (r->driver + INDEX), __ATOMIC_ACQUIRE);
}

/* What is in the used ring, and in the buffers, is seen before the index. */
static void store_index(struct ring *r)
{
	__atomic_store_n((uint16_t *)(void *)(r->device + INDEX), r->used,
			 __ATOMIC_RELEASE);
}

/*
 * A store of ours before a load of what the driver stores, as it has between its
 * own two: so that at least one side sees the other (2.7.7.1, 2.7.10).
 */
static void fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* The compiler keeps steps apart between which this program may be killed. */
static void step(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* ---- opening ---------------------------------------------------------------- */

static uint8_t *part(const struct memory *m, uint64_t front, uint64_t size,
		     uint64_t alignment, bool is_written)
{
	uint8_t *at = memory_at(m, front, size, is_written);

	/* Here as there, as views are whole pages. */
	return (uintptr_t)at % alignment ? NULL : at;
}

bool ring_open(struct ring *r, const struct memory *m,
	       const struct hv_virtio_queue *as_written, uint32_t size_max,
	       uint32_t flags)
{
	uint32_t n = as_written->size;

	if (size_max > RING_SIZE_MAX)
		size_max = RING_SIZE_MAX;
	if (!n || n > size_max || n & (n - 1))
		return false;
	*r = (struct ring){
		.memory = m,
		.descriptors = part(m, as_written->descriptors,
				    DESCRIPTOR_SIZE * n, 16, false),
		.driver = part(m, as_written->driver, ENTRIES + 2 * n + 2, 2,
			       false),
		.device = part(m, as_written->device,
			       ENTRIES + USED_SIZE * n + 2, 4, true),
		.size = (uint16_t)n,
		.chain_max = (uint16_t)size_max,
		.has_event_index = flags & RING_EVENT_INDEX,
		.has_indirect = flags & RING_INDIRECT,
	};
	if (!r->descriptors || !r->driver || !r->device)
		return false;
	if (flags & RING_RESUMED)
		r->used = load16(r->device + INDEX);
	r->taken = r->seen = r->asked = r->used;
	return true;
}

size_t ring_n_unfinished(const struct ring *r)
{
	size_t n = 0;

	/* No builtin: the kernel module has this too, and no library for one. */
	for (size_t i = 0; i < KEPT_HEADS_MAX / 64; i++)
		for (uint64_t bits = r->unfinished[i]; bits; bits &= bits - 1)
			n++;
	return n;
}

static uint64_t bit_of(uint16_t head)
{
	return UINT64_C(1) << head % 64;
}

void ring_keep(struct ring *r, volatile struct kept_queue *kept)
{
	uint32_t closing = kept->closing;
	uint16_t head = (uint16_t)(closing % KEPT_HEADS_MAX);

	r->kept = kept;
	/* The driver had been told of this one when its backend was killed. */
	if (closing != KEPT_NO_CLOSING && r->used != (uint16_t)(closing >> 16))
		kept->in_flight[head / 64] &= ~bit_of(head);
	kept->closing = KEPT_NO_CLOSING;
	for (uint16_t i = 0; i < KEPT_HEADS_MAX; i++) {
		if (i >= r->size)
			kept->in_flight[i / 64] &= ~bit_of(i);
		r->unfinished[i / 64] |= kept->in_flight[i / 64] & bit_of(i);
	}
	r->taken = r->seen = (uint16_t)(r->used + ring_n_unfinished(r));
}

/* ---- chains ----------------------------------------------------------------- */

struct walk {
	const uint8_t *table;
	uint32_t n_entries;
	uint16_t chain_max;
	bool is_indirect;
};

static bool add(const struct ring *r, struct ring_chain *c,
		const struct descriptor *d)
{
	bool is_written = d->flags & F_WRITE;
	uint8_t *at = memory_at(r->memory, d->address, d->size, is_written);

	/* Readable ones come first: 2.7.4.2. */
	if (!is_written && c->n_readable < c->n_segments)
		return false;
	c->segments[c->n_segments++] = (struct ring_segment){ at, d->size };
	c->is_bad |= !at;
	if (is_written) {
		c->writable_size += d->size;
	} else {
		c->n_readable = c->n_segments;
		c->readable_size += d->size;
	}
	return true;
}

/* To another table, once: 2.7.5.3. */
static bool go_indirect(const struct ring *r, struct walk *w,
			const struct descriptor *d)
{
	uint32_t n = d->size / DESCRIPTOR_SIZE;

	if (!r->has_indirect || w->is_indirect || d->flags & F_NEXT || !n ||
	    d->size % DESCRIPTOR_SIZE || n > r->chain_max)
		return false;
	*w = (struct walk){
		.table = part(r->memory, d->address, d->size, 1, false),
		.n_entries = n, .chain_max = r->chain_max, .is_indirect = true,
	};
	return w->table;
}

/*
 * Ends: each turn adds a segment, of which there are no more than chain_max, or
 * goes indirect, which is once.
 */
static bool walk(const struct ring *r, struct ring_chain *c, uint16_t head)
{
	struct walk w = { r->descriptors, r->size, r->size, false };
	uint32_t i = head;

	c->head = head;
	c->n_segments = c->n_readable = 0;
	c->is_bad = false;
	c->readable_size = c->writable_size = 0;
	for (;;) {
		struct descriptor d;

		if (i >= w.n_entries)
			return false;
		memory_copy_in(&d, w.table + DESCRIPTOR_SIZE * i, sizeof(d));
		if (d.flags & F_INDIRECT) {
			if (!go_indirect(r, &w, &d))
				return false;
			i = 0;
			continue;
		}
		if (c->n_segments >= w.chain_max || !add(r, c, &d))
			return false;
		if (!(d.flags & F_NEXT))
			return true;
		i = d.next;
	}
}

static bool retake(struct ring *r, struct ring_chain *c)
{
	for (uint16_t i = 0; i < r->size; i++) {
		if (!(r->unfinished[i / 64] & bit_of(i)))
			continue;
		r->unfinished[i / 64] &= ~bit_of(i);
		r->is_broken = !walk(r, c, i);
		return !r->is_broken;
	}
	return false;
}

static bool is_in_flight(const struct ring *r, uint16_t head)
{
	return r->kept && r->kept->in_flight[head / 64] & bit_of(head);
}

bool ring_take(struct ring *r, struct ring_chain *c)
{
	uint16_t head;

	if (r->is_broken)
		return false;
	if (ring_n_unfinished(r))
		return retake(r, c);
	r->seen = load_index(r);
	if (r->seen == r->taken)
		return false;
	head = load16(r->driver + ENTRIES + 2u * (r->taken % r->size));
	if ((uint16_t)(r->seen - r->taken) > r->size || head >= r->size ||
	    is_in_flight(r, head) || !walk(r, c, head)) {
		r->is_broken = true;
		return false;
	}
	if (r->kept)
		r->kept->in_flight[head / 64] |= bit_of(head);
	step();
	r->taken++;
	return true;
}

void ring_untake(struct ring *r, uint16_t n)
{
	r->taken = (uint16_t)(r->taken - n);
}

/* ---- giving back ------------------------------------------------------------ */

void ring_put(struct ring *r, uint16_t head, uint32_t n_written)
{
	uint16_t i = (uint16_t)(r->used + r->n_put) % r->size;
	uint8_t *entry = r->device + ENTRIES + USED_SIZE * i;

	if (r->kept)
		r->kept->closing = head | (uint32_t)r->used << 16;
	step();
	store32(entry, head);
	store32(entry + 4, n_written);
	r->n_put++;
	if (!r->kept)
		return;
	ring_tell(r);
	step();
	r->kept->in_flight[head / 64] &= ~bit_of(head);
	step();
	r->kept->closing = KEPT_NO_CLOSING;
}

void ring_tell(struct ring *r)
{
	if (!r->n_put)
		return;
	r->used = (uint16_t)(r->used + r->n_put);
	r->n_put = 0;
	store_index(r);
}

bool ring_wants_interrupt(struct ring *r)
{
	uint16_t asked = r->asked;
	uint16_t event;

	if (asked == r->used)
		return false;
	r->asked = r->used;
	fence();
	if (!r->has_event_index)
		return !(load16(r->driver) & F_NO_INTERRUPT);
	event = load16(r->driver + ENTRIES + 2u * r->size);
	return (uint16_t)(r->used - event - 1) < (uint16_t)(r->used - asked);
}

void ring_notify_off(struct ring *r)
{
	/* An event index that was passed asks for nothing. */
	if (!r->has_event_index)
		store16(r->device, F_NO_NOTIFY);
}

bool ring_notify_on(struct ring *r)
{
	if (r->has_event_index)
		store16(r->device + ENTRIES + USED_SIZE * r->size, r->seen);
	else
		store16(r->device, 0);
	fence();
	return load_index(r) != r->seen;
}
