/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * switch.h - the only words of the page tables that ever change.
 *
 * Off is an invalid descriptor. Turning off returns when no CPU can use the
 * mapping any more. Turning on never replaces a valid descriptor by another
 * (break before make: DDI 0487, D8.14.1), since on is entered from off only.
 */
#ifndef CORE_SWITCH_H
#define CORE_SWITCH_H

#include "core/hv.h"

/* `switch_i`: row of hv_system.switches. Nothing happens when it is so already. */
void switch_set(uint32_t switch_i, bool is_on);
/* All that the cell has in view; without it each of its CPUs, whatever it does,
 * comes to the runtime by its next instruction. */
void switch_root(uint32_t cell_i, bool is_on);
/* Nobody else has the cell's memory in view any more when they are off. The
 * cell's lock is held. */
void switch_windows(uint32_t subject_cell_i, bool is_on);

#endif
