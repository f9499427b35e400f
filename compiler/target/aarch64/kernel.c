/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The head of a Linux Image for arm64 (the kernel's own booting document,
 * section 4). Everything in it is little-endian, whatever the kernel is.
 */
#include <string.h>

#include "target/aarch64/aarch64.h"

#define HEAD_SIZE 64
#define OFFSET_TEXT_OFFSET 8
#define OFFSET_IMAGE_SIZE 16
#define OFFSET_FLAGS 24
#define OFFSET_MAGIC 56

/* What a kernel from before image_size existed, 3.17, expects. */
#define OLD_TEXT_OFFSET 0x80000

static uint64_t le64(const uint8_t *b)
{
	uint64_t v = 0;

	for (int i = 7; i >= 0; i--)
		v = v << 8 | b[i];
	return v;
}

void aarch64_kernel_facts(const uint8_t *head, size_t size, struct payload *p)
{
	static const uint32_t page_sizes[] = { 0, 4096, 16384, 65536 };

	if (size < HEAD_SIZE || memcmp(head + OFFSET_MAGIC, "ARM\x64", 4))
		return;

	uint64_t flags = le64(head + OFFSET_FLAGS);

	p->is_kernel = true;
	p->is_big_endian = flags & 1;
	p->page_size = page_sizes[flags >> 1 & 3];
	p->text_offset = le64(head + OFFSET_TEXT_OFFSET);
	p->image_size = le64(head + OFFSET_IMAGE_SIZE);
	if (!p->image_size)
		p->text_offset = OLD_TEXT_OFFSET;
}
