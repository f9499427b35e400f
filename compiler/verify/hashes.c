/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hashes that rows have, the identity that is made of all of them, and the
 * runtime: the proof is worth what the code is worth that obeys the tables.
 */
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/file.h"
#include "image/hash.h"
#include "verify/proof.h"

#define HASH_FILE_MAX ((size_t)4096)

/* Row 0 leaves out its own hash and both copies of the identity. */
static struct hv_sha256 hash_runtime_segment(const struct proof *p)
{
	const struct hv_segment *s = &p->image->segments[0];
	uint8_t *copy = arena_alloc(p->arena, (size_t)s->size);

	memcpy(copy, p->bytes, (size_t)s->size);

	struct hv_image_head *image = (void *)copy;
	struct hv_head *head = (void *)(copy + p->image->tables_offset);

	memset(&image->segments[0].sha256, 0, sizeof(struct hv_sha256));
	memset(&image->identity, 0, sizeof(struct hv_sha256));
	memset(&head->identity, 0, sizeof(struct hv_sha256));
	return hash_bytes(copy, (size_t)s->size);
}

/* Rows of equal bytes share an offset: each byte is hashed once. */
static uint32_t find_same(const struct proof *p, uint32_t i)
{
	uint32_t k = 1;

	while (p->image->segments[k].offset != p->image->segments[i].offset)
		k++;
	return k;
}

static void check_segments(struct proof *p)
{
	const struct hv_segment *s = p->image->segments;
	struct hv_sha256 sums[HV_MAX_SEGMENTS];

	sums[0] = hash_runtime_segment(p);
	for (uint32_t i = 0; i < p->image->n_segments; i++) {
		uint32_t k = i ? find_same(p, i) : i;

		if (i && k == i)
			sums[i] = hash_bytes(p->bytes + s[i].offset,
					     (size_t)s[i].size);
		proof_claim(p, hash_is_equal(&sums[k], &s[i].sha256),
			    "segment %" PRIu32 " does not have the hash that its"
			    " row has", i);
	}
}

/* ---- identity ------------------------------------------------------------ */

/* A tree, or its pristine copy, which is the same bytes. */
static bool is_tree(const struct proof *p, const struct hv_segment *s)
{
	for (uint32_t i = 1; i < p->image->n_segments; i++)
		if (p->image->segments[i].kind == HV_SEGMENT_TREE &&
		    p->image->segments[i].offset == s->offset)
			return true;
	return false;
}

/* A tree counts with its identity zero; find it as a reader of trees would. */
static struct hv_sha256 hash_for_identity(const struct proof *p,
					  const struct hv_segment *s)
{
	const uint8_t *tree = p->bytes + s->offset;
	int node, n = 0;

	if (!is_tree(p, s) || s->size > INT_MAX ||
	    fdt_check_full(tree, (size_t)s->size))
		return s->sha256;
	node = fdt_path_offset(tree, "/hypervisor");

	/* Of no node there is none, and of none the size is negative. */
	const uint8_t *identity = fdt_getprop(tree, node, "identity", &n);

	if (n != (int)sizeof(struct hv_sha256))
		return s->sha256;

	const struct hv_sha256 zero = { { 0 } };
	size_t before = (size_t)(identity - tree);
	struct hash h = hash_begin();

	hash_add(&h, tree, before);
	hash_add(&h, zero.b, sizeof(zero.b));
	hash_add(&h, identity + sizeof(zero.b),
		 (size_t)s->size - before - sizeof(zero.b));
	return hash_end(&h);
}

static void check_identity(struct proof *p)
{
	const struct hv_sha256 zero = { { 0 } };
	struct hv_sha256 sums[HV_MAX_SEGMENTS];
	size_t at = offsetof(struct hv_head, identity);
	const uint8_t *tables = (const uint8_t *)p->head;
	struct hash h = hash_begin();

	hash_add(&h, tables, at);
	hash_add(&h, zero.b, sizeof(zero.b));
	hash_add(&h, tables + at + sizeof(zero.b),
		 (size_t)p->tables_size - at - sizeof(zero.b));
	for (uint32_t i = 1; i < p->image->n_segments; i++) {
		uint32_t k = find_same(p, i);

		sums[i] = k < i ? sums[k] :
				  hash_for_identity(p, &p->image->segments[i]);
		hash_add(&h, sums[i].b, sizeof(sums[i].b));
	}

	struct hv_sha256 identity = hash_end(&h);

	proof_claim(p, hash_is_equal(&identity, &p->image->identity) &&
		       hash_is_equal(&identity, &p->head->identity),
		    "the identity is not the hash of tables and segments");
}

/* ---- runtime ------------------------------------------------------------- */

/* Text and constants end where the hypervisor's own map says that they do. */
static void check_runtime(struct proof *p, const char *sha256_path)
{
	struct hv_sha256 code =
		hash_bytes(p->bytes + HV_IMAGE_HEAD_SIZE,
			   (size_t)(p->rodata_end - HV_IMAGE_HEAD_SIZE));
	struct hv_sha256 data =
		hash_bytes(p->bytes + p->rodata_end,
			   (size_t)(p->image->tables_offset - p->rodata_end));
	struct file file;
	const char *why;

	proof_claim(p, hash_is_equal(&code, &p->head->runtime), "the runtime's"
		    " code does not have the hash that the tables have");
	if (!sha256_path)
		return;
	if (!file_read(p->arena, sha256_path, HASH_FILE_MAX, &file, &why))
		fatal("'%s': %s", sha256_path, why);
	proof_claim(p, !strcmp((const char *)file.bytes,
			       hash_runtime_text(p->arena, &code, &data)),
		    "the runtime is not the one that was built: its hash"
		    " differs from '%s'", sha256_path);
}

void proof_hashes(struct proof *p, const char *runtime_sha256_path)
{
	check_segments(p);
	check_identity(p);
	/* 0: the map of the hypervisor could not be read. */
	if (p->rodata_end)
		check_runtime(p, runtime_sha256_path);
}
