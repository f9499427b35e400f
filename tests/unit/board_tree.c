/* SPDX-License-Identifier: BSD-2-Clause */
#include "resolving.h"

static struct pa_range range(const struct device *d, size_t i)
{
	cr_assert_lt(i, d->n_regs, "%s has %zu regs", d->path, d->n_regs);
	return d->regs[i].range;
}

static void has_line(const struct device *d, size_t i, enum line_kind kind,
		     uint32_t number, enum line_trigger trigger)
{
	cr_assert_lt(i, d->n_lines, "%s has %zu lines", d->path, d->n_lines);
	cr_expect_eq(d->lines[i].kind, kind);
	cr_expect_eq(d->lines[i].number, number);
	cr_expect_eq(d->lines[i].trigger, trigger);
}

static void ends_at(const struct device *d, const struct device *parent)
{
	cr_assert_eq(d->n_needs, 1);
	cr_expect_eq(d->needs[0].kind, NEED_INTERRUPT);
	cr_expect_eq(d->needs[0].provider, parent);
}

Test(board_tree, facts_are_the_trees)
{
	struct resolving r = resolving_tree(
		"reserved-memory { #address-cells = <2>; #size-cells = <2>;\n"
		"	ranges;\n"
		"	tee@4f000000 { reg = <0 0x4f000000 0 0x1000>; no-map; };\n"
		"	pool { size = <0 0x1000>; };\n"
		"};\n"
		"secure@c000000 { device_type = \"memory\";\n"
		"	status = \"disabled\"; reg = <0 0xc000000 0 0x1000>; };\n",
		"");
	const struct board *b = r.model->board;

	expect_clean(&r);
	cr_assert_eq(b->n_cpus, 2);
	cr_expect_eq(b->cpus[1].hwid, 1);
	cr_expect_str_eq(b->cpus[1].path, "/cpus/cpu@1");
	cr_assert_eq(b->n_memory, 1);
	cr_expect_eq(b->memory[0].range.base.u, 0x40000000);
	cr_expect_eq(b->memory[0].range.size, 0x40000000);
	cr_assert_eq(b->n_reserved, 1);
	cr_expect(b->reserved[0].is_no_map);
	cr_expect_eq(b->reserved[0].range.base.u, 0x4f000000);
	cr_expect_eq(b->conduit, CONDUIT_SMC);
	cr_expect(b->controller.is_present);
	cr_expect_eq(b->controller.distributor.base.u, 0x8000000);
	cr_assert_eq(b->controller.n_redistributors, 1);
	cr_expect_eq(b->controller.redistributors[0].size, 0xf60000);
	cr_expect_eq(b->controller.redistributor_stride, 0x20000);
	cr_expect_eq(b->controller.maintenance_ppi, 9);
	cr_expect(b->timer.has_secure);
	cr_expect_eq(b->timer.secure_ppi, 13);
	cr_expect_eq(b->timer.physical_ppi, 14);
	cr_expect_eq(b->timer.virtual_ppi, 11);
	cr_expect_eq(b->timer.hyp_ppi, 10);
	cr_expect(b->is_n_spis_assumed);
	cr_expect_eq(b->n_spis, 32);
	cr_expect_eq(b->address_bits, 40);
	cr_expect_str_eq(r.model->target->name, "aarch64");
	resolving_free(&r);
}

Test(board_tree, memreserve_is_reserved)
{
	struct resolving r = resolving_new();
	const char *text = "board \"x.dts\";";
	char *tree;

	cr_assert_geq(asprintf(&tree, "%s};", TREE_HEAD), 0);
	/* Right behind the version. */
	char *with = NULL;

	cr_assert_geq(asprintf(&with, "/dts-v1/;\n/memreserve/ 0x40000000"
			       " 0x2000;\n%s", tree + strlen("/dts-v1/;")), 0);
	resolving_file(&r, "x.dts", with, strlen(with));
	resolving_run(&r, text);
	cr_assert_eq(r.model->board->n_reserved, 1);
	cr_expect_str_eq(r.model->board->reserved[0].name, "/memreserve/");
	cr_expect_eq(r.model->board->reserved[0].range.size, 0x2000);
	free(tree);
	free(with);
	resolving_free(&r);
}

