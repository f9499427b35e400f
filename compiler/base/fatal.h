/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fatal.h - the machine's fault: a file, the toolchain, the disk, no memory.
 *
 * Prints one line on stderr and ends hvcc with exit code 2. What the user
 * wrote is never answered here but with diag_error. Nothing has to be cleaned
 * up: outputs exist under their own names only once they are whole.
 */
#ifndef BASE_FATAL_H
#define BASE_FATAL_H

enum exit_code {
	EXIT_DONE = 0,
	EXIT_RULE = 1,		/* the input breaks a rule */
	EXIT_ENVIRONMENT = 2,	/* file, toolchain, disk */
	EXIT_MISMATCH = 3	/* the image does not match the model */
};

_Noreturn void fatal(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

#endif
