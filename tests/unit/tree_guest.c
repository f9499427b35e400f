/* SPDX-License-Identifier: BSD-2-Clause */
/* The devicetree of a cell says what the cell has, and nothing else. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/fdt_write.h"
#include "emit/emit.h"
#include "hv_abi_aarch64.h"
#include "target/aarch64/tree.h"

#define PHANDLE_GIC 1
#define PHANDLE_CLOCK 2
#define PHANDLE_GPIO 3
#define PHANDLE_IOMMU 4
#define PHANDLE_REGULATOR 5
#define PHANDLE_RESET 6

static const struct target target = {
	.name = "aarch64",
	.write_tree_cpu = aarch64_write_tree_cpu,
	.write_tree = aarch64_write_tree,
	.line_cells = aarch64_line_cells,
};

/* What place would have made of one cell on one board. */
struct fixture {
	struct arena *arena;
	struct diag *diag;
	struct board_cpu cpus[4];
	struct device devices[4];
	struct device_need needs[2];
	struct board board;
	struct device_use uses[4];
	struct cell_cpu cell_cpus[2];
	struct channel_end channel_ends[2];
	struct channel channel;
	struct cell cell, peer;
	struct mapping mappings[3];
	struct trap traps[3];
	struct cell_layout cells[2];
	struct end_layout ends[2];
	struct channel_layout channels[1];
	struct model model;
	struct layout layout;
};

static void add_provider(struct fdt_write *w, const char *name,
			 const char *compatible, const char *cells,
			 uint32_t phandle)
{
	fdt_write_node(w, name);
	fdt_write_string(w, "compatible", compatible);
	if (cells)
		fdt_write_u32(w, cells, cells[1] == 'g' ? 2 : 0);
	fdt_write_u32(w, "phandle", phandle);
	fdt_write_node_end(w);
}

static void add_uart(struct fdt_write *w)
{
	const uint32_t clocks[] = { PHANDLE_CLOCK };
	const uint32_t gpios[] = { PHANDLE_GPIO, 3, 0 };

	fdt_write_node(w, "uart@9000000");
	fdt_write_string(w, "compatible", "test,uart");
	fdt_write_string(w, "status", "okay");
	fdt_write_cells(w, "clocks", clocks, 1);
	fdt_write_string(w, "clock-names", "uartclk");
	fdt_write_u32(w, "vdd-supply", PHANDLE_REGULATOR);
	fdt_write_u32(w, "iommus", PHANDLE_IOMMU);
	fdt_write_u32(w, "resets", PHANDLE_RESET);
	fdt_write_string(w, "reset-names", "all");
	fdt_write_cells(w, "cts-gpios", gpios, 3);
	fdt_write_u32(w, "test,fifo", 16);
	fdt_write_node(w, "bluetooth");
	fdt_write_string(w, "compatible", "test,bluetooth");
	fdt_write_node_end(w);
	fdt_write_node_end(w);
}

static void add_bridge(struct fdt_write *w)
{
	const uint32_t ranges[] = {
		0x2000000, 0, 0x10000000, 0x10000000, 0, 0x1000000 };
	const uint32_t map[] = {
		0, 0, 0, 1, PHANDLE_GIC, 0, 0, 0, 3, 4,
		0, 0, 0, 2, PHANDLE_GPIO, 7,
		0x800, 0, 0, 1, PHANDLE_GIC, 0, 0, 0, 4, 4 };

	fdt_write_node(w, "pcie@3f000000");
	fdt_write_string(w, "compatible", "pci-host-ecam-generic");
	fdt_write_string(w, "device_type", "pci");
	fdt_write_u32(w, "#address-cells", 3);
	fdt_write_u32(w, "#size-cells", 2);
	fdt_write_u32(w, "#interrupt-cells", 1);
	fdt_write_cells(w, "ranges", ranges, ARRAY_SIZE(ranges));
	fdt_write_cells(w, "interrupt-map", map, ARRAY_SIZE(map));
	fdt_write_u32(w, "msi-map", 7);
	fdt_write_node_end(w);
}

