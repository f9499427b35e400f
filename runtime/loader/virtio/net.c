/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Queue 2 * i receives for pair i and 2 * i + 1 sends. Frames go through a buffer
 * of our own each way. One is sent in the same breath in which it is taken, and
 * buffers for one are taken when it is there; so the used ring says it all, and
 * nothing must be kept of them (kept.h). After a kill a frame may be sent twice.
 */
#include "virtio/net.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "virtio/net_frame.h"
#include "virtio/tap.h"

#define NET_F_CSUM (UINT64_C(1) << 0)
#define NET_F_GUEST_CSUM (UINT64_C(1) << 1)
#define NET_F_MAC (UINT64_C(1) << 5)
#define NET_F_GUEST_TSO4 (UINT64_C(1) << 7)
#define NET_F_GUEST_TSO6 (UINT64_C(1) << 8)
#define NET_F_HOST_TSO4 (UINT64_C(1) << 11)
#define NET_F_HOST_TSO6 (UINT64_C(1) << 12)
#define NET_F_MRG_RXBUF (UINT64_C(1) << 15)
#define NET_F_STATUS (UINT64_C(1) << 16)
#define NET_F_CTRL_VQ (UINT64_C(1) << 17)
#define NET_F_MQ (UINT64_C(1) << 22)

#define STATUS_LINK_UP 1u
#define CONTROL_MQ 4u
#define CONTROL_MQ_PAIRS_SET 0u
#define CONTROL_OK 0u
#define CONTROL_ERR 1u

#define FRAMES_MAX 64u		/* each way, before another device's turn */
#define BUFFERS_MAX 128u	/* of one frame */
#define STALE_MAX 4096u		/* frames: more than an interface keeps */

/* Virtual I/O Device 1.2, 5.1.4. */
struct config {
	uint8_t mac[6];
	uint16_t status;
	uint16_t max_virtqueue_pairs;
};
_Static_assert(sizeof(struct config) == 10, "net");

struct frame {
	struct net_header header;
	uint8_t bytes[NET_FRAME_MAX];
};

struct pair {
	int fd;
	size_t received_size;		/* of `received`; 0: nothing waits */
	struct frame received;
};

struct net {
	struct device device;
	bool has_control, is_down;
	uint32_t n_pairs, n_active;
	struct net_undone to_driver, from_driver;
	struct frame sent;
	struct ring_chain chain, first;
	uint16_t heads[BUFFERS_MAX];
	uint32_t sizes[BUFFERS_MAX];
	struct pair pairs[TAP_PAIRS_MAX];
};

/* ---- from the driver -------------------------------------------------------- */

static bool send_frame(struct net *n, int fd)
{
	struct device *d = &n->device;
	const struct ring_chain *c = &n->chain;
	size_t size = c->readable_size, frame_size;

	if (c->is_bad || size < sizeof(n->sent.header) + NET_FRAME_MIN ||
	    size > sizeof(n->sent.header) + NET_FRAME_MAX ||
	    !device_read(d, c, 0, &n->sent, size))
		return false;
	frame_size = size - sizeof(n->sent.header);
	if (!net_frame_sent(&n->sent.header, n->sent.bytes, frame_size,
			    &n->from_driver))
		return false;
	if (tap_write(fd, &n->sent, size) < 0)
		return false;
	d->kept->counters.bytes_out += frame_size;
	return true;
}

static bool send(struct net *n, uint32_t pair)
{
	struct device *d = &n->device;
	uint32_t queue = 2 * pair + 1;
	uint32_t i;

	for (i = 0; i < FRAMES_MAX && device_take(d, queue, &n->chain); i++) {
		if (n->chain.n_readable != n->chain.n_segments) {
			device_fault(d);
			break;
		}
		if (!send_frame(n, n->pairs[pair].fd))
			d->kept->counters.failed++;
		device_put(d, queue, n->chain.head, 0);
	}
	device_tell(d, queue);
	return i;
}

/* ---- to the driver ---------------------------------------------------------- */

/* The interface is gone: the driver is told, once. */
static void go_down(struct net *n)
{
	uint16_t status = 0;

	n->is_down = true;
	device_configure(&n->device, offsetof(struct config, status), &status,
			 sizeof(status));
}

/* The next frame that the driver can take; false: none. */
static bool receive_frame(struct net *n, struct pair *p)
{
	while (!n->is_down) {
		ssize_t size = tap_read(p->fd, &p->received,
					sizeof(p->received));

		if (size < 0) {
			if (errno != EAGAIN && errno != EINTR)
				go_down(n);
			return false;
		}
		if ((size_t)size >= sizeof(struct net_header) + NET_FRAME_MIN &&
		    net_frame_received(&p->received.header, &n->to_driver)) {
			p->received_size = (size_t)size;
			return true;
		}
		n->device.kept->counters.failed++;
	}
	return false;
}

