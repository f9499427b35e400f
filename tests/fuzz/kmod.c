/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmod.c - what programs give to hvisor.ko: arguments of its ioctls, and images
 * changed at random. An image that is taken is looked at again, page by page.
 *
 * Input: a byte that chooses; for arguments the structure's bytes; for an image
 * edits of 11 bytes: where (2), how wide (1), what (8), and at last whatever is
 * left over as the size of the file.
 */
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PAGE UINT64_C(4096)
#define EDIT 11u

static void must(bool claim)
{
	if (!claim)
		abort();
}

static void try_arguments(const uint8_t *data, size_t size)
{
	union {
		struct hvisor_enable enable;
		struct hvisor_disable disable;
		struct hvisor_call call;
		struct hvisor_load load;
		char name[HV_NAME_SIZE];
		uint64_t n[3];
	} u;
	uint64_t window = size > 1 ? (uint64_t)data[0] << data[1] % 57 : 0;

	memset(&u, 0, sizeof(u));
	memcpy(&u, data, size < sizeof(u) ? size : sizeof(u));
	arguments_enable(&u.enable, size & 1);
	arguments_disable(&u.disable);
	if (!arguments_call(&u.call))
		must(u.call.x[0] >> 8 == 0xc60001);
	if (!arguments_load(&u.load, window))
		must(u.load.offset + u.load.size <= window &&
		     u.load.offset < window);
	if (!arguments_ring(u.n[0], (uint32_t)u.n[1], (uint32_t)u.n[2]))
		must(u.n[0] & UINT64_C(1) << (uint32_t)u.n[2]);
	if (!arguments_map(u.n[0], u.n[1], window))
		must(u.n[0] + u.n[1] <= window);
	if (arguments_is_name(u.name))
		must(!strpbrk(u.name, "/.! ") && strlen(u.name) < HV_NAME_SIZE);
}

/* By the page, with none of the code that is tested. */
static void must_be_reserved(uint64_t base, uint64_t size)
{
	must(size < 1 << 24);
	for (uint64_t at = base; at < base + size; at += PAGE) {
		bool is_found = false;

		for (size_t i = 0; i < SAMPLE_N_RESERVED; i++)
			is_found |= at >= sample_reserved[i].base &&
				    at - sample_reserved[i].base <
					    sample_reserved[i].size;
		must(is_found);
	}
}

static void look_again(const struct sample *s)
{
	const struct hv_segment *segments = s->image.segments;

	for (uint32_t i = 0; i < s->image.n_segments; i++) {
		must_be_reserved(segments[i].destination.u, segments[i].size);
		must(segments[i].offset + segments[i].size <= s->image.file_size);
	}
}

static void edit(uint8_t *bytes, const uint8_t *e)
{
	size_t width = (size_t)1 << e[2] % 4;
	size_t at = (size_t)(e[0] | e[1] << 8) % (SAMPLE_SIZE - 8);

	memcpy(bytes + at, e + 3, width);
}

static void try_image(const uint8_t *data, size_t size)
{
	struct sample *s = malloc(sizeof(*s));
	struct refusal why = { "" };
	uint64_t file_size;

	must(s);
	sample_make(s);
	for (; size >= EDIT; data += EDIT, size -= EDIT)
		edit((uint8_t *)s, data);
	file_size = s->image.file_size;
	memcpy(&file_size, data, size < sizeof(file_size) ? size : 0);

	int error = sample_judge(s, file_size, &why);

	must(error <= 0);
	if (!error)
		look_again(s);
	else
		must(error == -EFAULT || why.text[0]);
	free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	if (data[0] & 1)
		try_image(data + 1, size - 1);
	else
		try_arguments(data + 1, size - 1);
	return 0;
}
