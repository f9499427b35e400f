/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * backend.c - a root cell behind the devices of others, of whose memory it reaches
 * what their text gives and nothing else.
 *
 * It publishes all devices, starts all other cells that have any, and serves them.
 * Where there is a clerk (clerk.c) and a scribe (scribe.c) it says at the end whether
 * all went as it should, and reboots in between: it finds by the registers that it has
 * lived. Else it serves for ever, and says at times what it did.
 */
#include "meter.h"
#include "serve.h"

static char line_heard[64];
static uint32_t n_heard;

static void heard(struct device *d)
{
	n_heard++;
	for (uint32_t i = 0; i < sizeof(line_heard); i++)
		line_heard[i] = d->said[i];
	line_heard[sizeof(line_heard) - 1] = 0;
	print("%s: %s\n", d->name, line_heard);
}

#if defined(VIRTIO_PAPER_RING) && defined(VIRTIO_METER_RING)
static bool is_same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}
#endif

static void wait_and_serve(void)
{
	timer_at(timer_now() + timer_hz() / 100);
	cpu_wait();
	for (uint32_t i = 0; i < n_devices; i++)
		device_serve(&devices[i]);
}

void on_irq(uint32_t intid)
{
	if (intid == TIMER_INTID)
		timer_stop();
}

/* ---- before anybody is there ----------------------------------------------------- */

static bool has_lived;

/* The state is as the drivers left it, what is published and kept is gone. */
static void registers_are(struct device *d)
{
	static const char text[] = "a line of the backend's\n";
	volatile uint32_t *kept = (volatile uint32_t *)(d->published + 1);

	check(has_lived || (d->state->epoch == 0 && d->state->registers.status == 0),
	      "a state of nothing");
	check(d->state->epoch % 2 == 0, "no reset is going on");
	check(!d->published->is_published && *kept == 0, "nothing is published");
	*kept = 1;
	check(probe_write((uintptr_t)d->state, 1) != 0, "the state is only read");
	check(probe_write((uintptr_t)d->state + HV_VIRTIO_SIZE - 4, 1) != 0,
	      "all its page");
	check(load32(d->ring) == 0, "the ringing page reads 0");
	for (uint32_t i = 0; d->disk && text[i]; i++)
		d->disk[i] = text[i];
}

static void begin(void)
{
	gic_init();
	gic_enable(TIMER_INTID);
	devices_find();
	has_lived = devices[0].state->epoch != 0;
	for (uint32_t i = 0; i < n_devices; i++) {
		struct device *d = &devices[i];

		registers_are(d);
		device_publish(d);
		call(HV_CALL_CELL_STATE, d->front, 0, 0);
		if (x[1] != HV_STATE_RUNNING && !has_lived)
			check(patiently(HV_CALL_START, d->front) == 0, "start");
		print("%s: %u queues, %u views\n", d->name, d->n_queues, d->n_views);
	}
}

#if defined(VIRTIO_PAPER_RING) && defined(VIRTIO_METER_RING)

/* ---- what is reached, and what not ------------------------------------------------- */

enum { PAGE = 0x1000 };

static bool is_in(uint64_t page, uint64_t base, uint64_t size)
{
	return page >= base && page < base + size;
}

static bool is_of(const struct device *d, uint64_t page)
{
	bool is_own = is_in(page, (uintptr_t)d->state, 2 * HV_VIRTIO_SIZE) ||
		      page == d->ring;

	for (uint32_t i = 0; i < d->n_views; i++)
		is_own |= is_in(page, d->views[i].back.u, d->views[i].size);
	return is_own;
}

static bool is_own(uint64_t page)
{
	bool is = is_in(page, MEM_RAM_BASE, MEM_RAM_SIZE) || page == UART_BASE ||
		  is_in(page, GICD_BASE, 0x10000) || is_in(page, cpu_gicr(), 0x20000);

	for (uint32_t i = 0; i < n_devices; i++)
		is |= is_of(&devices[i], page);
	return is;
}

/* All pages that there could be in 4 GiB. */
static void sweep(void)
{
	uint32_t n_faults = 0, n_reached = 0, n_foreign = 0, value;

	for (uint64_t page = 0; page < 1ul << 32; page += PAGE) {
		if (probe_read(page, &value)) {
			n_faults++;
			continue;
		}
		n_reached++;
		n_foreign += !is_own(page);
	}
	print("sweep: %u pages fault, %u are there, %u of others\n", n_faults, n_reached,
	      n_foreign);
	check(n_foreign == 0 && n_reached > 512 && n_faults > 1000000, "what is there");
}

/* ---- the others' lives --------------------------------------------------------------- */

static struct device *device(const char *name)
{
	for (uint32_t i = 0; i < n_devices; i++)
		if (is_same(devices[i].name, name))
			return &devices[i];
	check(false, name);
	return &devices[0];
}

static bool has_ended(uint32_t cell)
{
	call(HV_CALL_CELL_STATE, cell, 0, 0);
	return x[1] != HV_STATE_RUNNING && x[1] != HV_STATE_CLEANING;
}

static void is_reset(const struct device *d, uint32_t epoch)
{
	check(d->state->epoch > epoch && d->state->epoch % 2 == 0, "the epoch went on");
	check(d->state->registers.status == 0, "a status of nothing");
	for (uint32_t i = 0; i < d->n_queues; i++)
		check(!d->state->queues[i].is_ready, "no queue is ready");
	check(d->published->is_published == 1, "it is published all the same");
}

