/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes of a chain, whose segments the driver may have cut anywhere. */
#include "virtio/ring.h"

/* What is left of a range of segments. */
struct rest {
	const struct ring_segment *segment, *end;
	uint64_t offset;		/* from segment's first byte on */
};

/* The next bytes in one piece, at most `size`. */
static struct ring_segment next(struct rest *rest, size_t size)
{
	for (; rest->segment < rest->end; rest->segment++) {
		const struct ring_segment *s = rest->segment;
		uint64_t n = s->size;

		if (rest->offset >= n) {
			rest->offset -= n;
			continue;
		}
		n -= rest->offset;
		n = n < size ? n : size;
		struct ring_segment piece = { s->at + rest->offset, (uint32_t)n };

		rest->offset += n;
		return piece;
	}
	return (struct ring_segment){ NULL, 0 };
}

size_t ring_read(const struct ring_chain *c, uint64_t offset, void *to,
		 size_t size)
{
	struct rest rest = { c->segments, c->segments + c->n_readable, offset };
	size_t done = 0;

	while (done < size) {
		struct ring_segment piece = next(&rest, size - done);

		if (!piece.size)
			break;
		memory_copy_in((uint8_t *)to + done, piece.at, piece.size);
		done += piece.size;
	}
	return done;
}

size_t ring_write(const struct ring_chain *c, uint64_t offset, const void *from,
		  size_t size)
{
	struct rest rest = { c->segments + c->n_readable,
			     c->segments + c->n_segments, offset };
	size_t done = 0;

	while (done < size) {
		struct ring_segment piece = next(&rest, size - done);

		if (!piece.size)
			break;
		memory_copy_out(piece.at, (const uint8_t *)from + done, piece.size);
		done += piece.size;
	}
	return done;
}

uint8_t *ring_last(const struct ring_chain *c)
{
	const struct ring_segment *s;

	if (c->n_segments == c->n_readable)
		return NULL;
	s = &c->segments[c->n_segments - 1];
	return s->at ? s->at + (s->size - 1) : NULL;
}
