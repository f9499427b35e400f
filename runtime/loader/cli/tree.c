/* SPDX-License-Identifier: BSD-2-Clause */
/* Offsets and tokens are of the Devicetree Specification 0.4, section 5. */
#include "cli/tree.h"

#include <string.h>

#define MAGIC 0xd00dfeedu
#define BEGIN_NODE 1u
#define END_NODE 2u
#define PROPERTY 3u
#define NOP 4u

struct reader {
	uint8_t *tree;
	size_t size;
	size_t at;		/* of the next word of the structure block */
	size_t strings;
	unsigned int depth;
	bool is_chosen;		/* in /chosen itself */
};

static bool read_word(struct reader *r, uint32_t *out)
{
	const uint8_t *b = r->tree + r->at;

	if (r->at > r->size || r->size - r->at < 4)
		return false;
	*out = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	       (uint32_t)b[2] << 8 | b[3];
	r->at += 4;
	return true;
}

static bool is_text_at(const struct reader *r, size_t at, const char *text)
{
	size_t n = strlen(text) + 1;

	return at <= r->size && n <= r->size - at &&
	       !memcmp(r->tree + at, text, n);
}

static bool enter(struct reader *r)
{
	const uint8_t *end = r->at < r->size
		? memchr(r->tree + r->at, 0, r->size - r->at) : NULL;

	if (!end)
		return false;
	r->depth++;
	r->is_chosen = r->depth == 2 && is_text_at(r, r->at, "chosen");
	r->at = ((size_t)(end - r->tree) + 4) & ~(size_t)3;
	return true;
}

/* *value: NULL unless it is the property. False: the tree is not sound. */
static bool pass_property(struct reader *r, uint8_t **value, uint32_t *n)
{
	uint32_t name;

	if (!read_word(r, n) || !read_word(r, &name) || *n > r->size - r->at)
		return false;
	if (r->is_chosen && name <= r->size &&
	    is_text_at(r, r->strings + name, "linux,initrd-end"))
		*value = r->tree + r->at;
	r->at = (r->at + *n + 3) & ~(size_t)3;
	return true;
}

static uint8_t *find(struct reader *r, uint32_t *n)
{
	uint8_t *value = NULL;
	uint32_t token;

	while (!value && read_word(r, &token)) {
		if (token == BEGIN_NODE) {
			if (!enter(r))
				return NULL;
		} else if (token == END_NODE) {
			r->is_chosen = false;
			r->depth--;
		} else if (token == PROPERTY) {
			if (!pass_property(r, &value, n))
				return NULL;
		} else if (token != NOP) {
			return NULL;
		}
	}
	return value;
}

bool tree_set_initrd_end(uint8_t *tree, size_t size, uint64_t end)
{
	struct reader r = { .tree = tree, .size = size };
	uint32_t magic, total, structure, strings, n = 0;

	if (!read_word(&r, &magic) || magic != MAGIC || !read_word(&r, &total) ||
	    !read_word(&r, &structure) || !read_word(&r, &strings))
		return false;
	r.at = structure;
	r.strings = strings;

	uint8_t *value = find(&r, &n);

	if (!value || (n != 4 && n != 8) || (n == 4 && end >> 32))
		return false;
	for (uint32_t i = 0; i < n; i++)
		value[i] = (uint8_t)(end >> (8 * (n - 1 - i)));
	return true;
}
