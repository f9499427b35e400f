/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vandal.c - a driver that breaks whatever a driver can: registers of every width
 * and in every order, rings without end, chains to nowhere, floods from two CPUs.
 *
 * After each trial the device is reset and does a good request, or the backend did
 * not survive. A line is printed only of what ends as it should not; the last one
 * says how many there were. In the middle of a flood the cell reboots, and goes on
 * where it finds on its disk that it has.
 */
#include "vandal_walk.h"
#include "vandal_window.h"

enum { LIFE_SECTOR = 63, SECOND_LIFE = 0x2badf00d, N_FLOOD = 20000, N_WRAP = 66000 };

static volatile uint32_t is_flooding;

/* ---- registers --------------------------------------------------------------------- */

static void access(uint64_t at, uint32_t size, bool is_write, uint64_t value)
{
	if (size == 1 && is_write)
		*(volatile uint8_t *)at = (uint8_t)value;
	else if (size == 1)
		(void)*(volatile uint8_t *)at;
	else if (size == 2 && is_write)
		*(volatile uint16_t *)at = (uint16_t)value;
	else if (size == 2)
		(void)*(volatile uint16_t *)at;
	else if (size == 4 && is_write)
		store32(at, (uint32_t)value);
	else if (size == 4)
		(void)load32(at);
	else if (is_write)
		*(volatile uint64_t *)at = value;
	else
		(void)*(volatile uint64_t *)at;
}

/* All of them are taken, and nothing comes of what is no register. */
static void every_offset(void)
{
	for (uint32_t offset = 0; offset < 0x1000; offset++)
		for (uint32_t size = 1; size <= 8; size *= 2)
			for (uint32_t i = 0; i < 3 && offset % size == 0; i++)
				access(t->device + offset, size, i, any());
	wr(VIRTIO_STATUS, 0);
	expect(rd(VIRTIO_MAGIC) == 0x74726976, "the magic", rd(VIRTIO_MAGIC));
	expect(rd(VIRTIO_CONFIG) == SECTORS, "the configuration", rd(VIRTIO_CONFIG));
	expect(rd(VIRTIO_STATUS) == 0, "the status", rd(VIRTIO_STATUS));
	is_well("all offsets");
}

static void any_registers(void)
{
	for (uint32_t i = 0; i < N_FLOOD; i++) {
		uint32_t value = any() % 2 ? any() % 16 : any();

		access(t->device + (any() % 0x40) * 4, 4, any() % 4, value);
	}
	is_well("registers in any order");
}

static uint32_t negotiate(uint32_t low, uint32_t high)
{
	wr(VIRTIO_STATUS, 0);
	wr(VIRTIO_STATUS, VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER);
	wr(VIRTIO_DRIVER_FEATURES_SEL, 0);
	wr(VIRTIO_DRIVER_FEATURES, low);
	wr(VIRTIO_DRIVER_FEATURES_SEL, 1);
	wr(VIRTIO_DRIVER_FEATURES, high);
	wr(VIRTIO_STATUS, 0xf);
	return rd(VIRTIO_STATUS) & (VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK);
}

