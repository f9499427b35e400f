/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve.h - what a bare-metal root cell needs to be behind virtio devices: finds
 * them by its calls, publishes them, and serves disks and consoles from its memory.
 *
 * Nothing of the driver's is believed: what its rings say is looked at once, what
 * they name must lie in the device's views, and a driver that breaks its rings gets
 * DEVICE_NEEDS_RESET until it resets. For one file: all is static, as in manage.h.
 */
#ifndef TESTS_GUEST_SERVE_H
#define TESTS_GUEST_SERVE_H

#include "hv_abi_virtio.h"
#include "manage.h"
#include "virtio.h"

enum { DEVICES_MAX = 4, VIEWS_MAX = 4, DISK_SECTORS = 64, QUEUE_SIZE_MAX = 16 };

struct device {
	char name[HV_NAME_SIZE];
	uint32_t kind, flags, front, n_queues, line;
	const volatile struct hv_virtio_state *state;
	volatile struct hv_virtio_published *published;
	uint64_t ring;
	struct hv_view views[VIEWS_MAX];
	uint32_t n_views;
	uint32_t epoch;			/* of the last look */
	uint32_t n_requests, n_failed, n_broken;
	char *disk;			/* DISK_SECTORS, or NULL */
	const char *typed;		/* what a console's driver is to hear */
	char said[128];			/* a line that it has begun */
	uint32_t n_said;
};

static struct device devices[DEVICES_MAX];
static uint32_t n_devices;

/* The program's: a console's driver has said a whole line, d->said. */
static void heard(struct device *d);

static char disks[DEVICES_MAX][DISK_SECTORS * VIRTIO_SECTOR];
static uint64_t mmu_tables[MMU_TABLES][512] __attribute__((aligned(4096)));

/* ---- which there are ---------------------------------------------------------- */

static void find_views(struct device *d, uint32_t i)
{
	while (d->n_views < VIEWS_MAX &&
	       call(HV_CALL_VIRTIO_VIEW, i, d->n_views, 0) == 0)
		d->views[d->n_views++] = (struct hv_view){
			{ x[1] }, { x[2] }, x[3], (uint32_t)x[4], 0,
		};
}

static bool find(struct device *d, uint32_t i)
{
	uint64_t n_views;

	if (call(HV_CALL_VIRTIO, i, 0, 0) != 0)
		return false;
	__builtin_memcpy(d->name, &x[1], sizeof(d->name));
	d->kind = (uint32_t)x[5];
	d->flags = (uint32_t)x[6];
	d->front = (uint32_t)x[7];
	d->n_queues = (uint32_t)x[8];
	d->state = (void *)x[9];
	d->published = (void *)(x[9] + HV_VIRTIO_SIZE);
	d->ring = x[10];
	d->line = (uint32_t)x[11];
	d->disk = d->kind == HV_VIRTIO_BLOCK ? disks[i] : NULL;
	n_views = x[12];
	find_views(d, i);
	check(d->n_views == n_views && n_views, "the number of views");
	return true;
}

static void widen(uint64_t *low, uint64_t *high, uint64_t base, uint64_t size)
{
	*low = base < *low ? base : *low;
	*high = base + size > *high ? base + size : *high;
}

/* Once: all devices; their memory is seen with caches from here on. */
static void devices_find(void)
{
	uint64_t low = UINT64_MAX, high = 0;

	while (n_devices < DEVICES_MAX && find(&devices[n_devices], n_devices))
		n_devices++;
	check(call(HV_CALL_VIRTIO, n_devices, 0, 0) == HV_E_NO_CELL, "and no more");
	for (uint32_t i = 0; i < n_devices; i++) {
		const struct device *d = &devices[i];

		widen(&low, &high, (uintptr_t)d->state, 2 * HV_VIRTIO_SIZE);
		for (uint32_t k = 0; k < d->n_views; k++)
			widen(&low, &high, d->views[k].back.u, d->views[k].size);
		gic_set_edge(d->line);
		gic_enable(d->line);
	}
	mmu_on(mmu_tables, low, high - low);
}

static void device_publish(struct device *d)
{
	volatile struct hv_virtio_published *p = d->published;

	p->device_features[0] = VIRTIO_EVENT_INDEX;
	p->device_features[1] = VIRTIO_VERSION_1 |
		(d->flags & HV_VIRTIO_BOUNCE ? VIRTIO_ACCESS_PLATFORM : 0);
	for (uint32_t i = 0; i < d->n_queues; i++)
		p->queue_size_max[i] = QUEUE_SIZE_MAX;
	if (d->disk)
		p->config[0] = DISK_SECTORS;
	p->is_published = 1;
	virtio_barrier();	/* all of it is there before it is taken */
	store32(d->ring, HV_VIRTIO_RING_PUBLISH);
}

