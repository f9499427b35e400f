/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode.h - reads page tables back as the hardware will.
 *
 * One decoder per architecture, written from its manual. It shares nothing
 * with the code that wrote the tables, and is stricter than the hardware: a
 * bit that the manual ignores, or that no table of ours needs, has to be zero.
 * Includes base, and the layout by name.
 */
#ifndef TARGET_DECODE_H
#define TARGET_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hv_abi.h"
#include "place/layout.h"

struct arena;

enum run_memory { RUN_NORMAL, RUN_UNCACHED, RUN_DEVICE };

/* A maximal run: the next byte differs in output, permission or memory. */
struct run {
	uint64_t input, output, size;
	bool may_read, may_write, may_execute;
	enum run_memory memory;
};

struct runs {
	struct arena *arena;
	struct run *list;		/* by rising input */
	size_t n;
};

/* Page tables in one state of the switches. */
struct pool_view {
	const uint64_t *words;
	size_t n_words;
	uint64_t pa;			/* of words[0] */
	uint8_t *is_used;		/* by granule; set by walks */
};

/* Rows of the tables, in the image's own bytes; bounds already checked. */
struct table_rows {
	const struct hv_head *head;
	const void *board, *cpus, *cells;	/* of hv_abi_ARCH.h */
};

/* Takes one difference in words. */
typedef void decode_tell(void *arg, const char *text);

struct decoder {
	size_t board_size, cpu_size, cell_size;	/* of the ABI's rows */
	/* mmio handler that a trap of this kind has; 0: not this one's */
	uint32_t (*trap_handler)(enum trap_kind kind);
	/* The boot protocol's 64 bytes; NULL, or what is wrong in words. */
	const char *(*check_boot_header)(const uint8_t header[64],
					 const struct layout *l,
					 uint64_t file_size);
	/* Every field of those rows against the layout, but for the roots. */
	void (*check_rows)(struct arena *a, const struct table_rows *rows,
			   const struct layout *l, decode_tell *tell, void *arg);
	/*
	 * What one cell, or the hypervisor itself, reaches. NULL, or in words
	 * what the hardware or we would not have.
	 */
	const char *(*walk_cell)(const struct table_rows *rows, size_t cell_i,
				 const struct pool_view *pool, struct runs *out);
	const char *(*walk_hypervisor)(const struct table_rows *rows,
				       const struct pool_view *pool,
				       struct runs *out);
};

#endif
