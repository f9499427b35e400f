/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio/net.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "virtio/net_own.h"

#define STATUS_LINK_UP 1u
#define CONTROL_MQ 4u
#define CONTROL_MQ_PAIRS_SET 0u
#define CONTROL_OK 0u
#define CONTROL_ERR 1u

#define COMMANDS_MAX 64u		/* before another queue's turn */
#define STALE_MAX 4096u		/* frames: more than an interface keeps */

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
	for (i = 0; i < COMMANDS_MAX && device_take(d, queue, &n->chain); i++) {
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
		is_any |= net_send(n, i);
		is_any |= net_receive(n, i);
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
	struct net_config config = {
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
