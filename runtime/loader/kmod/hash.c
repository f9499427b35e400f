// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/sched.h>

#include "hash.h"

#define PIECE ((size_t)1 << 20)	/* between two looks at the rest of Linux */

static const struct hv_sha256 zero;

void hash_begin(struct hash *h)
{
	sha256_init(&h->state);
}

void hash_add(struct hash *h, const void *bytes, size_t size)
{
	for (size_t done = 0; done < size;) {
		size_t n = min(PIECE, size - done);

		sha256_update(&h->state, (const u8 *)bytes + done,
			      (unsigned int)n);
		cond_resched();
		done += n;
	}
}

void hash_end(struct hash *h, struct hv_sha256 *sum)
{
	sha256_final(&h->state, sum->b);
}

void hash_bytes(const void *bytes, size_t size, struct hv_sha256 *sum)
{
	struct hash h;

	hash_begin(&h);
	hash_add(&h, bytes, size);
	hash_end(&h, sum);
}

/* Adds a hash's worth of zeros where bytes has something else. */
static const u8 *skip(struct hash *h, const u8 *from, const u8 *to)
{
	hash_add(h, from, (size_t)(to - from));
	hash_add(h, &zero, sizeof(zero));
	return to + sizeof(zero);
}

void hash_without(const void *bytes, size_t size,
		  const struct hv_sha256 *identity, struct hv_sha256 *sum)
{
	const u8 *at = bytes, *end = at + size;
	struct hash h;

	hash_begin(&h);
	for (const u8 *p = at; (size_t)(end - p) >= sizeof(*identity); p += 4) {
		if (memcmp(p, identity, sizeof(*identity)))
			continue;
		at = skip(&h, at, p);
		break;
	}
	hash_add(&h, at, (size_t)(end - at));
	hash_end(&h, sum);
}

void hash_runtime(const void *runtime, const struct image *image,
		  struct hv_sha256 *sum)
{
	const struct hv_segment *s = &image->head->segments[0];
	const struct hv_image_head *head = runtime;
	const u8 *at = runtime;
	struct hash h;

	hash_begin(&h);
	at = skip(&h, at, head->identity.b);
	at = skip(&h, at, head->segments[0].sha256.b);
	at = skip(&h, at, image->tables->identity.b);
	hash_add(&h, at, (size_t)((const u8 *)runtime + s->size - at));
	hash_end(&h, sum);
}

bool hash_is_code(const void *runtime, const struct image *image)
{
	u64 end = image->head->tables_offset;
	struct hv_sha256 sum;
	struct hash h, so_far;

	hash_begin(&h);
	for (u64 at = HV_IMAGE_HEAD_SIZE; at < end; at += PAGE_SIZE) {
		hash_add(&h, (const u8 *)runtime + at,
			 min((u64)PAGE_SIZE, end - at));
		so_far = h;
		hash_end(&so_far, &sum);
		if (!memcmp(&sum, &image->tables->runtime, sizeof(sum)))
			return true;
	}
	return false;
}
