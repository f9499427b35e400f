/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hv.h - the tables, and all that the runtime can write.
 *
 * Two kinds of writable state exist: `hv`, below, and one struct hv_cpu_state
 * per CPU in that CPU's own area. There is nothing else: no heap, no other
 * global. Who may write a field is said beside it.
 *
 * Includes the ABI, arch.h, lock.h and the state of the devices.
 */
#ifndef CORE_HV_H
#define CORE_HV_H

#include "core/arch.h"
#include "core/lock.h"
#include "dev/console_state.h"

/*
 * Hidden, so that they are addressed relative to the program counter: the
 * image runs where it was loaded before it is where it was linked for.
 */
#define HV_OWN __attribute__((visibility("hidden")))

/* The tables: struct hv_head first, its lists behind it. Never written, but
 * for the words of the page-table pool that switches name. */
extern const struct hv_head hv_system HV_OWN;

static inline const void *hv_rows(struct hv_list l)
{
	return (const char *)&hv_system + l.offset;
}

static inline const struct hv_cpu *hv_cpu_row(uint32_t i)
{
	return (const struct hv_cpu *)hv_rows(hv_system.cpus) + i;
}

static inline const struct hv_cell *hv_cell_row(uint32_t i)
{
	return (const struct hv_cell *)hv_rows(hv_system.cells) + i;
}

/* The image's own head, where the runtime stands. */
static inline const struct hv_image_head *hv_image(void)
{
	return (const struct hv_image_head *)(uintptr_t)hv_system.base.u;
}

/* ---- cells -------------------------------------------------------------- */

enum cell_state {
	CELL_EMPTY,		/* no payload in its memory */
	CELL_CLEANING,		/* stopping, then cleaned and refilled by its own
				 * CPUs; goes to `after` */
	CELL_LOADED,		/* payload in place, never started */
	CELL_RUNNING,
	CELL_OFF,		/* ended by itself; memory clean, or refilled */
	CELL_CRASHED,		/* ended by a fault, or gave up restarting */
};

enum cell_end { END_POWEROFF, END_REBOOT, END_CRASH, N_CELL_ENDS };

/* What CLEANING does, in this order; memory.c moves through it. */
enum clean_phase { CLEAN_LINES, CLEAN_ZERO, CLEAN_COPY, CLEAN_DONE };

struct hv_cell_state {
	struct hv_lock lock;	/* of all fields, and of its CPUs' `power` */
	enum cell_state state;
	enum cell_state after;	/* where CLEANING leads */
	uint32_t n_active;	/* CPUs that are on, or about to be */
	uint32_t n_restarts[N_CELL_ENDS];	/* so far, by their cause */
	uint64_t started_us;	/* arch_time_us of the last start */
	bool is_at_boot;	/* CLEANING spares what the image brought */
	/*
	 * Where cleaning stands. Written by the cell's boot CPU alone, while all
	 * of its CPUs are parked; no lock.
	 */
	enum clean_phase phase;
	uint32_t row_i;		/* of the cell's regions, or of its copies */
	uint64_t row_offset;	/* bytes of that row that are done */
	/* The cell's GICD_CTLR enable bit, or what an architecture has like it.
	 * The architecture writes it, atomically, on any of the cell's CPUs. */
	uint32_t is_controller_on;
};

/* ---- CPUs --------------------------------------------------------------- */

enum cpu_power { CPU_OFF, CPU_ON_PENDING, CPU_ON };
enum cpu_up { CPU_DOWN, CPU_UP, CPU_REFUSED };

enum exit_kind {
	EXIT_CALL,		/* SMC, HVC */
	EXIT_REGISTER,
	EXIT_MMIO,
	EXIT_FAULT,		/* answered by an injected exception */
	EXIT_LINE,		/* a physical interrupt */
	EXIT_IPI,
	EXIT_OTHER,
	N_EXITS,
};

/*
 * At the top of the CPU's area, its stack right below. Written by its own CPU
 * alone, but for the fields under the cell's lock.
 */
struct hv_cpu_state {
	const struct hv_cpu *row;
	const struct hv_cell *cell;	/* NULL: belongs to none, parked for ever */
	struct hv_cell_state *run;	/* NULL with it */
	uint32_t cpu_i;			/* row of hv_system.cpus */
	uint32_t cell_i;		/* or HV_NONE */
	enum cpu_power power;		/* the cell's lock */
	enum cpu_up up;			/* written once, atomically, at boot */
	struct hv_ipa entry;		/* the cell's lock: where ON_PENDING starts */
	uint64_t argument;
	uint64_t exits[N_EXITS];	/* counters, for whoever may read them */
};

/* An architecture embeds struct hv_cpu_state as first member of its own; that
 * and the alignment of the stack fit here. */
#define HV_CPU_STATE_SIZE 0x800u

static inline struct hv_cpu_state *hv_cpu(uint32_t i)
{
	return (struct hv_cpu_state *)(uintptr_t)(hv_cpu_row(i)->area.u +
		HV_CPU_AREA_SIZE - HV_CPU_STATE_SIZE);
}

static inline void hv_count(struct hv_cpu_state *cpu, enum exit_kind k)
{
	cpu->exits[k]++;
}

/* ---- the rest ----------------------------------------------------------- */

/* While the image is put in its place, by the boot CPU alone, MMU off. */
struct boot_state {
	uint64_t moved[2];	/* bit i: segment i is where it belongs */
	bool is_checked;	/* the machine is the one in the tables */
};

struct hv_runtime {
	struct boot_state boot;
	struct hv_cell_state cells[HV_MAX_CELLS];
	struct hv_lock line_lock;	/* read-modify-write of distributor
					 * registers that cells share */
	struct console_state console;	/* its own lock */
	bool is_panicking;		/* atomically, once */
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
void cpu_ipi(struct hv_cpu_state *cpu);

#endif
