/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utf8.h - one character of UTF-8 at a time, strictly.
 *
 * Refuses what RFC 3629 refuses: overlong forms, surrogates, numbers beyond
 * 0x10ffff, cut sequences. Knows the characters that make text look different
 * from what it is. Includes nothing of ours.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at s, at most size; 0 when it is not UTF-8. */
size_t utf8_decode(const char *s, size_t size, uint32_t *out);
/* Reorders text or hides: bidirectional controls, zero width, line ends. */
bool utf8_is_deceptive(uint32_t c);
/* C0 and C1 controls and DEL. */
bool utf8_is_control(uint32_t c);

#endif
