// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "arguments.h"
#include "line.h"
#include "node.h"

#define NODES_MAX 64u		/* devices; the kernel has few minors to give */
#define CLOSING (-1)

struct node_file {
	struct node *node;
	u64 seen;
};

/* Under hypervisor_lock. */
static struct node *nodes[NODES_MAX];
static u32 n_nodes;

/* ---- its file ------------------------------------------------------------ */

struct node *node_of(const struct file *file)
{
	return ((struct node_file *)file->private_data)->node;
}

int node_open(struct inode *inode, struct file *file)
{
	struct node *n = container_of(file->private_data, struct node, device);
	struct node_file *f = kzalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	if (!atomic_inc_unless_negative(&n->n_files)) {
		kfree(f);
		return -ENODEV;
	}
	f->node = n;
	f->seen = waiter_now(&n->waiter) - (n->has_past ? 1 : 0);
	file->private_data = f;
	return nonseekable_open(inode, file);
}

int node_release(struct inode *inode, struct file *file)
{
	struct node_file *f = file->private_data;

	atomic_dec(&f->node->n_files);
	kfree(f);
	return 0;
}

ssize_t node_read(struct file *file, char __user *to, size_t size, loff_t *at)
{
	struct node_file *f = file->private_data;

	if (!f->node->irq)
		return -EOPNOTSUPP;
	return waiter_read(&f->node->waiter, file, &f->seen, to, size);
}

__poll_t node_poll(struct file *file, poll_table *table)
{
	struct node_file *f = file->private_data;

	return f->node->irq ?
		waiter_poll(&f->node->waiter, file, &f->seen, table) : 0;
}

static const struct node_area *area_at(const struct node *n, u64 offset)
{
	for (u32 i = 0; i < n->n_areas; i++)
		if (offset >= n->areas[i].offset &&
		    offset - n->areas[i].offset < n->areas[i].size)
			return &n->areas[i];
	return NULL;
}

static pgprot_t attributes(pgprot_t prot, u32 flags)
{
	if (flags & NODE_DEVICE)
		return pgprot_device(prot);
	return flags & NODE_UNCACHED ? pgprot_writecombine(prot) : prot;
}

/* A mapping holds its file, and so the node. */
int node_mmap(struct file *file, struct vm_area_struct *vma)
{
	u64 offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	u64 size = vma->vm_end - vma->vm_start;
	const struct node_area *a;
	int error;

	if (vma->vm_pgoff > U64_MAX >> PAGE_SHIFT)
		return -EINVAL;
	a = area_at(node_of(file), offset);
	if (!a)
		return -EINVAL;
	offset -= a->offset;
	error = arguments_map(offset, size, a->size);
	if (error)
		return error;
	if (vma->vm_flags & VM_EXEC)
		return -EACCES;
	if (!(a->flags & NODE_WRITE)) {
		if (vma->vm_flags & VM_WRITE)
			return -EACCES;
		vm_flags_clear(vma, VM_MAYWRITE);
	}
	vm_flags_clear(vma, VM_MAYEXEC);
	vma->vm_page_prot = attributes(vma->vm_page_prot, a->flags);
	return remap_pfn_range(vma, vma->vm_start,
			       (a->memory + offset) >> PAGE_SHIFT, size,
			       vma->vm_page_prot);
}

/* ---- made ---------------------------------------------------------------- */

int node_init(struct node *n, const char *kind, const u64 *raw)
{
	char name[HV_NAME_SIZE];

	memcpy(name, raw, sizeof(name));
	if (!arguments_is_name(name))
		return -EINVAL;
	n->kind = kind;
	snprintf(n->name, sizeof(n->name), "hvisor-%s-%s", kind, name);
	snprintf(n->path, sizeof(n->path), "hvisor-%s/%s", kind, name);
	waiter_init(&n->waiter);
	return 0;
}

int node_add_area(struct node *n, const struct node_area *a)
{
	if (n->n_areas == NODE_AREAS_MAX || !a->size ||
	    !PAGE_ALIGNED(a->offset | a->memory | a->size) ||
	    region_intersects(a->memory, a->size, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT)
		return -ENXIO;
	n->areas[n->n_areas++] = *a;
	return 0;
}

int node_map_areas(struct node *n)
{
	for (u32 i = 0; i < n->n_areas; i++) {
		struct node_area *a = &n->areas[i];

		if (a->flags & (NODE_DEVICE | NODE_UNCACHED))
			continue;
		a->at = memremap(a->memory, a->size, MEMREMAP_WB);
		if (!a->at)
			return -ENOMEM;
	}
	return 0;
}

static int connect(struct node *n, u32 line, u64 ring,
		   const struct file_operations *operations)
{
	if (n_nodes == NODES_MAX)
		return -ENOSPC;
	if (ring) {
		n->ring = ioremap(ring, PAGE_SIZE);
		if (!n->ring)
			return -ENOMEM;
	}
	if (line != HV_NONE) {
		int irq = line_request(line, n->name, &n->waiter);

		if (irq < 0)
			return irq;
		n->irq = irq;
	}
	n->device = (struct miscdevice){
		.minor = MISC_DYNAMIC_MINOR,
		.name = n->name,
		.nodename = n->path,
		.mode = 0600,
		.fops = operations,
	};
	return misc_register(&n->device);
}

void node_free(struct node *n)
{
	if (n->irq)
		line_free(n->irq, &n->waiter);
	/* Nothing raises it any more. */
	if (n->waiter.also)
		cancel_work_sync(n->waiter.also);
	for (u32 i = 0; i < n->n_areas; i++)
		if (n->areas[i].at)
			memunmap(n->areas[i].at);
	if (n->ring)
		iounmap(n->ring);
	kfree(n);
}

int node_add(struct node *n, u32 line, u64 ring,
	     const struct file_operations *operations)
{
	int error = connect(n, line, ring, operations);

	if (error)
		node_free(n);
	else
		nodes[n_nodes++] = n;
	return error;
}

/* ---- all of them --------------------------------------------------------- */

/* Up to n of them; the others stay as they are. */
static void reopen(u32 n)
{
	for (u32 i = 0; i < n; i++)
		atomic_set(&nodes[i]->n_files, 0);
}

int nodes_remove(struct refusal *why)
{
	for (u32 i = 0; i < n_nodes; i++) {
		if (!atomic_cmpxchg(&nodes[i]->n_files, 0, CLOSING))
			continue;
		reopen(i);
		return refuse(why, EBUSY, "%s '%s' is in use", nodes[i]->kind,
			      strchr(nodes[i]->path, '/') + 1);
	}
	while (n_nodes) {
		misc_deregister(&nodes[--n_nodes]->device);
		node_free(nodes[n_nodes]);
		nodes[n_nodes] = NULL;
	}
	return 0;
}