Test(board_tree, registers_go_through_every_bus)
{
	struct resolving r = resolving_tree(
		"soc@10000000 { compatible = \"simple-bus\";\n"
		"	#address-cells = <1>; #size-cells = <1>;\n"
		"	ranges = <0x0 0x1 0x10000000 0x100000>;\n"
		"	bus@1000 { compatible = \"simple-bus\";\n"
		"		#address-cells = <1>; #size-cells = <1>;\n"
		"		ranges = <0x500 0x1000 0x100>,\n"
		"			 <0x800 0x2000 0x100>;\n"
		"		a@510 { compatible = \"a\"; reg = <0x510 0x10>,\n"
		"			<0x8f0 0x10>; reg-names = \"x\", \"y\"; };\n"
		"		part@8f0 { compatible = \"a\";\n"
		"			reg = <0x8f0 0x20>; };\n"
		"		out@600 { compatible = \"a\";\n"
		"			reg = <0x600 0x10>; };\n"
		"	};\n"
		"	i2c@3000 { compatible = \"i2c\"; reg = <0x3000 0x100>;\n"
		"		#address-cells = <1>; #size-cells = <0>;\n"
		"		chip@50 { compatible = \"chip\"; reg = <0x50>; };\n"
		"	};\n"
		"};\n", "");
	const struct device *a = device_at(&r, "/soc@10000000/bus@1000/a@510");
	const struct device *part = device_at(&r,
		"/soc@10000000/bus@1000/part@8f0");

	expect_clean(&r);
	cr_expect_eq(range(a, 0).base.u, 0x110001010);
	cr_expect_eq(range(a, 0).size, 0x10);
	cr_expect_str_eq(a->regs[0].name, "x");
	cr_expect_eq(range(a, 1).base.u, 0x1100020f0);
	cr_expect_str_eq(a->regs[1].name, "y");
	/* The bus shows only half of it. */
	cr_expect_eq(range(part, 0).base.u, 0x1100020f0);
	cr_expect_eq(range(part, 0).size, 0x10);
	cr_expect_eq(device_at(&r, "/soc@10000000/bus@1000/out@600")->n_regs,
		     0);
	cr_expect_eq(range(device_at(&r, "/soc@10000000/i2c@3000"), 0).base.u,
		     0x110003000);
	cr_expect_eq(device_at(&r, "/soc@10000000/i2c@3000/chip@50")->n_regs,
		     0);
	resolving_free(&r);
}

Test(board_tree, lines_end_at_the_controller)
{
	struct resolving r = resolving_tree(
		"a { compatible = \"a\"; interrupts = <0 5 1>, <0 6 2>,\n"
		"	<0 7 4>, <0 8 8>, <0 5 1>, <1 3 0>; };\n"
		"gpio: gpio { compatible = \"gpio\"; #interrupt-cells = <2>;\n"
		"	interrupt-controller; interrupts = <0 20 4>; };\n"
		"key { compatible = \"key\"; interrupt-parent = <&gpio>;\n"
		"	interrupts = <3 1>; };\n"
		"both { compatible = \"both\"; interrupts = <0 99 4>;\n"
		"	interrupts-extended = <&gpio 1 1>, <&gic 0 9 4>; };\n"
		"off { compatible = \"off\"; status = \"disabled\";\n"
		"	interrupts = <0 70 4>; };\n", "");
	const struct device *a = device_at(&r, "/a");
	const struct device *both = device_at(&r, "/both");

	expect_clean(&r);
	cr_assert_eq(a->n_lines, 5);	/* spi 5 stands twice */
	has_line(a, 0, LINE_SPI, 5, LINE_EDGE_RISING);
	has_line(a, 1, LINE_SPI, 6, LINE_EDGE_FALLING);
	has_line(a, 2, LINE_SPI, 7, LINE_LEVEL_HIGH);
	has_line(a, 3, LINE_SPI, 8, LINE_LEVEL_LOW);
	has_line(a, 4, LINE_PPI, 3, LINE_TRIGGER_UNKNOWN);
	cr_expect_eq(device_at(&r, "/key")->n_lines, 0);
	ends_at(device_at(&r, "/key"), device_at(&r, "/gpio"));
	cr_assert_eq(both->n_lines, 1);
	has_line(both, 0, LINE_SPI, 9, LINE_LEVEL_HIGH);
	ends_at(both, device_at(&r, "/gpio"));
	/* Lines of disabled nodes are taken too. */
	cr_expect(device_at(&r, "/off")->is_disabled);
	has_line(device_at(&r, "/off"), 0, LINE_SPI, 70, LINE_LEVEL_HIGH);
	cr_expect_eq(r.model->board->n_spis, 96);
	resolving_free(&r);
}

Test(board_tree, a_nexus_is_followed)
{
	struct resolving r = resolving_tree(
		"nexus: nexus { #interrupt-cells = <1>; #address-cells = <0>;\n"
		"	interrupt-map-mask = <0xf>;\n"
		"	interrupt-map = <1 &gic 0 33 4>, <2 &gic 0 34 1>;\n"
		"	a { compatible = \"a\"; interrupts = <2>; };\n"
		"	b { compatible = \"b\"; interrupts = <0x71>; };\n"
		"	c { compatible = \"c\"; interrupts = <3>; };\n"
		"};\n", "");

	expect_clean(&r);
	has_line(device_at(&r, "/nexus/a"), 0, LINE_SPI, 34, LINE_EDGE_RISING);
	has_line(device_at(&r, "/nexus/b"), 0, LINE_SPI, 33, LINE_LEVEL_HIGH);
	cr_expect_eq(device_at(&r, "/nexus/c")->n_lines, 0);
	resolving_free(&r);
}

