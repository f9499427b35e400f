/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vandal_walk.h - a store to the device's window whose tables are, when EL2 walks them
 * again, where a walk comes to nothing: in memory that answers with an error (hole.inc),
 * where this cell has none, on an emulated page, in the window. Behind vandal_window.h,
 * for one file.
 *
 * The store itself needs tables that are good, and EL2 looks a little later: the other
 * CPU moves them to and fro. Who notices is this cell alone.
 */
#ifndef TESTS_GUEST_VANDAL_WALK_H
#define TESTS_GUEST_VANDAL_WALK_H

#include "vandal_window.h"

/* The void, where EL2's walk itself has an abort, is what all this is about. */
enum { N_MOVES = 500, N_MOVES_VOID = 12000 };

#define MIB2 (1ul << 21)
#define TABLE 3ul
#define UPPER 0xffffff8000000000ul

static uint64_t upper[512] __attribute__((aligned(4096)));
static uint64_t lower[512] __attribute__((aligned(4096)));
static volatile uint64_t elsewhere;

static void second_moves(void)
{
	volatile uint64_t *entry = upper;

	while (is_walking) {
		*entry = elsewhere | TABLE;
		__asm__ volatile("dsb sy; yield" ::: "memory");
		*entry = (uintptr_t)lower | TABLE;
		__asm__ volatile("dsb sy; yield" ::: "memory");
	}
}

static bool is_fault_of_data(uint64_t esr)
{
	return esr >> 26 == EC_DATA;
}

/* AT's answer is about this cell's own addresses, or it faults here. */
static uint64_t translate(uint64_t at)
{
	uint64_t par;

	__asm__ volatile("at s1e1w, %1; isb; mrs %0, par_el1" : "=r"(par) : "r"(at));
	return par;
}

/* So often, and until both were found. */
static void moved_to(uint64_t place, uint32_t n_moves)
{
	uint64_t at = UPPER + t->device % MIB2 + VIRTIO_DEVICE_FEATURES_SEL;
	uint64_t end = timer_patience();
	uint32_t n_done = 0, n_refused = 0;

	elsewhere = place;
	is_walking = 1;
	expect(cpu_on(1, second_moves) == 0, "the second CPU", 0);
	while (n_done + n_refused < n_moves || ((!n_done || !n_refused) && timer_now() < end)) {
		uint64_t esr;

		flush();
		esr = probe_write(at, n_done);
		n_done += esr == 0;
		n_refused += esr != 0;
		expect(!esr || is_fault_of_data(esr), "a store whose table moves", esr);
	}
	is_walking = 0;
	while (hvc(PSCI_AFFINITY_INFO, cpu_mpidr(1), 0, 0) != 1)
		__asm__ volatile("yield");
	expect(n_done > 0 && n_refused > 0, "tables were good, and bad", n_done);
}

/* For good there, too: then the store does not come as far as EL2's walk. */
static void stays_at(uint64_t place)
{
	uint32_t value;

	upper[0] = place | TABLE;
	flush();
	expect(is_fault_of_data(probe_read(UPPER + t->device % MIB2, &value)),
	       "a load whose table is nowhere", place);
	expect(is_fault_of_data(probe_write(UPPER + t->device % MIB2, 0)),
	       "a store whose table is nowhere", place);
	upper[0] = (uintptr_t)lower | TABLE;
	flush();
	expect((translate(UPPER) & ~(MIB2 - 1) & ((1ul << 48) - 1)) ==
	       (t->device & ~(MIB2 - 1)), "where it is, by AT", translate(UPPER));
}

static void tables_elsewhere(void)
{
	static const uint64_t places[] = {
		0x30000000, 0x40000000, GICD_BASE, UART_BASE, (1ul << 40) - 4096,
	};

	wr(VIRTIO_STATUS, 0);
	lower[0] = (t->device & ~(MIB2 - 1)) | BLOCK;
	upper[0] = (uintptr_t)lower | TABLE;
	walk_at((uintptr_t)upper);
	for (uint32_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		moved_to(places[i], N_MOVES);
		stays_at(places[i]);
	}
	moved_to(CHANNEL_VOID_BASE, N_MOVES_VOID);
	stays_at(CHANNEL_VOID_BASE);
	moved_to(t->device, N_MOVES);
	walk_no_more();
	is_well("tables elsewhere");
}

#endif
