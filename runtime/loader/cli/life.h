/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * life.h - starts a cell, as `hvisor.loader start` does.
 *
 * Includes session.
 */
#ifndef CLI_LIFE_H
#define CLI_LIFE_H

#include "cli/session.h"

/* Comes back when it runs; ends the program where anything refuses. */
void life_start(const struct session *s, uint32_t cell_i, const char *name);

#endif
