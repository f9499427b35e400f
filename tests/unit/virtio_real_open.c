/* SPDX-License-Identifier: BSD-2-Clause */
/* What the server says of backends that it opens, and of those that it cannot. */
#include "one_server.h"

#include <linux/if_tun.h>
#include <sched.h>
#include <sys/ioctl.h>

#include "virtio/tap.h"

TestSuite(server_open, .init = setup, .fini = teardown);

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

Test(server_open, says_what_it_cannot_open)
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
Test(server_open, says_whether_it_made_the_interface)
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

Test(server_open, says_who_has_the_file)
{
	pid_t child = begin(0);

	start();
	must_not_add(HV_VIRTIO_BLOCK, HV_BACKEND_FILE, path, strcat(
		strcat(strcpy((char[128]){ 0 }, "cannot open '"), path),
		"': another program or device has it"));
	server_free(server);
	end(child);
}

Test(server_open, opens_consoles_and_no_more_devices_than_it_has_room_for)
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

Test(server_open, ends_when_the_escape_is_typed)
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
