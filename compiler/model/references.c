/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/references.h"

#include <string.h>

/* (Devicetree Specification 0.4, and the bindings of the Linux kernel) */
static const struct reference references[] = {
	{ .name = "clocks", .kind = NEED_CLOCK, .cells = CELLS_CLOCK,
	  .with = "clock-names" },
	{ .name = "assigned-clocks", .kind = NEED_CLOCK,
	  .cells = CELLS_CLOCK, .with = "assigned-clock-rates" },
	{ .name = "assigned-clock-parents", .kind = NEED_CLOCK,
	  .cells = CELLS_CLOCK },
	{ .name = "resets", .kind = NEED_RESET, .cells = CELLS_RESET,
	  .with = "reset-names" },
	{ .name = "power-domains", .kind = NEED_POWER,
	  .cells = CELLS_POWER_DOMAIN, .with = "power-domain-names" },
	{ .name = "pinctrl-#", .kind = NEED_PINS, .with = "pinctrl-names" },
	{ .name = "gpio-ranges", .kind = NEED_PINS, .cells = CELLS_THREE },
	{ .name = "*-supply", .kind = NEED_SUPPLY },
	{ .name = "gpio", .kind = NEED_GPIO, .cells = CELLS_GPIO },
	{ .name = "gpios", .kind = NEED_GPIO, .cells = CELLS_GPIO },
	{ .name = "*-gpio", .kind = NEED_GPIO, .cells = CELLS_GPIO },
	{ .name = "*-gpios", .kind = NEED_GPIO, .cells = CELLS_GPIO },
	{ .name = "mboxes", .kind = NEED_MAILBOX, .cells = CELLS_MBOX,
	  .with = "mbox-names" },
	{ .name = "qcom,smem-states", .kind = NEED_MAILBOX,
	  .cells = CELLS_SMEM_STATE, .with = "qcom,smem-state-names" },
	{ .name = "hwlocks", .kind = NEED_HWLOCK, .cells = CELLS_HWLOCK,
	  .with = "hwlock-names" },
	{ .name = "dmas", .kind = NEED_DMA, .cells = CELLS_DMA,
	  .with = "dma-names" },
	{ .name = "phys", .kind = NEED_PHY, .cells = CELLS_PHY,
	  .with = "phy-names" },
	{ .name = "phy-handle", .kind = NEED_PHY },
	{ .name = "pcs-handle", .kind = NEED_PHY },
	{ .name = "pcsphy-handle", .kind = NEED_PHY },
	{ .name = "usb-phy", .kind = NEED_PHY },
	{ .name = "fsl,usbphy", .kind = NEED_PHY },
	{ .name = "mdio-parent-bus", .kind = NEED_PHY },
	{ .name = "syscon", .kind = NEED_SYSCON, .shape = REFERENCE_FIRST },
	{ .name = "*-syscon", .kind = NEED_SYSCON, .shape = REFERENCE_FIRST },
	{ .name = "*,syscon", .kind = NEED_SYSCON, .shape = REFERENCE_FIRST },
	{ .name = "iommus", .kind = NEED_STREAM, .cells = CELLS_IOMMU },
	{ .name = "iommu-map", .kind = NEED_STREAM, .shape = REFERENCE_MAP },
	{ .name = "msi-parent", .kind = NEED_MSI, .cells = CELLS_MSI },
	{ .name = "msi-map", .kind = NEED_MSI, .shape = REFERENCE_MAP },
	{ .name = "memory-region", .kind = NEED_MEMORY,
	  .with = "memory-region-names" },
	{ .name = "pwms", .kind = NEED_OTHER, .cells = CELLS_PWM,
	  .with = "pwm-names" },
	{ .name = "io-channels", .kind = NEED_OTHER,
	  .cells = CELLS_IO_CHANNEL, .with = "io-channel-names" },
	{ .name = "interconnects", .kind = NEED_OTHER,
	  .cells = CELLS_INTERCONNECT, .with = "interconnect-names" },
	{ .name = "nvmem", .kind = NEED_OTHER, .with = "nvmem-names" },
	{ .name = "nvmem-cells", .kind = NEED_OTHER,
	  .with = "nvmem-cell-names" },
	{ .name = "thermal-sensors", .kind = NEED_OTHER,
	  .cells = CELLS_THERMAL_SENSOR },
	{ .name = "sound-dai", .kind = NEED_OTHER, .cells = CELLS_SOUND_DAI },
	{ .name = "mux-controls", .kind = NEED_OTHER, .cells = CELLS_MUX,
	  .with = "mux-control-names" },
	{ .name = "fsl,usbmisc", .kind = NEED_OTHER, .cells = CELLS_INDEX },
	{ .name = "mmc-pwrseq", .kind = NEED_OTHER },
	{ .name = "backlight", .kind = NEED_OTHER },
	{ .name = "ddc-i2c-bus", .kind = NEED_OTHER },
	{ .name = "i2c-parent", .kind = NEED_OTHER },
	{ .name = "i2c-bus", .kind = NEED_OTHER },
	{ .name = "extcon", .kind = NEED_OTHER },
	{ .name = "shmem", .kind = NEED_OTHER },
	{ .name = "sram", .kind = NEED_OTHER },
	{ .name = "ethernet", .kind = NEED_OTHER },
	{ .name = "operating-points-v2", .kind = NEED_OTHER,
	  .is_link = true },
	{ .name = "remote-endpoint", .kind = NEED_OTHER, .is_link = true },
	{ .name = "interrupt-affinity", .kind = NEED_OTHER, .is_link = true },
};

