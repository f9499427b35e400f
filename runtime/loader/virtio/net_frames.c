/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Queue 2 * i receives for pair i and 2 * i + 1 sends. Frames go through a buffer
 * of our own each way. One is sent in the same breath in which it is taken, and
 * buffers for one are taken when it is there; so the used ring says it all, and
 * nothing must be kept of them (kept.h). After a kill a frame may be sent twice.
 */
#include "virtio/net_own.h"

#include <errno.h>

#define FRAMES_MAX 64u		/* each way, before another device's turn */

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

bool net_send(struct net *n, uint32_t pair)
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
	device_configure(&n->device, offsetof(struct net_config, status), &status,
			 sizeof(status));
	device_say(&n->device, "the interface is gone: the driver has no link");
}

/* The next frame that the driver can take; false: none, or another time. */
static bool receive_frame(struct net *n, struct net_pair *p)
{
	for (uint32_t i = 0; i < FRAMES_MAX && !n->is_down; i++) {
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
static bool fill(struct net *n, const struct net_pair *p, uint16_t i, size_t done)
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
static enum delivered deliver(struct net *n, const struct net_pair *p, uint32_t queue)
{
	struct device *d = &n->device;
	uint16_t max = device_has(d, NET_F_MRG_RXBUF) ? NET_BUFFERS_MAX : 1;
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

bool net_receive(struct net *n, uint32_t pair)
{
	struct device *d = &n->device;
	struct net_pair *p = &n->pairs[pair];
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
