/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes of a devicetree that leave it a devicetree: bytes changed at random
 * are mostly refused by libfdt, and what stands behind it sees nothing new.
 */
#include <libfdt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM ((size_t)64 << 10)
#define VALUE_MAX 4096
#define COUNT(list) ((uint32_t)(sizeof(list) / sizeof((list)[0])))

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t size_max);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t size_max,
			       unsigned int seed);

struct change {
	void *fdt;
	uint32_t dice;
};

static const char *const names[] = {
	"reg", "ranges", "dma-ranges", "interrupts", "interrupts-extended",
	"interrupt-parent", "interrupt-map", "interrupt-map-mask",
	"interrupt-controller", "#interrupt-cells", "#address-cells",
	"#size-cells", "compatible", "status", "device_type", "phandle",
	"enable-method", "method", "clocks", "clock-names", "#clock-cells",
	"resets", "#reset-cells", "power-domains", "#power-domain-cells",
	"pinctrl-0", "pinctrl-names", "vin-supply", "gpios", "#gpio-cells",
	"gpio-ranges", "mboxes", "#mbox-cells", "dmas", "#dma-cells", "phys",
	"phy-handle", "syscon", "iommus", "#iommu-cells", "iommu-map",
	"msi-parent", "msi-map", "dma-coherent", "no-map", "linux,cells",
	"redistributor-stride", "#redistributor-regions", "mbi-ranges",
	"bus-range", "stdout-path", "always-on", "cpu", "capacity-dmips-mhz",
	"nvmem-cells", "memory-region", "thermal-sensors", "hwlocks",
};

static const char *const strings[] = {
	"arm,gic-v3", "arm,gic-v3-its", "arm,gic-400", "arm,armv8-timer",
	"arm,psci-1.0", "arm,psci-0.2", "arm,pl011", "arm,primecell",
	"arm,cortex-a53", "arm,smmu-v3", "arm,mmu-500", "simple-bus",
	"simple-mfd", "syscon", "fixed-clock", "regulator-fixed",
	"pci-host-ecam-generic", "qemu,fw-cfg-mmio", "virtio,mmio", "cpu",
	"memory", "psci", "smc", "hvc", "okay", "disabled", "pci",
	"shared-dma-pool", "arm,armv8-pmuv3", "snps,dw-apb-uart", "",
};

static uint32_t roll(struct change *c, uint32_t n)
{
	c->dice ^= c->dice << 13;
	c->dice ^= c->dice >> 17;
	c->dice ^= c->dice << 5;
	return c->dice % n;
}

/* ---- what is changed ----------------------------------------------------- */

static int any_node(struct change *c)
{
	uint32_t n = 0;

	for (int at = 0; at >= 0; at = fdt_next_node(c->fdt, at, NULL))
		n++;

	uint32_t wanted = roll(c, n);
	int node = 0;

	while (wanted--)
		node = fdt_next_node(c->fdt, node, NULL);
	return node;
}

static int any_property_of(struct change *c, int node)
{
	uint32_t n = 0;
	int at;

	fdt_for_each_property_offset(at, c->fdt, node)
		n++;
	if (!n)
		return -1;

	uint32_t wanted = roll(c, n);

	at = fdt_first_property_offset(c->fdt, node);
	while (wanted--)
		at = fdt_next_property_offset(c->fdt, at);
	return at;
}

/* Its name and a copy of its value; -1 where the node has none. */
static int any_value(struct change *c, int node, const char **name,
		     uint8_t *value)
{
	int at = any_property_of(c, node), size;

	if (at < 0)
		return -1;

	const void *bytes = fdt_getprop_by_offset(c->fdt, at, name, &size);

	if (!bytes || size > VALUE_MAX)
		return -1;
	memcpy(value, bytes, (size_t)size);
	return size;
}

static uint32_t any_number(struct change *c, uint32_t was)
{
	switch (roll(c, 10)) {
	case 0:
		return roll(c, 4);
	case 1:
		return UINT32_MAX - roll(c, 2);
	case 2:
		return fdt_get_phandle(c->fdt, any_node(c));
	case 3:
		return was + 1;
	case 4:
		return was - 1;
	case 5:
		return UINT32_C(1) << roll(c, 32);
	case 6:
		return was ^ UINT32_C(1) << roll(c, 32);
	case 7:
		return was << 1;
	case 8:
		return roll(c, 1024);
	default:
		return roll(c, UINT32_MAX);
	}
}

/* ---- changes ------------------------------------------------------------- */

static void change_number(struct change *c)
{
	uint8_t value[VALUE_MAX];
	const char *name;
	int node = any_node(c);
	int size = any_value(c, node, &name, value);

	if (size < 4)
		return;

	uint32_t at = 4 * roll(c, (uint32_t)size / 4);

	fdt32_st(value + at, any_number(c, fdt32_ld((void *)(value + at))));
	fdt_setprop_inplace(c->fdt, node, name, value, size);
}

