/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server in a process of its own, as hvisor.loader has it, on a real file; the
 * driver here. It is killed again and again in the middle of requests, and each of
 * these ends once all the same.
 */
#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "virtio/server.h"
#include "virtio/tap.h"

#define RINGS (GUEST_BASE + 0x10000)
#define HEADS (GUEST_BASE + 0x20000)
#define DATA (GUEST_BASE + 0x40000)
#define ALL (DEVICE_F_VERSION_1 | DEVICE_F_EVENT_INDEX | DEVICE_F_INDIRECT)
#define F_FLUSH (UINT64_C(1) << 9)
#define SECTORS 256u
#define AT_ONCE 40u

static char path[] = "/tmp/virtio-server-XXXXXX";
static struct guest *g;
static struct queue q;
static int kick, stop, file;
static struct hv_loader_virtio row = {
	.name = "disk0", .kind = HV_VIRTIO_BLOCK, .n_queues = 1,
	.backend = HV_BACKEND_FILE,
};

static void setup(void)
{
	file = mkstemp(path);
	cr_assert_eq(ftruncate(file, SECTORS * 512), 0);
	strcpy(row.path, path);
	kick = eventfd(0, EFD_NONBLOCK);
	stop = eventfd(0, EFD_NONBLOCK);
	g = guest_new(1, 0);
}

static void teardown(void)
{
	unlink(path);
}

TestSuite(server, .init = setup, .fini = teardown);

static _Noreturn void serve(uint32_t spin_us)
{
	struct server *s = server_new();
	struct server_opened opened;

	if (!server_add(s, &row, &g->place, kick, &opened))
		_exit(3);
	int end = server_run(s, stop, spin_us);

	server_free(s);
	_exit(end == SERVER_STOPPED ? 0 : 4);
}

static pid_t begin(uint32_t spin_us)
{
	pid_t child = fork();

	cr_assert_geq(child, 0);
	if (!child)
		serve(spin_us);
	return child;
}

static void end(pid_t child)
{
	int status;

	cr_assert_eq(eventfd_write(stop, 1), 0);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status));
	cr_assert_eq(WEXITSTATUS(status), 0);
}

static void start(void)
{
	while (!*(volatile uint32_t *)&g->published->is_published)
		poll(NULL, 0, 1);
	queue_make(&q, g, 0, 128, RINGS);
	guest_start(g, ALL | F_FLUSH);
	eventfd_write(kick, 1);
}

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

/* ---- opening ------------------------------------------------------------------ */

static struct server *server;
static struct server_opened opened;

static bool add(uint32_t kind, uint32_t backend, const char *name)
{
	if (!server)
		server = server_new();
	row.kind = kind;
	row.backend = backend;
	strcpy(row.path, name);
	return server_add(server, &row, &g->place, kick, &opened);
}

static void must_not_add(uint32_t kind, uint32_t backend, const char *name,
			 const char *why)
{
	cr_assert_not(add(kind, backend, name));
	cr_assert_str_eq(opened.why, why);
}

Test(server, says_what_it_cannot_open)
{
	must_not_add(HV_VIRTIO_BLOCK, HV_BACKEND_FILE, "/nowhere",
		     "cannot open '/nowhere': No such file or directory");
	must_not_add(HV_VIRTIO_CONSOLE, HV_BACKEND_FILE, "/no/where",
		     "cannot open '/no/where': No such file or directory");
	must_not_add(HV_VIRTIO_NET, HV_BACKEND_TAP, "tap%d",
		     "cannot open the tap interface 'tap%d': it is no tap"
		     " interface, or not one of so many queues");
	must_not_add(HV_VIRTIO_BLOCK, HV_BACKEND_FILE, "/dev/null",
		     "cannot open '/dev/null': it is neither a file nor a disk");
	cr_assert_eq(ftruncate(file, 100), 0);
	must_not_add(HV_VIRTIO_BLOCK, HV_BACKEND_FILE, path, strcat(
		strcat(strcpy((char[128]){ 0 }, "cannot open '"), path),
		"': it is smaller than a sector of 512 bytes"));
	must_not_add(77, 0, "", "unknown kind 77");
	must_not_add(HV_VIRTIO_CONSOLE, 9, "", "unknown backend 9");
	g->place.n_queues = 17;
	must_not_add(HV_VIRTIO_BLOCK, HV_BACKEND_FILE, path,
		     "there are 17 queues");
	server_free(server);
}

/* In a network namespace of the test's own. */
Test(server, says_whether_it_made_the_interface)
{
	int fds[TAP_PAIRS_MAX];

	if (access("/dev/net/tun", R_OK | W_OK) || unshare(CLONE_NEWNET))
		cr_skip_test("there are no tap interfaces to be had");
	g = guest_new(2, 0);
	cr_assert(add(HV_VIRTIO_NET, HV_BACKEND_TAP, "tap9"), "%s", opened.why);
	cr_assert(opened.is_made);
	server_free(server);
	server = NULL;
	cr_assert_eq(tap_open("tap9", 1, fds), 0);
	cr_assert_eq(ioctl(fds[0], TUNSETPERSIST, 1), 0);
	close(fds[0]);
	cr_assert(add(HV_VIRTIO_NET, HV_BACKEND_TAP, "tap9"), "%s", opened.why);
	cr_assert_not(opened.is_made);
	server_free(server);
}

Test(server, says_who_has_the_file)
{
	pid_t child = begin(0);

	start();
	must_not_add(HV_VIRTIO_BLOCK, HV_BACKEND_FILE, path, strcat(
		strcat(strcpy((char[128]){ 0 }, "cannot open '"), path),
		"': another program or device has it"));
	server_free(server);
	end(child);
}

Test(server, opens_consoles_and_no_more_devices_than_it_has_room_for)
{
	g = guest_new(2, 0);
	cr_assert(add(HV_VIRTIO_CONSOLE, HV_BACKEND_PTY, ""));
	cr_assert_eq(strncmp(opened.pty, "/dev/pts/", 9), 0);
	for (uint32_t i = 1; i < SERVER_DEVICES_MAX; i++) {
		cr_assert(add(HV_VIRTIO_CONSOLE, HV_BACKEND_FILE, path));
		cr_assert_str_empty(opened.pty);
	}
	must_not_add(HV_VIRTIO_CONSOLE, HV_BACKEND_FILE, path,
		     "there are more than 64 devices");
	eventfd_write(stop, 1);
	cr_assert_eq(server_run(server, stop, 0), SERVER_STOPPED);
	server_free(server);
}

Test(server, ends_when_the_escape_is_typed)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	char slave[64];
	int status;
	pid_t child;

	cr_assert(!grantpt(master) && !unlockpt(master));
	cr_assert_eq(ptsname_r(master, slave, sizeof(slave)), 0);
	g = guest_new(2, 0);
	child = fork();
	if (!child) {
		/* Who leads a session gets the first terminal that it opens. */
		setsid();
		if (open(slave, O_RDWR) < 0 ||
		    !add(HV_VIRTIO_CONSOLE, HV_BACKEND_TERMINAL, ""))
			_exit(3);
		_exit(server_run(server, stop, 0) == SERVER_LEFT ? 0 : 4);
	}
	while (!*(volatile uint32_t *)&g->published->is_published)
		poll(NULL, 0, 1);
	/* It is heard when the line ends, as nobody made the terminal raw here. */
	cr_assert_eq(write(master, "ab\x1d\n", 4), 4);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status));
	cr_assert_eq(WEXITSTATUS(status), 0);
}