static const struct reference vendor_syscon = {
	.name = "", .kind = NEED_SYSCON, .shape = REFERENCE_FIRST,
};

/* Parts of vendors' words for a system controller. */
static const char *const vendor_words[] = {
	"syscon", "grf", "gpr", "sysctrl", "system-controller", "scfg",
	"sysreg", "syscfg", "sysmgr", "anatop", "pericfg", "infracfg", "-reg",
	"-control", "-ctrl", "-secure", "stop-mode", "dload-mode", ",pmu",
	",ipc", "serdes-clk", "clk-sram",
};

static const char *const cells_names[CELLS_N] = {
	[CELLS_CLOCK] = "#clock-cells",
	[CELLS_RESET] = "#reset-cells",
	[CELLS_POWER_DOMAIN] = "#power-domain-cells",
	[CELLS_GPIO] = "#gpio-cells",
	[CELLS_MBOX] = "#mbox-cells",
	[CELLS_HWLOCK] = "#hwlock-cells",
	[CELLS_DMA] = "#dma-cells",
	[CELLS_PHY] = "#phy-cells",
	[CELLS_IOMMU] = "#iommu-cells",
	[CELLS_MSI] = "#msi-cells",
	[CELLS_PWM] = "#pwm-cells",
	[CELLS_IO_CHANNEL] = "#io-channel-cells",
	[CELLS_INTERCONNECT] = "#interconnect-cells",
	[CELLS_THERMAL_SENSOR] = "#thermal-sensor-cells",
	[CELLS_SOUND_DAI] = "#sound-dai-cells",
	[CELLS_MUX] = "#mux-control-cells",
	[CELLS_SMEM_STATE] = "#qcom,smem-state-cells",
	[CELLS_INDEX] = "#index-cells",
};

/* A number of pins, which the pattern of a reference would take for one. */
static bool is_count(const char *name)
{
	static const char *const ends[] = { "nr-gpios", "num-gpios" };
	size_t n = strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		size_t size = strlen(ends[i]);

		if (n >= size && !strcmp(name + n - size, ends[i]))
			return true;
	}
	return false;
}

static bool is_named(const char *name, const char *pattern)
{
	size_t size = strlen(pattern), n = strlen(name);

	if (pattern[0] == '*')
		return n >= size && !strcmp(name + n - (size - 1), pattern + 1);
	if (pattern[size - 1] != '#')
		return !strcmp(name, pattern);
	return n >= size && !strncmp(name, pattern, size - 1) &&
	       strspn(name + size - 1, "0123456789") == n - (size - 1);
}

const struct reference *reference_find(const char *property)
{
	if (is_count(property))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(references); i++)
		if (is_named(property, references[i].name))
			return &references[i];
	return NULL;
}

bool reference_names(const char *property)
{
	for (size_t i = 0; i < ARRAY_SIZE(references); i++)
		if (references[i].with &&
		    !strcmp(references[i].with, property))
			return true;
	return false;
}

const struct reference *reference_of_vendor(const char *property)
{
	const char *comma = strchr(property, ',');

	for (size_t i = 0; comma && i < ARRAY_SIZE(vendor_words); i++)
		if (strstr(comma, vendor_words[i]))
			return &vendor_syscon;
	return NULL;
}

bool reference_binds(const struct device_need *n)
{
	return n->provider && !n->is_fixed && n->kind != NEED_MEMORY &&
	       n->kind != NEED_STREAM && n->kind != NEED_MSI;
}

const char *reference_cells_name(enum reference_cells cells)
{
	return cells_names[cells];
}

bool reference_cells_default(enum reference_cells cells, uint32_t *n)
{
	/* Bindings once had no arguments here, and trees still say none. */
	*n = cells == CELLS_THREE ? 3 : 0;
	return !cells_names[cells] || cells == CELLS_MSI;
}

enum reference_fixed reference_fixed(const char *compatible)
{
	static const struct { const char *word; enum reference_fixed fixed; }
	words[] = {
		{ "fixed-clock", FIXED_ALWAYS },
		{ "regulator-fixed", FIXED_ALWAYS },
		{ "fixed-factor-clock", FIXED_BY_CLOCK },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(compatible, words[i].word))
			return words[i].fixed;
	return FIXED_NOT;
}