/* One address cell at the root: the guest has two, and both must be right. */
static const void *board_tree(struct arena *a, size_t *size)
{
	struct fdt_write w = fdt_write_begin(a, 100);
	const char *why;

	fdt_write_node(&w, "");
	fdt_write_string(&w, "compatible", "test,board");
	fdt_write_u32(&w, "#address-cells", 1);
	fdt_write_u32(&w, "#size-cells", 1);
	fdt_write_u32(&w, "interrupt-parent", PHANDLE_GIC);
	fdt_write_node(&w, "intc@8000000");
	fdt_write_u32(&w, "phandle", PHANDLE_GIC);
	fdt_write_u32(&w, "#interrupt-cells", 3);
	fdt_write_u32(&w, "#address-cells", 2);
	fdt_write_node_end(&w);
	add_provider(&w, "clock", "fixed-clock", "#clock-cells", PHANDLE_CLOCK);
	add_provider(&w, "gpio@1000", "test,gpio", "#gpio-cells", PHANDLE_GPIO);
	add_provider(&w, "iommu@2000", "test,iommu", "#iommu-cells",
		     PHANDLE_IOMMU);
	add_provider(&w, "reset@3000", "test,reset", "#reset-cells",
		     PHANDLE_RESET);
	add_provider(&w, "regulator", "regulator-fixed", NULL,
		     PHANDLE_REGULATOR);
	add_uart(&w);
	add_bridge(&w);
	fdt_write_node_end(&w);
	return fdt_write_end(&w, size, &why);
}

static struct ipa_range ipa(uint64_t base, uint64_t size)
{
	return (struct ipa_range){ { base }, size };
}

static struct device device(const struct fixture *f, const char *path,
			    const char *name, enum device_role role,
			    const struct device_reg *regs, size_t n_regs,
			    const struct line *lines, size_t n_lines)
{
	return (struct device){
		.path = path, .name = name, .role = role,
		.node = fdt_path_offset(f->board.fdt, path),
		.regs = regs, .n_regs = n_regs,
		.lines = lines, .n_lines = n_lines,
	};
}

static void make_devices(struct fixture *f)
{
	static const struct device_reg uart_regs[] = {
		{ .range = { { 0x9000000 }, 0x1000 } } };
	static const struct device_reg bridge_regs[] = {
		{ .range = { { 0x3f000000 }, 0x1000000 } },
		{ .range = { { 0x10000000 }, 0x1000000 }, .is_window = true } };
	static const struct line uart_lines[] = {
		{ .kind = LINE_SPI, .number = 5, .trigger = LINE_LEVEL_HIGH } };

	f->devices[0] = device(f, "/uart@9000000", "uart", DEVICE_UART,
			       uart_regs, 1, uart_lines, 1);
	for (size_t i = 0; i < ARRAY_SIZE(f->needs); i++)
		f->needs[i] = (struct device_need){
			.kind = i ? NEED_SUPPLY : NEED_CLOCK,
			.path = i ? "/regulator" : "/clock", .is_fixed = true,
			.node = fdt_path_offset(f->board.fdt,
						i ? "/regulator" : "/clock") };
	f->devices[0].needs = f->needs;
	f->devices[0].n_needs = ARRAY_SIZE(f->needs);
	f->devices[1] = device(f, "/pcie@3f000000", "pcie", DEVICE_HOST_BRIDGE,
			       bridge_regs, 2, NULL, 0);
	f->devices[2] = device(f, "/intc@8000000", "intc",
			       DEVICE_INTERRUPT_CONTROLLER, NULL, 0, NULL, 0);
	f->board.devices = f->devices;
	f->board.n_devices = 3;
	f->uses[0].device = &f->devices[0];
	f->uses[1].device = &f->devices[1];
}

