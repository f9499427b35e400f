/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module-fuzz SEED ROUNDS PROCESSES [IMAGE] - so many random calls of /dev/hvisor
 * in each of so many processes, as wrong as they can be. Each answer must be one
 * that <hvisor.h> allows for what was asked. The same seed asks the same.
 *
 * Nothing that it asks ends a cell but `blank`, and no ENABLE or DISABLE of it can
 * succeed: an IMAGE has always a wrong byte or a page that is not there, and a
 * channel is open. Where there is none, no DISABLE is tried that could.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hv_abi.h"
#include "hv_abi_calls.h"
#include "hvisor.h"
#include "strange.h"

#define DIRECTORY "/dev/hvisor-channel"
#define NO_CELL 0xffffffffu

static int dev;
static struct hvisor_info info;
static uint32_t blank = NO_CELL, n_cells;

static bool is_held;	/* a channel is open */

static uint8_t *image;
static size_t image_size;

static bool runs(void)
{
	return info.state == HVISOR_DIRECT || info.state == HVISOR_LATE_ENABLED;
}

/* ---- /dev/hvisor ----------------------------------------------------------- */

static void ask_number(void)
{
	uint8_t zero[256] = { 0 };
	unsigned long n = _IOC(below(4), below(3) ? 0xce : 0xcf, below(256),
			       below(1 << 14));

	switch (n) {
	case HVISOR_INFO:
	case HVISOR_ENABLE:
	case HVISOR_DISABLE:
	case HVISOR_CALL:
	case HVISOR_LOAD:
		return;
	}
	expect("a number", ioctl(dev, n, place(zero, sizeof(zero)).at), MAY(ENOTTY));
}

static void ask_info(void)
{
	struct hvisor_info i = { 0 };
	struct place p = place(&i, sizeof(i));

	expect("INFO", ioctl(dev, HVISOR_INFO, p.at),
	       MAY(p.is_writable ? 0 : EFAULT));
}

static void enable(const struct hvisor_enable *e, const int *may)
{
	static const int fault[] = { EFAULT, EBUSY, -1 };
	struct place p = place(e, sizeof(*e));

	/* The reason goes where it cannot: then that is the error, unless another
	 * was at it and there was none. */
	expect("ENABLE", ioctl(dev, HVISOR_ENABLE, p.at),
	       !p.is_readable || (!p.is_writable && *may != EINVAL) ? fault : may);
}

/* What a stranger would say, who has no image. */
static void ask_enable(void)
{
	struct hvisor_enable e = { .image = odd(), .size = odd(),
		.flags = below(3) ? 0 : (uint32_t)odd(),
		.fault_cpu = below(3) ? 0 : (uint32_t)odd() };

	if (below(2)) {
		e.image = (uintptr_t)pages;
		e.size = 1 + below(PAGE);
	}
	if (e.flags || e.fault_cpu || !e.size || e.size > 1ull << 40 ||
	    e.image + (e.size - 1) < e.image)
		enable(&e, MAY(EINVAL));
	else if (runs())
		enable(&e, MAY(EALREADY, EBUSY));
	else
		enable(&e, MAY(EFAULT, ENOEXEC, ENXIO, EBUSY));
}

/* A byte of it that goes somewhere; of the first ones rather than not. */
static size_t somewhere(const struct hv_image_head *h)
{
	const struct hv_segment *s = &h->segments[below(h->n_segments)];

	return below(2) ? s->offset + below(s->size) : below(2 * PAGE);
}

