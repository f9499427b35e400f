/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module-enable GOOD.bin FILE [FAULT-CPU] - HVISOR_ENABLE of FILE as if it were
 * GOOD.bin: past what hvisor.loader would refuse itself.
 * module-enable - HVISOR_DISABLE.
 *
 * Prints the error, if any, and the reason.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hv_abi.h"
#include "hvisor.h"

struct bytes {
	const uint8_t *at;
	size_t size;
};

static struct bytes map(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat s;
	void *at;

	if (fd < 0 || fstat(fd, &s)) {
		perror(path);
		exit(1);
	}
	at = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		exit(1);
	close(fd);
	return (struct bytes){ at, (size_t)s.st_size };
}

static void expect_of(struct hvisor_enable *e, const char *path)
{
	struct bytes good = map(path);
	const struct hv_image_head *image = (const void *)good.at;
	const struct hv_head *tables =
		(const void *)(good.at + image->tables_offset);

	memcpy(e->identity, image->identity.b, sizeof(e->identity));
	memcpy(e->runtime, tables->runtime.b, sizeof(e->runtime));
}

static int tell(int failed, const char *reason)
{
	printf("%s: %s\n", failed ? strerror(errno) : "done", reason);
	return failed != 0;
}

static int enable(int fd, char **args, int n)
{
	struct bytes image = map(args[1]);
	struct hvisor_enable e = { .image = (uintptr_t)image.at,
				   .size = image.size };

	expect_of(&e, args[0]);
	if (n > 2) {
		e.flags = HVISOR_ENABLE_FAULT;
		e.fault_cpu = (uint32_t)atoi(args[2]);
	}
	return tell(ioctl(fd, HVISOR_ENABLE, &e), e.reason);
}

int main(int argc, char **argv)
{
	struct hvisor_disable d = { 0 };
	int fd = open("/dev/hvisor", O_RDWR);

	if (fd < 0) {
		perror("/dev/hvisor");
		return 1;
	}
	if (argc >= 3)
		return enable(fd, argv + 1, argc - 1);
	return tell(ioctl(fd, HVISOR_DISABLE, &d), d.reason);
}
