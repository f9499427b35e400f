/* SPDX-License-Identifier: BSD-2-Clause */
#include "target/aarch64/tree.h"

#define IMAGE_SIZE_AT 16

/*
 * Documentation/arm64/booting of the Linux kernel: image_size is what a boot
 * loader moves when it moves the image, so payloads count.
 */
void aarch64_finish_image_head(uint8_t header[64], uint64_t file_size)
{
	for (unsigned int i = 0; i < 8; i++)
		header[IMAGE_SIZE_AT + i] = (uint8_t)(file_size >> 8 * i);
}
