/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * core.h - writes an ELF core file of one cell.
 *
 * ELF64, ET_CORE: a PT_NOTE with one NT_PRSTATUS per CPU, and one PT_LOAD for
 * each run of RAM, at the address that the cell has it at. The head is whole
 * before the first byte of memory; memory is then written run by run, and what
 * is zero in it becomes a hole of the file. Includes <stdio.h>.
 */
#ifndef CLI_CORE_H
#define CLI_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CORE_PAGE 4096u

/* Of one CPU; what gdb calls them. */
struct core_cpu {
	uint32_t index;		/* in its cell */
	uint64_t x[31], sp, pc, pstate;
	/* What no debugger asks for, in a note "HVISOR" of type 0x4856: all of
	 * hv-abi(7)'s REGISTERS, part 2. */
	uint64_t system[16];
};

struct core_run { uint64_t base, size; uint32_t flags; };	/* PF_* */

/* Head and notes; *memory is the file offset of the first run. */
bool core_write_head(FILE *out, uint16_t machine, const struct core_cpu *cpus,
		     size_t n_cpus, const struct core_run *runs, size_t n_runs,
		     uint64_t *memory);
/* A page of memory at this file offset. */
bool core_write_page(FILE *out, uint64_t at, const uint8_t page[CORE_PAGE]);
/* The file gets its size, whatever its end is. */
bool core_write_end(FILE *out, uint64_t size);

#endif
