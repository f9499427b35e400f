/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server, a process of its own on a real file, is killed again and again in the
 * middle of requests, and each of these ends once all the same.
 */
#include "one_server.h"

TestSuite(server, .init = setup, .fini = teardown);

/* A sector that says its number and its age. */
static void fill(uint32_t *words, uint32_t sector, uint32_t age)
{
	for (uint32_t i = 0; i < 128; i++)
		words[i] = sector * 0x10001 + age * 0x1234567 + i;
}

static void ask(uint16_t slot, uint32_t type, uint32_t sector)
{
	uint16_t at = (uint16_t)(3 * slot);
	uint64_t head_at = HEADS + 64u * slot;
	uint32_t *head = guest_at(g, head_at, 64);

	head[0] = type;
	head[2] = sector;
	head[3] = 0;
	*(volatile uint8_t *)(head + 4) = 0xee;
	queue_describe(&q, at, head_at, 16, DESC_NEXT, (uint16_t)(at + 1));
	queue_describe(&q, (uint16_t)(at + 1), DATA + 512u * slot, 512,
		       DESC_NEXT | (type ? 0 : DESC_WRITE), (uint16_t)(at + 2));
	queue_describe(&q, (uint16_t)(at + 2), head_at + 16, 1, DESC_WRITE, 0);
	queue_offer(&q, at);
}

static int status_of(uint16_t slot)
{
	return *(volatile uint8_t *)guest_at(g, HEADS + 64u * slot + 16, 1);
}

struct run {
	uint32_t ages[SECTORS];		/* of what was written last */
	uint32_t sector[AT_ONCE];
	bool is_write[AT_ONCE], is_busy[AT_ONCE], has_sector[SECTORS];
	uint32_t n_asked, n_ended, n_busy, random;
};

static uint32_t draw(struct run *r)
{
	r->random = r->random * 1664525 + 1013904223;
	return r->random >> 8;
}

static void ask_one(struct run *r, uint16_t slot)
{
	uint32_t sector = draw(r) % SECTORS;

	if (r->has_sector[sector])
		return;
	r->is_write[slot] = draw(r) & 1;
	r->sector[slot] = sector;
	r->is_busy[slot] = r->has_sector[sector] = true;
	if (r->is_write[slot])
		fill(guest_at(g, DATA + 512u * slot, 512), sector,
		     ++r->ages[sector]);
	else
		memset(guest_at(g, DATA + 512u * slot, 512), 0xdb, 512);
	ask(slot, r->is_write[slot], sector);
	r->n_asked++;
	r->n_busy++;
}

static void end_one(struct run *r, uint32_t head, uint32_t n_written)
{
	uint32_t slot = head / 3, sector = r->sector[slot];
	uint32_t expected[128] = { 0 };

	cr_assert(head % 3 == 0 && slot < AT_ONCE && r->is_busy[slot],
		  "head %u ended twice", head);
	cr_assert_eq(status_of((uint16_t)slot), 0);
	cr_assert_eq(n_written, r->is_write[slot] ? 1 : 513);
	if (r->ages[sector])
		fill(expected, sector, r->ages[sector]);
	cr_assert_arr_eq(guest_at(g, DATA + 512u * slot, 512), expected, 512);
	r->is_busy[slot] = r->has_sector[sector] = false;
	r->n_ended++;
	r->n_busy--;
}

static void look(struct run *r)
{
	uint32_t head, n;

	while (queue_used(&q, &head, &n))
		end_one(r, head, n);
}

static void check_file(const struct run *r)
{
	uint32_t is[128], expected[128];

	for (uint32_t i = 0; i < SECTORS; i++) {
		memset(expected, 0, sizeof(expected));
		if (r->ages[i])
			fill(expected, i, r->ages[i]);
		cr_assert_eq(pread(file, is, 512, 512 * i), 512);
		cr_assert_arr_eq(is, expected, 512, "sector %u", i);
	}
}

static void drive(struct run *r, uint32_t n)
{
	uint32_t until = r->n_asked + n;

	while (r->n_asked < until) {
		for (uint16_t i = 0; i < AT_ONCE; i++)
			if (!r->is_busy[i])
				ask_one(r, i);
		eventfd_write(kick, 1);
		look(r);
	}
}

static void finish(struct run *r)
{
	while (r->n_busy) {
		eventfd_write(kick, 1);
		look(r);
		poll(NULL, 0, 1);
	}
	cr_assert_eq(r->n_asked, r->n_ended);
}

Test(server, serves_until_it_is_stopped)
{
	static struct run r = { .random = 1 };
	pid_t child = begin(0);

	start();
	drive(&r, 5000);
	finish(&r);
	end(child);
	check_file(&r);
	cr_assert_geq(g->kept->counters.requests, 5000);
}

Test(server, spins_when_told_to)
{
	static struct run r = { .random = 2 };
	pid_t child = begin(50);

	start();
	drive(&r, 5000);
	finish(&r);
	end(child);
	check_file(&r);
}

Test(server, sleeps_and_is_woken_by_each_notification_it_asks_for)
{
	static struct run r = { .random = 3 };
	pid_t child = begin(0);

	start();
	for (int i = 0; i < 300; i++) {
		uint16_t event, old = q.available;

		ask_one(&r, 0);
		event = queue_available_event(&q);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		event = queue_available_event(&q);
		/* Only where it asks to be told, as a driver does. */
		if ((uint16_t)(q.available - event - 1) <
		    (uint16_t)(q.available - old))
			eventfd_write(kick, 1);
		while (r.n_busy)
			look(&r);
	}
	end(child);
	check_file(&r);
}

Test(server, finishes_every_request_once_though_it_is_killed)
{
	static struct run r = { .random = 4 };
	pid_t child = begin(0);

	start();
	for (int i = 0; i < 60; i++) {
		drive(&r, 50 + draw(&r) % 400);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		child = begin(0);
	}
	drive(&r, 500);
	finish(&r);
	end(child);
	check_file(&r);
	/* Some of them in the middle of requests: of 60, it is dozens. */
	cr_assert_geq(g->kept->counters.restarts, 1);
	cr_assert_geq(g->kept->counters.resumed, 1);
	cr_assert_eq(g->kept->queues[0].in_flight[0], 0);
}

Test(server, goes_on_though_the_driver_resets_the_device)
{
	static struct run r = { .random = 5 };
	pid_t child = begin(0);

	start();
	for (int i = 0; i < 50; i++) {
		drive(&r, 100 + draw(&r) % 100);
		finish(&r);
		guest_reset(g);
		start();
	}
	end(child);
	check_file(&r);
	cr_assert_geq(g->kept->counters.resets, 2);
}
