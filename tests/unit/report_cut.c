/* SPDX-License-Identifier: BSD-2-Clause */
/* Where there are too many flows to list, nobody is told that there are none. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "report/html_sections.h"

static char *flows_of(bool are_cut)
{
	char *text;
	size_t size;
	struct arena *a = arena_new();
	const struct survey s = { .arena = a, .are_flows_cut = are_cut };
	const struct page p = { open_memstream(&text, &size), a, &s };

	html_flows(&p);
	fclose(p.out);
	arena_free(a);
	return text;
}

Test(report_cut, none_are_none)
{
	cr_expect(strstr(flows_of(false), "No cell can pass anything"));
}

Test(report_cut, too_many_are_not_none)
{
	char *text = flows_of(true);

	cr_expect(!strstr(text, "No cell can pass anything"));
	cr_expect(strstr(text, "There are more flows than are printed"));
}
