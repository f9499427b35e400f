/* SPDX-License-Identifier: BSD-2-Clause */
/* A cell's console, as its driver uses it. */
#ifndef TESTS_UNIT_PL011_H
#define TESTS_UNIT_PL011_H

#include <criterion/criterion.h>

#include "arch/fake/fake.h"
#include "core/cell.h"

enum { PAGE = 0x9000000, DR = 0x00, FR = 0x18, IMSC = 0x38, RXIM = 1 << 4 };

static inline uint32_t access(uint32_t cpu_i, uint64_t offset, bool is_write,
			      uint32_t v)
{
	struct mmio m = {
		.size = 4, .value = v,
		.is_write = is_write,
	};

	cr_assert_eq(fake_access(hv_cpu(cpu_i), PAGE + offset, &m), MMIO_DONE);
	return (uint32_t)m.value;
}

static inline void print(uint32_t cpu_i, const char *s)
{
	for (; *s; s++)
		access(cpu_i, DR, true, (uint8_t)*s);
}

#endif
