/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vandal_window.h - what a driver may try with the page itself, which it reads as
 * memory: stores of every other kind, fetches, and tables of its own in it. Behind
 * vandal.h, for one file.
 *
 * Of a store that is not one register's, whole, comes an external abort, as from
 * pages that are not there; of a walk, what the cell reaches anyway.
 */
#ifndef TESTS_GUEST_VANDAL_WINDOW_H
#define TESTS_GUEST_VANDAL_WINDOW_H

#include "hv_abi_virtio.h"
#include "vandal.h"

enum { EC_FETCH = 0x21, EC_DATA = 0x25, FSC_EXTERNAL = 0x10, N_WALKS = 3000 };

static bool is_abort(uint64_t esr, uint32_t ec)
{
	return esr >> 26 == ec && (esr & 0x3f) == FSC_EXTERNAL;
}

/* ---- other stores than those of registers ------------------------------------------ */

static volatile uint64_t store_to;
extern uint32_t stores_begin[], stores_end[];

/* Sixteen bytes of code each; x1 is where, and what x2 is, nobody has to know. */
__asm__(
"	.macro	a_store one:req, two=nop, three=nop, four=nop, five=nop\n"
"	adrp	x1, store_to\n"
"	ldr	x1, [x1, :lo12:store_to]\n"
"	\\one\n	\\two\n	\\three\n	\\four\n	\\five\n"
"	ret\n"
"	.endm\n"
"	.balign 8\n"
"stores_begin:\n"
"	a_store \"ldxr w2, [x1]\", \"stxr w3, w2, [x1]\"\n"
"	a_store \"ldaxr w2, [x1]\", \"stlxr w3, w2, [x1]\"\n"
"	a_store \"ldxrb w2, [x1]\", \"stxrb w3, w2, [x1]\"\n"
"	a_store \"stp w2, w3, [x1]\"\n"
"	a_store \"stp x2, x3, [x1]\"\n"
"	a_store \"str w2, [x1], #4\"\n"
"	a_store \"str w2, [x1, #4]!\"\n"
"	a_store \"str q0, [x1]\"\n"
"	a_store \"str s0, [x1]\"\n"
"	a_store \"st1 {v0.4s}, [x1]\"\n"
"stores_end:\n");

static void other_stores(void)
{
	uint64_t one = 8;	/* instructions of each */

	come_up();
	for (uint32_t offset = 0; offset < 0x1000; offset += 0x10) {
		store_to = t->device + offset;
		for (uint32_t *op = stores_begin; op < stores_end; op += one) {
			uint64_t esr = probe_exec((uint64_t)op);

			expect(is_abort(esr, EC_DATA), "a store of another kind", esr);
		}
	}
	expect(rd(VIRTIO_STATUS) == 0xf, "it is up all the same", rd(VIRTIO_STATUS));
	is_well("stores of other kinds");
}

static void fetches(void)
{
	for (uint32_t offset = 0; offset < 0x1000; offset += 0x40) {
		uint64_t esr = probe_exec(t->device + offset);

		expect(is_abort(esr, EC_FETCH), "an instruction from there", esr);
	}
	is_well("fetches");
}

/* ---- tables in the window: TTBR1 is it, and a queue's address a descriptor ----------- */

#define GIB (1ul << 30)
#define BLOCK (1ul << 10 | 1ul)		/* of a GiB, Device, to read and write */
#define WORD (offsetof(struct hv_virtio_state, queues) / 8)
#define HIGH (0xffffff8000000000ul + WORD * GIB)

static uint64_t tables[MMU_TABLES][512] __attribute__((aligned(4096)));
static volatile uint32_t is_walking;

static void describe(uint64_t gib)
{
	wr(VIRTIO_QUEUE_DESCRIPTORS, (uint32_t)(gib | BLOCK));
	wr(VIRTIO_QUEUE_DESCRIPTORS + 4, (uint32_t)(gib >> 32));
}

/* 39 bits and 4 KiB in the high half too. */
static void walk_at(uint64_t table)
{
	uint64_t tcr;

	mmu_on(tables, MEM_RAM_BASE, MEM_RAM_SIZE);
	__asm__ volatile("mrs %0, tcr_el1" : "=r"(tcr));
	tcr = (tcr & ~(1ul << 23)) | 25ul << 16 | 2ul << 30;
	__asm__ volatile("msr ttbr1_el1, %0; msr tcr_el1, %1; isb; tlbi vmalle1; dsb sy; isb"
			 :: "r"(table), "r"(tcr) : "memory");
}

static void walk_no_more(void)
{
	uint64_t control;

	__asm__ volatile("mrs %0, sctlr_el1" : "=r"(control));
	__asm__ volatile("msr sctlr_el1, %0; isb; tlbi vmalle1; dsb sy; isb"
			 :: "r"(control & ~(1ul | 1ul << 2 | 1ul << 12)) : "memory");
}

static void flush(void)
{
	__asm__ volatile("dsb sy; tlbi vmalle1; dsb sy; isb" ::: "memory");
}

static void walks_alone(void)
{
	uint64_t inside = t->device % GIB;
	uint32_t value = 0;

	for (uint64_t gib = 0; gib < 8 * GIB; gib += GIB) {
		describe(gib);
		flush();
		if (gib == MEM_RAM_BASE)
			expect(!probe_read(HIGH + (uintptr_t)&seed % GIB, &value) &&
			       value == (uint32_t)seed, "its own memory", value);
		else if (gib)
			expect(is_abort(probe_read(HIGH, &value), EC_DATA),
			       "what is not its own", gib);
	}
	/* A store through it is one to the device. */
	describe(t->device - inside);
	flush();
	expect(rd(VIRTIO_QUEUE_NUM_MAX) != 0, "the queue's size", 0);
	expect(!probe_write(HIGH + inside + VIRTIO_QUEUE_SEL, 9), "a store from above", 0);
	expect(rd(VIRTIO_QUEUE_NUM_MAX) == 0, "the size of none", 0);
	wr(VIRTIO_QUEUE_SEL, 0);
}

/* Another CPU takes the descriptor away, and gives it back. */
static void second_describes(void)
{
	while (is_walking) {
		wr(VIRTIO_QUEUE_DESCRIPTORS, any() % 2 ? BLOCK : 0);
		__asm__ volatile("yield");
	}
}

static void walks_while_they_change(void)
{
	uint32_t n_done = 0;

	is_walking = 1;
	expect(cpu_on(1, second_describes) == 0, "the second CPU", 0);
	for (uint32_t i = 0; i < N_WALKS; i++) {
		uint64_t esr;

		flush();
		esr = probe_write(HIGH + t->device % GIB + VIRTIO_DEVICE_FEATURES_SEL, i);
		n_done += esr == 0;
		/* Its own tables' fault, or none that EL2 could make out. */
		expect(!esr || esr >> 26 == EC_DATA, "a store whose table changes", esr);
	}
	is_walking = 0;
	while (hvc(PSCI_AFFINITY_INFO, cpu_mpidr(1), 0, 0) != 1)
		__asm__ volatile("yield");
	expect(n_done > 0, "stores were done", n_done);
}

static void own_tables(void)
{
	wr(VIRTIO_STATUS, 0);
	wr(VIRTIO_QUEUE_SEL, 0);
	walk_at(t->device);
	walks_alone();
	walks_while_they_change();
	walk_no_more();
	is_well("tables in the window");
}

#endif
