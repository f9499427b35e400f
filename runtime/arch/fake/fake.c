/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake.c - core/arch.h on the host.
 */
#include "arch/fake/fake.h"

#include "core/late.h"
#include "dev/console.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

enum { UARTDR = 0x00, UARTFR = 0x18, FR_RXFE = 1 << 4, FR_TXFF = 1 << 5 };

struct fake fake;

static jmp_buf out;
static bool can_leave;

static void leave(enum fake_end how) __attribute__((noreturn));
static void leave(enum fake_end how)
{
	if (!can_leave)
		abort();	/* core ended where the test did not expect it */
	longjmp(out, (int)how);
}

enum fake_end fake_run(void (*f)(struct hv_cpu_state *cpu),
		       struct hv_cpu_state *cpu)
{
	int how = setjmp(out);

	if (how == 0) {
		can_leave = true;
		fake.self = cpu->cpu_i;
		f(cpu);
	}
	can_leave = false;
	return (enum fake_end)how;
}

enum fake_end fake_nested(void (*f)(struct hv_cpu_state *cpu),
			  struct hv_cpu_state *cpu)
{
	jmp_buf outer;
	uint32_t self = fake.self;
	bool could_leave = can_leave;
	enum fake_end how;

	memcpy(&outer, &out, sizeof(out));
	how = fake_run(f, cpu);
	memcpy(&out, &outer, sizeof(out));
	can_leave = could_leave;
	fake.self = self;
	return how;
}

/* ---- this CPU ------------------------------------------------------------ */

struct hv_cpu_state *arch_self(void)
{
	return hv_cpu(fake.self);
}

void arch_relax(void)
{
	fake.now_us++;
	if (fake.on_relax)
		fake.on_relax();
}

void arch_poll(struct hv_cpu_state *cpu)
{
	if (fake.n_ipis[cpu->cpu_i]) {
		fake.n_ipis[cpu->cpu_i] = 0;
		cpu_ipi(cpu);
	}
}

void arch_wait(struct hv_cpu_state *cpu)
{
	if (!fake.n_ipis[cpu->cpu_i])
		leave(FAKE_WAITS);
	arch_poll(cpu);
}

void arch_cpu_reset(struct hv_cpu_state *cpu)
{
	fake.n_cpu_resets[cpu->cpu_i]++;
}

void arch_cpu_keep(struct hv_cpu_state *cpu)
{
	fake.n_keeps[cpu->cpu_i]++;
}

void arch_cpu_kept(const struct hv_cpu_state *cpu, uint32_t part, uint64_t *words)
{
	for (uint32_t i = 0; i < (part == 1 ? 15 : 16); i++)
		words[i] = 1000 * cpu->cpu_i + 100 * part + i;
}

void arch_cpu_off(void)
{
	fake.is_off[fake.self] = true;
	leave(FAKE_OFF);
}

bool arch_cpu_is_off(uint32_t cpu_i)
{
	return fake.is_off[cpu_i];
}

int64_t arch_late_leave(struct hv_cpu_state *cpu)
{
	return late_count(cpu, false) == 0;
}

void arch_late_commit(struct hv_cpu_state *cpu)
{
	(void)cpu;
}

void arch_enter(struct hv_cpu_state *cpu, struct hv_ipa entry, uint64_t argument)
{
	(void)cpu;
	fake.entry = entry;
	fake.argument = argument;
	leave(FAKE_ENTERED);
}

void arch_halt(void)
{
	leave(FAKE_HALTED);
}

/* ---- the machine --------------------------------------------------------- */

void arch_ipi(const struct hv_cpu_state *target)
{
	fake.n_ipis[target->cpu_i]++;
}

void arch_machine_off(void)
{
	leave(FAKE_MACHINE_OFF);
}

void arch_machine_reset(void)
{
	leave(FAKE_MACHINE_RESET);
}

void arch_memory_zero(void *base, uint64_t size)
{
	memset(base, 0, size);
	fake.n_zeroed += size;
}

void arch_memory_copy(void *to, const void *from, uint64_t size)
{
	memcpy(to, from, size);
}

void arch_image_copy(uint64_t to, uint64_t from, uint64_t size)
{
	memmove((void *)(uintptr_t)to, (const void *)(uintptr_t)from, size);
}

void arch_memory_flush(void *base, uint64_t size)
{
	(void)base;
	fake.n_flushed += size;
}

void arch_memory_clean(const void *word)
{
	(void)word;
}

void arch_code_changed(void)
{
}

void arch_table_write(uint64_t *word, uint64_t descriptor)
{
	*word = descriptor;
}

void arch_cell_flush(uint32_t cell_i)
{
	fake.n_cell_flushes[cell_i]++;
}

enum mmio_result arch_mmio(struct hv_cpu_state *cpu, const struct hv_mmio *row,
			   struct mmio *m)
{
	(void)cpu;
	m->value = row->arg;	/* tests see who answered */
	return MMIO_DONE;
}

/* ---- lines --------------------------------------------------------------- */

void arch_cell_reset(uint32_t cell_i)
{
	fake.n_cell_resets[cell_i]++;
}

void arch_line_pend(uint32_t line)
{
	fake.n_pends[line]++;
}

void arch_line_clear(uint32_t line)
{
	fake.n_clears[line]++;
}

/* ---- the UART and the clock ---------------------------------------------- */

static uint32_t uart_flags(void)
{
	return (fake.input && *fake.input ? 0 : FR_RXFE) |
		(fake.room ? 0 : FR_TXFF);
}

uint32_t arch_device_read(struct hv_pa at)
{
	uint64_t offset = at.u - hv_system.uart_base.u;

	if (offset >= 0x1000 && fake.device_read)
		return fake.device_read(at);
	if (offset == UARTFR)
		return uart_flags();
	if (offset == UARTDR && fake.input && *fake.input)
		return (uint8_t)*fake.input++;
	return 0;
}

void arch_device_write(struct hv_pa at, uint32_t value)
{
	uint64_t offset = at.u - hv_system.uart_base.u;

	if (offset >= 0x1000 && fake.device_write)
		fake.device_write(at, value);
	if (offset != UARTDR)
		return;
	if (fake.room == 0 || fake.n_sent + 1 >= FAKE_SENT_SIZE)
		abort();	/* a byte would be lost */
	fake.room--;
	fake.sent[fake.n_sent++] = (char)value;
}

uint64_t arch_time_us(void)
{
	return fake.now_us;
}

void arch_alarm(uint32_t us)
{
	fake.alarm_us = fake.now_us + us;
}

void fake_uart(void)
{
	uint32_t line = hv_system.uart_line;

	console_uart_irq();
	while (fake.n_pends[line] || fake.alarm_us) {
		if (fake.n_pends[line]) {
			fake.n_pends[line] = 0;
			console_uart_irq();
			continue;
		}
		fake.now_us = fake.alarm_us;
		fake.alarm_us = 0;
		console_drain();
	}
}

const char *fake_sent(void)
{
	static char copy[FAKE_SENT_SIZE];

	memcpy(copy, fake.sent, fake.n_sent);
	copy[fake.n_sent] = '\0';
	fake.room += fake.n_sent;
	fake.n_sent = 0;
	return copy;
}
