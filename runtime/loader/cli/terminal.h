/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terminal.h - the user's own terminal, while a cell's console has it.
 *
 * Raw: every key but the escape goes to the cell. However the program ends, the
 * terminal is as it was.
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>

#define TERMINAL_ESCAPE 0x1d	/* Ctrl-] */

/* False: standard input is no terminal, and nothing was changed. */
bool terminal_make_raw(void);
/* Does nothing twice. */
void terminal_restore(void);

#endif
