/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vgic_sgi.c - ICC_SGI1R_EL1: SGIs between a cell's CPUs. (IHI 0069H 12.2)
 */
#include "arch/aarch64/gic_line.h"

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

	for (uint64_t left = cpu->cell->cpu_mask; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctzll(left);
		uint64_t whom = gic_sgi_whom(hv_cpu_row(i)->virtual_hwid);
		bool is_listed = !((whom ^ sgi1r) & SGI_GROUP) &&
			whom & sgi1r & SGI_LIST;

		if (sgi1r & SGI_TO_OTHERS ? i == cpu->cpu_i : !is_listed)
			continue;
		if (gic_is_direct(cpu))
			line_send_sgi(i, sgi);
		else
			sgi_send(cpu, hv_cpu(i), sgi);
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
void vgic_sgi_init(struct hv_cpu_state *cpu)
{
	const struct hv_cpu *first = hv_cpu_row(cpu->cell->boot_cpu);
	uint64_t first_is = gic_sgi_whom(first->virtual_hwid);
	struct gic_sgi *s = &gic_of(cpu)->sgi;
	bool is_simple = true;

	*s = (struct gic_sgi){
		.mask = SGI_GROUP | SGI_TO_OTHERS,
		.match = first_is & SGI_GROUP,
		.upper = gic_sgi_whom(first->hwid) & SGI_GROUP,
		.shift = gic_is_direct(cpu) ? (int64_t)(first->hwid & 15) -
			(int64_t)(first->virtual_hwid & 15) : -1,
		.self = gic_sgi_whom(cpu->row->virtual_hwid) & SGI_LIST,
	};
	for (uint64_t left = cpu->cell->cpu_mask; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctzll(left);
		const struct hv_cpu *row = hv_cpu_row(i);
		uint64_t is = gic_sgi_whom(row->virtual_hwid), list = is & SGI_LIST;

		s->list |= list;
		s->cpu_of[row->virtual_hwid & 15] = (uint8_t)i;
		is_simple &= !((is ^ first_is) & SGI_GROUP);
		if (gic_is_direct(cpu))
			is_simple &= s->shift >= 0 &&
				(list << s->shift | s->upper) == gic_sgi_whom(row->hwid);
	}
	if (!is_simple)
		s->match = ~UINT64_C(0);
}
