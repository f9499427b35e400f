// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/capability.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "arguments.h"
#include "channel.h"
#include "hypervisor.h"
#include "line.h"

#define CHANNELS_MAX 64u	/* devices; the kernel has few minors to give */
#define PREFIX "hvisor-channel"

struct channel {
	struct miscdevice device;
	struct waiter waiter;
	char name[sizeof(PREFIX) + 1 + HV_NAME_SIZE];
	char path[sizeof(PREFIX) + 1 + HV_NAME_SIZE];
	u64 memory, size;
	void __iomem *doorbell;		/* NULL: may not ring */
	int irq;			/* 0: is not rung */
	u32 self, n_ends, flags;	/* HVISOR_CHANNEL_* */
	u64 may_ring;
	atomic_t n_files;		/* open; CLOSING: no more are */
};

#define CLOSING (-1)

struct channel_file {
	struct channel *channel;
	u64 seen;
};

/* Under hypervisor_lock. */
static struct channel *channels[CHANNELS_MAX];
static u32 n_channels;

/* ---- its file ------------------------------------------------------------ */

static int channel_open(struct inode *inode, struct file *file)
{
	struct channel *ch = container_of(file->private_data, struct channel,
					  device);
	struct channel_file *f = kzalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	if (!atomic_inc_unless_negative(&ch->n_files)) {
		kfree(f);
		return -ENODEV;
	}
	f->channel = ch;
	f->seen = waiter_now(&ch->waiter);
	file->private_data = f;
	return nonseekable_open(inode, file);
}

static int channel_release(struct inode *inode, struct file *file)
{
	struct channel_file *f = file->private_data;

	atomic_dec(&f->channel->n_files);
	kfree(f);
	return 0;
}

static ssize_t channel_read(struct file *file, char __user *to, size_t size,
			    loff_t *at)
{
	struct channel_file *f = file->private_data;

	if (!f->channel->irq)
		return -EOPNOTSUPP;
	return waiter_read(&f->channel->waiter, file, &f->seen, to, size);
}

static ssize_t channel_write(struct file *file, const char __user *from,
			     size_t size, loff_t *at)
{
	struct channel *ch = ((struct channel_file *)file->private_data)->channel;
	u32 peer;
	int error;

	if (!ch->doorbell)
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
	writel(peer, ch->doorbell);	/* after what was written to memory */
	return sizeof(peer);
}

static __poll_t channel_poll(struct file *file, poll_table *table)
{
	struct channel_file *f = file->private_data;

	return f->channel->irq ?
		waiter_poll(&f->channel->waiter, file, &f->seen, table) : 0;
}

/* A mapping holds its file, and so the channel. */
static int channel_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct channel *ch = ((struct channel_file *)file->private_data)->channel;
	u64 offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	u64 size = vma->vm_end - vma->vm_start;
	int error;

	if (vma->vm_pgoff > ch->size >> PAGE_SHIFT)
		return -EINVAL;
	error = arguments_map(offset, size, ch->size);
	if (error)
		return error;
	if (vma->vm_flags & VM_EXEC)
		return -EACCES;
	if (!(ch->flags & HVISOR_CHANNEL_WRITE)) {
		if (vma->vm_flags & VM_WRITE)
			return -EACCES;
		vm_flags_clear(vma, VM_MAYWRITE);
	}
	vm_flags_clear(vma, VM_MAYEXEC);
	if (ch->flags & HVISOR_CHANNEL_UNCACHED)
		vma->vm_page_prot = pgprot_writecombine(vma->vm_page_prot);
	return remap_pfn_range(vma, vma->vm_start,
			       (ch->memory + offset) >> PAGE_SHIFT, size,
			       vma->vm_page_prot);
}

