/* SPDX-License-Identifier: BSD-2-Clause */
/* What a device asks of others, as its tree says it. */
#include "resolving.h"

static const struct device_need *need(const struct device *d,
				      enum need_kind kind, const char *path)
{
	for (size_t i = 0; i < d->n_needs; i++)
		if (d->needs[i].kind == kind && !strcmp(d->needs[i].path, path))
			return &d->needs[i];
	return NULL;
}

/* d asks once, by that property of that node, and `provider` has it. */
static void asks(const struct resolving *r, const char *device,
		 enum need_kind kind, const char *property, const char *by,
		 const char *path, const char *provider)
{
	const struct device_need *n = need(device_at(r, device), kind, path);

	cr_assert(n, "'%s' does not ask '%s'", device, path);
	cr_expect_str_eq(n->property, property);
	cr_expect_str_eq(n->by, by);
	cr_expect_eq(n->provider, provider ? device_at(r, provider) : NULL,
		     "'%s' is of '%s'", path,
		     n->provider ? n->provider->path : "nobody");
	cr_expect(!n->is_dangling);
}

#define PROVIDERS							\
	"clk: clk@1000 { compatible = \"clk\"; reg = <0 0x1000 0 0x1000>;\n" \
	"	#clock-cells = <1>; #reset-cells = <1>;\n"		\
	"	grp: grp { pins = <1>; };\n"				\
	"	dom: dom { #power-domain-cells = <0>; }; };\n"		\
	"bank: bank@2000 { compatible = \"bank\"; reg = <0 0x2000 0 0x1000>;\n" \
	"	#gpio-cells = <2>; #interrupt-cells = <2>;\n"		\
	"	interrupt-controller; };\n"				\
	"sys: sys@3000 { compatible = \"sys\", \"syscon\";\n"		\
	"	reg = <0 0x3000 0 0x1000>; };\n"

Test(board_needs, every_kind_of_reference_is_a_need)
{
	struct resolving r = resolving_tree(PROVIDERS
		"osc: osc { compatible = \"fixed-clock\"; #clock-cells = <0>; };\n"
		"a@9000 { compatible = \"a\"; reg = <0 0x9000 0 0x1000>;\n"
		"	clocks = <&osc>, <&clk 3>, <&clk 4>; resets = <&clk 1>;\n"
		"	power-domains = <&dom>; pinctrl-12 = <&grp>;\n"
		"	cs-gpios = <0>, <&bank 1 0>; interrupts-extended = <&bank 1 4>;\n"
		"	fsl,stop-mode = <&sys 8>; fsl,fifo = <&sys>;\n"
		"	nr-gpios = <&bank>; };\n", "");

	expect_clean(&r);
	asks(&r, "/a@9000", NEED_CLOCK, "clocks", "/a@9000", "/osc", "/osc");
	asks(&r, "/a@9000", NEED_CLOCK, "clocks", "/a@9000", "/clk@1000",
	     "/clk@1000");
	asks(&r, "/a@9000", NEED_RESET, "resets", "/a@9000", "/clk@1000",
	     "/clk@1000");
	asks(&r, "/a@9000", NEED_POWER, "power-domains", "/a@9000",
	     "/clk@1000/dom", "/clk@1000");
	asks(&r, "/a@9000", NEED_PINS, "pinctrl-12", "/a@9000",
	     "/clk@1000/grp", "/clk@1000");
	asks(&r, "/a@9000", NEED_GPIO, "cs-gpios", "/a@9000", "/bank@2000",
	     "/bank@2000");
	asks(&r, "/a@9000", NEED_INTERRUPT, "interrupts-extended", "/a@9000",
	     "/bank@2000", "/bank@2000");
	asks(&r, "/a@9000", NEED_SYSCON, "fsl,stop-mode", "/a@9000",
	     "/sys@3000", "/sys@3000");
	/* Clocks of one provider are one need; a number is none. */
	cr_expect_eq(device_at(&r, "/a@9000")->n_needs, 8);
	resolving_free(&r);
}

Test(board_needs, a_device_has_what_is_behind_it_whole)
{
	struct resolving r = resolving_tree(PROVIDERS
		"i2c@9000 { compatible = \"i2c\"; reg = <0 0x9000 0 0x1000>;\n"
		"	#address-cells = <1>; #size-cells = <0>;\n"
		"	pmic: pmic@8 { compatible = \"pmic\"; reg = <8>;\n"
		"		interrupt-parent = <&bank>; interrupts = <1 4>;\n"
		"		buck: buck { vin-supply = <&buck>; }; };\n"
		"	off@9 { compatible = \"off\"; reg = <9>;\n"
		"		status = \"disabled\"; clocks = <&clk 1>; }; };\n"
		"mmc@a000 { compatible = \"mmc\"; reg = <0 0xa000 0 0x1000>;\n"
		"	vmmc-supply = <&buck>; };\n", "");

	expect_clean(&r);
	asks(&r, "/i2c@9000", NEED_INTERRUPT, "interrupts", "/i2c@9000/pmic@8",
	     "/bank@2000", "/bank@2000");
	cr_expect_eq(device_at(&r, "/i2c@9000")->n_needs, 1);
	asks(&r, "/mmc@a000", NEED_SUPPLY, "vmmc-supply", "/mmc@a000",
	     "/i2c@9000/pmic@8/buck", "/i2c@9000");
	asks(&r, "/i2c@9000/pmic@8", NEED_PARENT, "", "/i2c@9000/pmic@8",
	     "/i2c@9000", "/i2c@9000");
	resolving_free(&r);
}