static void make_board(struct fixture *f)
{
	for (uint32_t i = 0; i < 4; i++)
		f->cpus[i] = (struct board_cpu){
			.hwid = i, .compatible = "arm,cortex-a53" };
	f->board.cpus = f->cpus;
	f->board.n_cpus = 4;
	f->board.fdt = board_tree(f->arena, &f->board.fdt_size);
	f->board.controller = (struct interrupt_controller){
		.is_present = true, .version = 3,
		.distributor = { { 0x8000000 }, 0x10000 },
		.redistributor_stride = 0x20000 };
	f->board.timer = (struct board_timer){
		.is_present = true, .has_secure = true, .secure_ppi = 13,
		.physical_ppi = 14, .virtual_ppi = 11, .hyp_ppi = 10 };
	make_devices(f);
}

static void make_cell(struct fixture *f)
{
	f->cell_cpus[0].index = 1;
	f->cell_cpus[1].index = 3;
	f->cell = (struct cell){
		.name = "linux", .cpus = f->cell_cpus, .n_cpus = 2,
		.devices = f->uses, .n_devices = 2,
		.console = CONSOLE_VIRTUAL,
		.boot = { .kind = BOOT_LINUX, .cmdline = "quiet" } };
	f->peer = (struct cell){ .name = "control", .index = 1 };
	f->mappings[0] = (struct mapping){
		.kind = MAP_RAM, .ipa = ipa(0x40000000, 0x8000000),
		.access = { true, true, true, false } };
	f->mappings[1] = (struct mapping){
		.kind = MAP_RAM, .ipa = ipa(0x48000000, 0x8000000),
		.access = { true, true, true, false } };
	f->mappings[2] = (struct mapping){
		.kind = MAP_RAM, .ipa = ipa(0x60000000, 0x1000),
		.access = { true, false, true, false } };
	f->traps[0] = (struct trap){
		.kind = TRAP_CONTROLLER, .ipa = ipa(0x8000000, 0x10000) };
	f->traps[1] = (struct trap){
		.kind = TRAP_CONTROLLER_CPU, .ipa = ipa(0x80c0000, 0x20000),
		.arg = 1 };
	f->traps[2] = (struct trap){
		.kind = TRAP_CONTROLLER_CPU, .ipa = ipa(0x8100000, 0x20000),
		.arg = 3 };
}

static void make_channel(struct fixture *f)
{
	f->channel_ends[0] = (struct channel_end){
		.cell = &f->cell, .may_write = true };
	f->channel_ends[1] = (struct channel_end){
		.cell = &f->peer, .may_write = false };
	f->channel = (struct channel){
		.name = "telemetry", .ends = f->channel_ends, .n_ends = 2,
		.has_doorbell = true };
	for (uint32_t i = 0; i < 2; i++)
		f->ends[i] = (struct end_layout){
			.channel = &f->channel, .end = &f->channel_ends[i],
			.end_i = i, .memory = { 0x70000000 },
			.doorbell = { 0x70010000 },
			.doorbell_spi = i ? UINT32_MAX : 40 };
	f->channels[0] = (struct channel_layout){
		.channel = &f->channel,
		.memory = { { 0x50000000 }, 0x10000 } };
}

static struct fixture *fixture(void)
{
	struct arena *a = arena_new();
	struct fixture *f = arena_alloc(a, sizeof(*f));
	static const struct diag_options options;

	f->arena = a;
	f->diag = diag_new(a, source_new(a), &options);
	make_board(f);
	make_cell(f);
	make_channel(f);
	f->cells[0] = (struct cell_layout){
		.cell = &f->cell, .mappings = f->mappings, .n_mappings = 3,
		.traps = f->traps, .n_traps = 3, .tree_slot = 0x10000,
		.has_console_line = true, .console_spi = 50,
		.console_ipa = { 0xa000000 } };
	f->cells[1] = (struct cell_layout){ .cell = &f->peer };
	f->model = (struct model){
		.target = &target, .board = &f->board, .cells = &f->cell,
		.n_cells = 1, .channels = &f->channel, .n_channels = 1 };
	f->layout = (struct layout){
		.model = &f->model, .cells = f->cells, .ends = f->ends,
		.n_ends = 2, .channels = f->channels };
	return f;
}