/* What is typed at the scribe is on its disk then. */
static void scribe_writes(void)
{
	struct device *desk = device("desk");
	const char *disk = device("paper")->disk;

	while (n_heard < 1)
		wait_and_serve();
	check(is_same(line_heard, "a line of the backend's"), "the first line");
	desk->typed = "one\ntwo\n";
	while (n_heard < 3)
		wait_and_serve();
	check(is_same(line_heard, "written"), "written");
	check(is_same(disk + VIRTIO_SECTOR, "one\n"), "the first line on the disk");
	check(is_same(disk + 2 * VIRTIO_SECTOR, "two\n"), "the second");
}

/* The first time it ends by itself. */
static void clerk_lives(void)
{
	const struct device *files = device("files");
	uint32_t epoch = files->state->epoch, n_failed = files->n_failed;

	while (!has_ended(files->front))
		wait_and_serve();
	is_reset(files, epoch);
	check(files->n_requests > 128 && files->n_failed - n_failed == 2, "its requests");
	check(!files->n_broken, "its rings");
	check(patiently(HV_CALL_START, files->front) == 0, "it starts again");
}

struct exits { uint64_t mmio, faults, lines; };

static struct exits exits_of(uint32_t cell)
{
	check(call(HV_CALL_STATS, cell, 0, 0) == 0, "its exits");
	return (struct exits){ x[1 + HV_EXIT_MMIO], x[1 + HV_EXIT_FAULT],
			       x[1 + HV_EXIT_LINE] };
}

/* Between two requests that cannot be done, which the driver makes for that. */
static void count_exits(struct device *files, const char *how, uint64_t most)
{
	uint32_t n_failed = files->n_failed + 1, n;
	struct exits before, after;

	while (files->n_failed < n_failed)
		wait_and_serve();
	before = exits_of(files->front);
	n = files->n_requests;
	while (files->n_failed < n_failed + 1)
		wait_and_serve();
	after = exits_of(files->front);
	n = files->n_requests - n;
	print("%u requests %s take %lu exits, and %lu lines\n", n - 1, how,
	      after.mmio - before.mmio, after.lines - before.lines);
	/* Of the first and the last one exit may be counted here, or not. */
	check(n == 1001 && after.mmio - before.mmio <= most * n + 2, "exits");
	check(after.faults == before.faults, "no faults");
}

/* What it did before that cannot be done are two requests. */
static void clerk_counts(void)
{
	struct device *files = device("files");
	uint32_t n_failed = files->n_failed;

	while (files->n_failed < n_failed + 2)
		wait_and_serve();
	count_exits(files, "one by one", 2);
	count_exits(files, "with event index", 2);
	count_exits(files, "with event index, looked for,", 1);
}

/* How much a ring costs, of a line that nobody has enabled; when the clerk, which
 * lives again, has said how much its side costs, and rests. */
static void clerk_rests(void)
{
	const struct device *d = device("meter"), *files = device("files");
	uint32_t epoch = files->state->epoch;

	while (d->state->registers.status != (VIRTIO_ACKNOWLEDGE | VIRTIO_FAILED))
		wait_and_serve();
	check(d->state->queues[0].n_notified == METER_ROUNDS * METER_ACCESSES,
	      "notifications are counted");
	print("a ring takes %lu instructions\n", meter(d->ring, true, 1));
	check(call(HV_CALL_STOP, files->front, 0, 0) == 0, "it is stopped");
	while (!has_ended(files->front))
		wait_and_serve();
	is_reset(files, epoch);
}

/* Its driver did not notice that this cell has begun anew; the disk did. */
static void scribe_goes_on(void)
{
	const struct device *paper = device("paper");

	check(paper->state->registers.status == 0xf, "the driver is up");
	device("desk")->typed = "three\n";
	while (n_heard < 1)
		wait_and_serve();
	check(is_same(line_heard, "written"), "written again");
	check(is_same(paper->disk + 3 * VIRTIO_SECTOR, "three\n"), "the third line");
}

/* A stopped cell's state is none. */
static void scribe_ends(void)
{
	const struct device *paper = device("paper");
	uint32_t epoch = paper->state->epoch;

	check(call(HV_CALL_STOP, paper->front, 0, 0) == 0, "the scribe is stopped");
	while (!has_ended(paper->front))
		wait_and_serve();
	is_reset(paper, epoch);
	is_reset(device("desk"), 0);
}

void main(void)
{
	begin();
	gic_disable(device("meter")->line);
	if (!has_lived) {
		scribe_writes();
		clerk_lives();
		clerk_counts();
		clerk_rests();
		sweep();
		print("first life: %lu checks, %lu went wrong\n", n_checks, n_wrong);
		power_reset();
	}
	scribe_goes_on();
	scribe_ends();
	print("second life: %lu checks, %lu went wrong\n", n_checks, n_wrong);
	power_off();
}

#else

/* What each device has seen, whenever something of it has changed and time went by. */
static void say(void)
{
	for (uint32_t i = 0; i < n_devices; i++) {
		const struct device *d = &devices[i];

		print("%s: %u requests, %u failed, %u times broken, %u resets\n", d->name,
		      d->n_requests, d->n_failed, d->n_broken, d->state->epoch / 2);
	}
}

void main(void)
{
	uint64_t said = 0;

	begin();
	for (;;) {
		wait_and_serve();
		if (timer_now() - said < timer_hz())
			continue;
		said = timer_now();
		say();
	}
}
#endif
