/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.h - from the emitted texts and the runtime object to flat bytes.
 *
 * The tables are compiled, linked with the runtime by the emitted script, and
 * the result is read back as ELF: what lies in the image's range becomes the
 * runtime segment, and any allocated byte outside of it is a fault. Includes
 * base, model, layout, runtime/abi.
 */
#ifndef IMAGE_LINK_H
#define IMAGE_LINK_H

#include "image/image.h"

struct linked {
	uint8_t *bytes;		/* hypervisor.image_size of them */
	const uint8_t *elf;	/* the linker's whole output */
	size_t elf_size;
};

/* Environment failures come back as words. */
bool link_image(struct arena *a, const struct layout *l,
		const struct image_parts *parts, bool is_verbose,
		struct linked *out, const char **why)
	__attribute__((warn_unused_result));

#endif
