/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * units.h - address spaces as types, ranges, and arithmetic that cannot wrap.
 *
 * A host-physical and a guest-physical address are different types; crossing
 * from one to the other is a named function of the stage that knows the
 * mapping, never a cast. Ranges are half-open, never empty, never wrapping;
 * they are printed inclusive. Includes nothing of ours.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define KIB (UINT64_C(1) << 10)
#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

#define GRANULE (4 * KIB)	/* translation granule of every target */
#define BLOCK (2 * MIB)		/* smallest block mapping of every target */

typedef struct { uint64_t u; } pa_t;	/* host-physical, bytes */
typedef struct { uint64_t u; } ipa_t;	/* guest-physical, bytes */

struct pa_range { pa_t base; uint64_t size; };	/* half-open, bytes */
struct ipa_range { ipa_t base; uint64_t size; };

/* Each returns false, and leaves *out alone, when the result needs 65 bits. */
bool add_u64(uint64_t a, uint64_t b, uint64_t *out)
	__attribute__((warn_unused_result));
bool mul_u64(uint64_t a, uint64_t b, uint64_t *out)
	__attribute__((warn_unused_result));
/* Rounds up to a power of two. */
bool align_up_u64(uint64_t v, uint64_t align, uint64_t *out)
	__attribute__((warn_unused_result));
bool is_aligned(uint64_t v, uint64_t align);

/* The checked constructors: false when empty or when base + size wraps. */
bool pa_range_make(uint64_t base, uint64_t size, struct pa_range *out)
	__attribute__((warn_unused_result));
bool ipa_range_make(uint64_t base, uint64_t size, struct ipa_range *out)
	__attribute__((warn_unused_result));

pa_t pa_last(struct pa_range r);	/* the last byte inside */
ipa_t ipa_last(struct ipa_range r);
bool pa_overlap(struct pa_range a, struct pa_range b);
bool ipa_overlap(struct ipa_range a, struct ipa_range b);
bool pa_contains(struct pa_range outer, struct pa_range inner);
bool ipa_contains(struct ipa_range outer, struct ipa_range inner);
/* Bytes that both have; 0 when apart. */
uint64_t pa_common(struct pa_range a, struct pa_range b);

#endif
