/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of a virtio device, for a driver that keeps to the standard, one
 * that does not, and a backend that may publish anything.
 */
#include <criterion/criterion.h>

#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "arch/fake/fake.h"
#include "arch/fake/tables.h"
#include "core/cell.h"

enum { ROOT, FRONT, OTHER };
enum { PAGE = 0x9000, OTHERS_RING = 0xa000, FRONT_LINE = 300, BACK_LINE = 400 };
enum { N_QUEUES = 3, SIZE_MAX_OF_QUEUES = 64 };

enum {
	MAGIC = 0x00, VERSION = 0x04, DEVICE_ID = 0x08, VENDOR_ID = 0x0c,
	DEVICE_FEATURES = 0x10, DEVICE_FEATURES_SEL = 0x14,
	DRIVER_FEATURES = 0x20, DRIVER_FEATURES_SEL = 0x24,
	QUEUE_SEL = 0x30, QUEUE_NUM_MAX = 0x34, QUEUE_NUM = 0x38, QUEUE_READY = 0x44,
	QUEUE_NOTIFY = 0x50, INTERRUPT_STATUS = 0x60, INTERRUPT_ACK = 0x64,
	STATUS = 0x70, QUEUE_DESC = 0x80, QUEUE_DRIVER = 0x90, QUEUE_DEVICE = 0xa0,
	CONFIG_GENERATION = 0xfc, CONFIG = 0x100, CONFIG_END = 0x200,
};
enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8, NEEDS_RESET = 64,
       FAILED = 128 };
enum { VERSION_1 = 1, ACCESS_PLATFORM = 2 };	/* of bits 32 to 63 */

static struct hv_virtio *device;
static struct hv_virtio_state *state, *others_state;
static struct hv_virtio_published *published;

static void *granule(const struct hv_virtio *v, uint32_t i)
{
	return (char *)(uintptr_t)v->registers.u + i * HV_VIRTIO_SIZE;
}

/* root on CPU 0 is behind both devices; front has CPUs 1 and 2, other CPU 3. What
 * is in memory at power-on is nothing that anybody wrote. */
static void setup(void)
{
	struct hv_cell *root, *front, *other;

	fake_begin();
	root = fake_cell("root", 1);
	front = fake_cell("front", 2);
	other = fake_cell("other", 1);
	root->on_reboot.action = HV_ON_RESTART;
	fake_copy(root, "root", fake_memory(16), 4);
	fake_tables.head.root_cell = ROOT;
	device = fake_virtio(FRONT, ROOT, N_QUEUES);
	others_state = granule(fake_virtio(OTHER, ROOT, HV_VIRTIO_MAX_QUEUES), 0);
	fake_mmio(front, PAGE, HV_MMIO_VIRTIO, 0);
	fake_mmio(root, PAGE, HV_MMIO_VIRTIO_RING, 0);
	fake_mmio(other, PAGE, HV_MMIO_VIRTIO, 1);
	fake_mmio(root, OTHERS_RING, HV_MMIO_VIRTIO_RING, 1);
	state = granule(device, 0);
	published = granule(device, 1);
	memset(state, 0xa5, 2 * HV_VIRTIO_SIZE);
	fake_boot();
	cell_start_all();
	for (uint32_t i = 0; i < 4; i++)
		fake_run(cpu_idle, hv_cpu(i));
}

TestSuite(virtio, .init = setup);

static uint64_t load_of(uint32_t cpu_i, uint32_t offset, uint32_t size)
{
	struct mmio m = { .size = size, .value = 0xdead };

	cr_assert_eq(fake_access(hv_cpu(cpu_i), PAGE + offset, &m), MMIO_DONE);
	return size == 8 ? m.value : m.value & ((UINT64_C(1) << 8 * size) - 1);
}

static void store_of(uint32_t cpu_i, uint32_t offset, uint32_t size, uint64_t value)
{
	struct mmio m = { .size = size, .value = value, .is_write = true };

	cr_assert_eq(fake_access(hv_cpu(cpu_i), PAGE + offset, &m), MMIO_DONE);
}

static uint32_t rd(uint32_t offset)
{
	return (uint32_t)load_of(1, offset, 4);
}

