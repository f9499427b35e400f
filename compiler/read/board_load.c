/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a .dtb, once they have been found whole. */
#include <libfdt.h>
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/rules.h"
#include "read/board.h"
#include "read/board_build.h"

static void refuse(const struct read *r, struct span at, const char *path,
		   const char *what)
{
	diag_error(r->diag, &rule_board_unusable, at,
		   "'%s' is no usable devicetree: %s", path, what);
}

static const char *fault_name(int fault)
{
	switch (-fault) {
	case FDT_ERR_BADVERSION:
		return "its version is none that libfdt reads";
	case FDT_ERR_BADSTATE:
		return "it was never finished";
	case FDT_ERR_TRUNCATED:
		return "a block of it lies outside of the file";
	default:
		return "its nodes or properties are damaged";
	}
}

/*
 * libfdt trusts a tree that passed fdt_check_full, and nothing else. Its size
 * is checked here first because the message can then say both numbers.
 */
const void *board_check(const struct read *r, struct span at, const char *path,
			const uint8_t *bytes, size_t size)
{
	if (size < 8 || fdt_magic(bytes) != FDT_MAGIC) {
		refuse(r, at, path, "it does not start with d00dfeed");
		return NULL;
	}
	if (fdt_totalsize(bytes) > size) {
		diag_error(r->diag, &rule_board_unusable, at,
			   "'%s' is no usable devicetree: its head says 0x%x"
			   " bytes, and the file has 0x%zx", path,
			   fdt_totalsize(bytes), size);
		return NULL;
	}

	int fault = fdt_check_full(bytes, size);

	if (fault) {
		refuse(r, at, path, fault_name(fault));
		return NULL;
	}
	return bytes;
}

static bool ends_in(const char *path, const char *end)
{
	size_t size = strlen(path), end_size = strlen(end);

	return size > end_size && !strcmp(path + size - end_size, end);
}

const void *board_load(const struct read *r, struct span at, const char *path,
		       size_t *size)
{
	struct file f;
	const char *why;

	if (ends_in(path, ".dts"))
		return board_load_dts(r, at, path, size);
	if (!file_read(r->arena, path, BOARD_SIZE_MAX, &f, &why)) {
		diag_error(r->diag, &rule_file_unusable, at, "'%s': %s", path,
			   why);
		return NULL;
	}
	*size = f.size;
	return board_check(r, at, path, f.bytes, f.size);
}
