// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/io.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include <asm/barrier.h>
#include <asm/cache.h>

#include "hash.h"
#include "segments.h"

#define PIECE ((size_t)1 << 20)	/* between two looks at the rest of Linux */

static void *map(const struct hv_segment *s, struct refusal *why)
{
	void *at = memremap(s->destination.u, s->size, MEMREMAP_WB);

	if (!at)
		refuse(why, ENOMEM, "reserved memory at 0x%llx cannot be mapped",
		       s->destination.u);
	return at;
}

static int copy(u8 *to, u64 user, size_t size, struct refusal *why)
{
	for (size_t done = 0; done < size;) {
		size_t n = min(PIECE, size - done);

		if (copy_from_user(to + done, u64_to_user_ptr(user + done), n))
			return -EFAULT;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		done += n;
	}
	return 0;
}

/* By line to the point of coherency: EL2 begins with its caches off. */
void segments_flush(void *at, size_t size)
{
	u64 line = 4u << (read_sysreg(ctr_el0) >> 16 & 0xf);
	u64 begin = (u64)at & ~(line - 1);

	for (u64 p = begin; p < (u64)at + size; p += line) {
		asm volatile("dc civac, %0" : : "r" (p) : "memory");
		if (!(p & (PIECE - 1)))
			cond_resched();
	}
	dsb(sy);	/* in memory before any CPU turns to EL2 */
}

int segments_copy_runtime(const struct image *image, u64 user, void **runtime,
			  struct refusal *why)
{
	const struct hv_segment *s = &image->head->segments[0];
	int error;

	*runtime = map(s, why);
	if (!*runtime)
		return -ENOMEM;
	error = copy(*runtime, user, s->size, why);
	if (error)
		return error;
	if (memcmp(*runtime, image->head, HV_IMAGE_HEAD_SIZE))
		return refuse(why, ENOEXEC, "the image changed while it was read");
	return 0;
}

static int copy_segment(const struct image *image, u32 i, u64 user,
			struct refusal *why)
{
	const struct hv_segment *s = &image->head->segments[i];
	void *at = map(s, why);
	int error;

	if (!at)
		return -ENOMEM;
	error = copy(at, user + s->offset, s->size, why);
	memunmap(at);
	return error;
}

int segments_copy_rest(const struct image *image, u64 user, struct refusal *why)
{
	for (u32 i = 1; i < image->head->n_segments; i++) {
		int error = copy_segment(image, i, user, why);

		if (error)
			return error;
	}
	return 0;
}

/* A tree, or its pristine copy, which is the same bytes of the file. */
static bool is_tree(const struct image *image, u32 i)
{
	const struct hv_segment *s = image->head->segments;

	for (u32 k = 1; k < image->head->n_segments; k++)
		if (s[k].kind == HV_SEGMENT_TREE && s[k].offset == s[i].offset)
			return true;
	return false;
}

/* Its own hash, and what of it counts for the identity. */
static int check_segment(const struct image *image, u32 i,
			 struct hash *identity, struct refusal *why)
{
	const struct hv_segment *s = &image->head->segments[i];
	void *at = map(s, why);
	struct hv_sha256 sum;
	int error = 0;

	if (!at)
		return -ENOMEM;
	hash_bytes(at, s->size, &sum);
	if (memcmp(&sum, &s->sha256, sizeof(sum)))
		error = refuse(why, ENOEXEC, "segment %u of the image does not"
			       " have the hash that its row has", i);
	if (!error && is_tree(image, i))
		hash_without(at, s->size, &image->head->identity, &sum);
	hash_add(identity, &sum, sizeof(sum));
	segments_flush(at, s->size);
	memunmap(at);
	return error;
}

/* The tables count with their own copy of the identity zero. */
static void begin_identity(const struct image *image, struct hash *h)
{
	static const struct hv_sha256 zero;
	const u8 *tables = (const u8 *)image->tables;
	size_t at = offsetof(struct hv_head, identity);

	hash_begin(h);
	hash_add(h, tables, at);
	hash_add(h, &zero, sizeof(zero));
	hash_add(h, tables + at + sizeof(zero),
		 image->tables_size - at - sizeof(zero));
}

int segments_check(const struct image *image, void *runtime,
		   struct refusal *why)
{
	u64 size = image->head->segments[0].size;
	struct hv_sha256 sum;
	struct hash identity;

	hash_runtime(runtime, image, &sum);
	if (memcmp(&sum, &image->head->segments[0].sha256, sizeof(sum)))
		return refuse(why, ENOEXEC, "the runtime's segment of the image"
			      " does not have the hash that its row has");
	if (!hash_is_code(runtime, image))
		return refuse(why, ENOEXEC, "the runtime's code does not have"
			      " the hash that the tables have");
	begin_identity(image, &identity);
	for (u32 i = 1; i < image->head->n_segments; i++) {
		int error = check_segment(image, i, &identity, why);

		if (error)
			return error;
	}
	hash_end(&identity, &sum);
	if (memcmp(&sum, &image->head->identity, sizeof(sum)))
		return refuse(why, ENOEXEC, "the image's identity is not the"
			      " hash of its tables and segments");
	segments_flush(runtime, size);
	return 0;
}
