/* SPDX-License-Identifier: BSD-2-Clause */
#include "resolving.h"

static const char *left_out(const struct resolving *r, const char *path)
{
	const struct model *m = r->model;

	for (size_t i = 0; i < m->n_left_out; i++)
		if (!strcmp(m->left_out[i].device->path, path))
			return m->left_out[i].reason;
	return NULL;
}

static bool has_device(const struct cell *c, const char *path)
{
	for (size_t i = 0; i < c->n_devices; i++)
		if (!strcmp(c->devices[i].device->path, path))
			return true;
	return false;
}

Test(resolve, defaults_of_a_root_cell_and_of_others)
{
	struct resolving r = resolving_tree("", "} cell two { cpus 1;"
		" memory ram 1M; } cell three { cpus 1; memory ram 1M;"
		" boot raw { image \"x.dts\"; }");
	const struct cell *root = &r.model->cells[0];
	const struct cell *two = &r.model->cells[1];
	const struct cell *three = &r.model->cells[2];

	expect_clean(&r);
	cr_expect_eq(r.model->root, root);
	cr_expect_eq(root->on_crash.action, ON_STOP);
	cr_expect_eq(root->on_reboot.action, ON_MACHINE_RESET);
	cr_expect_eq(root->on_poweroff.action, ON_MACHINE_OFF);
	cr_expect_null(root->managed.by);
	cr_expect_eq(two->on_crash.action, ON_STOP);
	cr_expect_eq(two->on_reboot.action, ON_RESTART);
	cr_expect_eq(two->on_poweroff.action, ON_STOP);
	cr_expect_eq(two->managed.by, root);
	cr_expect(two->managed.may_start && two->managed.may_stop);
	cr_expect(two->managed.may_load && !two->managed.may_console);
	/* Who has a payload needs no other. */
	cr_expect(three->managed.may_start && !three->managed.may_load);
	cr_expect_eq(two->console, CONSOLE_NONE);
	cr_expect_eq(two->boot.kind, BOOT_NONE);
	cr_expect_eq(r.model->hypervisor.console, CONSOLE_NONE);
	resolving_free(&r);
}

Test(resolve, without_a_root_cell_nobody_manages)
{
	struct resolving r = resolving_new();

	resolving_run(&r, "cell one { cpus 0; memory ram 1M; }");
	cr_expect_null(r.model->root);
	cr_expect_null(r.model->cells[0].managed.by);
	cr_expect(!r.model->cells[0].managed.may_start);
	resolving_free(&r);
}

Test(resolve, every_word_of_a_cell_arrives)
{
	struct resolving r = resolving_tree(
		"uart: serial@9000000 { compatible = \"arm,pl011\";\n"
		"	reg = <0 0x9000000 0 0x1000>; interrupts = <0 1 1>; };\n",
		"memory rom 0x2000 at 0x40000000 as 0x0 rx uncached;\n"
		"lines spi 1, spi 40..41; pmu; start manual; scrub at boot;\n"
		"console &uart; on crash restart 3; on poweroff machine reset;\n"
		"boot raw { image \"x.dts\" at 0x10; entry 0x20; }\n"
		"shared page &uart because \"why\";\n");
	const struct cell *c = &r.model->cells[0];
	const struct region *rom = &c->regions[1];

	expect_clean(&r);
	cr_assert_eq(c->n_regions, 2);
	cr_expect(!c->regions[0].has_pa && !c->regions[0].has_ipa);
	cr_expect_eq(rom->size, 0x2000);
	cr_expect(rom->has_pa && rom->has_ipa);
	cr_expect_eq(rom->pa.u, 0x40000000);
	cr_expect_eq(rom->ipa.u, 0);
	cr_expect(rom->access.may_read && !rom->access.may_write);
	cr_expect(rom->access.may_execute && rom->access.is_uncached);
	cr_expect_eq(rom->cell, c);
	cr_assert_eq(c->n_lines, 3);
	cr_expect_eq(c->lines[0].line.trigger, LINE_EDGE_RISING);
	cr_expect_eq(c->lines[2].line.number, 41);
	cr_expect_eq(c->lines[2].line.trigger, LINE_TRIGGER_UNKNOWN);
	cr_expect(c->has_pmu && c->is_start_manual && c->is_scrub_at_boot);
	cr_expect_eq(c->console, CONSOLE_DEVICE);
	cr_expect_eq(c->console_device, device_at(&r, "/serial@9000000"));
	cr_expect_eq(c->on_crash.action, ON_RESTART);
	cr_expect_eq(c->on_crash.limit, 3);
	cr_expect_eq(c->on_poweroff.action, ON_MACHINE_RESET);
	cr_expect_eq(c->boot.kind, BOOT_RAW);
	cr_expect(c->boot.has_image_ipa && c->boot.has_entry);
	cr_expect_eq(c->boot.image_ipa.u, 0x10);
	cr_expect_eq(c->boot.entry.u, 0x20);
	cr_assert_eq(r.model->n_shared_pages, 1);
	cr_expect_str_eq(r.model->shared_pages[0].because, "why");
	resolving_free(&r);
}

