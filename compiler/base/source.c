/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/source.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"

struct entry {
	const char *name;
	const char *bytes;
	uint32_t base, size;
	bool has_lines;
	const uint32_t *lines;	/* offset of each line's first byte */
	size_t n_lines;
};

struct source {
	struct arena *arena;
	struct entry *entries;	/* by rising base */
	size_t n_entries;
	const char **depends;
	size_t n_depends;
	uint32_t end;		/* base of the next entry */
};

struct source *source_new(struct arena *a)
{
	struct source *s = arena_alloc(a, sizeof(*s));

	s->arena = a;
	s->end = 1;		/* 0 is nowhere */
	return s;
}

static const char *lines_index(struct source *s, struct entry *e)
{
	size_t n = 1;

	for (uint32_t i = 0; i < e->size; i++)
		n += e->bytes[i] == '\n';

	uint32_t *lines = arena_array(s->arena, n, sizeof(*lines));
	size_t line_i = 0;

	for (uint32_t i = 0; i < e->size; i++) {
		if (i - lines[line_i] > SOURCE_LINE_MAX)
			return arena_printf(s->arena,
				"line %zu is longer than 64 KiB", line_i + 1);
		if (e->bytes[i] == '\n')
			lines[++line_i] = i + 1;
	}
	e->lines = lines;
	e->n_lines = n;
	e->has_lines = true;
	return NULL;
}

static void entry_add(struct source *s, struct entry e)
{
	s->entries = arena_grow(s->arena, s->entries, s->n_entries, sizeof(e));
	s->entries[s->n_entries++] = e;
	/* One more than its bytes, so that its end is a place of its own. */
	s->end = e.base + e.size + 1;
}

/* bytes are ours already and are not copied again. */
static enum source_result text_add(struct source *s, struct entry e, size_t size,
				   struct source_text *out, const char **why)
{
	if (size > SOURCE_FILE_MAX) {
		*why = "is larger than 16 MiB";
		return SOURCE_TOO_LARGE;
	}
	if (size > SOURCE_ALL_MAX - s->end) {
		*why = "makes all texts together larger than 256 MiB";
		return SOURCE_TOO_LARGE;
	}
	e.base = s->end;
	e.size = (uint32_t)size;
	*why = lines_index(s, &e);
	if (*why)
		return SOURCE_TOO_LARGE;
	entry_add(s, e);
	*out = (struct source_text){ e.name, e.bytes, e.size, e.base };
	return SOURCE_ADDED;
}

enum source_result source_add_file(struct source *s, const char *path,
				   struct source_text *out, const char **why)
{
	struct file f;

	if (!file_read(s->arena, path, SOURCE_FILE_MAX, &f, why))
		return f.is_too_large ? SOURCE_TOO_LARGE : SOURCE_UNREADABLE;
	source_depend(s, f.path);

	struct entry e = { .name = f.path, .bytes = (const char *)f.bytes };

	return text_add(s, e, f.size, out, why);
}

enum source_result source_add_text(struct source *s, const char *name,
				   const char *bytes, size_t size,
				   struct source_text *out, const char **why)
{
	struct entry e = {
		.name = arena_strdup(s->arena, name),
		.bytes = arena_strndup(s->arena, bytes, size),
	};

	return text_add(s, e, size, out, why);
}

struct span source_add_item(struct source *s, const char *file_name,
			    const char *text)
{
	size_t size = strlen(text);

	if (size >= SOURCE_ALL_MAX - s->end)
		fatal("'%s' has more things than hvcc can name", file_name);

	struct entry e = {
		.name = arena_strdup(s->arena, file_name),
		.bytes = arena_strdup(s->arena, text),
		.base = s->end, .size = (uint32_t)size,
	};

	entry_add(s, e);
	return (struct span){ e.base, e.base + e.size };
}

bool span_is_nowhere(struct span at)
{
	return !at.begin;
}

struct span span_join(struct span a, struct span b)
{
	if (span_is_nowhere(a))
		return b;
	if (span_is_nowhere(b))
		return a;
	return (struct span){ a.begin, b.end > a.begin ? b.end : a.end };
}

static const struct entry *entry_of(const struct source *s, struct span at)
{
	size_t low = 0, high = s->n_entries;

	if (span_is_nowhere(at) || at.begin >= s->end)
		return NULL;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (s->entries[mid].base <= at.begin)
			low = mid;
		else
			high = mid;
	}
	return &s->entries[low];
}

static size_t line_of(const struct entry *e, uint32_t offset)
{
	size_t low = 0, high = e->n_lines;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (e->lines[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* Bytes 10xxxxxx continue a character (RFC 3629 section 3). */
static uint32_t characters(const char *text, size_t size)
{
	uint32_t n = 0;

	for (size_t i = 0; i < size; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

bool source_find(const struct source *s, struct span at,
		 struct source_place *out)
{
	const struct entry *e = entry_of(s, at);

	if (!e)
		return false;
	*out = (struct source_place){ .name = e->name };
	if (!e->has_lines)
		return true;

	uint32_t offset = at.begin - e->base;
	size_t line_i = line_of(e, offset);
	const char *text = e->bytes + e->lines[line_i];
	size_t size = e->size - e->lines[line_i];

	if (line_i + 1 < e->n_lines)
		size = e->lines[line_i + 1] - e->lines[line_i] - 1;
	if (size && text[size - 1] == '\r')
		size--;
	out->has_line = true;
	out->line = (uint32_t)line_i + 1;
	out->text = text;
	out->text_size = size;
	out->from = offset - e->lines[line_i];
	if (out->from > size)
		out->from = size;
	out->to = out->from;
	if (at.end > at.begin)
		out->to = out->from + (at.end - at.begin);
	if (out->to > size)
		out->to = size;
	out->column = characters(text, out->from) + 1;
	return true;
}

static void place_of(const struct entry *e, uint32_t offset, uint32_t *line,
		     uint32_t *column)
{
	size_t i = line_of(e, offset);

	*line = (uint32_t)i + 1;
	*column = characters(e->bytes + e->lines[i], offset - e->lines[i]) + 1;
}

bool source_region(const struct source *s, struct span at,
		   struct source_region *out)
{
	const struct entry *e = entry_of(s, at);

	if (!e)
		return false;
	*out = (struct source_region){ .name = e->name, .item = "" };
	if (!e->has_lines) {
		out->item = e->bytes;
		return true;
	}

	uint32_t begin = at.begin - e->base, end = at.end - e->base;

	if (at.end < at.begin)
		end = begin;
	/* A span over several files is shown where it begins. */
	if (end > e->size)
		end = e->size;
	if (begin > e->size)
		begin = e->size;
	out->offset = begin;
	out->size = end - begin;
	place_of(e, begin, &out->line, &out->column);
	place_of(e, end, &out->end_line, &out->end_column);
	return true;
}

const char *source_name(const struct source *s, struct span at)
{
	const struct entry *e = entry_of(s, at);

	return e ? e->name : "";
}

void source_depend(struct source *s, const char *path)
{
	for (size_t i = s->n_depends; i-- > 0;)
		if (!strcmp(s->depends[i], path))
			return;
	s->depends = arena_grow(s->arena, s->depends, s->n_depends,
				sizeof(*s->depends));
	s->depends[s->n_depends++] = arena_strdup(s->arena, path);
}

size_t source_n_depends(const struct source *s)
{
	return s->n_depends;
}

const char *source_depends(const struct source *s, size_t i)
{
	assert(i < s->n_depends);
	return s->depends[i];
}
