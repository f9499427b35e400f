/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/sha256.h"

/* FIPS 180-4, 4.2.2: fractional parts of the cube roots of the primes. */
static const uint32_t k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, uint32_t n)
{
	return x >> n | x << (32 - n);
}

/*
 * 6.2.2. The eight working variables, a to h, are v[0] to v[7]: a round that
 * moves each to the next one's place is that they begin one word earlier.
 */
static void block(uint32_t *h, const uint32_t *words)
{
	uint32_t w[64], rounds[64 + 8], *v = &rounds[64];

	for (uint32_t t = 0; t < 16; t++)
		w[t] = __builtin_bswap32(words[t]);
	for (uint32_t t = 16; t < 64; t++)
		w[t] = w[t - 16] + w[t - 7] +
			(rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3) +
			(rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10);
	for (uint32_t i = 0; i < 8; i++)
		v[i] = h[i];
	for (uint32_t t = 0; t < 64; t++) {
		uint32_t a = v[0], e = v[4];
		uint32_t t1 = v[7] + k[t] + w[t] + ((e & v[5]) ^ (~e & v[6])) +
			(rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25));
		uint32_t t2 = ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2])) +
			(rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22));

		v--;
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (uint32_t i = 0; i < 8; i++)
		h[i] += v[i];
}

void sha256_begin(struct sha256 *s)
{
	/* 5.3.3 */
	*s = (struct sha256){ {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	} };
}

void sha256_add(struct sha256 *s, const void *bytes, uint64_t size)
{
	const uint32_t *words = bytes;

	for (; size >= SHA256_BLOCK; size -= SHA256_BLOCK, words += SHA256_BLOCK / 4)
		block(s->h, words);
}

/* 5.1.1: a one bit, zeros, and the number of bits, in one block or in two. */
bool sha256_end_is(struct sha256 *s, const void *bytes, uint64_t size,
		   uint64_t total, const void *digest)
{
	uint32_t last[2 * SHA256_BLOCK / 4] = { 0 }, differs = 0;
	uint32_t n = (uint32_t)(size % SHA256_BLOCK);
	uint32_t end = n < SHA256_BLOCK - 8 ? SHA256_BLOCK : 2 * SHA256_BLOCK;
	const uint32_t *is = digest;

	sha256_add(s, bytes, size);
	__builtin_memcpy(last, (const char *)bytes + size - n, n);
	((uint8_t *)last)[n] = 0x80;
	last[end / 4 - 2] = __builtin_bswap32((uint32_t)(total >> 29));
	last[end / 4 - 1] = __builtin_bswap32((uint32_t)(total << 3));
	sha256_add(s, last, end);
	for (uint32_t i = 0; i < 8; i++)
		differs |= s->h[i] ^ __builtin_bswap32(is[i]);
	return differs == 0;
}