Test(resolve, ends_of_channels_and_policies)
{
	struct resolving r = resolving_tree("",
		"} cell two { cpus 1; memory ram 1M; }\n"
		"channel a { between one as 0x1000, two; memory 4K; doorbell; }\n"
		"channel b { from two to one; memory 8K at 0x41000000 uncached; }\n"
		"policy { isolate two; allow one <-> two via a;\n"
		"allow two -> one via b;");
	const struct model *m = r.model;

	expect_clean(&r);
	cr_assert_eq(m->n_channels, 2);
	cr_assert_eq(m->channels[0].n_ends, 2);
	cr_expect(m->channels[0].ends[0].has_ipa);
	cr_expect_eq(m->channels[0].ends[0].ipa.u, 0x1000);
	cr_expect(m->channels[0].ends[0].may_write);
	cr_expect(m->channels[0].ends[1].may_write);
	cr_expect(m->channels[0].has_doorbell && !m->channels[0].is_one_way);
	cr_expect_eq(m->channels[1].ends[0].cell, &m->cells[1]);
	cr_expect(m->channels[1].is_one_way && m->channels[1].is_uncached);
	cr_expect(m->channels[1].ends[0].may_write);
	cr_expect(!m->channels[1].ends[1].may_write);
	cr_expect_eq(m->channels[1].pa.u, 0x41000000);
	cr_assert_eq(m->n_policies, 3);
	cr_expect_eq(m->policies[0].kind, POLICY_ISOLATE);
	cr_expect(m->policies[1].is_both_ways);
	cr_expect_eq(m->policies[2].via, &m->channels[1]);
	resolving_free(&r);
}

static const char many[] =
	"plain@1000000 { compatible = \"p\"; reg = <0 0x1000000 0 0x100>;\n"
	"	interrupts = <0 5 4>; };\n"
	"taken@2000000 { compatible = \"t\"; reg = <0 0x2000000 0 0x100>;\n"
	"	interrupts = <0 6 4>; };\n"
	"beside@2000100 { compatible = \"b\"; reg = <0 0x2000100 0 0x100>; };\n"
	"next@2000fff { compatible = \"n\"; reg = <0 0x2000fff 0 0x1001>; };\n"
	"far@2002000 { compatible = \"f\"; reg = <0 0x2002000 0 0x100>; };\n"
	"line@3000000 { compatible = \"l\"; reg = <0 0x3000000 0 0x100>;\n"
	"	interrupts = <0 6 4>; };\n"
	"stated@3001000 { compatible = \"s\"; reg = <0 0x3001000 0 0x100>;\n"
	"	interrupts = <0 9 4>; };\n"
	"off@4000000 { compatible = \"o\"; reg = <0 0x4000000 0 0x100>;\n"
	"	status = \"disabled\"; };\n"
	"ethernet@5000000 { compatible = \"e\"; reg = <0 0x5000000 0 0x10>; };\n"
	"bank: bank@6000000 { compatible = \"g\"; reg = <0 0x6000000 0 0x10>;\n"
	"	#interrupt-cells = <1>; interrupt-controller; };\n"
	"key@6001000 { compatible = \"k\"; interrupt-parent = <&bank>;\n"
	"	reg = <0 0x6001000 0 0x10>; interrupts = <1>; };\n"
	"pmu { compatible = \"pmu\"; interrupts = <1 7 4>; };\n"
	"high@10000000000 { compatible = \"h\"; reg = <0x100 0 0 0x10>; };\n"
	"clock { compatible = \"fixed-clock\"; };\n";

