/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmu.c - caches on, for a cell that shares memory with one that has them on.
 *
 * An identity map of 512 GiB: the blocks of 2 MiB that the image and the shared
 * memory lie in are Normal write-back, all else is Device as without MMU. Where
 * the channel is `uncached`, stage 2 makes it so all the same.
 * Formats and registers: DDI 0487 D8.3, D17.2.
 */
#include "cell.h"

#define BLOCK (1ull << 21)
#define VALID_BLOCK 1ull
#define VALID_TABLE 3ull
#define ACCESSED (1ull << 10)
#define INNER_SHAREABLE (3ull << 8)
#define NO_EXECUTE (3ull << 53)
#define NORMAL (1ull << 2 | INNER_SHAREABLE)	/* attribute 1; 0 is Device */
#define DEVICE NO_EXECUTE
#define ENTRIES 512u

#define MAIR 0xff04ull		/* 1: write-back; 0: Device-nGnRE */
/* 39 bits, 4 KiB, walks cacheable and shareable, no TTBR1, 40 bits out */
#define TCR (25ull | 1ull << 8 | 1ull << 10 | 3ull << 12 | 1ull << 23 | 2ull << 32)
#define SCTLR_M_C_I (1ull | 1ull << 2 | 1ull << 12)

extern const char _start[], image_end[];

static void fill(uint64_t *table, uint64_t base, uint32_t shift)
{
	for (uint64_t i = 0; i < ENTRIES; i++)
		table[i] = (base + (i << shift)) | DEVICE | ACCESSED | VALID_BLOCK;
}

/* A table for its GiB is made of *next, if there is none yet; the next free one. */
static uint64_t (*map(uint64_t (*tables)[ENTRIES], uint64_t (*next)[ENTRIES],
		      uint64_t at))[ENTRIES]
{
	uint64_t *gib = &tables[0][at >> 30];

	if ((*gib & VALID_TABLE) != VALID_TABLE) {
		fill(*next, at >> 30 << 30, 21);
		*gib = (uint64_t)(uintptr_t)*next | VALID_TABLE;
		next++;
	}
	((uint64_t *)(uintptr_t)(*gib & ~0xfffull))[at >> 21 & (ENTRIES - 1)] =
		(at & ~(BLOCK - 1)) | NORMAL | ACCESSED | VALID_BLOCK;
	return next;
}

/* Lines that somebody's caches still have of it are not what is in memory now. */
static void flush_image(void)
{
	for (const char *p = _start; p < image_end; p += 16)
		__asm__ volatile("dc civac, %0" :: "r"(p) : "memory");
	__asm__ volatile("dsb sy" ::: "memory");
}

void mmu_on(uint64_t (*tables)[ENTRIES], uint64_t shared, uint64_t size)
{
	uint64_t (*next)[ENTRIES] = tables + 1;

	fill(tables[0], 0, 30);
	for (uint64_t at = (uintptr_t)_start & ~(BLOCK - 1); at < (uintptr_t)image_end;
	     at += BLOCK)
		next = map(tables, next, at);
	for (uint64_t at = shared & ~(BLOCK - 1); at < shared + size; at += BLOCK)
		next = map(tables, next, at);
	flush_image();
	__asm__ volatile("msr mair_el1, %0; msr tcr_el1, %1; msr ttbr0_el1, %2; isb;"
			 "tlbi vmalle1; ic iallu; dsb nsh; isb"
			 :: "r"(MAIR), "r"(TCR), "r"(tables) : "memory");

	uint64_t control;

	__asm__ volatile("mrs %0, sctlr_el1" : "=r"(control));
	__asm__ volatile("msr sctlr_el1, %0; isb" :: "r"(control | SCTLR_M_C_I) : "memory");
}
