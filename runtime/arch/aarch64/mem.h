/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mem.h - bytes and caches, in assembly; works with the MMU on and off.
 *
 * memcpy, memset and memmove, which the compiler may call, are there too, and
 * arch_memory_flush and arch_image_copy, for core/arch.h and for the way there.
 */
#ifndef ARCH_AARCH64_MEM_H
#define ARCH_AARCH64_MEM_H

#include <stddef.h>
#include <stdint.h>

/* Zeroes with DC ZVA where that is allowed: Normal memory, MMU on. */
void mem_zero(void *base, uint64_t size);
/* Any overlap; the common alignment of both decides how wide. */
void *memmove(void *to, const void *from, size_t size);

#endif
