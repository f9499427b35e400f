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

#include "hv_abi.h"

void pl011_init(struct hv_pa base);
bool pl011_has_room(struct hv_pa base);
bool pl011_is_busy(struct hv_pa base);
void pl011_put(struct hv_pa base, uint8_t byte);
bool pl011_has_input(struct hv_pa base);
/* False where the byte came in damaged, or was a break. */
bool pl011_get(struct hv_pa base, uint8_t *byte);
/* Whether room in a FIFO that was full raises the line. */
void pl011_want_room(struct hv_pa base, bool is_wanted);
/* Forgets what raised the line so far. */
void pl011_acknowledge(struct hv_pa base);

#endif
