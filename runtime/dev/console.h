/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.h - the cells' consoles, the runtime's messages, and the real UART.
 *
 * A cell's write and a message go to a ring and return; overflow drops and
 * counts. The UART's interrupt, taken on hv_system.uart_cpu, drains a bounded
 * number of bytes. Nothing here waits for the UART, but for the two functions
 * that say so.
 */
#ifndef DEV_CONSOLE_H
#define DEV_CONSOLE_H

#include "core/mmio.h"
#include "dev/vpl011.h"

#define CONSOLE_FOCUS_KEY 0x14	/* Ctrl-T: the input goes to the next cell */

/* Once, on the boot CPU, MMU on, interrupt controller up, before any cell. */
void console_init(void);
/* A line from the runtime, "hvisor: ...", in four parts, but for its newline. */
void console_puts(const char *a, const char *b, const char *c, const char *d);
/* The emulated PL011 of the cell that runs on this CPU. */
enum mmio_result console_access(struct hv_cpu_state *cpu, struct mmio *m);
/* The runtime's UART line was taken on this CPU. */
void console_uart_irq(void);
/* Sends some of what is there, on that CPU: what arch_alarm asked for. */
void console_drain(void);
/* The cell starts afresh: its UART as after reset, its input ring empty. */
void console_cell_reset(uint32_t cell_i);
/* Before the machine goes off: waits, a bounded time, until rings are out. */
void console_flush(void);
/*
 * A line of two parts. Before the runtime has an interrupt or a lock, MMU off or
 * on, at the address in the tables: waits, bounded, for each byte. For refusals
 * and panics.
 */
void console_early_puts(const char *what, const char *why);

/* ---- for the root cell -------------------------------------------------- */

/* A source is a cell's index, or the number of cells: the runtime's log. */
bool console_has(uint32_t source);
/*
 * HV_CALL_CONSOLE_READ: up to HV_CONSOLE_READ_MAX bytes of its output that were not
 * read by this function before, from x[3] on, how many they are in x[1], and in x[2]
 * how many are lost for it so far, since nobody read in time or since they never
 * found room; 0, or HV_E_NO_CELL. What the UART shows is another matter.
 */
int64_t console_read(uint32_t source, uint64_t *x);
/* Typed on the cell's console; how many bytes found room. */
uint32_t console_type(uint32_t cell_i, const uint8_t *bytes, uint32_t n);

#endif
