/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-256 in pieces, compared with OpenSSL's. */
#include <criterion/criterion.h>

#include <openssl/sha.h>
#include <string.h>

#include "core/sha256.h"

static uint8_t bytes[1000];

static void fill(void)
{
	for (uint32_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 167 + 13);
}

TestSuite(sha256, .init = fill);

/* In pieces of `piece` bytes, and what is left. */
static bool is_digest(uint64_t size, uint64_t piece, const uint8_t *digest)
{
	struct sha256 s;
	uint64_t at = 0;

	sha256_begin(&s);
	for (; size - at > piece; at += piece)
		sha256_add(&s, bytes + at, piece);
	return sha256_end_is(&s, bytes + at, size - at, size, digest);
}

Test(sha256, every_size_in_every_piece)
{
	uint8_t digest[32];

	for (uint64_t size = 1; size <= 600; size++) {
		SHA256(bytes, size, digest);
		for (uint64_t piece = 64; piece <= 640; piece += 64)
			cr_assert(is_digest(size, piece, digest), "%lu", size);
	}
}

Test(sha256, one_bit_more_or_less_is_another)
{
	uint8_t digest[32];

	SHA256(bytes, 600, digest);
	for (uint32_t bit = 0; bit < 256; bit++) {
		digest[bit / 8] ^= (uint8_t)(1 << bit % 8);
		cr_assert_not(is_digest(600, 64, digest));
		digest[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (uint32_t bit = 0; bit < 600 * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		cr_assert_not(is_digest(600, 64, digest));
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}
