/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module-twice IMAGE.bin [change] - HVISOR_ENABLE of an image whose memory this program
 * gives out page by page, when it is looked at, and takes away again at the first look
 * at another page. So it knows how often each of them was looked at, and with `change`
 * the second look sees something else.
 *
 * What the module has judged must be what it has copied: for that one look is enough at
 * each page of a segment, and one more at the head, which says where they go.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hv_abi.h"
#include "hvisor.h"

#define PAGE 4096u
#define NO_PAGE ((size_t)-1)
#define PAGES_MAX 65536u

static int faults;
static uint8_t *shown;			/* what the module is given */
static const uint8_t *image;
static size_t image_size, n_pages;
static unsigned int n_looks[PAGES_MAX];
static bool changes;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* The image's page, and from the second look on one with another first byte. */
static void give(size_t page)
{
	static uint8_t bytes[PAGE] __attribute__((aligned(PAGE)));
	size_t at = page * PAGE, left = image_size - at;
	struct uffdio_copy copy = { .dst = (uintptr_t)shown + at,
				    .src = (uintptr_t)bytes, .len = PAGE };

	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, image + at, left < PAGE ? left : PAGE);
	if (n_looks[page]++ && changes)
		bytes[PAGE - 1] ^= 1;
	if (ioctl(faults, UFFDIO_COPY, &copy))
		fail("UFFDIO_COPY");
}

/* Copies go from one page to the next: at the look at one the last has been read. */
static void *give_out(void *nothing)
{
	size_t last = NO_PAGE;
	struct uffd_msg m;

	while (read(faults, &m, sizeof(m)) == sizeof(m)) {
		size_t page = (m.arg.pagefault.address - (uintptr_t)shown) / PAGE;

		if (last != NO_PAGE && madvise(shown + last * PAGE, PAGE, MADV_DONTNEED))
			fail("madvise");
		last = page;
		give(page);
	}
	return nothing;
}

static void read_image(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat s;

	if (fd < 0 || fstat(fd, &s))
		fail(path);
	image_size = (size_t)s.st_size;
	n_pages = (image_size + PAGE - 1) / PAGE;
	image = mmap(NULL, image_size, PROT_READ, MAP_PRIVATE, fd, 0);
	shown = mmap(NULL, n_pages * PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (image == MAP_FAILED || shown == MAP_FAILED || n_pages > PAGES_MAX)
		fail("mmap");
	close(fd);
}

static void watch(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register r = { .range = { (uintptr_t)shown, n_pages * PAGE },
				     .mode = UFFDIO_REGISTER_MODE_MISSING };
	pthread_t thread;

	faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (faults < 0 || ioctl(faults, UFFDIO_API, &api) || ioctl(faults, UFFDIO_REGISTER, &r))
		fail("userfaultfd");
	if (pthread_create(&thread, NULL, give_out, NULL))
		fail("a thread");
}

/* A segment and its pristine copy are the same bytes of the file. */
static unsigned int n_needed(const struct hv_image_head *h, size_t at)
{
	unsigned int n = at < HV_IMAGE_HEAD_SIZE;

	for (uint32_t i = 0; i < h->n_segments; i++)
		n += at >= h->segments[i].offset &&
		     at - h->segments[i].offset < h->segments[i].size;
	return n;
}

static void tell_looks(const struct hv_image_head *h)
{
	size_t n_seen = 0, n_more = 0;

	for (size_t i = 0; i < n_pages; i++) {
		n_seen += n_looks[i] != 0;
		n_more += n_looks[i] > n_needed(h, i * PAGE);
	}
	printf("%zu of %zu pages were looked at, %zu too often\n", n_seen, n_pages, n_more);
}

int main(int argc, char **argv)
{
	const struct hv_image_head *head;
	struct hvisor_enable e = { 0 };
	int dev = open("/dev/hvisor", O_RDWR), failed;

	if (dev < 0 || argc < 2)
		return 2;
	changes = argc > 2;
	read_image(argv[1]);
	head = (const void *)image;
	memcpy(e.identity, head->identity.b, sizeof(e.identity));
	memcpy(e.runtime, ((const struct hv_head *)(image + head->tables_offset))->runtime.b,
	       sizeof(e.runtime));
	watch();
	e.image = (uintptr_t)shown;
	e.size = image_size;
	failed = ioctl(dev, HVISOR_ENABLE, &e);
	printf("%s: %s\n", failed ? strerror(errno) : "done", e.reason);
	tell_looks(head);
	return 0;
}
