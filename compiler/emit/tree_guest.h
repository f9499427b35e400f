/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree_guest.h - what the files of emit/tree*.c share.
 *
 * Nodes that come from the board keep the phandle they have there, and ours
 * get fresh ones above all of the board's: a property that we did not know to
 * be a reference then means what it meant, or nothing, never another node.
 * Includes base, model, layout.
 */
#ifndef EMIT_TREE_GUEST_H
#define EMIT_TREE_GUEST_H

#include "base/fdt_write.h"
#include "place/layout.h"

struct arena;
struct diag;

struct guest {
	struct arena *arena;
	const struct layout *layout;
	const struct cell_layout *cell;
	struct fdt_write *writer;
	const void *board;		/* its tree, or NULL */
	const int *parents;		/* of its nodes, by offset / 4 */
	uint32_t controller;		/* phandle of the interrupt controller */
	const int *providers;		/* board nodes copied beside the devices:
					 * fixed clocks and regulators */
	size_t n_providers;
};

/* Parents of all nodes, once: libfdt finds each by reading from the start. */
const int *tree_parents(struct arena *a, const void *board);

/* True when the node, or one above it, is in the guest's tree. */
bool guest_has_node(const struct guest *g, int node);
/* False: a reference to something that the guest does not have, or its names. */
bool guest_keeps(const struct guest *g, int node, const char *property);
/* Fills providers, by what the cell's devices refer to. */
void guest_find_providers(struct guest *g);

/* True when the device has no place of its own and comes with one it is in. */
bool guest_is_inside(const struct guest *g, const struct device *d);
/* The device given to the cell, with its children. */
void guest_write_device(const struct guest *g, const struct device *d);
void guest_write_provider(const struct guest *g, int node);
/* ranges and interrupt-map of a PCI host bridge. */
void guest_write_bridge(const struct guest *g, const struct device *d);
void guest_write_lines(const struct guest *g, const struct line *lines,
		       size_t n);
/* "/pl011@9000000" */
const char *guest_device_path(const struct guest *g, const struct device *d);

/* `bounce` memory of a virtio device that is the cell's. */
bool guest_has_pool(const struct guest *g, const struct channel *c);
/* The same, or any channel that has an end in the cell. */
bool guest_has_memory(const struct guest *g, const struct channel *c);
/* Virtio devices of the cell. */
void guest_write_virtios(const struct guest *g, const uint32_t *phandles);

/* Channels' memory and nodes, and /hypervisor. */
void guest_write_channel_memory(struct guest *g, const uint32_t *phandles);
void guest_write_channels(const struct guest *g, const uint32_t *phandles);
void guest_write_hypervisor(const struct guest *g);

/* Merges `tree "extra.dtsi"`; false after an error was reported. */
bool guest_merge(struct arena *a, const struct cell *cell, const void **blob,
		 size_t *size, struct diag *d)
	__attribute__((warn_unused_result));

#endif
