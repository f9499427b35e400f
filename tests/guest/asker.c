/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * asker.c - asks a disk for its first sector, again and again, and each time waits to
 * be told by the interrupt. All but the first it asks from the handler, and is still in
 * it when the answer is there: the line is raised while it is active.
 */
#include "virtio.h"

enum { REQUESTS = 2000 };

static volatile struct virtio_queue q __attribute__((aligned(16)));
static volatile uint32_t n_asked, n_told, n_strange;

static void ask(void)
{
	n_asked++;
	q.kind = VIRTIO_DISK_READ;
	q.sector = 0;
	q.result = 0xff;
	virtio_slot(&q, 0, &q.kind, 16, VIRTIO_NEXT);
	virtio_slot(&q, 1, q.bytes, VIRTIO_SECTOR, VIRTIO_NEXT | VIRTIO_WRITE);
	virtio_slot(&q, 2, &q.result, 1, VIRTIO_WRITE);
	virtio_give(VIRTIO_DISK_BASE, 0, &q);
}

static bool is_answered(void)
{
	return q.used.index == q.available.index;
}

void on_irq(uint32_t intid)
{
	if (intid != VIRTIO_DISK_INTID || !is_answered() || q.result ||
	    !load32(VIRTIO_DISK_BASE + VIRTIO_INTERRUPT_STATUS)) {
		n_strange++;
		return;
	}
	n_told++;
	virtio_acknowledge(VIRTIO_DISK_BASE);
	if (n_asked == REQUESTS)
		return;
	ask();
	while (!is_answered() || !load32(VIRTIO_DISK_BASE + VIRTIO_INTERRUPT_STATUS))
		__asm__ volatile("yield");
}

void main(void)
{
	gic_init();
	gic_set_edge(VIRTIO_DISK_INTID);
	gic_route_here(VIRTIO_DISK_INTID);
	gic_enable(VIRTIO_DISK_INTID);
	if (!virtio_begin(VIRTIO_DISK_BASE))
		print("WRONG: the device does not come up\n");
	virtio_queue_ready(VIRTIO_DISK_BASE, 0, &q);
	virtio_ready(VIRTIO_DISK_BASE);
	ask();
	while (n_told < REQUESTS)
		cpu_wait();
	print("%u asked, %u told, %u strange\n", n_asked, n_told, n_strange);
	for (;;)
		cpu_wait();
}
