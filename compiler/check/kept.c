/* SPDX-License-Identifier: BSD-2-Clause */
#include "check/kept.h"

const char *kept_reason(const struct model *m, const struct device *v)
{
	if (m->hypervisor.console_device == v)
		return "the hypervisor's console";
	if (v->is_secure)
		return "the secure world's, as its secure-status says";
	switch (v->role) {
	case DEVICE_PLAIN:
	case DEVICE_UART:
	case DEVICE_HOST_BRIDGE:
		break;
	case DEVICE_INTERRUPT_CONTROLLER:
		return "the interrupt controller, which the runtime emulates";
	case DEVICE_MSI_CONTROLLER:
		return "a controller of message signalled interrupts, which"
		       " reaches the lines of every cell";
	case DEVICE_IOMMU:
		return "an IOMMU, which decides what devices reach";
	case DEVICE_FIRMWARE_CONFIG:
		return "a firmware interface whose DMA reaches all memory";
	case DEVICE_TIMER:
		return "the timer, which every cell has";
	case DEVICE_PMU:
		return "the CPUs' performance monitors, which a cell gets by"
		       " 'pmu;'";
	}
	return NULL;
}
