/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/suggest.h"

#include <string.h>

#define WORD_MAX 63

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/*
 * Insertions, deletions, changes, and swaps of neighbours, each counted 1. Row
 * i of the matrix needs the two rows above it only.
 */
static size_t edit_distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t a_size = strlen(a), b_size = strlen(b);

	for (size_t j = 0; j <= b_size; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_size; i++) {
		size_t *row = rows[i % 3];
		const size_t *up = rows[(i + 2) % 3];
		const size_t *up2 = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_size; j++) {
			row[j] = min3(up[j] + 1, row[j - 1] + 1,
				      up[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && up2[j - 2] + 1 < row[j])
				row[j] = up2[j - 2] + 1;
		}
	}
	return rows[a_size % 3][b_size];
}

struct suggest suggest_for(const char *word)
{
	/* A third of the word may be wrong; of short words, one letter. */
	size_t size = strlen(word);

	return (struct suggest){
		.word = word, .distance = size < 6 ? 2 : size / 3 + 1,
	};
}

void suggest_offer(struct suggest *s, const char *word)
{
	size_t size = strlen(s->word);

	if (size > WORD_MAX || strlen(word) > WORD_MAX)
		return;

	size_t distance = edit_distance(s->word, word);

	/* To change every letter is not a likeness. */
	if (distance < s->distance && distance < size) {
		s->distance = distance;
		s->best = word;
	}
}
