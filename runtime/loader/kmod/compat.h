/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * compat.h - the few names of C's library that arguments.c, image.c, refusal.c
 * and tables.c use, which compile in the kernel and on the host, where they are
 * fuzzed; and names that only newer kernels have.
 * The only header of the module with a choice in it.
 */
#ifndef KMOD_COMPAT_H
#define KMOD_COMPAT_H

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif
#else
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#endif

#endif
