/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module - what tests ask of hvisor.ko from inside a Linux cell.
 *
 *	module info			what HVISOR_INFO says, a line each
 *	module call FUNCTION [X1...]	a management call: x0 to x16
 *	module bad			everything that must be refused, with its errno
 *	module wait			waits for the event line, says how often it was
 */
#include <errno.h>
#include <fcntl.h>
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

#define NOBODY ((void *)8)	/* nothing is mapped there */

static int dev, n_good, n_bad;

static void expect(const char *what, long is, int error)
{
	int got = is < 0 ? errno : 0;

	if (got == error) {
		n_good++;
		return;
	}
	n_bad++;
	printf("%s: %s, not %s\n", what, strerror(got), strerror(error));
}

static void info(void)
{
	struct hvisor_info i;

	if (ioctl(dev, HVISOR_INFO, &i)) {
		perror("HVISOR_INFO");
		exit(1);
	}
	printf("module %u abi %u running %u state %u cell %d root %d\n",
	       i.module_version, i.abi_version, i.running_abi_version, i.state,
	       (int)i.own_cell, (int)i.root_cell);
	printf("identity ");
	for (int k = 0; k < HVISOR_HASH_SIZE; k++)
		printf("%02x", i.identity[k]);
	printf("\nreason %s\n", i.reason);
}

static void call(int n, char **args)
{
	struct hvisor_call c = { { 0 } };

	for (int i = 0; i < n && i < 17; i++)
		c.x[i] = strtoull(args[i], NULL, 0);
	c.x[0] += HV_CALL_FIRST;
	if (ioctl(dev, HVISOR_CALL, &c)) {
		perror("HVISOR_CALL");
		exit(1);
	}
	for (int i = 0; i < 17; i++)
		printf("%s%llx", i ? " " : "", (unsigned long long)c.x[i]);
	putchar('\n');
}

/* ---- what must be refused -------------------------------------------------- */

static void bad_numbers(void)
{
	uint64_t word = 0;

	expect("ioctl 0", ioctl(dev, 0, &word), ENOTTY);
	expect("unknown number", ioctl(dev, _IO(0xce, 99), &word), ENOTTY);
	expect("another size", ioctl(dev, _IOWR(0xce, 3, uint64_t), &word),
	       ENOTTY);
	expect("channel's ioctl", ioctl(dev, HVISOR_CHANNEL, &word), ENOTTY);
	expect("INFO to nobody", ioctl(dev, HVISOR_INFO, NOBODY), EFAULT);
	expect("ENABLE from nobody", ioctl(dev, HVISOR_ENABLE, NOBODY), EFAULT);
	expect("DISABLE from nobody", ioctl(dev, HVISOR_DISABLE, NOBODY), EFAULT);
	expect("CALL from nobody", ioctl(dev, HVISOR_CALL, NOBODY), EFAULT);
	expect("LOAD from nobody", ioctl(dev, HVISOR_LOAD, NOBODY), EFAULT);
	expect("INFO to -8", ioctl(dev, HVISOR_INFO, (void *)-8L), EFAULT);
	expect("mmap", mmap(NULL, 4096, PROT_READ, MAP_SHARED, dev, 0) ==
	       MAP_FAILED ? -1 : 0, ENODEV);
	expect("short read", read(dev, &word, 4), EINVAL);
	expect("write", write(dev, &word, 8), EINVAL);
}

static void bad_enable(void)
{
	struct hvisor_enable e = { .image = 4096, .size = 0 };
	struct hvisor_disable d = { .flags = 1 };

	expect("no bytes", ioctl(dev, HVISOR_ENABLE, &e), EINVAL);
	e.size = UINT64_MAX;
	expect("all bytes", ioctl(dev, HVISOR_ENABLE, &e), EINVAL);
	e.size = 4096;
	e.flags = HVISOR_ENABLE_FAULT;
	expect("faults", ioctl(dev, HVISOR_ENABLE, &e), EINVAL);
	e.flags = 0;
	e.fault_cpu = 1;
	expect("a fault without flag", ioctl(dev, HVISOR_ENABLE, &e), EINVAL);
	expect("DISABLE with flags", ioctl(dev, HVISOR_DISABLE, &d), EINVAL);
}

static int call_of(uint64_t function)
{
	struct hvisor_call c = { { function } };

	return ioctl(dev, HVISOR_CALL, &c);
}

static void bad_calls(void)
{
	struct hvisor_load l = { .cell = 1, .data = 4096, .size = 4096 };

	expect("PSCI SYSTEM_OFF", call_of(0x84000008), EINVAL);
	expect("below", call_of(HV_CALL_FIRST - 1), EINVAL);
	expect("above", call_of(HV_CALL_LAST + 1), EINVAL);
	expect("64 bits of it", call_of(UINT64_C(1) << 32 | HV_CALL_FIRST), EINVAL);
	expect("LATE_COMMIT", call_of(HV_CALL_LATE_COMMIT), EPERM);
	expect("LATE_STOP", call_of(HV_CALL_LATE_STOP), EPERM);
	expect("LATE_LEAVE", call_of(HV_CALL_LATE_LEAVE), EPERM);
	expect("a load not begun", ioctl(dev, HVISOR_LOAD, &l), EBADF);
	l.cell = UINT32_MAX;
	expect("a load of no cell", ioctl(dev, HVISOR_LOAD, &l), EBADF);
}

/* Not root: not even open; a file that was opened before is the opener's. */
static void bad_user(void)
{
	pid_t child = fork();
	int status;

	if (!child) {
		if (setgid(1) || setuid(1))
			_exit(3);
		_exit(open("/dev/hvisor", O_RDWR) >= 0 ? 1 : errno == EACCES ? 0 : 2);
	}
	waitpid(child, &status, 0);
	expect("another user", status ? -1 : 0, 0);
}

static void bad(void)
{
	bad_numbers();
	bad_enable();
	bad_calls();
	bad_user();
	printf("%d refused as they should, %d not\n", n_good, n_bad);
}

static void wait_once(void)
{
	uint64_t n;

	if (read(dev, &n, sizeof(n)) != sizeof(n)) {
		perror("read");
		exit(1);
	}
	printf("raised %llu\n", (unsigned long long)n);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	dev = open("/dev/hvisor", O_RDWR);
	if (dev < 0) {
		perror("/dev/hvisor");
		return 1;
	}
	if (!strcmp(what, "info"))
		info();
	else if (!strcmp(what, "call"))
		call(argc - 2, argv + 2);
	else if (!strcmp(what, "bad"))
		bad();
	else if (!strcmp(what, "wait"))
		wait_once();
	else
		return 2;
	return n_bad != 0;
}
