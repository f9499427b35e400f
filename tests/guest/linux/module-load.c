/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module-load CELL - loads a program of three instructions into a cell with
 * `payload any` by hvisor.ko, starts it, and hears that it powered off; before
 * that, all that must be refused of a load.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hv_abi.h"
#include "hv_abi_calls.h"
#include "hvisor.h"

#define NOBODY 8u	/* nothing is mapped there */
#define STEPS 1000	/* looks, 10 ms apart, before something never comes */

static uint32_t cell;
static int n_good, n_bad;

static const uint32_t power_off[] = {
	0x52800100,	/* mov w0, #8 */
	0x72b08000,	/* movk w0, #0x8400, lsl #16 */
	0xd4000002,	/* hvc #0 */
};

static void expect(const char *what, long is, long wanted)
{
	if (is == wanted) {
		n_good++;
		return;
	}
	n_bad++;
	printf("%s: %ld, not %ld (%s)\n", what, is, wanted, strerror(errno));
}

static int opened(void)
{
	int fd = open("/dev/hvisor", O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		perror("/dev/hvisor");
		exit(1);
	}
	return fd;
}

/* x0 of the call, or an errno of the ioctl, which is above 0. */
static long call(int fd, uint64_t function, struct hvisor_call *c)
{
	*c = (struct hvisor_call){ { function, cell } };
	return ioctl(fd, HVISOR_CALL, c) ? errno : (long)c->x[0];
}

static long do_call(int fd, uint64_t function)
{
	struct hvisor_call c;
	long answer;
	int n = 0;

	while ((answer = call(fd, function, &c)) == HV_E_BUSY && n++ < STEPS)
		usleep(10000);
	return answer;
}

static uint64_t state(int fd)
{
	struct hvisor_call c;

	call(fd, HV_CALL_CELL_STATE, &c);
	return c.x[1];
}

/* Each change comes with the event line: no look without it. */
static void wait_for(int fd, uint64_t wanted)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t raised;

	while (state(fd) != wanted) {
		if (poll(&p, 1, 10 * STEPS) <= 0)
			break;
		if (read(fd, &raised, sizeof(raised)) < 0)
			break;
	}
	expect("the state", (long)state(fd), (long)wanted);
}

static long load(int fd, uint64_t offset, const void *data, uint64_t size)
{
	struct hvisor_load l = { .cell = cell, .offset = offset,
				 .data = (uintptr_t)data, .size = size };

	return ioctl(fd, HVISOR_LOAD, &l) ? errno : 0;
}

static void refused(int fd, int other)
{
	static char page[4096];
	struct hvisor_load l = { .cell = cell, .window = 99,
				 .data = (uintptr_t)page, .size = 1 };

	expect("another file's load", do_call(other, HV_CALL_LOAD_BEGIN), EBUSY);
	expect("another file's end", do_call(other, HV_CALL_LOAD_END), EBUSY);
	expect("another file's bytes", load(other, 0, page, 1), EBADF);
	expect("no bytes", load(fd, 0, page, 0), EINVAL);
	expect("bytes of nobody", load(fd, 0, (void *)NOBODY, 4096), EFAULT);
	expect("bytes of the kernel", load(fd, 0, (void *)-4096L, 4096), EFAULT);
	expect("behind the window", load(fd, 2 << 20, page, 1), ERANGE);
	expect("across its end", load(fd, (2 << 20) - 1, page, 2), ERANGE);
	expect("far away", load(fd, UINT64_MAX, page, 1), ERANGE);
	expect("too much", load(fd, 0, page, UINT64_MAX / 2), ERANGE);
	expect("no window", ioctl(fd, HVISOR_LOAD, &l) ? errno : 0, ERANGE);
	expect("a start of it", do_call(fd, HV_CALL_START), HV_E_STATE);
}

/* A process that dies with a window open leaves none. */
static void die_in_the_middle(void)
{
	pid_t child = fork();
	int status;

	if (!child) {
		int fd = opened();

		_exit(do_call(fd, HV_CALL_LOAD_BEGIN) ||
		      load(fd, 0, power_off, sizeof(power_off)));
	}
	waitpid(child, &status, 0);
	expect("the one who died", status, 0);
}

/* By pieces that are no multiple of anything, and more than the copy's own. */
static void fill(int fd)
{
	uint8_t *bytes = malloc(1 << 20);

	if (!bytes)
		exit(1);
	memset(bytes, 0x5a, 1 << 20);
	expect("a MiB", load(fd, 4097, bytes, (1 << 20) - 4097), 0);
	for (size_t i = 0; i < sizeof(power_off); i++)
		expect("a byte", load(fd, i, (const uint8_t *)power_off + i, 1), 0);
	expect("the last byte", load(fd, (2 << 20) - 1, bytes, 1), 0);
	free(bytes);
}

int main(int argc, char **argv)
{
	int fd = opened(), other = opened();

	if (argc != 2)
		return 2;
	cell = (uint32_t)atoi(argv[1]);
	die_in_the_middle();
	expect("begin", do_call(fd, HV_CALL_LOAD_BEGIN), 0);
	refused(fd, other);
	fill(fd);
	expect("end", do_call(fd, HV_CALL_LOAD_END), 0);
	expect("bytes after the end", load(fd, 0, power_off, 4), EBADF);
	wait_for(fd, HV_STATE_LOADED);
	expect("start", do_call(fd, HV_CALL_START), 0);
	wait_for(fd, HV_STATE_OFF);
	printf("%d as they should, %d not\n", n_good, n_bad);
	return n_bad != 0;
}
