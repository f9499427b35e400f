/* SPDX-License-Identifier: BSD-2-Clause */
#include "image/link.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "image/elf.h"
#include "base/tool.h"
#include "target/target.h"

#define ELF_SIZE_MAX ((size_t)1 << 30)

/*
 * The tools run in the private folder with bare names, so that no name of
 * this machine can reach what they write.
 */
static bool compile(const struct tool_folder *f, const struct target *t,
		    const char *abi_dir, bool is_verbose, const char **why)
{
	struct arena *a = f->arena;
	const char *const argv[] = {
		arena_printf(a, "%sgcc", t->compiler_prefix),
		"-std=c11", "-O1", "-ffreestanding", "-fPIE",
		"-fvisibility=hidden", "-Wall", "-Wextra", "-Werror",
		"-I", abi_dir, "-c", "tables.c", "-o", "tables.o", NULL,
	};

	return tool_run(f, argv, arena_printf(a, "gcc-%.*s",
			(int)strlen(t->compiler_prefix) - 1,
			t->compiler_prefix), is_verbose, why);
}

/*
 * 843419: a Cortex-A53 may compute a wrong address after an ADRP in the last
 * words of a page; the linker rewrites those. (Arm, Cortex-A53 errata notice)
 */
static bool join(const struct tool_folder *f, const struct target *t,
		 const char *runtime, bool is_verbose, const char **why)
{
	struct arena *a = f->arena;
	const char *argv[20];
	size_t n = 0;

	argv[n++] = arena_printf(a, "%sld", t->compiler_prefix);
	if (t->linker_emulation) {
		argv[n++] = "-m";
		argv[n++] = t->linker_emulation;
	}
	argv[n++] = "-static";
	argv[n++] = "--no-dynamic-linker";
	argv[n++] = "--build-id=none";
	argv[n++] = "--fatal-warnings";
	argv[n++] = "--orphan-handling=error";
	argv[n++] = "--fix-cortex-a53-843419=adr";
	argv[n++] = "-z";
	argv[n++] = "max-page-size=4096";
	argv[n++] = "-T";
	argv[n++] = "hvisor.ld";
	argv[n++] = "-o";
	argv[n++] = "hvisor.elf";
	argv[n++] = runtime;
	argv[n++] = "tables.o";
	argv[n] = NULL;
	return tool_run(f, argv, arena_printf(a, "binutils-%.*s",
			(int)strlen(t->compiler_prefix) - 1,
			t->compiler_prefix), is_verbose, why);
}

static bool flatten_section(struct arena *a, const struct layout *l,
			    const struct elf_section *s, uint8_t *bytes,
			    const char **why)
{
	uint64_t base = l->hypervisor.all.base.u;
	uint64_t room = l->hypervisor.image_size;

	if (!(s->flags & SHF_ALLOC) || !s->size)
		return true;
	if (s->address < base || s->address - base > room ||
	    s->size > room - (s->address - base)) {
		*why = arena_printf(a, "the linker put section %s at 0x%jx,"
				    " outside of the image", s->name,
				    (uintmax_t)s->address);
		return false;
	}
	if (s->bytes)
		memcpy(bytes + (s->address - base), s->bytes, (size_t)s->size);
	return true;
}

static bool flatten(struct arena *a, const struct layout *l,
		    const struct file *file, struct linked *out,
		    const char **why)
{
	struct elf e;
	const char *reason;

	if (!elf_parse(a, file->bytes, file->size, &e, &reason)) {
		*why = arena_printf(a, "the linker's output %s", reason);
		return false;
	}
	out->bytes = arena_alloc(a, (size_t)l->hypervisor.image_size);
	for (size_t i = 0; i < e.n_sections; i++)
		if (!flatten_section(a, l, &e.sections[i], out->bytes, why))
			return false;
	out->elf = file->bytes;
	out->elf_size = file->size;
	return true;
}

static const char *whole_path(struct arena *a, const char *path)
{
	char *whole = realpath(path, NULL);
	const char *out = whole ? arena_strdup(a, whole) : path;

	free(whole);
	return out;
}

static bool link_in(const struct tool_folder *f, const struct layout *l,
		    const struct image_parts *parts, bool is_verbose,
		    struct linked *out, const char **why)
{
	struct arena *a = f->arena;
	const struct target *t = l->model->target;
	struct file file;

	if (!tool_write(f, "tables.c", parts->tables_c,
			strlen(parts->tables_c), why) ||
	    !tool_write(f, "hvisor.ld", parts->ldscript,
			strlen(parts->ldscript), why) ||
	    !compile(f, t, whole_path(a, parts->abi_dir), is_verbose, why) ||
	    !join(f, t, whole_path(a, l->runtime->path), is_verbose, why))
		return false;

	const char *path = arena_printf(a, "%s/hvisor.elf", f->path);
	const char *reason;

	if (!file_read(a, path, ELF_SIZE_MAX, &file, &reason)) {
		*why = arena_printf(a, "the linker's output: %s", reason);
		return false;
	}
	return flatten(a, l, &file, out, why);
}

bool link_image(struct arena *a, const struct layout *l,
		const struct image_parts *parts, bool is_verbose,
		struct linked *out, const char **why)
{
	struct tool_folder f;

	if (!tool_open(a, &f, why))
		return false;

	bool is_linked = link_in(&f, l, parts, is_verbose, out, why);

	tool_close(&f);
	return is_linked;
}
