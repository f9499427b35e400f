/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shared.h - memory of channels: cleaned when the last of its cells has ended.
 *
 * A cell uses its channels from the step to CELL_RUNNING, which says so, until
 * its cleaning comes to them. A cell that is about to run waits while one of its
 * channels is being cleaned by a peer's CPU, so nobody's first bytes are wiped.
 * Who begins either holds hv.shared_lock, which is taken inside a cell's lock.
 */
#ifndef CORE_SHARED_H
#define CORE_SHARED_H

#include "core/hv.h"

/* The lock is held: */
bool shared_is_free(uint32_t cell_i);

/* By the cell's boot CPU, lock not held, when the cell does not use its channels
 * any more: whether it is to clean this one now, since nobody does. Until its
 * `cleans` is 0. */
bool shared_clean_begin(uint32_t cell_i, uint32_t channel_i);

#endif
