/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode.h - the walk itself, and target_aarch64's decoder.
 *
 * Registers are read in decode_rows.c, descriptors in decode.c. Neither
 * includes anything that writes tables. Includes target/decode.
 */
#ifndef TARGET_AARCH64_DECODE_H
#define TARGET_AARCH64_DECODE_H

#include "target/decode.h"

/* One translation regime, and where its runs go. */
struct walk {
	const struct pool_view *pool;
	struct runs *runs;
	uint64_t root;			/* pa */
	uint64_t mair;			/* stage 1 only */
	unsigned int input_bits, output_bits;
	int first_level;
	bool is_stage2;
};

/* NULL, or what is wrong in words. */
const char *decode_walk(const struct walk *w);

extern const struct decoder aarch64_decoder;

#endif
