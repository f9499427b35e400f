/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio.h"

#define NEEDED VIRTIO_VERSION_1
#define TAKEN (VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM)

/* ---- a device comes up ----------------------------------------------------- */

static uint32_t offered_high(uint64_t device)
{
	store32(device + VIRTIO_DEVICE_FEATURES_SEL, 1);
	return load32(device + VIRTIO_DEVICE_FEATURES);
}

static void features_write(uint64_t device, uint32_t half, uint32_t bits)
{
	store32(device + VIRTIO_DRIVER_FEATURES_SEL, half);
	store32(device + VIRTIO_DRIVER_FEATURES, bits);
}

bool virtio_begin(uint64_t device)
{
	return virtio_begin_with(device, 0);
}

bool virtio_begin_with(uint64_t device, uint32_t low)
{
	uint32_t status = VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER;

	/* Nobody tells of a backend that comes later. */
	while (!load32(device + VIRTIO_DEVICE_ID)) {
		timer_at(timer_now() + timer_hz() / 10);
		cpu_wait();
	}
	timer_stop();
	store32(device + VIRTIO_STATUS, 0);
	store32(device + VIRTIO_STATUS, status);
	features_write(device, 0, low);
	features_write(device, 1, offered_high(device) & TAKEN);
	store32(device + VIRTIO_STATUS, status | VIRTIO_FEATURES_OK);
	return load32(device + VIRTIO_STATUS) & VIRTIO_FEATURES_OK;
}

static void address_write(uint64_t at, const volatile void *address)
{
	store32(at, (uint32_t)(uintptr_t)address);
	store32(at + 4, (uint32_t)((uintptr_t)address >> 32));
}

void virtio_queue_ready(uint64_t device, uint32_t i, volatile struct virtio_queue *q)
{
	store32(device + VIRTIO_QUEUE_SEL, i);
	store32(device + VIRTIO_QUEUE_NUM, VIRTIO_SLOTS);
	address_write(device + VIRTIO_QUEUE_DESCRIPTORS, q->slots);
	address_write(device + VIRTIO_QUEUE_DRIVER, &q->available);
	address_write(device + VIRTIO_QUEUE_DEVICE, &q->used);
	store32(device + VIRTIO_QUEUE_READY, 1);
}

void virtio_ready(uint64_t device)
{
	store32(device + VIRTIO_STATUS, VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER |
		VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK);
}

void virtio_acknowledge(uint64_t device)
{
	store32(device + VIRTIO_INTERRUPT_ACK,
		load32(device + VIRTIO_INTERRUPT_STATUS));
}

/* ---- queues ----------------------------------------------------------------- */

void virtio_slot(volatile struct virtio_queue *q, uint32_t i, volatile void *bytes,
		 uint32_t size, uint32_t flags)
{
	q->slots[i].address = (uintptr_t)bytes;
	q->slots[i].size = size;
	q->slots[i].flags = (uint16_t)flags;
	q->slots[i].next = (uint16_t)(i + 1);
}

void virtio_give(uint64_t device, uint32_t i, volatile struct virtio_queue *q)
{
	q->available.ring[q->available.index % VIRTIO_SLOTS] = 0;
	virtio_barrier();	/* the chain is there before the index says so */
	q->available.index++;
	virtio_barrier();	/* and that before the device is told */
	store32(device + VIRTIO_QUEUE_NOTIFY, i);
}

uint32_t virtio_take(volatile struct virtio_queue *q)
{
	while (q->used.index != q->available.index)
		cpu_wait();
	virtio_barrier();	/* what was written was before the index */
	return q->used.ring[(q->used.index - 1) % VIRTIO_SLOTS].size;
}

/* ---- disks and consoles ------------------------------------------------------ */

uint8_t virtio_disk(uint64_t device, volatile struct virtio_queue *q, uint32_t kind,
		    uint64_t sector)
{
	uint32_t writes = kind == VIRTIO_DISK_WRITE ? 0 : VIRTIO_WRITE;

	q->kind = kind;
	q->zero = 0;
	q->sector = sector;
	q->result = 0xff;
	virtio_slot(q, 0, &q->kind, 16, VIRTIO_NEXT);
	virtio_slot(q, 1, q->bytes, VIRTIO_SECTOR, VIRTIO_NEXT | writes);
	virtio_slot(q, 2, &q->result, 1, VIRTIO_WRITE);
	virtio_give(device, 0, q);
	(void)virtio_take(q);
	return q->result;
}

void virtio_say(uint64_t device, volatile struct virtio_queue *q, uint32_t size)
{
	virtio_slot(q, 0, q->bytes, size, 0);
	virtio_give(device, VIRTIO_SENDS, q);
	(void)virtio_take(q);
}

uint32_t virtio_hear(uint64_t device, volatile struct virtio_queue *q)
{
	uint32_t size;

	virtio_slot(q, 0, q->bytes, VIRTIO_SECTOR, VIRTIO_WRITE);
	virtio_give(device, VIRTIO_RECEIVES, q);
	size = virtio_take(q);
	return size < VIRTIO_SECTOR ? size : VIRTIO_SECTOR;
}
