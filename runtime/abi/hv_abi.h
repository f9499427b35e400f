/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hv_abi.h - the tables that hvcc emits and the runtime obeys.
 *
 * Three readers: the emitted tables.c, the runtime at EL2, and verify on the
 * host. There is no serializer. Fixed-width integers, one-member address
 * structs, {offset, count} lists, named padding, a _Static_assert on every
 * size; no pointers, no enums as fields, no bitfields, no bool.
 *
 * All tables are one object that starts with struct hv_head. Every list holds
 * the byte offset of its first row from the head. Little-endian. Addresses and
 * sizes in bytes. What differs between architectures is in hv_abi_ARCH.h, in
 * rows of its own that the head also lists.
 *
 * Includes nothing but <stddef.h> and <stdint.h>.
 */
#ifndef HV_ABI_H
#define HV_ABI_H

#include <stddef.h>
#include <stdint.h>

#define HV_ABI_VERSION 3u
#define HV_MAGIC UINT64_C(0x3162617463637668)	/* "hvcctab1" */
#define HV_IMAGE_MAGIC UINT64_C(0x31676d6963637668) /* "hvccimg1" */

#define HV_MAX_CELLS 64u
#define HV_MAX_CPUS 64u		/* cpu_mask has a bit for each */
#define HV_NAME_SIZE 32u		/* 31 bytes and a NUL, zero padded */
#define HV_NONE UINT32_C(0xffffffff)	/* no cell, no line, no index */

/*
 * The image starts with two granules that hold the boot protocol's own header
 * (64 bytes) and the segment table; the runtime's text follows.
 */
#define HV_IMAGE_HEAD_SIZE 0x2000u
#define HV_MAX_SEGMENTS 126u
/* The text begins with two branches: of a direct boot, and of a late one. */
#define HV_IMAGE_LATE_ENTRY (HV_IMAGE_HEAD_SIZE + 4u)

/* One per CPU: a guard granule that nothing maps, then stack and CPU state. */
#define HV_CPU_AREA_SIZE 0x5000u
#define HV_CPU_GUARD_SIZE 0x1000u

/* One per console and one for the runtime's own log; all a runtime's ring. */
#define HV_RING_SIZE 0x4000u

struct hv_pa { uint64_t u; };		/* host-physical address */
struct hv_ipa { uint64_t u; };		/* guest-physical address */
struct hv_list { uint32_t offset, count; };
struct hv_sha256 { uint8_t b[32]; };

_Static_assert(sizeof(struct hv_list) == 8, "abi");
_Static_assert(sizeof(struct hv_sha256) == 32, "abi");

/* ---- the image ---------------------------------------------------------- */

#define HV_SEGMENT_RUNTIME 1u	/* head, text, rodata, data, tables; cell NONE */
#define HV_SEGMENT_PAYLOAD 2u	/* goes to a cell's memory */
#define HV_SEGMENT_TREE 3u	/* a cell's devicetree, in its memory */
#define HV_SEGMENT_PRISTINE 4u	/* goes to the hypervisor's own memory */

struct hv_segment {
	uint32_t kind;		/* HV_SEGMENT_* */
	uint32_t cell;		/* index, or HV_NONE */
	uint64_t offset;	/* in hvisor.bin, a multiple of 4 KiB */
	uint64_t size;		/* bytes in the file, not 0 */
	struct hv_pa destination;
	struct hv_sha256 sha256; /* the runtime's: with its own field and
				  * both identity fields zero */
};
_Static_assert(sizeof(struct hv_segment) == 64, "abi");

/* Segments of equal bytes may share one offset. Row 0 is the runtime. */
struct hv_image_head {
	uint8_t boot_header[64];	/* arm64 Image header, or the like */
	uint64_t magic;			/* HV_IMAGE_MAGIC */
	uint32_t abi_version;
	uint32_t n_segments;
	uint64_t file_size;
	uint64_t tables_offset;		/* of struct hv_head in hvisor.bin */
	struct hv_sha256 identity;	/* the same as in struct hv_head */
	struct hv_segment segments[HV_MAX_SEGMENTS - 1];
};
_Static_assert(offsetof(struct hv_image_head, segments) == 128, "abi");
_Static_assert(sizeof(struct hv_image_head) <= HV_IMAGE_HEAD_SIZE, "abi");

/* ---- rows --------------------------------------------------------------- */

