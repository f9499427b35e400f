/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mem.h - bytes and caches, in assembly; works with the MMU on and off.
 *
 * memcpy, memset and memmove, which the compiler may call, are there too.
 */
#ifndef ARCH_AARCH64_MEM_H
#define ARCH_AARCH64_MEM_H

#include <stddef.h>
#include <stdint.h>

/* Clean and invalidate to the point of coherency; done when it returns. */
void mem_flush(const void *base, uint64_t size);
/* Zeroes with DC ZVA where that is allowed: Normal memory, MMU on. */
void mem_zero(void *base, uint64_t size);
/* Any overlap, with the MMU off meanwhile: what was written before through a
 * cache is in memory. */
void mem_copy_unmapped(uint64_t to, uint64_t from, uint64_t size);
/* Any overlap; the common alignment of both decides how wide. */
void *memmove(void *to, const void *from, size_t size);

#endif
