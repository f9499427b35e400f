/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * layout.h - every address and every line, chosen.
 *
 * Made by place from a checked model; const ever after. Emit prints it, image
 * links it; neither decides anything. In a layout no two objects overlap, and
 * every object obeys its alignment. Parallel arrays follow the model's order:
 * layout.cells[i] belongs to model.cells[i]. Includes base, model.
 */
#ifndef PLACE_LAYOUT_H
#define PLACE_LAYOUT_H

#include "base/units.h"
#include "model/model.h"
#include "place/slots.h"

/* What the build of the runtime says of its object. Bytes. */
struct runtime_object {
	const char *path;		/* hv_runtime.o */
	uint64_t text_size, rodata_size, data_size, bss_size;
};

/* One run of one cell's stage 2, granule multiples. */
enum mapping_kind { MAP_RAM, MAP_CHANNEL, MAP_DEVICE, MAP_WINDOW, MAP_VIEW };

struct mapping {
	enum mapping_kind kind;
	struct ipa_range ipa;
	pa_t pa;
	struct access access;		/* devices: read and write */
	const struct region *region;	/* MAP_RAM: which; else NULL */
	const struct channel *channel;	/* MAP_CHANNEL */
	const struct device *device;	/* MAP_DEVICE: the first in the pages */
	bool is_shared;			/* MAP_DEVICE: on a `shared page` */
	const struct cell *subject;	/* MAP_WINDOW: whose RAM */
	const struct virtio *virtio;	/* MAP_VIEW: the device whose window or
					 * registers it is, or the first that
					 * shares this RAM */
	uint32_t switch_i;		/* layout.switches, or UINT32_MAX: always on */
	struct span at;
};

/* A page (or frames) that stage 2 leaves out on purpose; of TRAP_VIRTIO only what
 * is stored: a MAP_VIEW of the same page shows the rest. */
enum trap_kind { TRAP_CONSOLE, TRAP_DOORBELL, TRAP_CONTROLLER, TRAP_CONTROLLER_CPU,
		 TRAP_VIRTIO, TRAP_VIRTIO_RING };

struct trap {
	enum trap_kind kind;
	struct ipa_range ipa;
	uint32_t arg;			/* doorbell: index in layout.ends;
					 * controller_cpu: board CPU index;
					 * virtio, _ring: index in layout.virtios;
					 * else UINT32_MAX */
	struct span at;
};

/* Which of a cell's traps each of their granules is in. */
struct trap_slots {
	const uint16_t *rows;		/* by slot: index in traps + 1, or 0 */
	struct slots hash;
};

/* How a cell gets its interrupts; all but the first are by list registers. */
enum delivery {
	DELIVERY_DIRECT,
	DELIVERY_ASKED,			/* the text asks for list registers */
	DELIVERY_MASK,			/* the cell masks by priority */
	DELIVERY_BOARD,			/* the board has no other */
	DELIVERY_NO_LINES,		/* none for the IPIs to its CPUs */
};

enum piece_kind { PIECE_KERNEL, PIECE_INITRD, PIECE_IMAGE, PIECE_ELF_SEGMENT, PIECE_TREE };

/*
 * Bytes of one payload in a cell. `size` is what is copied; a tree's is the
 * slot (the tree that emit makes is smaller or `tree-too-large`); `memory_size`
 * is what the piece occupies (kernel with BSS). An ELF segment is zero from
 * size to memory_size: its cell's memory is cleaned before the first start too.
 * Its size can be 0: then nothing is copied.
 */
struct piece {
	enum piece_kind kind;
	const struct payload *payload;	/* NULL for the tree */
	uint64_t file_offset;
	uint64_t size, memory_size;
	ipa_t ipa;
	pa_t pa;
	bool has_pristine;
	pa_t pristine;			/* shared by equal files */
};

struct cell_layout {
	const struct cell *cell;
	const struct mapping *mappings;	/* by rising ipa, not overlapping */
	size_t n_mappings;
	const struct trap *traps;	/* by rising ipa */
	size_t n_traps;
	struct trap_slots trap_slots;
	const struct piece *pieces;
	size_t n_pieces;
	ipa_t entry, tree;
	uint32_t tree_slot;		/* bytes */
	bool has_console_line;
	uint32_t console_spi;		/* SPI number */
	bool has_event_line;
	uint32_t event_spi;		/* the root cell's: SPI number */
	ipa_t console_ipa;		/* the emulated or the own UART */
	pa_t console_ring;		/* in the hypervisor's memory */
	const struct line *lines;	/* all its physical lines: devices', own,
					 * timers, console, doorbells; sorted */
	size_t n_lines;
	enum delivery delivery;
	uint32_t root_switch_i;
	uint64_t root_index;		/* first word of its root in the pool */
};

