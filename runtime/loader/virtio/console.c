/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Queue 0 takes what is typed to the driver, queue 1 what it prints to us.
 *
 * Of a buffer that is being printed it is kept how much is out, together with the
 * used index that the buffer will have: so that what comes after a kill prints
 * the rest of this one, and nothing less of the next.
 */
#include "virtio/console.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TYPED 0u
#define PRINTED 1u

#define PIECE_MAX 4096u
#define PIECES_MAX 32u		/* in one run, before another device's turn */
#define INDEX_SHIFT 48u

struct console {
	struct device device;
	struct console_end end;
	bool is_left, is_deaf;	/* deaf: the end of what is typed */
	bool is_printing;	/* `chain`, of which `n_out` bytes are out */
	struct ring_chain chain;
	uint64_t n_out;
	bool is_stalled, is_dropping;
	int64_t stalled_at_ms;
	struct ring_chain typed_chain;
	size_t n_typed;
	uint8_t typed[512];
};

/* Virtual I/O Device 1.2, 5.3.4; no feature says that any of it is there. */
static const uint8_t config[12];

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- printed ---------------------------------------------------------------- */

/* Nobody takes it now. For a while it waits; then it is dropped until somebody does. */
static void stall(struct console *c)
{
	if (!c->is_stalled) {
		c->is_stalled = true;
		c->stalled_at_ms = now_ms();
	}
	if (now_ms() - c->stalled_at_ms >= CONSOLE_STALL_MS)
		c->is_dropping = true;
}

/* How many bytes are done with: out, or dropped. */
static size_t print(struct console *c, const uint8_t *bytes, size_t size)
{
	volatile struct kept_counters *n = &c->device.kept->counters;
	ssize_t written = write(c->end.out, bytes, size);
	int error = errno;

	if (written > 0) {
		c->is_stalled = c->is_dropping = false;
		n->bytes_out += (uint64_t)written;
		return (size_t)written;
	}
	if (!written || error == EINTR)
		return 0;
	if (error == EAGAIN)
		stall(c);
	if (error == EAGAIN && !c->is_dropping)
		return 0;
	n->failed++;
	return size;
}

static uint64_t index_of(const struct console *c)
{
	return (uint64_t)c->device.queues[PRINTED].ring.used << INDEX_SHIFT;
}

static bool take_printed(struct console *c)
{
	struct device *d = &c->device;
	uint64_t kept = d->kept->printed;
	uint64_t index_mask = ~((UINT64_C(1) << INDEX_SHIFT) - 1);

	if (!device_take(d, PRINTED, &c->chain))
		return false;
	if (c->chain.is_bad || c->chain.n_readable != c->chain.n_segments) {
		device_fault(d);
		return false;
	}
	c->is_printing = true;
	c->n_out = (kept & index_mask) == index_of(c) ? kept & ~index_mask : 0;
	d->kept->printed = index_of(c) | c->n_out;
	return true;
}

/* A piece. False: nothing to print, or it cannot be now. */
static bool print_piece(struct console *c)
{
	struct device *d = &c->device;
	uint8_t bytes[PIECE_MAX];
	uint64_t left;
	size_t size, n;

	if (!c->is_printing && !take_printed(c))
		return false;
	left = c->n_out < c->chain.readable_size ?
	       c->chain.readable_size - c->n_out : 0;
	size = left < sizeof(bytes) ? (size_t)left : sizeof(bytes);
	if (!device_serves(d, PRINTED) ||
	    !device_read(d, &c->chain, c->n_out, bytes, size))
		return false;
	n = size ? print(c, bytes, size) : 0;
	if (size && !n)
		return false;
	c->n_out += n;
	d->kept->printed = index_of(c) | c->n_out;
	if (c->n_out >= c->chain.readable_size) {
		c->is_printing = false;
		device_put(d, PRINTED, c->chain.head, 0);
		/* Each by itself, as index_of() counts those told. */
		device_tell(d, PRINTED);
	}
	return true;
}

/* ---- typed ------------------------------------------------------------------ */

/*
 * At a terminal the escape is looked for even when nobody takes what is typed; so
 * that is dropped where it is more than waits here. Elsewhere it waits outside.
 */
