/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/arena.h"
#include "image/elf.h"
#include "image/image.h"

#define OBJECT_SIZE_MAX ((size_t)64 << 20)	/* with its debug information */

enum part { PART_NONE, PART_TEXT, PART_RODATA, PART_DATA, PART_BSS };

static enum part part_of(const struct elf_section *s)
{
	if (!(s->flags & SHF_ALLOC) || !s->size)
		return PART_NONE;
	if (s->flags & SHF_EXECINSTR)
		return PART_TEXT;
	if (!(s->flags & SHF_WRITE))
		return PART_RODATA;
	return s->type == SHT_NOBITS ? PART_BSS : PART_DATA;
}

/*
 * A relocation that stores an address makes bytes that depend on where the
 * image goes: the runtime would not be the same in every image, and not run
 * before it was moved to its place. (AAELF64, static data relocations and
 * group relocations that build absolute values)
 */
static bool is_absolute(uint64_t type)
{
	return (type >= R_AARCH64_ABS64 && type <= R_AARCH64_ABS16) ||
	       (type >= R_AARCH64_MOVW_UABS_G0 && type <= R_AARCH64_MOVW_SABS_G2);
}

static bool has_absolute(const struct elf *e, const struct elf_section *s)
{
	if (s->type != SHT_RELA || s->info >= e->n_sections)
		return false;
	if (part_of(&e->sections[s->info]) == PART_NONE)
		return false;
	for (uint64_t at = 0; at + sizeof(Elf64_Rela) <= s->size;
	     at += sizeof(Elf64_Rela)) {
		Elf64_Rela r;

		memcpy(&r, s->bytes + at, sizeof(r));
		if (is_absolute(ELF64_R_TYPE(r.r_info)))
			return true;
	}
	return false;
}

/* Whatever order the linker takes: no more padding than this can come in. */
static uint64_t worst_size(const struct elf_section *s)
{
	return s->size + s->align - 1;
}

static void add_section(struct runtime_object *out, const struct elf_section *s)
{
	switch (part_of(s)) {
	case PART_NONE:
		break;
	case PART_TEXT:
		out->text_size += worst_size(s);
		break;
	case PART_RODATA:
		out->rodata_size += worst_size(s);
		break;
	case PART_DATA:
		out->data_size += worst_size(s);
		break;
	case PART_BSS:
		out->bss_size += worst_size(s);
		break;
	}
}

const struct runtime_object *image_runtime(struct arena *a, const char *path)
{
	struct runtime_object *out = arena_alloc(a, sizeof(*out));
	struct file file;
	struct elf e;
	const char *why;

	if (!file_read(a, path, OBJECT_SIZE_MAX, &file, &why) ||
	    !elf_parse(a, file.bytes, file.size, &e, &why))
		fatal("the runtime '%s': %s", path, why);
	if (e.type != ET_REL)
		fatal("the runtime '%s': is not a relocatable object", path);
	for (size_t i = 0; i < e.n_sections; i++) {
		if (has_absolute(&e, &e.sections[i]))
			fatal("the runtime '%s': section %s holds absolute"
			      " addresses", path, e.sections[i].name);
		add_section(out, &e.sections[i]);
	}
	if (!out->text_size)
		fatal("the runtime '%s': has no code", path);
	out->path = arena_strdup(a, path);
	return out;
}
