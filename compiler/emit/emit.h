/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * emit.h - prints a layout: as C tables, linker script, devicetrees, headers.
 *
 * Nothing here decides an address. Same layout, same bytes: no time, no host
 * path. Each row of the C names the line of the .cells file it came from.
 * Includes base, model, layout, runtime/abi.
 */
#ifndef EMIT_EMIT_H
#define EMIT_EMIT_H

#include <stdio.h>

#include "place/layout.h"

struct arena;
struct diag;
struct source;

/* What the devicetree and board { } say of the machine. */
void emit_board(FILE *out, const struct source *s, const struct board *b,
		const struct target *t);
void emit_model(FILE *out, const struct source *s, const struct model *m);
void emit_layout(FILE *out, const struct source *s, const struct layout *l);
void emit_tables(FILE *out, const struct source *s, const struct layout *l);
void emit_ldscript(FILE *out, const struct layout *l);
/* C header for bare-metal code of one cell. */
void emit_header(FILE *out, const struct layout *l, const struct cell *cell);

/* A cell's devicetree; `tree-too-large` or a libfdt fault is reported. The
 * identity in /hypervisor is zero here; image fills it. */
struct tree { const void *blob; size_t size; };
bool emit_tree(struct arena *a, const struct layout *l, const struct cell *cell,
	       struct tree *out, struct diag *d)
	__attribute__((warn_unused_result));

/*
 * The board's tree for a Linux that becomes the root cell as it runs: what is
 * not the root cell's is reserved or disabled. Not of a board without a tree.
 */
struct tree emit_root_tree(struct arena *a, const struct layout *l);

#endif
