/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vgic_sgi.c - ICC_SGI1R_EL1: SGIs between a cell's CPUs (IHI 0069H 12.2); and what
 * is constant of a cell's controller, which is mostly whom they are for.
 */
#include "arch/aarch64/gic_line.h"

#define TYPER_ID_BITS	(9u << 19)	/* INTIDs of 10 bits */
#define TYPER_A3V	(1u << 24)
#define TYPER_NO_1_OF_N	(1u << 25)
#define TYPER_LINES(n)	(((n) + 31) / 32 - 1)

static __attribute__((noinline)) void sgi_send(struct hv_cpu_state *cpu,
					       struct hv_cpu_state *to, uint32_t sgi)
{
	uint32_t bit = 1u << sgi;
	/* Release: what the cell wrote before. A set bit has had its IPI, and
	 * nothing needs a second. */
	uint32_t before = __atomic_fetch_or(&gic_of(to)->pending_sgis, bit,
					    __ATOMIC_RELEASE);

	if (to == cpu)
		gic_flush_sgis(cpu);
	else if (!(before & bit))
		arch_ipi(to);
}

/*
 * Only CPUs of the cell are looked at, so a target that is not among them, or
 * does not exist, costs and reaches nothing.
 */
void vgic_sgi(struct hv_cpu_state *cpu, uint64_t sgi1r)
{
	uint32_t sgi = sgi1r >> SGI_INTID_SHIFT & 15;

	for (struct hv_cpu_state *to = cpu->run->cpus; to; to = to->next) {
		uint64_t whom = gic_sgi_whom(to->row->virtual_hwid);
		bool is_listed = !((whom ^ sgi1r) & SGI_GROUP) &&
			whom & sgi1r & SGI_LIST;

		if (sgi1r & SGI_TO_OTHERS ? to == cpu : !is_listed)
			continue;
		if (gic_is_direct(cpu))
			line_send_sgi(to, sgi);
		else
			sgi_send(cpu, to, sgi);
	}
}

static __attribute__((noinline)) void send_listed(struct hv_cpu_state *cpu,
						  uint32_t sgi, uint32_t list)
{
	const struct gic_sgi *s = &gic_of(cpu)->sgi;

	for (; list; list &= list - 1)
		sgi_send(cpu, hv_cpu(s->cpu_of[__builtin_ctz(list)]), sgi);
}

/* To itself alone by a short way of its own. */
void vgic_sgi_listed(struct hv_cpu_state *cpu, uint64_t sgi1r, uint32_t list)
{
	uint32_t sgi = sgi1r >> SGI_INTID_SHIFT & 15;

	if (list == gic_of(cpu)->sgi.self)
		gic_self_sgi(cpu, sgi);
	else
		send_listed(cpu, sgi, list);
}

/* It is simple where the cell's CPUs are one group, and the physical numbers of
 * all, which matter where SGIs are physical, as far from the virtual ones. */
static void sgi_init(struct hv_cpu_state *cpu)
{
	const struct hv_cpu *first = hv_cpu_row(cpu->cell->boot_cpu);
	struct gic_sgi *s = &gic_of(cpu)->sgi;
	int64_t shift = (int64_t)(first->hwid & 15) - (int64_t)(first->virtual_hwid & 15);
	bool is_direct = gic_is_direct(cpu), is_simple = !is_direct || shift >= 0;

	for (const struct hv_cpu_state *c = cpu->run->cpus; c; c = c->next) {
		const struct hv_cpu *row = c->row;
		int64_t target = row->virtual_hwid & 15;

		s->list |= UINT64_C(1) << target;
		s->cpu_of[target] = (uint8_t)c->cpu_i;
		/* Physical: of the first's group, and no carry into the next. */
		if ((row->virtual_hwid ^ first->virtual_hwid) >> 4 ||
		    (is_direct && (row->hwid ^ (first->hwid & ~UINT64_C(15))) !=
				  (uint64_t)(target + shift)))
			is_simple = false;
	}
	s->mask = SGI_GROUP | SGI_TO_OTHERS;
	s->upper = gic_sgi_whom(first->hwid) & SGI_GROUP;
	s->shift = is_direct ? shift : -1;
	s->self = 1u << (cpu->row->virtual_hwid & 15);
	s->match = is_simple ? gic_sgi_whom(first->virtual_hwid) & SGI_GROUP : ~UINT64_C(0);
}

void vgic_init(struct hv_cpu_state *cpu)
{
	struct gic_cpu *g = gic_of(cpu);

	if (!cpu->cell)
		return;
	g->gicd = a64_board()->gicd;
	g->lines = hv_rows(cpu->cell->line_words);
	g->n_shared_words = cpu->cell->line_words.count ?
		cpu->cell->line_words.count - 1 : 0;
	g->private_lines = gic_cell_lines(cpu->cell, 0) |
		(g->is_direct ? GIC_SGI_LINES : 0);
	g->type = TYPER_LINES(a64_board()->n_lines) | TYPER_ID_BITS | TYPER_A3V |
		TYPER_NO_1_OF_N;
	sgi_init(cpu);
}
