/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/map.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

struct slot {
	const char *key;	/* NULL: free */
	void *value;
};

struct map {
	struct arena *arena;
	struct slot *slots;
	size_t n_slots;		/* a power of two, at most half in use */
	size_t n_used;
};

/* FNV-1a, 64 bits. */
static size_t hash(const char *key)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
	return (size_t)h;
}

static struct slot *slot_of(const struct map *m, const char *key)
{
	size_t i = hash(key);

	for (;; i++) {
		struct slot *s = &m->slots[i & (m->n_slots - 1)];

		if (!s->key || !strcmp(s->key, key))
			return s;
	}
}

static void slots_make(struct map *m, size_t n)
{
	m->slots = arena_array(m->arena, n, sizeof(*m->slots));
	m->n_slots = n;
}

static void map_double(struct map *m)
{
	struct slot *old = m->slots;
	size_t n_old = m->n_slots;

	slots_make(m, 2 * n_old);
	for (size_t i = 0; i < n_old; i++)
		if (old[i].key)
			*slot_of(m, old[i].key) = old[i];
}

struct map *map_new(struct arena *a)
{
	struct map *m = arena_alloc(a, sizeof(*m));

	m->arena = a;
	slots_make(m, 16);
	return m;
}

void *map_get(const struct map *m, const char *key)
{
	return slot_of(m, key)->value;
}

void map_put(struct map *m, const char *key, void *value)
{
	assert(value);

	struct slot *s = slot_of(m, key);

	if (!s->key) {
		if (2 * (m->n_used + 1) > m->n_slots) {
			map_double(m);
			s = slot_of(m, key);
		}
		m->n_used++;
	}
	*s = (struct slot){ key, value };
}
