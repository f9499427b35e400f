/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seal.h - makes the hashes and the identity of an image right again, as an
 * attacker would who wants a deeper check to look at the change.
 *
 * Leaves alone what is no longer an image that has them. Includes runtime/abi.
 */
#ifndef FUZZ_SEAL_H
#define FUZZ_SEAL_H

#include <stddef.h>
#include <stdint.h>

void seal(uint8_t *image, size_t size);

#endif
