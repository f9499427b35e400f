/* SPDX-License-Identifier: BSD-2-Clause */
#include "image/elf.h"

#include <string.h>

#include "base/arena.h"

struct reader {
	const uint8_t *bytes;
	size_t size;
};

static bool is_inside(const struct reader *r, uint64_t offset, uint64_t size)
{
	return offset <= r->size && size <= r->size - offset;
}

static const char *name_of(const struct reader *r, const Elf64_Shdr *names,
			   uint32_t at)
{
	const char *s = (const char *)r->bytes + names->sh_offset + at;

	if (at >= names->sh_size || !memchr(s, 0, names->sh_size - at))
		return NULL;
	return s;
}

static bool read_section(const struct reader *r, const Elf64_Shdr *names,
			 const Elf64_Shdr *h, struct elf_section *out)
{
	bool has_bytes = h->sh_type != SHT_NOBITS && h->sh_type != SHT_NULL;

	if (has_bytes && !is_inside(r, h->sh_offset, h->sh_size))
		return false;
	*out = (struct elf_section){
		.name = name_of(r, names, h->sh_name),
		.type = h->sh_type,
		.flags = h->sh_flags,
		.address = h->sh_addr,
		.size = h->sh_size,
		.align = h->sh_addralign ? h->sh_addralign : 1,
		.bytes = has_bytes ? r->bytes + h->sh_offset : NULL,
		.info = h->sh_info,
		.entry_size = (uint32_t)h->sh_entsize,
	};
	return out->name && !(out->align & (out->align - 1));
}

static bool is_ours(const struct reader *r, const Elf64_Ehdr *e)
{
	return !memcmp(e->e_ident, ELFMAG, SELFMAG) &&
	       e->e_ident[EI_CLASS] == ELFCLASS64 &&
	       e->e_ident[EI_DATA] == ELFDATA2LSB &&
	       e->e_shentsize == sizeof(Elf64_Shdr) && e->e_shnum &&
	       e->e_shstrndx < e->e_shnum &&
	       is_inside(r, e->e_shoff, e->e_shnum * sizeof(Elf64_Shdr));
}

bool elf_parse(struct arena *a, const uint8_t *bytes, size_t size,
	       struct elf *out, const char **why)
{
	struct reader r = { bytes, size };
	Elf64_Ehdr e;

	*why = "is not an ELF file with 64-bit little-endian sections";
	if (size < sizeof(e))
		return false;
	memcpy(&e, bytes, sizeof(e));
	if (!is_ours(&r, &e))
		return false;

	Elf64_Shdr *headers = arena_array(a, e.e_shnum, sizeof(*headers));
	struct elf_section *s = arena_array(a, e.e_shnum, sizeof(*s));

	memcpy(headers, bytes + e.e_shoff, e.e_shnum * sizeof(*headers));

	const Elf64_Shdr *names = &headers[e.e_shstrndx];

	*why = "has sections that lie outside of the file";
	if (names->sh_type != SHT_STRTAB ||
	    !is_inside(&r, names->sh_offset, names->sh_size))
		return false;
	for (size_t i = 0; i < e.e_shnum; i++)
		if (!read_section(&r, names, &headers[i], &s[i]))
			return false;
	*out = (struct elf){ e.e_type, e.e_machine, s, e.e_shnum };
	return true;
}
