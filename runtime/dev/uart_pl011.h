/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uart_pl011.h - the runtime's own UART, where it is a PL011.
 *
 * As the firmware left it: baud rate and frame are not ours to know. Nothing
 * waits. (Arm DDI 0183G, chapter 3)
 */
#ifndef DEV_UART_PL011_H
#define DEV_UART_PL011_H

#include <stdbool.h>
#include <stdint.h>

void pl011_init(void);

/* Of UARTFR; not 0 where it has that. */
#define PL011_IS_BUSY (1u << 3)
#define PL011_IS_EMPTY (1u << 4)	/* nothing came in */
#define PL011_IS_FULL (1u << 5)		/* nothing more can be put */
uint32_t pl011_has(uint32_t flag);

void pl011_put(uint8_t byte);
/* False where the byte came in damaged, or was a break. */
bool pl011_get(uint8_t *byte);
/* Whether room in a FIFO that was full raises the line. */
void pl011_want_room(bool is_wanted);
/* Forgets what raised the line so far. */
void pl011_acknowledge(void);

#endif