Test(board_needs, what_has_no_registers_passes_its_own_on)
{
	struct resolving r = resolving_tree(PROVIDERS
		"vin: vin { compatible = \"regulator-fixed\"; };\n"
		"sw: sw { compatible = \"regulator-fixed\"; gpio = <&bank 1 0>;\n"
		"	vin-supply = <&vin>; };\n"
		"glue { compatible = \"glue\"; resets = <&clk 0>; nvmem-cells = <&grp>;\n"
		"	#address-cells = <2>; #size-cells = <2>; ranges;\n"
		"	mmc@a000 { compatible = \"mmc\"; reg = <0 0xa000 0 0x1000>;\n"
		"		vmmc-supply = <&sw>; }; };\n", "");
	const struct device *d = device_at(&r, "/glue/mmc@a000");

	expect_clean(&r);
	asks(&r, "/glue/mmc@a000", NEED_SUPPLY, "vmmc-supply",
	     "/glue/mmc@a000", "/sw", "/sw");
	asks(&r, "/glue/mmc@a000", NEED_SUPPLY, "vin-supply", "/sw", "/vin",
	     "/vin");
	asks(&r, "/glue/mmc@a000", NEED_GPIO, "gpio", "/sw", "/bank@2000",
	     "/bank@2000");
	asks(&r, "/glue/mmc@a000", NEED_RESET, "resets", "/glue",
	     "/clk@1000", "/clk@1000");
	cr_expect(need(d, NEED_SUPPLY, "/sw")->is_fixed);
	cr_expect(need(d, NEED_SUPPLY, "/vin")->is_fixed);
	cr_expect(!need(d, NEED_GPIO, "/bank@2000")->is_fixed);
	cr_expect_eq(d->n_needs, 4);
	resolving_free(&r);
}

/* Whoever has them changes it, whatever the last of its words says. */
Test(board_needs, what_has_registers_is_not_fixed)
{
	struct resolving r = resolving_tree(
		"pll: pll@1000 { compatible = \"pll\", \"fixed-clock\";\n"
		"	reg = <0 0x1000 0 0x1000>; #clock-cells = <0>; };\n"
		"half: half { compatible = \"fixed-factor-clock\";\n"
		"	#clock-cells = <0>; clocks = <&pll>; };\n"
		"a@9000 { compatible = \"a\"; reg = <0 0x9000 0 0x1000>;\n"
		"	clocks = <&pll>, <&half>; };\n", "");
	const struct device *d = device_at(&r, "/a@9000");

	expect_clean(&r);
	cr_expect(!need(d, NEED_CLOCK, "/pll@1000")->is_fixed);
	cr_expect(!need(d, NEED_CLOCK, "/half")->is_fixed);
	resolving_free(&r);
}

Test(board_needs, a_factor_is_fixed_as_its_clock_is)
{
	struct resolving r = resolving_tree(PROVIDERS
		"osc: osc { compatible = \"fixed-clock\"; #clock-cells = <0>; };\n"
		"f1: f1 { compatible = \"fixed-factor-clock\";\n"
		"	#clock-cells = <0>; clocks = <&f2>; };\n"
		"f2: f2 { compatible = \"fixed-factor-clock\";\n"
		"	#clock-cells = <0>; clocks = <&osc>; };\n"
		"f3: f3 { compatible = \"fixed-factor-clock\";\n"
		"	#clock-cells = <0>; clocks = <&clk 1>; };\n"
		"f4: f4 { compatible = \"fixed-factor-clock\";\n"
		"	#clock-cells = <0>; clocks = <&f5>; };\n"
		"f5: f5 { compatible = \"fixed-factor-clock\";\n"
		"	#clock-cells = <0>; clocks = <&f4>; };\n"
		"a@9000 { compatible = \"a\"; reg = <0 0x9000 0 0x1000>;\n"
		"	clocks = <&f1>, <&f3>, <&f4>; };\n", "");
	const struct device *d = device_at(&r, "/a@9000");

	expect_clean(&r);
	cr_expect(need(d, NEED_CLOCK, "/f1")->is_fixed);
	cr_expect(need(d, NEED_CLOCK, "/f2")->is_fixed);
	cr_expect(need(d, NEED_CLOCK, "/osc")->is_fixed);
	cr_expect(!need(d, NEED_CLOCK, "/f3")->is_fixed);
	cr_expect(!need(d, NEED_CLOCK, "/clk@1000")->is_fixed);
	/* A circle ends nowhere. */
	cr_expect(!need(d, NEED_CLOCK, "/f4")->is_fixed);
	cr_expect(!need(d, NEED_CLOCK, "/f5")->is_fixed);
	resolving_free(&r);
}

