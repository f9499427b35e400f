/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The input is a list of changes of a good image, or an image.
 *
 * The first byte says which: IS_RAW, and all others are the image; or the
 * number of a good image, and whether hashes and identity are made right again
 * behind the changes. A change is struct edit, as bytes.
 *
 * What --verify with the text accepts must be the image that the text makes,
 * and what it accepts it must accept without the text.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fatal.h"
#include "harness.h"
#include "hv_abi.h"
#include "seal.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define IS_RAW 0x80
#define IS_SEALED 0x40

enum what { SET, ADD, XOR, COPY };
enum area { ROWS, TABLES, HEAD, FILE_SIZE };

#define ROWS_SIZE ((size_t)8192)

struct edit {
	uint8_t what;		/* 2 bits; and 2 bits: log2 of the width */
	uint8_t area;
	uint8_t at[3];
	uint8_t value[8];	/* of COPY: where from */
};
_Static_assert(sizeof(struct edit) == 13, "bytes");

struct image {
	const char *name;
	uint8_t *bytes;
	size_t size;
};

static struct image images[] = {
	{ .name = "verify-good" }, { .name = "verify-rest" },
	{ .name = "verify-qemu" },
};
#define N_IMAGES (sizeof(images) / sizeof(images[0]))

/* ---- images -------------------------------------------------------------- */

static void image_load(struct image *image)
{
	char path[8192];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s.bin", fuzz_files, image->name);

	FILE *f = fopen(path, "r");

	if (!f || fstat(fileno(f), &st))
		err(2, "cannot read '%s'", path);
	image->size = (size_t)st.st_size;
	image->bytes = malloc(image->size);
	if (!image->bytes ||
	    fread(image->bytes, 1, image->size, f) != image->size)
		err(2, "cannot read '%s'", path);
	fclose(f);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_begin();
	for (size_t i = 0; i < N_IMAGES; i++)
		image_load(&images[i]);
	return 0;
}

/* ---- changes ------------------------------------------------------------- */

static size_t number(const uint8_t *bytes, size_t size)
{
	size_t n = 0;

	while (size--)
		n = n << 8 | bytes[size];
	return n;
}

/* Where in the good image; the tables are where they were. */
static uint8_t *place(const struct image *good, uint8_t *copy, unsigned int area,
		      size_t at, size_t width)
{
	const struct hv_image_head *head = (const void *)good->bytes;
	size_t tables = (size_t)head->tables_offset;
	size_t tables_size = (size_t)head->segments[0].size - tables;

	at = at / width * width;
	switch ((enum area)(area % 4)) {
	case ROWS:
		return copy + tables + at % (tables_size < ROWS_SIZE ?
					     tables_size : ROWS_SIZE);
	case TABLES:
		return copy + tables + at % tables_size;
	case HEAD:
		return copy + at % HV_IMAGE_HEAD_SIZE;
	case FILE_SIZE:
		return copy + at % (good->size / 8 * 8);
	}
	abort();
}

static void edit_do(const struct image *good, uint8_t *copy,
		    const struct edit *e)
{
	size_t width = (size_t)1 << (e->what >> 2 & 3);
	uint8_t *at = place(good, copy, e->area, number(e->at, 3), width);
	const uint8_t *from = place(good, copy, e->area,
				    number(e->value, 3), width);
	size_t was = number(at, width), value = number(e->value, width);

	switch ((enum what)(e->what & 3)) {
	case SET:
		break;
	case ADD:
		value += was;
		break;
	case XOR:
		value ^= was;
		break;
	case COPY:
		value = number(from, width);
		break;
	}
	for (size_t i = 0; i < width; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* ---- one input ----------------------------------------------------------- */

static int verify(const char *text)
{
	char image[8192], path[8192];
	struct fuzz_run r = { 0 };

	snprintf(image, sizeof(image), "%s/image.bin", fuzz_folder);
	if (text)
		snprintf(path, sizeof(path), "%s/%s.cells", fuzz_files, text);

	const char *arguments[] = {
		"--verify", image, "-I", fuzz_files, text ? path : NULL, NULL,
	};

	fuzz_run_main(&r, arguments);

	int code = r.code;

	if (code != EXIT_DONE && code != EXIT_MISMATCH) {
		fprintf(stderr, "exit %d of --verify:\n%s", code, r.err);
		abort();
	}
	fuzz_run_end(&r, "--verify");
	return code;
}

static void verify_changed(const struct image *good, const uint8_t *copy,
			   bool has_text)
{
	int alone = verify(NULL);

	if (!has_text)
		return;

	int code = verify(good->name);
	bool is_same = !memcmp(copy, good->bytes, good->size);

	if ((code == EXIT_DONE) == is_same && (is_same ? !alone : true))
		return;
	fprintf(stderr, "an image that is %s: exit %d with the text, %d"
		" without\n", is_same ? "as it was" : "another", code, alone);
	for (size_t i = 0; i < good->size; i++)
		if (copy[i] != good->bytes[i])
			fprintf(stderr, "0x%zx: 0x%02x, was 0x%02x\n", i,
				copy[i], good->bytes[i]);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint32_t dice = fuzz_hash(bytes, size);
	struct edit e;

	if (!size)
		return 0;
	if (bytes[0] & IS_RAW) {
		fuzz_write("image.bin", bytes + 1, size - 1);
		verify(NULL);
		return 0;
	}

	const struct image *good = &images[(bytes[0] & 3) % N_IMAGES];
	uint8_t *copy = malloc(good->size);

	if (!copy)
		abort();
	memcpy(copy, good->bytes, good->size);
	for (size_t at = 1; size - at >= sizeof(e); at += sizeof(e)) {
		memcpy(&e, bytes + at, sizeof(e));
		edit_do(good, copy, &e);
	}
	if (bytes[0] & IS_SEALED)
		seal(copy, good->size);
	fuzz_write("image.bin", copy, good->size);
	verify_changed(good, copy, fuzz_is_thorough() || dice % 4 == 0);
	free(copy);
	return 0;
}
