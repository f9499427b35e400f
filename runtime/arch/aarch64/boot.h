/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot.h - from the first instruction to the first cell.
 *
 * head.S calls boot_place with the MMU off, wherever the image was loaded; it
 * checks the machine and moves the image's segments to their places. head_boot
 * then turns the MMU on and calls boot_main, on the stack of this CPU's area,
 * as head.S does for the other CPUs, which come by PSCI.
 */
#ifndef ARCH_AARCH64_BOOT_H
#define ARCH_AARCH64_BOOT_H

#include <stdbool.h>

#include "arch/aarch64/sysreg.h"
#include "core/late.h"
#include "core/text.h"
#include "hv_abi_aarch64.h"

#define BOOT_STACK_SIZE 0x1000u	/* inside the image; only until the MMU is on */

/* "hvisor: refused: WHY", and this CPU stops for ever. MMU on or off. */
void boot_refuse(struct text *why) __attribute__((noreturn));
/* Whether that CPU comes up by this one's call. */
bool boot_is_other(uint32_t cpu_i, uint32_t own_i);
/* "CPU 1 (0x100) is ...", behind what `why` has; false. */
bool boot_says_of(uint32_t cpu_i, const char *how, struct text *why);

/* Before anything else, at another level: says so. */
void boot_not_el2(void);
/* `loaded_at`: where the image head lies now. */
void boot_place(uint64_t loaded_at) __attribute__((noreturn));
/* The first CPU, and then those that it calls. */
void boot_main(uint32_t cpu_i) __attribute__((noreturn));

/* The other CPUs that the runtime runs on come up, in a late launch (own_i is
 * HV_NONE) those of other cells; false when one does not, with the reason unless
 * that CPU has given one. */
bool boot_call_others(uint32_t own_i, struct text *why);

/* ---- machine.c ----------------------------------------------------------- */

/* Whether the tables are such, and ours. */
bool machine_has_tables(struct text *why);
/* Whether this is the machine in the tables, as far as it can be told before
 * anything is written, and whether they are for a late launch, or for booting:
 * this CPU's row, or HV_NONE and the reason. */
uint32_t machine_check(bool is_late, struct text *why);
/* The part that each CPU answers for itself. */
bool machine_check_cpu(struct text *why);

/* ---- head.S ------------------------------------------------------------- */

/* The first CPU, when all is in its place; its row. */
void head_boot(uint32_t cpu_i) __attribute__((noreturn));
/* Where PSCI lets the other CPUs begin; x0: row of hv_system.cpus. */
void head_secondary(void) HV_OWN;
/*
 * Moves the runtime itself and goes on there, at hv_entry's second half. `spot` has
 * MOVER_SIZE bytes that nothing needs, or is 0 when source and destination do not
 * overlap.
 */
void head_move_runtime(uint64_t to, uint64_t from, uint64_t size, uint64_t spot)
	__attribute__((noreturn));
#define MOVER_SIZE 0x200u

/* Reads 8 bytes; false when the machine has nothing there. Only in boot_place:
 * vectors.S knows this function by its address. */
bool head_probe(uint64_t address);

#endif
