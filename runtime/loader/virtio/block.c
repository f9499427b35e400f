/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A request has a slot from when it is taken until it is given back, and at most
 * one operation of the store at a time: one that is larger than a slot's buffer
 * goes through it in pieces.
 *
 * When an epoch ends its operations go on, as nothing can call them back. Their
 * slots are abandoned until they end, and until then no request of the new epoch
 * begins: an old write must not land on top of a new one.
 */
#include "virtio/block.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virtio/block_request.h"
#include "virtio/store.h"

#define BLOCK_F_SEG_MAX (UINT64_C(1) << 2)
#define BLOCK_F_RO (UINT64_C(1) << 5)
#define BLOCK_F_BLK_SIZE (UINT64_C(1) << 6)
#define BLOCK_F_FLUSH (UINT64_C(1) << 9)
#define BLOCK_F_MQ (UINT64_C(1) << 12)
#define BLOCK_F_DISCARD (UINT64_C(1) << 13)
#define BLOCK_F_WRITE_ZEROES (UINT64_C(1) << 14)

#define SLOTS 64u
#define BUFFER_SIZE (UINT32_C(128) << 10)
#define TAKEN_MAX 128u			/* of one queue, before another's turn */
#define SAID_END (-1)
#define TRIES_MAX 16u			/* of what the kernel wants to be asked again */

struct slot {
	enum { SLOT_FREE, SLOT_BUSY, SLOT_ABANDONED } is;
	uint32_t queue;
	uint32_t n_tries;
	uint64_t done;			/* of request.size */
	uint64_t under_way;		/* of the piece that the store has */
	struct block_request request;
	uint8_t *buffer;
};

struct block {
	struct device device;
	struct store *store;
	struct block_facts facts;
	bool is_closing;
	int said_error;			/* last; SAID_END: the file's end */
	uint32_t n_free, n_abandoned;
	uint8_t *buffers;
	struct slot slots[SLOTS];
};

/* Virtual I/O Device 1.2, 5.2.4: up to write_zeroes_may_unmap and its padding. */
struct config {
	uint64_t capacity;
	uint32_t size_max, seg_max;
	uint16_t cylinders;
	uint8_t heads, sectors;
	uint32_t blk_size;
	uint8_t topology[8];
	uint8_t writeback, unused;
	uint16_t num_queues;
	uint32_t max_discard_sectors, max_discard_seg, discard_sector_alignment;
	uint32_t max_write_zeroes_sectors, max_write_zeroes_seg;
	uint8_t write_zeroes_may_unmap, unused1[3];
};
_Static_assert(sizeof(struct config) == 64, "block");
_Static_assert(offsetof(struct config, write_zeroes_may_unmap) == 56, "block");

/* ---- slots ------------------------------------------------------------------ */

static struct slot *get_slot(struct block *b)
{
	for (uint32_t i = 0; i < SLOTS; i++)
		if (b->slots[i].is == SLOT_FREE) {
			b->slots[i].is = SLOT_BUSY;
			b->n_free--;
			return &b->slots[i];
		}
	return NULL;
}

static void free_slot(struct block *b, struct slot *s)
{
	if (s->is == SLOT_ABANDONED)
		b->n_abandoned--;
	s->is = SLOT_FREE;
	b->n_free++;
}

/* ---- requests --------------------------------------------------------------- */

static void give_back(struct block *b, struct slot *s, uint8_t status)
{
	struct device *d = &b->device;
	const struct ring_chain *c = &s->request.chain;
	uint64_t n = s->request.n_in;
	uint8_t *at = ring_last(c);

	if (device_serves(d, s->queue) && at) {
		if (status != BLOCK_OK)
			d->kept->counters.failed++;
		*(volatile uint8_t *)at = status;
		/* What lies between them was not written: 2.7.8.2. */
		device_put(d, s->queue, c->head,
			   (uint32_t)(n + 1 == c->writable_size ? n + 1 : n));
	}
	free_slot(b, s);
}

