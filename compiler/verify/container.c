/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file as a container: head, segment table, and that every byte of it
 * belongs to a segment or is zero.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/units.h"
#include "verify/proof.h"

static bool has_head(struct proof *p)
{
	const struct hv_image_head *head = (const void *)p->bytes;

	if (!proof_claim(p, p->size >= HV_IMAGE_HEAD_SIZE +
			    sizeof(struct hv_head), "the file has %" PRIu64
			 " bytes: too few for an image of hvcc", p->size) ||
	    !proof_claim(p, head->magic == HV_IMAGE_MAGIC,
			 "the file is no image of hvcc") ||
	    !proof_claim(p, head->abi_version == HV_ABI_VERSION,
			 "the image has ABI %" PRIu32 ", this hvcc has %u",
			 head->abi_version, HV_ABI_VERSION) ||
	    !proof_claim(p, head->file_size == p->size, "the image head says %"
			 PRIu64 " bytes, the file has %" PRIu64 " bytes",
			 head->file_size, p->size) ||
	    !proof_claim(p, head->n_segments >= 1 &&
			    head->n_segments <= HV_MAX_SEGMENTS - 1,
			 "the image head says %" PRIu32 " segments",
			 head->n_segments))
		return false;
	p->image = head;
	return true;
}

static struct extent place_of(const struct hv_segment *s)
{
	return (struct extent){ s->offset, s->size };
}

static bool is_same_place(const struct hv_segment *a,
			  const struct hv_segment *b)
{
	return a->offset == b->offset && a->size == b->size;
}

/* Segments are one beside the other, or the same bytes. */
static bool have_places(struct proof *p)
{
	const struct hv_segment *s = p->image->segments;
	bool is_good = true;

	for (uint32_t i = 0; i < p->image->n_segments; i++) {
		if (!proof_claim(p, extent_is(s[i].offset, s[i].size, 1) &&
				    s[i].offset % GRANULE == 0 &&
				    extent_last(place_of(&s[i])) < p->size,
				 "segment %" PRIu32 " is at 0x%" PRIx64 " with"
				 " 0x%" PRIx64 " bytes, of a file of 0x%" PRIx64
				 " bytes", i, s[i].offset, s[i].size, p->size)) {
			is_good = false;
			continue;
		}
		for (uint32_t k = 0; is_good && k < i; k++)
			is_good = proof_claim(p, (k && is_same_place(&s[i],
								     &s[k])) ||
				!extent_overlap(place_of(&s[i]), place_of(&s[k])),
				"segments %" PRIu32 " and %" PRIu32
				" overlap in the file", k, i);
	}
	return is_good;
}

/* The lowest offset at or above `from` where a segment begins, or the end. */
static uint64_t next_segment(const struct proof *p, uint64_t from,
			     uint64_t *end)
{
	uint64_t lowest = p->size;

	for (uint32_t i = 0; i < p->image->n_segments; i++) {
		const struct hv_segment *s = &p->image->segments[i];

		if (s->offset >= from && s->offset < lowest) {
			lowest = s->offset;
			*end = s->offset + s->size;
		}
	}
	return lowest;
}

/* Between segments are zeros, behind the last is nothing. */
static void check_gaps(struct proof *p)
{
	uint64_t at = 0, end = p->size;

	while (at < p->size) {
		uint64_t next = next_segment(p, at, &end);

		proof_claim(p, (next < p->size || next == at) &&
			       is_zero(p->bytes + at, next - at),
			    "there are bytes at 0x%" PRIx64 "..0x%" PRIx64
			    " that belong to no segment", at, next - 1);
		at = next < p->size ? end : p->size;
	}
}

/* What follows the last row, up to the runtime's text. */
static void check_head_rest(struct proof *p)
{
	size_t end = offsetof(struct hv_image_head, segments) +
		     p->image->n_segments * sizeof(struct hv_segment);
	const char *fault =
		p->decoder->check_boot_header(p->image->boot_header, p->size);

	if (fault)
		proof_differ(p, "the boot header %s", fault);
	proof_claim(p, is_zero(p->bytes + end, HV_IMAGE_HEAD_SIZE - end),
		    "the image head has bytes behind its segments");
}

static bool has_runtime(struct proof *p)
{
	const struct hv_segment *s = &p->image->segments[0];

	return proof_claim(p, s->kind == HV_SEGMENT_RUNTIME &&
			      s->cell == HV_NONE && !s->offset &&
			      s->size % GRANULE == 0,
			   "segment 0 is not the runtime: kind %" PRIu32
			   ", cell %" PRIu32 ", at 0x%" PRIx64 " with 0x%"
			   PRIx64 " bytes", s->kind, s->cell, s->offset,
			   s->size);
}

static bool has_tables(struct proof *p)
{
	uint64_t at = p->image->tables_offset;
	uint64_t size = p->image->segments[0].size;

	if (!proof_claim(p, at % GRANULE == 0 && at > HV_IMAGE_HEAD_SIZE &&
			    at < size, "the tables are at 0x%" PRIx64 " of a"
			 " runtime of 0x%" PRIx64 " bytes", at, size))
		return false;
	p->head = (const void *)(p->bytes + at);
	p->tables_size = size - at;
	if (!proof_claim(p, p->head->magic == HV_MAGIC &&
			    p->head->abi_version == HV_ABI_VERSION,
			 "at 0x%" PRIx64 " there are no tables of this hvcc", at))
		return false;
	p->decoder = decoder_find(p->head->arch);
	return proof_claim(p, p->decoder, "the tables are for a machine %"
			   PRIu32 " that this hvcc does not know",
			   p->head->arch) &&
	       proof_claim(p, p->head->total_size == p->tables_size,
			   "head: total_size is 0x%" PRIx64 ", and the tables"
			   " have 0x%" PRIx64 " bytes", p->head->total_size,
			   p->tables_size);
}

bool proof_container(struct proof *p)
{
	if (!has_head(p) || !have_places(p) || !has_runtime(p) ||
	    !has_tables(p))
		return false;
	p->found.image = p->image;
	p->found.head = p->head;
	check_head_rest(p);
	check_gaps(p);
	return true;
}
