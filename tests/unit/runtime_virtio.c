/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of a virtio device, as a driver brings it up, or fails to. */
#include "virtio_front.h"

TestSuite(virtio, .init = setup);

/* ---- before there is a backend --------------------------------------------- */

Test(virtio, memory_at_power_on_is_no_state_and_nothing_published)
{
	static const struct hv_virtio_registers none;
	static const char zeros[2 * HV_VIRTIO_SIZE];

	cr_expect_eq(rd(DEVICE_ID), 0);
	/* But for what the device is, whoever is behind it. */
	cr_expect_eq(state->registers.magic, 0x74726976);
	state->registers.magic = none.magic;
	state->registers.version = none.version;
	state->registers.vendor_id = none.vendor_id;
	cr_expect_arr_eq(state, zeros, sizeof(zeros));
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
	cr_expect_eq(rd(DEVICE_ID), HV_VIRTIO_BLOCK);
	take();
	cr_expect_eq(rd(DEVICE_ID), 0);
}

Test(virtio, nothing_is_told_and_granted_that_is_not_published)
{
	publish();
	published->needs_reset = 1;
	published->is_published = 0;
	take();
	cr_expect_eq(rd(DEVICE_FEATURES), 0);
	cr_expect_eq(rd(QUEUE_NUM_MAX), 0);
	cr_expect_eq(rd(CONFIG), 0);
	cr_expect_eq(rd(STATUS), 0);
	cr_expect_eq(negotiate(1, VERSION_1), ACKNOWLEDGE | DRIVER);
}

Test(virtio, what_is_published_is_taken_when_it_is_said_and_not_before)
{
	uint32_t generation;

	publish();
	generation = rd(CONFIG_GENERATION);
	published->device_features[0] = 0;
	published->device_features[1] = VERSION_1;
	published->queue_size_max[0] = 2;
	published->config[0] = 0xee;
	published->config[HV_VIRTIO_CONFIG_SIZE - 1] = 0xee;
	cr_expect_eq(rd(DEVICE_FEATURES), 0x201);
	cr_expect_eq(rd(QUEUE_NUM_MAX), SIZE_MAX_OF_QUEUES);
	cr_expect_eq(load_of(1, CONFIG, 1), 1);
	cr_expect_eq(rd(CONFIG_GENERATION), generation);
	/* And it is judged by what the driver reads. */
	cr_expect(negotiate(0x201, VERSION_1) & FEATURES_OK);
	set_queue(0, 4);
	cr_expect_eq(rd(QUEUE_READY), 1);
	wr(STATUS, 0);
	fake.n_pends[FRONT_LINE] = 0;
	take();
	cr_expect_eq(rd(DEVICE_FEATURES), 0);
	cr_expect_eq(rd(QUEUE_NUM_MAX), 2);
	cr_expect_eq(load_of(1, CONFIG, 1), 0xee);
	cr_expect_eq(load_of(1, CONFIG_END - 1, 1), 0xee);
	cr_expect_neq(rd(CONFIG_GENERATION), generation);
	cr_expect_not(negotiate(0x201, VERSION_1) & FEATURES_OK);
	cr_expect_eq(fake.n_pends[FRONT_LINE], 0);
	cr_expect_eq(rd(INTERRUPT_STATUS), 0);
}

Test(virtio, what_is_published_while_there_is_no_driver_is_found_by_the_next)
{
	hv.cells[FRONT].state = CELL_CLEANING;
	publish();
	hv.cells[FRONT].state = CELL_RUNNING;
	cr_expect_eq(rd(DEVICE_ID), HV_VIRTIO_BLOCK);
	cr_expect(negotiate(1, VERSION_1) & FEATURES_OK);
}

/* ---- what a driver does ------------------------------------------------------ */

Test(virtio, a_driver_comes_up_and_the_backend_finds_what_it_wrote)
{
	bring_up();
	cr_expect_eq(rd(STATUS), ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
	cr_expect_eq(state->registers.status, rd(STATUS));
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
	take();
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
	cr_expect_eq(rd(STATUS), 0x0f);
	ring(HV_VIRTIO_RING_PUBLISH | 2);
	cr_expect_eq(rd(STATUS), 0x0f | NEEDS_RESET);
	cr_expect_eq(rd(INTERRUPT_STATUS), 2);
	/* Not a driver's to take back, but by a reset. */
	wr(STATUS, 0x0f);
	cr_expect_eq(rd(STATUS), 0x0f | NEEDS_RESET);
	wr(STATUS, 0);
	cr_expect_eq(rd(STATUS), 0);
	take();
	cr_expect_eq(rd(STATUS), 0);
	published->reset_epoch = state->epoch + 2;
	take();
	cr_expect_eq(rd(STATUS), 0);
	published->reset_epoch = state->epoch;
	take();
	cr_expect_eq(rd(STATUS), NEEDS_RESET);
	published->needs_reset = 0;
	take();
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
	cr_expect_eq(state->registers.status | state->registers.interrupt_status, 0);
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
	take();
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
	take();
	for (size_t i = 0; i < sizeof(queues) / sizeof(*queues); i++) {
		before = *state;
		set_queue(queues[i], 8);
		wr(QUEUE_NOTIFY, queues[i]);
		cr_expect_eq(rd(QUEUE_NUM_MAX), 0);
		cr_expect_eq(rd(QUEUE_READY), 0);
		cr_expect_arr_eq(before.queues, state->queues, sizeof(state->queues));
	}
}
