/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payload.h - what the head of a payload file says.
 *
 * Never reads more than the first PAYLOAD_HEAD bytes, however large the file.
 * What is wrong with a payload is the checks' to say, so that --payloads=later
 * can skip exactly those. Includes model, read.
 */
#ifndef READ_PAYLOAD_H
#define READ_PAYLOAD_H

#include "model/model.h"
#include "read/read.h"

#define PAYLOAD_HEAD ((size_t)64 << 10)

/*
 * file is what the string at `at` says. target may be NULL. A file that exists
 * and cannot be read is reported, unless payloads come later.
 */
void payload_facts(const struct read *r, const struct target *target,
		   bool is_later, struct span at, const char *file,
		   struct payload *out);

/* payload_elf.c: fills the ELF members from the head of a file. */
void payload_elf(struct arena *a, const uint8_t *head, size_t head_size,
		 struct payload *p);

#endif
