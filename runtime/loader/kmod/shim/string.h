/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* string.h - what virtio/memory.c needs of it, of the kernel, which has no such file. */
#ifndef KMOD_SHIM_STRING_H
#define KMOD_SHIM_STRING_H

#include <linux/string.h>

#endif
