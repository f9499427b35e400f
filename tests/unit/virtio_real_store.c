/* SPDX-License-Identifier: BSD-2-Clause */
/* A store that is a file, with the kernel's io_uring. */
#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "virtio/store.h"

#define SIZE 0x20000u

static char path[] = "/tmp/virtio-store-XXXXXX";
static int fd;
static uint8_t bytes[SIZE];

static void setup(void)
{
	fd = mkstemp(path);
	cr_assert_geq(fd, 0);
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (uint8_t)(i * 11 + i / 512);
	cr_assert_eq(write(fd, bytes, SIZE), (ssize_t)SIZE);
}

static void teardown(void)
{
	unlink(path);
}

TestSuite(store, .init = setup, .fini = teardown);

static int64_t wait_for(struct store *s, uint32_t tag)
{
	struct pollfd polled = { .fd = store_fd(s), .events = POLLIN };
	uint32_t ended;
	int64_t result;

	store_submit(s);
	while (!store_next(s, &ended, &result))
		cr_assert_eq(poll(&polled, 1, -1), 1);
	cr_assert_eq(ended, tag);
	return result;
}

Test(store, reads_writes_and_flushes)
{
	struct store *s = store_open(path, false, 4);
	uint8_t some[1000];

	cr_assert(s);
	cr_assert_eq(store_size(s), SIZE);
	cr_assert_eq(store_block_size(s), 512);
	store_begin(s, STORE_READ, 7, some, 512, sizeof(some));
	cr_assert_eq(wait_for(s, 7), 1000);
	cr_assert_arr_eq(some, bytes + 512, 1000);
	memset(some, 0x3c, sizeof(some));
	store_begin(s, STORE_WRITE, 8, some, 1024, sizeof(some));
	cr_assert_eq(wait_for(s, 8), 1000);
	store_begin(s, STORE_WRITE_THROUGH, 9, some, 2048, sizeof(some));
	cr_assert_eq(wait_for(s, 9), 1000);
	store_begin(s, STORE_FLUSH, 10, NULL, 0, 0);
	cr_assert_eq(wait_for(s, 10), 0);
	cr_assert_eq(pread(fd, bytes, 2048, 1024), 2048);
	cr_assert_arr_eq(bytes, some, 1000);
	cr_assert_arr_eq(bytes + 1024, some, 1000);
	store_close(s);
}

Test(store, clears_without_growing)
{
	static const uint8_t zeros[4096];
	struct store *s = store_open(path, false, 4);
	struct stat is;

	store_begin(s, STORE_DISCARD, 1, NULL, 4096, 4096);
	cr_assert_eq(wait_for(s, 1), 0);
	store_begin(s, STORE_ZERO_FREE, 2, NULL, SIZE - 512, 4096);
	cr_assert_eq(wait_for(s, 2), 0);
	cr_assert_eq(pread(fd, bytes, 4096, 4096), 4096);
	cr_assert_arr_eq(bytes, zeros, 4096);
	cr_assert_eq(fstat(fd, &is), 0);
	cr_assert_eq(is.st_size, SIZE);
	store_close(s);
}

Test(store, many_at_once_end_all)
{
	struct store *s = store_open(path, false, 64);
	uint64_t ended = 0;
	uint32_t tag;
	int64_t result;
	static uint8_t buffers[64][512];

	for (uint32_t round = 0; round < 20; round++) {
		for (uint32_t i = 0; i < 64; i++)
			store_begin(s, STORE_READ, i, buffers[i], 512 * i, 512);
		store_submit(s);
		for (ended = 0; ended != UINT64_MAX;) {
			struct pollfd polled = { .fd = store_fd(s),
						 .events = POLLIN };

			if (!store_next(s, &tag, &result)) {
				poll(&polled, 1, -1);
				continue;
			}
			cr_assert_not(ended & UINT64_C(1) << tag);
			ended |= UINT64_C(1) << tag;
			cr_assert_eq(result, 512);
			cr_assert_arr_eq(buffers[tag], bytes + 512 * tag, 512);
		}
	}
	store_close(s);
}

