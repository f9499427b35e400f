/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/core.h"

#include <elf.h>
#include <string.h>
#include <unistd.h>

/*
 * struct elf_prstatus of a 64-bit Linux: signal and process numbers, four
 * times, then the registers, which here are those of arm64's user_pt_regs.
 */
struct prstatus {
	int32_t signal, code, error;
	int16_t current, zero;
	uint64_t pending, held;
	int32_t pid, parent, group, session;
	uint64_t times[8];
	uint64_t x[31], sp, pc, pstate;
	int32_t has_float, zero_end;
};
_Static_assert(sizeof(struct prstatus) == 392, "elf_prstatus");
_Static_assert(offsetof(struct prstatus, x) == 112, "elf_prstatus");

#define NAME_SIZE 8u			/* of a note, padded */
#define NOTE_SYSTEM 0x4856u		/* a debugger takes 1 for NT_PRSTATUS */
#define SIGNAL_ABORT 6

/* Both descriptions are multiples of 4 bytes, as notes are. */
#define NOTE_HEAD_SIZE (sizeof(Elf64_Nhdr) + NAME_SIZE)
#define NOTES_SIZE (2 * NOTE_HEAD_SIZE + sizeof(struct prstatus) + \
		    sizeof(((struct core_cpu *)0)->system))

static bool put(FILE *out, const void *bytes, size_t size)
{
	return fwrite(bytes, 1, size, out) == size;
}

static bool put_note(FILE *out, const char *name, uint32_t type,
		     const void *description, size_t size)
{
	const Elf64_Nhdr head = {
		(Elf64_Word)strlen(name) + 1, (Elf64_Word)size, type,
	};
	char padded[NAME_SIZE] = { 0 };

	memcpy(padded, name, strlen(name));
	return put(out, &head, sizeof(head)) &&
	       put(out, padded, sizeof(padded)) && put(out, description, size);
}

static bool put_cpu(FILE *out, const struct core_cpu *cpu)
{
	struct prstatus status = {
		.signal = SIGNAL_ABORT, .current = SIGNAL_ABORT,
		/* A debugger's threads: no two with one number. */
		.pid = (int32_t)cpu->index + 1,
		.sp = cpu->sp, .pc = cpu->pc, .pstate = cpu->pstate,
	};

	memcpy(status.x, cpu->x, sizeof(cpu->x));
	return put_note(out, "CORE", NT_PRSTATUS, &status, sizeof(status)) &&
	       put_note(out, "HVISOR", NOTE_SYSTEM, cpu->system,
			sizeof(cpu->system));
}

static bool put_load(FILE *out, const struct core_run *run, uint64_t offset)
{
	Elf64_Phdr load = {
		.p_type = PT_LOAD, .p_flags = run->flags, .p_offset = offset,
		.p_vaddr = run->base, .p_paddr = run->base,
		.p_filesz = run->size, .p_memsz = run->size,
		.p_align = CORE_PAGE,
	};

	return put(out, &load, sizeof(load));
}

static Elf64_Ehdr head_of(uint16_t machine, size_t n_headers)
{
	return (Elf64_Ehdr){
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_CORE, .e_machine = machine,
		.e_version = EV_CURRENT, .e_phoff = sizeof(Elf64_Ehdr),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = (Elf64_Half)n_headers,
	};
}

bool core_write_head(FILE *out, uint16_t machine, const struct core_cpu *cpus,
		     size_t n_cpus, const struct core_run *runs, size_t n_runs,
		     uint64_t *memory)
{
	uint64_t notes_at = sizeof(Elf64_Ehdr) +
			    (n_runs + 1) * sizeof(Elf64_Phdr);
	uint64_t notes_size = n_cpus * NOTES_SIZE;
	uint64_t at = (notes_at + notes_size + CORE_PAGE - 1) &
		      ~(uint64_t)(CORE_PAGE - 1);
	const Elf64_Ehdr head = head_of(machine, n_runs + 1);
	const Elf64_Phdr notes = {
		.p_type = PT_NOTE, .p_offset = notes_at,
		.p_filesz = notes_size, .p_align = 4,
	};

	*memory = at;
	if (!put(out, &head, sizeof(head)) || !put(out, &notes, sizeof(notes)))
		return false;
	for (size_t i = 0; i < n_runs; i++) {
		if (!put_load(out, &runs[i], at))
			return false;
		at += runs[i].size;
	}
	for (size_t i = 0; i < n_cpus; i++)
		if (!put_cpu(out, &cpus[i]))
			return false;
	return true;
}

bool core_write_page(FILE *out, uint64_t at, const uint8_t page[CORE_PAGE])
{
	static const uint8_t nothing[CORE_PAGE];

	if (!memcmp(page, nothing, CORE_PAGE))
		return true;
	return !fseeko(out, (off_t)at, SEEK_SET) && put(out, page, CORE_PAGE);
}

bool core_write_end(FILE *out, uint64_t size)
{
	return !fflush(out) && !ftruncate(fileno(out), (off_t)size);
}
