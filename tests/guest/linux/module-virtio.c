/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module-virtio NAME - what /dev/hvisor-virtio/NAME gives, and what it refuses, as
 * hvisor.h says. Serves nothing: it must have no backend meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hv_abi.h"
#include "hvisor.h"

#define PAGE 4096u
static void *volatile nobody = (void *)8;	/* nothing is mapped there */

static int n_good, n_bad;

static void expect(const char *what, bool is_done, int error)
{
	int got = is_done ? 0 : errno;

	if (got == error) {
		n_good++;
		return;
	}
	n_bad++;
	printf("%s: %s, not %s\n", what, strerror(got), strerror(error));
}

static void claim(const char *what, bool is_so)
{
	errno = EPROTO;
	expect(what, is_so, 0);
}

static void *map(int fd, uint64_t offset, uint64_t size, int prot)
{
	return mmap(NULL, size, prot, MAP_SHARED, fd, (off_t)offset);
}

static void expect_map(const char *what, int fd, uint64_t offset, uint64_t size,
		       int prot, int error)
{
	void *at = map(fd, offset, size, prot);

	expect(what, at != MAP_FAILED, error);
	if (at != MAP_FAILED)
		munmap(at, size);
}

/* The state, which stays mapped. */
static void *maps(int fd, int onlooker, const struct hvisor_virtio *v)
{
	const struct hvisor_view *last = &v->views[v->n_views - 1];
	uint64_t end = last->offset + last->size;
	int rw = PROT_READ | PROT_WRITE;
	void *state = map(fd, v->state, PAGE, PROT_READ);

	expect("state", state != MAP_FAILED, 0);
	expect("state made writable", !mprotect(state, PAGE, rw), EACCES);
	expect_map("state to write", fd, v->state, PAGE, rw, EACCES);
	expect_map("two pages of state", fd, v->state, 2 * PAGE, PROT_READ, EINVAL);
	expect_map("state to run", fd, v->state, PAGE, PROT_READ | PROT_EXEC, EACCES);
	expect_map("published", fd, v->published, PAGE, rw, 0);
	expect_map("ring", fd, v->ring, PAGE, rw, 0);
	expect_map("behind the ring", fd, v->ring + PAGE, PAGE, PROT_READ, EINVAL);
	expect_map("a view", fd, last->offset, last->size, rw, 0);
	expect_map("its last page", fd, end - PAGE, PAGE, rw, 0);
	expect_map("beyond it", fd, end - PAGE, 2 * PAGE, rw, EINVAL);
	expect_map("behind it", fd, end, PAGE, rw, EINVAL);
	expect_map("far away", fd, UINT64_C(1) << 62, PAGE, PROT_READ, EINVAL);
	expect_map("a view to run", fd, last->offset, PAGE, PROT_EXEC, EACCES);
	expect_map("published, looked at", onlooker, v->published, PAGE, PROT_READ, 0);
	expect_map("published, by an onlooker", onlooker, v->published, PAGE, rw, EACCES);
	expect_map("ring, by an onlooker", onlooker, v->ring, PAGE, rw, EACCES);
	return state;
}

static void waits(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t n = 0;

	claim("the past is readable", poll(&p, 1, 0) == 1);
	expect("a short read", read(fd, &n, 4) > 0, EINVAL);
	expect("a read to nobody", read(fd, nobody, 8) > 0, EFAULT);
	claim("the past is one time or more", read(fd, &n, 8) == 8 && n);
	expect("a read of nothing", read(fd, &n, 8) > 0, EAGAIN);
	claim("nothing is readable", !poll(&p, 1, 0));
	expect("a write", write(fd, &n, 4) > 0, EINVAL);
}

/* What a backend keeps outlives it. */
static void keeps(const char *path, uint64_t offset)
{
	int fd = open(path, O_RDWR);
	volatile uint8_t *page = map(fd, offset, PAGE, PROT_READ | PROT_WRITE);
	uint8_t before;

	expect("the next", page != MAP_FAILED, 0);
	if (page == MAP_FAILED)
		return;
	before = page[PAGE - 1];
	page[PAGE - 1] = (uint8_t)(before + 1);
	munmap((void *)page, PAGE);
	close(fd);
	fd = open(path, O_RDONLY);
	page = map(fd, offset, PAGE, PROT_READ);
	claim("what was kept is there", page[PAGE - 1] == (uint8_t)(before + 1));
	munmap((void *)page, PAGE);
	close(fd);
}

int main(int argc, char **argv)
{
	struct hvisor_virtio v = { 0 };
	char path[64];
	int fd, onlooker;
	void *state;

	snprintf(path, sizeof(path), "/dev/hvisor-virtio/%s", argc > 1 ? argv[1] : "");
	fd = open(path, O_RDWR | O_NONBLOCK);
	if (fd < 0) {
		perror(path);
		return 1;
	}
	expect("a second backend", open(path, O_RDWR) >= 0, EBUSY);
	expect("a backend that cannot read", open(path, O_WRONLY) >= 0, EBUSY);
	onlooker = open(path, O_RDONLY);
	expect("an onlooker", onlooker >= 0, 0);
	expect("HVISOR_VIRTIO", !ioctl(fd, HVISOR_VIRTIO, &v), 0);
	expect("HVISOR_VIRTIO to nobody", !ioctl(fd, HVISOR_VIRTIO, nobody), EFAULT);
	expect("a channel's ioctl", !ioctl(fd, HVISOR_CHANNEL, &v), ENOTTY);
	claim("it has views", v.n_views && v.n_views <= HVISOR_VIRTIO_VIEWS_MAX);
	claim("it has a backend", v.has_backend == 1);
	state = maps(fd, onlooker, &v);
	waits(fd);
	close(fd);
	expect("the next, while this is mapped", open(path, O_RDWR) >= 0, EBUSY);
	munmap(state, PAGE);
	expect("HVISOR_VIRTIO, looking on", !ioctl(onlooker, HVISOR_VIRTIO, &v), 0);
	claim("it has none any more", !v.has_backend);
	close(onlooker);
	keeps(path, v.published);
	printf("%d as they should, %d not\n", n_good, n_bad);
	return n_bad != 0;
}
