// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/io.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "arguments.h"
#include "channel.h"
#include "hypervisor.h"
#include "node.h"

struct channel {
	struct node node;		/* rings: or may not ring */
	u64 size;
	u32 self, n_ends, flags;	/* HVISOR_CHANNEL_* */
	u64 may_ring;
};

/* ---- its file ------------------------------------------------------------ */

static struct channel *channel_of(const struct file *file)
{
	return container_of(node_of(file), struct channel, node);
}

static ssize_t channel_write(struct file *file, const char __user *from,
			     size_t size, loff_t *at)
{
	struct channel *ch = channel_of(file);
	u32 peer;
	int error;

	if (!ch->node.ring)
		return -EOPNOTSUPP;
	if (size != sizeof(peer))
		return -EINVAL;
	if (copy_from_user(&peer, from, sizeof(peer)))
		return -EFAULT;
	error = arguments_ring(ch->may_ring, ch->n_ends, peer);
	if (error)
		return error;
	/* Taken away at reboot, with the channel open: nobody hears the page. */
	if (READ_ONCE(hypervisor.state) == HVISOR_LATE_POSSIBLE)
		return -ENODEV;
	writel(peer, ch->node.ring);	/* after what was written to memory */
	return sizeof(peer);
}

static long channel_ioctl(struct file *file, unsigned int command,
			  unsigned long argument)
{
	const struct channel *ch = channel_of(file);
	struct hvisor_channel to = {
		.size = ch->size,
		.may_ring = ch->node.ring ? ch->may_ring : 0,
		.self = ch->self,
		.n_ends = ch->n_ends,
		.flags = ch->flags | (ch->node.irq ? HVISOR_CHANNEL_RUNG : 0),
	};

	if (command != HVISOR_CHANNEL)
		return -ENOTTY;
	return copy_to_user((void __user *)argument, &to, sizeof(to)) ?
		-EFAULT : 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = node_open,
	.release = node_release,
	.read = node_read,
	.write = channel_write,
	.poll = node_poll,
	.mmap = node_mmap,
	.unlocked_ioctl = channel_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* ---- all of them --------------------------------------------------------- */

static u32 flags_of(u64 x12)
{
	u64 channel = x12 >> HV_CALL_CHANNEL_SHIFT;

	return (x12 & HV_READ ? HVISOR_CHANNEL_READ : 0) |
	       (x12 & HV_WRITE ? HVISOR_CHANNEL_WRITE : 0) |
	       (channel & HV_CHANNEL_UNCACHED ? HVISOR_CHANNEL_UNCACHED : 0);
}

/* The answer of HV_CALL_CHANNEL. */
static int fill(struct channel *ch, const struct call *c)
{
	struct node_area area = { .memory = c->x[5], .size = c->x[6] };
	int error = node_init(&ch->node, "channel", &c->x[1]);

	if (error)
		return error;
	ch->size = c->x[6];
	ch->self = (u32)c->x[9];
	ch->n_ends = (u32)c->x[10];
	ch->may_ring = c->x[11];
	ch->flags = flags_of(c->x[12]);
	if (ch->flags & HVISOR_CHANNEL_WRITE)
		area.flags |= NODE_WRITE;
	if (ch->flags & HVISOR_CHANNEL_UNCACHED)
		area.flags |= NODE_UNCACHED;
	return node_add_area(&ch->node, &area);
}

static int add(const struct call *c)
{
	struct channel *ch;
	int error;

	/* It is the memory of a virtio device, and no program's. */
	if (c->x[12] >> HV_CALL_CHANNEL_SHIFT & HV_CHANNEL_BOUNCE)
		return 0;
	ch = kzalloc(sizeof(*ch), GFP_KERNEL);
	if (!ch)
		return -ENOMEM;
	error = fill(ch, c);
	if (error) {
		node_free(&ch->node);
		return error;
	}
	return node_add(&ch->node, (u32)c->x[8], c->x[7], &operations);
}

void channels_add(void)
{
	struct call c;

	for (u32 i = 0; !call_simple(&c, HV_CALL_CHANNEL, i, 0); i++) {
		int error = add(&c);

		if (error)
			pr_warn("hvisor: no device for channel %u (%d)\n", i,
				error);
		if (error == -ENOSPC)
			return;
	}
}
