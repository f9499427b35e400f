/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode.h - reads rows and page tables back as the hardware will.
 *
 * One decoder per architecture, written from its manual. It shares nothing
 * with the code that wrote the tables but the ABI's structs, knows neither
 * model nor layout, and is stricter than the hardware: a bit that the manual
 * ignores, or that no table of ours needs, has to be zero. Includes
 * runtime/abi.
 */
#ifndef TARGET_DECODE_H
#define TARGET_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hv_abi.h"

struct arena;

enum run_memory { RUN_NORMAL, RUN_UNCACHED, RUN_DEVICE };

/*
 * A maximal run: the next byte differs in output, permission, memory or in the
 * switches that it takes to reach it: one that turns a whole root on, and at
 * most one other. HV_NONE: none.
 */
struct run {
	uint64_t input, output, size;
	bool may_read, may_write, may_execute;
	enum run_memory memory;
	uint32_t root_switch, part_switch;
};

struct runs {
	struct arena *arena;
	struct run *list;		/* by rising input */
	size_t n;
};

/* Behind the last; joined to it where it continues it. */
void runs_add(struct runs *runs, const struct run *r);
bool run_is_same(const struct run *a, const struct run *b);

/* The switch that writes a word; 0: none. */
#define POOL_SWITCH_IS_ROOT UINT32_C(0x80000000)
#define POOL_SWITCH(i) ((i) + 1)

/*
 * All page tables, every switch on: what is reached in any state is reached
 * then, and a run says which switches it takes.
 */
struct pool_view {
	const uint64_t *words;
	size_t n_words;
	uint64_t pa;			/* of words[0] */
	uint8_t *used_by;		/* by granule; 0, or the mark of a walk */
	uint8_t mark;			/* of this walk, not 0 */
	const uint32_t *switches;	/* by word, POOL_SWITCH; or NULL */
};

/* Rows of the tables, in the image's own bytes; bounds already checked. */
struct table_rows {
	const void *board, *cpus, *cells;	/* of hv_abi_ARCH.h */
	uint32_t n_cpus, n_cells;
};

/* What of the board's row every architecture has. */
struct decode_board {
	uint64_t controller_base, controller_size;
	uint32_t n_lines;		/* of the controller, private ones too */
	uint32_t first_shared;		/* those before are each CPU's own */
	unsigned int pa_bits, ipa_bits;
};

enum decode_handler { DECODE_OTHER, DECODE_CONTROLLER, DECODE_CONTROLLER_CPU };

/* Takes one difference in words. */
typedef void decode_tell(void *arg, const char *text);

struct decoder {
	uint32_t machine;		/* hv_head.arch */
	size_t board_size, cpu_size, cell_size;	/* of the ABI's rows */
	uint32_t line_cells;		/* of a line in a guest's devicetree */
	uint64_t hwid_bits;		/* that the id of a CPU can have */
	uint64_t entry_align;		/* of the first instruction */
	/* The boot protocol's 64 bytes; NULL, or what is wrong in words. */
	const char *(*check_boot_header)(const uint8_t header[64],
					 uint64_t file_size);
	/* What in those rows no image of ours has, whatever it is for. */
	void (*check_rows)(struct arena *a, const struct table_rows *rows,
			   decode_tell *tell, void *arg);
	struct decode_board (*read_board)(const struct table_rows *rows);
	/* Its frames of the interrupt controller. */
	void (*read_cpu)(const struct table_rows *rows, uint32_t cpu_i,
			 uint64_t *base, uint64_t *size);
	/* The line of the hypervisor's IPI to that CPU, or HV_NONE. */
	uint32_t (*ipi_line)(const struct table_rows *rows, uint32_t cpu_i);
	/* What a trapped page of this hv_mmio.handler stands for. */
	enum decode_handler (*handler)(uint32_t handler);
	/* May a cell own this line, one that each CPU has of its own? */
	bool (*may_own)(const struct table_rows *rows, uint32_t line);
	/* False: the cells name no line that CPUs share. HV_NONE: no line. */
	bool (*shared_line)(const uint32_t *cells, uint32_t *line);
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

/* By ELF e_machine; NULL: none. */
const struct decoder *decoder_find(uint32_t machine);

#endif
