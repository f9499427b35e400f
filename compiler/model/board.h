/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.h - the machine: what a devicetree and board { } say of it.
 *
 * Made by read, const ever after; the first half of the model. A tree of the
 * same machine that a Linux runs with is one too. Includes base.
 */
#ifndef MODEL_BOARD_H
#define MODEL_BOARD_H

#include "base/source.h"
#include "base/units.h"

/* ---- interrupt lines ---------------------------------------------------- */

enum line_kind { LINE_SPI, LINE_PPI };
enum line_trigger { LINE_TRIGGER_UNKNOWN, LINE_EDGE_RISING, LINE_EDGE_FALLING,
		    LINE_LEVEL_HIGH, LINE_LEVEL_LOW };

struct line {
	enum line_kind kind;
	uint32_t number;		/* as the devicetree counts its kind */
	enum line_trigger trigger;
	struct span at;
};

/* Inclusive range of SPIs. */
struct line_range { uint32_t first, last; struct span at; };

/* ---- the board ---------------------------------------------------------- */

struct board_cpu {
	uint64_t hwid;			/* the node's reg: MPIDR affinity */
	const char *path;		/* devicetree path, or NULL */
	const char *compatible;		/* or NULL */
	struct span at;
};

struct board_memory {
	struct pa_range range;
	const char *name;		/* node name or "/memreserve/" */
	/* Of reserved memory; Linux passes over a node that is disabled. */
	bool is_node, is_no_map, is_disabled;
	struct span at;
};

enum device_role {
	DEVICE_PLAIN,
	DEVICE_UART,
	DEVICE_INTERRUPT_CONTROLLER,	/* the GIC: never given */
	DEVICE_MSI_CONTROLLER,		/* ITS, v2m: never given */
	DEVICE_IOMMU,			/* never given */
	DEVICE_FIRMWARE_CONFIG,		/* fw-cfg: never given */
	DEVICE_TIMER,			/* architected: never given as device */
	DEVICE_PMU,			/* given by `pmu;` alone */
	DEVICE_HOST_BRIDGE,		/* PCI, given whole */
};

/* A serial port by its programming model; OTHER can be given to a cell. */
enum uart_kind { UART_OTHER, UART_PL011 };

struct device_reg {
	struct pa_range range;		/* exact bytes, not rounded to granules */
	const char *name;		/* of reg-names, or NULL */
	bool is_window;			/* a bridge's ranges, not its registers */
};

/* What a device asks of another node; by the property that asks. */
enum need_kind {
	NEED_CLOCK, NEED_RESET, NEED_POWER, NEED_PINS, NEED_SUPPLY, NEED_GPIO,
	NEED_MAILBOX, NEED_HWLOCK, NEED_DMA, NEED_PHY, NEED_SYSCON,
	NEED_INTERRUPT, NEED_STREAM, NEED_MSI, NEED_MEMORY, NEED_PARENT,
	NEED_OTHER,
};

/*
 * What has no registers passes on what it asks itself: who has a fixed
 * regulator as its supply needs the GPIO line that switches it.
 */
struct device_need {
	enum need_kind kind;
	const char *property;		/* "clocks"; "" for NEED_PARENT */
	/* Of the node that has the property: the device's own, or one that the
	 * device has whole, stands below, or asks. */
	const char *by;
	const char *path;		/* of the node that is asked; or "" */
	int node;			/* its offset in board.fdt, or -1 */
	/* The device that this node is or is a part of; NULL: none has it. */
	const struct device *provider;
	bool is_fixed;			/* a number without registers behind it */
	bool is_dangling;		/* no node is asked */
};

/*
 * Lines that end in another controller than the board's own (a GPIO bank, an
 * expander) are not in `lines`: they are needs.
 */
struct device {
	const char *path;		/* "/pl011@9000000"; unique */
	const char *name;		/* without address: "pl011" */
	const char *compatible;		/* first of them, or NULL */
	int node;			/* offset in board.fdt, or -1 */
	enum device_role role;
	enum uart_kind uart;		/* DEVICE_UART: which */
	bool is_disabled;		/* status is not okay */
	bool is_secure;			/* disabled, but for the secure world */
	bool is_watchdog;		/* can reset the machine */
	bool can_dma;
	const char *dma_reason;		/* why we think so: "iommus", ... */
	const struct device_reg *regs;
	size_t n_regs;
	const struct line *lines;
	size_t n_lines;
	const struct device_need *needs; /* of its node and those it has whole */
	size_t n_needs;
	struct span at;
};

struct interrupt_controller {
	bool is_present;
	uint32_t version;		/* 3 */
	struct pa_range distributor;
	const struct pa_range *redistributors;
	size_t n_redistributors;
	uint64_t redistributor_stride;	/* bytes between two CPUs' frames */
	uint32_t maintenance_ppi;
	struct span at;
};

struct board_timer {
	bool is_present;
	bool has_secure;		/* nobody here needs it; else it is 0 */
	uint32_t secure_ppi, physical_ppi, virtual_ppi, hyp_ppi;
	struct span at;
};

/* How interrupts come to a cell: straight from the controller, or through
 * the hypervisor's list registers. */
enum interrupts { INTERRUPTS_UNSAID, INTERRUPTS_DIRECT, INTERRUPTS_VIRTUAL };

enum conduit { CONDUIT_NONE, CONDUIT_SMC, CONDUIT_HVC };

struct board {
	const char *file;		/* as the user wrote it; NULL without */
	const char *path;		/* as it was found */
	const void *fdt;		/* whole tree, or NULL */
	size_t fdt_size;
	struct span at;
	const struct board_cpu *cpus;	/* the order of cpu indices */
	size_t n_cpus;
	const struct board_memory *memory;
	size_t n_memory;
	const struct board_memory *reserved;
	size_t n_reserved;
	const struct device *devices;
	size_t n_devices;
	struct interrupt_controller controller;
	struct board_timer timer;
	enum conduit conduit;		/* PSCI to the firmware */
	struct span conduit_at;
	uint32_t n_spis;		/* implemented */
	bool is_n_spis_assumed;
	uint32_t address_bits;
	bool is_address_bits_assumed;
	const struct line_range *free_lines;
	size_t n_free_lines;
	enum interrupts interrupts;	/* what its controller allows, if said */
	struct span interrupts_at;
};

#endif
