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
 * Includes board. No architecture appears here: what only one has comes through
 * struct target.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "model/board.h"

struct target;

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

enum boot_kind { BOOT_NONE, BOOT_LINUX, BOOT_RAW, BOOT_ELF, BOOT_RUNNING };

struct boot {
	enum boot_kind kind;
	struct payload kernel;		/* linux: kernel; raw, elf: image */
	struct payload initrd;
	const char *cmdline;		/* or NULL */
	bool has_image_ipa, has_entry;
	ipa_t image_ipa, entry;
	/*
	 * running: the machine as the tree of the Linux says that is there
	 * before the image; NULL where it was not read or is unusable.
	 */
	const struct board *running;
	const char *running_file;	/* as written */
	struct span at, at_image, at_entry, at_cmdline, at_running;
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
	enum interrupts interrupts;
	bool masks_by_priority;		/* `priority mask;` */
	struct span interrupts_at, priority_at;
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
	bool is_bounce;			/* no statement of its own: the memory of
					 * a virtio device's `bounce` */
	uint64_t size;
	bool has_pa;
	pa_t pa;
	struct span at, at_pa, at_size, at_doorbell;
};

enum virtio_kind { VIRTIO_BLOCK, VIRTIO_NET, VIRTIO_CONSOLE };

enum virtio_backend { BACKEND_NONE, BACKEND_FILE, BACKEND_TAP, BACKEND_PTY,
		      BACKEND_TERMINAL };

/* A device of the cell in front whose backend is a program of the cell behind. */
struct virtio {
	const char *name;
	uint32_t index;			/* in model.virtios */
	enum virtio_kind kind;
	const struct cell *front, *back;
	bool is_broken;			/* lacks a cell or statement that was wrong */
	enum virtio_backend backend;
	const char *path;		/* FILE, TAP: as written; of the cell behind */
	bool is_readonly;		/* block */
	bool has_mac;
	uint8_t mac[6];			/* net; without `mac`, made from the name */
	uint32_t n_queues;		/* as written: block queues, net pairs; 1 */
	/* What the cell behind sees of the one in front: one of these. */
	const struct channel *bounce;	/* in model.channels; or NULL */
	const char *share_because;	/* all its RAM; or NULL */
	bool fails_on_loss;		/* `on loss fail` */
	struct span at, at_front, at_back, at_backend, at_mac, at_queues, at_view;
};

/*
 * A waiver, for one device: registers of another cell are in a page of it; other
 * cells' devices may ask it, whoever has it; or it is a watchdog that a cell other
 * than the root cell may have.
 */
struct shared_device {
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
	const struct channel *channels;	/* those of `bounce` are the last */
	size_t n_channels;
	const struct virtio *virtios;
	size_t n_virtios;
	const struct shared_device *shared_pages;
	size_t n_shared_pages;
	const struct shared_device *shared_providers;
	size_t n_shared_providers;
	const struct shared_device *shared_resets;
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
	bool skips_running_tree;	/* it is what is to be made */
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
