// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/io.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "hypervisor.h"
#include "loss.h"
#include "node.h"
#include "virtio.h"

/* Where mmap() has the pages of a device; its views are behind, in order. */
#define STATE_OFFSET 0u
#define PUBLISHED_OFFSET HV_VIRTIO_SIZE
#define RING_OFFSET (2 * HV_VIRTIO_SIZE)
#define VIEWS_OFFSET (4 * HV_VIRTIO_SIZE)

enum { AREA_STATE, AREA_PUBLISHED, AREA_RING, AREA_VIEWS };

struct virtio {
	struct node node;
	struct hvisor_virtio told;
	struct mutex backend;		/* held to become or to be one, but by a
					 * file, which is: */
	bool has_backend;
	bool fails;			/* what is asked for while there is none: */
	struct loss loss;
	struct work_struct failing;
};

static struct virtio *virtio_of(struct node *n)
{
	return container_of(n, struct virtio, node);
}

/* ---- without a backend --------------------------------------------------- */

static void fail(struct work_struct *work)
{
	struct virtio *v = container_of(work, struct virtio, failing);
	struct loss_result result = { 0 };

	mutex_lock(&v->backend);
	/* At reboot the hypervisor goes before files do. */
	if (!v->has_backend &&
	    READ_ONCE(hypervisor.state) != HVISOR_LATE_POSSIBLE)
		result = loss_fail(&v->loss);
	if (result.bits)
		writel(result.bits, v->node.ring);
	mutex_unlock(&v->backend);
	if (result.is_more)
		queue_work(system_unbound_wq, &v->failing);
}

/* ---- its file ------------------------------------------------------------ */

static int virtio_open(struct inode *inode, struct file *file)
{
	int error = node_open(inode, file);
	struct virtio *v;

	if (error || !(file->f_mode & FMODE_WRITE))
		return error;
	v = virtio_of(node_of(file));
	mutex_lock(&v->backend);
	error = v->has_backend ? -EBUSY : 0;
	v->has_backend = true;
	mutex_unlock(&v->backend);
	if (error)
		node_release(inode, file);
	return error;
}

/* Behind the last mapping. */
static int virtio_release(struct inode *inode, struct file *file)
{
	struct virtio *v = virtio_of(node_of(file));

	if (file->f_mode & FMODE_WRITE) {
		mutex_lock(&v->backend);
		v->has_backend = false;
		mutex_unlock(&v->backend);
		if (v->fails)
			queue_work(system_unbound_wq, &v->failing);
	}
	return node_release(inode, file);
}

