/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* stdint.h - what hv_abi.h needs of it, of the kernel, which has no such file. */
#ifndef KMOD_SHIM_STDINT_H
#define KMOD_SHIM_STDINT_H

#include <linux/limits.h>
#include <linux/types.h>

#define UINT32_C(n) n##u
#define UINT64_C(n) n##ull
#ifndef UINT32_MAX
#define UINT32_MAX U32_MAX
#endif
#ifndef UINT64_MAX
#define UINT64_MAX U64_MAX
#endif

#endif
