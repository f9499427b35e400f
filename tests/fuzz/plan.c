/* SPDX-License-Identifier: BSD-2-Clause */
#include "plan.h"

#include <ctype.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "harness.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define CELL_SIZE 64

/* What changes how hvcc speaks or what it leaves out, whatever the mode. */
static const char *const extras[] = {
	NULL, NULL, NULL, "-v", "--payloads=later", "--max-errors=1",
	"--format=json", "--format=sarif", "-Werror",
};
#define N_EXTRAS (sizeof(extras) / sizeof(extras[0]))

static size_t count(const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

/* The first cell that the text names, or one that there is not. */
static void cell_name(const char *path, char *name)
{
	static char text[1 << 16];
	FILE *f = fopen(path, "r");
	size_t n = 0;

	if (!f)
		err(2, "cannot read '%s'", path);

	size_t size = fread(text, 1, sizeof(text) - 1, f);

	fclose(f);
	text[size] = 0;

	const char *at = memmem(text, size, "\ncell ", 6);

	strcpy(name, "one");
	if (!at)
		at = memmem(text, size, "root cell ", 10);
	if (!at)
		return;
	at = strstr(at, "cell ") + 5;
	while (n < CELL_SIZE - 1 && (isalnum((unsigned char)at[n]) ||
				     at[n] == '_'))
		n++;
	if (n)
		snprintf(name, CELL_SIZE, "%.*s", (int)n, at);
}

static void run(const char *path, const char *mode, const char *extra)
{
	char whole[8192], cell[CELL_SIZE], what[16384];
	bool has_cell = mode[strlen(mode) - 1] == ':';
	bool is_diff = !strcmp(mode, "--diff");

	cell_name(path, cell);
	if (!strcmp(mode, "--report"))
		snprintf(whole, sizeof(whole), "--report=%s/report.html",
			 fuzz_folder);
	else
		snprintf(whole, sizeof(whole), "%s%s", mode,
			 has_cell ? cell : "");
	snprintf(what, sizeof(what), "hvcc %s %s %s", whole, extra ? extra : "",
		 path);

	const char *arguments[] = {
		whole, "-I", fuzz_folder, "-I", fuzz_files, path,
		extra ? extra : is_diff ? path : NULL, NULL,
	};
	struct fuzz_run r = { 0 };

	fuzz_run_main(&r, arguments);
	/* Only the name of a cell can be wrong on this command line. */
	if (r.code == EXIT_ENVIRONMENT && !strstr(r.err, "there is no cell")) {
		fprintf(stderr, "%s: the input is not the machine's fault\n%s",
			what, r.err);
		abort();
	}
	if (is_diff && r.code && !r.err_size) {
		fprintf(stderr, "%s: it differs from itself\n%s", what, r.out);
		abort();
	}
	fuzz_run_end(&r, what);
}

/* What prints has one document, and what proves nothing needs no payload. */
static bool is_combined(const char *mode, const char *extra)
{
	if (!extra || !strcmp(mode, "--check"))
		return true;
	if (!strcmp(mode, "--diff"))
		return false;
	return strncmp(extra, "--format", 8) &&
	       (strcmp(extra, "--payloads=later") || !strncmp(mode, "--emit", 6));
}

static void run_all(const char *path, const struct fuzz_plan *p)
{
	for (size_t i = 0; p->modes[i]; i++)
		run(path, p->modes[i], NULL);
	for (size_t i = 0; i < N_EXTRAS; i++)
		if (extras[i])
			run(path, "--check", extras[i]);
}

static void run_text(const char *path, const struct fuzz_plan *p, uint32_t dice)
{
	const char *extra = extras[dice % N_EXTRAS];
	const char *mode = p->modes[dice / N_EXTRAS % count(p->modes)];

	if (fuzz_is_thorough())
		run_all(path, p);
	else
		run(path, mode, is_combined(mode, extra) ? extra : NULL);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_begin();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct fuzz_plan *p = &fuzz_plan;
	uint32_t dice = fuzz_hash(bytes, size);
	size_t n_texts = count(p->texts);
	char path[8192];

	fuzz_write(p->input, bytes, size);
	snprintf(path, sizeof(path), "%s/%s", fuzz_folder, p->input);
	if (!n_texts)
		run_text(path, p, dice);
	if (p->alone && (fuzz_is_thorough() || dice / 64 % 8 == 0))
		run(path, p->alone, NULL);
	for (size_t i = 0; i < n_texts; i++) {
		if (!fuzz_is_thorough() && i != dice % n_texts)
			continue;
		snprintf(path, sizeof(path), "%s/%s", fuzz_files, p->texts[i]);
		run_text(path, p, dice / (uint32_t)n_texts);
	}
	return 0;
}