Test(resolve, rest_takes_what_no_rule_forbids)
{
	struct resolving r = resolving_tree(many, "devices rest;\n"
		"} cell two { cpus 1; memory ram 1M; lines spi 9;\n"
		"devices &taken, &bank;");
	const struct cell *c = &r.model->cells[0];

	expect_clean(&r);
	cr_expect_eq(c->n_devices, 2);
	cr_expect(has_device(c, "/plain@1000000"));
	cr_expect(has_device(c, "/far@2002000"));
	cr_expect(c->devices[0].is_from_rest);
	cr_expect_null(left_out(&r, "/taken@2000000"));
	cr_expect_null(left_out(&r, "/clock"));
	cr_expect_str_eq(left_out(&r, "/beside@2000100"),
			 "it is in one 4 KiB page with '/taken@2000000'");
	cr_expect_str_eq(left_out(&r, "/line@3000000"),
			 "it has a line in common with '/taken@2000000'");
	cr_expect_str_eq(left_out(&r, "/stated@3001000"),
			 "another cell states its line");
	cr_expect_str_eq(left_out(&r, "/off@4000000"),
			 "the devicetree disables it");
	cr_expect_str_eq(left_out(&r, "/ethernet@5000000"), "it can do DMA"
			 " (the name of its node), and rest does not carry"
			 " `unprotected dma`");
	cr_expect_str_eq(left_out(&r, "/key@6001000"), "its interrupts end at"
			 " '/bank@6000000', which the cell does not have");
	cr_expect_str_eq(left_out(&r, "/pmu"),
			 "its lines are private to each cpu");
	cr_expect_str_eq(left_out(&r, "/high@10000000000"),
			 "its registers lie beyond 40 address bits");
	cr_expect_str_eq(left_out(&r, "/timer"),
			 "every cell has its own timers");
	resolving_free(&r);
}

/* next touches the page of taken with one byte, and its own second page. */
Test(resolve, a_page_ends_at_its_last_byte)
{
	struct resolving r = resolving_tree(many, "devices rest;\n"
		"} cell two { cpus 1; memory ram 1M; devices &taken;");

	cr_expect_str_eq(left_out(&r, "/next@2000fff"),
			 "it is in one 4 KiB page with '/taken@2000000'");
	cr_expect(has_device(&r.model->cells[0], "/far@2002000"));
	cr_expect(has_device(&r.model->cells[0], "/key@6001000"));
	resolving_free(&r);
}

Test(resolve, rest_obeys_except_and_waivers)
{
	struct resolving r = resolving_tree(many,
		"devices rest except &plain unprotected dma because \"all\";\n"
		"shared page &taken because \"trusted\";\n"
		"} cell two { cpus 1; memory ram 1M; devices &taken;");
	const struct cell *c = &r.model->cells[0];

	expect_clean(&r);
	cr_expect_str_eq(c->rest_dma_because, "all");
	cr_expect_str_eq(left_out(&r, "/plain@1000000"),
			 "the statement excepts it");
	cr_expect(has_device(c, "/ethernet@5000000"));
	cr_expect(has_device(c, "/beside@2000100"));
	cr_expect(!has_device(c, "/taken@2000000"));
	/* Only who needs the reason has it. */
	for (size_t i = 0; i < c->n_devices; i++)
		cr_expect_eq(!!c->devices[i].dma_because,
			     c->devices[i].device->can_dma);
	resolving_free(&r);
}

