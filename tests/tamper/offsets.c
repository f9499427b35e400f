/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints where the fields of the ABI are, for the program that tampers with
 * them: "STRUCT.FIELD OFFSET SIZE" and "STRUCT SIZE 0", from the headers.
 */
#include <stdio.h>

#include "hv_abi_aarch64.h"
#include "hv_abi_loader.h"

/* A table, not a way to make functions: one line for each field. */
#define FIELD(s, f) \
	{ #s "." #f, offsetof(struct s, f), sizeof(((struct s *)0)->f) }
#define SIZE(s) { #s, sizeof(struct s), 0 }

static const struct { const char *name; size_t number, size; } rows[] = {
	FIELD(hv_segment, kind), FIELD(hv_segment, cell),
	FIELD(hv_segment, offset), FIELD(hv_segment, size),
	FIELD(hv_segment, destination), FIELD(hv_segment, sha256),
	FIELD(hv_image_head, magic), FIELD(hv_image_head, abi_version),
	FIELD(hv_image_head, n_segments), FIELD(hv_image_head, file_size),
	FIELD(hv_image_head, tables_offset), FIELD(hv_image_head, identity),
	FIELD(hv_image_head, segments),
	FIELD(hv_head, magic), FIELD(hv_head, total_size),
	FIELD(hv_head, identity), FIELD(hv_head, runtime), FIELD(hv_head, base),
	FIELD(hv_head, cpus), FIELD(hv_head, cells), FIELD(hv_head, ram),
	FIELD(hv_head, channels), FIELD(hv_head, ends),
	FIELD(hv_head, switches), FIELD(hv_head, pool),
	FIELD(hv_head, arch_board), FIELD(hv_head, arch_cpus),
	FIELD(hv_head, arch_cells), FIELD(hv_head, root_cell),
	FIELD(hv_head, uart_line), FIELD(hv_head, uart_base),
	FIELD(hv_cpu, hwid), FIELD(hv_cpu, virtual_hwid), FIELD(hv_cpu, cell),
	FIELD(hv_cpu, index), FIELD(hv_cpu, delivery), FIELD(hv_cpu, area),
	FIELD(hv_cell, name), FIELD(hv_cell, flags), FIELD(hv_cell, managed),
	FIELD(hv_cell, cpu_mask), FIELD(hv_cell, boot_cpu),
	FIELD(hv_cell, n_cpus), FIELD(hv_cell, entry), FIELD(hv_cell, tree),
	FIELD(hv_cell, regions), FIELD(hv_cell, mmio), FIELD(hv_cell, copies),
	FIELD(hv_cell, line_words), FIELD(hv_cell, on_crash),
	FIELD(hv_cell, on_poweroff), FIELD(hv_cell, root_switch),
	FIELD(hv_cell, console), FIELD(hv_cell, console_line),
	FIELD(hv_cell, console_ring),
	FIELD(hv_region, pa), FIELD(hv_region, ipa), FIELD(hv_region, size),
	FIELD(hv_region, kind), FIELD(hv_region, flags), FIELD(hv_region, arg),
	FIELD(hv_mmio, base), FIELD(hv_mmio, size), FIELD(hv_mmio, handler),
	FIELD(hv_mmio, arg),
	FIELD(hv_copy, from), FIELD(hv_copy, to), FIELD(hv_copy, size),
	FIELD(hv_switch, condition), FIELD(hv_switch, owner),
	FIELD(hv_switch, subject), FIELD(hv_switch, is_on_at_boot),
	FIELD(hv_switch, words),
	FIELD(hv_switch_word, index), FIELD(hv_switch_word, on),
	FIELD(hv_channel, pa), FIELD(hv_channel, size), FIELD(hv_channel, flags),
	FIELD(hv_end, cell), FIELD(hv_end, line), FIELD(hv_end, flags),
	FIELD(hv_end, doorbell), FIELD(hv_end, may_ring),
	FIELD(hv_ram, base), FIELD(hv_ram, size),
	FIELD(hv_a64_board, gicd), FIELD(hv_a64_board, n_lines),
	FIELD(hv_a64_board, conduit), FIELD(hv_a64_board, pa_bits),
	FIELD(hv_a64_board, maintenance_line), FIELD(hv_a64_board, ttbr0_el2),
	FIELD(hv_a64_board, tcr_el2), FIELD(hv_a64_board, mair_el2),
	FIELD(hv_a64_board, vtcr_el2),
	FIELD(hv_a64_cpu, gicr), FIELD(hv_a64_cpu, gicr_size),
	FIELD(hv_a64_cpu, ipi_line), FIELD(hv_a64_cpu, zero),
	FIELD(hv_a64_cell, vttbr_el2),
	FIELD(hv_head, abi_version), FIELD(hv_head, arch),
	FIELD(hv_head, image_size), FIELD(hv_head, memory_size),
	FIELD(hv_head, uart), FIELD(hv_head, uart_cpu), FIELD(hv_head, log_ring),
	FIELD(hv_cpu, zero),
	FIELD(hv_cell, on_reboot), FIELD(hv_cell, event_line),
	FIELD(hv_cell, mmio_slots), FIELD(hv_cell, mmio_multiplier),
	FIELD(hv_cell, mmio_shift),
	FIELD(hv_region, zero),
	FIELD(hv_switch, arg), FIELD(hv_switch, zero),
	FIELD(hv_channel, name), FIELD(hv_channel, ends), FIELD(hv_channel, zero),
	FIELD(hv_end, channel), FIELD(hv_end, memory),
	FIELD(hv_a64_board, gicd_size), FIELD(hv_a64_board, is_n_lines_assumed),
	FIELD(hv_a64_board, hyp_timer_line),
	FIELD(hv_a64_board, virtual_timer_line),
	FIELD(hv_a64_board, physical_timer_line),
	FIELD(hv_head, virtios),
	FIELD(hv_loader, magic), FIELD(hv_loader, abi_version),
	FIELD(hv_loader, size), FIELD(hv_loader, identity),
	FIELD(hv_loader, runtime), FIELD(hv_loader, root_cell),
	FIELD(hv_loader, zero), FIELD(hv_loader, cells),
	FIELD(hv_loader, virtios), FIELD(hv_loader_cell, name),
	FIELD(hv_loader_virtio, name), FIELD(hv_loader_virtio, kind),
	FIELD(hv_loader_virtio, flags), FIELD(hv_loader_virtio, front),
	FIELD(hv_loader_virtio, n_queues), FIELD(hv_loader_virtio, backend),
	FIELD(hv_loader_virtio, mac), FIELD(hv_loader_virtio, zero),
	FIELD(hv_loader_virtio, path),
	FIELD(hv_virtio, name), FIELD(hv_virtio, kind),
	FIELD(hv_virtio, flags), FIELD(hv_virtio, front),
	FIELD(hv_virtio, back), FIELD(hv_virtio, front_line),
	FIELD(hv_virtio, back_line), FIELD(hv_virtio, window),
	FIELD(hv_virtio, registers), FIELD(hv_virtio, back_registers),
	FIELD(hv_virtio, back_ring), FIELD(hv_virtio, views),
	FIELD(hv_virtio, n_queues), FIELD(hv_virtio, zero),
	FIELD(hv_view, front), FIELD(hv_view, back), FIELD(hv_view, size),
	FIELD(hv_view, flags), FIELD(hv_view, zero),
	FIELD(hv_on, action), FIELD(hv_on, limit),
	FIELD(hv_list, offset), FIELD(hv_list, count),
	SIZE(hv_segment), SIZE(hv_cpu), SIZE(hv_cell), SIZE(hv_region),
	SIZE(hv_mmio), SIZE(hv_copy), SIZE(hv_switch), SIZE(hv_switch_word),
	SIZE(hv_channel), SIZE(hv_end), SIZE(hv_ram), SIZE(hv_a64_board),
	SIZE(hv_a64_cpu), SIZE(hv_a64_cell), SIZE(hv_virtio), SIZE(hv_view),
	SIZE(hv_loader_virtio),
};

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		printf("%s %zu %zu\n", rows[i].name, rows[i].number,
		       rows[i].size);
	return 0;
}