static void wr(uint32_t offset, uint32_t value)
{
	store_of(1, offset, 4, value);
}

static void ring(uint32_t value)
{
	store_of(0, 0, 4, value);
}

static void publish(void)
{
	published->device_features[0] = 0x00000201;
	published->device_features[1] = VERSION_1 | ACCESS_PLATFORM | 0x100;
	for (uint32_t i = 0; i < N_QUEUES; i++)
		published->queue_size_max[i] = SIZE_MAX_OF_QUEUES;
	published->config_generation = 7;
	for (uint32_t i = 0; i < HV_VIRTIO_CONFIG_SIZE; i++)
		published->config[i] = (uint8_t)(i % 255 + 1);
	published->is_published = 1;
}

static void take_features(uint32_t low, uint32_t high)
{
	wr(DRIVER_FEATURES_SEL, 0);
	wr(DRIVER_FEATURES, low);
	wr(DRIVER_FEATURES_SEL, 1);
	wr(DRIVER_FEATURES, high);
}

/* Up to FEATURES_OK, if it is granted. */
static uint32_t negotiate(uint32_t low, uint32_t high)
{
	wr(STATUS, 0);
	wr(STATUS, ACKNOWLEDGE);
	wr(STATUS, ACKNOWLEDGE | DRIVER);
	take_features(low, high);
	wr(STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
	return rd(STATUS);
}

static void set_queue(uint32_t i, uint32_t size)
{
	wr(QUEUE_SEL, i);
	wr(QUEUE_NUM, size);
	for (uint32_t k = 0; k < 3; k++) {
		wr(QUEUE_DESC + 16 * k, 0x1000 * (i + 1) + k);
		wr(QUEUE_DESC + 16 * k + 4, 0x10 + k);
	}
	wr(QUEUE_READY, 1);
}

static void bring_up(void)
{
	publish();
	cr_assert_eq(negotiate(1, VERSION_1), ACKNOWLEDGE | DRIVER | FEATURES_OK);
	for (uint32_t i = 0; i < N_QUEUES; i++)
		set_queue(i, SIZE_MAX_OF_QUEUES >> i);
	wr(STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
}

/* ---- before there is a backend --------------------------------------------- */

Test(virtio, memory_at_power_on_is_no_state_and_nothing_published)
{
	static const char zeros[2 * HV_VIRTIO_SIZE];

	cr_expect_arr_eq(state, zeros, sizeof(zeros));
	cr_expect_eq(rd(DEVICE_ID), 0);
	cr_expect_eq(rd(STATUS), 0);
}

Test(virtio, says_what_it_is_once_it_is_published)
{
	cr_expect_eq(rd(MAGIC), 0x74726976);
	cr_expect_eq(rd(VERSION), 2);
	cr_expect_neq(rd(VENDOR_ID), 0);
	cr_expect_eq(rd(DEVICE_ID), 0);
	publish();
	cr_expect_eq(rd(DEVICE_ID), HV_VIRTIO_BLOCK);
	published->is_published = 2;	/* is neither */
	cr_expect_eq(rd(DEVICE_ID), 0);
}

Test(virtio, nothing_is_told_and_granted_that_is_not_published)
{
	publish();
	published->needs_reset = 1;
	published->is_published = 0;
	cr_expect_eq(rd(DEVICE_FEATURES), 0);
	cr_expect_eq(rd(QUEUE_NUM_MAX), 0);
	cr_expect_eq(rd(CONFIG_GENERATION), 0);
	cr_expect_eq(rd(CONFIG), 0);
	cr_expect_eq(rd(STATUS), 0);
	cr_expect_eq(negotiate(1, VERSION_1), ACKNOWLEDGE | DRIVER);
}

/* ---- what a driver does ------------------------------------------------------ */

Test(virtio, a_driver_comes_up_and_the_backend_finds_what_it_wrote)
{
	bring_up();
	cr_expect_eq(rd(STATUS), ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
	cr_expect_eq(state->status, rd(STATUS));
	cr_expect_eq(state->driver_features[0], 1);
	cr_expect_eq(state->driver_features[1], VERSION_1);
	for (uint32_t i = 0; i < N_QUEUES; i++) {
		const struct hv_virtio_queue *q = &state->queues[i];

		cr_expect_eq(q->is_ready, 1);
		cr_expect_eq(q->size, SIZE_MAX_OF_QUEUES >> i);
		cr_expect_eq(q->descriptors, UINT64_C(0x10) << 32 | 0x1000 * (i + 1));
		cr_expect_eq(q->driver, UINT64_C(0x11) << 32 | (0x1000 * (i + 1) + 1));
		cr_expect_eq(q->device, UINT64_C(0x12) << 32 | (0x1000 * (i + 1) + 2));
		wr(QUEUE_SEL, i);
		cr_expect_eq(rd(QUEUE_READY), 1);
		cr_expect_eq(rd(QUEUE_NUM_MAX), SIZE_MAX_OF_QUEUES);
	}
}

Test(virtio, the_backend_is_told_of_status_and_of_ready_queues_and_of_nothing_else)
{
	uint32_t n;

	bring_up();
	/* Five of the status, three of queues. */
	cr_expect_eq(state->n_changes, 8);
	cr_expect_eq(fake.n_pends[BACK_LINE], 8);
	n = fake.n_pends[BACK_LINE];
	wr(QUEUE_SEL, 1);
	wr(DEVICE_FEATURES_SEL, 1);
	wr(DRIVER_FEATURES_SEL, 1);
	wr(DRIVER_FEATURES, 0);
	wr(INTERRUPT_ACK, 3);
	wr(QUEUE_NUM, 4);
	cr_expect_eq(state->n_changes, 8);
	cr_expect_eq(fake.n_pends[BACK_LINE], n);
}

Test(virtio, features_are_read_by_halves)
{
	publish();
	cr_expect_eq(rd(DEVICE_FEATURES), 0x201);
	wr(DEVICE_FEATURES_SEL, 1);
	cr_expect_eq(rd(DEVICE_FEATURES), VERSION_1 | ACCESS_PLATFORM | 0x100);
	for (uint32_t sel = 2; sel; sel *= 2) {
		wr(DEVICE_FEATURES_SEL, sel);
		cr_expect_eq(rd(DEVICE_FEATURES), 0);
	}
}

Test(virtio, features_that_were_not_offered_are_not_granted)
{
	const uint32_t none = ACKNOWLEDGE | DRIVER;

	publish();
	for (uint32_t bit = 0; bit < 32; bit++) {
		bool is_low = 0x201 >> bit & 1;
		bool is_high = 0x103 >> bit & 1;

		cr_expect_eq(negotiate(1u << bit, VERSION_1),
			     is_low ? none | FEATURES_OK : none, "%u", bit);
		cr_expect_eq(negotiate(0, VERSION_1 | 1u << bit),
			     is_high ? none | FEATURES_OK : none, "%u", bit + 32);
	}
	cr_expect_eq(negotiate(0, 0), none);
	cr_expect_eq(negotiate(1, 0x100), none);
}

Test(virtio, where_the_backend_sees_bounce_memory_alone_the_driver_has_to_know)
{
	device->flags = HV_VIRTIO_BOUNCE;
	publish();
	cr_expect_eq(negotiate(0, VERSION_1), ACKNOWLEDGE | DRIVER);
	cr_expect_eq(negotiate(0, VERSION_1 | ACCESS_PLATFORM),
		     ACKNOWLEDGE | DRIVER | FEATURES_OK);
}

Test(virtio, features_are_granted_to_a_driver_that_has_said_it_is_one)
{
	static const uint32_t too_soon[] = { 0, ACKNOWLEDGE, DRIVER };

	publish();
	for (uint32_t i = 0; i < 3; i++) {
		wr(STATUS, 0);
		take_features(1, VERSION_1);
		wr(STATUS, too_soon[i] | FEATURES_OK | DRIVER_OK);
		cr_expect_eq(rd(STATUS), too_soon[i]);
	}
	/* And all at once. */
	wr(STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
	cr_expect_eq(rd(STATUS), ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
}

Test(virtio, features_that_were_granted_do_not_change)
{
	publish();
	cr_assert(negotiate(1, VERSION_1) & FEATURES_OK);
	take_features(0xffffffff, 0xffffffff);
	cr_expect_eq(state->driver_features[0], 1);
	cr_expect_eq(state->driver_features[1], VERSION_1);
	/* Nor are they asked for again, whatever is published later. */
	published->device_features[1] = 0;
	wr(STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
	cr_expect_eq(rd(STATUS), ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
}

Test(virtio, features_beyond_64_are_nothing)
{
	publish();
	for (uint32_t sel = 2; sel; sel *= 2) {
		wr(DRIVER_FEATURES_SEL, sel);
		wr(DRIVER_FEATURES, 0xffffffff);
	}
	cr_expect_eq(state->driver_features[0] | state->driver_features[1], 0);
	cr_expect_eq(state->zero, 0);
}

Test(virtio, a_driver_is_not_up_before_its_features_are)
{
	publish();
	wr(STATUS, ACKNOWLEDGE | DRIVER | DRIVER_OK);
	cr_expect_eq(rd(STATUS), ACKNOWLEDGE | DRIVER);
}

Test(virtio, bits_of_the_status_stay_until_a_reset)
{
	bring_up();
	wr(STATUS, ACKNOWLEDGE);
	cr_expect_eq(rd(STATUS), ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
	wr(STATUS, FAILED);
	cr_expect_eq(rd(STATUS), 0x8f);
	wr(STATUS, 0xffffff70);		/* none of them a driver's */
	cr_expect_eq(rd(STATUS), 0x8f);
	wr(STATUS, 0);
	cr_expect_eq(rd(STATUS), 0);
}

Test(virtio, a_backend_asks_for_a_reset_in_one_epoch)
{
	bring_up();
	published->reset_epoch = state->epoch;
	published->needs_reset = 1;
	cr_expect_eq(rd(STATUS), 0x0f | NEEDS_RESET);
	wr(STATUS, 0);
	cr_expect_eq(rd(STATUS), 0);
	published->reset_epoch = state->epoch + 2;
	cr_expect_eq(rd(STATUS), 0);
}

Test(virtio, a_reset_leaves_nothing_but_counts)
{
	static const struct hv_virtio_queue none;
	uint32_t epoch;

	bring_up();
	wr(QUEUE_NOTIFY, 2);
	ring(1);
	epoch = state->epoch;
	cr_expect_eq(epoch % 2, 0);
	fake.n_clears[FRONT_LINE] = 0;
	wr(STATUS, 0);
	cr_expect_eq(state->epoch, epoch + 2);
	cr_expect_eq(state->status | state->interrupt_status, 0);
	cr_expect_eq(state->driver_features[0] | state->driver_features[1], 0);
	cr_expect_eq(state->queue_sel | state->device_features_sel |
		     state->driver_features_sel, 0);
	cr_expect_eq(state->queues[2].n_notified, 1);
	state->queues[2].n_notified = 0;
	for (uint32_t i = 0; i < HV_VIRTIO_MAX_QUEUES; i++)
		cr_expect_arr_eq(&state->queues[i], &none, sizeof(none));
	cr_expect_eq(fake.n_clears[FRONT_LINE], 1);
}

/* ---- queues ------------------------------------------------------------------- */

Test(virtio, a_queue_is_ready_with_a_size_that_is_a_power_of_two_and_not_too_large)
{
	static const struct { uint32_t size, is_ready; } rows[] = {
		{ 0, 0 }, { 1, 1 }, { 2, 1 }, { 3, 0 }, { 32, 1 }, { 63, 0 }, { 64, 1 },
		{ 65, 0 }, { 96, 0 }, { 128, 0 }, { 32768, 0 }, { 65536, 0 },
		{ 0x10040, 0 }, { 0x80000000, 0 }, { 0xffffffff, 0 },
	};

	publish();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cr_assert(negotiate(1, VERSION_1) & FEATURES_OK);
		set_queue(1, rows[i].size);
		cr_expect_eq(rd(QUEUE_READY), rows[i].is_ready, "%x", rows[i].size);
		cr_expect_eq(state->queues[1].is_ready, rows[i].is_ready);
	}
	published->queue_size_max[1] = 0;
	negotiate(1, VERSION_1);
	set_queue(1, 1);
	cr_expect_eq(rd(QUEUE_READY), 0);
}

Test(virtio, no_queue_is_ready_before_the_features_are_granted)
{
	publish();
	wr(STATUS, ACKNOWLEDGE | DRIVER);
	set_queue(0, 8);
	cr_expect_eq(rd(QUEUE_READY), 0);
	take_features(1, VERSION_1);
	wr(STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
	wr(QUEUE_READY, 1);
	cr_expect_eq(rd(QUEUE_READY), 1);
}

Test(virtio, a_queue_that_is_ready_does_not_change)
{
	struct hv_virtio_queue before;

	bring_up();
	before = state->queues[1];
	set_queue(1, 2);
	cr_expect_arr_eq(&state->queues[1], &before, sizeof(before));
	wr(QUEUE_READY, 0);
	cr_expect_eq(rd(QUEUE_READY), 0);
	wr(QUEUE_NUM, 2);
	wr(QUEUE_DESC, 5);
	cr_expect_eq(state->queues[1].size, 2);
	cr_expect_eq(state->queues[1].descriptors, UINT64_C(0x1000000005));
	wr(QUEUE_READY, 1);
	cr_expect_eq(rd(QUEUE_READY), 1);
	wr(QUEUE_READY, 0x80000001);	/* is neither: stop */
	cr_expect_eq(rd(QUEUE_READY), 0);
}

Test(virtio, a_queue_that_is_not_there_is_nothing)
{
	static const uint32_t queues[] = {
		N_QUEUES, N_QUEUES + 1, HV_VIRTIO_MAX_QUEUES - 1, HV_VIRTIO_MAX_QUEUES,
		0x7fffffff, 0x80000000, 0xffffffff,
	};
	struct hv_virtio_state before;

	bring_up();
	for (uint32_t i = N_QUEUES; i < HV_VIRTIO_MAX_QUEUES; i++)
		published->queue_size_max[i] = SIZE_MAX_OF_QUEUES;
	for (size_t i = 0; i < sizeof(queues) / sizeof(*queues); i++) {
		before = *state;
		set_queue(queues[i], 8);
		wr(QUEUE_NOTIFY, queues[i]);
		cr_expect_eq(rd(QUEUE_NUM_MAX), 0);
		cr_expect_eq(rd(QUEUE_READY), 0);
		cr_expect_arr_eq(before.queues, state->queues, sizeof(state->queues));
	}
}

/* ---- notifications and interrupts ------------------------------------------------ */

Test(virtio, a_notification_is_counted_and_rings_behind)
{
	uint32_t n_changes;

	bring_up();
	n_changes = state->n_changes;
	fake.n_pends[BACK_LINE] = 0;
	for (uint32_t i = 0; i < 1000; i++)
		store_of(1 + i % 2, QUEUE_NOTIFY, 4, 1);
	cr_expect_eq(state->queues[1].n_notified, 1000);
	cr_expect_eq(state->queues[0].n_notified + state->queues[2].n_notified, 0);
	cr_expect_eq(fake.n_pends[BACK_LINE], 1000);
	cr_expect_eq(fake.n_pends[BACK_LINE + 1], 0);
	cr_expect_eq(state->n_changes, n_changes);
	state->queues[1].n_notified = 0xffffffff;
	wr(QUEUE_NOTIFY, 1);
	cr_expect_eq(state->queues[1].n_notified, 0);
}

Test(virtio, a_notification_of_no_queue_is_none)
{
	bring_up();
	fake.n_pends[BACK_LINE] = 0;
	for (uint32_t value = N_QUEUES; value; value = value << 1 | (value < 4))
		wr(QUEUE_NOTIFY, value);
	wr(QUEUE_NOTIFY, 0xffffffff);
	store_of(1, QUEUE_NOTIFY, 2, 0);
	store_of(1, QUEUE_NOTIFY, 1, 0);
	store_of(1, QUEUE_NOTIFY, 8, 0);
	cr_expect_eq(fake.n_pends[BACK_LINE], 0);
	for (uint32_t i = 0; i < HV_VIRTIO_MAX_QUEUES; i++)
		cr_expect_eq(state->queues[i].n_notified, 0);
}

Test(virtio, the_backend_raises_the_line_until_all_is_acknowledged)
{
	bring_up();
	fake.n_clears[FRONT_LINE] = 0;
	ring(1);
	ring(2);
	cr_expect_eq(fake.n_pends[FRONT_LINE], 2);
	cr_expect_eq(rd(INTERRUPT_STATUS), 3);
	wr(INTERRUPT_ACK, 2);
	cr_expect_eq(rd(INTERRUPT_STATUS), 1);
	cr_expect_eq(fake.n_clears[FRONT_LINE], 0);
	wr(INTERRUPT_ACK, 0xffffffff);
	cr_expect_eq(rd(INTERRUPT_STATUS), 0);
	cr_expect_eq(fake.n_clears[FRONT_LINE], 1);
	/* Each is an event, whether the last was seen or not. */
	fake.n_pends[FRONT_LINE] = 0;
	ring(1);
	ring(1);
	cr_expect_eq(fake.n_pends[FRONT_LINE], 2);
}

Test(virtio, only_a_word_with_an_interrupt_in_it_rings)
{
	bring_up();
	for (uint32_t offset = 0; offset < 0x1000; offset++)
		for (uint32_t size = 1; size <= 8; size *= 2)
			if (offset % size == 0 && !(offset == 0 && size == 4))
				store_of(0, offset, size, 3);
	ring(0);
	ring(0xfffffffc);
	cr_expect_eq(load_of(0, 0, 4), 0);
	cr_expect_eq(fake.n_pends[FRONT_LINE], 0);
	cr_expect_eq(state->interrupt_status, 0);
	ring(0xffffffff);
	cr_expect_eq(rd(INTERRUPT_STATUS), 3);
}

Test(virtio, a_ring_reaches_its_own_device_alone)
{
	struct mmio m = { .size = 4, .value = 1, .is_write = true };

	bring_up();
	cr_assert_eq(fake_access(hv_cpu(0), OTHERS_RING, &m), MMIO_DONE);
	cr_expect_eq(fake.n_pends[FRONT_LINE], 0);
	cr_expect_eq(fake.n_pends[FRONT_LINE + 1], 1);
	cr_expect_eq(state->interrupt_status, 0);
	cr_expect_eq(others_state->interrupt_status, 1);
}

/* ---- every offset and width ------------------------------------------------------ */

static bool is_read_register(uint32_t offset)
{
	static const uint32_t registers[] = {
		MAGIC, VERSION, DEVICE_ID, VENDOR_ID, DEVICE_FEATURES, QUEUE_NUM_MAX,
		QUEUE_READY, INTERRUPT_STATUS, STATUS, CONFIG_GENERATION,
	};

	for (size_t i = 0; i < sizeof(registers) / sizeof(*registers); i++)
		if (registers[i] == offset)
			return true;
	return false;
}

Test(virtio, nothing_is_read_but_registers_and_configuration)
{
	bring_up();
	for (uint32_t offset = 0; offset < 0x1000; offset++)
		for (uint32_t size = 1; size <= 8; size *= 2) {
			bool is_config = offset >= CONFIG && offset < CONFIG_END;

			if (offset % size)
				continue;
			if (is_config && size <= 4)
				cr_expect_neq(load_of(1, offset, size), 0);
			else if (!(size == 4 && is_read_register(offset)))
				cr_expect_eq(load_of(1, offset, size), 0, "%x, %u",
					     offset, size);
		}
}

Test(virtio, the_configuration_is_read_in_pieces_and_not_written)
{
	struct hv_virtio_published before;

	publish();
	before = *published;
	cr_expect_eq(load_of(1, CONFIG + 3, 1), 4);
	cr_expect_eq(load_of(1, CONFIG + 6, 2), 0x0807);
	cr_expect_eq(load_of(1, CONFIG + 0xfc, 4), 0x01fffefd);
	cr_expect_eq(rd(CONFIG_GENERATION), 7);
	for (uint32_t offset = CONFIG; offset < 0x1000; offset++)
		for (uint32_t size = 1; size <= 8; size *= 2)
			if (offset % size == 0)
				store_of(1, offset, size, UINT64_MAX);
	cr_expect_arr_eq(published, &before, sizeof(before));
	cr_expect_eq(state->n_changes, 0);
}

Test(virtio, only_words_are_written)
{
	struct hv_virtio_state before;

	bring_up();
	before = *state;
	fake.n_pends[BACK_LINE] = 0;
	for (uint32_t offset = 0; offset < 0x1000; offset++)
		for (uint32_t size = 1; size <= 8; size *= 2)
			if (offset % size == 0 && size != 4)
				store_of(1, offset, size, UINT64_MAX);
	cr_expect_arr_eq(state, &before, sizeof(before));
	cr_expect_eq(fake.n_pends[BACK_LINE], 0);
}

/* ---- lives -------------------------------------------------------------------- */

static void crash(struct hv_cpu_state *cpu)
{
	cell_end(cpu, END_CRASH, "a test");
}

static void reboot(struct hv_cpu_state *cpu)
{
	cell_end(cpu, END_REBOOT, NULL);
}

Test(virtio, with_the_cell_in_front_ends_what_it_had_set_up)
{
	struct hv_virtio_published before;
	uint32_t epoch;

	bring_up();
	ring(1);
	before = *published;
	epoch = state->epoch;
	fake.n_pends[BACK_LINE] = 0;
	fake_run(crash, hv_cpu(1));
	cr_expect_eq(state->epoch, epoch + 2);
	cr_expect_eq(state->status | state->interrupt_status, 0);
	cr_expect_eq(state->queues[0].is_ready, 0);
	cr_expect_eq(fake.n_pends[BACK_LINE], 1);
	cr_expect_arr_eq(published, &before, sizeof(before));
	cr_expect_eq(fake.n_pends[BACK_LINE + 1], 0);
}

Test(virtio, nothing_comes_of_a_cell_that_has_ended)
{
	struct hv_virtio_state before;

	bring_up();
	hv.cells[FRONT].state = CELL_CLEANING;
	before = *state;
	set_queue(0, 2);
	wr(STATUS, 0);
	wr(INTERRUPT_ACK, 3);
	ring(3);
	before.n_changes = state->n_changes;	/* may be told in vain */
	cr_expect_arr_eq(state, &before, sizeof(before));
	cr_expect_eq(fake.n_pends[FRONT_LINE], 0);
}

Test(virtio, with_the_cell_behind_ends_what_it_had_published)
{
	static const char zeros[HV_VIRTIO_SIZE];
	struct hv_virtio_state before;

	bring_up();
	memset(published + 1, 1, 16);	/* the backend's own */
	before = *state;
	fake_run(reboot, hv_cpu(0));
	cr_expect_arr_eq(published, zeros, sizeof(zeros));
	cr_expect_arr_eq(state, &before, sizeof(before));
	cr_expect_eq(rd(DEVICE_ID), 0);
	cr_expect_eq(rd(STATUS), 0x0f);
}

Test(virtio, a_backend_that_does_not_run_is_not_rung)
{
	bring_up();
	hv.cells[ROOT].state = CELL_CLEANING;
	fake.n_pends[BACK_LINE] = 0;
	wr(QUEUE_NOTIFY, 0);
	wr(STATUS, 0);
	cr_expect_eq(fake.n_pends[BACK_LINE], 0);
	cr_expect_eq(state->queues[0].n_notified, 1);
}

/* ---- whatever a driver and a backend do ------------------------------------------- */

static uint64_t seed = 1;

static uint32_t any(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

/* What the backend may rely on, and that nothing else was touched. */
static void check_sane(void)
{
	static const char zeros[HV_VIRTIO_SIZE - sizeof(struct hv_virtio_state)];

	cr_assert_eq(state->epoch % 2, 0);
	cr_assert(!(state->status & ~0x8fu));
	cr_assert(!(state->status & DRIVER_OK) || state->status & FEATURES_OK);
	cr_assert_eq(state->interrupt_status & ~3u, 0);
	for (uint32_t i = 0; i < HV_VIRTIO_MAX_QUEUES; i++) {
		const struct hv_virtio_queue *q = &state->queues[i];

		cr_assert(q->is_ready <= (i < N_QUEUES));
		cr_assert(!q->is_ready || state->status & FEATURES_OK);
		cr_assert(!q->is_ready ||
			  (q->size && q->size <= 0x8000 && !(q->size & (q->size - 1))));
		cr_assert_eq(q->zero, 0);
	}
	cr_assert_eq(memcmp(state + 1, zeros, sizeof(zeros)), 0);
}

static uint32_t some_offset(void)
{
	static const uint32_t offsets[] = {
		DRIVER_FEATURES, DRIVER_FEATURES_SEL, QUEUE_SEL, QUEUE_NUM, QUEUE_READY,
		QUEUE_NOTIFY, INTERRUPT_ACK, STATUS, STATUS, QUEUE_DESC, QUEUE_DRIVER,
		QUEUE_DEVICE, QUEUE_DEVICE + 4, DEVICE_FEATURES_SEL, CONFIG,
	};

	return any() % 8 ? offsets[any() % (sizeof(offsets) / sizeof(*offsets))] :
		any() % 0x1000;
}

static uint32_t some_value(void)
{
	static const uint32_t values[] = { 0, 1, 2, 3, 0xb, 0xf, 0x40, 0x80, 0x201 };

	return any() % 4 ? values[any() % (sizeof(values) / sizeof(*values))] :
		any() << (any() % 16);
}

Test(virtio, no_sequence_of_accesses_makes_nonsense_of_the_state)
{
	static char others[2 * HV_VIRTIO_SIZE];

	publish();
	memcpy(others, others_state, sizeof(others));
	for (uint32_t i = 0; i < 400000; i++) {
		uint32_t size = any() % 8 ? 4 : 1u << any() % 4;
		uint32_t offset = some_offset() & ~(size - 1);

		if (any() % 4)
			store_of(1 + i % 2, offset, size, some_value());
		else
			load_of(1 + i % 2, offset, size);
		if (any() % 16 == 0)
			ring(any());
		if (any() % 64 == 0)
			published->queue_size_max[any() % N_QUEUES] = 1u << any() % 16;
		if (any() % 64 == 0)
			published->device_features[1] = any() % 4;
		if (any() % 64 == 0)
			published->is_published = any() % 8 != 0;
		check_sane();
	}
	cr_expect_arr_eq(others_state, others, sizeof(others));
}

enum { N_AT_ONCE = 20000 };

static void *drive(void *cpu)
{
	uint32_t cpu_i = (uint32_t)(uintptr_t)cpu;

	for (uint32_t i = 0; i < N_AT_ONCE; i++) {
		store_of(cpu_i, QUEUE_NOTIFY, 4, 0);
		store_of(cpu_i, QUEUE_SEL, 4, i);
		store_of(cpu_i, QUEUE_NUM, 4, 1u << i % 10);
		store_of(cpu_i, QUEUE_READY, 4, i % 3);
		if (i % 64 == 0)
			store_of(cpu_i, STATUS, 4, 0);
		store_of(cpu_i, STATUS, 4, 0xf);
		load_of(cpu_i, QUEUE_READY, 4);
		store_of(cpu_i, INTERRUPT_ACK, 4, 3);
	}
	return NULL;
}

static void *serve(void *arg)
{
	for (uint32_t i = 0; i < N_AT_ONCE; i++)
		ring(i);
	return arg;
}

static void yield(void)
{
	(void)sched_yield();
}

Test(virtio, cpus_of_both_cells_may_do_all_that_at_once)
{
	pthread_t threads[3];

	/* Who waits for a lock lets its owner run. */
	fake.on_relax = yield;
	publish();
	pthread_create(&threads[0], NULL, drive, (void *)1);
	pthread_create(&threads[1], NULL, drive, (void *)2);
	pthread_create(&threads[2], NULL, serve, NULL);
	for (uint32_t i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	check_sane();
	cr_expect_eq(state->queues[0].n_notified, 2 * N_AT_ONCE);
	cr_expect_eq(hv.cells[FRONT].lock.next, hv.cells[FRONT].lock.owner);
	cr_expect_eq(hv.cells[ROOT].lock.next, hv.cells[ROOT].lock.owner);
}
