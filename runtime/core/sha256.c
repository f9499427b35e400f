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

static uint32_t big_endian(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	       (uint32_t)b[2] << 8 | b[3];
}

/* 6.2.2; the schedule is sixteen words that are overwritten in turn. */
static void block(uint32_t *h, const uint8_t *bytes)
{
	uint32_t w[16], v[8];

	for (uint32_t i = 0; i < 16; i++)
		w[i] = big_endian(bytes + 4 * i);
	for (uint32_t i = 0; i < 8; i++)
		v[i] = h[i];
	for (uint32_t t = 0; t < 64; t++) {
		uint32_t e = v[4], a = v[0];
		uint32_t t1 = v[7] + k[t] + w[t % 16] + ((e & v[5]) ^ (~e & v[6])) +
			(rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25));
		uint32_t t2 = ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2])) +
			(rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22));
		uint32_t w1 = w[(t + 1) % 16], w14 = w[(t + 14) % 16];

		for (uint32_t i = 7; i > 0; i--)
			v[i] = v[i - 1];
		v[4] += t1;
		v[0] = t1 + t2;
		w[t % 16] += w[(t + 9) % 16] +
			(rotate(w1, 7) ^ rotate(w1, 18) ^ w1 >> 3) +
			(rotate(w14, 17) ^ rotate(w14, 19) ^ w14 >> 10);
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

void sha256_add(struct sha256 *s, const uint8_t *bytes, uint64_t size)
{
	for (; size >= SHA256_BLOCK; size -= SHA256_BLOCK, bytes += SHA256_BLOCK)
		block(s->h, bytes);
}

/* 5.1.1: a one bit, zeros, and the number of bits, in one block or in two. */
bool sha256_end_is(struct sha256 *s, const uint8_t *bytes, uint64_t size,
		   uint64_t total, const uint8_t digest[32])
{
	uint8_t last[2 * SHA256_BLOCK] = { 0 };
	uint32_t n = (uint32_t)(size % SHA256_BLOCK);
	uint32_t end = n < SHA256_BLOCK - 8 ? SHA256_BLOCK : 2 * SHA256_BLOCK;
	bool is_same = true;

	sha256_add(s, bytes, size);
	for (uint32_t i = 0; i < n; i++)
		last[i] = bytes[size - n + i];
	last[n] = 0x80;
	for (uint32_t i = 0; i < 8; i++)
		last[end - 1 - i] = (uint8_t)(total * 8 >> 8 * i);
	sha256_add(s, last, end);
	for (uint32_t i = 0; i < 8; i++)
		is_same &= s->h[i] == big_endian(digest + 4 * i);
	return is_same;
}
