/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sha256.h - SHA-256 (FIPS 180-4) of bytes that come in pieces.
 *
 * All pieces but the last are multiples of SHA256_BLOCK. Includes nothing.
 */
#ifndef CORE_SHA256_H
#define CORE_SHA256_H

#include <stdbool.h>
#include <stdint.h>

#define SHA256_BLOCK 64u

struct sha256 { uint32_t h[8]; };

void sha256_begin(struct sha256 *s);
/* Whole blocks. Bytes and digests are aligned to words, on a little-endian CPU. */
void sha256_add(struct sha256 *s, const void *bytes, uint64_t size);
/* The last piece, any size; `total`: bytes of all pieces. Whether the digest, 32
 * bytes, is this one; `s` is of no use any more. */
bool sha256_end_is(struct sha256 *s, const void *bytes, uint64_t size,
		   uint64_t total, const void *digest);

#endif
