/* SPDX-License-Identifier: BSD-2-Clause */
#include "times.h"

#include <assert.h>
#include <inttypes.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"
#include "base/diag.h"

static uint64_t used_us(void)
{
	struct timespec t = { 0, 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint64_t tools_us(void)
{
	struct rusage u = { 0 };

	getrusage(RUSAGE_CHILDREN, &u);
	return (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 +
	       (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

void times_mark(struct times *t, const char *stage)
{
	uint64_t now = used_us();

	assert(t->n < TIMES_MAX);
	t->list[t->n].stage = stage;
	t->list[t->n++].us = now - t->since_us;
	t->since_us = now;
}

static const char *add(struct arena *a, const char *text, const char *stage,
		       uint64_t us)
{
	return arena_printf(a, "%s%s%s %" PRIu64 ".%" PRIu64 " ms", text,
			    *text ? ", " : "", stage, us / 1000,
			    us % 1000 / 100);
}

void times_tell(const struct times *t, struct arena *a, struct diag *d)
{
	const char *text = "";

	for (size_t i = 0; i < t->n; i++)
		text = add(a, text, t->list[i].stage, t->list[i].us);
	diag_say(d, "processor time: %s", add(a, text, "tools", tools_us()));
}
