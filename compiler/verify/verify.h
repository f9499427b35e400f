/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verify.h - a finished image against itself.
 *
 * Takes bytes and nothing else: no text, no model, no layout. It decodes what
 * the loader, the runtime and the hardware will read, and says whether the
 * cells in it can touch each other or the hypervisor, in any state of any
 * switch. The bytes are hostile: nothing is followed before it was bounded,
 * and time and memory are linear in their number. Shares only the ABI's struct
 * headers with what wrote them. Includes runtime/abi.
 */
#ifndef VERIFY_VERIFY_H
#define VERIFY_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "hv_abi.h"

struct arena;
struct table_rows;

/* A file as memory. Fatal where it cannot be read, or shrinks while it is. */
struct verify_file { const uint8_t *bytes; uint64_t size; };

struct verify_file verify_open(const char *path);
void verify_close(struct verify_file f);

/* What was found; rows point into the bytes. */
struct verified {
	size_t n_differences;
	/* Every list lies where its head says: rows can be looked at. */
	bool is_readable;
	const struct hv_image_head *image;
	const struct hv_head *head;
	const struct table_rows *arch;	/* of target/decode */
	size_t n_lines, n_tables;
	uint64_t n_pages;		/* that cells reach */
};

/*
 * Each difference is a line of `report`. The runtime's hash is compared with
 * that file unless it is NULL.
 */
struct verified verify_bytes(struct arena *a, struct verify_file f,
			     const char *runtime_sha256_path, FILE *report)
	__attribute__((warn_unused_result));

/* One line that sums up a proof. */
const char *verify_summary(struct arena *a, const struct verified *v);

#endif
