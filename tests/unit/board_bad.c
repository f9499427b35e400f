/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees that lie. Whatever the bytes are, hvcc says what is wrong and goes on. */
#include "resolving.h"

#define ROOM 8192

/* A tree that is good, made in place; its size. */
static size_t make_tree(uint8_t *fdt)
{
	const fdt32_t memory[] = { cpu_to_fdt32(0), cpu_to_fdt32(0x40000000),
				   cpu_to_fdt32(0), cpu_to_fdt32(0x10000000) };
	const fdt32_t line[] = { cpu_to_fdt32(0), cpu_to_fdt32(1),
				 cpu_to_fdt32(4) };

	fdt_create(fdt, ROOM);
	fdt_add_reservemap_entry(fdt, 0x40000000, 0x1000);
	fdt_finish_reservemap(fdt);
	fdt_begin_node(fdt, "");
	fdt_property_u32(fdt, "#address-cells", 2);
	fdt_property_u32(fdt, "#size-cells", 2);
	fdt_property_u32(fdt, "interrupt-parent", 1);
	fdt_begin_node(fdt, "memory@40000000");
	fdt_property_string(fdt, "device_type", "memory");
	fdt_property(fdt, "reg", memory, sizeof(memory));
	fdt_end_node(fdt);
	fdt_begin_node(fdt, "intc");
	fdt_property_u32(fdt, "phandle", 1);
	fdt_property_u32(fdt, "#interrupt-cells", 3);
	fdt_property_string(fdt, "compatible", "arm,gic-v3");
	fdt_end_node(fdt);
	fdt_begin_node(fdt, "uart");
	fdt_property_string(fdt, "compatible", "arm,pl011");
	fdt_property(fdt, "interrupts", line, sizeof(line));
	fdt_property(fdt, "reg", memory, sizeof(memory));
	fdt_end_node(fdt);
	fdt_end_node(fdt);
	fdt_finish(fdt);
	return fdt_totalsize(fdt);
}

static void run_bytes(struct resolving *r, const void *bytes, size_t size)
{
	resolving_file(r, "x.dtb", bytes, size);
	resolving_run(r, "board \"x.dtb\";");
}

static void run_tree(struct resolving *r, uint8_t *fdt)
{
	fdt_end_node(fdt);
	fdt_finish(fdt);
	run_bytes(r, fdt, fdt_totalsize(fdt));
}

/* The root is open, and may get properties and nodes. */
static void begin_tree(uint8_t *fdt)
{
	fdt_create(fdt, ROOM);
	fdt_finish_reservemap(fdt);
	fdt_begin_node(fdt, "");
}

Test(board_bad, every_shorter_file_is_refused)
{
	struct resolving r = resolving_new();
	uint8_t fdt[ROOM];
	size_t size = make_tree(fdt);

	for (size_t n = 0; n < size; n++) {
		run_bytes(&r, fdt, n);
		cr_expect_gt(diag_errors(r.diag), 0, "%zu of %zu bytes", n,
			     size);
		cr_expect_null(r.model->board->fdt);
	}
	run_bytes(&r, fdt, size);
	cr_expect_not_null(r.model->board->fdt);
	resolving_free(&r);
}