Test(store, closes_when_all_have_ended)
{
	struct store *s = store_open(path, false, 8);
	uint8_t some[512];

	memset(some, 0x77, sizeof(some));
	store_begin(s, STORE_WRITE, 1, some, 0, sizeof(some));
	store_close(s);
	cr_assert_eq(pread(fd, bytes, 512, 0), 512);
	cr_assert_arr_eq(bytes, some, 512);
}

Test(store, read_only_is_not_written)
{
	struct store *s = store_open(path, true, 4);
	uint8_t some[512] = { 1 };

	store_begin(s, STORE_WRITE, 1, some, 0, sizeof(some));
	cr_assert_eq(wait_for(s, 1), -EBADF);
	store_close(s);
}

Test(store, is_read_by_several_and_written_by_one)
{
	struct store *a = store_open(path, true, 4);
	struct store *b = store_open(path, true, 4);

	cr_assert(a);
	cr_assert(b);
	cr_assert_null(store_open(path, false, 4));
	cr_assert_eq(errno, EWOULDBLOCK);
	store_close(a);
	store_close(b);
}

/* What a killed backend holds is let go; the wait for it is store_open()'s. */
Test(store, is_had_by_the_next_when_the_first_is_killed)
{
	int told[2];
	char byte;
	pid_t child;
	struct store *s;

	cr_assert_eq(pipe(told), 0);
	child = fork();
	if (!child) {
		s = store_open(path, false, 64);
		for (uint32_t i = 0; s && i < 64; i++)
			store_begin(s, STORE_WRITE_THROUGH, i, bytes, 512 * i,
				    512);
		if (s)
			store_submit(s);
		if (write(told[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	cr_assert_eq(read(told[0], &byte, 1), 1);
	kill(child, SIGKILL);
	s = store_open(path, false, 4);
	cr_assert(s);
	waitpid(child, NULL, 0);
	store_close(s);
}

/* A disk of the kernel's, made of the file; -1: it makes none here. */
static int make_disk(char name[32])
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int number = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
	int disk;

	snprintf(name, 32, "/dev/loop%d", number);
	disk = number < 0 ? -1 : open(name, O_RDWR | O_CLOEXEC);
	if (control >= 0)
		close(control);
	if (disk >= 0 && ioctl(disk, LOOP_SET_FD, fd)) {
		close(disk);
		return -1;
	}
	return disk;
}

Test(store, is_no_disk_that_is_mounted)
{
	char name[32];
	int disk = make_disk(name), mount;
	struct store *s;

	if (disk < 0)
		cr_skip_test("there is no loop device to be had");
	/* As the kernel has it for a file system. */
	mount = open(name, O_RDONLY | O_EXCL | O_CLOEXEC);
	cr_assert_geq(mount, 0);
	s = store_open(name, false, 4);
	cr_expect_null(s);
	cr_expect_eq(errno, EBUSY);
	if (s)
		store_close(s);
	/* Who only reads does it no harm. */
	s = store_open(name, true, 4);
	cr_expect(s);
	if (s)
		store_close(s);
	close(mount);
	s = store_open(name, false, 4);
	cr_expect(s);
	if (s) {
		cr_expect_eq(store_size(s), SIZE);
		store_close(s);
	}
	ioctl(disk, LOOP_CLR_FD, 0);
	close(disk);
}

Test(store, has_a_sector_at_least)
{
	struct store *s;

	cr_assert_eq(ftruncate(fd, 511), 0);
	cr_assert_null(store_open(path, false, 4));
	cr_assert_eq(errno, ENODATA);
	cr_assert_eq(ftruncate(fd, 512), 0);
	s = store_open(path, false, 4);
	cr_assert(s);
	store_close(s);
}

Test(store, is_a_file_or_a_disk)
{
	cr_assert_null(store_open("/tmp", true, 4));
	cr_assert_eq(errno, EINVAL);
	cr_assert_null(store_open("/tmp", false, 4));
	cr_assert_eq(errno, EISDIR);
	cr_assert_null(store_open("/dev/null", false, 4));
	cr_assert_eq(errno, EINVAL);
	cr_assert_null(store_open("/nowhere", false, 4));
	cr_assert_eq(errno, ENOENT);
}
