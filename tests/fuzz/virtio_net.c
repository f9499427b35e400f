/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio_net.c - a network device of two pairs, on a tap that ends the program
 * where a header says what its frame is not.
 */
#include <stdlib.h>
#include <string.h>

#include "tap_fake.h"
#include "virtio.h"
#include "virtio/net.h"

const uint32_t fuzz_n_queues = 5;
static struct net *net;

void fuzz_begin(struct input *in)
{
	(void)in;
	memset(tap_fake.n_received, 0, sizeof(tap_fake.n_received));
	tap_fake.is_gone = false;
}

void fuzz_end(void)
{
}

struct device *fuzz_open(void)
{
	struct net_options options = { .tap = "tap0", .mac = { 2, 1 } };

	net = net_open(&fuzz_guest->place, &options);
	if (!net)
		abort();
	return net_device(net);
}

void fuzz_close(void)
{
	net_close(net);
}

static struct net_header header(struct input *in)
{
	return (struct net_header){
		.flags = input_u8(in), .gso_type = input_u8(in),
		.gso_size = input_u16(in), .checksum_start = input_u8(in),
		.checksum_offset = input_u8(in),
	};
}

/* From the kernel, of any size. */
static void receive(struct input *in)
{
	static uint8_t frame[NET_FRAME_MAX + 64];
	uint32_t pair = input_u8(in) & 1;
	struct net_header h = header(in);
	size_t size = input_u16(in);

	if (tap_fake.n_received[pair] < 4)
		tap_fake_give(pair, &h, frame, size);
}

/* A frame with headers of IP and TCP that are nearly good, in one buffer. */
static void send(struct input *in)
{
	struct queue *q = &fuzz_queues[input_u8(in) & 1 ? 3 : 1];
	uint8_t at = input_u8(in) % 16, how = input_u8(in);
	uint64_t address = FUZZ_DATA + 0x1000u * at;
	struct net_header h = header(in);
	uint16_t size = input_u16(in);
	uint8_t *frame = guest_at(fuzz_guest, address, 0x1000);

	memcpy(frame, &h, sizeof(h));
	frame += sizeof(h);
	memset(frame, 0, 128);
	frame[12] = how & 1 ? 0x86 : 0x08;
	frame[13] = how & 1 ? 0xdd : 0;
	frame[14] = how & 1 ? 0x60 : 0x45;
	frame[how & 1 ? 20 : 23] = how & 2 ? input_u8(in) : 6;
	frame[how & 1 ? 66 : 46] = how & 4 ? input_u8(in) : 0x50;
	for (uint8_t i = 0; how & 8 && i < 4; i++)
		frame[input_u8(in) % 128] = input_u8(in);
	queue_describe(q, at, address, size, 0, 0);
	queue_offer(q, at);
}

static void command(struct input *in)
{
	struct queue *q = &fuzz_queues[4];
	uint8_t *said = guest_at(fuzz_guest, FUZZ_DATA, 32);

	said[0] = input_u8(in) % 8;
	said[1] = input_u8(in) % 4;
	said[2] = input_u8(in);
	said[3] = 0;
	queue_describe(q, 0, FUZZ_DATA, 4, DESC_NEXT, 1);
	queue_describe(q, 1, FUZZ_DATA + 16, 1, DESC_WRITE, 0);
	queue_offer(q, 0);
}

void fuzz_lost(void)
{
}

void fuzz_event(struct input *in)
{
	switch (input_u8(in) % 8) {
	case 0: case 1: case 2: receive(in); break;
	case 3: command(in); break;
	case 4: tap_fake.is_gone = input_u8(in) > 0xf0; break;
	default: send(in); break;
	}
}
