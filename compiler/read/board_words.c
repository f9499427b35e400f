/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the words of a devicetree say about a device: its role, whether it can
 * reset the machine, and whether it can reach memory by itself.
 *
 * The last question has no certain answer, a tree does not say it. Every
 * sign counts, so that a device is taken for harmless only where nothing speaks
 * against it: what it is wired to, what bus it stands on, the generic name of
 * its node (devicetree specification v0.4, 2.2.2), the table here, and `dma` in
 * board { }, by which board files add to the table.
 */
#include <string.h>

#include "base/map.h"
#include "base/units.h"
#include "read/board_build.h"

static const struct tree_word words[] = {
	{ "pci-host-ecam-generic", MEANS_HOST_BRIDGE, 0 },
	{ "pci-host-cam-generic", MEANS_HOST_BRIDGE, 0 },
	{ "qemu,fw-cfg-mmio", MEANS_FIRMWARE_CONFIG, 0 },
	{ "ns16550", MEANS_UART, UART_OTHER },
	{ "ns16550a", MEANS_UART, UART_OTHER },
	{ "snps,dw-apb-uart", MEANS_UART, UART_OTHER },
	{ "fsl,imx21-uart", MEANS_UART, UART_OTHER },
	{ "fsl,imx6q-uart", MEANS_UART, UART_OTHER },
	{ "cdns,uart-r1p8", MEANS_UART, UART_OTHER },
	{ "virtio,mmio", MEANS_DMA, 0 },
	{ "snps,dwc3", MEANS_DMA, 0 },
	{ "snps,dwc2", MEANS_DMA, 0 },
	{ "snps,dwmac", MEANS_DMA, 0 },
	{ "generic-ahci", MEANS_DMA, 0 },
	{ "generic-ehci", MEANS_DMA, 0 },
	{ "generic-ohci", MEANS_DMA, 0 },
	{ "generic-xhci", MEANS_DMA, 0 },
	{ "cdns,macb", MEANS_DMA, 0 },
	{ "cdns,gem", MEANS_DMA, 0 },
	{ "fsl,imx25-fec", MEANS_DMA, 0 },
	{ "fsl,imx6q-fec", MEANS_DMA, 0 },
	{ "arm,sdhci-5.1", MEANS_DMA, 0 },
	{ "arasan,sdhci-8.9a", MEANS_DMA, 0 },
	{ "arasan,sdhci-5.1", MEANS_DMA, 0 },
	{ "snps,dw-wdt", MEANS_WATCHDOG, 0 },
	{ "cdns,wdt-r1p2", MEANS_WATCHDOG, 0 },
	{ "fsl,imx21-wdt", MEANS_WATCHDOG, 0 },
	{ "fsl,imx7ulp-wdt", MEANS_WATCHDOG, 0 },
};

/* Generic names of nodes that move data by themselves on most boards. */
static const char *const master_names[] = {
	"ahci", "aon-dma", "camera", "camss", "can", "cdsp", "crypto",
	"cryptobam", "csi", "display", "display-controller",
	"display-subsystem", "dma", "dma-controller", "dma-router", "dpu",
	"dsp", "dwc3", "dwmmc", "ehci", "emmc", "ethernet", "g2d", "gmac",
	"gpu", "hdmi", "iep", "image-sensor-processor", "isi", "isp",
	"jpegdec", "jpegenc", "lcd-controller", "lcdif", "mailbox-dma", "mdss",
	"mmc", "nand-controller", "npu", "ohci", "pcie", "pcie-ep", "pxp",
	"remoteproc", "rga", "rproc", "sata", "scaler", "sdhci", "sdio",
	"sdma", "sdmmc", "ufs", "ufshc", "usb", "usb-controller", "vdec",
	"venc", "video-codec", "video-decoder", "video-encoder", "virtio",
	"virtio_mmio", "vop", "vpu", "vsp", "wifi", "xhci",
};

/* The generic name of a UART, whoever made it. */
static const char *const uart_names[] = { "serial" };

/* The generic name, and what trees from before it say. */
static const char *const watchdog_names[] = { "watchdog", "wdt", "wdog" };

static bool is_named(const char *name, const char *const *list, size_t n)
{
	size_t size = strcspn(name, "@");

	for (size_t i = 0; i < n; i++)
		if (strlen(list[i]) == size && !strncmp(list[i], name, size))
			return true;
	return false;
}

