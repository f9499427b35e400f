/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model.h - what the .cells text means: the board and who owns what of it.
 *
 * Made by resolve, const ever after. Names are resolved to pointers, numbers
 * are checked to fit their fields, every list is in the order of the text, and
 * every object carries the span that made it. Nothing is promised about
 * overlaps, ownership or sense: that is what check is for. Addresses that the
 * user left to us are absent (has_pa false) and chosen by place.
 *
 * Includes base. No architecture appears here: what only one has comes through
 * struct target.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "base/source.h"
#include "base/units.h"

struct target;

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
	bool is_no_map;			/* reserved memory only */
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
	uint32_t n_spis;		/* implemented */
	bool is_n_spis_assumed;
	uint32_t address_bits;
	bool is_address_bits_assumed;
	const struct line_range *free_lines;
	size_t n_free_lines;
};

/* ---- cells -------------------------------------------------------------- */

/* Permissions and attributes of memory. */
struct access { bool may_read, may_write, may_execute, is_uncached; };

struct region {
	const char *name;
	const struct cell *cell;
	uint64_t size;			/* 0 for rest */
	bool has_pa, has_ipa;		/* ipa absent: ipa = pa */
	pa_t pa;
	ipa_t ipa;
	struct access access;
	bool is_rest;			/* place makes it: maybe several pieces */
	const char *dma_because;	/* `rest` with unprotected dma; or NULL */
	struct span at;			/* the whole statement */
	struct span at_pa, at_ipa, at_size;
};

struct device_use {
	const struct device *device;
	const char *dma_because;	/* unprotected dma: the reason, or NULL */
	bool is_from_rest;
	struct span at;
};

struct line_use { struct line line; };	/* `lines spi 40;` */

/* A device that `rest` left to nobody, and why. */
struct left_out {
	const struct device *device;
	const char *reason;
};

/* What the head of a payload file says; filled as far as the file allows. */
struct elf_segment {
	uint64_t file_offset, file_size;
	ipa_t ipa;			/* p_paddr */
	uint64_t memory_size;
	bool may_write, may_execute;
};

struct payload {
	const char *file;		/* as written; NULL: not given */
	const char *path;		/* as found, or NULL when missing */
	uint64_t size;			/* bytes; 0 when missing or empty */
	bool is_missing;		/* reported by check, unless --payloads=later */
	const char *packed_by;		/* "gzip": what would unpack it; NULL */
	/* Linux kernels, by struct target */
	bool is_kernel;			/* the magic is there */
	bool is_big_endian;
	uint32_t page_size;		/* 0: not said */
	uint64_t text_offset, image_size;
	/* ELF */
	bool is_elf;			/* the magic is there, and it parses */
	uint16_t elf_machine, elf_type;
	bool is_elf_class64, is_elf_little_endian;
	uint64_t elf_entry;
	const struct elf_segment *segments;
	size_t n_segments;
	const char *elf_fault;		/* what does not parse, or NULL */
	struct span at;
};

enum boot_kind { BOOT_NONE, BOOT_LINUX, BOOT_RAW, BOOT_ELF };

struct boot {
	enum boot_kind kind;
	struct payload kernel;		/* linux: kernel; raw, elf: image */
	struct payload initrd;
	const char *cmdline;		/* or NULL */
	bool has_image_ipa, has_entry;
	ipa_t image_ipa, entry;
	struct span at, at_image, at_entry, at_cmdline;
};

enum console_kind { CONSOLE_NONE, CONSOLE_VIRTUAL, CONSOLE_DEVICE };

/* ON_KEEP: on a crash, memory and registers stay for the root cell to read. */
enum lifecycle { ON_STOP, ON_RESTART, ON_KEEP, ON_MACHINE_OFF,
		 ON_MACHINE_RESET };

struct on_event {
	enum lifecycle action;
	uint32_t limit;			/* of restarts; 0: none */
	struct span at;			/* empty when default */
};

/* Rights are somebody's: where `by` is NULL there are none. */
struct managed { bool may_start, may_stop, may_load, may_console;
		 const struct cell *by; struct span at; };

struct cell_cpu { uint32_t index; struct span at; };	/* board order */

