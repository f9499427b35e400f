/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtio device of a driver, and of a backend, that may do anything at any time. */
#include <pthread.h>
#include <sched.h>

#include "virtio_front.h"

TestSuite(virtio_lives, .init = setup);

/* ---- notifications and interrupts ------------------------------------------------ */

Test(virtio_lives, a_notification_is_counted_and_rings_behind)
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

Test(virtio_lives, a_notification_of_no_queue_is_none)
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

Test(virtio_lives, the_backend_raises_the_line_until_all_is_acknowledged)
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

Test(virtio_lives, only_a_word_with_an_interrupt_in_it_rings)
{
	bring_up();
	for (uint32_t offset = 0; offset < 0x1000; offset++)
		for (uint32_t size = 1; size <= 8; size *= 2)
			if (offset % size == 0 && !(offset == 0 && size == 4))
				store_of(0, offset, size, 3);
	ring(0);
	ring(0xfffffffc & ~HV_VIRTIO_RING_PUBLISH);
	cr_expect_eq(load_of(0, 0, 4), 0);
	cr_expect_eq(fake.n_pends[FRONT_LINE], 0);
	cr_expect_eq(state->registers.interrupt_status, 0);
	ring(0xffffffff);
	cr_expect_eq(rd(INTERRUPT_STATUS), 3);
}

Test(virtio_lives, a_ring_reaches_its_own_device_alone)
{
	struct mmio m = { .size = 4, .value = 1, .is_write = true };

	bring_up();
	cr_assert_eq(fake_access(hv_cpu(0), OTHERS_RING, &m), MMIO_DONE);
	cr_expect_eq(fake.n_pends[FRONT_LINE], 0);
	cr_expect_eq(fake.n_pends[FRONT_LINE + 1], 1);
	cr_expect_eq(state->registers.interrupt_status, 0);
	cr_expect_eq(others_state->registers.interrupt_status, 1);
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

Test(virtio_lives, nothing_is_in_the_window_but_registers_and_configuration)
{
	bring_up();
	for (uint32_t offset = 0; offset < CONFIG_END; offset += 4) {
		if (offset >= CONFIG)
			cr_expect_neq(rd(offset), 0);
		else if (!is_read_register(offset))
			cr_expect_eq(rd(offset), 0, "%x", offset);
	}
}

Test(virtio_lives, a_read_that_is_trapped_is_none_of_the_devices)
{
	for (uint32_t offset = 0; offset < 0x1000; offset++)
		for (uint32_t size = 1; size <= 8; size *= 2) {
			struct mmio m = { .size = size };

			if (offset % size == 0)
				cr_expect_eq(fake_access(hv_cpu(1), PAGE + offset, &m),
					     MMIO_FAULT);
		}
}

Test(virtio_lives, the_configuration_is_read_in_pieces_and_not_written)
{
	struct hv_virtio_published before;
	struct hv_virtio_registers registers;

	publish();
	before = *published;
	registers = state->registers;
	cr_expect_eq(load_of(1, CONFIG + 3, 1), 4);
	cr_expect_eq(load_of(1, CONFIG + 6, 2), 0x0807);
	cr_expect_eq(load_of(1, CONFIG + 0xfc, 4), 0x01fffefd);
	for (uint32_t offset = CONFIG; offset < 0x1000; offset++)
		for (uint32_t size = 1; size <= 8; size *= 2)
			if (offset % size == 0)
				store_of(1, offset, size, UINT64_MAX);
	cr_expect_arr_eq(published, &before, sizeof(before));
	cr_expect_arr_eq(&state->registers, &registers, sizeof(registers));
	cr_expect_eq(state->n_changes, 0);
}

Test(virtio_lives, only_words_are_written)
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

Test(virtio_lives, with_the_cell_in_front_ends_what_it_had_set_up)
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
	cr_expect_eq(state->registers.status | state->registers.interrupt_status, 0);
	cr_expect_eq(state->queues[0].is_ready, 0);
	cr_expect_eq(fake.n_pends[BACK_LINE], 1);
	cr_expect_arr_eq(published, &before, sizeof(before));
	cr_expect_eq(fake.n_pends[BACK_LINE + 1], 0);
}

Test(virtio_lives, nothing_comes_of_a_cell_that_has_ended)
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

Test(virtio_lives, with_the_cell_behind_ends_what_it_had_published)
{
	static const char zeros[HV_VIRTIO_SIZE];
	struct hv_virtio_state before;

	bring_up();
	memset(published + 1, 1, 16);	/* the backend's own */
	before = *state;
	fake_run(reboot, hv_cpu(0));
	cr_expect_arr_eq(published, zeros, sizeof(zeros));
	cr_expect_arr_eq(state->queues, before.queues, sizeof(before.queues));
	cr_expect_eq(state->epoch, before.epoch);
	cr_expect_eq(state->driver_features[1], VERSION_1);
	cr_expect_eq(rd(DEVICE_ID), 0);
	cr_expect_eq(rd(CONFIG), 0);
	cr_expect_eq(rd(STATUS), 0x0f);
}

Test(virtio_lives, a_backend_that_does_not_run_is_not_rung)
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

/* The driver reads what it has selected, and nothing where it must not read. */
static void check_shown(void)
{
	uint32_t sel = state->device_features_sel, i = state->queue_sel;

	cr_assert_eq(rd(DEVICE_FEATURES), sel < 2 ? state->device_features[sel] : 0);
	cr_assert_eq(rd(QUEUE_NUM_MAX), i < N_QUEUES ? state->queue_size_max[i] : 0);
	cr_assert_eq(rd(QUEUE_READY), i < N_QUEUES ? state->queues[i].is_ready : 0);
	for (uint32_t offset = 0; offset < CONFIG; offset += 4)
		cr_assert(is_read_register(offset) || rd(offset) == 0);
}

/* What the backend may rely on, and that nothing else was touched. */
static void check_sane(void)
{
	static const char zeros[HV_VIRTIO_SIZE - sizeof(struct hv_virtio_state)];

	cr_assert_eq(state->epoch % 2, 0);
	cr_assert(!(state->registers.status & ~0xcfu));
	cr_assert(!(state->registers.status & DRIVER_OK) || state->registers.status & FEATURES_OK);
	cr_assert_eq(state->registers.interrupt_status & ~3u, 0);
	for (uint32_t i = 0; i < HV_VIRTIO_MAX_QUEUES; i++) {
		const struct hv_virtio_queue *q = &state->queues[i];

		cr_assert(q->is_ready <= (i < N_QUEUES));
		cr_assert(!q->is_ready || state->registers.status & FEATURES_OK);
		cr_assert(!q->is_ready ||
			  (q->size && q->size <= 0x8000 && !(q->size & (q->size - 1))));
		cr_assert_eq(q->zero, 0);
	}
	cr_assert_eq(memcmp(state + 1, zeros, sizeof(zeros)), 0);
	cr_assert_eq(state->registers.config_generation % 2, 0);
	check_shown();
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

Test(virtio_lives, no_sequence_of_accesses_makes_nonsense_of_the_state)
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
		if (any() % 64 == 0)
			published->needs_reset = any() % 2;
		published->reset_epoch = state->epoch;
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

Test(virtio_lives, cpus_of_both_cells_may_do_all_that_at_once)
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