/* The next piece. Bytes to be written are copied here first. */
static void begin(struct block *b, struct slot *s)
{
	const struct block_request *r = &s->request;
	uint64_t left = r->size - s->done;

	s->under_way = r->has_data && left > BUFFER_SIZE ? BUFFER_SIZE : left;
	if (r->has_data && !r->is_in &&
	    !device_read(&b->device, &r->chain, r->data + s->done, s->buffer,
			 s->under_way)) {
		give_back(b, s, BLOCK_IOERR);
		return;
	}
	store_begin(b->store, r->operation, (uint32_t)(s - b->slots),
		    r->has_data ? s->buffer : NULL, r->offset + s->done,
		    s->under_way);
}

/* True: there was a request, and there may be more. */
static bool take(struct block *b, uint32_t queue)
{
	struct device *d = &b->device;
	uint32_t n;

	for (n = 0; n < TAKEN_MAX && b->n_free; n++) {
		struct slot *s = get_slot(b);
		struct block_request *r = &s->request;

		if (!device_take(d, queue, &r->chain)) {
			free_slot(b, s);
			break;
		}
		s->queue = queue;
		s->done = 0;
		s->n_tries = 0;
		switch (block_request_read(r, d, &b->facts)) {
		case BLOCK_FAULT:
			device_fault(d);
			free_slot(b, s);
			break;
		case BLOCK_ANSWERED:
			give_back(b, s, r->status);
			break;
		case BLOCK_BEGINS:
			begin(b, s);
			break;
		}
	}
	return n;
}

/* Zeroes are a write, and are stored before the driver hears that they are. */
static bool is_to_flush(const struct block *b, const struct block_request *r)
{
	return b->facts.writes_through && (r->operation == STORE_ZERO ||
					   r->operation == STORE_ZERO_FREE);
}

static uint8_t status_of(int64_t error)
{
	return error == -EOPNOTSUPP || error == -ENOSYS ? BLOCK_UNSUPP : BLOCK_IOERR;
}

/* Once, until it is another: a full disk is full for many requests. */
static void say_failure(struct block *b, const struct slot *s, int64_t result)
{
	const struct block_request *r = &s->request;
	int error = result < 0 ? (int)-result : SAID_END;
	char where[40] = "";

	if (error == b->said_error || status_of(result) == BLOCK_UNSUPP)
		return;
	b->said_error = error;
	if (r->operation != STORE_FLUSH)
		snprintf(where, sizeof(where), " at byte %" PRIu64,
			 r->offset + s->done);
	device_say(&b->device, "cannot %s%s: %s", block_request_word(r), where,
		   error == SAID_END ? "there the file ends" : strerror(error));
}

/* A piece ended: the request goes on with the next, or is over. */
static void go_on(struct block *b, struct slot *s, int64_t result)
{
	struct device *d = &b->device;
	struct block_request *r = &s->request;
	uint64_t n = r->has_data ? (uint64_t)result : s->under_way;

	if ((result == -EAGAIN || result == -EINTR) && s->n_tries++ < TRIES_MAX) {
		begin(b, s);
		return;
	}
	/* None: the file is shorter than it was. */
	if (result < 0 || n > s->under_way || (!n && s->under_way)) {
		say_failure(b, s, result);
		give_back(b, s, status_of(result));
		return;
	}
	if (r->is_in && !(device_serves(d, s->queue) &&
			  device_write(d, &r->chain, s->done, s->buffer, n))) {
		give_back(b, s, BLOCK_IOERR);
		return;
	}
	if (r->has_data)
		*(r->is_in ? &d->kept->counters.bytes_in :
			     &d->kept->counters.bytes_out) += n;
	if (r->is_in)
		r->n_in += n;
	s->done += n;
	if (s->done == r->size && !is_to_flush(b, r)) {
		give_back(b, s, BLOCK_OK);
		return;
	}
	if (s->done == r->size)
		r->operation = STORE_FLUSH;
	begin(b, s);
}

static bool reap(struct block *b)
{
	bool is_any = false;
	uint32_t tag;
	int64_t result;

	while (store_next(b->store, &tag, &result)) {
		struct slot *s = &b->slots[tag];

		is_any = true;
		if (s->is == SLOT_ABANDONED)
			free_slot(b, s);
		else
			go_on(b, s, result);
	}
	return is_any;
}

/* ---- the device ------------------------------------------------------------- */

static bool may_take(const struct block *b)
{
	return b->n_free && !b->n_abandoned && !b->is_closing;
}

static void start(struct device *d)
{
	struct block *b = d->own;

	/* 5.2.5.2: without it the driver cannot ask for what is in a cache. */
	b->facts.writes_through = !device_has(d, BLOCK_F_FLUSH);
}