static const void *emitted(struct fixture *f)
{
	struct tree t;

	cr_assert(emit_tree(f->arena, &f->layout, &f->cell, &t, f->diag));
	cr_assert(fdt_check_full(t.blob, t.size) == 0);
	return t.blob;
}

static const void *property(const void *t, const char *path, const char *name,
			    int *size)
{
	int n = fdt_path_offset(t, path);

	cr_assert(n >= 0, "no node %s", path);
	return fdt_getprop(t, n, name, size);
}

static bool has(const void *t, const char *path, const char *name)
{
	int size;

	return property(t, path, name, &size);
}

static uint32_t cell_of(const void *t, const char *path, const char *name,
			int i)
{
	int size;
	const fdt32_t *p = property(t, path, name, &size);

	cr_assert(p && (i + 1) * 4 <= size, "%s %s", path, name);
	return fdt32_to_cpu(p[i]);
}

static int size_of(const void *t, const char *path, const char *name)
{
	int size;

	cr_assert(property(t, path, name, &size), "%s %s", path, name);
	return size;
}

Test(tree, cpus_are_the_cells_own)
{
	const void *t = emitted(fixture());

	cr_assert(fdt_path_offset(t, "/cpus/cpu@0") < 0);
	cr_assert(fdt_path_offset(t, "/cpus/cpu@2") < 0);
	cr_assert(cell_of(t, "/cpus/cpu@1", "reg", 0) == 1);
	cr_assert(cell_of(t, "/cpus/cpu@3", "reg", 0) == 3);
}

Test(tree, virtual_cpus_count_from_where_the_cell_says)
{
	struct fixture *f = fixture();

	f->cell.has_virtual_ids = true;

	const void *t = emitted(f);

	cr_assert(cell_of(t, "/cpus/cpu@0", "reg", 0) == 0);
	cr_assert(cell_of(t, "/cpus/cpu@1", "reg", 0) == 1);
	cr_assert(fdt_path_offset(t, "/cpus/cpu@3") < 0);
}

Test(tree, memory_is_the_granted_ram_and_neighbours_are_one)
{
	const void *t = emitted(fixture());

	cr_assert(cell_of(t, "/memory@40000000", "reg", 1) == 0x40000000);
	cr_assert(cell_of(t, "/memory@40000000", "reg", 3) == 0x10000000);
	cr_assert(fdt_path_offset(t, "/memory@48000000") < 0);
}

Test(tree, read_only_memory_is_not_ram)
{
	cr_assert(fdt_path_offset(emitted(fixture()), "/memory@60000000") < 0);
}

Test(tree, redistributors_are_one_region_for_each_run)
{
	struct fixture *f = fixture();
	const char *gic = "/interrupt-controller@8000000";
	const void *t = emitted(f);

	cr_assert(cell_of(t, gic, "#redistributor-regions", 0) == 2);
	cr_assert(size_of(t, gic, "reg") == 3 * 16);
	f->traps[2].ipa.base.u = 0x80e0000;
	t = emitted(f);
	cr_assert(cell_of(t, gic, "#redistributor-regions", 0) == 1);
	cr_assert(cell_of(t, gic, "reg", 7) == 0x40000);
}

Test(tree, devices_are_where_they_are)
{
	const void *t = emitted(fixture());

	cr_assert(size_of(t, "/uart@9000000", "reg") == 16);
	cr_assert(cell_of(t, "/uart@9000000", "reg", 1) == 0x9000000);
	cr_assert(cell_of(t, "/uart@9000000", "interrupts", 1) == 5);
	cr_assert(cell_of(t, "/uart@9000000", "test,fifo", 0) == 16);
	cr_assert(fdt_path_offset(t, "/uart@9000000/bluetooth") > 0);
	cr_assert(!has(t, "/uart@9000000", "status"));
}

