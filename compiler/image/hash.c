/* SPDX-License-Identifier: BSD-2-Clause */
#include "image/hash.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/arena.h"
#include "base/fatal.h"

struct hash hash_begin(void)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (!context || !EVP_DigestInit_ex(context, EVP_sha256(), NULL))
		fatal("libcrypto has no SHA-256");
	return (struct hash){ context };
}

void hash_add(struct hash *h, const void *bytes, size_t size)
{
	if (!EVP_DigestUpdate(h->context, bytes, size))
		fatal("libcrypto cannot hash %zu bytes", size);
}

struct hv_sha256 hash_end(struct hash *h)
{
	struct hv_sha256 sum;
	unsigned int size = 0;

	if (!EVP_DigestFinal_ex(h->context, sum.b, &size) ||
	    size != sizeof(sum.b))
		fatal("libcrypto cannot finish a hash");
	EVP_MD_CTX_free(h->context);
	h->context = NULL;
	return sum;
}

struct hv_sha256 hash_bytes(const void *bytes, size_t size)
{
	struct hash h = hash_begin();

	hash_add(&h, bytes, size);
	return hash_end(&h);
}

bool hash_is_equal(const struct hv_sha256 *a, const struct hv_sha256 *b)
{
	return !memcmp(a->b, b->b, sizeof(a->b));
}

static const char *hex(struct arena *a, const struct hv_sha256 *sum)
{
	char *out = arena_alloc(a, 2 * sizeof(sum->b) + 1);

	for (size_t i = 0; i < sizeof(sum->b); i++)
		sprintf(out + 2 * i, "%02x", sum->b[i]);
	return out;
}

const char *hash_runtime_text(struct arena *a, const struct hv_sha256 *code,
			      const struct hv_sha256 *data)
{
	return arena_printf(a, "%s  text and rodata\n%s  data\n", hex(a, code),
			    hex(a, data));
}
