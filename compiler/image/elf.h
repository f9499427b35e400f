/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elf.h - the sections of one ELF64 little-endian file, bounds already checked.
 *
 * For files that our own toolchain wrote: the runtime object and what the
 * linker made. What does not parse is told in words and nothing is returned.
 * Includes base.
 */
#ifndef IMAGE_ELF_H
#define IMAGE_ELF_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct elf_section {
	const char *name;
	uint32_t type;			/* SHT_* */
	uint64_t flags;			/* SHF_* */
	uint64_t address, size, align;	/* align is never 0 */
	const uint8_t *bytes;		/* NULL: SHT_NOBITS */
	uint32_t info, entry_size;
};

struct elf {
	uint16_t type, machine;
	const struct elf_section *sections;
	size_t n_sections;
};

bool elf_parse(struct arena *a, const uint8_t *bytes, size_t size,
	       struct elf *out, const char **why)
	__attribute__((warn_unused_result));

#endif
