/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resolving.h - for the unit tests of resolve: files in a folder of their own,
 * the model and the printed diagnostics out.
 */
#ifndef TESTS_RESOLVING_H
#define TESTS_RESOLVING_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/paths.h"
#include "base/source.h"
#include "model/model.h"
#include "read/read.h"
#include "target/target.h"

struct resolving {
	char folder[32];
	struct arena *arena;
	struct source *source;
	struct diag *diag;
	const struct model *model;
	char *printed;
};

static inline struct resolving resolving_new(void)
{
	struct resolving r = { .folder = "/tmp/hvcc-unit-XXXXXX" };

	cr_assert(mkdtemp(r.folder));
	return r;
}

static inline void resolving_file(const struct resolving *r, const char *name,
				  const void *bytes, size_t size)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", r->folder, name);

	FILE *f = fopen(path, "w");

	cr_assert(f);
	cr_assert_eq(fwrite(bytes, 1, size, f), size);
	fclose(f);
}

/* May be called again: then all but the files is new. */
static inline void resolving_run(struct resolving *r, const char *text)
{
	static const struct diag_options options = { 0 };
	static const struct paths paths = { 0 };
	static const struct resolve_options nothing = { 0 };
	const struct ast *ast;
	const char *why;
	char path[128];
	size_t size;

	if (r->arena)
		arena_free(r->arena);
	free(r->printed);
	r->arena = arena_new();
	r->source = source_new(r->arena);
	r->diag = diag_new(r->arena, r->source, &options);
	resolving_file(r, "x.cells", text, strlen(text));
	snprintf(path, sizeof(path), "%s/x.cells", r->folder);

	/* The model points to nothing of this. */
	const struct read read = {
		.arena = r->arena, .source = r->source, .diag = r->diag,
		.paths = &paths,
	};

	cr_assert(read_cells(&read, path, &ast, &why));
	r->model = resolve(&read, ast, &nothing);

	FILE *f = open_memstream(&r->printed, &size);

	diag_print(r->diag, f);
	fclose(f);
}

static inline void resolving_free(struct resolving *r)
{
	DIR *d = opendir(r->folder);

	for (struct dirent *e; (e = readdir(d));)
		if (e->d_name[0] != '.')
			unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	rmdir(r->folder);
	arena_free(r->arena);
	free(r->printed);
}

static inline const struct device *device_at(const struct resolving *r,
					     const char *path)
{
	const struct board *b = r->model->board;
	size_t i = 0;

	while (i < b->n_devices && strcmp(b->devices[i].path, path))
		i++;
	cr_assert(i < b->n_devices, "no device %s", path);
	return &b->devices[i];
}

/* What every tree of the tests begins with; the rest goes into the root. */
#define TREE_HEAD							\
	"/dts-v1/;\n"							\
	"/ {\n"								\
	"#address-cells = <2>; #size-cells = <2>;\n"			\
	"interrupt-parent = <&gic>;\n"					\
	"cpus { #address-cells = <1>; #size-cells = <0>;\n"		\
	"	cpu@0 { device_type = \"cpu\"; reg = <0>; };\n"		\
	"	cpu@1 { device_type = \"cpu\"; reg = <1>; };\n"		\
	"};\n"								\
	"memory@40000000 { device_type = \"memory\";\n"			\
	"	reg = <0 0x40000000 0 0x40000000>; };\n"		\
	"psci { compatible = \"arm,psci-1.0\"; method = \"smc\"; };\n"	\
	"timer { compatible = \"arm,armv8-timer\";\n"			\
	"	interrupts = <1 13 4>, <1 14 4>, <1 11 4>, <1 10 4>; };\n" \
	"gic: intc@8000000 { compatible = \"arm,gic-v3\";\n"		\
	"	#interrupt-cells = <3>; interrupt-controller;\n"	\
	"	reg = <0 0x8000000 0 0x10000>, <0 0x80a0000 0 0xf60000>;\n" \
	"	interrupts = <1 9 4>; };\n"

/* Resolves a board of TREE_HEAD and `nodes`, and one cell of `statements`. */
static inline struct resolving resolving_tree(const char *nodes,
					      const char *statements)
{
	struct resolving r = resolving_new();
	char *tree, *text;

	cr_assert_geq(asprintf(&tree, TREE_HEAD "%s};\n", nodes), 0);
	cr_assert_geq(asprintf(&text, "board \"x.dts\";\nroot cell one {\n"
			       "cpus 0;\nmemory ram 1M;\n%s\n}\n",
			       statements), 0);
	resolving_file(&r, "x.dts", tree, strlen(tree));
	resolving_run(&r, text);
	free(tree);
	free(text);
	return r;
}

static inline void expect_clean(const struct resolving *r)
{
	cr_expect_eq(diag_errors(r->diag), 0, "%s", r->printed);
}

static inline void expect_says(const struct resolving *r, const char *what)
{
	cr_expect(strstr(r->printed, what), "'%s' is not in:\n%s", what,
		  r->printed);
}

#endif