/* ---- rings -------------------------------------------------------------------- */

struct rings {
	uint32_t size;
	volatile struct virtio_descriptor *slots;
	volatile uint16_t *available;	/* flags, index, heads */
	volatile uint16_t *used;	/* flags, index; */
	volatile uint32_t *used_ring;	/* id, size of each */
};

struct piece {
	char *bytes;		/* NULL: not in a view */
	uint32_t size;
	bool is_written;
};

struct chain {
	uint32_t n;
	struct piece pieces[QUEUE_SIZE_MAX];
};

/* Where it is here; NULL where it is in no view whole. */
static void *at(const struct device *d, uint64_t address, uint64_t size)
{
	for (uint32_t i = 0; i < d->n_views; i++) {
		const struct hv_view *v = &d->views[i];

		if (address >= v->front.u && size <= v->size &&
		    address - v->front.u <= v->size - size)
			return (void *)(v->back.u + (address - v->front.u));
	}
	return NULL;
}

/* Of a queue that is ready, and whose addresses are what they should be. */
static bool rings_of(const struct device *d, uint32_t i, struct rings *r)
{
	const volatile struct hv_virtio_queue *q = &d->state->queues[i];
	uint64_t slots = q->descriptors, available = q->driver, used = q->device;

	r->size = q->size;
	if (!r->size || r->size > QUEUE_SIZE_MAX || slots % 16 || available % 2 || used % 4)
		return false;
	r->slots = at(d, slots, 16 * r->size);
	r->available = at(d, available, 6 + 2 * r->size);
	r->used = at(d, used, 6 + 8 * r->size);
	r->used_ring = (volatile uint32_t *)(r->used + 2);
	return r->slots && r->available && r->used;
}

/* False: it has no end, or what it consists of is none of ours. */
static bool chain_of(const struct device *d, const struct rings *r, uint32_t head,
		     struct chain *c)
{
	uint32_t flags = VIRTIO_NEXT;

	for (c->n = 0; flags & VIRTIO_NEXT; c->n++) {
		volatile struct virtio_descriptor *slot = &r->slots[head];
		struct piece *p = &c->pieces[c->n];
		uint64_t address;

		if (head >= r->size || c->n == r->size)
			return false;
		address = slot->address;
		p->size = slot->size;
		flags = slot->flags;
		head = slot->next;
		if (flags & VIRTIO_INDIRECT)
			return false;	/* not offered */
		p->bytes = p->size ? at(d, address, p->size) : NULL;
		p->is_written = flags & VIRTIO_WRITE;
	}
	return true;
}

static void give_back(const struct rings *r, uint32_t head, uint32_t n_written)
{
	uint16_t index = r->used[1];

	r->used_ring[2 * (index % r->size)] = head;
	r->used_ring[2 * (index % r->size) + 1] = n_written;
	virtio_barrier();	/* before the index says so */
	r->used[1] = (uint16_t)(index + 1);
}

/* ---- requests: true, and how many bytes the driver finds; false: nonsense ---------- */

static uint8_t disk_move(struct device *d, const struct chain *c, uint32_t kind,
			 uint64_t at_byte, uint32_t *n_written)
{
	for (uint32_t i = 1; i + 1 < c->n; i++) {
		const struct piece *p = &c->pieces[i];
		uint64_t room = DISK_SECTORS * VIRTIO_SECTOR - at_byte;

		if (!p->bytes || p->size > room ||
		    p->is_written != (kind == VIRTIO_DISK_READ))
			return 1;
		for (uint32_t k = 0; k < p->size; k++) {
			if (p->is_written)
				p->bytes[k] = d->disk[at_byte + k];
			else
				d->disk[at_byte + k] = p->bytes[k];
		}
		at_byte += p->size;
		*n_written += p->is_written ? p->size : 0;
	}
	return 0;
}

static bool disk_do(struct device *d, const struct chain *c, uint32_t *n_written)
{
	const struct piece *head = &c->pieces[0], *last = &c->pieces[c->n - 1];
	uint32_t words[4];
	uint64_t sector;
	uint8_t result;

	if (c->n < 2 || !head->bytes || head->size != sizeof(words) ||
	    head->is_written || !last->bytes || !last->is_written)
		return false;
	for (uint32_t i = 0; i < sizeof(words); i++)
		((char *)words)[i] = head->bytes[i];
	sector = words[2] | (uint64_t)words[3] << 32;
	if (words[0] > VIRTIO_DISK_WRITE)
		result = 2;		/* not supported */
	else if (sector >= DISK_SECTORS)
		result = 1;
	else
		result = disk_move(d, c, words[0], sector * VIRTIO_SECTOR, n_written);
	last->bytes[0] = (char)result;
	d->n_failed += result != 0;
	++*n_written;
	return true;
}