static void features(void)
{
	expect(!negotiate(0, 0), "without VERSION_1", rd(VIRTIO_STATUS));
	expect(!negotiate(0xffffffff, 0xffffffff), "all features", rd(VIRTIO_STATUS));
	for (uint32_t bit = 2; bit < 32; bit++)
		expect(!negotiate(0, 3 | 1u << bit), "a feature not offered", bit);
	wr(VIRTIO_QUEUE_SEL, 0);
	wr(VIRTIO_QUEUE_NUM, VIRTIO_SLOTS);
	wr(VIRTIO_QUEUE_READY, 1);
	expect(!rd(VIRTIO_QUEUE_READY), "a queue without features", 0);
	wr(VIRTIO_STATUS, VIRTIO_NEEDS_RESET | VIRTIO_FAILED);
	expect(!(rd(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET), "needs reset", 0);
	is_well("features");
}

static void queues(void)
{
	static const uint32_t sizes[] = {
		0, 3, 5, 17, 31, 32, 64, 0x8000, 0x10000, 0x10004, 0x80000000, 0xffffffff,
	};

	expect(virtio_begin(t->device), "features are granted", 0);
	for (uint32_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		wr(VIRTIO_QUEUE_NUM, sizes[i]);
		wr(VIRTIO_QUEUE_READY, 1);
		expect(!rd(VIRTIO_QUEUE_READY), "a queue of that size", sizes[i]);
	}
	for (uint32_t i = 2; i; i *= 2) {
		wr(VIRTIO_QUEUE_SEL, i);
		wr(VIRTIO_QUEUE_NUM, VIRTIO_SLOTS);
		wr(VIRTIO_QUEUE_READY, 1);
		expect(!rd(VIRTIO_QUEUE_READY), "a queue of that index", i);
		expect(!rd(VIRTIO_QUEUE_NUM_MAX), "its size", i);
		wr(VIRTIO_QUEUE_NOTIFY, i);
	}
	/* What is ready does not move. */
	come_up();
	wr(VIRTIO_QUEUE_NUM, 16);
	wr(VIRTIO_QUEUE_DESCRIPTORS, 0x1000);
	wr(VIRTIO_QUEUE_DEVICE + 4, 0xffffffff);
	good_chain(VIRTIO_DISK_READ, 0);
	expect(answer() == 0, "a queue that was changed", t->q->result);
	is_well("queues");
}

/* ---- rings --------------------------------------------------------------------------- */

static void endless(void)
{
	come_up();
	good_chain(VIRTIO_DISK_READ, 0);
	t->q->slots[2].flags = VIRTIO_NEXT | VIRTIO_WRITE;
	t->q->slots[2].next = 2;
	is_refused("a slot that is its own next");

	good_chain(VIRTIO_DISK_READ, 0);
	t->q->slots[2].flags = VIRTIO_NEXT | VIRTIO_WRITE;
	t->q->slots[2].next = 1;
	is_refused("two slots in a ring");

	good_chain(VIRTIO_DISK_READ, 0);
	for (uint32_t i = 0; i < VIRTIO_SLOTS; i++)
		virtio_slot(t->q, i, t->q->bytes, 16, VIRTIO_NEXT);
	t->q->slots[VIRTIO_SLOTS - 1].next = 0;
	is_refused("all slots in a ring");

	for (uint32_t next = VIRTIO_SLOTS; next <= 0xffff; next = 2 * next + 1) {
		good_chain(VIRTIO_DISK_READ, 0);
		t->q->slots[1].next = (uint16_t)next;
		is_refused("a next slot that is none");
	}
	good_chain(VIRTIO_DISK_READ, 0);
	t->q->slots[1].flags |= VIRTIO_INDIRECT;
	is_refused("an indirect table, which is not offered");
}

static void indices(void)
{
	static const uint16_t jumps[] = { VIRTIO_SLOTS, 16, 0x7fff, 0x8000, 0xfffe };

	for (uint32_t head = VIRTIO_SLOTS; head <= 0xffff; head = 2 * head + 1) {
		come_up();
		good_chain(VIRTIO_DISK_READ, 0);
		t->q->available.ring[0] = (uint16_t)head;
		t->q->available.index = 1;
		wr(VIRTIO_QUEUE_NOTIFY, 0);
		expect(!comes_back(), "a head that is no slot", head);
		is_well("heads");
	}
	for (uint32_t i = 0; i < sizeof(jumps) / sizeof(*jumps); i++) {
		good_chain(VIRTIO_DISK_READ, 0);
		t->q->available.index = (uint16_t)(t->q->available.index + jumps[i]);
		virtio_give(t->device, 0, t->q);
		expect(!comes_back(), "an index that jumps", jumps[i]);
		is_well("indices");
	}
}

static bool is_seen(uint64_t address, uint64_t size)
{
	return size && address >= t->base && size <= t->size &&
	       address - t->base <= t->size - size;
}

static void wild_one(uint32_t slot, uint64_t address, uint32_t size)
{
	if (is_seen(address, size))
		return;
	good_chain(VIRTIO_DISK_READ, 0);
	t->q->slots[slot].address = address;
	t->q->slots[slot].size = size;
	is_refused("a slot of what the backend does not see");
}

static void wild(void)
{
	const uint64_t places[] = {
		0, 1, 0x1000, t->base - 1, t->base - VIRTIO_SECTOR + 1,
		t->base + t->size - 1, t->base + t->size, (uintptr_t)canary, UART_BASE,
		GICD_BASE, t->device, 0x40000000, 0x50000000, 0x7fffffff, 0x100000000,
		0x8000000000000000, UINT64_MAX - VIRTIO_SECTOR, UINT64_MAX,
	};
	static const uint32_t sizes[] = { 0, 1, 16, VIRTIO_SECTOR, 0xffffffff };

	for (uint32_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		for (uint32_t k = 0; k < sizeof(sizes) / sizeof(*sizes); k++)
			for (uint32_t slot = 0; slot < 3; slot++)
				wild_one(slot, places[i], sizes[k]);
}

static void wild_rings(void)
{
	static const uint32_t halves[] = { 0, 1, 2, 0x1000, 0x08000000, 0xfffffff0, 0xffffffff };

	for (uint32_t i = 0; i < sizeof(halves) / sizeof(*halves); i++)
		for (uint32_t reg = VIRTIO_QUEUE_DESCRIPTORS; reg <= VIRTIO_QUEUE_DEVICE;
		     reg += 0x10) {
			clear(t->q);
			expect(virtio_begin(t->device), "features, for rings", reg);
			virtio_queue_ready(t->device, 0, t->q);
			wr(VIRTIO_QUEUE_READY, 0);
			wr(reg, halves[i]);
			wr(reg + 4, halves[i]);
			wr(VIRTIO_QUEUE_READY, 1);
			virtio_ready(t->device);
			good_chain(VIRTIO_DISK_READ, 0);
			virtio_give(t->device, 0, t->q);
			expect(!comes_back(), "rings that are nowhere", halves[i]);
			is_well("rings that are nowhere");
		}
}

/* ---- requests -------------------------------------------------------------------------- */

static void requests(void)
{
	static const uint64_t sectors[] = {
		SECTORS, SECTORS + 1, 1ul << 32, 1ul << 55, 1ul << 63, UINT64_MAX,
	};

	come_up();
	for (uint32_t i = 0; i < sizeof(sectors) / sizeof(*sectors); i++) {
		good_chain(i % 2, sectors[i]);
		is_refused("a sector that is none");
	}
	for (uint32_t kind = 14; kind; kind = kind << 1 | (kind < 1000)) {
		good_chain(kind, 0);
		is_refused("a kind that is none");
	}
	good_chain(VIRTIO_DISK_READ, 0);
	t->q->slots[0].size = 15;
	is_refused("a head that is short");
	good_chain(VIRTIO_DISK_READ, 0);
	t->q->slots[0].flags = 0;
	is_refused("a head alone");
	good_chain(VIRTIO_DISK_READ, 0);
	t->q->slots[1].flags = VIRTIO_NEXT;
	is_refused("reading into what is to be read");
	good_chain(VIRTIO_DISK_READ, 0);
	t->q->slots[2].flags = 0;
	is_refused("a result that is not to be written");
}

/* More than an index of 16 bits counts, so both rings wrap. */
static void wrap(void)
{
	uint32_t n_wrong = 0;

	come_up();
	good_chain(VIRTIO_DISK_READ, 1);
	for (uint32_t i = 0; i < N_WRAP; i++) {
		t->q->result = 0xff;
		n_wrong += answer() != 0;
	}
	expect(n_wrong == 0, "requests without end", n_wrong);
}

/* ---- floods of two CPUs ------------------------------------------------------------------ */

static void flood_once(void)
{
	wr(VIRTIO_QUEUE_NOTIFY, any() % 4);
	wr(VIRTIO_INTERRUPT_ACK, any());
	if (any() % 64 == 0)
		wr(VIRTIO_STATUS, any() % 2 ? 0xf : 0);
	wr(VIRTIO_QUEUE_READY, any() % 3);
	(void)rd(VIRTIO_INTERRUPT_STATUS);
}

static void second(void)
{
	while (is_flooding) {
		flood_once();
		__asm__ volatile("yield");
	}
}

static void flood_begin(void)
{
	uint64_t end = timer_patience();

	while (hvc(PSCI_AFFINITY_INFO, cpu_mpidr(1), 0, 0) != 1 && timer_now() < end)
		__asm__ volatile("yield");
	is_flooding = 1;
	expect(cpu_on(1, second) == 0, "the second CPU", 0);
}

static void floods(void)
{
	come_up();
	flood_begin();
	for (uint32_t i = 0; i < N_FLOOD; i++) {
		flood_once();
		if (any() % 32 == 0)
			virtio_ready(t->device);
	}
	is_flooding = 0;
	while (hvc(PSCI_AFFINITY_INFO, cpu_mpidr(1), 0, 0) != 1)
		__asm__ volatile("yield");
	is_well("floods");
}

/* ---- lives ------------------------------------------------------------------------------- */

static void all_trials(void)
{
	every_offset();
	any_registers();
	other_stores();
	fetches();
	own_tables();
	tables_elsewhere();
	features();
	queues();
	endless();
	indices();
	wild();
	wild_rings();
	requests();
	wrap();
	floods();
	print("%s: %u trials so far, %u went wrong\n", t->name, trials, bad);
}

static volatile uint32_t *word(uint32_t i)
{
	return (volatile uint32_t *)t->q->bytes + i;
}

/* Of the life before nothing is left but what was written to the disk. */
static bool has_lived(void)
{
	t = &targets[0];
	for (uint32_t reg = VIRTIO_QUEUE_READY; reg <= VIRTIO_STATUS; reg += 4)
		if (reg != VIRTIO_QUEUE_NOTIFY && reg != VIRTIO_INTERRUPT_ACK)
			expect(rd(reg) == 0, "a register of a fresh start", reg);
	come_up();
	good_chain(VIRTIO_DISK_READ, LIFE_SECTOR);
	expect(answer() == 0, "what is on the disk", t->q->result);
	if (*word(0) != SECOND_LIFE)
		return false;
	trials += *word(1);
	bad += *word(2);
	return true;
}

static void reboot_in_a_flood(void)
{
	come_up();
	good_chain(VIRTIO_DISK_WRITE, LIFE_SECTOR);
	*word(0) = SECOND_LIFE;
	*word(1) = trials;
	*word(2) = bad;
	expect(answer() == 0, "its life is on the disk", t->q->result);
	flood_begin();
	for (uint32_t i = 0; i < N_FLOOD / 16; i++)
		flood_once();
	power_reset();
}

void main(void)
{
	gic_init();
	gic_enable(TIMER_INTID);
	for (uint32_t i = 0; i < sizeof(canary); i++)
		canary[i] = CANARY;
	if (!has_lived()) {
		for (t = targets; t < targets + 2; t++)
			all_trials();
		t = &targets[0];
		reboot_in_a_flood();
	}
	is_well("a reboot");
	print("%u trials, %u went wrong\n", trials, bad);
	for (;;)
		cpu_wait();
}
