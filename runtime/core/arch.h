/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - what core and dev ask of an architecture.
 *
 * Implemented by one folder of arch/ for the board, and by arch/fake for unit
 * tests on the host. Core knows no register, no exception level and no interrupt
 * controller; it knows CPUs by row of hv_system.cpus and lines by physical
 * number. Every function may be called on any CPU, interrupts masked, unless
 * it says otherwise. Includes the ABI only.
 */
#ifndef CORE_ARCH_H
#define CORE_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hv_abi.h"
#include "hv_abi_calls.h"

struct hv_cpu_state;

/* ---- this CPU ----------------------------------------------------------- */

struct hv_cpu_state *arch_self(void);
/* In every spin loop: lets the other CPUs run (and QEMU's, under -icount). */
void arch_relax(void);
/*
 * Sleeps until an interrupt of the runtime's own arrives (IPI, UART, or one
 * that came before the call), takes it, and returns. May return early.
 * Only from the park loop, where no cell's state is live.
 */
void arch_wait(struct hv_cpu_state *cpu);
/* Takes what is pending of the runtime's own interrupts; does not sleep. */
void arch_poll(struct hv_cpu_state *cpu);
/*
 * All state that a cell can see or leave behind in this CPU goes back to what
 * a fresh start has: general, FP and system registers, timers, the CPU
 * interface, its private lines, its list registers. Called when a CPU parks.
 */
void arch_cpu_reset(struct hv_cpu_state *cpu);
/*
 * The registers that the cell left in this CPU, before arch_cpu_reset, are kept
 * until the CPU's next arch_cpu_keep. Only on the way out of the cell after a
 * fault, or an interrupt.
 */
void arch_cpu_keep(struct hv_cpu_state *cpu);
/* Part `part`, below HV_N_REGISTER_PARTS, of what was kept: the results of
 * HV_CALL_REGISTERS. */
void arch_cpu_kept(const struct hv_cpu_state *cpu, uint32_t part, uint64_t *words);
/* Starts executing the cell, first argument `argument`, the others zero. */
void arch_enter(struct hv_cpu_state *cpu, struct hv_ipa entry,
		uint64_t argument) __attribute__((noreturn));
/* This CPU does nothing more until the machine is reset. */
void arch_halt(void) __attribute__((noreturn));

/* ---- other CPUs, the machine -------------------------------------------- */

/*
 * Makes the target leave its cell, or arch_wait, and look at its state again
 * (cpu_ipi). All that this CPU wrote before is seen by the target after. Gets
 * through whatever the target's cell masked or left unfinished.
 */
void arch_ipi(const struct hv_cpu_state *target);
void arch_machine_off(void) __attribute__((noreturn));
void arch_machine_reset(void) __attribute__((noreturn));

/* This CPU goes off, and comes back as the firmware's; only from the park loop. */
void arch_cpu_off(void) __attribute__((noreturn));
/* As the firmware sees it. */
bool arch_cpu_is_off(uint32_t cpu_i);
/* All CPUs of a root cell that was there before are in: late.h. */
void arch_late_commit(struct hv_cpu_state *cpu);
/* This CPU goes back to the kernel as it was found, when its call returns 0. */
int64_t arch_late_leave(struct hv_cpu_state *cpu);

/* ---- memory ------------------------------------------------------------- */

/* Zeroes; the zeroes have reached memory itself, past every cache. */
void arch_memory_zero(void *base, uint64_t size);
/* Copies, no overlap; the bytes have reached memory itself. */
void arch_memory_copy(void *to, const void *from, uint64_t size);
/* What was written through any cache has reached memory, and no cache holds it
 * any more. */
void arch_memory_flush(void *base, uint64_t size);
/* The line of that word has reached memory before anything that comes after. */
void arch_memory_clean(const void *word);
/* Copies from and to wherever in RAM, also where the runtime may not write or has
 * nothing mapped; with any overlap; the bytes have reached memory itself. */
void arch_image_copy(uint64_t to, uint64_t from, uint64_t size);
/* After the pieces of a payload were copied: no CPU executes older bytes. */
void arch_code_changed(void);
/*
 * Writes one word of the page-table pool and makes it visible to the walkers
 * of all CPUs; says nothing about what they have cached.
 */
void arch_table_write(uint64_t *word, uint64_t descriptor);
/*
 * No CPU holds a translation of that cell's that was made from older words;
 * completed on every CPU when it returns.
 */
void arch_cell_flush(uint32_t cell_i);

/* ---- devices and time ---------------------------------------------------- */

/* One 32-bit access to a device register of the board. */
uint32_t arch_device_read(struct hv_pa at);
void arch_device_write(struct hv_pa at, uint32_t value);
/* Since some moment in the past. */
uint64_t arch_time_us(void);
/* Calls console_drain on this CPU once, in about that time; only on
 * hv_system.uart_cpu. A new call replaces the one before. */
void arch_alarm(uint32_t us);

/* ---- interrupt lines ---------------------------------------------------- */

/* All the cell's lines: disabled, not pending, not active, default priority,
 * and the cell's own distributor state as after reset. All its CPUs are
 * parked. */
void arch_cell_reset(uint32_t cell_i);
/* An edge-triggered, otherwise unused line: makes it pending, or not. */
void arch_line_pend(uint32_t line);
void arch_line_clear(uint32_t line);

#endif