enum delivered { DELIVERED, NO_BUFFERS, TOO_LARGE, FAULT };

/* A buffer's part of the frame: each has some bytes, the first the header. */
static bool fill(struct net *n, const struct pair *p, uint16_t i, size_t done)
{
	struct ring_chain *c = i ? &n->chain : &n->first;
	size_t left = p->received_size - done;
	size_t size = c->writable_size < left ? c->writable_size : left;

	if (c->is_bad || c->n_readable ||
	    (!i && c->writable_size < sizeof(struct net_header)) ||
	    !device_write(&n->device, c, 0,
			  (const uint8_t *)&p->received + done, size))
		return false;
	n->heads[i] = c->head;
	n->sizes[i] = (uint32_t)size;
	return true;
}

/* Takes as many buffers as the frame needs, or none. */
static enum delivered deliver(struct net *n, const struct pair *p, uint32_t queue)
{
	struct device *d = &n->device;
	uint16_t max = device_has(d, NET_F_MRG_RXBUF) ? BUFFERS_MAX : 1;
	size_t done = 0;
	uint16_t i;

	for (i = 0; done < p->received_size; i++) {
		if (i == max ||
		    !device_take(d, queue, i ? &n->chain : &n->first)) {
			device_untake(d, queue, i);
			return i == max ? TOO_LARGE : NO_BUFFERS;
		}
		if (!fill(n, p, i, done))
			return FAULT;
		done += n->sizes[i];
	}
	if (!device_write(d, &n->first, offsetof(struct net_header, n_buffers),
			  &i, sizeof(i)))
		return FAULT;
	for (uint16_t j = 0; j < i; j++)
		device_put(d, queue, n->heads[j], n->sizes[j]);
	return DELIVERED;
}

static bool receive(struct net *n, uint32_t pair)
{
	struct device *d = &n->device;
	struct pair *p = &n->pairs[pair];
	uint32_t queue = 2 * pair;
	uint32_t i;

	for (i = 0; i < FRAMES_MAX && device_serves(d, queue); i++) {
		if (!p->received_size && !receive_frame(n, p))
			break;

		enum delivered what = deliver(n, p, queue);

		if (what == FAULT)
			device_fault(d);
		if (what == FAULT || what == NO_BUFFERS)
			break;
		if (what == TOO_LARGE)
			d->kept->counters.failed++;
		else
			d->kept->counters.bytes_in += p->received_size -
						      sizeof(struct net_header);
		p->received_size = 0;
	}
	device_tell(d, queue);
	return i;
}

/* ---- control ---------------------------------------------------------------- */

/* Frames come only where the driver looks for them. */
static void set_pairs(struct net *n, uint32_t n_active)
{
	n->n_active = n_active;
	for (uint32_t i = 0; i < n->n_pairs && n->n_pairs > 1; i++)
		tap_attach(n->pairs[i].fd, i < n_active);
}

static uint8_t obey(struct net *n)
{
	struct { uint8_t class, command, n_pairs[2]; } said;
	uint32_t n_pairs;

	if (!device_has(&n->device, NET_F_MQ) ||
	    n->chain.readable_size != sizeof(said) ||
	    !device_read(&n->device, &n->chain, 0, &said, sizeof(said)) ||
	    said.class != CONTROL_MQ || said.command != CONTROL_MQ_PAIRS_SET)
		return CONTROL_ERR;
	n_pairs = said.n_pairs[0] | (uint32_t)said.n_pairs[1] << 8;
	if (!n_pairs || n_pairs > n->n_pairs)
		return CONTROL_ERR;
	set_pairs(n, n_pairs);
	n->device.kept->n_pairs = n_pairs;
	return CONTROL_OK;
}

static bool control(struct net *n)
{
	struct device *d = &n->device;
	uint32_t queue = device_has(d, NET_F_MQ) ? 2 * n->n_pairs : 2;
	uint32_t i;

	if (!device_has(d, NET_F_CTRL_VQ))
		return false;
	for (i = 0; i < FRAMES_MAX && device_take(d, queue, &n->chain); i++) {
		uint8_t *at = ring_last(&n->chain);

		if (!at || n->chain.is_bad) {
			device_fault(d);
			break;
		}
		*(volatile uint8_t *)at = obey(n);
		device_put(d, queue, n->chain.head, 1);
	}
	device_tell(d, queue);
	return i;
}

/* ---- the device ------------------------------------------------------------- */

/* Frames of before the driver was there are not for it. */
static void drop_stale(struct net *n)
{
	for (uint32_t i = 0; i < n->n_pairs; i++)
		for (uint32_t j = 0; j < STALE_MAX; j++)
			if (tap_read(n->pairs[i].fd, &n->sent,
				     sizeof(n->sent)) < 0)
				break;
}

