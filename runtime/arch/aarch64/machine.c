/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - refuses a machine that is not the one in the tables.
 *
 * Runs before anything is written anywhere, MMU off. A bank of RAM is probed
 * at its last word: absent memory aborts. Memory that answers at a second
 * address as well (a bank with fewer address lines) is not found this way.
 */
#include "arch/aarch64/boot.h"

#include "arch/aarch64/cpu.h"
#include "arch/aarch64/firmware.h"
#include "dev/console.h"

#define MPIDR_AFFINITY UINT64_C(0xff00ffffff)

void boot_say(const char *what, struct text *why)
{
	console_early_puts(what);
	console_early_puts(text_line(why));
}

void boot_refuse(struct text *why)
{
	boot_say("hvisor: refused: ", why);
	arch_halt();
}

/* Both are aligned to words. */
static bool is_same(const struct hv_sha256 *a, const struct hv_sha256 *b)
{
	const uint64_t *x = (const void *)a, *y = (const void *)b;

	return x[0] == y[0] && x[1] == y[1] && x[2] == y[2] && x[3] == y[3];
}

bool machine_has_tables(struct text *why)
{
	const struct hv_image_head *image = (const void *)hv_image_base;

	if (hv_system.magic != HV_MAGIC || image->magic != HV_IMAGE_MAGIC)
		text_add(why, "the image has no tables");
	else if (hv_system.abi_version != HV_ABI_VERSION)
		text_add(why, "the tables are of another version");
	else if (hv_system.arch != HV_A64_MACHINE)
		text_add(why, "the tables are for another architecture");
	else if (image->n_segments > HV_MAX_SEGMENTS - 1 ||
		 hv_system.cells.count > HV_MAX_CELLS ||
		 hv_system.cpus.count > HV_MAX_CPUS)
		text_add(why, "the tables have too many rows");
	else if (!is_same(&image->identity, &hv_system.identity))
		text_add(why, "tables and payloads are not of one image");
	return why->size == 0;
}

static uint32_t find_this_cpu(struct text *why)
{
	uint64_t hwid = SYSREG_READ(mpidr_el1) & MPIDR_AFFINITY;

	for (uint32_t i = 0; i < hv_system.cpus.count; i++) {
		if (hv_cpu_row(i)->hwid == hwid)
			return i;
	}
	text_add(why, "this CPU, ");
	text_add_hex(why, hwid);
	text_add(why, ", is not in the tables");
	return HV_NONE;
}

/* ID_AA64MMFR0_EL1.PARange, DDI 0487 D19.2.64. */
static uint32_t pa_bits(void)
{
	switch (SYSREG_READ(id_aa64mmfr0_el1) & 15) {
	case 0:
		return 32;
	case 1:
		return 36;
	case 2:
		return 40;
	case 3:
		return 42;
	case 4:
		return 44;
	}
	return 48;
}

bool machine_check_cpu(struct text *why)
{
	const struct hv_a64_board *board = hv_rows(hv_system.arch_board);

	if (id_field(SYSREG_READ(id_aa64mmfr0_el1), 28) == 15) {
		text_add(why, "the CPU has no 4 KiB translation granule");
		return false;
	}
	if (pa_bits() < board->pa_bits) {
		text_add(why, "the CPU has ");
		text_add_dec(why, pa_bits());
		text_add(why, " address bits, the tables need ");
		text_add_dec(why, board->pa_bits);
		return false;
	}
	return true;
}

static bool check_memory(struct text *why)
{
	const struct hv_ram *ram = hv_rows(hv_system.ram);

	for (uint32_t i = 0; i < hv_system.ram.count; i++) {
		uint64_t last = ram[i].base.u + ram[i].size - 8;

		if (head_probe(last))
			continue;
		text_add(why, "no memory at ");
		text_add_hex(why, last);
		text_add(why, "; the board has ");
		text_add_hex(why, ram[i].base.u);
		text_add(why, "..");
		text_add_hex(why, last + 7);
		return false;
	}
	return true;
}

void machine_name_cpu(uint32_t cpu_i, struct text *why)
{
	text_add(why, "CPU ");
	text_add_dec(why, cpu_i);
	text_add(why, " (");
	text_add_hex(why, hv_cpu_row(cpu_i)->hwid);
	text_add(why, ")");
}

static bool is_running(uint32_t cell_i)
{
	return cell_i != HV_NONE && hv_cell_row(cell_i)->flags & HV_CELL_RUNNING;
}

/* Nobody else executes anything, but a cell that is there already. */
static bool check_cpus(uint32_t own_i, struct text *why)
{
	for (uint32_t i = 0; i < hv_system.cpus.count; i++) {
		const struct hv_cpu *row = hv_cpu_row(i);
		int64_t state;

		if (i == own_i || is_running(row->cell))
			continue;
		state = firmware_affinity_info(row->hwid);
		if (state == FIRMWARE_OFF)
			continue;
		machine_name_cpu(i, why);
		text_add(why, state < 0 ? " is not there" : " is on already");
		return false;
	}
	return true;
}

uint32_t machine_check(struct text *why)
{
	uint32_t cpu_i = find_this_cpu(why);

	if (cpu_i == HV_NONE || hv.boot.is_checked)
		return cpu_i;
	if (!machine_check_cpu(why) || !gic_check(why) || !check_memory(why) ||
	    !check_cpus(cpu_i, why))
		return HV_NONE;
	hv.boot.is_checked = true;
	return cpu_i;
}
