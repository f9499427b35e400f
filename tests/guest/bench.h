/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench.h - what the benchmark's cells share: the list of paths, where results
 * lie, and a clock that counts single instructions.
 *
 * Only under -icount shift=0, where an instruction takes a nanosecond. Every
 * time here is in nanoseconds since reset, one number for all CPUs: the
 * reading that an instruction would make, had it been a read of the clock.
 */
#ifndef TESTS_GUEST_BENCH_H
#define TESTS_GUEST_BENCH_H

#include <stdint.h>

/* In the order in which bench.c takes them. tests/bench/paths.py reads this. */
enum path {
	PATH_HYPERCALL,		/* hypercall: unknown hypercall */
	PATH_PSCI_HVC,		/* psci-hvc: PSCI_VERSION by HVC */
	PATH_PSCI_SMC,		/* psci-smc: PSCI_VERSION by SMC */
	PATH_GICD_TYPER,	/* gicd-typer: GICD_TYPER read */
	PATH_GICD_ISENABLER_READ,	/* gicd-isenabler-read: GICD_ISENABLER read */
	PATH_GICD_ISENABLER,	/* gicd-isenabler: GICD_ISENABLER write */
	PATH_GICD_PAIR,		/* gicd-pair: GICD_ICENABLER and ISENABLER write */
	PATH_GICD_PRIORITY,	/* gicd-priority: GICD_IPRIORITYR byte write */
	PATH_GICR_TYPER,	/* gicr-typer: GICR_TYPER read */
	PATH_GICR_ISENABLER0_READ,	/* gicr-isenabler0-read: GICR_ISENABLER0 read */
	PATH_GICR_ISENABLER0,	/* gicr-isenabler0: GICR_ISENABLER0 write */
	PATH_WFI,		/* wfi: WFI that has nothing to wait for */
	PATH_SGI,		/* sgi: self-SGI, send to handler */
	PATH_TIMER,		/* timer: virtual timer to handler, running */
	PATH_TIMER_WFI,		/* timer-wfi: virtual timer to handler, from WFI */
	PATH_SPI,		/* spi: SPI to handler */
	PATH_IPI,		/* ipi: IPI one way */
	PATH_IPI_PONG,		/* ipi-pong: IPI ping-pong */
	PATH_CPU_ON,		/* cpu-on: CPU_ON to the CPU's first instruction */
	PATH_BELL,		/* bell: doorbell one way */
	PATH_BELL_PONG,		/* bell-pong: doorbell ping-pong */
	PATH_CONSOLE,		/* console: virtual console byte */
	PATH_RESTART,		/* restart: crash to first instruction again */
	N_PATHS,
};

enum { SAMPLES_MAX = 16384 };

/* Between these lies a path; both are in ns. */
struct sample {
	uint64_t from, to;
};

/* The results region; whoever starts the machine writes the first three. */
struct results {
	uint64_t n;		/* samples of each path */
	uint64_t n_restarts;
	uint64_t paths;		/* a bit for each that is wanted */
	uint64_t paths_done;
	uint64_t is_ended;
	uint64_t reserved[507];
	struct sample samples[N_PATHS][SAMPLES_MAX];
};

/*
 * One CPU's word to another, in memory of both. Sixty-four bits are written at
 * once, and with the MMU off in program order.
 */
struct mail {
	volatile uint64_t task;		/* enum task; a new `turn` begins it */
	volatile uint64_t turn;
	volatile uint64_t ready;	/* the turn for which the other one waits */
	volatile uint64_t done;		/* the turn that it has finished */
	volatile uint64_t stamp;	/* when it was interrupted */
	volatile uint64_t crash_is_ready;	/* to be rung for */
	volatile uint64_t crash_from, crash_n, crash_left;
	struct sample crash[64];
};

enum task { TASK_STAMP, TASK_PONG, TASK_END };
enum { CRASHES_MAX = 64 };

/*
 * Vectors for interrupts only. In the first the handler begins with reading
 * the clock; the others first answer. bench_irq_until: x22 is what it read.
 */
void bench_vectors_stamp(void);
void bench_vectors_sgi(void);
void bench_vectors_bell(void);

static inline void vectors_set(void (*table)(void))
{
	__asm__ volatile("msr vbar_el1, %0; isb" :: "r"(table) : "memory");
}

static inline void counter_on(void)
{
	__asm__ volatile(
		"msr pmccfiltr_el0, %0\n"	/* NSH: EL2 counts too */
		"msr pmcntenset_el0, %1\n"
		"msr pmcr_el0, %2\n"		/* E, LC */
		"isb"
		:: "r"(1ul << 27), "r"(1ul << 31), "r"(0x41ul));
}

/*
 * counter_offset - PMCCNTR_EL0 and this are ns since reset.
 *
 * CNTVCT_EL0 has a tick every 16 ns or so. Of readings 1 ns apart the first
 * that differs from the one before was made on a tick.
 */
uint64_t counter_offset(void);

#endif