Test(board_bad, no_flipped_bit_is_a_crash)
{
	struct resolving r = resolving_new();
	uint8_t fdt[ROOM];
	size_t size = make_tree(fdt);

	for (size_t bit = 0; bit < size * 8; bit++) {
		fdt[bit / 8] ^= (uint8_t)(1 << bit % 8);
		run_bytes(&r, fdt, size);
		fdt[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	resolving_free(&r);
}

Test(board_bad, a_lie_about_the_size_is_told_with_both_numbers)
{
	struct resolving r = resolving_new();
	uint8_t fdt[ROOM];
	size_t size = make_tree(fdt);

	fdt_set_totalsize(fdt, 0x12345);
	run_bytes(&r, fdt, size);
	expect_says(&r, "its head says 0x12345 bytes, and the file has 0x");
	resolving_free(&r);
}

Test(board_bad, nesting_has_an_end)
{
	struct resolving r = resolving_new();
	uint8_t fdt[ROOM];

	begin_tree(fdt);
	for (int i = 0; i < 100; i++)
		fdt_begin_node(fdt, "n");
	for (int i = 0; i < 100; i++)
		fdt_end_node(fdt);
	run_tree(&r, fdt);
	expect_says(&r, "nodes nested deeper than 64");
	resolving_free(&r);
}

Test(board_bad, paths_have_an_end)
{
	struct resolving r = resolving_new();
	uint8_t fdt[ROOM];
	char name[601] = { 0 };

	memset(name, 'n', 600);
	begin_tree(fdt);
	fdt_begin_node(fdt, name);
	fdt_begin_node(fdt, name);
	fdt_end_node(fdt);
	fdt_end_node(fdt);
	run_tree(&r, fdt);
	expect_says(&r, "a path longer than 1024");
	resolving_free(&r);
}

Test(board_bad, interrupt_parents_may_form_a_circle)
{
	struct resolving r = resolving_new();
	uint8_t fdt[ROOM];
	const fdt32_t map[] = { cpu_to_fdt32(7), cpu_to_fdt32(4),
				cpu_to_fdt32(7) };

	begin_tree(fdt);
	for (uint32_t i = 1; i <= 2; i++) {
		fdt_begin_node(fdt, i == 1 ? "a" : "b");
		fdt_property_u32(fdt, "phandle", i);
		fdt_property_u32(fdt, "interrupt-parent", 3 - i);
		fdt_property_u32(fdt, "interrupts", 1);
		fdt_end_node(fdt);
	}
	/* A nexus that is its own parent. */
	fdt_begin_node(fdt, "nexus");
	fdt_property_u32(fdt, "phandle", 4);
	fdt_property_u32(fdt, "#interrupt-cells", 1);
	fdt_property_u32(fdt, "#address-cells", 0);
	fdt_property(fdt, "interrupt-map", map, sizeof(map));
	fdt_begin_node(fdt, "c");
	fdt_property_u32(fdt, "interrupts", 7);
	fdt_end_node(fdt);
	fdt_end_node(fdt);
	run_tree(&r, fdt);
	expect_says(&r, "'/a' has interrupts, and no interrupt controller is"
		    " above it");
	cr_expect_eq(device_at(&r, "/nexus/c")->n_lines, 0);
	resolving_free(&r);
}

Test(board_bad, two_nodes_have_one_phandle)
{
	struct resolving r = resolving_new();
	uint8_t fdt[ROOM];

	begin_tree(fdt);
	fdt_begin_node(fdt, "a");
	fdt_property_u32(fdt, "phandle", 9);
	fdt_end_node(fdt);
	fdt_begin_node(fdt, "b");
	fdt_property_u32(fdt, "linux,phandle", 9);
	fdt_end_node(fdt);
	run_tree(&r, fdt);
	expect_says(&r, "'/a' and '/b' have the same phandle 0x9");
	resolving_free(&r);
}

/* Every number of cells that a bus may ask for, and more. */
Test(board_bad, any_number_of_cells)
{
	struct resolving r = resolving_new();
	static const uint32_t numbers[] = { 0, 1, 2, 3, 4, 5, 0x40000000,
					    UINT32_MAX };
	const uint8_t bytes[48] = { 1 };

	for (size_t i = 0; i < 64; i++) {
		uint8_t fdt[ROOM];

		begin_tree(fdt);
		fdt_begin_node(fdt, "bus");
		fdt_property_u32(fdt, "#address-cells", numbers[i % 8]);
		fdt_property_u32(fdt, "#size-cells", numbers[i / 8]);
		fdt_property_u32(fdt, "#interrupt-cells", numbers[i / 8]);
		fdt_property(fdt, "ranges", bytes, sizeof(bytes));
		fdt_property(fdt, "interrupt-map", bytes, sizeof(bytes));
		fdt_begin_node(fdt, "a");
		fdt_property_string(fdt, "device_type", "pci");
		fdt_property(fdt, "reg", bytes, sizeof(bytes) - 1);
		fdt_property(fdt, "ranges", bytes, sizeof(bytes));
		fdt_property(fdt, "interrupts", bytes, sizeof(bytes) - 1);
		fdt_end_node(fdt);
		fdt_end_node(fdt);
		run_tree(&r, fdt);
		cr_expect_gt(diag_errors(r.diag), 0);
	}
	resolving_free(&r);
}

Test(board_bad, strings_without_an_end)
{
	struct resolving r = resolving_new();
	uint8_t fdt[ROOM];

	begin_tree(fdt);
	fdt_begin_node(fdt, "a");
	fdt_property(fdt, "compatible", "arm,gic-v3", 10);
	fdt_property(fdt, "status", "okay", 4);
	fdt_property(fdt, "reg-names", "", 0);
	fdt_end_node(fdt);
	run_tree(&r, fdt);
	cr_expect_null(device_at(&r, "/a")->compatible);
	/* A status that cannot be read is not okay. */
	cr_expect(device_at(&r, "/a")->is_disabled);
	resolving_free(&r);
}

Test(board_bad, an_empty_board_lacks_everything_in_one_message)
{
	struct resolving r = resolving_new();
	uint8_t fdt[ROOM];

	begin_tree(fdt);
	run_tree(&r, fdt);
	cr_expect_eq(diag_errors(r.diag), 1);
	expect_says(&r, "the board has no cpu, no memory, no interrupt"
		    " controller, no timer, no psci conduit");
	resolving_free(&r);
}

/* 16,000 registers through 5,000 windows, and as many interrupts by a map. */
Test(board_bad, tables_are_not_multiplied_without_end, .timeout = 60)
{
	enum { BYTES = 128 << 10, ALL = 1 << 20 };
	struct resolving r = resolving_new();
	uint8_t *fdt = malloc(ALL), *bytes = calloc(1, BYTES);

	fdt_create(fdt, ALL);
	fdt_finish_reservemap(fdt);
	fdt_begin_node(fdt, "");
	fdt_begin_node(fdt, "bus");
	fdt_property_u32(fdt, "phandle", 1);
	fdt_property_u32(fdt, "#address-cells", 1);
	fdt_property_u32(fdt, "#size-cells", 1);
	fdt_property_u32(fdt, "#interrupt-cells", 1);
	for (size_t i = 0; i + 12 <= BYTES; i += 12)
		bytes[i + 11] = 1;
	fdt_property(fdt, "ranges", bytes, BYTES / 12 * 12);
	memset(bytes, 0, BYTES);
	for (size_t i = 0; i < BYTES; i += 16)
		bytes[i + 11] = 1;
	fdt_property(fdt, "interrupt-map", bytes, BYTES);
	for (size_t i = 0; i < BYTES; i += 4)
		bytes[i] = 0x80;
	for (int i = 0; i < 3; i++) {
		fdt_begin_node(fdt, "a");
		fdt_property(fdt, "reg", bytes, BYTES);
		fdt_property(fdt, "interrupts", bytes, BYTES);
		fdt_end_node(fdt);
	}
	fdt_end_node(fdt);
	fdt_end_node(fdt);
	cr_assert_eq(fdt_finish(fdt), 0);
	run_bytes(&r, fdt, fdt_totalsize(fdt));
	expect_says(&r, "are too large to follow");
	free(fdt);
	free(bytes);
	resolving_free(&r);
}
