/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * image.h - a hvisor.bin that wants to get under this Linux: judged before a
 * byte of it runs.
 *
 * Everything in it may be anything until its hashes are right, and the board
 * that it was made for may still be another: so each number is checked before it
 * is used, and every byte that will be written is held to what the running
 * machine reserves. Knows nothing of the kernel, so that it is fuzzed on the
 * host. Includes refusal.h and the ABI.
 *
 * Order: image_read_head, then the runtime segment is copied, image_read_tables,
 * and then all others in any order.
 */
#ifndef KMOD_IMAGE_H
#define KMOD_IMAGE_H

#include "hv_abi.h"
#include "refusal.h"

struct image {
	const struct hv_image_head *head;	/* HV_IMAGE_HEAD_SIZE bytes */
	const struct hv_head *tables;		/* NULL until they are read */
	uint64_t tables_size;
};

/* Of the running machine's memory. */
struct place {
	uint64_t base, size;
};

/* The first HV_IMAGE_HEAD_SIZE bytes of a file. */
int image_read_head(struct image *image, const void *bytes, uint64_t file_size,
		    struct refusal *why);

/* Of the runtime segment's copy, with the size that its row says. */
int image_read_tables(struct image *image, const void *runtime,
		      struct refusal *why);

/* Is it what the caller said? */
int image_check_caller(const struct image *image,
		       const struct hvisor_enable *caller, struct refusal *why);

/* Segments alone: before the first byte is copied. */
int image_check_segments(const struct image *image, const struct place *reserved,
			 size_t n_reserved, struct refusal *why);

/* All memory that the hypervisor and other cells than the root cell will have. */
int image_check_memory(const struct image *image, const struct place *reserved,
		       size_t n_reserved, struct refusal *why);

/* One run of what Linux uses as RAM: the root cell has it, at the same address. */
int image_check_ram(const struct image *image, struct place ram,
		    struct refusal *why);

/* The machine's CPUs, by MPIDR affinity: they are those of the tables. */
int image_check_cpus(const struct image *image, const uint64_t *hwids, size_t n,
		     struct refusal *why);

/* Does the CPU stay with Linux? */
bool image_is_root_cpu(const struct image *image, uint64_t hwid);
/* Its row of the tables' CPUs; false when it has none. */
bool image_cpu_row(const struct image *image, uint64_t hwid, uint32_t *row);

/* Is the whole of [base, base + size) in the union of these? */
bool places_hold(const struct place *places, size_t n, uint64_t base,
		 uint64_t size);

#endif
