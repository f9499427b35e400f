/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hv.h - the tables, and all that the runtime can write.
 *
 * Two kinds of writable state exist: `hv`, below, and one struct hv_cpu_state
 * per CPU in that CPU's own area. There is nothing else: no heap, no other
 * global. Who may write a field is said beside it.
 *
 * Includes the ABI, arch.h, lock.h, text.h and the state of the devices.
 */
#ifndef CORE_HV_H
#define CORE_HV_H

#include "core/arch.h"
#include "core/lock.h"
#include "core/move.h"
#include "core/sha256.h"
#include "core/text.h"
#include "dev/console_state.h"

/*
 * Hidden, so that they are addressed relative to the program counter: the
 * image runs where it was loaded before it is where it was linked for.
 */
#define HV_OWN __attribute__((visibility("hidden")))

/* The tables: struct hv_head first, its lists behind it. Never written, but
 * for the words of the page-table pool that switches name. */
extern const struct hv_head hv_system HV_OWN;

__attribute__((always_inline)) inline const void *hv_rows(struct hv_list l)
{
	return (const char *)&hv_system + l.offset;
}

__attribute__((always_inline)) inline const struct hv_cpu *hv_cpu_row(uint32_t i)
{
	return (const struct hv_cpu *)hv_rows(hv_system.cpus) + i;
}

__attribute__((always_inline)) inline const struct hv_cell *hv_cell_row(uint32_t i)
{
	return (const struct hv_cell *)hv_rows(hv_system.cells) + i;
}

/* The image's own head, where the runtime stands now. */
extern const struct hv_image_head hv_image_base HV_OWN;

static inline const struct hv_image_head *hv_image(void)
{
	return &hv_image_base;
}

/* ---- cells -------------------------------------------------------------- */

/* The first six are HV_STATE_*. life.c says which follows which. */
enum cell_state {
	CELL_EMPTY,		/* no payload in its memory */
	CELL_CLEANING,		/* stopping, then cleaned and refilled, or its new
				 * payload checked, by its own CPUs; goes to
				 * `after` */
	CELL_LOADED,		/* payload in place, not started since */
	CELL_RUNNING,
	CELL_OFF,		/* ended by itself, or stopped; memory clean, or
				 * refilled */
	CELL_CRASHED,		/* ended by a fault, or gave up restarting; memory
				 * as in CELL_OFF */
	/* Others see these as EMPTY, EMPTY, CRASHED and CLEANING: */
	CELL_CLEAN,		/* no payload, and nothing else in its memory */
	CELL_LOADING,		/* its window is open in the root cell */
	CELL_KEPT,		/* crashed; memory and registers are as they were */
	CELL_STARTING,		/* until what it shares has been cleaned */
	N_CELL_STATES,
};

enum cell_end { END_POWEROFF, END_REBOOT, END_CRASH, N_CELL_ENDS };

/*
 * What CLEANING does, in this order; memory.c moves through it. What the image
 * brought begins at CLEAN_PLACE, and ends there; a payload that was loaded
 * begins at CLEAN_LOADED.
 */
enum clean_phase {
	CLEAN_PLACE,
	CLEAN_LINES, CLEAN_CHANNELS, CLEAN_ZERO, CLEAN_COPY, CLEAN_DONE,
	CLEAN_LOADED, CLEAN_CHECK,
	CLEAN_SAME,		/* life.c: no change */
};

struct hv_cell_state {
	struct hv_lock lock;	/* of all fields, and of its CPUs' `power` */
	enum cell_state state;
	enum cell_state after;	/* where CLEANING leads */
	uint32_t n_awaited;	/* CPUs that have yet to come up, and in a late
				 * launch 1 until it is committed */
	uint32_t n_active;	/* CPUs that are on, or about to be */
	uint32_t n_starts;	/* since boot */
	uint32_t n_restarts[N_CELL_ENDS];	/* so far, by their cause */
	uint64_t started_us;	/* arch_time_us of the last start */
	/* shared.h: */
	bool uses_channels;	/* since its start, until its cleaning */
	uint32_t cleans;	/* 1 + the channel that it cleans now, or 0 */
	/*
	 * Where cleaning stands. Who sets CLEANING says where it begins, with the
	 * lock; from there on it is the boot CPU's alone, while all of the cell's
	 * CPUs are parked.
	 */
	enum clean_phase phase;
	bool is_sparing;	/* what the image brought, or should, stays */
	uint32_t row_i;		/* of the cell's regions, its copies, or segments */
	/* The cell's GICD_CTLR enable bit, or what an architecture has like it.
	 * The architecture writes it, atomically, on any of the cell's CPUs. */
	uint32_t is_controller_on;
	uint64_t row_offset;	/* bytes of that row that are done */
	uint64_t place_from;	/* where a segment on its way comes from, or 0 */
	struct sha256 sha;	/* of the segment that is checked */
	struct hv_cpu_state *cpus;	/* its first; constant */
};

/* ---- CPUs --------------------------------------------------------------- */

