/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* stdbool.h - what virtio/ring.h needs of it, of the kernel, which has no such file. */
#ifndef KMOD_SHIM_STDBOOL_H
#define KMOD_SHIM_STDBOOL_H

#include <linux/types.h>

#endif
