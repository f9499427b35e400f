/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/backend.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/os.h"
#include "cli/say.h"
#include "kmod/hvisor.h"

static const char *remedy(int error)
{
	switch (error) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return "see why hvisor.ko has no such device: dmesg";
	case EACCES:
	case EPERM:
		return "only root may serve devices";
	case EBUSY:
		return "another program is its backend";
	}
	return "see what the kernel says: dmesg";
}

static void *must(const struct backend *b, void *at)
{
	if (!at)
		fail(EXIT_ENVIRONMENT, "cannot map device '%s': %s",
		     b->row->name, strerror(errno));
	return at;
}

static void *map(const struct backend *b, uint64_t offset, bool may_write)
{
	return must(b, os_virtio_map(b->fd, offset, HV_VIRTIO_SIZE, may_write,
				     NULL));
}

/*
 * The driver may look as soon as it is interrupted: what it is told in memory is
 * there before the store. That one traps, and the hypervisor's own stores to the
 * interrupt controller are behind the barrier as it would be.
 */
static void interrupt(void *of, uint32_t bits)
{
	const struct backend *b = of;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	*b->ring = bits;
}

/* Beside a console's raw terminal a line ends with both. */
static void say(void *of, const char *line)
{
	const struct backend *b = of;

	fprintf(stderr, "hvisor.loader: device '%s': %s\r\n", b->row->name,
		line);
}

static void check(const struct hv_loader_virtio *row,
		  const struct hvisor_virtio *told)
{
	if (told->kind != row->kind || told->flags != row->flags ||
	    told->front != row->front || told->n_queues != row->n_queues ||
	    told->n_views > HVISOR_VIRTIO_VIEWS_MAX)
		fail(EXIT_REFUSED, "device '%s' is not what this program was"
		     " written for: use the hvisor.loader that hvcc wrote"
		     " beside the image that runs", row->name);
}

/* How much of the memory of the cell in front is one piece from view i on. */
static uint64_t piece_size(const struct hvisor_virtio *told, uint32_t i)
{
	uint64_t size = told->views[i].size;

	while (++i < told->n_views &&
	       told->views[i].front == told->views[i - 1].front +
				       told->views[i - 1].size)
		size += told->views[i].size;
	return size;
}

/*
 * Views that are one piece for the cell in front are so here too, as its driver
 * may have a buffer that begins in one and ends in the next.
 */
static void map_views(struct backend *b, const struct hvisor_virtio *told)
{
	uint8_t *at = NULL;
	uint64_t left = 0;

	for (uint32_t i = 0; i < told->n_views; i++) {
		const struct hvisor_view *v = &told->views[i];

		if (!left) {
			left = piece_size(told, i);
			at = must(b, os_reserve(left));
		}

		struct memory_view view = {
			.front = v->front, .size = v->size,
			.may_write = v->flags & HV_WRITE,
		};

		view.at = must(b, os_virtio_map(b->fd, v->offset, v->size,
						view.may_write, at));
		if (!memory_add(&b->place.memory, &view))
			fail(EXIT_ENVIRONMENT, "device '%s' has memory that is"
			     " none", b->row->name);
		at += v->size;
		left -= v->size;
	}
}

void backend_open(struct backend *b, const struct hv_loader_virtio *row)
{
	struct hvisor_virtio told;

	*b = (struct backend){ .row = row, .fd = os_virtio_open(row->name, true) };
	if (b->fd < 0)
		fail(errno == EBUSY ? EXIT_REFUSED : EXIT_ENVIRONMENT,
		     "cannot open " OS_VIRTIO "%s: %s: %s", row->name,
		     strerror(errno), remedy(errno));
	if (os_ioctl(b->fd, HVISOR_VIRTIO, &told))
		fail(EXIT_ENVIRONMENT, OS_VIRTIO "%s does not say what it is:"
		     " %s", row->name, strerror(errno));
	check(row, &told);
	b->place.state = map(b, told.state, false);
	b->place.published = map(b, told.published, true);
	b->ring = map(b, told.ring, true);
	map_views(b, &told);
	b->place.interrupt = interrupt;
	b->place.say = say;
	b->place.of = b;
	b->place.flags = told.flags;
	b->place.n_queues = told.n_queues;
}