static long virtio_ioctl(struct file *file, unsigned int command,
			 unsigned long argument)
{
	const struct virtio *v = virtio_of(node_of(file));
	struct hvisor_virtio told;

	if (command != HVISOR_VIRTIO)
		return -ENOTTY;
	told = v->told;
	told.has_backend = READ_ONCE(v->has_backend);
	return copy_to_user((void __user *)argument, &told, sizeof(told)) ?
		-EFAULT : 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = virtio_open,
	.release = virtio_release,
	.read = node_read,
	.poll = node_poll,
	.mmap = node_mmap,
	.unlocked_ioctl = virtio_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* ---- all of them --------------------------------------------------------- */

static int add_page(struct virtio *v, u64 offset, u64 memory, u32 flags)
{
	const struct node_area area = { offset, memory, HV_VIRTIO_SIZE, flags };

	return node_add_area(&v->node, &area);
}

/* The answer of HV_CALL_VIRTIO. */
static int fill(struct virtio *v, const struct call *c)
{
	u64 registers = c->x[9];
	int error = node_init(&v->node, "virtio", &c->x[1]);

	v->node.has_past = true;
	v->told = (struct hvisor_virtio){
		.kind = (u32)c->x[5], .flags = (u32)c->x[6],
		.front = (u32)c->x[7], .n_queues = (u32)c->x[8],
		.state = STATE_OFFSET, .published = PUBLISHED_OFFSET,
		.ring = RING_OFFSET,
	};
	if (!error)
		error = add_page(v, STATE_OFFSET, registers, 0);
	if (!error)
		error = add_page(v, PUBLISHED_OFFSET, registers + HV_VIRTIO_SIZE,
				 NODE_WRITE);
	if (!error)
		error = add_page(v, RING_OFFSET, c->x[10],
				 NODE_WRITE | NODE_DEVICE);
	return error;
}

/* The answer of HV_CALL_VIRTIO_VIEW. Sizes are of memory that there is, so
 * that their sum does not wrap. */
static int add_view(struct virtio *v, const struct call *c)
{
	const struct node_area *last = &v->node.areas[v->node.n_areas - 1];
	struct hvisor_view *to = &v->told.views[v->told.n_views];
	struct node_area area = { .memory = c->x[2], .size = c->x[3] };
	int error;

	area.offset = v->told.n_views ? last->offset + last->size : VIEWS_OFFSET;
	if (c->x[4] & HV_WRITE)
		area.flags = NODE_WRITE;
	error = node_add_area(&v->node, &area);
	if (error)
		return error;
	*to = (struct hvisor_view){
		.front = c->x[1], .offset = area.offset, .size = area.size,
		.flags = (u32)c->x[4] & (HV_READ | HV_WRITE),
	};
	v->told.n_views++;
	return 0;
}

static int add_views(struct virtio *v, u32 i, u64 n_views)
{
	struct call c;

	if (n_views > HVISOR_VIRTIO_VIEWS_MAX)
		return -E2BIG;
	for (u32 k = 0; k < n_views; k++) {
		int error = call_simple(&c, HV_CALL_VIRTIO_VIEW, i, k) ?
			-EIO : add_view(v, &c);

		if (error)
			return error;
	}
	return 0;
}

/* What waits for other devices is no loss: frames, and what is typed. */
static bool fails_on_loss(const struct virtio *v)
{
	return v->told.flags & HV_VIRTIO_LOSS_FAIL &&
	       v->told.kind == HV_VIRTIO_BLOCK;
}

/* The areas are as fill() and add_views() have added them. */
static int prepare_loss(struct virtio *v)
{
	const struct node_area *a = v->node.areas;
	int error = node_map_areas(&v->node);

	if (error)
		return error;
	v->loss.state = a[AREA_STATE].at;
	v->loss.published = a[AREA_PUBLISHED].at;
	v->loss.n_queues = v->told.n_queues;
	for (u32 i = 0; i < v->told.n_views; i++) {
		const struct hvisor_view *view = &v->told.views[i];

		if (!memory_add(&v->loss.memory, &(struct memory_view){
				.front = view->front, .size = view->size,
				.at = a[AREA_VIEWS + i].at,
				.may_write = view->flags & HV_WRITE }))
			return -ENXIO;
	}
	v->fails = true;
	INIT_WORK(&v->failing, fail);
	v->node.waiter.also = &v->failing;
	return 0;
}

static int add(u32 i, const struct call *c)
{
	struct virtio *v = kzalloc(sizeof(*v), GFP_KERNEL);
	int error;

	if (!v)
		return -ENOMEM;
	mutex_init(&v->backend);
	error = fill(v, c);
	if (!error)
		error = add_views(v, i, c->x[12]);
	if (!error && fails_on_loss(v))
		error = prepare_loss(v);
	if (error) {
		node_free(&v->node);
		return error;
	}
	return node_add(&v->node, (u32)c->x[11], v->fails ? c->x[10] : 0,
			&operations);
}

void virtios_add(void)
{
	struct call c;

	for (u32 i = 0; !call_simple(&c, HV_CALL_VIRTIO, i, 0); i++) {
		int error = add(i, &c);

		if (error)
			pr_warn("hvisor: no device for virtio %u (%d)\n", i, error);
		if (error == -ENOSPC)
			return;
	}
}