/* Its hashes are the image's, and the image is not what they say. */
static void ask_enable_image(void)
{
	const struct hv_image_head *h = (const void *)image;
	struct hvisor_enable e = { .image = (uintptr_t)image, .size = image_size };
	size_t at = somewhere(h);
	uint8_t *page = image + (at & ~(size_t)(PAGE - 1)), flip = (uint8_t)(1u << below(8));

	memcpy(e.identity, h->identity.b, sizeof(e.identity));
	memcpy(e.runtime, ((const struct hv_head *)(image + h->tables_offset))->runtime.b,
	       sizeof(e.runtime));
	switch (below(3)) {
	case 0:
		e.size -= 1 + below(below(2) ? 64 : image_size - 1);
		enable(&e, MAY(ENOEXEC, EBUSY));
		break;
	case 1:
		mprotect(page, PAGE, PROT_NONE);
		enable(&e, MAY(EFAULT, EBUSY));
		mprotect(page, PAGE, PROT_READ | PROT_WRITE);
		break;
	case 2:
		image[at] ^= flip;
		enable(&e, MAY(ENOEXEC, EKEYREJECTED, ENXIO, EBUSY));
		image[at] ^= flip;
		break;
	}
}

static void ask_disable(void)
{
	struct hvisor_disable d = { .flags = below(2) ? 0 : (uint32_t)odd(),
				    .zero = below(2) ? 0 : (uint32_t)odd() };
	struct place p = place(&d, sizeof(d));
	bool is_bad = d.flags || d.zero;

	if (!is_bad && info.state == HVISOR_LATE_ENABLED && !is_held)
		return;
	expect("DISABLE", ioctl(dev, HVISOR_DISABLE, p.at),
	       !p.is_readable ? MAY(EFAULT) : is_bad ? MAY(EINVAL) :
	       !p.is_writable ? MAY(EFAULT, EBUSY) :
	       info.state == HVISOR_LATE_ENABLED ? MAY(EBUSY) : MAY(ENODEV, EBUSY));
}

/* The rest of the system goes on, so that it can be asked whether it does. */
static bool ends_others(const struct hvisor_call *c)
{
	bool may_end = c->x[0] >= HV_CALL_START && c->x[0] <= HV_CALL_LOAD_END;

	return may_end && c->x[1] != blank && c->x[1] < n_cells;
}

static void check_answer(const struct hvisor_call *c)
{
	int64_t x0 = (int64_t)c->x[0];

	if (x0 <= 0 && x0 >= -16) {
		n_good++;
		return;
	}
	n_bad++;
	printf("CALL: %lld is no answer\n", (long long)x0);
}

static void ask_call(void)
{
	struct hvisor_call c = { { 0 } };
	struct place p;
	bool is_in, is_kept;

	for (int i = 1; i < 17; i++)
		c.x[i] = below(2) ? below(5) : odd();
	c.x[0] = below(8) ? HV_CALL_FIRST + below(0x18) : odd();
	if (ends_others(&c))
		return;
	is_in = c.x[0] >= HV_CALL_FIRST && c.x[0] <= HV_CALL_LAST;
	is_kept = c.x[0] >= HV_CALL_LATE_COMMIT && c.x[0] <= HV_CALL_CRASH;
	p = place(&c, sizeof(c));

	long rc = ioctl(dev, HVISOR_CALL, p.at);

	expect("CALL", rc, !p.is_readable ? MAY(EFAULT) : !is_in ? MAY(EINVAL) :
	       is_kept ? MAY(EPERM) : !runs() ? MAY(ENODEV) :
	       !p.is_writable ? MAY(EFAULT, EBUSY) : MAY(0, EBUSY));
	if (!rc)
		check_answer(p.at);
}

static void ask_dev(void)
{
	uint64_t n = 0;

	switch (below(4)) {
	case 0:
		ask_read(dev, true);
		break;
	case 1:
		expect("write", write(dev, &n, below(9)), MAY(EINVAL));
		break;
	case 2:
		expect("lseek", lseek(dev, (off_t)odd(), SEEK_SET), MAY(ESPIPE));
		break;
	case 3:
		expect("mmap", mmap(NULL, PAGE, PROT_READ, MAP_SHARED, dev,
				    (off_t)(below(9) * PAGE)) == MAP_FAILED ? -1 : 0,
		       MAY(ENODEV));
		break;
	}
}

/* ---- loads, of a file of this process -------------------------------------- */

