/* SPDX-License-Identifier: BSD-2-Clause */
/* What core/arch.h asks of this architecture, but for lines and IPIs (gic.h). */
#include "core/arch.h"

#include "arch/aarch64/cpu.h"
#include "arch/aarch64/firmware.h"
#include "arch/aarch64/mem.h"
#include "arch/aarch64/sysreg.h"
#include "hv_abi_aarch64.h"

struct hv_cpu_state *arch_self(void)
{
	return (struct hv_cpu_state *)(uintptr_t)SYSREG_READ(tpidr_el2);
}

/* YIELD: QEMU under -icount then lets another CPU run; others ignore it. */
void arch_relax(void)
{
	__asm__ volatile("yield" ::: "memory");
}

/* Nothing of a cell's is taken here, and it is no exit of a cell. */
void arch_poll(struct hv_cpu_state *cpu)
{
	if (gic_is_direct(cpu))
		gic_fiq(cpu);
	else
		gic_irq(cpu);
}

/* A pending interrupt ends WFI although PSTATE masks it (DDI 0487 D1.6.1). */
void arch_wait(struct hv_cpu_state *cpu)
{
	__asm__ volatile("dsb sy\n\twfi" ::: "memory");
	arch_poll(cpu);
}

/* The firmware cleans this CPU's caches (DEN0022 5.5). */
void arch_cpu_off(void)
{
	gic_cpu_off(arch_self());
	firmware_cpu_off();
	arch_halt();		/* refused: then it is not off, and nobody thinks so */
}

void arch_halt(void)
{
	for (;;)
		__asm__ volatile("wfi");
}

void arch_memory_zero(void *base, uint64_t size)
{
	mem_zero(base, size);
	arch_memory_flush(base, size);	/* a cell begins with its caches off */
}

void arch_memory_copy(void *to, const void *from, uint64_t size)
{
	memmove(to, from, size);
	arch_memory_flush(to, size);
}

void arch_memory_clean(const void *word)
{
	__asm__ volatile("dc cvac, %0\n\tdsb sy" :: "r"(word) : "memory");
}

void arch_code_changed(void)
{
	__asm__ volatile("ic ialluis\n\tdsb ish\n\tisb" ::: "memory");
}

void arch_table_write(uint64_t *word, uint64_t descriptor)
{
	__atomic_store_n(word, descriptor, __ATOMIC_RELAXED);
	/* Before any walk that begins after: walkers are in the inner
	 * shareable domain and look through the caches. */
	__asm__ volatile("dsb ishst" ::: "memory");
}

/* TLBI by VMID acts on the current one (DDI 0487 D8.13.5). */
void arch_cell_flush(uint32_t cell_i)
{
	const struct hv_a64_cell *cells = hv_rows(hv_system.arch_cells);
	uint64_t own = SYSREG_READ(vttbr_el2);

	SYSREG_WRITE(vttbr_el2, cells[cell_i].vttbr_el2);
	isb();	/* the VMID before the invalidation that uses it */
	/* SEV: whoever waits for an event in that cell goes on, and finds out. */
	__asm__ volatile("tlbi vmalls12e1is\n\tdsb ish\n\tsev" ::: "memory");
	SYSREG_WRITE(vttbr_el2, own);
	isb();
}

enum mmio_result arch_mmio(struct hv_cpu_state *cpu, const struct hv_mmio *row,
			   struct mmio *m)
{
	switch (row->handler) {
	case HV_A64_MMIO_GICD:
		return vgicd_access(cpu, m);
	case HV_A64_MMIO_GICR:
		return vgicr_access(cpu, row->arg, m);
	}
	return MMIO_FAULT;
}
