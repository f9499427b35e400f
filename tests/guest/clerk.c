/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clerk.c - two CPUs with a disk of two queues, whose backend sees all this cell's
 * memory: each fills half of it by its own queue and reads it back.
 *
 * Ends, when all was as it should be; when it finds on the disk that it has lived
 * before, it lets the backend count what its requests cost, and measures what the
 * registers do, by a device that nobody listens to.
 */
#include "meter.h"
#include "virtio.h"

enum { SECTORS = 64, HALF = SECTORS / 2, MARK = 0xc1e70000, N_COUNTED = 1000 };

static volatile struct virtio_queue queues[2] __attribute__((aligned(16)));
static volatile uint32_t n_wrong, n_done, life, is_second_done;

static void expect(bool is_right, const char *what)
{
	if (is_right)
		return;
	n_wrong++;
	print("WRONG: %s\n", what);
}

void on_irq(uint32_t intid)
{
	if (intid == VIRTIO_FILES_INTID)
		virtio_acknowledge(VIRTIO_FILES_BASE);
	if (intid == TIMER_INTID)
		timer_stop();
}

/* ---- requests, of either CPU -------------------------------------------------- */

/* The line is the first CPU's, so nobody sleeps here. */
static uint8_t request(uint32_t queue_i, uint32_t kind, uint64_t sector)
{
	volatile struct virtio_queue *q = &queues[queue_i];
	uint32_t writes = kind == VIRTIO_DISK_WRITE ? 0 : VIRTIO_WRITE;

	q->kind = kind;
	q->sector = sector;
	q->result = 0xff;
	virtio_slot(q, 0, &q->kind, 16, VIRTIO_NEXT);
	virtio_slot(q, 1, q->bytes, VIRTIO_SECTOR, VIRTIO_NEXT | writes);
	virtio_slot(q, 2, &q->result, 1, VIRTIO_WRITE);
	virtio_give(VIRTIO_FILES_BASE, queue_i, q);
	while (q->used.index != q->available.index)
		__asm__ volatile("yield");
	virtio_barrier();
	n_done++;
	return q->result;
}

static volatile uint32_t *word_of(uint32_t queue_i, uint32_t i)
{
	return (volatile uint32_t *)queues[queue_i].bytes + i;
}

static uint32_t pattern(uint32_t sector, uint32_t i)
{
	return MARK ^ life << 12 ^ sector << 16 ^ i;
}

static void fill_and_look(uint32_t queue_i)
{
	uint32_t from = HALF * queue_i;

	for (uint32_t s = from; s < from + HALF; s++) {
		for (uint32_t i = 0; i < VIRTIO_SECTOR / 4; i++)
			*word_of(queue_i, i) = pattern(s, i);
		expect(!request(queue_i, VIRTIO_DISK_WRITE, s), "writing");
	}
	for (uint32_t s = from; s < from + HALF; s++) {
		uint32_t n_other = 0;

		expect(!request(queue_i, VIRTIO_DISK_READ, s), "reading");
		for (uint32_t i = 0; i < VIRTIO_SECTOR / 4; i++)
			n_other += *word_of(queue_i, i) != pattern(s, i);
		expect(n_other == 0, "what was read");
	}
}

static void second(void)
{
	fill_and_look(1);
	is_second_done = 1;
}

/* ---- the first ------------------------------------------------------------------ */

static void begin(void)
{
	gic_init();
	gic_set_edge(VIRTIO_FILES_INTID);
	gic_enable(VIRTIO_FILES_INTID);
	gic_enable(TIMER_INTID);
	irq_on();
	expect(load32(VIRTIO_FILES_BASE) == 0x74726976, "a virtio device");
	expect(virtio_begin(VIRTIO_FILES_BASE), "the device comes up");
	expect(load32(VIRTIO_FILES_BASE + VIRTIO_DEVICE_ID) == 2, "it is a disk");
	expect(load32(VIRTIO_FILES_BASE + VIRTIO_CONFIG) == SECTORS, "its size");
	virtio_queue_ready(VIRTIO_FILES_BASE, 0, &queues[0]);
	virtio_queue_ready(VIRTIO_FILES_BASE, 1, &queues[1]);
	virtio_ready(VIRTIO_FILES_BASE);
}

/* What it wrote when it lived before; the backend's own text is no such thing. */
static void find_life(void)
{
	expect(!request(0, VIRTIO_DISK_READ, 1), "the first look");
	life = *word_of(0, 0) == (MARK ^ 1u << 16 ^ 1u << 12) ? 2 : 1;
}

/* One at a time, between two that the backend cannot do. With `is_told` each ends in
 * an interrupt; else the driver looks itself. */
static void counted(bool is_told)
{
	volatile struct virtio_available *given = &queues[0].available;

	expect(request(0, VIRTIO_DISK_GET_ID, 0) == 2, "the beginning");
	for (uint32_t i = 0; i < N_COUNTED; i++) {
		given->used_event = (uint16_t)(given->index + (is_told ? 0 : VIRTIO_SLOTS));
		expect(!request(0, VIRTIO_DISK_READ, 0), "a request that is counted");
	}
	expect(request(0, VIRTIO_DISK_GET_ID, 0) == 2, "the end");
}

static void begin_with_events(void)
{
	volatile uint8_t *p = (void *)&queues[0];

	for (uint32_t i = 0; i < sizeof(queues[0]); i++)
		p[i] = 0;
	expect(virtio_begin_with(VIRTIO_FILES_BASE, VIRTIO_EVENT_INDEX),
	       "the device comes up with events");
	virtio_queue_ready(VIRTIO_FILES_BASE, 0, &queues[0]);
	virtio_ready(VIRTIO_FILES_BASE);
}

static void measure(void)
{
	uint64_t device = VIRTIO_METER_BASE;

	irq_off();
	print("QueueNotify takes %lu instructions\n",
	      meter(device + VIRTIO_QUEUE_NOTIFY, true, 0));
	print("InterruptStatus takes %lu instructions\n",
	      meter(device + VIRTIO_INTERRUPT_STATUS, false, 0));
	print("InterruptACK takes %lu instructions\n",
	      meter(device + VIRTIO_INTERRUPT_ACK, true, 1));
	print("Status takes %lu instructions\n", meter(device + VIRTIO_STATUS, false, 0));
	print("a word of memory takes %lu instructions\n",
	      meter((uintptr_t)queues[0].bytes, false, 0));
	store32(device + VIRTIO_STATUS, VIRTIO_ACKNOWLEDGE | VIRTIO_FAILED);
	for (;;)
		cpu_wait();
}

void main(void)
{
	begin();
	find_life();
	expect(cpu_on(1, second) == 0, "the second CPU");
	fill_and_look(0);
	while (!is_second_done || hvc(PSCI_AFFINITY_INFO, cpu_mpidr(1), 0, 0) != 1)
		__asm__ volatile("yield");
	expect(request(0, VIRTIO_DISK_READ, SECTORS) == 1, "a sector behind the last");
	expect(request(0, VIRTIO_DISK_GET_ID, 0) == 2, "what the backend cannot do");
	print("life %u: %u requests, %u went wrong\n", life, n_done, n_wrong);
	if (life != 2)
		return;
	counted(true);
	begin_with_events();
	counted(true);
	counted(false);
	print("counted: %u went wrong\n", n_wrong);
	measure();
}
