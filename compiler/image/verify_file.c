/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file as a container: head, segment table, what lies between segments,
 * hashes, and the identity. The segments are those that the layout asks for,
 * each once; in which order does not matter.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "image/hash.h"
#include "image/verify.h"

#define SEGMENT_ALIGN 16

/* ---- head ---------------------------------------------------------------- */

static bool has_head(struct verify *v)
{
	const struct hypervisor_layout *h = &v->layout->hypervisor;
	const struct hv_image_head *head = (const void *)v->bytes;

	if (v->size < h->image_size) {
		verify_differ(v, "the file has %" PRIu64 " bytes, the runtime"
			      " alone has %" PRIu64, v->size, h->image_size);
		return false;
	}
	if (head->magic != HV_IMAGE_MAGIC) {
		verify_differ(v, "the file is no image of hvcc");
		return false;
	}
	if (head->abi_version != HV_ABI_VERSION) {
		verify_differ(v, "the image has ABI %" PRIu32 ", this hvcc has"
			      " %u", head->abi_version, HV_ABI_VERSION);
		return false;
	}
	if (head->file_size != v->size || head->n_segments < 1 ||
	    head->n_segments > HV_MAX_SEGMENTS - 1 ||
	    head->tables_offset != verify_offset(v, h->tables)) {
		verify_differ(v, "the image head says %" PRIu64 " bytes, %"
			      PRIu32 " segments, tables at 0x%" PRIx64 "; the"
			      " file has %" PRIu64 " bytes, and tables belong at"
			      " 0x%" PRIx64, head->file_size, head->n_segments,
			      head->tables_offset, v->size,
			      verify_offset(v, h->tables));
		return false;
	}
	v->image = head;
	v->head = (const void *)(v->bytes + head->tables_offset);
	return true;
}

static bool is_zero(const uint8_t *bytes, uint64_t size)
{
	for (uint64_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

/* What follows the last row, up to the runtime's text. */
static void check_head_rest(struct verify *v)
{
	size_t end = offsetof(struct hv_image_head, segments) +
		     v->image->n_segments * sizeof(struct hv_segment);
	const char *fault =
		v->decoder->check_boot_header(v->image->boot_header, v->layout,
					      v->size);

	if (fault)
		verify_differ(v, "the boot header %s", fault);
	if (!is_zero(v->bytes + end, HV_IMAGE_HEAD_SIZE - end))
		verify_differ(v, "the image head has bytes behind its segments");
}

/* ---- segments ------------------------------------------------------------ */

static bool is_inside(const struct verify *v, const struct hv_segment *s)
{
	return s->size && s->offset % SEGMENT_ALIGN == 0 &&
	       s->offset <= v->size && s->size <= v->size - s->offset;
}

static bool have_places(struct verify *v)
{
	bool are_inside = true;

	for (uint32_t i = 0; i < v->image->n_segments; i++) {
		const struct hv_segment *s = &v->image->segments[i];

		if (is_inside(v, s) &&
		    (!i || s->offset >= v->layout->hypervisor.image_size))
			continue;
		verify_differ(v, "segment %" PRIu32 " is at 0x%" PRIx64 "..0x%"
			      PRIx64 " of a file of 0x%" PRIx64 " bytes", i,
			      s->offset, s->offset + s->size - 1, v->size);
		are_inside = false;
	}
	return are_inside;
}

/* Segments are one beside the other, or the same bytes. */
static void check_overlaps(struct verify *v)
{
	const struct hv_segment *s = v->image->segments;

	for (uint32_t i = 0; i < v->image->n_segments; i++)
		for (uint32_t k = 0; k < i; k++) {
			bool is_same = s[i].offset == s[k].offset &&
				       s[i].size == s[k].size;
			bool is_apart =
				s[i].offset >= s[k].offset + s[k].size ||
				s[k].offset >= s[i].offset + s[i].size;

			if (!is_same && !is_apart)
				verify_differ(v, "segments %" PRIu32 " and %"
					      PRIu32 " overlap in the file",
					      k, i);
		}
}

/* The lowest offset at or above `from` where a segment begins, or the end. */
static uint64_t next_segment(const struct verify *v, uint64_t from,
			     uint64_t *end)
{
	uint64_t lowest = v->size;

	for (uint32_t i = 0; i < v->image->n_segments; i++) {
		const struct hv_segment *s = &v->image->segments[i];

		if (s->offset >= from && s->offset < lowest) {
			lowest = s->offset;
			*end = s->offset + s->size;
		}
	}
	return lowest;
}

static void check_gaps(struct verify *v)
{
	uint64_t at = 0, end = 0;

	while (at < v->size) {
		uint64_t next = next_segment(v, at, &end);

		if (!is_zero(v->bytes + at, next - at))
			verify_differ(v, "there are bytes at 0x%" PRIx64 "..0x%"
				      PRIx64 " that belong to no segment", at,
				      next - 1);
		at = next < v->size ? end : v->size;
	}
}

/* ---- hashes -------------------------------------------------------------- */

/* Row 0 leaves out its own hash and both copies of the identity. */
static struct hv_sha256 hash_segment(const struct verify *v, uint32_t i)
{
	const struct hv_segment *s = &v->image->segments[i];
	uint8_t *copy;

	if (i)
		return hash_bytes(v->bytes + s->offset, (size_t)s->size);
	copy = arena_alloc(v->arena, (size_t)s->size);
	memcpy(copy, v->bytes, (size_t)s->size);

	struct hv_image_head *image = (void *)copy;
	struct hv_head *head = (void *)(copy + image->tables_offset);

	memset(&image->segments[0].sha256, 0, sizeof(struct hv_sha256));
	memset(&image->identity, 0, sizeof(struct hv_sha256));
	memset(&head->identity, 0, sizeof(struct hv_sha256));
	return hash_bytes(copy, (size_t)s->size);
}

static void check_hashes(struct verify *v)
{
	for (uint32_t i = 0; i < v->image->n_segments; i++) {
		struct hv_sha256 sum = hash_segment(v, i);

		if (!hash_is_equal(&sum, &v->image->segments[i].sha256))
			verify_differ(v, "segment %" PRIu32 " does not have the"
				      " hash that its row has", i);
	}
}

bool verify_file(struct verify *v)
{
	if (!has_head(v) || !have_places(v))
		return false;

	const struct hv_segment *runtime = &v->image->segments[0];
	const struct hypervisor_layout *h = &v->layout->hypervisor;

	verify_same(v, "the runtime's segment", "the kind", runtime->kind,
		    HV_SEGMENT_RUNTIME);
	verify_same(v, "the runtime's segment", "the cell", runtime->cell,
		    HV_NONE);
	verify_same(v, "the runtime's segment", "the offset", runtime->offset,
		    0);
	verify_same(v, "the runtime's segment", "the size", runtime->size,
		    h->image_size);
	verify_same(v, "the runtime's segment", "the destination",
		    runtime->destination.u, h->all.base.u);
	if (runtime->offset || runtime->size != h->image_size)
		return false;
	check_head_rest(v);
	check_overlaps(v);
	check_gaps(v);
	check_hashes(v);
	return true;
}
