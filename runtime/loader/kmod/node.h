/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * node.h - a file of /dev that stands for memory which this cell shares with
 * others, and a line that they raise: what channels and virtio devices have in
 * common.
 *
 * A kind of them embeds struct node as its first member, in memory of kzalloc(),
 * which is the node's from node_add() on. Its file_operations are the node_*
 * below, and its own where it has more to say. Includes call.h, refusal.h and
 * waiter.h.
 */
#ifndef KMOD_NODE_H
#define KMOD_NODE_H

#include <linux/miscdevice.h>

#include "call.h"
#include "hvisor.h"
#include "refusal.h"
#include "waiter.h"

#define NODE_AREAS_MAX (3 + HVISOR_VIRTIO_VIEWS_MAX)
#define NODE_NAME_SIZE (16 + HV_NAME_SIZE)

/* How mmap() gives an area. Nobody executes. */
#define NODE_WRITE (1u << 0)
#define NODE_UNCACHED (1u << 1)		/* Normal non-cacheable */
#define NODE_DEVICE (1u << 2)		/* a page that the hypervisor emulates */

struct node_area {
	u64 offset;			/* for mmap() */
	u64 memory, size;
	u32 flags;			/* NODE_* */
	void *at;			/* where the module has it; or NULL */
};

struct node {
	struct miscdevice device;
	struct waiter waiter;
	const char *kind;		/* as a word in a message */
	char name[NODE_NAME_SIZE];	/* hvisor-KIND-NAME */
	char path[NODE_NAME_SIZE];	/* hvisor-KIND/NAME */
	struct node_area areas[NODE_AREAS_MAX];
	u32 n_areas;
	bool has_past;			/* a file sees what was raised before */
	void __iomem *ring;		/* NULL: none that the module writes to */
	int irq;			/* 0: is not raised */
	atomic_t n_files;		/* open; CLOSING: no more are */
};

/* Its own name is four words of the hypervisor's answer: EINVAL if it is none. */
int node_init(struct node *n, const char *kind, const u64 *name);
/* ENXIO where Linux has RAM, which would be mapped with two attributes. */
int node_add_area(struct node *n, const struct node_area *area);
/* For the module's own use, until it is freed. */
int node_map_areas(struct node *n);
/* Its line (HV_NONE: none), the page that it rings with (0: none), its device.
 * Frees the node on failure. Under hypervisor_lock. */
int node_add(struct node *n, u32 line, u64 ring,
	     const struct file_operations *operations);
void node_free(struct node *n);

/* Of all kinds. EBUSY where one is open or mapped: then all stay. Under
 * hypervisor_lock. */
int nodes_remove(struct refusal *why);

/* Whose file this is, and what its file_operations are made of. */
struct node *node_of(const struct file *file);
int node_open(struct inode *inode, struct file *file);
int node_release(struct inode *inode, struct file *file);
ssize_t node_read(struct file *file, char __user *to, size_t size, loff_t *at);
__poll_t node_poll(struct file *file, poll_table *table);
int node_mmap(struct file *file, struct vm_area_struct *vma);

#endif
