/* SPDX-License-Identifier: BSD-2-Clause */
/* Section numbers are of FIPS 180-4. */
#include "cli/sha256.h"

#include <string.h>

#define BLOCK 64u

/* 4.2.2: of the cube roots of the first 64 primes. */
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

static uint32_t turn(uint32_t x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

/* 6.2.2 step 1 */
static void schedule(const uint8_t *block, uint32_t w[64])
{
	for (size_t i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 |
		       (uint32_t)block[4 * i + 1] << 16 |
		       (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (size_t i = 16; i < 64; i++) {
		uint32_t s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^
			      w[i - 15] >> 3;
		uint32_t s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^
			      w[i - 2] >> 10;

		w[i] = w[i - 16] + s0 + w[i - 7] + s1;
	}
}

/* 6.2.2 steps 2 to 4 */
static void add_block(uint32_t h[8], const uint8_t *block)
{
	uint32_t w[64], s[8];

	schedule(block, w);
	memcpy(s, h, sizeof(s));
	for (size_t i = 0; i < 64; i++) {
		uint32_t e1 = turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25);
		uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
		uint32_t t1 = s[7] + e1 + choice + k[i] + w[i];
		uint32_t e0 = turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22);
		uint32_t most = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);

		memmove(s + 1, s, 7 * sizeof(*s));
		s[4] += t1;
		s[0] = t1 + e0 + most;
	}
	for (size_t i = 0; i < 8; i++)
		h[i] += s[i];
}

/* 5.1.1: a one bit, zeros, the number of bits. */
static void add_end(uint32_t h[8], const uint8_t *rest, size_t n, size_t size)
{
	uint8_t end[2 * BLOCK] = { 0 };
	size_t end_size = n + 9 > BLOCK ? 2 * BLOCK : BLOCK;
	uint64_t bits = (uint64_t)size * 8;

	memcpy(end, rest, n);
	end[n] = 0x80;
	for (size_t i = 0; i < 8; i++)
		end[end_size - 1 - i] = (uint8_t)(bits >> (8 * i));
	for (size_t at = 0; at < end_size; at += BLOCK)
		add_block(h, end + at);
}

struct hv_sha256 sha256(const void *bytes, size_t size)
{
	/* 5.3.3: of the square roots of the first 8 primes. */
	uint32_t h[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};
	const uint8_t *from = bytes;
	size_t left = size;
	struct hv_sha256 out;

	for (; left >= BLOCK; left -= BLOCK, from += BLOCK)
		add_block(h, from);

	/* Not memcpy from NULL, which an empty file may be. */
	static const uint8_t nothing[1];

	add_end(h, left ? from : nothing, left, size);
	for (size_t i = 0; i < sizeof(out.b); i++)
		out.b[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
	return out;
}

bool sha256_is_equal(const struct hv_sha256 *a, const struct hv_sha256 *b)
{
	return !memcmp(a->b, b->b, sizeof(a->b));
}
