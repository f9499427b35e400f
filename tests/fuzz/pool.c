/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for fuzzers of devices, which want much of it for each input: what is
 * large goes back to a pool, poisoned, and not to the system.
 */
#undef malloc
#undef calloc
#undef free

#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <string.h>

#define POOL_MAX 64u
#define LARGE 4096u

void *fuzz_malloc(size_t size);
void *fuzz_calloc(size_t n, size_t size);
void fuzz_free(void *at);

static struct {
	void *at;
	size_t size;
	int is_free;
} pool[POOL_MAX];
static size_t n_pool;

static void *from_pool(size_t size)
{
	for (size_t i = 0; i < n_pool; i++)
		if (pool[i].is_free && pool[i].size == size) {
			pool[i].is_free = 0;
			__asan_unpoison_memory_region(pool[i].at, size);
			return pool[i].at;
		}
	return NULL;
}

void *fuzz_malloc(size_t size)
{
	void *at = from_pool(size);

	if (at)
		return at;
	if (size < LARGE)
		return malloc(size);
	/* Aligned for pages of guests; what is behind is no one's. */
	size_t whole = (size + 4095) / 4096 * 4096;

	at = aligned_alloc(4096, whole);
	if (!at || n_pool == POOL_MAX)
		abort();
	__asan_poison_memory_region((char *)at + size, whole - size);
	pool[n_pool].at = at;
	pool[n_pool++].size = size;
	return at;
}

void *fuzz_calloc(size_t n, size_t size)
{
	void *at = fuzz_malloc(n * size);

	memset(at, 0, n * size);
	return at;
}

void fuzz_free(void *at)
{
	for (size_t i = 0; i < n_pool; i++)
		if (pool[i].at == at) {
			pool[i].is_free = 1;
			__asan_poison_memory_region(at, pool[i].size);
			return;
		}
	free(at);
}
