/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_memory.h - RAM of the board that a root cell must leave alone.
 *
 * All that it is not given and that the board's tree does not reserve itself,
 * in maximal runs by rising address: other cells', channels', the hypervisor's,
 * and what nobody has. Includes layout.
 */
#ifndef EMIT_ROOT_MEMORY_H
#define EMIT_ROOT_MEMORY_H

#include "place/layout.h"

struct arena;

struct root_memory { const struct pa_range *list; size_t n; };

struct root_memory root_memory(struct arena *a, const struct layout *l);

#endif
