// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "arguments.h"
#include "hypervisor.h"
#include "load.h"

#define PIECE ((u64)64 << 10)	/* copied under one taking of the lock */

/* By cell; NULL: nobody. Under hypervisor_lock. */
static load_owner_t owners[HV_MAX_CELLS];

int load_call(load_owner_t owner, struct call *c)
{
	u64 function = c->x[0], cell = c->x[1];
	bool is_load = function == HV_CALL_LOAD_BEGIN ||
		       function == HV_CALL_LOAD_END;

	if (!is_load || cell >= HV_MAX_CELLS) {
		call_make(c);
		return 0;
	}
	if (owners[cell] && owners[cell] != owner)
		return -EBUSY;
	if (!call_make(c))
		owners[cell] = function == HV_CALL_LOAD_BEGIN ? owner : NULL;
	return 0;
}

static bool is_open(load_owner_t owner, u32 cell)
{
	struct call c;

	return hypervisor_is_there() && owners[cell] == owner &&
	       !call_simple(&c, HV_CALL_CELL_STATE, cell, 0) &&
	       c.x[6] & HV_LOADING;
}

/* Where Linux sees it. Not Linux's own RAM, whatever it is called. */
static int find_window(load_owner_t owner, const struct hvisor_load *l, u64 *ipa,
		       unsigned long *how)
{
	struct call c;
	int error;

	if (l->cell >= HV_MAX_CELLS || !is_open(owner, l->cell))
		return -EBADF;
	if (call_simple(&c, HV_CALL_WINDOW, l->cell, l->window))
		return -ERANGE;
	error = arguments_load(l, c.x[2]);
	if (error)
		return error;
	if (!(c.x[4] & HV_WRITE))
		return -EACCES;
	*ipa = c.x[1] + l->offset;
	*how = c.x[4] & HV_UNCACHED ? MEMREMAP_WC : MEMREMAP_WB;
	if (region_intersects(*ipa, l->size, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT)
		return -ENXIO;
	return 0;
}

static int copy_piece(load_owner_t owner, u32 cell, void *to, const void *from,
		      size_t size)
{
	int error = mutex_lock_interruptible(&hypervisor_lock);

	if (error)
		return error;
	if (is_open(owner, cell))
		memcpy(to, from, size);
	else
		error = -EBADF;
	mutex_unlock(&hypervisor_lock);
	return error;
}

/* User memory is read before the lock is taken: its owner may make it slow. */
static int copy_all(load_owner_t owner, const struct hvisor_load *l, u8 *window,
		    void *piece)
{
	for (u64 done = 0; done < l->size;) {
		size_t n = min(PIECE, l->size - done);
		int error;

		if (copy_from_user(piece, u64_to_user_ptr(l->data + done), n))
			return -EFAULT;
		error = copy_piece(owner, l->cell, window + done, piece, n);
		if (error)
			return error;
		done += n;
		cond_resched();
	}
	return 0;
}

int load_copy(load_owner_t owner, const struct hvisor_load *l)
{
	u64 ipa = 0;
	unsigned long how = MEMREMAP_WB;
	void *piece, *window;
	int error = mutex_lock_interruptible(&hypervisor_lock);

	if (error)
		return error;
	error = hypervisor_is_there() ? find_window(owner, l, &ipa, &how) :
				       -ENODEV;
	mutex_unlock(&hypervisor_lock);
	if (error)
		return error;
	window = memremap(ipa, l->size, how);
	piece = kvmalloc(PIECE, GFP_KERNEL);
	error = window && piece ? copy_all(owner, l, window, piece) : -ENOMEM;
	kvfree(piece);
	if (window)
		memunmap(window);
	return error;
}

void load_file_closed(load_owner_t owner)
{
	struct call c;

	mutex_lock(&hypervisor_lock);
	for (u32 i = 0; i < HV_MAX_CELLS; i++) {
		if (owners[i] != owner)
			continue;
		owners[i] = NULL;
		if (hypervisor_is_there())
			call_simple(&c, HV_CALL_LOAD_END, i, 0);
	}
	mutex_unlock(&hypervisor_lock);
}

void load_forget(void)
{
	memset(owners, 0, sizeof(owners));
}
