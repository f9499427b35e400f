/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sha256.h - SHA-256 (FIPS 180-4) of bytes in memory.
 *
 * The root cell's kernel may have no crypto sockets, and this program has no
 * library but libc. Every hash that it makes is compared with one that hvcc
 * made with another implementation.
 */
#ifndef CLI_SHA256_H
#define CLI_SHA256_H

#include <stdbool.h>
#include <stddef.h>

#include "hv_abi.h"

struct hv_sha256 sha256(const void *bytes, size_t size);
bool sha256_is_equal(const struct hv_sha256 *a, const struct hv_sha256 *b);

#endif