Test(tree, fixed_providers_come_along)
{
	const void *t = emitted(fixture());

	cr_assert(has(t, "/uart@9000000", "clocks"));
	cr_assert(has(t, "/uart@9000000", "clock-names"));
	cr_assert(has(t, "/uart@9000000", "vdd-supply"));
	cr_assert(cell_of(t, "/clock", "phandle", 0) ==
		  cell_of(t, "/uart@9000000", "clocks", 0));
	cr_assert(fdt_path_offset(t, "/regulator") > 0);
}

Test(tree, what_the_cell_does_not_have_is_not_referred_to)
{
	const void *t = emitted(fixture());

	cr_assert(!has(t, "/uart@9000000", "iommus"));
	cr_assert(!has(t, "/uart@9000000", "resets"));
	cr_assert(!has(t, "/uart@9000000", "reset-names"));
	cr_assert(!has(t, "/uart@9000000", "cts-gpios"));
	cr_assert(!has(t, "/pcie@3f000000", "msi-map"));
	cr_assert(fdt_path_offset(t, "/reset@3000") < 0);
}

Test(tree, no_two_nodes_have_the_same_phandle)
{
	const void *t = emitted(fixture());
	uint32_t seen[64], n = 0;

	for (int node = 0; node >= 0; node = fdt_next_node(t, node, NULL)) {
		uint32_t p = fdt_get_phandle(t, node);

		for (uint32_t i = 0; p && i < n; i++)
			cr_assert(seen[i] != p);
		if (p)
			seen[n++] = p;
	}
	cr_assert(n >= 5);
}

Test(tree, a_bridge_is_written_in_the_guests_cells)
{
	const void *t = emitted(fixture());
	const char *path = "/pcie@3f000000";

	cr_assert(size_of(t, path, "ranges") == 7 * 4);
	cr_assert(cell_of(t, path, "ranges", 4) == 0x10000000);
	cr_assert(cell_of(t, path, "ranges", 6) == 0x1000000);
	cr_assert(size_of(t, path, "interrupt-map") == 16 * 4);
	cr_assert(cell_of(t, path, "interrupt-map", 6) == 3);
	cr_assert(cell_of(t, path, "interrupt-map", 14) == 4);
	cr_assert(cell_of(t, path, "interrupt-map", 8) == 0x800);
}

Test(tree, the_console_is_an_edge)
{
	const void *t = emitted(fixture());
	int size;

	cr_assert(cell_of(t, "/serial@a000000", "interrupts", 1) == 50);
	cr_assert(cell_of(t, "/serial@a000000", "interrupts", 2) == 1);
	cr_assert_str_eq(property(t, "/chosen", "stdout-path", &size),
			 "/serial@a000000");
	cr_assert_str_eq(property(t, "/chosen", "bootargs", &size), "quiet");
	cr_assert(!has(t, "/chosen", "rng-seed"));
}

Test(tree, a_channel_has_its_memory_and_a_node)
{
	const void *t = emitted(fixture());
	const char *node = "/channel@70010000";

	cr_assert(has(t, "/reserved-memory/telemetry@70000000", "no-map"));
	cr_assert(cell_of(t, "/reserved-memory/telemetry@70000000", "reg", 3) ==
		  0x10000);
	cr_assert(cell_of(t, node, "memory-region", 0) ==
		  cell_of(t, "/reserved-memory/telemetry@70000000", "phandle", 0));
	cr_assert(cell_of(t, node, "interrupts", 1) == 40);
	cr_assert(cell_of(t, node, "interrupts", 2) == 1);
	cr_assert(!has(t, node, "read-only"));
}