Test(board_tree, host_bridge_is_one_device)
{
	struct resolving r = resolving_tree(
		"pcie@10000000 { compatible = \"pci-host-ecam-generic\";\n"
		"	device_type = \"pci\"; #address-cells = <3>;\n"
		"	#size-cells = <2>; #interrupt-cells = <1>;\n"
		"	reg = <0x40 0x10000000 0 0x10000000>;\n"
		"	ranges = <0x1000000 0 0 0 0x3eff0000 0 0x10000>,\n"
		"		<0x2000000 0 0x10000000 0 0x10000000 0 0x2eff0000>;\n"
		"	interrupt-map-mask = <0 0 0 7>;\n"
		"	interrupt-map = <0 0 0 1 &gic 0 3 4>,\n"
		"			<0 0 0 2 &gic 0 4 4>,\n"
		"			<0 0 1 1 &gic 0 3 4>;\n"
		"	pci@0,0 { device_type = \"pci\"; compatible = \"x\";\n"
		"		#address-cells = <3>; #size-cells = <2>;\n"
		"		reg = <0 0 0 0 0>; };\n"
		"	intc { compatible = \"intc\"; interrupts-extended\n"
		"		= <&gic 0 8 4>; };\n"
		"};\n", "");
	const struct device *d = device_at(&r, "/pcie@10000000");

	expect_clean(&r);
	cr_expect_eq(d->role, DEVICE_HOST_BRIDGE);
	cr_expect(d->can_dma);
	cr_assert_eq(d->n_regs, 3);
	cr_expect(!d->regs[0].is_window);
	cr_expect(d->regs[2].is_window);
	cr_expect_eq(range(d, 0).base.u, 0x4010000000);
	cr_expect_eq(range(d, 1).base.u, 0x3eff0000);
	cr_expect_eq(range(d, 2).size, 0x2eff0000);
	cr_assert_eq(d->n_lines, 3);
	has_line(d, 0, LINE_SPI, 3, LINE_LEVEL_HIGH);
	has_line(d, 1, LINE_SPI, 4, LINE_LEVEL_HIGH);
	has_line(d, 2, LINE_SPI, 8, LINE_LEVEL_HIGH);
	/* What is behind it is a part of it. */
	for (size_t i = 0; i < r.model->board->n_devices; i++)
		cr_expect_null(strstr(r.model->board->devices[i].path,
				      "/pcie@10000000/"));
	resolving_free(&r);
}

Test(board_tree, every_sign_of_dma_counts)
{
	struct resolving r = resolving_tree(
		"smmu: iommu@1 { compatible = \"vendor,iommu\";\n"
		"	#iommu-cells = <1>; reg = <0 0x1000 0 0x10>; };\n"
		"a { compatible = \"a\"; iommus = <&smmu 1>; };\n"
		"b { compatible = \"b\"; dma-coherent; };\n"
		"c { compatible = \"c\", \"virtio,mmio\"; };\n"
		"ethernet@0 { compatible = \"d\"; reg = <0 0x2000 0 0x10>; };\n"
		"e { compatible = \"vendor,e\"; };\n"
		"f { compatible = \"vendor,f\"; };\n"
		"fw { compatible = \"qemu,fw-cfg-mmio\"; };\n",
		"} board { dma \"vendor,e\"; ");

	expect_clean(&r);
	cr_expect_eq(device_at(&r, "/iommu@1")->role, DEVICE_IOMMU);
	cr_expect_str_eq(device_at(&r, "/a")->dma_reason, "iommus");
	cr_expect_str_eq(device_at(&r, "/b")->dma_reason, "dma-coherent");
	cr_expect(device_at(&r, "/c")->can_dma);
	cr_expect(device_at(&r, "/ethernet@0")->can_dma);
	cr_expect(device_at(&r, "/e")->can_dma);
	cr_expect(!device_at(&r, "/f")->can_dma);
	cr_expect_eq(device_at(&r, "/fw")->role, DEVICE_FIRMWARE_CONFIG);
	cr_expect(device_at(&r, "/fw")->can_dma);
	resolving_free(&r);
}

Test(board_tree, disabled_is_inherited)
{
	struct resolving r = resolving_tree(
		"bus { compatible = \"simple-bus\"; status = \"disabled\";\n"
		"	a { compatible = \"a\"; status = \"okay\"; };\n"
		"};\n"
		"b { compatible = \"b\"; status = \"fail\"; };\n"
		"c { compatible = \"c\"; status = \"ok\"; };\n", "");

	cr_expect(device_at(&r, "/bus/a")->is_disabled);
	cr_expect(device_at(&r, "/b")->is_disabled);
	cr_expect(!device_at(&r, "/c")->is_disabled);
	resolving_free(&r);
}

Test(board_tree, timer_lines_may_have_names)
{
	struct resolving r = resolving_tree(
		"timer2 { };\n"
		"}; / { timer { interrupts = <1 10 4>, <1 0 4>, <1 14 4>;\n"
		"interrupt-names = \"hyp-phys\", \"virt\", \"phys\"; };\n", "");
	const struct board_timer *t = &r.model->board->timer;

	expect_clean(&r);
	cr_expect_eq(t->hyp_ppi, 10);
	cr_expect_eq(t->virtual_ppi, 0);
	cr_expect_eq(t->physical_ppi, 14);
	cr_expect(!t->has_secure);
	resolving_free(&r);
}
