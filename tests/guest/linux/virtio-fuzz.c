/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-fuzz SEED ROUNDS PROCESSES - as module-fuzz, of the files of all virtio
 * devices. It reads what they map and writes none of it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hv_abi.h"
#include "hvisor.h"
#include "strange.h"

#define DIRECTORY "/dev/hvisor-virtio"
#define DEVICES_MAX 8

static struct device {
	char path[64];
	struct hvisor_virtio is;
	int fd;			/* -1: not open */
	bool may_write;
} devices[DEVICES_MAX];
static unsigned int n_devices;

/* Another process may be its backend at this moment. */
static void ask_open(struct device *d)
{
	if (d->fd >= 0)
		close(d->fd);
	d->may_write = below(2);
	d->fd = open(d->path, (d->may_write ? O_RDWR : O_RDONLY) | O_NONBLOCK);
	expect("open", d->fd, d->may_write ? MAY(0, EBUSY) : MAY(0));
}

struct area { uint64_t offset, size; bool may_write; };

static struct area some_area(const struct hvisor_virtio *v)
{
	uint64_t i = below(3 + v->n_views);

	if (i < 3)
		return (struct area){ i == 0 ? v->state : i == 1 ? v->published :
				      v->ring, PAGE, i != 0 };
	return (struct area){ v->views[i - 3].offset, v->views[i - 3].size,
			      v->views[i - 3].flags & HV_WRITE };
}

static void look(volatile uint8_t *at, uint64_t size)
{
	/* No more than a few of a large view. */
	for (uint64_t i = PAGE - 1; i < size; i += PAGE * (1 + size / (PAGE * 64)))
		(void)at[i];
}

/* Around an area's ends, or anywhere. */
static void ask_map(const struct device *d)
{
	struct area a = some_area(&d->is);
	uint64_t last = a.size / PAGE - 1;
	uint64_t from = below(4) ? below(2) ? 0 : last - below(last < 2 ? 1 : 2) :
			odd() >> 13;
	uint64_t n = below(4) ? 1 + below(2) : odd() >> 13;
	uint64_t offset = a.offset + from * PAGE, size = n * PAGE;
	int prot = (int)below(8);
	bool is_in = n && from <= last && n <= last + 1 - from;
	bool is_barred = prot & PROT_EXEC ||
			 (prot & PROT_WRITE && !(a.may_write && d->may_write));
	void *at;

	if (!is_in && from < 1 << 20)
		return;		/* it may be in the next one */
	at = mmap(NULL, size, prot, MAP_SHARED, d->fd, (off_t)offset);
	expect("mmap of a device", at == MAP_FAILED ? -1 : 0,
	       !is_in ? MAY(EINVAL, ENOMEM, EOVERFLOW, EACCES) :
	       is_barred ? MAY(EACCES) : MAY(0));
	if (at == MAP_FAILED)
		return;
	if (prot & PROT_READ)
		look(at, size);
	expect("execution", mprotect(at, size, PROT_READ | PROT_EXEC), MAY(EACCES));
	munmap(at, size);
}

static void ask_tell(const struct device *d)
{
	struct hvisor_virtio is = { 0 };
	struct place p = place(&is, sizeof(is));
	unsigned long n = _IOC(below(4), 0xce, below(40), below(1 << 14));

	expect("VIRTIO", ioctl(d->fd, HVISOR_VIRTIO, p.at),
	       MAY(p.is_writable ? 0 : EFAULT));
	if (n != HVISOR_VIRTIO)
		expect("a device's number", ioctl(d->fd, n, pages), MAY(ENOTTY));
}

static void ask_device(void)
{
	struct device *d = &devices[below(n_devices)];

	if (d->fd < 0 || !below(8)) {
		ask_open(d);
		return;
	}
	switch (below(3)) {
	case 0:
		ask_read(d->fd, true);
		break;
	case 1:
		ask_map(d);
		break;
	case 2:
		ask_tell(d);
		break;
	}
}

static void find_devices(void)
{
	DIR *dir = opendir(DIRECTORY);
	struct dirent *e;

	while (dir && (e = readdir(dir)) && n_devices < DEVICES_MAX) {
		struct device *d = &devices[n_devices];
		int fd;

		if (e->d_name[0] == '.')
			continue;
		snprintf(d->path, sizeof(d->path), DIRECTORY "/%.32s", e->d_name);
		d->fd = -1;
		fd = open(d->path, O_RDONLY);
		if (fd >= 0 && !ioctl(fd, HVISOR_VIRTIO, &d->is))
			n_devices++;
		close(fd);
	}
	if (dir)
		closedir(dir);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	find_devices();
	if (!strange_begin() || !n_devices) {
		puts("there is no device");
		return 2;
	}
	return fuzz_all(argv, ask_device);
}
