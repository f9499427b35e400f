/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/fatal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void fatal(const char *fmt, ...)
{
	va_list ap;

	/* What was printed before belongs above this line. */
	fflush(stdout);
	fputs("hvcc: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(EXIT_ENVIRONMENT);
}