#define HV_DELIVERY_VIRTUAL 0u	/* list registers */
#define HV_DELIVERY_DIRECT 1u	/* physical interrupts at the cell's level, where
				 * the interrupt controller lets the runtime
				 * keep some for itself; else as VIRTUAL */

/* In board order; every CPU that the hypervisor runs on. */
struct hv_cpu {
	uint64_t hwid;		/* physical: MPIDR affinity, or hart id */
	uint64_t virtual_hwid;	/* what its cell reads */
	uint32_t cell;		/* owner, or HV_NONE: parked for ever */
	uint32_t index;		/* among its cell's CPUs, 0 is the boot CPU */
	uint32_t delivery;	/* HV_DELIVERY_* */
	uint32_t zero;
	struct hv_pa area;	/* HV_CPU_AREA_SIZE, guard granule first */
};
_Static_assert(sizeof(struct hv_cpu) == 40, "abi");

#define HV_ON_STOP 1u
#define HV_ON_RESTART 2u
#define HV_ON_KEEP 3u
#define HV_ON_MACHINE_OFF 4u
#define HV_ON_MACHINE_RESET 5u

struct hv_on {
	uint32_t action;	/* HV_ON_* */
	uint32_t limit;		/* restarts before it gives up; 0: no limit */
};

#define HV_CELL_ROOT (1u << 0)
#define HV_CELL_HAS_PAYLOAD (1u << 1)	/* else state empty until loaded */
#define HV_CELL_START_AT_BOOT (1u << 2)
#define HV_CELL_SCRUB_AT_BOOT (1u << 3)
#define HV_CELL_PMU (1u << 4)
#define HV_CELL_RUNNING (1u << 5)	/* `boot running`: the root cell, when the
					 * image is launched late */
#define HV_CELL_PAYLOAD_ANY (1u << 6)	/* any payload may be loaded */

#define HV_MANAGED_START (1u << 0)
#define HV_MANAGED_STOP (1u << 1)
#define HV_MANAGED_LOAD (1u << 2)
#define HV_MANAGED_CONSOLE (1u << 3)

#define HV_CONSOLE_NONE 0u
#define HV_CONSOLE_VIRTUAL 1u		/* emulated PL011 */
#define HV_CONSOLE_DEVICE 2u		/* a UART of its own */

struct hv_cell {
	char name[HV_NAME_SIZE];
	uint32_t flags;			/* HV_CELL_* */
	uint32_t managed;		/* HV_MANAGED_*, by the root cell */
	uint64_t cpu_mask;		/* bit i: row i of cpus */
	uint32_t boot_cpu;		/* row of cpus */
	uint32_t n_cpus;
	struct hv_ipa entry;
	struct hv_ipa tree;		/* handed to the entry */
	struct hv_list regions;		/* struct hv_region */
	struct hv_list mmio;		/* struct hv_mmio, by rising base */
	struct hv_list copies;		/* struct hv_copy: payload put back */
	struct hv_list line_words;	/* uint32_t, bit n of word w: the cell
					 * has physical line 32 * w + n */
	struct hv_on on_crash, on_reboot, on_poweroff;
	uint32_t root_switch;		/* row of switches: its whole root */
	uint32_t console;		/* HV_CONSOLE_* */
	uint32_t console_line;		/* raised for input; or HV_NONE */
	uint32_t event_line;		/* the root cell's, where it manages
					 * any: raised on events; or HV_NONE */
	struct hv_pa console_ring;	/* HV_RING_SIZE; 0 without */
	/*
	 * Which row of mmio a granule (its address over the granule's size) is
	 * in: uint16_t, 1 << (32 - mmio_shift) of them, row + 1 or 0, at
	 * (uint32_t)(granule * mmio_multiplier) >> mmio_shift. No two granules
	 * of the rows share a slot; others may land in any. Every cell has some:
	 * its interrupt controller is trapped.
	 */
	struct hv_list mmio_slots;
	uint32_t mmio_multiplier;
	uint32_t mmio_shift;
};
_Static_assert(sizeof(struct hv_cell) == 168, "abi");

#define HV_REGION_RAM 1u	/* the cell's own; cleaned when it changes hands */
#define HV_REGION_CHANNEL 2u	/* arg: row of channels */
#define HV_REGION_DEVICE 3u
#define HV_REGION_WINDOW 4u	/* a stopped cell's RAM; arg: that cell */
#define HV_REGION_VIEW 5u	/* of a virtio device, arg: row of virtios. In
				 * front its window, to read only; behind it
				 * what its backend sees: its registers, or
				 * RAM of the cell in front. Never cleaned
				 * from here */