Test(board_needs, behind_what_cannot_be_read_stands_all_that_could)
{
	struct resolving r = resolving_tree(PROVIDERS
		"a@9000 { compatible = \"a\"; reg = <0 0x9000 0 0x1000>;\n"
		"	clocks = <&sys 1>, <&clk 1>; resets = <&clk>;\n"
		"	dmas = <0x777 1>; iommus = [00 00 03];\n"
		"	mboxes = <&more 1>, <&mail 1>; pinctrl-0 = <0x777 &grp>; };\n"
		"mail: mail { compatible = \"m\"; #mbox-cells = <1>; };\n"
		"more: more { compatible = \"m\"; #mbox-cells = <9>; };\n",
		"");
	const struct device *d = device_at(&r, "/a@9000");

	expect_clean(&r);
	/* No #clock-cells: any number behind it may be a clock that has. */
	asks(&r, "/a@9000", NEED_CLOCK, "clocks", "/a@9000", "/sys@3000",
	     "/sys@3000");
	asks(&r, "/a@9000", NEED_CLOCK, "clocks", "/a@9000", "/clk@1000",
	     "/clk@1000");
	asks(&r, "/a@9000", NEED_MAILBOX, "mboxes", "/a@9000", "/mail", "/mail");
	/* A group of pins takes no numbers, whoever it is. */
	asks(&r, "/a@9000", NEED_PINS, "pinctrl-0", "/a@9000",
	     "/clk@1000/grp", "/clk@1000");
	asks(&r, "/a@9000", NEED_RESET, "resets", "/a@9000", "/clk@1000",
	     "/clk@1000");
	cr_assert(need(d, NEED_DMA, ""));
	cr_expect(need(d, NEED_DMA, "")->is_dangling);
	cr_expect_eq(d->n_needs, 8);
	resolving_free(&r);
}

Test(board_needs, a_plain_bus_owns_nothing_and_a_hog_asks_nothing)
{
	struct resolving r = resolving_tree(PROVIDERS
		"bus@40000 { compatible = \"v,bus\", \"simple-bus\";\n"
		"	reg = <0 0x40000 0 0x10000>; ranges;\n"
		"	#address-cells = <2>; #size-cells = <2>;\n"
		"	x: x@41000 { compatible = \"x\"; reg = <0 0x41000 0 0x1000>;\n"
		"		#gpio-cells = <2>; gpio-controller;\n"
		"		hog { gpio-hog; gpios = <1 0>; }; }; };\n", "");

	expect_clean(&r);
	cr_expect_eq(device_at(&r, "/bus@40000/x@41000")->n_needs, 0);
	resolving_free(&r);
}

#define MANY 200000
#define DEVICES 400

/* A node that asks for very many lines, and many devices that ask that node. */
static size_t make_flood(uint8_t *fdt, int size, const fdt32_t *lines)
{
	fdt_create(fdt, size);
	fdt_finish_reservemap(fdt);
	fdt_begin_node(fdt, "");
	fdt_begin_node(fdt, "bank");
	fdt_property_string(fdt, "compatible", "bank");
	fdt_property_u32(fdt, "phandle", 1);
	fdt_property_u32(fdt, "#interrupt-cells", 1);
	fdt_end_node(fdt);
	fdt_begin_node(fdt, "flood");
	fdt_property_string(fdt, "compatible", "flood");
	fdt_property_u32(fdt, "phandle", 2);
	fdt_property(fdt, "interrupts-extended", lines, 2 * MANY * 4);
	fdt_end_node(fdt);
	for (int i = 0; i < DEVICES; i++) {
		char name[16];

		snprintf(name, sizeof(name), "d%d", i);
		fdt_begin_node(fdt, name);
		fdt_property_string(fdt, "compatible", "d");
		fdt_property_u32(fdt, "phy-handle", 2);
		fdt_end_node(fdt);
	}
	fdt_end_node(fdt);
	fdt_finish(fdt);
	return fdt_totalsize(fdt);
}

Test(board_needs, what_is_passed_on_is_paid_for, .timeout = 60)
{
	struct resolving r = resolving_new();
	int room = 2 * MANY * 4 + DEVICES * 100 + 4096;
	uint8_t *fdt = malloc((size_t)room);
	fdt32_t *lines = calloc(2 * MANY, sizeof(*lines));

	for (size_t i = 0; i < MANY; i++)
		lines[2 * i] = cpu_to_fdt32(1);
	resolving_file(&r, "x.dtb", fdt, make_flood(fdt, room, lines));
	resolving_run(&r, "board \"x.dtb\";");
	expect_says(&r, "are too large to follow");
	free(lines);
	free(fdt);
	resolving_free(&r);
}