static void start(struct device *d)
{
	struct net *n = d->own;
	uint32_t n_pairs = d->kept->n_pairs;

	n->from_driver = (struct net_undone){
		.checksum = device_has(d, NET_F_CSUM),
		.tso4 = device_has(d, NET_F_HOST_TSO4),
		.tso6 = device_has(d, NET_F_HOST_TSO6),
	};
	n->to_driver = (struct net_undone){
		.checksum = device_has(d, NET_F_GUEST_CSUM),
		.tso4 = device_has(d, NET_F_GUEST_TSO4),
		.tso6 = device_has(d, NET_F_GUEST_TSO6),
	};
	/* What it leaves undone all the same, receive_frame() drops. */
	tap_offload(n->pairs[0].fd, n->to_driver.checksum, n->to_driver.tso4,
		    n->to_driver.tso6);
	if (!d->is_resumed)
		drop_stale(n);
	set_pairs(n, n_pairs && n_pairs <= n->n_pairs ? n_pairs : 1);
}

static void stop(struct device *d)
{
	struct net *n = d->own;

	for (uint32_t i = 0; i < n->n_pairs; i++)
		n->pairs[i].received_size = 0;
}

static bool run(struct device *d)
{
	struct net *n = d->own;
	bool is_any = false;

	if (!d->is_running || d->is_broken)
		return false;
	for (uint32_t i = 0; i < n->n_active; i++) {
		is_any |= send(n, i);
		is_any |= receive(n, i);
	}
	return control(n) || is_any;
}

static bool wants(struct device *d, uint32_t queue)
{
	const struct net *n = d->own;

	if (device_has(d, NET_F_MQ) ? queue == 2 * n->n_pairs :
	    device_has(d, NET_F_CTRL_VQ) && queue == 2)
		return true;
	/* Buffers to receive are of use to a frame that waits. */
	return queue / 2 < n->n_active &&
	       (queue % 2 || n->pairs[queue / 2].received_size);
}

static size_t polls(struct device *d, struct pollfd *polls, int *ms)
{
	const struct net *n = d->own;
	size_t n_polls = 0;

	(void)ms;
	for (uint32_t i = 0; i < n->n_active && !n->is_down; i++)
		if (!n->pairs[i].received_size && device_serves(d, 2 * i))
			polls[n_polls++] = (struct pollfd){
				.fd = n->pairs[i].fd, .events = POLLIN,
			};
	return n_polls;
}

static const struct device_kind kind = {
	.id = HV_VIRTIO_NET, .queue_size_max = RING_SIZE_MAX,
	.start = start, .stop = stop, .run = run, .wants = wants, .polls = polls,
};

/* ---- opening ---------------------------------------------------------------- */

static void publish(struct net *n, const struct device_place *place,
		    const struct net_options *options)
{
	struct config config = {
		.status = STATUS_LINK_UP,
		.max_virtqueue_pairs = (uint16_t)n->n_pairs,
	};
	/* A kernel that does checksums for the driver cuts segments for it too. */
	bool can_leave = !tap_offload(n->pairs[0].fd, true, true, true);
	struct device_offer offer = {
		.features = NET_F_CSUM | NET_F_HOST_TSO4 | NET_F_HOST_TSO6 |
			    NET_F_MAC | NET_F_MRG_RXBUF | NET_F_STATUS |
			    (can_leave ? NET_F_GUEST_CSUM | NET_F_GUEST_TSO4 |
					 NET_F_GUEST_TSO6 : 0) |
			    (n->has_control ? NET_F_CTRL_VQ : 0) |
			    (n->n_pairs > 1 ? NET_F_MQ : 0),
		.config = &config, .config_size = sizeof(config),
	};

	memcpy(config.mac, options->mac, sizeof(config.mac));
	device_open(&n->device, &kind, n, place, &offer);
}

struct net *net_open(const struct device_place *place,
		     const struct net_options *options)
{
	struct net *n = calloc(1, sizeof(*n));
	int fds[TAP_PAIRS_MAX];

	if (!n)
		return NULL;
	n->has_control = place->n_queues > 2;
	n->n_pairs = n->has_control ? (place->n_queues - 1) / 2 : 1;
	if (tap_open(options->tap, n->n_pairs, fds)) {
		int error = errno;

		free(n);
		errno = error;
		return NULL;
	}
	for (uint32_t i = 0; i < n->n_pairs; i++)
		n->pairs[i].fd = fds[i];
	publish(n, place, options);
	return n;
}

void net_close(struct net *n)
{
	for (uint32_t i = 0; i < n->n_pairs; i++)
		close(n->pairs[i].fd);
	free(n);
}

struct device *net_device(struct net *n)
{
	return &n->device;
}