#define HV_READ (1u << 0)
#define HV_WRITE (1u << 1)
#define HV_EXECUTE (1u << 2)
#define HV_UNCACHED (1u << 3)	/* Normal non-cacheable; devices are Device */
#define HV_SHARED (1u << 4)	/* devices only: on a page that the text lets
				 * several cells have */

/* What stage 2 maps, as the runtime's own view; granule multiples. */
struct hv_region {
	struct hv_pa pa;
	struct hv_ipa ipa;
	uint64_t size;
	uint32_t kind;		/* HV_REGION_* */
	uint32_t flags;
	uint32_t arg;		/* by kind, or HV_NONE */
	uint32_t zero;
};
_Static_assert(sizeof(struct hv_region) == 40, "abi");

/* Handlers of trapped pages; an architecture's own start at 0x100. */
#define HV_MMIO_CONSOLE 1u	/* arg: HV_NONE */
#define HV_MMIO_DOORBELL 2u	/* arg: row of ends */
#define HV_MMIO_VIRTIO 3u	/* in front: stores to the window, which is a
				 * view to read only; arg: row of virtios */
#define HV_MMIO_VIRTIO_RING 4u	/* behind it: raises its line; arg: the same */

struct hv_mmio {
	struct hv_ipa base;	/* granule multiple, mapped by no stage 2 but
				 * where the handler says so */
	uint64_t size;
	uint32_t handler;
	uint32_t arg;
};
_Static_assert(sizeof(struct hv_mmio) == 24, "abi");

struct hv_copy {		/* by the cell's own CPU before it starts */
	struct hv_pa from;	/* pristine, in the hypervisor's memory */
	struct hv_pa to;	/* in the cell's RAM */
	uint64_t size;
};
_Static_assert(sizeof(struct hv_copy) == 24, "abi");

#define HV_SWITCH_ROOT 1u	/* subject's whole stage 2; on unless taken away */
#define HV_SWITCH_WINDOW 2u	/* subject's RAM in owner; on only while subject
				 * is stopped and its memory clean or loading */
#define HV_SWITCH_SHARED 3u	/* one channel's memory in owner; arg: channel */

struct hv_switch {
	uint32_t condition;	/* HV_SWITCH_* */
	uint32_t owner;		/* the cell whose tables it changes */
	uint32_t subject;	/* the cell whose state decides */
	uint32_t arg;		/* by condition, or HV_NONE */
	uint32_t is_on_at_boot;	/* 0 or 1: as the emitted tables are */
	uint32_t zero;
	struct hv_list words;	/* struct hv_switch_word */
};
_Static_assert(sizeof(struct hv_switch) == 32, "abi");

struct hv_switch_word {
	uint64_t index;		/* 8-byte word of the page-table pool */
	uint64_t on;		/* the descriptor; off is 0 */
};
_Static_assert(sizeof(struct hv_switch_word) == 16, "abi");

#define HV_CHANNEL_DOORBELL (1u << 0)
#define HV_CHANNEL_UNCACHED (1u << 1)
#define HV_CHANNEL_BOUNCE (1u << 2)	/* a virtio device's `bounce` memory; its
					 * name is the device's */

struct hv_channel {
	char name[HV_NAME_SIZE];
	struct hv_pa pa;
	uint64_t size;
	struct hv_list ends;	/* struct hv_end; a peer's index is its row here */
	uint32_t flags;		/* HV_CHANNEL_* */
	uint32_t zero;
};
_Static_assert(sizeof(struct hv_channel) == 64, "abi");

struct hv_end {
	uint32_t channel;
	uint32_t cell;
	uint32_t line;		/* rings here; HV_NONE without a doorbell */
	uint32_t flags;		/* HV_READ, HV_WRITE: its view of the memory */
	struct hv_ipa memory;
	struct hv_ipa doorbell;	/* one trapped granule; 0 without */
	uint64_t may_ring;	/* bit i: end i of the channel */
};
_Static_assert(sizeof(struct hv_end) == 40, "abi");

/* ---- virtio --------------------------------------------------------------- */

/*
 * A virtio-mmio device (Virtual I/O Device 1.2, 4.2) of the cell in front, its
 * backend a program of the cell behind. What is in its granules: hv_abi_virtio.h.
 */
