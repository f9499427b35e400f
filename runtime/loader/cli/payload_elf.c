/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An ELF file that hvcc has not seen. As hvcc takes one: PT_LOAD at p_paddr, and
 * the rest of p_memsz is zero, as all of a cell's memory is before it is loaded.
 * The entry stays the compiled one.
 */
#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "cli/payload.h"
#include "cli/say.h"

static bool is_in_ram(const struct hv_loader *t, const struct hv_loader_cell *c,
		      uint64_t base, uint64_t size)
{
	for (uint32_t i = 0; i < c->regions.count; i++) {
		const struct hv_loader_region *r = tables_region(t, c, i);
		uint64_t in = base - r->base.u;

		if (base >= r->base.u && in < r->size && size <= r->size - in)
			return true;
	}
	return false;
}

static bool read_head(const uint8_t *bytes, size_t size, Elf64_Ehdr *head)
{
	if (size < sizeof(*head))
		return false;
	memcpy(head, bytes, sizeof(*head));
	return !memcmp(head->e_ident, ELFMAG, SELFMAG) &&
	       head->e_ident[EI_CLASS] == ELFCLASS64 &&
	       head->e_ident[EI_DATA] == ELFDATA2LSB &&
	       head->e_machine == EM_AARCH64 &&
	       head->e_phentsize == sizeof(Elf64_Phdr) &&
	       head->e_phoff <= size &&
	       head->e_phnum <= (size - head->e_phoff) / sizeof(Elf64_Phdr);
}

/* The tree is written too, and stays where the entry finds it. */
static bool meets_tree(const struct hv_loader *t,
		       const struct hv_loader_cell *c, const Elf64_Phdr *p)
{
	for (uint32_t i = 0; i < c->pieces.count; i++) {
		const struct hv_loader_piece *o = tables_piece(t, c, i);

		if (o->kind == HV_PIECE_TREE &&
		    o->to.u < p->p_paddr + p->p_memsz &&
		    p->p_paddr < o->to.u + o->size)
			return true;
	}
	return false;
}

void payload_add_elf(struct payload *out, const struct hv_loader *t,
		     const struct hv_loader_cell *c, const char *path,
		     const uint8_t *bytes, size_t size)
{
	Elf64_Ehdr head;

	if (!read_head(bytes, size, &head))
		fail(EXIT_REFUSED, "'%s' is no ELF file for this machine", path);
	for (size_t i = 0; i < head.e_phnum; i++) {
		Elf64_Phdr p;

		memcpy(&p, bytes + head.e_phoff + i * sizeof(p), sizeof(p));
		if (p.p_type != PT_LOAD || !p.p_memsz)
			continue;
		if (p.p_offset > size || p.p_filesz > size - p.p_offset ||
		    p.p_filesz > p.p_memsz)
			fail(EXIT_REFUSED, "'%s' is truncated: segment %zu lies"
			     " outside of it", path, i);
		if (!is_in_ram(t, c, p.p_paddr, p.p_memsz))
			fail(EXIT_REFUSED, "'%s' has a segment at 0x%" PRIx64
			     ", which is not in the RAM of '%s'", path,
			     p.p_paddr, c->name);
		if (meets_tree(t, c, &p))
			fail(EXIT_REFUSED, "'%s' has a segment at 0x%" PRIx64
			     ", where the devicetree of '%s' is", path,
			     p.p_paddr, c->name);
		if (p.p_filesz)
			payload_add(out, &(struct payload_piece){
				    path, bytes + p.p_offset, p.p_filesz,
				    p.p_paddr });
	}
}
