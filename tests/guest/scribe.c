/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scribe.c - a cell with a disk and a console of another cell: it shows the first
 * line of its disk PAPER on its console DESK, and writes each line that is typed
 * there onto the next sector of the disk.
 *
 * All that the devices' backends see is their bounce memory.
 */
#include "virtio.h"

static volatile struct virtio_queue *const disk = (void *)VIRTIO_PAPER_BOUNCE_BASE;
static volatile struct virtio_queue *const console = (void *)VIRTIO_DESK_BOUNCE_BASE;

_Static_assert(sizeof(*disk) <= VIRTIO_PAPER_BOUNCE_SIZE &&
	       2 * sizeof(*console) <= VIRTIO_DESK_BOUNCE_SIZE, "room");

static uint64_t tables[MMU_TABLES][512] __attribute__((aligned(4096)));

void on_irq(uint32_t intid)
{
	if (intid == VIRTIO_PAPER_INTID)
		virtio_acknowledge(VIRTIO_PAPER_BASE);
	if (intid == VIRTIO_DESK_INTID)
		virtio_acknowledge(VIRTIO_DESK_BASE);
}

/* ---- how it begins ----------------------------------------------------------- */

static void clear(volatile struct virtio_queue *q)
{
	for (volatile uint8_t *p = (void *)q; p < (uint8_t *)(q + 1); p++)
		*p = 0;
}

static void begin(void)
{
	static const uint32_t lines[] = { VIRTIO_PAPER_INTID, VIRTIO_DESK_INTID };

	gic_init();
	for (uint32_t i = 0; i < 2; i++) {
		gic_set_edge(lines[i]);
		gic_enable(lines[i]);
	}
	gic_enable(TIMER_INTID);
	clear(disk);
	clear(&console[VIRTIO_RECEIVES]);
	clear(&console[VIRTIO_SENDS]);
}

static bool devices_begin(void)
{
	if (!virtio_begin(VIRTIO_PAPER_BASE) || !virtio_begin(VIRTIO_DESK_BASE))
		return false;
	virtio_queue_ready(VIRTIO_PAPER_BASE, 0, disk);
	for (uint32_t i = VIRTIO_RECEIVES; i <= VIRTIO_SENDS; i++)
		virtio_queue_ready(VIRTIO_DESK_BASE, i, &console[i]);
	virtio_ready(VIRTIO_PAPER_BASE);
	virtio_ready(VIRTIO_DESK_BASE);
	return true;
}

/* ---- the scribe ---------------------------------------------------------- */

static void say(const volatile char *text, uint32_t size)
{
	volatile struct virtio_queue *q = &console[VIRTIO_SENDS];

	for (uint32_t i = 0; i < size; i++)
		q->bytes[i] = text[i];
	virtio_say(VIRTIO_DESK_BASE, q, size);
}

/* Up to the end of its line. */
static uint32_t first_line(void)
{
	uint32_t n = 0;

	if (virtio_disk(VIRTIO_PAPER_BASE, disk, VIRTIO_DISK_READ, 0))
		return 0;
	while (n < VIRTIO_SECTOR - 1 && disk->bytes[n] && disk->bytes[n] != '\n')
		n++;
	disk->bytes[n] = '\n';
	return n + 1;
}

/* Each line on a sector of its own; what is too long, on several. */
static void write_lines(void)
{
	volatile struct virtio_queue *heard = &console[VIRTIO_RECEIVES];
	uint64_t sector = 1;
	uint32_t n = 0;

	for (;;) {
		uint32_t size = virtio_hear(VIRTIO_DESK_BASE, heard);

		for (uint32_t i = 0; i < size; i++) {
			char c = heard->bytes[i];
			bool is_end = c == '\n' || c == '\r';

			disk->bytes[n++] = is_end ? '\n' : c;
			if (!is_end && n < VIRTIO_SECTOR)
				continue;
			while (n < VIRTIO_SECTOR)
				disk->bytes[n++] = 0;
			n = 0;
			if (virtio_disk(VIRTIO_PAPER_BASE, disk, VIRTIO_DISK_WRITE,
					sector++))
				print("sector %lu is not written\n", sector - 1);
			say("written\n", 8);
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
	mmu_on(tables, low, high - low + 2 * sizeof(*console));
	begin();
	if (!devices_begin()) {
		print("the devices are not what they should be\n");
		return;
	}
	say(disk->bytes, first_line());
	print("shown the first line\n");
	write_lines();
}
