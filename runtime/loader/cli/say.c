/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/say.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(enum exit_code code, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("hvisor.loader: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit((int)code);
}

void say_hash(const struct hv_sha256 *hash, char text[SAY_HASH_SIZE])
{
	for (size_t i = 0; i < sizeof(hash->b); i++)
		snprintf(text + 2 * i, 3, "%02x", hash->b[i]);
}

const char *say_name(const char *name, char *text, size_t size)
{
	size_t n = strnlen(name, size - 1);

	for (size_t i = 0; i < n; i++)
		text[i] = name[i] >= ' ' && name[i] <= '~' ? name[i] : '?';
	text[n] = 0;
	return text;
}

void say_time(uint64_t us, char *text, size_t size)
{
	snprintf(text, size, "%" PRIu64 ".%06" PRIu64 " s", us / 1000000,
		 us % 1000000);
}
