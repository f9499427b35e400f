/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * hash.h - SHA-256 of what an image says of itself, by the kernel's library.
 *
 * Includes image.h.
 */
#ifndef KMOD_HASH_H
#define KMOD_HASH_H

#include <crypto/sha2.h>

#include "image.h"

struct hash {
	struct sha256_state state;
};

void hash_begin(struct hash *h);
void hash_add(struct hash *h, const void *bytes, size_t size);
void hash_end(struct hash *h, struct hv_sha256 *sum);

void hash_bytes(const void *bytes, size_t size, struct hv_sha256 *sum);

/* As if a copy of the identity in it were zero, on a multiple of 4 as in trees. */
void hash_without(const void *bytes, size_t size,
		  const struct hv_sha256 *identity, struct hv_sha256 *sum);

/* The runtime's segment, without its own hash and both identities. */
void hash_runtime(const void *runtime, const struct image *image,
		  struct hv_sha256 *sum);

/* Is the hash in the tables that of the code, from the head to some page? */
bool hash_is_code(const void *runtime, const struct image *image);

#endif