static void hear(struct device *d, char c)
{
	if (c != '\n' && d->n_said < sizeof(d->said) - 1) {
		d->said[d->n_said++] = c;
		return;
	}
	d->said[d->n_said] = 0;
	heard(d);
	d->n_said = 0;
}

static bool console_do(struct device *d, uint32_t queue_i, const struct chain *c,
		       uint32_t *n_written)
{
	const struct piece *p = &c->pieces[0];

	if (c->n != 1 || !p->bytes || p->is_written != (queue_i == VIRTIO_RECEIVES))
		return false;
	if (queue_i == VIRTIO_RECEIVES) {
		for (; *n_written < p->size && *d->typed; ++*n_written)
			p->bytes[*n_written] = *d->typed++;
		return true;
	}
	for (uint32_t i = 0; i < p->size; i++)
		hear(d, p->bytes[i]);
	return true;
}

/* ---- queues ------------------------------------------------------------------- */

static bool has_nothing_for(const struct device *d, uint32_t queue_i)
{
	return !d->disk && queue_i == VIRTIO_RECEIVES && (!d->typed || !*d->typed);
}

static bool has_events(const struct device *d)
{
	return d->state->driver_features[0] & VIRTIO_EVENT_INDEX;
}

/* Behind the available ring the driver says by which used index it wants to be told. */
static void tell_used(const struct device *d, const struct rings *r)
{
	virtio_barrier();	/* the used ring is seen before the line */
	if (!has_events(d) || r->available[2 + r->size] == (uint16_t)(r->used[1] - 1))
		store32(d->ring, 1);
}

/* The next chain that the driver has given; false: it has broken its rings. Chains go
 * back in their order, so the used ring's index says how many have been taken, even
 * where a reset made others of them meanwhile. */
static bool serve_one(struct device *d, uint32_t queue_i, const struct rings *r)
{
	uint32_t head = r->available[2 + r->used[1] % r->size], n_written = 0;
	struct chain c;

	if (!chain_of(d, r, head, &c))
		return false;
	if (!(d->disk ? disk_do(d, &c, &n_written) :
	      console_do(d, queue_i, &c, &n_written)))
		return false;
	give_back(r, head, n_written);
	d->n_requests++;
	return true;
}

static bool serve_queue(struct device *d, uint32_t queue_i)
{
	struct rings r;
	uint32_t n;

	if (!d->state->queues[queue_i].is_ready)
		return true;
	if (!rings_of(d, queue_i, &r))
		return false;
	n = (uint16_t)(r.available[1] - r.used[1]);
	virtio_barrier();	/* what the index says is there is read after it */
	if (n > r.size)
		return false;
	for (uint32_t i = 0; i < n && !has_nothing_for(d, queue_i); i++) {
		if (has_events(d))
			r.used[2 + 4 * r.size] = (uint16_t)(r.used[1] + 1);
		if (!serve_one(d, queue_i, &r))
			return false;
		tell_used(d, &r);
	}
	return true;
}

static void break_off(struct device *d)
{
	d->n_broken++;
	d->published->reset_epoch = d->epoch;
	virtio_barrier();	/* of this epoch, before it is said */
	d->published->needs_reset = 1;
	virtio_barrier();
	store32(d->ring, HV_VIRTIO_RING_PUBLISH | 2);
}

static bool is_broken(const struct device *d)
{
	return d->published->needs_reset && d->published->reset_epoch == d->epoch;
}

/* One look at all its queues. */
static void device_serve(struct device *d)
{
	uint32_t epoch = d->state->epoch;

	virtio_barrier();	/* what is read after is of that epoch or a later one */
	if (epoch != d->epoch) {
		d->epoch = epoch;
		d->n_said = 0;
	}
	if (epoch % 2 || !(d->state->registers.status & VIRTIO_DRIVER_OK) || is_broken(d))
		return;
	for (uint32_t i = 0; i < d->n_queues; i++) {
		if (serve_queue(d, i))
			continue;
		/* A reset meanwhile makes nonsense of what was read. */
		if (d->state->epoch == epoch)
			break_off(d);
		return;
	}
}

#endif
