// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "refusal.h"

int refuse(struct refusal *r, int error, const char *fmt, ...)
{
	va_list args;

	if (r->text[0])
		return -error;
	va_start(args, fmt);
	vsnprintf(r->text, sizeof(r->text), fmt, args);
	va_end(args);
	return -error;
}
