/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cell.h - a small library for bare-metal cells: start, print, interrupts,
 * timer, PSCI, doorbells, and probes that survive their fault.
 *
 * A program is one file that defines main(). It is compiled with the header of
 * its cell in front of it (-include CELL.h), which hvcc writes from the model:
 *
 *	hvcc --emit=header:CELL file.cells
 *
 * and which says, as plain numbers without suffix, so that assembly and linker
 * scripts can use them (NAME in capitals, anything but A-Z 0-9 as '_'; every
 * address is the cell's own, an IPA; every interrupt an INTID, as the GIC counts):
 *
 *	CELL_NAME "control"
 *	CELL_ENTRY			first instruction
 *	CELL_TREE			the devicetree, also x0 at entry
 *	CELL_CPUS			how many
 *	CELL_CPU_TABLE			for each CPU { MPIDR, redistributor },
 *	MEM_NAME_BASE, MEM_NAME_SIZE	for each memory region
 *	CHANNEL_NAME_BASE, _SIZE	for each channel that the cell sees
 *	CHANNEL_NAME_DOORBELL		the page to ring, if this end may ring
 *	CHANNEL_NAME_INTID		what this end hears, if it hears
 *	CHANNEL_NAME_SELF		index of this end
 *	CHANNEL_NAME_PEER_CELL		index of each other end: what is stored to ring
 *	VIRTIO_NAME_BASE		for each virtio device that it has: registers
 *	VIRTIO_NAME_REGISTERS		for each whose backend it is: struct
 *					hv_virtio_state, then _published,
 *	VIRTIO_NAME_RING		and the page to ring its driver
 *	VIRTIO_NAME_INTID		what it hears of it
 *	VIRTIO_NAME_BOUNCE_BASE, _SIZE	its memory, if it has `bounce`
 *	DEVICE_NAME_BASE, _SIZE, _INTID	for each given device (first reg, first line)
 *	UART_BASE, UART_INTID		the console, unless `console none`
 *	GICD_BASE			the distributor
 *	TIMER_INTID, PTIMER_INTID	virtual and physical EL1 timer
 *
 * The MMU stays off unless a program turns it on: all memory is Device to the
 * cell, so accesses are aligned, and exclusives are not used. Everything the program uses, stacks and zeroed
 * data too, is inside its image: hvcc then knows all of it.
 */
#ifndef TESTS_GUEST_CELL_H
#define TESTS_GUEST_CELL_H

#include <stdbool.h>
#include <stdint.h>

/* The program's own part. */
void main(void);
void on_irq(uint32_t intid);	/* called with interrupts masked; default: none */

/* print.c: %s %c %d %u %x, and the l of %lu %lx %ld. */
void print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void uart_put(char c);
int uart_get(void);		/* next character, or -1 */
void uart_irq_on(void);		/* a received character raises UART_INTID */

/* gic.c */
void gic_init(void);		/* once; then on each further CPU gic_init_cpu */
void gic_init_cpu(void);
void gic_enable(uint32_t intid);
void gic_disable(uint32_t intid);
void gic_set_edge(uint32_t intid);
void gic_route_here(uint32_t spi);
void gic_send_sgi(uint32_t sgi, uint64_t mpidr);
uint32_t gicd_read(uint32_t offset);
uint32_t gicr_read(uint32_t offset);	/* of this CPU */
void gicd_write(uint32_t offset, uint32_t value);
void gicr_write(uint32_t offset, uint32_t value);

/* cpu.c */
uint32_t cpu_self(void);	/* index in CELL_CPU_TABLE */
uint64_t cpu_mpidr(uint32_t cpu_i);
uint64_t cpu_gicr(void);	/* this CPU's redistributor */
void cpu_wait(void);		/* waits for an interrupt, handles it, returns */
void irq_on(void);		/* masked at start: cpu_wait is enough for most */
void irq_off(void);

/* The virtual timer. */
uint64_t timer_now(void);
uint64_t timer_hz(void);
void timer_at(uint64_t ticks);	/* raise TIMER_INTID then */
void timer_stop(void);
/* When to stop waiting for what comes soon: longer than anything takes on a machine
 * that has much else to do. */
uint64_t timer_patience(void);

/* PSCI 1.1 (DEN0022) and anything else: x0 of the answer. */
#define PSCI_VERSION		0x84000000u
#define PSCI_CPU_SUSPEND	0xc4000001u
#define PSCI_CPU_OFF		0x84000002u
#define PSCI_CPU_ON		0xc4000003u
#define PSCI_AFFINITY_INFO	0xc4000004u
#define PSCI_SYSTEM_OFF		0x84000008u
#define PSCI_SYSTEM_RESET	0x84000009u
#define PSCI_FEATURES		0x8400000au

int64_t hvc(uint64_t fn, uint64_t a, uint64_t b, uint64_t c);
int64_t smc(uint64_t fn, uint64_t a, uint64_t b, uint64_t c);
void cpu_start_at(uint32_t cpu_i, void (*fn)(void));	/* what it will do */
int64_t cpu_on(uint32_t cpu_i, void (*fn)(void));	/* fn returning turns it off */
void power_off(void) __attribute__((noreturn));
void power_reset(void) __attribute__((noreturn));

/*
 * mmu.c: memory cacheable, the program's own and a channel's; the rest as it was.
 * tables: MMU_TABLES, aligned to 4 KiB. One CPU.
 */
#define MMU_TABLES 4
void mmu_on(uint64_t (*tables)[512], uint64_t shared, uint64_t size);

/* Ring the doorbell page of a channel for one peer. */
void doorbell_ring(uint64_t page, uint32_t peer);

/*
 * Probes: one 32-bit access or a branch; 0, or the ESR_EL1 of what it raised.
 * The value is untouched when the access did not happen.
 */
uint64_t probe_read(uint64_t addr, uint32_t *value);
uint64_t probe_write(uint64_t addr, uint32_t value);
uint64_t probe_exec(uint64_t addr);
uint64_t probe_far(void);	/* FAR_EL1 of the last probe that faulted */

/* End this cell the hard way: a fault whose handler cannot be fetched either. */
void crash(uint64_t hole) __attribute__((noreturn));

static inline uint32_t load32(uint64_t addr)
{
	return *(volatile uint32_t *)(uintptr_t)addr;
}

static inline void store32(uint64_t addr, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)addr = value;
}

#endif
