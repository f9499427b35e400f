/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.h - how the printed forms of model and layout call things.
 *
 * Includes base, model, layout.
 */
#ifndef EMIT_NAMES_H
#define EMIT_NAMES_H

#include <stdio.h>

#include "place/layout.h"

/* Control characters and quotes of the input never reach the terminal. */
void name_text(FILE *out, const char *text);
/* "0x40000000..0x5fffffff" */
void name_range(FILE *out, uint64_t base, uint64_t size);
/* "192 MiB", "64 KiB", "0x123 bytes" */
void name_size(FILE *out, uint64_t size);
/* "rwx", "rw-", and " uncached" */
void name_access(FILE *out, struct access a);
/* "spi 33" */
void name_line(FILE *out, const struct line *l);
const char *name_boot(enum boot_kind kind);
const char *name_console(enum console_kind kind);
const char *name_interrupts(enum interrupts how);
const char *name_action(enum lifecycle action);
const char *name_piece(enum piece_kind kind);

/* " (a.cells:12)" where the span is somewhere, and the end of the line. */
void name_place(FILE *out, const struct source *s, struct span at);

#endif
