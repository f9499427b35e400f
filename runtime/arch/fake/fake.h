/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake.h - an architecture of memory and counters, so that core and dev run in
 * unit tests on the host.
 *
 * A test builds tables (fake_*), then calls core as if it ran on the CPU that
 * fake.self names. Addresses in the tables are host addresses. What core says
 * never returns comes back through fake_run.
 */
#ifndef ARCH_FAKE_H
#define ARCH_FAKE_H

#include "core/mmio.h"

#define FAKE_MAX_LINES 1024u
#define FAKE_SENT_SIZE 65536u

/* How a call that does not return ended. */
enum fake_end {
	FAKE_RETURNED,
	FAKE_WAITS,		/* arch_wait with nothing to take */
	FAKE_ENTERED,		/* arch_enter; `entry` and `argument` say where */
	FAKE_HALTED,
	FAKE_OFF,		/* arch_cpu_off */
	FAKE_MACHINE_OFF,
	FAKE_MACHINE_RESET,
};

struct fake {
	uint32_t self;		/* CPU that runs the test's calls */
	uint64_t now_us;
	uint64_t alarm_us;	/* 0: none */
	uint32_t n_ipis[HV_MAX_CPUS];	/* sent, and not yet taken */
	uint32_t n_cpu_resets[HV_MAX_CPUS];
	uint32_t n_keeps[HV_MAX_CPUS];
	bool is_off[HV_MAX_CPUS];	/* as the firmware sees it */
	uint32_t n_cell_resets[HV_MAX_CELLS];
	uint64_t n_flushed, n_zeroed;	/* bytes */
	uint32_t n_cell_flushes[HV_MAX_CELLS];
	uint32_t n_pends[FAKE_MAX_LINES], n_clears[FAKE_MAX_LINES];
	struct hv_ipa entry;	/* of the last FAKE_ENTERED */
	uint64_t argument;

	/* The UART: what was sent, room left in its FIFO, what came in. */
	char sent[FAKE_SENT_SIZE];
	uint32_t n_sent, room;
	const char *input;

	/* While this CPU waits for another: what the others do. */
	void (*on_relax)(void);

	/* Whoever answers for all other device registers, if anybody. */
	uint32_t (*device_read)(struct hv_pa at);
	void (*device_write)(struct hv_pa at, uint32_t value);
};
extern struct fake fake;

/* An access of the cell on that CPU, as it is trapped. */
static inline enum mmio_result fake_access(struct hv_cpu_state *cpu, uint64_t ipa,
					   struct mmio *m)
{
	struct hv_ipa at = { ipa };

	return mmio_dispatch(cpu, mmio_find(cpu, at), at, m);
}

/* Forgets everything, tables too; all that tests need not say is set. */
void fake_begin(void);
/* Rows of the tables; each returns its index. Counts are in the head. */
uint32_t fake_cpu(uint32_t cell_i);
/* The next `n_cpus` rows of cpus are its own: call fake_cpu after. */
struct hv_cell *fake_cell(const char *name, uint32_t n_cpus);
/* Memory that lives until fake_begin; zeroed, a granule at least. */
void *fake_memory(uint64_t size);
void fake_mmio(struct hv_cell *cell, uint64_t ipa, uint32_t handler,
	       uint32_t arg);
void fake_region(struct hv_cell *cell, void *memory, uint64_t size,
		 uint32_t kind);
void fake_copy(struct hv_cell *cell, const void *from, void *to, uint64_t size);
/* Ends join the channel that was made last. */
uint32_t fake_channel(void);
struct hv_end *fake_end_row(uint32_t cell_i, uint32_t line, uint64_t may_ring);
/* A block device; its front_line is 300 and further, its back_line 400. */
struct hv_virtio *fake_virtio(uint32_t front, uint32_t back, uint32_t n_queues);
/* The next of the device's views. */
struct hv_view *fake_view(struct hv_virtio *v);
/* The tables are whole: state as at boot. */
void fake_boot(void);
/* All CPUs have come up: cells that start at boot do. */
void fake_start(void);

/* Runs f(cpu) until it returns or ends otherwise. */
enum fake_end fake_run(void (*f)(struct hv_cpu_state *cpu),
		       struct hv_cpu_state *cpu);
/* The same from inside such a run, on another CPU. */
enum fake_end fake_nested(void (*f)(struct hv_cpu_state *cpu),
			  struct hv_cpu_state *cpu);
/* The UART's interrupt and the alarm, until nothing more happens. */
void fake_uart(void);
/* What was sent since the last call. */
const char *fake_sent(void);

#endif