struct cell {
	const char *name;
	uint32_t index;			/* in model.cells */
	bool is_root;
	bool is_broken;			/* lacks a statement that was wrong */
	struct span at;			/* the name */
	const struct cell_cpu *cpus;	/* as written; first is the boot CPU */
	size_t n_cpus;
	bool has_virtual_ids;		/* `as N` */
	uint32_t first_virtual_id;
	const struct region *regions;
	size_t n_regions;
	const struct device_use *devices;
	size_t n_devices;
	const struct line_use *lines;
	size_t n_lines;
	bool takes_rest_devices;
	const char *rest_dma_because;	/* on `devices rest`, or NULL */
	struct span rest_devices_at;
	enum console_kind console;
	const struct device *console_device;
	struct span console_at;
	struct boot boot;
	bool is_start_manual, is_scrub_at_boot, has_pmu;
	struct span pmu_at;
	const char *tree_path;		/* `tree "extra.dtsi"`, as found */
	struct span tree_at;
	struct on_event on_crash, on_reboot, on_poweroff;
	struct managed managed;
	bool takes_any_payload;		/* `payload any;`: not only its own */
	struct span payload_at;
};

struct hypervisor {
	bool has_size, has_pa;
	uint64_t size;			/* a limit */
	pa_t pa;
	enum console_kind console;	/* DEVICE or NONE */
	const struct device *console_device;
	struct span at, console_at;
};

/* ---- what is shared ----------------------------------------------------- */

struct channel_end {
	const struct cell *cell;
	bool has_ipa;
	ipa_t ipa;
	bool may_write;			/* as the text says: `from A to B` */
	struct span at;
};

struct channel {
	const char *name;
	uint32_t index;
	const struct channel_end *ends;	/* first is the writer when one-way */
	size_t n_ends;
	bool is_broken;			/* lacks an end that was wrong */
	bool is_one_way, is_uncached, has_doorbell;
	uint64_t size;
	bool has_pa;
	pa_t pa;
	struct span at, at_pa, at_size, at_doorbell;
};

struct shared_page {			/* waiver */
	const struct device *device;
	const char *because;
	struct span at;
};

/* What other cells' devices may ask of a device, whoever has it. */
struct shared_provider {		/* waiver */
	const struct device *device;
	const char *because;
	struct span at;
};

/* A watchdog that a cell other than the root cell may have. */
struct shared_reset {			/* waiver */
	const struct device *device;
	const char *because;
	struct span at;
};

enum policy_kind { POLICY_ISOLATE, POLICY_CONFIDENTIAL, POLICY_ALLOW,
		   POLICY_DENY, POLICY_ONLY };

struct policy {
	enum policy_kind kind;
	const struct cell *a, *b;	/* b: allow and deny */
	bool is_both_ways;		/* allow and deny */
	const struct channel *via;	/* allow */
	/* only: what nobody but `a` writes; one of these */
	const struct region *region;
	const struct channel *channel;
	const struct device *device;
	struct span at;
};

struct model {
	const struct target *target;
	const struct board *board;
	struct hypervisor hypervisor;
	const struct cell *cells;	/* in the order of the text */
	size_t n_cells;
	const struct cell *root;	/* or NULL */
	const struct channel *channels;
	size_t n_channels;
	const struct shared_page *shared_pages;
	size_t n_shared_pages;
	const struct shared_provider *shared_providers;
	size_t n_shared_providers;
	const struct shared_reset *shared_resets;
	size_t n_shared_resets;
	const struct policy *policies;
	size_t n_policies;
	const struct left_out *left_out;
	size_t n_left_out;
	bool are_payloads_later;	/* --payloads=later */
	bool is_broken;			/* lacks statements that were wrong */
	struct span at;			/* start of the main file */
};

struct resolve_options {
	bool are_payloads_later;
};

struct ast;
struct read;

/*
 * Never NULL: what cannot be resolved is reported and left out, so that the
 * checks can still find other mistakes. No stage after check runs when the
 * diag has errors.
 */
const struct model *resolve(const struct read *read, const struct ast *ast,
			    const struct resolve_options *options);

#endif
