/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/units.h"
#include "target/aarch64/decode.h"

static const struct decoder *const decoders[] = { &aarch64_decoder };

const struct decoder *decoder_find(uint32_t machine)
{
	for (size_t i = 0; i < ARRAY_SIZE(decoders); i++)
		if (decoders[i]->machine == machine)
			return decoders[i];
	return NULL;
}
