/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic_ask.c - what CPUs of a cell ask each other: only they can read their LRs.
 *
 * Who waits for an answer answers meanwhile, and holds no lock; who spins for a
 * lock waits for nobody who asks: so all get their answers.
 */
#include "arch/aarch64/gic_lr.h"

void gic_answer(struct hv_cpu_state *cpu)
{
	struct gic_cpu *g = gic_of(cpu);
	/* Acquire: the questions, written before the bits were. */
	uint64_t left = read_once(g->askers) ?
		__atomic_exchange_n(&g->askers, 0, __ATOMIC_ACQUIRE) : 0;

	for (; left; left &= left - 1) {
		struct gic_ask *ask =
			&gic_of(hv_cpu((uint32_t)__builtin_ctzll(left)))->ask;

		lr_answer(g, ask);
		/* Release: the answer before the news of it. */
		__atomic_fetch_sub(&ask->n_waiting, 1, __ATOMIC_RELEASE);
	}
}

/*
 * A CPU that is not the runtime's, or not any more, holds nothing and answers
 * nothing. One that goes says so before it looks for questions a last time
 * (gic_cpu_off), and here the question is put before it is looked whether the
 * CPU goes: so either it answers, or the question is taken back.
 */
static void ask_one(struct hv_cpu_state *cpu, struct hv_cpu_state *other)
{
	uint64_t *askers = &gic_of(other)->askers;
	uint64_t self = UINT64_C(1) << cpu->cpu_i;

	__atomic_fetch_add(&gic_of(cpu)->ask.n_waiting, 1, __ATOMIC_RELAXED);
	/* Release: the question is whole before it is found. */
	__atomic_fetch_or(askers, self, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&other->up, __ATOMIC_SEQ_CST) == CPU_UP)
		arch_ipi(other);
	else if (__atomic_fetch_and(askers, ~self, __ATOMIC_SEQ_CST) & self)
		__atomic_fetch_sub(&gic_of(cpu)->ask.n_waiting, 1, __ATOMIC_RELAXED);
}

struct gic_held gic_ask(struct hv_cpu_state *cpu, uint32_t of_cpu_i,
			uint64_t take, uint32_t word, uint32_t lines)
{
	uint64_t self = UINT64_C(1) << cpu->cpu_i;
	uint64_t cpus = word ? cpu->cell->cpu_mask : UINT64_C(1) << of_cpu_i;
	struct gic_ask *ask = &gic_of(cpu)->ask;

	*ask = (struct gic_ask){ .take = take, .word = word, .lines = lines };
	if (cpus & self)
		lr_answer(gic_of(cpu), ask);
	if (word)	/* what was found is nowhere else */
		ask->lines &= ~(ask->held.pending | ask->held.active);
	for (cpus &= ~self; cpus && ask->lines; cpus &= cpus - 1)
		ask_one(cpu, hv_cpu((uint32_t)__builtin_ctzll(cpus)));
	while (__atomic_load_n(&ask->n_waiting, __ATOMIC_ACQUIRE)) {
		gic_answer(cpu);
		arch_relax();
	}
	return ask->held;
}

void gic_answer_last(struct hv_cpu_state *cpu)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* ask_one */
	gic_answer(cpu);
}
