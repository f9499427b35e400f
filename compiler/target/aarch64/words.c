/* SPDX-License-Identifier: BSD-2-Clause */
/* Compatible strings of the parts that only Arm boards have. */
#include "target/aarch64/aarch64.h"

const struct tree_word aarch64_words[AARCH64_N_WORDS] = {
	{ "arm,gic-v3", MEANS_CONTROLLER, 3 },
	{ "arm,gic-400", MEANS_CONTROLLER, 2 },
	{ "arm,cortex-a15-gic", MEANS_CONTROLLER, 2 },
	{ "arm,cortex-a9-gic", MEANS_CONTROLLER, 2 },
	{ "arm,cortex-a7-gic", MEANS_CONTROLLER, 2 },
	{ "arm,pl390", MEANS_CONTROLLER, 2 },
	{ "qcom,msm-qgic2", MEANS_CONTROLLER, 2 },
	{ "arm,gic-v3-its", MEANS_MSI, 0 },
	{ "arm,gic-v2m-frame", MEANS_MSI, 0 },
	{ "arm,armv8-timer", MEANS_TIMER, 0 },
	{ "arm,armv7-timer", MEANS_TIMER, 0 },
	{ "arm,psci-1.0", MEANS_FIRMWARE, 0 },
	{ "arm,psci-0.2", MEANS_FIRMWARE, 0 },
	{ "arm,smmu-v1", MEANS_IOMMU, 0 },
	{ "arm,smmu-v2", MEANS_IOMMU, 0 },
	{ "arm,smmu-v3", MEANS_IOMMU, 0 },
	{ "arm,mmu-400", MEANS_IOMMU, 0 },
	{ "arm,mmu-401", MEANS_IOMMU, 0 },
	{ "arm,mmu-500", MEANS_IOMMU, 0 },
	{ "arm,pl011", MEANS_UART, UART_PL011 },
	{ "arm,sbsa-uart", MEANS_UART, UART_OTHER },
	{ "arm,pl080", MEANS_DMA, 0 },
	{ "arm,pl081", MEANS_DMA, 0 },
	{ "arm,pl330", MEANS_DMA, 0 },
	{ "arm,pl110", MEANS_DMA, 0 },
	{ "arm,pl111", MEANS_DMA, 0 },
	{ "arm,hdlcd", MEANS_DMA, 0 },
	{ "arm,malidp-500", MEANS_DMA, 0 },
	{ "arm,malidp-550", MEANS_DMA, 0 },
	{ "arm,malidp-650", MEANS_DMA, 0 },
	{ "arm,coresight-tmc", MEANS_DMA, 0 },
	{ "arm,statistical-profiling-extension-v1", MEANS_DMA, 0 },
};

