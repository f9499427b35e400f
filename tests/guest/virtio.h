/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.h - drivers of virtio-mmio devices for bare-metal cells, as small as can
 * be: one request at a time on each queue, a few descriptors, no features but those
 * that a device cannot do without.
 *
 * All that the backend is to reach lies in struct virtio_queue, which the program
 * puts where the backend does: in the device's bounce memory, or anywhere in RAM
 * that is shared. That is seen with caches by both sides (mmu_on). The program's
 * on_irq calls virtio_acknowledge for a device's line. Includes cell.h.
 * (Virtual I/O Device 1.2: 2.7 split virtqueues, 4.2 MMIO, 5.2 block, 5.3 console)
 */
#ifndef TESTS_GUEST_VIRTIO_H
#define TESTS_GUEST_VIRTIO_H

#include "cell.h"

#define VIRTIO_MAGIC 0x000u
#define VIRTIO_VERSION 0x004u
#define VIRTIO_DEVICE_ID 0x008u
#define VIRTIO_VENDOR_ID 0x00cu
#define VIRTIO_DEVICE_FEATURES 0x010u
#define VIRTIO_DEVICE_FEATURES_SEL 0x014u
#define VIRTIO_DRIVER_FEATURES 0x020u
#define VIRTIO_DRIVER_FEATURES_SEL 0x024u
#define VIRTIO_QUEUE_SEL 0x030u
#define VIRTIO_QUEUE_NUM_MAX 0x034u
#define VIRTIO_QUEUE_NUM 0x038u
#define VIRTIO_QUEUE_READY 0x044u
#define VIRTIO_QUEUE_NOTIFY 0x050u
#define VIRTIO_INTERRUPT_STATUS 0x060u
#define VIRTIO_INTERRUPT_ACK 0x064u
#define VIRTIO_STATUS 0x070u
#define VIRTIO_QUEUE_DESCRIPTORS 0x080u
#define VIRTIO_QUEUE_DRIVER 0x090u
#define VIRTIO_QUEUE_DEVICE 0x0a0u
#define VIRTIO_CONFIG_GENERATION 0x0fcu
#define VIRTIO_CONFIG 0x100u

#define VIRTIO_ACKNOWLEDGE 1u
#define VIRTIO_DRIVER 2u
#define VIRTIO_DRIVER_OK 4u
#define VIRTIO_FEATURES_OK 8u
#define VIRTIO_NEEDS_RESET 64u
#define VIRTIO_FAILED 128u

/* Of feature bits 0 to 31. */
#define VIRTIO_EVENT_INDEX (1u << 29)

/* Of feature bits 32 to 63. */
#define VIRTIO_VERSION_1 1u
#define VIRTIO_ACCESS_PLATFORM 2u

#define VIRTIO_SLOTS 4u		/* descriptors of each queue */
#define VIRTIO_NEXT 1u		/* of a descriptor: its chain goes on */
#define VIRTIO_WRITE 2u		/* the device writes there */
#define VIRTIO_INDIRECT 4u

struct virtio_descriptor { uint64_t address; uint32_t size; uint16_t flags, next; };

/* The events mean something with VIRTIO_EVENT_INDEX: interrupt when the used index
 * passes this one, notify when the available index does that one. */
struct virtio_available { uint16_t flags, index, ring[VIRTIO_SLOTS], used_event; };

struct virtio_used {
	uint16_t flags, index;
	struct { uint32_t id, size; } ring[VIRTIO_SLOTS];
	uint16_t available_event;
};

#define VIRTIO_SECTOR 512u
#define VIRTIO_DISK_READ 0u
#define VIRTIO_DISK_WRITE 1u
#define VIRTIO_DISK_GET_ID 8u
#define VIRTIO_RECEIVES 0u	/* a console's queues */
#define VIRTIO_SENDS 1u

/* Rings, and the bytes of one request. */
struct virtio_queue {
	struct virtio_descriptor slots[VIRTIO_SLOTS];
	struct virtio_available available;
	struct virtio_used used __attribute__((aligned(16)));
	/* A disk's request begins so, without a gap. */
	uint32_t kind __attribute__((aligned(16)));
	uint32_t zero;
	uint64_t sector;
	uint8_t result, unused[15];
	char bytes[VIRTIO_SECTOR];
};

/*
 * A device comes up: begin, each of its queues, ready. Begin waits until there is a
 * backend, and is false where that is none for us. All bytes of the queue are 0.
 */
bool virtio_begin(uint64_t device);
/* The same, with features of bits 0 to 31 beside. */
bool virtio_begin_with(uint64_t device, uint32_t low);
void virtio_queue_ready(uint64_t device, uint32_t i, volatile struct virtio_queue *q);
void virtio_ready(uint64_t device);

void virtio_acknowledge(uint64_t device);

/* The chain that begins at slot 0 is the device's; until it is given back, and how
 * many bytes were written into it. */
void virtio_slot(volatile struct virtio_queue *q, uint32_t i, volatile void *bytes,
		 uint32_t size, uint32_t flags);
void virtio_give(uint64_t device, uint32_t i, volatile struct virtio_queue *q);
uint32_t virtio_take(volatile struct virtio_queue *q);

/* A request by q->bytes, on queue 0; 0: it is done. */
uint8_t virtio_disk(uint64_t device, volatile struct virtio_queue *q, uint32_t kind,
		    uint64_t sector);
/* q->bytes, `size` of them; and bytes as they come, how many. */
void virtio_say(uint64_t device, volatile struct virtio_queue *q, uint32_t size);
uint32_t virtio_hear(uint64_t device, volatile struct virtio_queue *q);

/* Memory that is seen with caches by both sides: order is all that is missing. */
static inline void virtio_barrier(void)
{
	__asm__ volatile("dmb ish" ::: "memory");
}

#endif
