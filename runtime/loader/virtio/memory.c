/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio/memory.h"

#include <string.h>

/* Behind the last address nothing goes on. */
static bool goes_on(const struct memory_view *a, const struct memory_view *b)
{
	return b->front && a->front + a->size == b->front &&
	       a->at + a->size == b->at && a->may_write == b->may_write;
}

bool memory_add(struct memory *m, const struct memory_view *view)
{
	struct memory_view *last = &m->views[m->n_views];

	if (!view->size || view->front + (view->size - 1) < view->front)
		return false;
	if (m->n_views && goes_on(last - 1, view)) {
		last[-1].size += view->size;
		return true;
	}
	if (m->n_views == MEMORY_VIEWS_MAX)
		return false;
	*last = *view;
	m->n_views++;
	return true;
}

uint8_t *memory_at(const struct memory *m, uint64_t front, uint64_t size,
		   bool is_written)
{
	for (size_t i = 0; i < m->n_views; i++) {
		const struct memory_view *v = &m->views[i];
		uint64_t offset = front - v->front;

		if (front < v->front || offset >= v->size)
			continue;
		if (!size || size > v->size - offset ||
		    (is_written && !v->may_write))
			return NULL;
		return v->at + offset;
	}
	return NULL;
}

/* Behind this the compiler takes nothing that was loaded for what is there. */
static void forget(void)
{
	__asm__ volatile("" ::: "memory");
}

void memory_copy_in(void *to, const uint8_t *from, size_t size)
{
	memcpy(to, from, size);
	forget();
}

void memory_copy_out(uint8_t *to, const void *from, size_t size)
{
	forget();
	memcpy(to, from, size);
	forget();
}