static void read_typed(struct console *c)
{
	uint8_t bytes[sizeof(c->typed)];
	ssize_t n = read(c->end.in, bytes, sizeof(bytes));
	size_t room = sizeof(c->typed) - c->n_typed;
	const uint8_t *escape;

	if (n <= 0) {
		c->is_deaf = !n || (errno != EAGAIN && errno != EINTR);
		return;
	}
	escape = c->end.escape < 0 ? NULL :
		 memchr(bytes, c->end.escape, (size_t)n);
	if (escape) {
		c->is_left = true;
		n = escape - bytes;
	}
	if ((size_t)n > room)
		n = (ssize_t)room;
	memcpy(c->typed + c->n_typed, bytes, (size_t)n);
	c->n_typed += (size_t)n;
}

/* A buffer full of what was typed. False: none, or no buffer. */
static bool give_typed(struct console *c)
{
	struct device *d = &c->device;
	const struct ring_chain *chain = &c->typed_chain;
	size_t n = c->n_typed;

	if (!n || !device_take(d, TYPED, &c->typed_chain))
		return false;
	if (n > chain->writable_size)
		n = (size_t)chain->writable_size;
	if (chain->is_bad || chain->n_readable ||
	    !device_write(d, chain, 0, c->typed, n)) {
		device_fault(d);
		return false;
	}
	c->n_typed -= n;
	memmove(c->typed, c->typed + n, c->n_typed);
	d->kept->counters.bytes_in += n;
	device_put(d, TYPED, chain->head, (uint32_t)n);
	device_tell(d, TYPED);
	return true;
}

/* ---- the device ------------------------------------------------------------- */

/* What is typed while no driver is there waits where it was typed. */
static bool is_listening(struct console *c)
{
	return c->end.in >= 0 && !c->is_deaf && !c->is_left &&
	       (c->end.escape >= 0 ||
		(!c->n_typed && device_serves(&c->device, TYPED)));
}

static void start(struct device *d)
{
	(void)d;
}

static void stop(struct device *d)
{
	struct console *c = d->own;

	c->is_printing = false;
	c->n_typed = 0;
}

static bool run(struct device *d)
{
	struct console *c = d->own;
	uint32_t i;
	bool is_any = false;

	for (i = 0; i < PIECES_MAX && print_piece(c); i++)
		is_any = true;
	if (is_listening(c))
		read_typed(c);
	for (i = 0; i < PIECES_MAX && give_typed(c); i++)
		is_any = true;
	return is_any;
}

static bool wants(struct device *d, uint32_t queue)
{
	const struct console *c = d->own;

	return queue == PRINTED ? !c->is_printing : c->n_typed > 0;
}

static size_t polls(struct device *d, struct pollfd *polls, int *ms)
{
	struct console *c = d->own;
	size_t n = 0;

	if (is_listening(c))
		polls[n++] = (struct pollfd){ .fd = c->end.in, .events = POLLIN };
	if (c->is_printing && device_serves(d, PRINTED)) {
		int64_t left = c->stalled_at_ms + CONSOLE_STALL_MS - now_ms();

		polls[n++] = (struct pollfd){ .fd = c->end.out,
					      .events = POLLOUT };
		if (*ms < 0 || left < *ms)
			*ms = left < 0 ? 0 : (int)left;
	}
	return n;
}

/*
 * Linux has no console before it has filled the queue of what is typed with a page
 * each, and with `bounce` all of them are bounce memory. Nobody types that much.
 */
#define QUEUE_SIZE_MAX 64u

static const struct device_kind kind = {
	.id = HV_VIRTIO_CONSOLE, .queue_size_max = QUEUE_SIZE_MAX,
	.start = start, .stop = stop, .run = run, .wants = wants, .polls = polls,
};

struct console *console_open(const struct device_place *place,
			     const struct console_end *end)
{
	struct device_offer offer = {
		.config = config, .config_size = sizeof(config),
	};
	struct console *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->end = *end;
	device_open(&c->device, &kind, c, place, &offer);
	return c;
}

void console_close(struct console *c)
{
	if (c->end.held >= 0)
		close(c->end.held);
	if (c->end.in >= 0 && c->end.in != c->end.out)
		close(c->end.in);
	if (c->end.out >= 0)
		close(c->end.out);
	free(c);
}

struct device *console_device(struct console *c)
{
	return &c->device;
}

bool console_is_left(const struct console *c)
{
	return c->is_left;
}