static const struct tree_word *word_in(const struct tree_word *list, size_t n,
				       const char *compatible,
				       enum tree_meaning means)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].means == means &&
		    !strcmp(list[i].compatible, compatible))
			return &list[i];
	return NULL;
}

const struct tree_word *board_word_of(const struct target *target,
				      const char *compatible,
				      enum tree_meaning means)
{
	const struct tree_word *w = word_in(words, ARRAY_SIZE(words),
					    compatible, means);

	return w || !target ? w : word_in(target->words, target->n_words,
					  compatible, means);
}

const struct tree_word *board_word(const struct target *target,
				   const struct tree *t, uint32_t node,
				   enum tree_meaning means)
{
	const char *have;

	for (size_t i = 0; (have = tree_list(t, node, "compatible", i)); i++) {
		const struct tree_word *w = board_word_of(target, have, means);

		if (w)
			return w;
	}
	return NULL;
}

enum device_role board_role_of(const struct target *target,
			       const char *compatible)
{
	static const struct { enum tree_meaning means; enum device_role role; }
	roles[] = {
		{ MEANS_CONTROLLER, DEVICE_INTERRUPT_CONTROLLER },
		{ MEANS_MSI, DEVICE_MSI_CONTROLLER },
		{ MEANS_IOMMU, DEVICE_IOMMU },
		{ MEANS_FIRMWARE_CONFIG, DEVICE_FIRMWARE_CONFIG },
		{ MEANS_TIMER, DEVICE_TIMER },
		{ MEANS_PMU, DEVICE_PMU },
		{ MEANS_HOST_BRIDGE, DEVICE_HOST_BRIDGE },
		{ MEANS_UART, DEVICE_UART },
	};

	for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
		if (board_word_of(target, compatible, roles[i].means))
			return roles[i].role;
	return DEVICE_PLAIN;
}

static bool is_pci_bridge(const struct tree *t, uint32_t node)
{
	const char *type = tree_string(t, node, "device_type");
	uint32_t up = t->nodes[node].parent;

	if (!type || strcmp(type, "pci"))
		return false;
	/* Below a bridge stand bridges of PCI, which no CPU addresses. */
	return up == TREE_NONE || t->nodes[up].address_cells < 3;
}

enum device_role board_role(const struct board_build *b, uint32_t node)
{
	const struct tree *t = &b->tree;
	const char *have;

	for (size_t i = 0; (have = tree_list(t, node, "compatible", i)); i++) {
		enum device_role role = board_role_of(b->target, have);

		if (role != DEVICE_PLAIN)
			return role;
	}
	/* Bindings that no table can list whole have a property of their own. */
	if (tree_has(t, node, "#iommu-cells"))
		return DEVICE_IOMMU;
	if (is_pci_bridge(t, node))
		return DEVICE_HOST_BRIDGE;
	if (tree_has(t, node, "msi-controller"))
		return DEVICE_MSI_CONTROLLER;
	if (is_named(t->nodes[node].name, uart_names, ARRAY_SIZE(uart_names)))
		return DEVICE_UART;
	return DEVICE_PLAIN;
}

bool board_is_watchdog(const char *name)
{
	return is_named(name, watchdog_names, ARRAY_SIZE(watchdog_names));
}

const char *board_dma_by_kind(enum device_role role, const char *name)
{
	if (role == DEVICE_HOST_BRIDGE)
		return "a host bridge";
	if (role == DEVICE_FIRMWARE_CONFIG)
		return "its DMA register";
	return is_named(name, master_names, ARRAY_SIZE(master_names))
		? "the name of its node" : NULL;
}

const char *board_dma_by_word(const struct board_build *b,
			      const char *compatible)
{
	if (board_word_of(b->target, compatible, MEANS_DMA))
		return "its compatible string";
	return map_get(b->masters, compatible) ? "the board's dma statement"
					       : NULL;
}

const char *board_dma_reason(const struct board_build *b, uint32_t node,
			     enum device_role role)
{
	const struct tree *t = &b->tree;
	const char *reason = NULL, *have;

	if (tree_has(t, node, "iommus"))
		return "iommus";
	if (tree_has(t, node, "dma-coherent"))
		return "dma-coherent";
	for (size_t i = 0; !reason &&
	     (have = tree_list(t, node, "compatible", i)); i++)
		reason = board_dma_by_word(b, have);
	return reason ? reason
		      : board_dma_by_kind(role, t->nodes[node].name);
}
