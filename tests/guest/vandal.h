/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vandal.h - what a driver needs to break its device and to find out what came of it:
 * the device, a good request, and whether all is well after a trial. For one file.
 */
#ifndef TESTS_GUEST_VANDAL_H
#define TESTS_GUEST_VANDAL_H

#include "virtio.h"

enum { SECTORS = 64, CANARY = 0x5a };

struct target {
	const char *name;
	uint64_t device;
	volatile struct virtio_queue *q;
	uint64_t base, size;		/* what the backend sees of this cell */
};

/* What is asked of the device to be written here must not be, if it may not. */
static volatile uint8_t canary[2 * VIRTIO_SECTOR] __attribute__((aligned(4096)));
static volatile struct virtio_queue own_queue __attribute__((aligned(16)));

static const struct target targets[] = {
	{ "narrow", VIRTIO_NARROW_BASE, (void *)VIRTIO_NARROW_BOUNCE_BASE,
	  VIRTIO_NARROW_BOUNCE_BASE, VIRTIO_NARROW_BOUNCE_SIZE },
	{ "wide", VIRTIO_WIDE_BASE, &own_queue, MEM_RAM_BASE, MEM_RAM_SIZE },
};

static const struct target *t;		/* the one of now */
static uint32_t trials, bad;
static uint64_t seed = 1;

static void expect(bool is_right, const char *what, uint64_t value)
{
	trials++;
	if (is_right)
		return;
	bad++;
	print("BAD: %s: %s: 0x%lx\n", t->name, what, value);
}

static uint32_t any(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

static uint32_t rd(uint32_t offset)
{
	return load32(t->device + offset);
}

static void wr(uint32_t offset, uint32_t value)
{
	store32(t->device + offset, value);
}

void on_irq(uint32_t intid)
{
	if (intid == TIMER_INTID)
		timer_stop();
	else
		virtio_acknowledge(t->device);
}

/* ---- bringing the device up, and whether it is well ---------------------------- */

static void clear(volatile struct virtio_queue *q)
{
	for (volatile uint8_t *p = (void *)q; p < (volatile uint8_t *)(q + 1); p++)
		*p = 0;
}

static void come_up(void)
{
	clear(t->q);
	expect(virtio_begin(t->device), "features are granted", 0);
	virtio_queue_ready(t->device, 0, t->q);
	virtio_ready(t->device);
	expect(rd(VIRTIO_STATUS) == 0xf, "it is up", rd(VIRTIO_STATUS));
}

/* Until the chain comes back or the device wants a reset; whether it came. */
static bool comes_back(void)
{
	uint64_t end = timer_patience();

	while (t->q->used.index != t->q->available.index) {
		if (rd(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET)
			return false;
		if (timer_now() > end) {
			expect(false, "neither an answer nor a need of reset", 0);
			return false;
		}
		__asm__ volatile("yield");
	}
	return true;
}

static void good_chain(uint32_t kind, uint64_t sector)
{
	uint32_t writes = kind == VIRTIO_DISK_WRITE ? 0 : VIRTIO_WRITE;

	t->q->kind = kind;
	t->q->zero = 0;
	t->q->sector = sector;
	t->q->result = 0xff;
	virtio_slot(t->q, 0, &t->q->kind, 16, VIRTIO_NEXT);
	virtio_slot(t->q, 1, t->q->bytes, VIRTIO_SECTOR, VIRTIO_NEXT | writes);
	virtio_slot(t->q, 2, &t->q->result, 1, VIRTIO_WRITE);
}

/* What was given is answered: 0, a disk's error, or 0xff where it is refused. */
static uint8_t answer(void)
{
	virtio_give(t->device, 0, t->q);
	return comes_back() ? t->q->result : 0xff;
}

static void is_well(const char *after)
{
	come_up();
	good_chain(VIRTIO_DISK_READ, 1);
	expect(answer() == 0, after, t->q->result);
	for (uint32_t i = 0; i < sizeof(canary); i++)
		if (canary[i] != CANARY) {
			expect(false, "memory beside the window was written", i);
			canary[i] = CANARY;
		}
}

/* The answer, if there is one, is an error; then all is well again. */
static void is_refused(const char *what)
{
	uint8_t result = answer();

	expect(result != 0, what, result);
	is_well(what);
}

#endif
