/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * place.h - the image's segments go to their places, each by its own cell's
 * boot CPU, all at once where nothing is in the way (move.h).
 *
 * What cannot be done so has been moved before any other CPU came up. A cell
 * starts, or has its memory cleaned, only when its own segments are in their
 * places and nothing is still to be read from memory that it has.
 */
#ifndef CORE_PLACE_H
#define CORE_PLACE_H

#include "core/hv.h"

/* A bounded piece of it, on the cell's boot CPU, all its CPUs parked; true when
 * it is done. */
bool place_piece(uint32_t cell_i);

#endif
