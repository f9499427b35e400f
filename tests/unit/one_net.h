/* SPDX-License-Identifier: BSD-2-Clause */
/* A network device on a tap of the test's, and its driver. */
#ifndef TESTS_UNIT_ONE_NET_H
#define TESTS_UNIT_ONE_NET_H

#include <criterion/criterion.h>

#include <string.h>

#include "guest.h"
#include "tap_fake.h"
#include "virtio/net.h"

#define RINGS (GUEST_BASE + 0x10000)
#define DATA (GUEST_BASE + 0x40000)
#define ALL (DEVICE_F_VERSION_1 | DEVICE_F_EVENT_INDEX | DEVICE_F_INDIRECT)
#define F_CSUM (UINT64_C(1) << 0)
#define F_GUEST_CSUM (UINT64_C(1) << 1)
#define F_GUEST_TSO4 (UINT64_C(1) << 7)
#define F_HOST_TSO4 (UINT64_C(1) << 11)
#define F_MRG (UINT64_C(1) << 15)
#define F_CTRL (UINT64_C(1) << 17)
#define F_MQ (UINT64_C(1) << 22)

static const uint8_t mac[6] = { 0x52, 0x54, 0, 0, 0, 0x10 };
static const struct net_header plain;

static struct guest *g;
static struct device *d;
static struct queue rx, tx;
/* Those that are "killed" stay here, so that they are no leaks. */
static struct net *opened[8];
static size_t n_opened;

static inline void open_net(void)
{
	struct net_options options = { .tap = "tap0" };
	struct net *n;

	memcpy(options.mac, mac, sizeof(mac));
	n = net_open(&g->place, &options);
	cr_assert(n);
	d = net_device(n);
	opened[n_opened++] = n;
}

static inline void start(uint64_t features)
{
	queue_make(&rx, g, 0, 32, RINGS);
	queue_make(&tx, g, 1, 32, RINGS + 0x4000);
	guest_start(g, ALL | features);
	run_all(d);
}

static inline void setup(void)
{
	tap_fake_reset();
	g = guest_new(2, 0);
	open_net();
	start(F_CSUM | F_HOST_TSO4 | F_GUEST_CSUM | F_GUEST_TSO4 | F_MRG);
}

static inline uint8_t *data(void)
{
	return guest_at(g, DATA, 0x40000);
}

/* A frame of `size` bytes behind the header, in one buffer. */
static inline void send(const struct net_header *h, uint32_t size)
{
	uint32_t head, n;

	memcpy(data(), h, sizeof(*h));
	for (uint32_t i = 0; i < size; i++)
		data()[12 + i] = (uint8_t)(i * 5 + 1);
	queue_describe(&tx, 0, DATA, 12 + size, 0, 0);
	queue_offer(&tx, 0);
	run_all(d);
	cr_assert(queue_used(&tx, &head, &n));
	cr_assert_eq(n, 0);
}

static inline const uint8_t *bytes(size_t size)
{
	static uint8_t frame[NET_FRAME_MAX];

	for (size_t i = 0; i < size; i++)
		frame[i] = (uint8_t)(i * 3 + i / 256);
	return frame;
}

static inline void offer(uint16_t i, uint32_t size)
{
	queue_describe(&rx, i, DATA + 0x1000u * i, size, DESC_WRITE, 0);
	queue_offer(&rx, i);
}

#endif