struct end_layout {
	const struct channel *channel;
	const struct channel_end *end;
	uint32_t end_i;			/* in the channel */
	ipa_t memory;
	ipa_t doorbell;			/* one granule; 0 without */
	uint32_t doorbell_spi;		/* UINT32_MAX: this end is never rung */
	uint64_t may_ring;		/* bit i: end i */
};

struct channel_layout {
	const struct channel *channel;
	struct pa_range memory;
	uint32_t first_end;		/* in layout.ends */
};

/* Of its registers the cell behind reads the first granule, writes the other. */
struct virtio_layout {
	const struct virtio *virtio;
	struct pa_range registers;	/* two granules */
	ipa_t window;			/* in front: one granule, trapped */
	ipa_t back_registers;		/* behind: both granules */
	ipa_t back_ring;		/* behind: one granule, trapped */
	uint32_t front_spi, back_spi;
	uint32_t n_queues;		/* of the device, control queues with them */
	uint32_t first_view, n_views;	/* in layout.views */
};

/* Memory of the cell in front where the cell behind sees it. */
struct view_layout {
	const struct virtio *virtio;
	ipa_t front, back;
	uint64_t size;
	bool may_write;			/* the cell behind */
	struct span at;
};

enum switch_kind { SWITCH_ROOT, SWITCH_WINDOW, SWITCH_SHARED };

struct switch_layout {
	enum switch_kind kind;
	const struct cell *owner, *subject;
	const struct channel *channel;	/* SWITCH_SHARED */
	bool is_on_at_boot;
};

/* Offsets from hypervisor.base are the same in every image for parts before
 * the tables: that keeps the runtime's bytes identical. */
struct hypervisor_layout {
	struct pa_range all;		/* image, stacks, rings, pristine */
	struct pa_range head, text, rodata, data_bss, tables;
	struct pa_range cpu_areas;	/* n_cpus * HV_CPU_AREA_SIZE */
	struct pa_range rings;		/* the cells', then the log's */
	struct pa_range pristine;	/* size 0 without */
	uint64_t image_size;		/* head .. end of tables */
	uint64_t pool_offset;		/* of the page tables in the tables */
	uint32_t uart_cpu;		/* board CPU that takes the UART's line */
};

/* What a target's build_tables returns. Words that a switch turns on are 0 in
 * `words` unless it is on at boot. */
struct switch_word { uint64_t index, on; };

struct switch_words {
	const struct switch_word *words;
	size_t n_words;
};

/* One granule of page tables, for whoever reads the emitted C. */
struct pool_granule { const char *what; };

/*
 * Descriptors that one mapping takes, by what each translates; and for one
 * cell those of each of its mappings, and the granules of all its tables.
 */
struct leaf_counts { uint64_t n_granules, n_blocks, n_large_blocks; };

struct stage2_cost {
	const struct leaf_counts *mappings;	/* parallel to the cell's */
	size_t n_tables;			/* granules */
};

struct page_pool {
	const uint64_t *words;
	size_t n_words;			/* 512 for each granule */
	/* The granules that hold words of switches come first, and only these
	 * can be written by the hypervisor: words[0..n_switched). */
	size_t n_switched;
	uint64_t align;			/* bytes, of words[0]'s address */
	const struct span *at;		/* by word: what it was made for */
	const struct pool_granule *granules; /* n_words / 512 */
	const uint64_t *cell_roots;	/* word index by cell */
	const struct stage2_cost *costs; /* by cell */
	uint64_t el2_root;		/* word index of the hypervisor's own */
	const struct switch_words *switches;	/* parallel to layout.switches */
};

struct layout {
	const struct model *model;
	const struct runtime_object *runtime;
	struct hypervisor_layout hypervisor;
	const struct cell_layout *cells;
	/* by board CPU: its frames of the interrupt controller */
	const struct pa_range *cpu_controllers;
	/* by board CPU: the SPI of the hypervisor's IPI to it, where delivery
	 * is direct; else UINT32_MAX */
	const uint32_t *ipi_spis;
	const struct channel_layout *channels;
	const struct end_layout *ends;
	size_t n_ends;
	const struct virtio_layout *virtios;	/* parallel to the model's */
	const struct view_layout *views;	/* device by device, by rising front */
	size_t n_views;
	const struct switch_layout *switches;
	size_t n_switches;
	const struct page_pool *pool;
};

struct arena;
struct diag;

/* NULL after an error was reported (`place-full` and the like). */
const struct layout *place(struct arena *arena, const struct model *model,
			   const struct runtime_object *runtime,
			   struct diag *diag);

/* "virtual, by list registers: the cell masks by priority" */
const char *layout_delivery_text(const struct layout *l,
				 const struct cell *cell);

/* The id that the i-th CPU of a cell reads: its own, or as `as N` says. */
uint64_t layout_cpu_hwid(const struct layout *l, const struct cell *cell,
			 size_t i);

#endif
