/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scribe.c - a cell with a disk and a console of another cell: it shows the first
 * line of its disk PAPER on its console DESK, and writes each line that is typed
 * there onto the next sector of the disk.
 *
 * A driver as small as can be: one request at a time, a few descriptors, all of it
 * in the device's bounce memory, which is all that the backend reaches.
 * (Virtual I/O Device 1.2: 2.7 split virtqueues, 4.2 MMIO, 5.2 block, 5.3 console)
 */
#include "cell.h"

#define DEVICE_ID 0x008u
#define DEVICE_FEATURES 0x010u
#define DEVICE_FEATURES_SEL 0x014u
#define DRIVER_FEATURES 0x020u
#define DRIVER_FEATURES_SEL 0x024u
#define QUEUE_SEL 0x030u
#define QUEUE_NUM 0x038u
#define QUEUE_READY 0x044u
#define QUEUE_NOTIFY 0x050u
#define INTERRUPT_STATUS 0x060u
#define INTERRUPT_ACK 0x064u
#define STATUS 0x070u
#define QUEUE_DESCRIPTORS 0x080u
#define QUEUE_DRIVER 0x090u
#define QUEUE_DEVICE 0x0a0u

#define ACKNOWLEDGE 1u
#define DRIVER 2u
#define DRIVER_OK 4u
#define FEATURES_OK 8u

/* VERSION_1 and ACCESS_PLATFORM, of bits 32 to 63. */
#define FEATURES_HIGH 3u

#define SECTOR 512u
#define DISK_READ 0u
#define DISK_WRITE 1u
#define RECEIVES 0u		/* a console's queues */
#define SENDS 1u

#define N_SLOTS 4u		/* descriptors of each queue */
#define NEXT 1u			/* of a descriptor: its chain goes on */
#define DEVICE_WRITES 2u

struct descriptor { uint64_t address; uint32_t size; uint16_t flags, next; };

struct available { uint16_t flags, index, ring[N_SLOTS]; };

struct used {
	uint16_t flags, index;
	struct { uint32_t id, size; } ring[N_SLOTS];
};

/* What the backend sees of a queue: rings, and the bytes of one request. */
struct queue {
	struct descriptor slots[N_SLOTS];
	struct available available;
	struct used used __attribute__((aligned(16)));
	uint32_t kind, zero;	/* a disk's request begins so */
	uint64_t sector;
	uint8_t result, unused[15];
	char bytes[SECTOR];
};

static volatile struct queue *const disk = (void *)VIRTIO_PAPER_BOUNCE_BASE;
static volatile struct queue *const console = (void *)VIRTIO_DESK_BOUNCE_BASE;

_Static_assert(sizeof(struct queue) <= VIRTIO_PAPER_BOUNCE_SIZE &&
	       2 * sizeof(struct queue) <= VIRTIO_DESK_BOUNCE_SIZE, "room");

static uint64_t tables[MMU_TABLES][512] __attribute__((aligned(4096)));

static void acknowledge(uint64_t device)
{
	store32(device + INTERRUPT_ACK, load32(device + INTERRUPT_STATUS));
}

void on_irq(uint32_t intid)
{
	if (intid == VIRTIO_PAPER_INTID)
		acknowledge(VIRTIO_PAPER_BASE);
	if (intid == VIRTIO_DESK_INTID)
		acknowledge(VIRTIO_DESK_BASE);
}

/* ---- queues -------------------------------------------------------------- */

/* Memory that is seen with caches by both sides: order is all that is missing. */
static void barrier(void)
{
	__asm__ volatile("dmb ish" ::: "memory");
}

static void store64(uint64_t at, const volatile void *address)
{
	store32(at, (uint32_t)(uintptr_t)address);
	store32(at + 4, (uint32_t)((uintptr_t)address >> 32));
}

static void queue_ready(uint64_t device, uint32_t i, volatile struct queue *q)
{
	store32(device + QUEUE_SEL, i);
	store32(device + QUEUE_NUM, N_SLOTS);
	store64(device + QUEUE_DESCRIPTORS, q->slots);
	store64(device + QUEUE_DRIVER, &q->available);
	store64(device + QUEUE_DEVICE, &q->used);
	store32(device + QUEUE_READY, 1);
}

static void slot(volatile struct queue *q, uint16_t i, volatile void *bytes,
		 uint32_t size, uint16_t flags)
{
	q->slots[i].address = (uintptr_t)bytes;
	q->slots[i].size = size;
	q->slots[i].flags = flags;
	q->slots[i].next = (uint16_t)(i + 1);
}

/* The chain from slot 0 on is the device's. */
static void queue_give(uint64_t device, uint32_t i, volatile struct queue *q)
{
	q->available.ring[q->available.index % N_SLOTS] = 0;
	barrier();
	q->available.index++;
	barrier();
	store32(device + QUEUE_NOTIFY, i);
}

/* Until it is given back; how many bytes were written into it. */
static uint32_t queue_take(volatile struct queue *q)
{
	while (q->used.index != q->available.index)
		cpu_wait();
	barrier();
	return q->used.ring[(q->used.index - 1) % N_SLOTS].size;
}

/* ---- devices ------------------------------------------------------------- */

