/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program may ask of /dev/hvisor, before the kernel looks at it. */
#include <criterion/criterion.h>

#include "arguments.h"
#include "hv_abi.h"
#include "hv_abi_calls.h"

Test(arguments, enable_takes_bytes_that_can_be_an_image)
{
	struct hvisor_enable e = { .image = 0x1000, .size = 0x1000 };

	cr_expect_eq(arguments_enable(&e, false), 0);
	e.size = 0;
	cr_expect_eq(arguments_enable(&e, false), -EINVAL);
	e.size = UINT64_C(1) << 63;
	cr_expect_eq(arguments_enable(&e, false), -EINVAL);
	e.image = UINT64_MAX;
	e.size = 2;
	cr_expect_eq(arguments_enable(&e, false), -EINVAL);
	e.size = 1;
	cr_expect_eq(arguments_enable(&e, false), 0);
}

Test(arguments, a_fault_is_injected_only_where_the_module_was_loaded_for_it)
{
	struct hvisor_enable e = { .image = 0x1000, .size = 0x1000,
				   .flags = HVISOR_ENABLE_FAULT, .fault_cpu = 1 };

	cr_expect_eq(arguments_enable(&e, false), -EINVAL);
	cr_expect_eq(arguments_enable(&e, true), 0);
	e.flags |= 2;
	cr_expect_eq(arguments_enable(&e, true), -EINVAL);
	e.flags = 0;
	cr_expect_eq(arguments_enable(&e, true), -EINVAL);
}

Test(arguments, disable_has_no_flags)
{
	struct hvisor_disable d = { 0 };

	cr_expect_eq(arguments_disable(&d), 0);
	d.flags = 1;
	cr_expect_eq(arguments_disable(&d), -EINVAL);
	d.flags = 0;
	d.zero = 1;
	cr_expect_eq(arguments_disable(&d), -EINVAL);
}

static int call(uint64_t function)
{
	struct hvisor_call c = { { function } };

	return arguments_call(&c);
}

Test(arguments, calls_are_management_calls_but_none_of_the_kernels_own)
{
	cr_expect_eq(call(HV_CALL_VERSION), 0);
	cr_expect_eq(call(HV_CALL_CHANNEL), 0);
	cr_expect_eq(call(HV_CALL_LAST), 0);
	cr_expect_eq(call(HV_CALL_LATE_COMMIT), -EPERM);
	cr_expect_eq(call(HV_CALL_LATE_STOP), -EPERM);
	cr_expect_eq(call(HV_CALL_LATE_LEAVE), -EPERM);
	cr_expect_eq(call(HV_CALL_CRASH), -EPERM);
	cr_expect_eq(call(HV_CALL_FIRST - 1), -EINVAL);
	cr_expect_eq(call(UINT64_C(0x100000000) + HV_CALL_VERSION), -EINVAL);
	cr_expect_eq(call(HV_CALL_LAST + 1), -EINVAL);
	cr_expect_eq(call(0x84000009), -EINVAL, "PSCI SYSTEM_RESET");
}

static int load(uint64_t offset, uint64_t data, uint64_t size)
{
	struct hvisor_load l = { .offset = offset, .data = data, .size = size };

	return arguments_load(&l, 0x10000);
}

Test(arguments, a_load_stays_inside_its_window)
{
	cr_expect_eq(load(0, 0x1000, 0x10000), 0);
	cr_expect_eq(load(0xffff, 0x1000, 1), 0);
	cr_expect_eq(load(0xffff, 0x1000, 2), -ERANGE);
	cr_expect_eq(load(0x10000, 0x1000, 1), -ERANGE);
	cr_expect_eq(load(UINT64_MAX, 0x1000, 2), -ERANGE);
	cr_expect_eq(load(0, 0x1000, UINT64_MAX - 0x1000), -ERANGE);
	cr_expect_eq(load(0, 0x1000, 0), -EINVAL);
	cr_expect_eq(load(0, UINT64_MAX, 2), -EINVAL);
}

Test(arguments, only_peers_that_hear_are_rung)
{
	cr_expect_eq(arguments_ring(2, 2, 1), 0);
	cr_expect_eq(arguments_ring(2, 2, 0), -ENXIO);
	cr_expect_eq(arguments_ring(UINT64_MAX, 2, 2), -ENXIO);
	cr_expect_eq(arguments_ring(UINT64_MAX, UINT32_MAX, 64), -ENXIO);
	cr_expect_eq(arguments_ring(UINT64_MAX, UINT32_MAX, UINT32_MAX), -ENXIO);
}

Test(arguments, a_mapping_stays_inside_the_channel)
{
	cr_expect_eq(arguments_map(0, 0x2000, 0x2000), 0);
	cr_expect_eq(arguments_map(0x1000, 0x1000, 0x2000), 0);
	cr_expect_eq(arguments_map(0x1000, 0x2000, 0x2000), -EINVAL);
	cr_expect_eq(arguments_map(0x2000, 0x1000, 0x2000), -EINVAL);
	cr_expect_eq(arguments_map(0, 0, 0x2000), -EINVAL);
	cr_expect_eq(arguments_map(UINT64_MAX, 2, 0x2000), -EINVAL);
}

static bool is_name(const char *text)
{
	char name[HV_NAME_SIZE] = { 0 };

	strncpy(name, text, sizeof(name));
	return arguments_is_name(name);
}

Test(arguments, a_channels_name_is_no_path)
{
	cr_expect(is_name("telemetry"));
	cr_expect(is_name("a_B-9"));
	cr_expect_not(is_name(""));
	cr_expect_not(is_name("-rf"));
	cr_expect_not(is_name("../mem"));
	cr_expect_not(is_name("a/b"));
	cr_expect_not(is_name("a!b"));
	cr_expect_not(is_name("12345678901234567890123456789012"), "no NUL");
}
