/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* stddef.h - what hv_abi.h needs of it, of the kernel, which has no such file. */
#ifndef KMOD_SHIM_STDDEF_H
#define KMOD_SHIM_STDDEF_H

#include <linux/stddef.h>

#endif
