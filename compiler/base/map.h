/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * map.h - from a string to a thing, in time that does not grow with the map.
 *
 * Keys are not copied and must outlive the map; they must not be NULL. There
 * is no order: what is printed must come from a list. Includes arena.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

struct arena;
struct map;

struct map *map_new(struct arena *a);
void *map_get(const struct map *m, const char *key);	/* NULL: not there */
/* Replaces what the key had. value is not NULL. */
void map_put(struct map *m, const char *key, void *value);

#endif
