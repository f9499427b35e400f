/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - refuses a machine that is not the one in the tables.
 *
 * Runs before anything is written anywhere, MMU off. A bank of RAM is probed
 * at its last word: absent memory aborts. Memory that answers at a second
 * address as well (a bank with fewer address lines) is not found this way.
 */
#include "arch/aarch64/boot.h"

#include "arch/aarch64/board.h"
#include "arch/aarch64/cpu.h"
#include "dev/console.h"

void boot_refuse(struct text *why)
{
	console_early_puts("hvisor: refused: ", why->bytes);
	arch_halt();
}

/* Both are aligned to words. */
static bool is_same(const struct hv_sha256 *a, const struct hv_sha256 *b)
{
	const uint64_t *x = (const void *)a, *y = (const void *)b;
	uint64_t differs = 0;

	for (uint32_t i = 0; i < sizeof(*a) / sizeof(*x); i++)
		differs |= x[i] ^ y[i];
	return differs == 0;
}

bool machine_has_tables(struct text *why)
{
	const struct hv_image_head *image = hv_image();
	const struct hv_head *h = &hv_system;

	if (h->magic != HV_MAGIC || image->magic != HV_IMAGE_MAGIC ||
	    h->abi_version != HV_ABI_VERSION || h->arch != HV_A64_MACHINE ||
	    image->n_segments > HV_MAX_SEGMENTS - 1 ||
	    h->cells.count > HV_MAX_CELLS || h->cpus.count > HV_MAX_CPUS)
		return text_add(why, "the image has no tables for this runtime");
	return is_same(&image->identity, &h->identity) ||
		text_add(why, "tables and payloads are not of one image");
}

static uint32_t find_this_cpu(struct text *why)
{
	uint64_t hwid = SYSREG_READ(mpidr_el1) & GIC_AFFINITY;

	for (uint32_t i = 0; i < hv_system.cpus.count; i++) {
		if (hv_cpu_row(i)->hwid == hwid)
			return i;
	}
	text_add(why, "this CPU, %#lx, is not in the tables", hwid);
	return HV_NONE;
}

bool machine_check_cpu(struct text *why)
{
	/* By ID_AA64MMFR0_EL1.PARange, DDI 0487 D19.2.64. */
	static const uint8_t pa_bits[8] = { 32, 36, 40, 42, 44, 48, 48, 48 };
	uint64_t mmfr0 = SYSREG_READ(id_aa64mmfr0_el1);

	if (id_field(mmfr0, 28) == 15)
		return text_add(why, "the CPU has no granule of 4 KiB");
	return pa_bits[mmfr0 & 7] >= a64_board()->pa_bits ||
		text_add(why, "the CPU has fewer address bits than the tables");
}

static bool check_memory(struct text *why)
{
	const struct hv_ram *ram = hv_rows(hv_system.ram);

	for (uint32_t i = 0; i < hv_system.ram.count; i++) {
		uint64_t last = ram[i].base.u + ram[i].size - 8;

		if (!head_probe(last))
			return text_add(why, "no memory at %#lx, the end of a bank",
					last);
	}
	return true;
}

/* Nobody else executes anything, but a cell that is there already. */
static bool check_cpus(uint32_t own_i, struct text *why)
{
	for (uint32_t i = 0; i < hv_system.cpus.count; i++) {
		if (boot_is_other(i, own_i) && !arch_cpu_is_off(i))
			return boot_says_of(i, "is missing, or on already", why);
	}
	return true;
}

static bool check_launch(bool is_late, struct text *why)
{
	return late_is_meant() == is_late ||
		text_add(why, is_late ?
			 "the image is for booting, it has no running cell" :
			 "the image is to be launched from the root cell");
}

uint32_t machine_check(bool is_late, struct text *why)
{
	uint32_t cpu_i = find_this_cpu(why);

	if (cpu_i == HV_NONE || hv.boot.is_checked)
		return cpu_i;
	if (!check_launch(is_late, why) || !machine_check_cpu(why) ||
	    !gic_check(why) || !check_memory(why) ||
	    !check_cpus(is_late ? HV_NONE : cpu_i, why))
		return HV_NONE;
	hv.boot.is_checked = true;
	return cpu_i;
}
