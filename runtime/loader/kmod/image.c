// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * The image as a file: its head, its segments, and where those go.
 */
#include "image.h"

#define GRANULE UINT64_C(4096)

typedef unsigned long long llu;	/* for %llx, on either side */

bool places_hold(const struct place *places, size_t n, uint64_t base,
		 uint64_t size)
{
	uint64_t at = base, before;

	if (!size || base + (size - 1) < base)
		return false;
	/* Each round goes to the end of a place, or there is a hole. */
	do {
		before = at;
		for (size_t i = 0; i < n; i++) {
			const struct place *p = &places[i];

			if (at < p->base || at - p->base >= p->size)
				continue;
			at = p->base + p->size;
			/* Zero: up to the last address there is. */
			if (!at || at - base >= size)
				return true;
		}
	} while (at != before);
	return false;
}

static int check_segment(const struct image *image, uint32_t i,
			 struct refusal *why)
{
	const struct hv_segment *s = &image->head->segments[i];

	if (s->size && !(s->offset % GRANULE) && !(s->destination.u % GRANULE) &&
	    s->offset < image->head->file_size &&
	    s->size <= image->head->file_size - s->offset)
		return 0;
	return refuse(why, ENOEXEC, "segment %u is at 0x%llx with 0x%llx bytes,"
		      " of an image of 0x%llx bytes", i, (llu)s->offset,
		      (llu)s->size, (llu)image->head->file_size);
}

static int check_runtime(const struct image *image, struct refusal *why)
{
	const struct hv_image_head *h = image->head;
	const struct hv_segment *s = &h->segments[0];

	if (s->kind == HV_SEGMENT_RUNTIME && !s->offset &&
	    s->size >= HV_IMAGE_HEAD_SIZE && !(h->tables_offset % GRANULE) &&
	    h->tables_offset > HV_IMAGE_HEAD_SIZE && h->tables_offset < s->size &&
	    s->size - h->tables_offset >= sizeof(struct hv_head))
		return 0;
	return refuse(why, ENOEXEC, "the image's first segment is no runtime");
}

int image_read_head(struct image *image, const void *bytes, uint64_t file_size,
		    struct refusal *why)
{
	const struct hv_image_head *h = bytes;
	int error;

	*image = (struct image){ .head = h };
	if (file_size < HV_IMAGE_HEAD_SIZE || h->magic != HV_IMAGE_MAGIC)
		return refuse(why, ENOEXEC, "this is no image of hvcc");
	if (h->abi_version != HV_ABI_VERSION)
		return refuse(why, EKEYREJECTED, "the image has ABI %u, this"
			      " module has %u", h->abi_version, HV_ABI_VERSION);
	if (h->file_size != file_size)
		return refuse(why, ENOEXEC, "the image is truncated or longer:"
			      " it has 0x%llx bytes and says 0x%llx",
			      (llu)file_size, (llu)h->file_size);
	if (!h->n_segments || h->n_segments > HV_MAX_SEGMENTS - 1)
		return refuse(why, ENOEXEC, "the image says %u segments",
			      h->n_segments);
	for (uint32_t i = 0; i < h->n_segments; i++) {
		error = check_segment(image, i, why);
		if (error)
			return error;
	}
	return check_runtime(image, why);
}

static int hash_differs(struct refusal *why, const char *what,
			const uint8_t *image, const uint8_t *caller)
{
	return refuse(why, EKEYREJECTED, "the image has %s %02x%02x%02x%02x...,"
		      " hvisor.loader has %02x%02x%02x%02x...: they come from"
		      " different runs of hvcc", what, image[0], image[1],
		      image[2], image[3], caller[0], caller[1], caller[2],
		      caller[3]);
}

int image_check_caller(const struct image *image,
		       const struct hvisor_enable *caller, struct refusal *why)
{
	const struct hv_head *t = image->tables;
	const uint8_t *identity = image->head->identity.b;

	if (memcmp(identity, caller->identity, HVISOR_HASH_SIZE))
		return hash_differs(why, "identity", identity, caller->identity);
	if (!t)
		return 0;
	if (memcmp(t->identity.b, identity, HVISOR_HASH_SIZE))
		return refuse(why, ENOEXEC, "head and tables of the image have"
			      " different identities");
	if (memcmp(t->runtime.b, caller->runtime, HVISOR_HASH_SIZE))
		return hash_differs(why, "runtime", t->runtime.b,
				    caller->runtime);
	return 0;
}

int image_check_segments(const struct image *image, const struct place *reserved,
			 size_t n_reserved, struct refusal *why)
{
	for (uint32_t i = 0; i < image->head->n_segments; i++) {
		const struct hv_segment *s = &image->head->segments[i];

		if (!places_hold(reserved, n_reserved, s->destination.u, s->size))
			return refuse(why, ENXIO, "segment %u goes to 0x%llx with"
				      " 0x%llx bytes, which the running"
				      " devicetree does not reserve", i,
				      (llu)s->destination.u, (llu)s->size);
	}
	return 0;
}
