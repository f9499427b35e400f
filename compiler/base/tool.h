/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tool.h - runs dtc, compiler and linker in a private folder.
 *
 * Programs are started directly: no shell sees a file name. The folder is
 * under TMPDIR, readable by nobody else, and gone after tool_close. Failures
 * come back as words, so that the caller can close before it gives up. Signals
 * that would end hvcc wait until then too. Includes arena.
 */
#ifndef BASE_TOOL_H
#define BASE_TOOL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;

struct tool_folder {
	struct arena *arena;
	const char *path;
	sigset_t mask;			/* of signals, as it was before */
};

bool tool_open(struct arena *a, struct tool_folder *out, const char **why)
	__attribute__((warn_unused_result));
/* Removes every file in it, then it. */
void tool_close(const struct tool_folder *f);

bool tool_write(const struct tool_folder *f, const char *name,
		const void *bytes, size_t size, const char **why)
	__attribute__((warn_unused_result));

/*
 * Runs argv (NULL at its end, argv[0] looked up in PATH) inside the folder and
 * waits. Its messages go to stderr. `package` is what to install when the
 * program is not there.
 */
bool tool_run(const struct tool_folder *f, const char *const *argv,
	      const char *package, bool is_verbose, const char **why)
	__attribute__((warn_unused_result));

#endif
