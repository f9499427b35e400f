/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio/block_request.h"

#define TYPE_IN 0u
#define TYPE_OUT 1u
#define TYPE_FLUSH 4u
#define TYPE_GET_ID 8u
#define TYPE_DISCARD 11u
#define TYPE_WRITE_ZEROES 13u

#define CLEAR_UNMAP 1u

struct head {
	uint32_t type, reserved;
	uint64_t sector;
};
_Static_assert(sizeof(struct head) == 16, "block");

struct clear {
	uint64_t sector;
	uint32_t n_sectors, flags;
};
_Static_assert(sizeof(struct clear) == 16, "block");

static enum block_next answer(struct block_request *r, uint8_t status)
{
	r->status = status;
	return BLOCK_ANSWERED;
}

static bool is_inside(const struct block_facts *facts, uint64_t sector,
		      uint64_t n)
{
	return n && sector < facts->n_sectors && n <= facts->n_sectors - sector;
}

static enum block_next transfer(struct block_request *r, uint64_t sector,
				uint64_t size, const struct block_facts *facts)
{
	if (size % BLOCK_SECTOR ||
	    !is_inside(facts, sector, size / BLOCK_SECTOR) ||
	    (!r->is_in && facts->is_readonly))
		return answer(r, BLOCK_IOERR);
	r->operation = r->is_in ? STORE_READ :
		       facts->writes_through ? STORE_WRITE_THROUGH : STORE_WRITE;
	r->offset = sector * BLOCK_SECTOR;
	r->size = size;
	r->has_data = true;
	return BLOCK_BEGINS;
}

static enum block_next get_id(struct block_request *r, struct device *d,
			      const struct block_facts *facts)
{
	if (r->chain.writable_size - 1 < BLOCK_ID_SIZE ||
	    !device_write(d, &r->chain, 0, facts->id, BLOCK_ID_SIZE))
		return answer(r, BLOCK_IOERR);
	r->n_in = BLOCK_ID_SIZE;
	return answer(r, BLOCK_OK);
}

/* Of one range: the device says that it takes no more at a time. */
static enum block_next clear(struct block_request *r, struct device *d,
			     bool is_discard, const struct block_facts *facts)
{
	struct clear c;

	if (r->chain.readable_size != sizeof(struct head) + sizeof(c) ||
	    !device_read(d, &r->chain, sizeof(struct head), &c, sizeof(c)))
		return answer(r, BLOCK_IOERR);
	/* 5.2.6.2: flags that the device does not know, and unmap in a discard. */
	if (c.flags & ~CLEAR_UNMAP || (is_discard && c.flags))
		return answer(r, BLOCK_UNSUPP);
	if (facts->is_readonly || c.n_sectors > BLOCK_CLEAR_SECTORS_MAX ||
	    !is_inside(facts, c.sector, c.n_sectors))
		return answer(r, BLOCK_IOERR);
	r->operation = is_discard ? STORE_DISCARD :
		       c.flags & CLEAR_UNMAP ? STORE_ZERO_FREE : STORE_ZERO;
	r->offset = c.sector * BLOCK_SECTOR;
	r->size = (uint64_t)c.n_sectors * BLOCK_SECTOR;
	return BLOCK_BEGINS;
}

enum block_next block_request_read(struct block_request *r, struct device *d,
				   const struct block_facts *facts)
{
	struct head head;

	r->has_data = r->is_in = false;
	r->offset = r->size = r->n_in = 0;
	r->data = sizeof(head);
	if (r->chain.readable_size < sizeof(head) || !ring_last(&r->chain))
		return BLOCK_FAULT;
	if (r->chain.is_bad ||
	    !device_read(d, &r->chain, 0, &head, sizeof(head)))
		return answer(r, BLOCK_IOERR);
	switch (head.type) {
	case TYPE_IN:
		r->is_in = true;
		return transfer(r, head.sector, r->chain.writable_size - 1,
				facts);
	case TYPE_OUT:
		return transfer(r, head.sector,
				r->chain.readable_size - sizeof(head), facts);
	case TYPE_FLUSH:
		r->operation = STORE_FLUSH;
		return BLOCK_BEGINS;
	case TYPE_GET_ID:
		return get_id(r, d, facts);
	case TYPE_DISCARD:
	case TYPE_WRITE_ZEROES:
		return clear(r, d, head.type == TYPE_DISCARD, facts);
	default:
		return answer(r, BLOCK_UNSUPP);
	}
}

const char *block_request_word(const struct block_request *r)
{
	switch (r->operation) {
	case STORE_READ:
		return "read";
	case STORE_WRITE:
	case STORE_WRITE_THROUGH:
		return "write";
	case STORE_FLUSH:
		return "flush";
	case STORE_DISCARD:
		return "discard";
	case STORE_ZERO:
	case STORE_ZERO_FREE:
		return "write zeroes";
	}
	return "";
}