Test(resolve, a_left_out_neighbour_leaves_others_out)
{
	struct resolving r = resolving_tree(
		"ethernet@1000000 { compatible = \"e\";\n"
		"	reg = <0 0x1000000 0 0x10>; };\n"
		"a@1000800 { compatible = \"a\"; reg = <0 0x1000800 0 0x1000>; };\n"
		"b@1001900 { compatible = \"b\"; reg = <0 0x1001900 0 0x1000>; };\n",
		"devices rest;");

	cr_expect_str_eq(left_out(&r, "/a@1000800"),
			 "it is in one 4 KiB page with '/ethernet@1000000'");
	cr_expect_str_eq(left_out(&r, "/b@1001900"),
			 "it is in one 4 KiB page with '/a@1000800'");
	cr_expect_eq(r.model->cells[0].n_devices, 0);
	resolving_free(&r);
}

Test(resolve, names_of_devices)
{
	struct resolving r = resolving_tree(
		"aliases { port = \"/b@3000\"; both = \"/a@2000\"; };\n"
		"one: a@2000 { compatible = \"a\"; reg = <0 0x2000 0 0x10>; };\n"
		"b@3000 { compatible = \"b\"; reg = <0 0x3000 0 0x10>; };\n"
		"a@1000 { compatible = \"a\"; reg = <0 0x1000 0 0x10>; };\n"
		"gpio-keys { compatible = \"k\"; };\n"
		"both { compatible = \"c\"; };\n",
		"devices &one_;\n"
		"devices &port, &{/a@1000}, &\"gpio-keys\", &a[0..1];\n"
		"devices &a; devices &both; devices &{/memory@40000000};\n");
	const struct cell *c = &r.model->cells[0];

	cr_expect_eq(diag_errors(r.diag), 4, "%s", r.printed);
	expect_says(&r, "the board has no device 'one_'");
	expect_says(&r, "did you mean &one?");
	expect_says(&r, "'a' can be any of 2 devices: /a@2000, /a@1000");
	expect_says(&r, "'both' can be any of 2 devices: /a@2000, /both");
	expect_says(&r, "'/memory@40000000' is a node of the board, but no"
		    " device");
	cr_assert_eq(c->n_devices, 5);
	cr_expect_str_eq(c->devices[0].device->path, "/b@3000");
	cr_expect_str_eq(c->devices[2].device->path, "/gpio-keys");
	/* By their first registers. */
	cr_expect_str_eq(c->devices[3].device->path, "/a@1000");
	cr_expect_str_eq(c->devices[4].device->path, "/a@2000");
	resolving_free(&r);
}

Test(resolve, a_tree_without_labels_is_told)
{
	struct resolving r = resolving_new();
	uint8_t fdt[1024];

	fdt_create(fdt, sizeof(fdt));
	fdt_finish_reservemap(fdt);
	fdt_begin_node(fdt, "");
	fdt_begin_node(fdt, "pl011@9000000");
	fdt_property_string(fdt, "compatible", "arm,pl011");
	fdt_end_node(fdt);
	fdt_end_node(fdt);
	fdt_finish(fdt);
	resolving_file(&r, "x.dtb", fdt, fdt_totalsize(fdt));
	resolving_run(&r, "board \"x.dtb\"; cell one { cpus 0;"
		      " memory ram 1M; devices &pl012, &something_else; }");
	expect_says(&r, "did you mean &pl011? (the tree has no labels: it was"
		    " built without dtc -@)");
	expect_says(&r, "only node names, aliases and paths");
	resolving_free(&r);
}

Test(resolve, files_that_were_read_are_noted)
{
	struct resolving r = resolving_new();
	const char *main_text = "/dts-v1/; /include/ \"part.dtsi\" / { };";
	const char *part = "/ { model = \"x\"; };";
	bool has_part = false, has_payload = false;

	resolving_file(&r, "x.dts", main_text, strlen(main_text));
	resolving_file(&r, "part.dtsi", part, strlen(part));
	resolving_file(&r, "image", "x", 1);
	resolving_run(&r, "board \"x.dts\"; cell one { cpus 0; memory ram 1M;"
		      " boot raw { image \"image\"; } }");
	for (size_t i = 0; i < source_n_depends(r.source); i++) {
		has_part |= !!strstr(source_depends(r.source, i),
				     "/part.dtsi");
		has_payload |= !!strstr(source_depends(r.source, i), "/image");
	}
	cr_expect(has_part);
	cr_expect(has_payload);
	resolving_free(&r);
}
