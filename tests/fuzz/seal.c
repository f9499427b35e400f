/* SPDX-License-Identifier: BSD-2-Clause */
#include "seal.h"

#include <libfdt.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "hv_abi.h"
#include "image/hash.h"

/* Where the segments lie, and the tables in the first. */
static bool is_whole(const struct hv_image_head *head, size_t size)
{
	if (size < HV_IMAGE_HEAD_SIZE || !head->n_segments ||
	    head->n_segments >= HV_MAX_SEGMENTS)
		return false;
	for (uint32_t i = 0; i < head->n_segments; i++) {
		const struct hv_segment *s = &head->segments[i];

		if (s->offset > size || s->size > size - s->offset)
			return false;
	}

	uint64_t runtime_size = head->segments[0].size;

	return !head->segments[0].offset && head->tables_offset % 8 == 0 &&
	       head->tables_offset <= runtime_size &&
	       runtime_size - head->tables_offset >= sizeof(struct hv_head);
}

/* The 32 bytes of a tree that are the identity, or NULL. */
static uint8_t *identity_in(uint8_t *image, const struct hv_segment *s)
{
	uint8_t *tree = image + s->offset;
	int n = 0;

	if (s->kind != HV_SEGMENT_TREE || s->size > INT_MAX ||
	    (uintptr_t)tree % 8 || fdt_check_full(tree, (size_t)s->size))
		return NULL;

	int node = fdt_path_offset(tree, "/hypervisor");

	if (node < 0)
		return NULL;

	const void *at = fdt_getprop(tree, node, "identity", &n);

	return at && n == (int)sizeof(struct hv_sha256) ?
		tree + ((const uint8_t *)at - tree) : NULL;
}

static void set_in_trees(uint8_t *image, const struct hv_sha256 *identity)
{
	const struct hv_image_head *head = (const void *)image;

	for (uint32_t i = 1; i < head->n_segments; i++) {
		uint8_t *at = identity_in(image, &head->segments[i]);

		if (at)
			memcpy(at, identity, sizeof(*identity));
	}
}

static struct hv_sha256 identity_of(const uint8_t *image)
{
	const struct hv_image_head *head = (const void *)image;
	struct hash whole = hash_begin();

	hash_add(&whole, image + head->tables_offset,
		 (size_t)(head->segments[0].size - head->tables_offset));
	for (uint32_t i = 1; i < head->n_segments; i++) {
		struct hv_sha256 sum =
			hash_bytes(image + head->segments[i].offset,
				   (size_t)head->segments[i].size);

		hash_add(&whole, sum.b, sizeof(sum.b));
	}
	return hash_end(&whole);
}

void seal(uint8_t *image, size_t size)
{
	static const struct hv_sha256 zero;
	struct hv_image_head *head = (void *)image;

	if (!is_whole(head, size))
		return;

	struct hv_head *tables = (void *)(image + head->tables_offset);

	set_in_trees(image, &zero);
	head->identity = tables->identity = zero;

	struct hv_sha256 identity = identity_of(image);

	set_in_trees(image, &identity);
	for (uint32_t i = 1; i < head->n_segments; i++)
		head->segments[i].sha256 =
			hash_bytes(image + head->segments[i].offset,
				   (size_t)head->segments[i].size);
	head->segments[0].sha256 = zero;
	head->segments[0].sha256 =
		hash_bytes(image, (size_t)head->segments[0].size);
	head->identity = tables->identity = identity;
}