Test(tree, a_reader_is_told_so_and_is_never_rung_for_nothing)
{
	struct fixture *f = fixture();

	f->channel_ends[0].may_write = false;
	f->ends[0].doorbell_spi = UINT32_MAX;

	const void *t = emitted(f);

	cr_assert(has(t, "/channel@70010000", "read-only"));
	cr_assert(!has(t, "/channel@70010000", "interrupts"));
}

Test(tree, the_identity_is_zero_until_it_is_known)
{
	const void *t = emitted(fixture());
	const uint8_t zero[32] = { 0 };
	int size;
	const void *p = property(t, "/hypervisor", "identity", &size);

	cr_assert(p && size == 32 && !memcmp(p, zero, 32));
	cr_assert(cell_of(t, "/hypervisor", "abi-version", 0) == HV_ABI_VERSION);
}

Test(tree, events_are_heard_by_who_has_a_line_for_them)
{
	struct fixture *f = fixture();

	cr_assert(!has(emitted(f), "/hypervisor", "interrupts"));
	f->cells[0].has_event_line = true;
	f->cells[0].event_spi = 52;

	const void *t = emitted(f);

	cr_assert(cell_of(t, "/hypervisor", "interrupts", 1) == 52);
	cr_assert(cell_of(t, "/hypervisor", "interrupts", 2) == 1);
}

Test(tree, the_same_layout_gives_the_same_bytes)
{
	struct fixture *f = fixture();
	struct tree a, b;

	cr_assert(emit_tree(f->arena, &f->layout, &f->cell, &a, f->diag));
	cr_assert(emit_tree(f->arena, &f->layout, &f->cell, &b, f->diag));
	cr_assert(a.size == b.size && !memcmp(a.blob, b.blob, a.size));
}

Test(tree, one_that_does_not_fit_its_place_is_an_error)
{
	struct fixture *f = fixture();
	struct tree t;

	f->cells[0].tree_slot = 512;
	cr_assert(!emit_tree(f->arena, &f->layout, &f->cell, &t, f->diag));
	cr_assert(diag_errors(f->diag) == 1);
}

/* What merges is a file; the cell only has its path. */
static bool merges(struct fixture *f, const char *text, struct tree *t)
{
	char path[] = "/tmp/tree_guest.XXXXXX";
	int fd = mkstemp(path);
	FILE *out = fdopen(fd, "w");

	fputs(text, out);
	fclose(out);
	f->cell.tree_path = path;

	bool is_merged = emit_tree(f->arena, &f->layout, &f->cell, t, f->diag);

	remove(path);
	return is_merged;
}

Test(tree, a_merged_tree_adds_what_is_not_ours)
{
	struct tree t;

	cr_assert(merges(fixture(), "/ { note = \"mine\"; leds { x; }; };"
			 "&{/uart@9000000} { fast; };", &t));
	cr_assert(has(t.blob, "/", "note"));
	cr_assert(has(t.blob, "/leds", "x"));
	cr_assert(has(t.blob, "/uart@9000000", "fast"));
}

Test(tree, a_merged_tree_changes_nothing_of_ours)
{
	static const char *const texts[] = {
		"/ { extra@1000 { reg = <0 0x1000 0 0x1000>; }; };",
		"/ { x { interrupts = <0 1 4>; }; };",
		"/ { x { iommus = <1>; }; };",
		"/ { memory@50000000 { device_type = \"memory\"; }; };",
		"&{/uart@9000000} { reg = <0 0x1000 0 0x1000>; };",
		"&{/uart@9000000} { /delete-property/ reg; };",
		"/ { /delete-node/ memory@40000000; };",
		"/ { hypervisor { identity = [00]; }; };",
		"/ { #address-cells = <1>; };",
		"&{/psci} { method = \"smc\"; };",
		"/ { uart@9000000 ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct fixture *f = fixture();
		struct tree t;

		cr_assert(!merges(f, texts[i], &t), "%s", texts[i]);
		cr_assert(diag_errors(f->diag) > 0);
	}
}
