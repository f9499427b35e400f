/* SPDX-License-Identifier: BSD-2-Clause */
/* cpu.c - this CPU, its timer, firmware calls and faults. */
#include "cell.h"

/* What start.S calls. */
void cpu_main(uint32_t cpu_i);
void cpu_start(void);
void irq_taken(void);
void fault_taken(uint64_t esr, uint64_t elr, uint64_t far);

static const struct { uint64_t mpidr, gicr; } cpus[CELL_CPUS] = { CELL_CPU_TABLE };
static void (*entries[CELL_CPUS])(void);

uint32_t cpu_self(void)
{
	uint64_t i;

	__asm__ volatile("mrs %0, tpidr_el1" : "=r"(i));
	return (uint32_t)i;
}

uint64_t cpu_mpidr(uint32_t cpu_i)
{
	return cpus[cpu_i].mpidr;
}

uint64_t cpu_gicr(void)
{
	return cpus[cpu_self()].gicr;
}

void irq_on(void)
{
	__asm__ volatile("msr daifclr, #2" ::: "memory");
}

void irq_off(void)
{
	__asm__ volatile("msr daifset, #2" ::: "memory");
}

/*
 * WFI ends for a masked interrupt too (DDI 0487 D1.6.2), so with interrupts
 * masked between the caller's look at its state and the wait nothing is lost.
 */
void cpu_wait(void)
{
	__asm__ volatile("dsb sy; wfi; msr daifclr, #2; isb; msr daifset, #2" ::: "memory");
}

uint64_t timer_hz(void)
{
	uint64_t hz;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
	return hz;
}

uint64_t timer_patience(void)
{
	return timer_now() + 60 * timer_hz();
}

uint64_t timer_now(void)
{
	uint64_t now;

	/* isb: the counter is not read before what came before it */
	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(now) :: "memory");
	return now;
}

void timer_at(uint64_t ticks)
{
	__asm__ volatile("msr cntv_cval_el0, %0; msr cntv_ctl_el0, %1; isb"
			 :: "r"(ticks), "r"(1ul));
}

void timer_stop(void)
{
	__asm__ volatile("msr cntv_ctl_el0, xzr; isb");
}

int64_t hvc(uint64_t fn, uint64_t a, uint64_t b, uint64_t c)
{
	register uint64_t x0 __asm__("x0") = fn;
	register uint64_t x1 __asm__("x1") = a;
	register uint64_t x2 __asm__("x2") = b;
	register uint64_t x3 __asm__("x3") = c;

	__asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) :: "memory");
	return (int64_t)x0;
}

int64_t smc(uint64_t fn, uint64_t a, uint64_t b, uint64_t c)
{
	register uint64_t x0 __asm__("x0") = fn;
	register uint64_t x1 __asm__("x1") = a;
	register uint64_t x2 __asm__("x2") = b;
	register uint64_t x3 __asm__("x3") = c;

	__asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) :: "memory");
	return (int64_t)x0;
}

void cpu_start_at(uint32_t cpu_i, void (*fn)(void))
{
	entries[cpu_i] = fn;
	__asm__ volatile("dsb sy" ::: "memory");	/* the new CPU reads it */
}

int64_t cpu_on(uint32_t cpu_i, void (*fn)(void))
{
	cpu_start_at(cpu_i, fn);
	return hvc(PSCI_CPU_ON, cpus[cpu_i].mpidr, (uint64_t)cpu_start, cpu_i);
}

void cpu_main(uint32_t cpu_i)
{
	entries[cpu_i]();
	hvc(PSCI_CPU_OFF, 0, 0, 0);
}

void power_off(void)
{
	for (;;)
		hvc(PSCI_SYSTEM_OFF, 0, 0, 0);
}

void power_reset(void)
{
	for (;;)
		hvc(PSCI_SYSTEM_RESET, 0, 0, 0);
}

void doorbell_ring(uint64_t page, uint32_t peer)
{
	__asm__ volatile("dsb sy" ::: "memory");	/* the peer sees what was written */
	store32(page, peer);
}

uint64_t probe_far(void)
{
	uint64_t far;

	__asm__ volatile("mrs %0, far_el1" : "=r"(far));
	return far;
}

/* Nothing is known to work now; say it, and end. */
void fault_taken(uint64_t esr, uint64_t elr, uint64_t far)
{
	print("%s: unexpected exception, esr 0x%lx at 0x%lx, address 0x%lx\n",
	      CELL_NAME, esr, elr, far);
	power_off();
}