static void stop(struct device *d)
{
	struct block *b = d->own;

	for (uint32_t i = 0; i < SLOTS; i++)
		if (b->slots[i].is == SLOT_BUSY) {
			b->slots[i].is = SLOT_ABANDONED;
			b->n_abandoned++;
		}
}

static bool run(struct device *d)
{
	struct block *b = d->own;
	bool is_any = reap(b);

	for (uint32_t i = 0; i < d->place.n_queues && may_take(b); i++)
		is_any |= take(b, i);
	store_submit(b->store);
	for (uint32_t i = 0; i < d->place.n_queues; i++)
		device_tell(d, i);
	return is_any;
}

static bool wants(struct device *d, uint32_t queue)
{
	(void)queue;
	return may_take(d->own);
}

static size_t polls(struct device *d, struct pollfd *polls, int *ms)
{
	const struct block *b = d->own;

	(void)ms;
	*polls = (struct pollfd){ .fd = store_fd(b->store), .events = POLLIN };
	return b->n_free < SLOTS;
}

static const struct device_kind kind = {
	.id = HV_VIRTIO_BLOCK, .keeps_heads = true,
	.queue_size_max = RING_SIZE_MAX,
	.start = start, .stop = stop, .run = run, .wants = wants, .polls = polls,
};

/* ---- opening ---------------------------------------------------------------- */

static void publish(struct block *b, const struct device_place *place)
{
	bool is_readonly = place->flags & HV_VIRTIO_READONLY;
	struct config config = {
		.capacity = b->facts.n_sectors,
		/* The request's head and its status take one each. */
		.seg_max = RING_SIZE_MAX - 2,
		.blk_size = store_block_size(b->store),
		.num_queues = (uint16_t)place->n_queues,
		.max_discard_sectors = BLOCK_CLEAR_SECTORS_MAX,
		.max_discard_seg = 1,
		.discard_sector_alignment = store_block_size(b->store) /
					    BLOCK_SECTOR,
		.max_write_zeroes_sectors = BLOCK_CLEAR_SECTORS_MAX,
		.max_write_zeroes_seg = 1,
		.write_zeroes_may_unmap = 1,
	};
	struct device_offer offer = {
		.features = BLOCK_F_SEG_MAX | BLOCK_F_BLK_SIZE | BLOCK_F_FLUSH |
			    (place->n_queues > 1 ? BLOCK_F_MQ : 0) |
			    (is_readonly ? BLOCK_F_RO :
			     BLOCK_F_DISCARD | BLOCK_F_WRITE_ZEROES),
		.config = &config, .config_size = sizeof(config),
	};

	device_open(&b->device, &kind, b, place, &offer);
}

struct block *block_open(const struct device_place *place,
			 const struct block_options *options)
{
	bool is_readonly = place->flags & HV_VIRTIO_READONLY;
	struct block *b = calloc(1, sizeof(*b));
	int error;

	if (!b)
		return NULL;
	b->buffers = malloc((size_t)SLOTS * BUFFER_SIZE);
	if (!b->buffers)
		goto no_store;
	b->store = store_open(options->path, is_readonly, SLOTS);
	if (!b->store)
		goto no_store;
	b->n_free = SLOTS;
	for (uint32_t i = 0; i < SLOTS; i++)
		b->slots[i].buffer = b->buffers + (size_t)i * BUFFER_SIZE;
	b->facts.is_readonly = is_readonly;
	b->facts.n_sectors = store_size(b->store) / BLOCK_SECTOR;
	memcpy(b->facts.id, options->name,
	       strnlen(options->name, BLOCK_ID_SIZE));
	publish(b, place);
	return b;
no_store:
	error = errno;
	free(b->buffers);
	free(b);
	errno = error;
	return NULL;
}

void block_close(struct block *b)
{
	b->is_closing = true;
	while (b->n_free < SLOTS) {
		struct pollfd poll_fd = { .fd = store_fd(b->store),
					  .events = POLLIN };

		if (!device_run(&b->device))
			poll(&poll_fd, 1, -1);
	}
	store_close(b->store);
	free(b->buffers);
	free(b);
}

struct device *block_device(struct block *b)
{
	return &b->device;
}