static long begin_or_end(int fd, uint64_t function)
{
	struct hvisor_call c = { { function, blank } };

	if (ioctl(fd, HVISOR_CALL, &c))
		return -1;
	return c.x[0] ? -1 : 0;
}

static void ask_bytes(int fd, bool is_begun)
{
	static const uint8_t bytes[256];
	struct place p = place(bytes, sizeof(bytes));
	struct hvisor_load l = { .cell = below(4) ? blank : (uint32_t)odd(),
		.window = below(4) ? 0 : (uint32_t)odd(),
		.offset = below(2) ? below(1 << 20) : odd(),
		.data = (uintptr_t)p.at, .size = below(2) ? sizeof(bytes) : odd() };
	struct place s = place(&l, sizeof(l));
	bool is_small = l.size == sizeof(bytes) && l.offset < 1 << 20;

	expect("LOAD", ioctl(fd, HVISOR_LOAD, s.at), !s.is_readable ? MAY(EFAULT) :
	       !runs() ? MAY(ENODEV) :
	       !is_begun || l.cell != blank ? MAY(EBADF) : l.window ? MAY(ERANGE) :
	       !is_small ? MAY(0, EINVAL, ERANGE, EFAULT) :
	       p.is_readable ? MAY(0) : MAY(EFAULT, EINVAL));
}

static void ask_load(void)
{
	int fd = open("/dev/hvisor", O_RDWR | O_CLOEXEC);
	bool is_begun;

	if (fd < 0) {
		expect("open", fd, MAY(0));
		return;
	}
	is_begun = blank != NO_CELL && !begin_or_end(fd, HV_CALL_LOAD_BEGIN);
	for (unsigned int i = 0; i < 4; i++)
		ask_bytes(fd, is_begun);
	if (is_begun && below(2))
		expect("LOAD_END", begin_or_end(fd, HV_CALL_LOAD_END), MAY(0));
	close(fd);
}

/* ---- all of it ------------------------------------------------------------- */

static void ask(void)
{
	switch (below(9)) {
	case 0:
		ask_number();
		break;
	case 1:
		ask_info();
		break;
	case 2:
		ask_enable();
		break;
	case 3:
		ask_disable();
		break;
	case 4:
		ask_dev();
		break;
	case 5:
		ask_load();
		break;
	case 6:
		/* Each is a copy, and hashes of it. */
		if (image && !runs() && !below(25))
			ask_enable_image();
		break;
	case 7:
	case 8:
		ask_call();
		break;
	}
}

static void find_cells(void)
{
	struct hvisor_call c = { { HV_CALL_CELL_INFO, 0 } };

	while (!ioctl(dev, HVISOR_CALL, &c) && !c.x[0] && n_cells < HV_MAX_CELLS) {
		if (!strcmp((const char *)&c.x[1], "blank"))
			blank = n_cells;
		c = (struct hvisor_call){ { HV_CALL_CELL_INFO, ++n_cells } };
	}
}

/* One that is open is one with which no DISABLE comes through. */
static bool hold_channel(void)
{
	DIR *d = opendir(DIRECTORY);
	struct dirent *e;
	int fd = -1;

	while (d && fd < 0 && (e = readdir(d)))
		if (e->d_name[0] != '.')
			fd = openat(dirfd(d), e->d_name, O_RDWR | O_CLOEXEC);
	if (d)
		closedir(d);
	return fd >= 0;
}

static void read_image(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat s;

	if (fd < 0 || fstat(fd, &s)) {
		perror(path);
		exit(2);
	}
	image_size = (size_t)s.st_size;
	image = mmap(NULL, image_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (image == MAP_FAILED)
		exit(2);
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	dev = open("/dev/hvisor", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (dev < 0 || !strange_begin() || ioctl(dev, HVISOR_INFO, &info)) {
		perror("/dev/hvisor");
		return 2;
	}
	find_cells();
	is_held = hold_channel();
	if (argc > 4)
		read_image(argv[4]);
	return fuzz_all(argv, ask);
}
