/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The head of an ELF file (System V ABI, gABI chapter 4 and 5), read byte by
 * byte: nothing in it is trusted, not even its alignment.
 */
#include <elf.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "read/payload.h"

/* What is being read, and the fault that ended it. */
struct elf {
	struct arena *arena;
	const uint8_t *head;
	size_t head_size;
	struct payload *p;
};

static uint64_t le(const uint8_t *b, size_t size)
{
	uint64_t v = 0;

	while (size-- > 0)
		v = v << 8 | b[size];
	return v;
}

#define FIELD(base, type, member)					\
	le((base) + offsetof(type, member), sizeof(((type *)NULL)->member))

static bool fault(const struct elf *e, const char *what)
{
	e->p->elf_fault = what;
	return false;
}

static bool segment_read(const struct elf *e, const uint8_t *row, unsigned i,
			 struct elf_segment *s)
{
	uint64_t file_end, memory_end, flags = FIELD(row, Elf64_Phdr, p_flags);

	*s = (struct elf_segment){
		.file_offset = FIELD(row, Elf64_Phdr, p_offset),
		.file_size = FIELD(row, Elf64_Phdr, p_filesz),
		.ipa = { FIELD(row, Elf64_Phdr, p_paddr) },
		.memory_size = FIELD(row, Elf64_Phdr, p_memsz),
		.may_write = flags & PF_W, .may_execute = flags & PF_X,
	};
	if (s->file_size > s->memory_size)
		return fault(e, arena_printf(e->arena, "has a segment %u of 0x%"
			PRIx64 " bytes in the file and 0x%" PRIx64
			" in memory", i, s->file_size, s->memory_size));
	if (!add_u64(s->file_offset, s->file_size, &file_end) ||
	    (s->file_size && file_end > e->p->size))
		return fault(e, arena_printf(e->arena,
			"has a segment %u that ends behind the file's end", i));
	if (!add_u64(s->ipa.u, s->memory_size, &memory_end))
		return fault(e, arena_printf(e->arena,
			"has a segment %u that wraps around the addresses",
			i));
	return true;
}

/* Segments that take no memory are not kept. */
static bool segments_read(const struct elf *e, const uint8_t *rows, unsigned n)
{
	struct elf_segment *list = arena_array(e->arena, n, sizeof(*list));

	e->p->segments = list;
	for (unsigned i = 0; i < n; i++) {
		const uint8_t *row = rows + (size_t)i * sizeof(Elf64_Phdr);
		struct elf_segment s;

		if (FIELD(row, Elf64_Phdr, p_type) != PT_LOAD)
			continue;
		if (!segment_read(e, row, i, &s))
			return false;
		if (s.memory_size)
			list[e->p->n_segments++] = s;
	}
	return e->p->n_segments ||
	       fault(e, "has no segment that takes memory");
}

static bool body_read(const struct elf *e)
{
	uint64_t at = FIELD(e->head, Elf64_Ehdr, e_phoff);
	unsigned n = (unsigned)FIELD(e->head, Elf64_Ehdr, e_phnum);
	uint64_t size = (uint64_t)n * sizeof(Elf64_Phdr), end;

	if (!n || n == PN_XNUM)
		return fault(e, "has no program headers");
	if (FIELD(e->head, Elf64_Ehdr, e_phentsize) != sizeof(Elf64_Phdr))
		return fault(e, "has program headers of an odd size");
	if (at < sizeof(Elf64_Ehdr))
		return fault(e, "has its program headers on its header");
	if (!add_u64(at, size, &end) || end > e->p->size)
		return fault(e, "has program headers that end behind the"
			     " file's end");
	if (end > e->head_size)
		return fault(e, "does not have its program headers in its"
			     " first 64 KiB");
	return segments_read(e, e->head + at, n);
}

static bool head_read(const struct elf *e)
{
	const uint8_t *h = e->head;
	struct payload *p = e->p;

	if (e->head_size < sizeof(Elf64_Ehdr))
		return fault(e, "ends in its header");
	p->is_elf_class64 = h[EI_CLASS] == ELFCLASS64;
	p->is_elf_little_endian = h[EI_DATA] == ELFDATA2LSB;
	if (h[EI_VERSION] != EV_CURRENT)
		return fault(e, "has an ELF version other than 1");
	/* Of other kinds the checks need no more than that they are others. */
	if (!p->is_elf_class64 || !p->is_elf_little_endian)
		return true;
	p->elf_type = (uint16_t)FIELD(h, Elf64_Ehdr, e_type);
	p->elf_machine = (uint16_t)FIELD(h, Elf64_Ehdr, e_machine);
	p->elf_entry = FIELD(h, Elf64_Ehdr, e_entry);
	return body_read(e);
}

void payload_elf(struct arena *a, const uint8_t *head, size_t head_size,
		 struct payload *p)
{
	const struct elf e = { a, head, head_size, p };

	if (head_size < SELFMAG || memcmp(head, ELFMAG, SELFMAG))
		return;
	p->is_elf = head_read(&e);
	if (p->is_elf)
		return;
	p->segments = NULL;
	p->n_segments = 0;
}
