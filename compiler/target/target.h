/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * target.h - what one architecture brings to the compiler.
 *
 * The only place where shared code reaches architecture code. A target fills
 * one const struct; the table of them is in target.c. Includes base, model,
 * and the layout by name only.
 */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include "base/units.h"
#include "model/model.h"

struct arena;
struct check_family;
struct diag;
struct layout;
struct page_pool;
struct fdt_write;
struct cell_layout;
struct comparer;

/*
 * What a compatible string of a board's tree means. An architecture brings
 * those of its own parts; the others are in read/board_words.c.
 */
enum tree_meaning {
	MEANS_CONTROLLER,	/* version: of struct interrupt_controller */
	MEANS_MSI,
	MEANS_IOMMU,
	MEANS_TIMER,		/* architected */
	MEANS_PMU,		/* of the CPUs */
	MEANS_FIRMWARE,		/* PSCI or the like: where `method` stands */
	MEANS_FIRMWARE_CONFIG,
	MEANS_UART,		/* version: enum uart_kind */
	MEANS_HOST_BRIDGE,
	MEANS_DMA,		/* masters the bus */
	MEANS_WATCHDOG,		/* can reset the machine */
};

struct tree_word {
	const char *compatible;
	enum tree_meaning means;
	uint32_t version;
};

struct target {
	const char *name;		/* "aarch64" */
	const char *compiler_prefix;	/* of the cross tools, "aarch64-linux-gnu-" */
	const char *linker_emulation;	/* for ld -m, or NULL */
	const char *abi_header;		/* the emitted C includes it */
	uint16_t elf_machine;
	uint32_t max_cells;		/* VMIDs that the runtime can use */

	const struct tree_word *words;
	size_t n_words;
	uint32_t controller_version;	/* that the runtime drives */

	/*
	 * One interrupt specifier of the controller, n_cells as its
	 * #interrupt-cells says. False where it names no SPI or PPI.
	 */
	bool (*line_of_cells)(const uint32_t *cells, size_t n_cells,
			      struct line *out);

	/* check families of its own, may be none */
	const struct check_family *const *families;
	size_t n_families;

	/*
	 * Reads kernel facts (is_kernel, text_offset, ...) from the first bytes
	 * of a file into *p. Never fails: what is not there stays false.
	 */
	void (*kernel_facts)(const uint8_t *head, size_t size, struct payload *p);

	/* The controller's number of a line (SPI n is INTID 32 + n). */
	uint32_t (*line_id)(enum line_kind kind, uint32_t number);

	/* Number of page-table words for, and then the words of, the layout. */
	const struct page_pool *(*build_tables)(struct arena *arena,
						const struct layout *layout);

	/* Names of the handlers in hv_mmio rows: TRAP_CONTROLLER, ..._CPU. */
	const char *mmio_controller, *mmio_controller_cpu;

	/*
	 * Rows of the emitted C that only this architecture has: the tags of
	 * the structs behind hv_head's arch lists, and the initialisers of the
	 * members arch_board, arch_cpus and arch_cells, one row each line.
	 */
	const char *row_board, *row_cpu, *row_cell;
	void (*emit_arch_tables)(void *file, const struct layout *layout);
	/* Bytes of those rows, for place; and the head of the image as C. */
	uint64_t (*arch_tables_size)(const struct model *model);
	void (*emit_image_head)(void *file, const struct layout *layout);
	/* Addresses of its interrupt controller, for --emit=header. */
	void (*emit_header)(void *file, const struct layout *layout);

	/* What only the finished file knows, in the boot protocol's header. */
	void (*finish_image_head)(uint8_t header[64], uint64_t file_size);
	/* An image's rows against the layout; what reads them: decoder_find. */
	const struct comparer *comparer;

	/*
	 * A guest's devicetree: what a cpu node says beside its reg; the nodes
	 * of interrupt controller (with that phandle), timer and firmware
	 * interface; and a line in the controller's cells, their number.
	 */
	void (*write_tree_cpu)(struct fdt_write *w, const struct board_cpu *cpu);
	void (*write_tree)(struct fdt_write *w, const struct layout *layout,
			   const struct cell_layout *cell, uint32_t controller);
	size_t (*line_cells)(const struct line *line, uint32_t cells[4]);
};

extern const struct target target_aarch64;

/* All of them in turn; NULL behind the last. */
const struct target *target_at(size_t i);

/* By the board's own devicetree; NULL when no target knows it. */
const struct target *target_find(const struct board *board);

#endif
