/* SPDX-License-Identifier: BSD-2-Clause */
/* What board { } makes of a board, with and without a tree under it. */
#include "resolving.h"

static const char machine[] =
	"board {\n"
	"	cpu 0x0 \"a\"; cpu 0x100 \"b\";\n"
	"	memory 1G at 0x40000000; memory 1G at 0x100000000;\n"
	"	reserved tee 1M at 0x40000000;\n"
	"	psci hvc;\n"
	"	gic { distributor 64K at 0x8000000;\n"
	"		redistributors 128K at 0x80a0000;\n"
	"		redistributors 128K at 0x8200000; stride 256K;\n"
	"		maintenance ppi 0; }\n"
	"	timer { physical ppi 14; virtual ppi 0; hyp ppi 10; }\n"
	"	device uart { compatible \"arm,pl011\"; registers 4K at 0x9000000;\n"
	"		registers 0x10 at 0x9010000; lines spi 1, spi 4..5, ppi 3; }\n"
	"	device \"a-b\" { compatible \"x\", \"ns16550a\"; edge; dma;\n"
	"		lines spi 9; disabled; }\n"
	"	device fw { compatible \"qemu,fw-cfg-mmio\"; }\n"
	"	device ethernet { registers 4K at 0x9020000; }\n"
	"	device bridge { compatible \"pci-host-ecam-generic\"; }\n"
	"	device vio { compatible \"virtio,mmio\"; }\n"
	"	lines 128; free lines spi 100..110, spi 120; address bits 36;\n"
	"}\n";

Test(board_block, says_a_whole_board)
{
	struct resolving r = resolving_new();
	const struct device *d;
	const struct board *b;

	resolving_run(&r, machine);
	expect_clean(&r);
	b = r.model->board;
	cr_expect_str_eq(r.model->target->name, "aarch64");
	cr_assert_eq(b->n_cpus, 2);
	cr_expect_eq(b->cpus[1].hwid, 0x100);
	cr_expect_str_eq(b->cpus[1].compatible, "b");
	cr_assert_eq(b->n_memory, 2);
	cr_expect_eq(b->memory[1].range.base.u, 0x100000000);
	cr_assert_eq(b->n_reserved, 1);
	cr_expect_str_eq(b->reserved[0].name, "tee");
	cr_expect_eq(b->conduit, CONDUIT_HVC);
	cr_expect_eq(b->controller.n_redistributors, 2);
	cr_expect_eq(b->controller.redistributor_stride, 256 * KIB);
	cr_expect_eq(b->controller.maintenance_ppi, 0);
	cr_expect_eq(b->timer.hyp_ppi, 10);
	cr_expect_eq(b->n_spis, 128);
	cr_expect(!b->is_n_spis_assumed && !b->is_address_bits_assumed);
	cr_expect_eq(b->address_bits, 36);
	cr_assert_eq(b->n_free_lines, 2);
	cr_expect_eq(b->free_lines[0].last, 110);
	cr_expect_eq(b->free_lines[1].first, 120);

	d = device_at(&r, "/uart");
	cr_expect_eq(d->role, DEVICE_UART);
	cr_expect_eq(d->uart, UART_PL011);
	cr_expect_eq(d->node, -1);
	cr_assert_eq(d->n_regs, 2);
	cr_assert_eq(d->n_lines, 4);
	cr_expect_eq(d->lines[2].number, 5);
	cr_expect_eq(d->lines[2].trigger, LINE_LEVEL_HIGH);
	cr_expect_eq(d->lines[3].kind, LINE_PPI);
	d = device_at(&r, "/a-b");
	cr_expect_eq(d->uart, UART_OTHER);
	cr_expect(d->can_dma && d->is_disabled);
	cr_expect_eq(d->lines[0].trigger, LINE_EDGE_RISING);
	cr_expect_str_eq(d->compatible, "x");
	cr_expect_eq(device_at(&r, "/fw")->role, DEVICE_FIRMWARE_CONFIG);
	cr_expect(device_at(&r, "/fw")->can_dma);
	cr_expect(device_at(&r, "/vio")->can_dma);
	cr_expect(device_at(&r, "/ethernet")->can_dma);
	cr_expect(device_at(&r, "/bridge")->can_dma);
	cr_expect(!device_at(&r, "/uart")->can_dma);
	resolving_free(&r);
}

Test(board_block, override_changes_only_what_it_says)
{
	struct resolving r = resolving_tree(
		"uart@9000000 { compatible = \"arm,pl011\";\n"
		"	reg = <0 0x9000000 0 0x1000>; interrupts = <0 1 4>; };\n",
		"} board {\n"
		"override memory 256M at 0x50000000;\n"
		"override cpu 1 \"c\";\n"
		"override psci hvc;\n"
		"override timer { physical ppi 1; virtual ppi 2; hyp ppi 3; }\n"
		"override device uart { lines spi 7; }\n");
	const struct board *b = r.model->board;
	const struct device *d = device_at(&r, "/uart@9000000");

	expect_clean(&r);
	cr_assert_eq(b->n_memory, 1);
	cr_expect_eq(b->memory[0].range.base.u, 0x50000000);
	cr_assert_eq(b->n_cpus, 2);
	cr_expect_str_eq(b->cpus[1].compatible, "c");
	cr_expect_str_eq(b->cpus[1].path, "/cpus/cpu@1");
	cr_expect_eq(b->conduit, CONDUIT_HVC);
	cr_expect_eq(b->timer.virtual_ppi, 2);
	cr_assert_eq(d->n_lines, 1);
	cr_expect_eq(d->lines[0].number, 7);
	cr_assert_eq(d->n_regs, 1);
	cr_expect_eq(d->regs[0].range.base.u, 0x9000000);
	cr_expect_eq(d->role, DEVICE_UART);
	resolving_free(&r);
}

/* One statement may stand for several of the tree's, and lists may shrink. */
Test(board_block, memory_replaces_what_it_overlaps)
{
	struct resolving r = resolving_new();

	resolving_run(&r, "board { memory 1M at 0x100000; memory 1M at 0x200000;"
		      " memory 1M at 0x300000; memory 1M at 0x500000;"
		      " override memory 3M at 0x180000;"
		      " memory 1M at 0x600000; }");
	cr_assert_eq(r.model->board->n_memory, 3);
	cr_expect_eq(r.model->board->memory[0].range.base.u, 0x500000);
	cr_expect_eq(r.model->board->memory[1].range.base.u, 0x180000);
	cr_expect_eq(r.model->board->memory[2].range.base.u, 0x600000);
	resolving_free(&r);
}

Test(board_block, a_name_of_two_devices_wants_a_path)
{
	struct resolving r = resolving_tree(
		"a@1000 { compatible = \"x\"; reg = <0 0x1000 0 0x10>; };\n"
		"a@2000 { compatible = \"x\"; reg = <0 0x2000 0 0x10>; };\n",
		"} board { override device a { disabled; }\n"
		"override device \"/a@2000\" { disabled; }");

	cr_expect_eq(diag_errors(r.diag), 1, "%s", r.printed);
	expect_says(&r, "'a' can be '/a@1000' and '/a@2000': write the path");
	cr_expect(device_at(&r, "/a@2000")->is_disabled);
	resolving_free(&r);
}