#define HV_VIRTIO_NET 1u	/* device ids: Virtual I/O Device 1.2, 5 */
#define HV_VIRTIO_BLOCK 2u
#define HV_VIRTIO_CONSOLE 3u

#define HV_VIRTIO_READONLY (1u << 0)	/* block */
#define HV_VIRTIO_BOUNCE (1u << 1)	/* the views are `bounce` memory, and the
					 * device has VIRTIO_F_ACCESS_PLATFORM;
					 * else all RAM of the cell in front */
#define HV_VIRTIO_LOSS_FAIL (1u << 2)	/* requests fail when the backend goes */

#define HV_VIRTIO_MAX_QUEUES 16u
#define HV_VIRTIO_SIZE 0x1000u		/* of the window in front, of each of the two
					 * granules, and of the ringing granule */

struct hv_virtio {
	char name[HV_NAME_SIZE];
	uint32_t kind;			/* HV_VIRTIO_* device id */
	uint32_t flags;			/* HV_VIRTIO_* */
	uint32_t front;			/* cell */
	uint32_t back;			/* cell: the root cell */
	uint32_t front_line;		/* raised for used buffers and changes */
	uint32_t back_line;		/* raised for whatever the driver did */
	struct hv_ipa window;		/* in front: the first granule, to read; a
					 * store is to the device's register */
	struct hv_pa registers;		/* the two granules */
	struct hv_ipa back_registers;	/* where the cell behind sees them */
	struct hv_ipa back_ring;	/* a 32-bit store at 0: HV_VIRTIO_RING_* */
	struct hv_list views;		/* struct hv_view */
	uint32_t n_queues;		/* at most HV_VIRTIO_MAX_QUEUES */
	uint32_t zero;
};
_Static_assert(sizeof(struct hv_virtio) == 104, "abi");

/* Memory of the cell in front that the cell behind sees. */
struct hv_view {
	struct hv_ipa front, back;
	uint64_t size;
	uint32_t flags;			/* HV_READ, HV_WRITE, in the cell behind */
	uint32_t zero;
};
_Static_assert(sizeof(struct hv_view) == 32, "abi");

struct hv_ram {			/* of the board; the runtime probes its end */
	struct hv_pa base;
	uint64_t size;
};
_Static_assert(sizeof(struct hv_ram) == 16, "abi");

/* ---- the head ----------------------------------------------------------- */

#define HV_UART_NONE 0u
#define HV_UART_PL011 1u

struct hv_head {
	uint64_t magic;			/* HV_MAGIC */
	uint32_t abi_version;
	uint32_t arch;			/* ELF e_machine */
	uint64_t total_size;		/* tables and page-table pool */
	struct hv_sha256 identity;	/* SHA-256 of the tables and the hashes
					 * of all segments but the runtime's,
					 * computed with every copy of itself
					 * zero (here, in the image head, in the
					 * cells' trees) */
	struct hv_sha256 runtime;	/* of the runtime's text and rodata */
	struct hv_pa base;		/* where the image head belongs */
	uint64_t image_size;		/* of the runtime segment */
	uint64_t memory_size;		/* all the hypervisor's memory from base */
	struct hv_list cpus;		/* struct hv_cpu */
	struct hv_list cells;		/* struct hv_cell */
	struct hv_list ram;		/* struct hv_ram */
	struct hv_list channels;	/* struct hv_channel */
	struct hv_list ends;		/* struct hv_end, all channels' */
	struct hv_list switches;	/* struct hv_switch */
	struct hv_list pool;		/* uint64_t: all page tables, granule
					 * aligned; offset from the head */
	struct hv_list arch_board;	/* one row of hv_abi_ARCH.h, right behind
					 * the head */
	struct hv_list arch_cpus;	/* of the same, parallel to cpus */
	struct hv_list arch_cells;	/* parallel to cells */
	uint32_t root_cell;		/* or HV_NONE */
	uint32_t uart;			/* HV_UART_*: the runtime's own console */
	struct hv_pa uart_base;
	uint32_t uart_line;		/* physical INTID, or HV_NONE */
	uint32_t uart_cpu;		/* row of cpus that takes its interrupt */
	struct hv_pa log_ring;		/* HV_RING_SIZE, the runtime's messages;
					 * behind all consoles' rings */
	struct hv_list virtios;		/* struct hv_virtio */
};
_Static_assert(sizeof(struct hv_head) == 232, "abi");

#endif