static long channel_ioctl(struct file *file, unsigned int command,
			  unsigned long argument)
{
	struct channel *ch = ((struct channel_file *)file->private_data)->channel;
	struct hvisor_channel to = {
		.size = ch->size,
		.may_ring = ch->doorbell ? ch->may_ring : 0,
		.self = ch->self,
		.n_ends = ch->n_ends,
		.flags = ch->flags,
	};

	if (command != HVISOR_CHANNEL)
		return -ENOTTY;
	return copy_to_user((void __user *)argument, &to, sizeof(to)) ?
		-EFAULT : 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = channel_open,
	.release = channel_release,
	.read = channel_read,
	.write = channel_write,
	.poll = channel_poll,
	.mmap = channel_mmap,
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

static void destroy(struct channel *ch)
{
	if (ch->irq)
		line_free(ch->irq, &ch->waiter);
	if (ch->doorbell)
		iounmap(ch->doorbell);
	kfree(ch);
}

/* The answer of HV_CALL_CHANNEL, whose name is a name. */
static int fill(struct channel *ch, const struct call *c)
{
	char name[HV_NAME_SIZE];

	memcpy(name, &c->x[1], sizeof(name));
	if (!arguments_is_name(name))
		return -EINVAL;
	snprintf(ch->name, sizeof(ch->name), PREFIX "-%s", name);
	snprintf(ch->path, sizeof(ch->path), PREFIX "/%s", name);
	waiter_init(&ch->waiter);
	ch->memory = c->x[5];
	ch->size = c->x[6];
	ch->self = (u32)c->x[9];
	ch->n_ends = (u32)c->x[10];
	ch->may_ring = c->x[11];
	ch->flags = flags_of(c->x[12]);
	/* Linux's own RAM would be mapped with two attributes. */
	if (!ch->size || !PAGE_ALIGNED(ch->memory | ch->size) ||
	    region_intersects(ch->memory, ch->size, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT)
		return -ENXIO;
	return 0;
}

static int connect(struct channel *ch, const struct call *c)
{
	u32 line = (u32)c->x[8];

	if (c->x[7]) {
		ch->doorbell = ioremap(c->x[7], PAGE_SIZE);
		if (!ch->doorbell)
			return -ENOMEM;
	}
	if (line != HV_NONE) {
		int irq = line_request(line, ch->name, &ch->waiter);

		if (irq < 0)
			return irq;
		ch->irq = irq;
		ch->flags |= HVISOR_CHANNEL_RUNG;
	}
	ch->device = (struct miscdevice){
		.minor = MISC_DYNAMIC_MINOR,
		.name = ch->name,
		.nodename = ch->path,
		.mode = 0600,
		.fops = &operations,
	};
	return misc_register(&ch->device);
}

static int add(const struct call *c)
{
	struct channel *ch = kzalloc(sizeof(*ch), GFP_KERNEL);
	int error;

	if (!ch)
		return -ENOMEM;
	error = fill(ch, c);
	if (!error)
		error = connect(ch, c);
	if (error) {
		destroy(ch);
		return error;
	}
	channels[n_channels++] = ch;
	return 0;
}

void channels_add(void)
{
	struct call c;

	for (u32 i = 0; n_channels < CHANNELS_MAX; i++) {
		int error;

		if (call_simple(&c, HV_CALL_CHANNEL, i, 0))
			return;
		error = add(&c);
		if (error)
			pr_warn("hvisor: no device for channel %u (%d)\n", i,
				error);
	}
	pr_warn("hvisor: more channels than devices\n");
}

/* Up to n of them; the others stay as they are. */
static void reopen(u32 n)
{
	for (u32 i = 0; i < n; i++)
		atomic_set(&channels[i]->n_files, 0);
}

int channels_remove(struct refusal *why)
{
	for (u32 i = 0; i < n_channels; i++) {
		if (!atomic_cmpxchg(&channels[i]->n_files, 0, CLOSING))
			continue;
		reopen(i);
		return refuse(why, EBUSY, "channel '%s' is in use",
			      channels[i]->path + sizeof(PREFIX));
	}
	while (n_channels) {
		misc_deregister(&channels[--n_channels]->device);
		destroy(channels[n_channels]);
		channels[n_channels] = NULL;
	}
	return 0;
}
