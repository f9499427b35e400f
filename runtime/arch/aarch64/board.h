/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.h - the one row of the tables that says what the machine is.
 */
#ifndef ARCH_AARCH64_BOARD_H
#define ARCH_AARCH64_BOARD_H

#include "core/hv.h"
#include "hv_abi_aarch64.h"

/* hv_system, without an end: so the compiler knows that there is something behind. */
extern const struct hv_head hv_head_and_rows[] __asm__("hv_system") HV_OWN;

static inline const struct hv_a64_board *a64_board(void)
{
	return (const void *)&hv_head_and_rows[1];
}

#endif
