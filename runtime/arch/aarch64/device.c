/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.c - device registers, the clock and the alarm, for core and dev.
 */
#include "arch/aarch64/device.h"

#include "arch/aarch64/sysreg.h"
#include "core/arch.h"

#define CNTHP_ENABLE 1u

uint32_t arch_device_read(struct hv_pa at)
{
	return device_read32(at);
}

void arch_device_write(struct hv_pa at, uint32_t value)
{
	device_write32(at, value);
}

uint64_t arch_time_us(void)
{
	uint64_t hz = SYSREG_READ(cntfrq_el0);
	uint64_t now = SYSREG_READ(cntpct_el0);

	if (hz == 0)		/* firmware forgot: time stands still */
		return 0;
	return now / hz * 1000000 + now % hz * 1000000 / hz;
}

void arch_alarm(uint32_t us)
{
	uint64_t hz = SYSREG_READ(cntfrq_el0);

	SYSREG_WRITE(cnthp_cval_el2, SYSREG_READ(cntpct_el0) + us * hz / 1000000);
	SYSREG_WRITE(cnthp_ctl_el2, CNTHP_ENABLE);
}
