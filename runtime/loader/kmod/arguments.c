// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "arguments.h"

#include "hv_abi.h"
#include "hv_abi_calls.h"

/* Nothing larger is an image: its rows could not be told from nonsense. */
#define IMAGE_MAX (UINT64_C(1) << 40)

static bool is_range(uint64_t base, uint64_t size)
{
	return size && base + (size - 1) >= base;
}

int arguments_enable(const struct hvisor_enable *e, bool may_fault)
{
	uint32_t known = may_fault ? HVISOR_ENABLE_FAULT : 0;

	if (e->flags & ~known || (!e->flags && e->fault_cpu))
		return -EINVAL;
	if (!is_range(e->image, e->size) || e->size > IMAGE_MAX)
		return -EINVAL;
	return 0;
}

int arguments_disable(const struct hvisor_disable *d)
{
	return d->flags || d->zero ? -EINVAL : 0;
}

int arguments_call(const struct hvisor_call *c)
{
	if (c->x[0] < HV_CALL_FIRST || c->x[0] > HV_CALL_LAST)
		return -EINVAL;
	if (c->x[0] >= HV_CALL_LATE_COMMIT && c->x[0] <= HV_CALL_CRASH)
		return -EPERM;
	return 0;
}

int arguments_load(const struct hvisor_load *l, uint64_t window_size)
{
	if (!is_range(l->data, l->size))
		return -EINVAL;
	if (l->offset >= window_size || l->size > window_size - l->offset)
		return -ERANGE;
	return 0;
}

int arguments_ring(uint64_t may_ring, uint32_t n_ends, uint32_t peer)
{
	if (peer >= n_ends || peer >= 64 || !(may_ring >> peer & 1))
		return -ENXIO;
	return 0;
}

int arguments_map(uint64_t offset, uint64_t size, uint64_t memory_size)
{
	if (offset >= memory_size || !size || size > memory_size - offset)
		return -EINVAL;
	return 0;
}

bool arguments_is_name(const char *name)
{
	size_t n = strnlen(name, HV_NAME_SIZE);

	if (!n || n == HV_NAME_SIZE)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = name[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!is_letter && !(c >= '0' && c <= '9') && c != '_' &&
		    (c != '-' || !i))
			return false;
	}
	return true;
}
