/* SPDX-License-Identifier: BSD-2-Clause */
#include "library.h"

#include <limits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/file.h"
#include "base/paths.h"

static const char *program_folder(struct arena *a)
{
	char path[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (size <= 0)
		fatal("cannot find the folder of hvcc itself: no /proc");
	path[size] = 0;
	return paths_folder(a, path);
}

struct library library_find(struct arena *a)
{
	const char *folder = program_folder(a);
	const char *lib = arena_printf(a, "%slib/hvcc", folder);

	if (!file_exists(lib))
		lib = arena_printf(a, "%s../lib/hvcc", folder);
	return (struct library){
		.root = lib,
		.runtime = arena_printf(a, "%s/hv_runtime.o", lib),
		.runtime_sha256 = arena_printf(a, "%s/hv_runtime.sha256", lib),
		.loader = arena_printf(a, "%s/hvisor.loader", lib),
		.abi = arena_printf(a, "%s/abi", lib),
		.board = arena_printf(a, "%s/board", lib),
		.rules = arena_printf(a, "%s/rules", lib),
	};
}