static void change_bytes(struct change *c)
{
	uint8_t value[VALUE_MAX];
	const char *name;
	int node = any_node(c);
	int size = any_value(c, node, &name, value);

	if (size < 0)
		return;

	size_t changed = LLVMFuzzerMutate(value, (size_t)size, VALUE_MAX);

	fdt_setprop(c->fdt, node, name, value, (int)changed);
}

static void change_string(struct change *c)
{
	static const char *const of[] = {
		"compatible", "compatible", "status", "device_type", "method",
	};

	const char *string = strings[roll(c, COUNT(strings))];

	fdt_setprop_string(c->fdt, any_node(c), of[roll(c, COUNT(of))], string);
}

/* The value of one property under any name, in any node. */
static void copy_value(struct change *c)
{
	uint8_t value[VALUE_MAX];
	const char *name;
	int size = any_value(c, any_node(c), &name, value);

	if (size < 0)
		return;
	if (roll(c, 2))
		name = names[roll(c, COUNT(names))];
	fdt_setprop(c->fdt, any_node(c), name, value, size);
}

static void repeat_value(struct change *c)
{
	uint8_t value[VALUE_MAX];
	const char *name;
	int node = any_node(c);
	int size = any_value(c, node, &name, value);

	if (size > 0)
		fdt_appendprop(c->fdt, node, name, value, size);
}

static void cut_value(struct change *c)
{
	uint8_t value[VALUE_MAX];
	const char *name;
	int node = any_node(c);
	int size = any_value(c, node, &name, value);

	if (size > 0)
		fdt_setprop(c->fdt, node, name, value,
			    (int)roll(c, (uint32_t)size));
}

static void add_numbers(struct change *c)
{
	fdt32_t value[8];
	uint32_t n = roll(c, COUNT(value) + 1);

	for (uint32_t i = 0; i < n; i++)
		value[i] = cpu_to_fdt32(any_number(c, i));
	fdt_setprop(c->fdt, any_node(c), names[roll(c, COUNT(names))], value,
		    (int)(n * sizeof(value[0])));
}

static void remove_property(struct change *c)
{
	int node = any_node(c);
	int at = any_property_of(c, node);
	const char *name;

	if (at >= 0 && fdt_getprop_by_offset(c->fdt, at, &name, NULL))
		fdt_delprop(c->fdt, node, name);
}

static void remove_node(struct change *c)
{
	int node = any_node(c);

	if (node)
		fdt_del_node(c->fdt, node);
}

static void rename_node(struct change *c)
{
	char name[32];
	int node = any_node(c);

	snprintf(name, sizeof(name), "%.8s@%x",
		 strings[roll(c, COUNT(strings))], any_number(c, 0));
	if (node)
		fdt_set_name(c->fdt, node, name);
}

/* A new node anywhere, with one property of each of some others. */
static void add_node(struct change *c)
{
	uint8_t value[VALUE_MAX];
	const char *key;
	char name[32];

	snprintf(name, sizeof(name), "new@%x", roll(c, 1 << 20));

	int node = fdt_add_subnode(c->fdt, any_node(c), name);

	for (uint32_t i = roll(c, 8); node >= 0 && i; i--) {
		int size = any_value(c, any_node(c), &key, value);

		if (size >= 0)
			fdt_setprop(c->fdt, node, key, value, size);
	}
}

static void reserve(struct change *c)
{
	uint64_t base = (uint64_t)any_number(c, 0) << roll(c, 32);

	fdt_add_mem_rsv(c->fdt, base, any_number(c, 0x1000));
}

static void change(struct change *c)
{
	static void (*const all[])(struct change *c) = {
		change_number, change_number, change_number, change_number,
		change_bytes, change_string, copy_value, repeat_value,
		cut_value, add_numbers, remove_property, remove_node,
		rename_node, add_node, reserve,
	};

	all[roll(c, COUNT(all))](c);
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t size_max,
			       unsigned int seed)
{
	struct change c = { .dice = seed | 1 };

	if (size > size_max || !roll(&c, 8) || fdt_check_full(bytes, size))
		return LLVMFuzzerMutate(bytes, size, size_max);
	c.fdt = malloc(size + ROOM);
	if (!c.fdt || fdt_open_into(bytes, c.fdt, (int)(size + ROOM)))
		abort();
	for (uint32_t i = 1 + roll(&c, 4); i; i--)
		change(&c);
	fdt_pack(c.fdt);
	if (fdt_totalsize(c.fdt) <= size_max) {
		size = fdt_totalsize(c.fdt);
		memcpy(bytes, c.fdt, size);
	}
	free(c.fdt);
	return size;
}
