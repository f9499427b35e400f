/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree "extra.dtsi": dtc itself merges it over our tree, so that all of its
 * syntax works, &{/path} and /delete-property/ too. Then the two trees are
 * compared: what hvcc decides must be in the merged one exactly as before, in
 * every node, and no new node may have any of it.
 */
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/fatal.h"
#include "base/file.h"
#include "base/paths.h"
#include "base/rules.h"
#include "base/tool.h"
#include "emit/tree_guest.h"

#define TREE_SIZE_MAX ((size_t)16 << 20)
#define PATH_SIZE_MAX 1024

/* Decided by the model: where things are, and what they raise. */
static const char *const decided[] = {
	"reg", "ranges", "dma-ranges", "interrupts", "interrupts-extended",
	"interrupt-parent", "interrupt-map", "iommus", "iommu-map",
	"msi-parent", "msi-map", "device_type", "memory-region", "no-map",
	"identity", "linux,initrd-start", "linux,initrd-end",
	"linux,usable-memory-range", "linux,elfcorehdr",
};

/* How the others are read: a new node has its own, ours keep theirs. */
static const char *const kept[] = {
	"#address-cells", "#size-cells", "#interrupt-cells", "phandle",
	"enable-method", "method", "hvcc,self", "hvcc,peers", "hvcc,name",
};

static bool is_in(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(name, list[i]))
			return true;
	return false;
}

static bool is_decided(const char *name, bool is_ours)
{
	return is_in(decided, ARRAY_SIZE(decided), name) ||
	       (is_ours && is_in(kept, ARRAY_SIZE(kept), name));
}

/* What keeps memory for one device or from all is any property of such a node. */
static bool is_reserved(const void *fdt, int node)
{
	static const char reserved[] = "/reserved-memory";
	char path[PATH_SIZE_MAX];

	return !fdt_get_path(fdt, node, path, sizeof(path)) &&
	       !strncmp(path, reserved, sizeof(reserved) - 1);
}

/* The same path in the other tree, or negative. */
static int find_same(const void *from, int node, const void *to)
{
	char path[PATH_SIZE_MAX];

	if (fdt_get_path(from, node, path, sizeof(path)))
		return -FDT_ERR_NOTFOUND;
	return fdt_path_offset(to, path);
}

enum same { SAME_NOT_THERE, SAME_OTHER_VALUE, SAME_VALUE };

static enum same find_value(const void *from, int property, const void *to,
			    int node)
{
	int size, other_size;
	const char *name;
	const void *value = fdt_getprop_by_offset(from, property, &name, &size);
	const void *other = value && node >= 0 ?
		fdt_getprop(to, node, name, &other_size) : NULL;

	if (!other)
		return SAME_NOT_THERE;
	return size == other_size && !memcmp(value, other, (size_t)size) ?
		SAME_VALUE : SAME_OTHER_VALUE;
}

struct merge {
	const struct cell *cell;
	struct diag *diag;
};

static void refuse(const struct merge *m, const void *fdt, int node,
		   const char *name, const char *verb)
{
	char path[PATH_SIZE_MAX];

	if (fdt_get_path(fdt, node, path, sizeof(path)))
		strcpy(path, "?");
	diag_error(m->diag, &rule_tree_merge, m->cell->tree_at,
		   "'%s' %s '%s' of '%s'", m->cell->tree_path, verb, name, path);
	diag_help(m->diag, "say it in the cell: memory, devices, lines");
}

/*
 * Looks for every decided property of one tree in the other: from ours, what
 * was changed or removed; from the merged one, what is new.
 */
static void compare(const struct merge *m, const void *from, const void *to,
		    bool is_ours)
{
	int depth = 0;

	for (int node = 0; node >= 0 && depth >= 0;
	     node = fdt_next_node(from, node, &depth)) {
		int other = find_same(from, node, to), p;
		/* A node that is new reserves none of what hvcc decides. */
		bool is_all = (is_ours || other >= 0) && is_reserved(from, node);

		fdt_for_each_property_offset(p, from, node) {
			const char *name;

			if (!fdt_getprop_by_offset(from, p, &name, NULL) ||
			    (!is_all && !is_decided(name, is_ours)))
				continue;

			enum same same = find_value(from, p, to, other);

			if (same == SAME_NOT_THERE)
				refuse(m, from, node, name,
				       is_ours ? "removes" : "adds");
			else if (same == SAME_OTHER_VALUE && is_ours)
				refuse(m, from, node, name, "changes");
		}
	}
}

/* dtc runs in another folder. */
static const char *whole_path(struct arena *a, const char *path)
{
	char *whole = realpath(path, NULL);
	const char *out = whole ? arena_strdup(a, whole) : path;

	free(whole);
	return out;
}

static bool copy_extra(const struct tool_folder *f, const char *path,
		       const char **why)
{
	struct file extra;
	const char *reason;

	if (!file_read(f->arena, path, TREE_SIZE_MAX, &extra, &reason)) {
		*why = reason;
		return false;
	}
	return tool_write(f, "extra.dtsi", extra.bytes, extra.size, why);
}

/*
 * The user's file is copied, because dtc's include knows no escapes for what a
 * path may hold; what it includes itself is found in the folder it came from.
 */
static bool run_dtc(const struct tool_folder *f, const void *blob, size_t size,
		    const char *extra, struct file *out, const char **why)
{
	static const char merged[] = "/include/ \"ours.dts\"\n"
				     "/include/ \"extra.dtsi\"\n";
	static const char *const to_source[] = {
		"dtc", "-q", "-I", "dtb", "-O", "dts", "-o", "ours.dts",
		"ours.dtb", NULL };
	struct arena *a = f->arena;
	const char *const to_blob[] = {
		"dtc", "-q", "-I", "dts", "-O", "dtb", "-o", "merged.dtb",
		"-i", paths_folder(a, whole_path(a, extra)), "merged.dts",
		NULL };
	const char *path = arena_printf(a, "%s/merged.dtb", f->path);
	const char *reason;

	if (!copy_extra(f, extra, why) ||
	    !tool_write(f, "ours.dtb", blob, size, why) ||
	    !tool_write(f, "merged.dts", merged, strlen(merged), why) ||
	    !tool_run(f, to_source, "device-tree-compiler", false, why) ||
	    !tool_run(f, to_blob, "device-tree-compiler", false, why))
		return false;
	if (file_read(a, path, TREE_SIZE_MAX, out, &reason))
		return true;
	*why = arena_printf(a, "the merged tree: %s", reason);
	return false;
}

bool guest_merge(struct arena *a, const struct cell *cell, const void **blob,
		 size_t *size, struct diag *d)
{
	struct merge m = { cell, d };
	struct tool_folder f;
	struct file merged;
	const char *why;
	size_t n_errors = diag_errors(d);

	if (!cell->tree_path)
		return true;
	if (!tool_open(a, &f, &why))
		fatal("%s", why);

	bool is_merged = run_dtc(&f, *blob, *size, cell->tree_path, &merged,
				 &why);

	tool_close(&f);
	if (!is_merged || fdt_check_full(merged.bytes, merged.size)) {
		diag_error(d, &rule_file_unusable, cell->tree_at,
			   "dtc cannot merge '%s': %s", cell->tree_path,
			   is_merged ? "its output is broken" : why);
		return false;
	}
	compare(&m, *blob, merged.bytes, true);
	compare(&m, merged.bytes, *blob, false);
	*blob = merged.bytes;
	*size = merged.size;
	return diag_errors(d) == n_errors;
}
