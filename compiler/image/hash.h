/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hash.h - SHA-256 of bytes in pieces.
 *
 * hash_end gives back what hash_begin took; nothing else has to be freed. A
 * fault of the library is the machine's. Includes base, runtime/abi.
 */
#ifndef IMAGE_HASH_H
#define IMAGE_HASH_H

#include <stdbool.h>
#include <stddef.h>

#include "hv_abi.h"

struct arena;

struct hash { void *context; };

struct hash hash_begin(void);
void hash_add(struct hash *h, const void *bytes, size_t size);
struct hv_sha256 hash_end(struct hash *h);

struct hv_sha256 hash_bytes(const void *bytes, size_t size);
/* The text of hv_runtime.sha256: the runtime's code, and its data at start. */
const char *hash_runtime_text(struct arena *a, const struct hv_sha256 *code,
			      const struct hv_sha256 *data);
bool hash_is_equal(const struct hv_sha256 *a, const struct hv_sha256 *b);

#endif
