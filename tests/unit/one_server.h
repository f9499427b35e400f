/* SPDX-License-Identifier: BSD-2-Clause */
/* The server in a process of its own, as hvisor.loader has it, on a file; the driver
 * is the test's. */
#ifndef TESTS_UNIT_ONE_SERVER_H
#define TESTS_UNIT_ONE_SERVER_H

#include <criterion/criterion.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "virtio/server.h"

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

static inline void setup(void)
{
	file = mkstemp(path);
	cr_assert_eq(ftruncate(file, SECTORS * 512), 0);
	strcpy(row.path, path);
	kick = eventfd(0, EFD_NONBLOCK);
	stop = eventfd(0, EFD_NONBLOCK);
	g = guest_new(1, 0);
}

static inline void teardown(void)
{
	unlink(path);
}

static inline _Noreturn void serve(uint32_t spin_us)
{
	struct server *s = server_new();
	struct server_opened opened;

	if (!server_add(s, &row, &g->place, kick, &opened))
		_exit(3);
	int end = server_run(s, stop, spin_us);

	server_free(s);
	_exit(end == SERVER_STOPPED ? 0 : 4);
}

static inline pid_t begin(uint32_t spin_us)
{
	pid_t child = fork();

	cr_assert_geq(child, 0);
	if (!child)
		serve(spin_us);
	return child;
}

static inline void end(pid_t child)
{
	int status;

	cr_assert_eq(eventfd_write(stop, 1), 0);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status));
	cr_assert_eq(WEXITSTATUS(status), 0);
}

static inline void start(void)
{
	while (!*(volatile uint32_t *)&g->published->is_published)
		poll(NULL, 0, 1);
	queue_make(&q, g, 0, 128, RINGS);
	guest_start(g, ALL | F_FLUSH);
	eventfd_write(kick, 1);
}

#endif