enum cpu_power { CPU_OFF, CPU_ON_PENDING, CPU_ON };	/* HV_POWER_* */
enum cpu_up {
	CPU_DOWN,		/* not the runtime's: off, or a running kernel's */
	CPU_STARTING,
	CPU_UP,
	CPU_REFUSED,
	CPU_GONE,		/* back to the firmware: late.h */
};

enum exit_kind {		/* HV_EXIT_* */
	EXIT_CALL,		/* SMC, HVC */
	EXIT_REGISTER,
	EXIT_MMIO,
	EXIT_FAULT,		/* answered by an injected exception */
	EXIT_LINE,		/* a physical interrupt */
	EXIT_IPI,
	EXIT_OTHER,
	N_EXITS,
};

/* Where its cell's trapped granules are looked up (mmio.h): from its row of the
 * tables, at hand; constant. */
struct mmio_index {
	const uint16_t *slots;
	const struct hv_mmio *rows;
	uint32_t multiplier, shift;
};

/*
 * At the top of the CPU's area, its stack right below. Written by its own CPU
 * alone, but for the fields under the cell's lock.
 */
struct hv_cpu_state {
	const struct hv_cpu *row;
	const struct hv_cell *cell;	/* NULL: belongs to none, parked for ever */
	struct hv_cell_state *run;	/* NULL with it */
	struct hv_cpu_state *next;	/* of its cell, in board order; constant */
	uint32_t cpu_i;			/* row of hv_system.cpus */
	uint32_t cell_i;		/* or HV_NONE */
	enum cpu_power power;		/* the cell's lock */
	enum cpu_up up;			/* by its own CPU, atomically; before it is
					 * on, by the one that starts it */
	struct hv_ipa entry;		/* the cell's lock: where ON_PENDING starts */
	uint64_t argument;
	uint64_t exits[N_EXITS];	/* counters, for whoever may read them */
	uint64_t n_not_lines;	/* of exits[EXIT_LINE], what was no line of the
				 * cell's: the rarer, so that is counted */
	struct mmio_index mmio;
	uint32_t kept_start;	/* n_starts of the crash that its registers, to
				 * be read in CELL_KEPT, are from */
};

/* An architecture embeds struct hv_cpu_state as first member of its own; that
 * and the alignment of the stack fit here. */
#define HV_CPU_STATE_SIZE 0x400u

inline struct hv_cpu_state *hv_cpu(uint32_t i)
{
	return (struct hv_cpu_state *)(uintptr_t)(hv_cpu_row(i)->area.u +
		HV_CPU_AREA_SIZE - HV_CPU_STATE_SIZE);
}

static inline void hv_count(struct hv_cpu_state *cpu, enum exit_kind k)
{
	cpu->exits[k]++;
}

/* ---- the rest ----------------------------------------------------------- */

/* What happened, for the root cell: event.h. */
struct event {
	uint32_t kind;		/* HV_EVENT_* */
	uint32_t cell_i;
	uint64_t time_us;
	uint64_t detail;	/* by kind */
};

struct event_state {
	struct hv_lock lock;
	uint64_t n;		/* since boot: the number of the next */
	struct event kept[HV_EVENTS_KEPT];	/* number n is at n % KEPT */
};

/* By the boot CPU alone, MMU off; then under the lock. */
struct boot_state {
	struct move_state move;
	struct hv_lock lock;	/* inside a cell's */
	bool is_checked;	/* the machine is the one in the tables */
	bool is_begun;		/* cell_init was called */
};

/* In this order: late.h. */
enum late_phase {
	LATE_NOT,
	LATE_COMING,
	LATE_IN,
	LATE_ENDING,
	LATE_STOPPING,
	LATE_GOING,
};

struct late_state {
	uint32_t ready;		/* by the first CPU; read by others, MMU off */
	uint32_t refuser;	/* row of cpus that is to refuse, or 0; as ready */
	enum late_phase phase;	/* atomically */
	struct hv_lock lock;	/* of changes of phase, taken outside a cell's
				 * lock; and of the next */
	struct text why;	/* the launch failed; its size is 0 until then */
};

struct hv_runtime {
	/* First, and of round sizes: most code looks at these. */
	struct hv_cell_state cells[HV_MAX_CELLS];
	struct console_state console;	/* its own locks */
	struct boot_state boot;
	struct hv_lock line_lock;	/* read-modify-write of distributor
					 * registers that cells share */
	struct hv_lock shared_lock;	/* who uses and who cleans channels; taken
					 * inside a cell's lock */
	struct event_state events;	/* their own lock, inside a cell's */
	struct late_state late;
	uint32_t is_panicking;		/* atomically, once */
};
extern struct hv_runtime hv HV_OWN;

/*
 * Our own fault, or the hardware's in EL2: says so and halts every CPU. Never
 * a guest's doing and never a table's.
 */
void panic(const char *why) __attribute__((noreturn));

/*
 * Called by the architecture when the runtime's own IPI arrived. Only notes
 * it: a CPU that must leave its cell does so on the way out of the exception,
 * when its cell is no longer running (cpu_must_park).
 */
static inline void cpu_ipi(struct hv_cpu_state *cpu)
{
	hv_count(cpu, EXIT_IPI);
	if (read_once(hv.is_panicking))
		arch_halt();
}

#endif
