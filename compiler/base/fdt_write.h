/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fdt_write.h - writes one flattened devicetree, from its front to its end.
 *
 * A fault is remembered and everything after it does nothing, so only
 * fdt_write_end has to be asked. The blob grows as it has to. Cells are
 * written big-endian; addresses and sizes always take two. Includes units.
 */
#ifndef BASE_FDT_WRITE_H
#define BASE_FDT_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/units.h"

struct arena;

struct fdt_write {
	struct arena *arena;
	void *blob;
	size_t size;			/* of the buffer */
	int fault;			/* of libfdt, negative; 0: none */
	uint32_t next_phandle;
};

/* Fresh phandles start at first_phandle. */
struct fdt_write fdt_write_begin(struct arena *a, uint32_t first_phandle);
/* The finished blob, or NULL and *why. */
const void *fdt_write_end(struct fdt_write *w, size_t *size, const char **why);

void fdt_write_node(struct fdt_write *w, const char *name);
/* Named "name@address". */
void fdt_write_node_at(struct fdt_write *w, const char *name, uint64_t address);
void fdt_write_node_end(struct fdt_write *w);
uint32_t fdt_write_phandle(struct fdt_write *w);	/* a fresh one */

void fdt_write_bytes(struct fdt_write *w, const char *name, const void *bytes,
		     size_t size);
void fdt_write_flag(struct fdt_write *w, const char *name);	/* no value */
void fdt_write_string(struct fdt_write *w, const char *name, const char *s);
void fdt_write_u32(struct fdt_write *w, const char *name, uint32_t v);
void fdt_write_u64(struct fdt_write *w, const char *name, uint64_t v);
void fdt_write_cells(struct fdt_write *w, const char *name,
		     const uint32_t *cells, size_t n);

/* A property in the making: cells and strings, one after the other. */
struct fdt_value {
	struct fdt_write *writer;
	uint8_t *bytes;
	size_t size, room;
};

struct fdt_value fdt_value_begin(struct fdt_write *w);
void fdt_value_u32(struct fdt_value *v, uint32_t cell);
void fdt_value_u64(struct fdt_value *v, uint64_t cells);
void fdt_value_string(struct fdt_value *v, const char *s);
void fdt_value_end(struct fdt_value *v, const char *name);

#endif
