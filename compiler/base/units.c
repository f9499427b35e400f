/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/units.h"

#include <assert.h>

bool add_u64(uint64_t a, uint64_t b, uint64_t *out)
{
	if (b > UINT64_MAX - a)
		return false;
	*out = a + b;
	return true;
}

bool mul_u64(uint64_t a, uint64_t b, uint64_t *out)
{
	if (a && b > UINT64_MAX / a)
		return false;
	*out = a * b;
	return true;
}

bool align_up_u64(uint64_t v, uint64_t align, uint64_t *out)
{
	uint64_t up;

	assert(align && !(align & (align - 1)));
	if (!add_u64(v, align - 1, &up))
		return false;
	*out = up & ~(align - 1);
	return true;
}

bool is_aligned(uint64_t v, uint64_t align)
{
	assert(align && !(align & (align - 1)));
	return !(v & (align - 1));
}

/*
 * The last byte must have a number, the byte behind it need not: a range may
 * end with the address space.
 */
static bool range_fits(uint64_t base, uint64_t size)
{
	return size && size - 1 <= UINT64_MAX - base;
}

bool pa_range_make(uint64_t base, uint64_t size, struct pa_range *out)
{
	if (!range_fits(base, size))
		return false;
	*out = (struct pa_range){ { base }, size };
	return true;
}

bool ipa_range_make(uint64_t base, uint64_t size, struct ipa_range *out)
{
	if (!range_fits(base, size))
		return false;
	*out = (struct ipa_range){ { base }, size };
	return true;
}

pa_t pa_last(struct pa_range r)
{
	return (pa_t){ r.base.u + (r.size - 1) };
}

ipa_t ipa_last(struct ipa_range r)
{
	return (ipa_t){ r.base.u + (r.size - 1) };
}

bool pa_overlap(struct pa_range a, struct pa_range b)
{
	return a.base.u <= pa_last(b).u && b.base.u <= pa_last(a).u;
}

bool ipa_overlap(struct ipa_range a, struct ipa_range b)
{
	return a.base.u <= ipa_last(b).u && b.base.u <= ipa_last(a).u;
}

bool pa_contains(struct pa_range outer, struct pa_range inner)
{
	return outer.base.u <= inner.base.u &&
	       pa_last(inner).u <= pa_last(outer).u;
}

bool ipa_contains(struct ipa_range outer, struct ipa_range inner)
{
	return outer.base.u <= inner.base.u &&
	       ipa_last(inner).u <= ipa_last(outer).u;
}

uint64_t pa_common(struct pa_range a, struct pa_range b)
{
	if (!pa_overlap(a, b))
		return 0;

	uint64_t first = a.base.u > b.base.u ? a.base.u : b.base.u;
	uint64_t last = pa_last(a).u < pa_last(b).u ? pa_last(a).u
						    : pa_last(b).u;

	/* Ranges made by the constructors are never the whole 2^64. */
	return last - first + 1;
}