/* There is none before its backend says so; a change is told by its line. */
static bool device_begin(uint64_t device)
{
	while (!load32(device + DEVICE_ID)) {
		timer_at(timer_now() + timer_hz() / 10);
		cpu_wait();
	}
	timer_stop();
	store32(device + STATUS, 0);
	store32(device + STATUS, ACKNOWLEDGE | DRIVER);
	store32(device + DEVICE_FEATURES_SEL, 1);
	if ((load32(device + DEVICE_FEATURES) & FEATURES_HIGH) != FEATURES_HIGH)
		return false;
	store32(device + DRIVER_FEATURES_SEL, 0);
	store32(device + DRIVER_FEATURES, 0);
	store32(device + DRIVER_FEATURES_SEL, 1);
	store32(device + DRIVER_FEATURES, FEATURES_HIGH);
	store32(device + STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
	return load32(device + STATUS) & FEATURES_OK;
}

static bool devices_begin(void)
{
	if (!device_begin(VIRTIO_PAPER_BASE) || !device_begin(VIRTIO_DESK_BASE))
		return false;
	queue_ready(VIRTIO_PAPER_BASE, 0, disk);
	queue_ready(VIRTIO_DESK_BASE, RECEIVES, &console[RECEIVES]);
	queue_ready(VIRTIO_DESK_BASE, SENDS, &console[SENDS]);
	store32(VIRTIO_PAPER_BASE + STATUS,
		ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
	store32(VIRTIO_DESK_BASE + STATUS,
		ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
	return true;
}

static bool disk_do(uint32_t kind, uint64_t sector)
{
	uint16_t writes = kind == DISK_READ ? DEVICE_WRITES : 0;

	disk->kind = kind;
	disk->zero = 0;
	disk->sector = sector;
	disk->result = 0xff;
	slot(disk, 0, &disk->kind, 16, NEXT);
	slot(disk, 1, disk->bytes, SECTOR, NEXT | writes);
	slot(disk, 2, &disk->result, 1, DEVICE_WRITES);
	queue_give(VIRTIO_PAPER_BASE, 0, disk);
	queue_take(disk);
	return !disk->result;
}

static void console_say(const volatile char *text, uint32_t size)
{
	volatile struct queue *q = &console[SENDS];

	for (uint32_t i = 0; i < size; i++)
		q->bytes[i] = text[i];
	slot(q, 0, q->bytes, size, 0);
	queue_give(VIRTIO_DESK_BASE, SENDS, q);
	queue_take(q);
}

/* Some bytes, as they come. */
static uint32_t console_hear(void)
{
	volatile struct queue *q = &console[RECEIVES];
	uint32_t size;

	slot(q, 0, q->bytes, SECTOR, DEVICE_WRITES);
	queue_give(VIRTIO_DESK_BASE, RECEIVES, q);
	size = queue_take(q);
	return size < SECTOR ? size : SECTOR;
}

/* ---- the scribe ---------------------------------------------------------- */

static void begin(void)
{
	static const uint32_t lines[] = { VIRTIO_PAPER_INTID, VIRTIO_DESK_INTID };

	gic_init();
	for (uint32_t i = 0; i < 2; i++) {
		gic_set_edge(lines[i]);
		gic_enable(lines[i]);
	}
	gic_enable(TIMER_INTID);
	for (volatile uint8_t *p = (void *)disk; p < (uint8_t *)(disk + 1); p++)
		*p = 0;
	for (volatile uint8_t *p = (void *)console;
	     p < (uint8_t *)(console + 2); p++)
		*p = 0;
}

/* Up to the end of its line. */
static uint32_t first_line(void)
{
	uint32_t n = 0;

	if (!disk_do(DISK_READ, 0))
		return 0;
	while (n < SECTOR - 1 && disk->bytes[n] && disk->bytes[n] != '\n')
		n++;
	disk->bytes[n] = '\n';
	return n + 1;
}

/* Each line on a sector of its own; what is too long, on several. */
static void write_lines(void)
{
	const volatile char *heard = console[RECEIVES].bytes;
	uint64_t sector = 1;
	uint32_t n = 0;

	for (;;) {
		uint32_t size = console_hear();

		for (uint32_t i = 0; i < size; i++) {
			bool is_end = heard[i] == '\n' || heard[i] == '\r';

			disk->bytes[n++] = is_end ? '\n' : heard[i];
			if (!is_end && n < SECTOR)
				continue;
			while (n < SECTOR)
				disk->bytes[n++] = 0;
			n = 0;
			if (!disk_do(DISK_WRITE, sector++))
				print("sector %lu is not written\n", sector - 1);
			console_say("written\n", 8);
		}
	}
}

void main(void)
{
	uint64_t low = VIRTIO_PAPER_BOUNCE_BASE, high = VIRTIO_DESK_BOUNCE_BASE;

	if (low > high) {
		low = VIRTIO_DESK_BOUNCE_BASE;
		high = VIRTIO_PAPER_BOUNCE_BASE;
	}
	mmu_on(tables, low, high - low + sizeof(struct queue));
	begin();
	if (!devices_begin()) {
		print("the devices are not what they should be\n");
		return;
	}
	console_say(disk->bytes, first_line());
	print("shown the first line\n");
	write_lines();
}
