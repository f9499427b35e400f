/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/complete.h"

#include <string.h>

#include "cli/options.h"

static void offer(FILE *out, const char *word, const char *begun)
{
	if (!strncmp(word, begun, strlen(begun)))
		fprintf(out, "%s\n", word);
}

static void offer_commands(FILE *out, const char *begun)
{
	for (size_t i = 0; i < n_command_rows; i++)
		offer(out, command_rows[i].name, begun);
	if (begun[0] != '-')
		return;
	offer(out, "--help", begun);
	offer(out, "--version", begun);
}

static void offer_options(FILE *out, const struct command_row *row,
			  const char *begun)
{
	for (size_t i = 0; i < n_option_rows; i++)
		if (row->options & option_rows[i].option)
			offer(out, option_rows[i].name, begun);
}

static void offer_names(FILE *out, const struct cell_names *names,
			const char *begun)
{
	for (size_t i = 0; i < names->n; i++)
		offer(out, names->names[i], begun);
}

void complete(FILE *out, const char *const *words, size_t n_words,
	      const struct cell_names *cells, const struct cell_names *devices)
{
	const char *begun = n_words ? words[n_words - 1] : "";
	const struct command_row *row = NULL;
	size_t n_behind = 0;

	for (size_t i = 0; i + 1 < n_words; i++) {
		if (words[i][0] == '-')
			continue;
		if (row)
			n_behind++;
		else
			row = command_find(words[i]);
		if (!row)
			return;
	}
	if (!row)
		offer_commands(out, begun);
	else if (begun[0] == '-')
		offer_options(out, row, begun);
	else if (row->takes & TAKES_CELL && !n_behind)
		offer_names(out, cells, begun);
	else if (row->takes & TAKES_DEVICES)
		offer_names(out, devices, begun);
}
