/* SPDX-License-Identifier: BSD-2-Clause */
#include "produce.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/source.h"
#include "check/flow.h"
#include "depends.h"
#include "emit/emit.h"
#include "faults.h"
#include "report/flow_dot.h"
#include "report/html.h"
#include "report/text.h"
#include "sink.h"

bool produce_trees(struct production *p)
{
	const struct model *m = p->model;
	bool are_made = true;

	p->trees = arena_array(p->arena, m->n_cells, sizeof(*p->trees));
	p->tree_sizes = arena_array(p->arena, m->n_cells,
				    sizeof(*p->tree_sizes));
	for (size_t i = 0; i < m->n_cells; i++) {
		struct tree t;

		/* A Linux that is running has its own. */
		if (m->cells[i].boot.kind == BOOT_RUNNING)
			continue;
		if (!emit_tree(p->arena, p->layout, &m->cells[i], &t, p->diag)) {
			are_made = false;
			continue;
		}
		p->trees[i] = t.blob;
		p->tree_sizes[i] = t.size;
	}
	return are_made;
}

/* ---- image --------------------------------------------------------------- */

static const char *text_of(const struct production *p,
			   void (*print)(FILE *out, const struct production *p))
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);

	if (!out)
		fatal("out of memory");
	print(out, p);
	if (fclose(out))
		fatal("out of memory");

	const char *text = arena_strndup(p->arena, bytes, size);

	free(bytes);
	return text;
}

static void print_tables(FILE *out, const struct production *p)
{
	emit_tables(out, p->source, p->layout);
}

static void print_ldscript(FILE *out, const struct production *p)
{
	emit_ldscript(out, p->layout);
}

static const char *with_suffix(const struct production *p, const char *path,
			       const char *old, const char *new)
{
	size_t n = strlen(path), n_old = strlen(old);

	if (n > n_old && !strcmp(path + n - n_old, old))
		n -= n_old;
	return arena_printf(p->arena, "%.*s%s", (int)n, path, new);
}

static struct image_parts parts_of(const struct production *p)
{
	return (struct image_parts){
		.trees = p->trees,
		.tree_sizes = p->tree_sizes,
		.abi_dir = p->library->abi,
		.runtime_sha256_path = p->library->runtime_sha256,
	};
}

static struct image_parts parts_to_link(const struct production *p)
{
	struct image_parts parts = parts_of(p);

	parts.tables_c = text_of(p, print_tables);
	parts.ldscript = text_of(p, print_ldscript);
	return parts;
}

/* identity: NULL, or room for 32 bytes. */
static enum exit_code build(const struct production *p, const char *path,
			    bool is_trial, uint8_t *identity)
{
	struct image_parts parts = parts_to_link(p);

	parts.bin_path = path;
	/* hvisor.bin has its hvisor.elf beside it. */
	parts.elf_path = with_suffix(p, path, ".bin", ".elf");
	/* And hvisor.loader, where a root cell can run it. */
	if (p->model->root) {
		parts.loader_path = with_suffix(p, path, ".bin", ".loader");
		parts.loader_program = p->library->loader;
	}
	parts.is_trial = is_trial;
	parts.identity = identity;
	sink_refuse_input(p->source, parts.elf_path);
	sink_refuse_input(p->source, parts.loader_path);
	/* Warnings first, in case a tool fails; a document is one, at the end. */
	if (p->options->format == FORMAT_TEXT)
		diag_print(p->diag, stderr);
	return image_build(p->arena, p->layout, &parts, p->diag);
}

/* identity: NULL where it is not known. */
static void write_reports(const struct production *p, const uint8_t *identity)
{
	struct survey *survey = survey_make(p->arena, p->options->input,
					    p->source, p->layout);

	survey->identity = identity ? "" : NULL;
	for (size_t i = 0; identity && i < 32; i++)
		survey->identity = arena_printf(p->arena, "%s%02x",
						survey->identity, identity[i]);
	for (size_t i = 0; i < p->options->n_reports; i++) {
		const char *path = p->options->reports[i];
		struct sink s;

		sink_open(&s, p->arena, path);
		if (options_is_html(path))
			html_print(s.file, survey);
		else
			text_print(s.file, survey);
		sink_close(&s);
	}
}

enum exit_code produce_image(const struct production *p)
{
	uint8_t identity[32];
	enum exit_code code = build(p, p->options->output, false, identity);

	if (code == EXIT_DONE && p->options->n_reports)
		write_reports(p, identity);
	return code;
}

/* The identity is that of the image which this text makes: so it is made. */
enum exit_code produce_report(const struct production *p)
{
	uint8_t identity[32];
	const char *beside = arena_printf(p->arena, "%s.image",
					  p->options->reports[0]);

	if (p->options->are_payloads_later) {
		write_reports(p, NULL);
		return EXIT_DONE;
	}

	enum exit_code code = build(p, beside, true, identity);

	if (code == EXIT_DONE)
		write_reports(p, identity);
	return code;
}

enum exit_code produce_verdict(const struct production *p)
{
	struct image_parts parts = parts_of(p);

	struct faults faults;

	parts.bin_path = p->options->argument;
	parts.loader_path = with_suffix(p, parts.bin_path, ".bin", ".loader");
	if (!file_exists(parts.loader_path))
		parts.loader_path = NULL;
	faults_open(&faults, p->options);

	bool is_right = !image_verify(p->arena, p->layout, &parts, faults.file);

	faults_close(&faults, p->diag);
	if (!is_right)
		return EXIT_MISMATCH;
	diag_say(p->diag, "'%s' is the image of '%s'", p->options->argument,
		 p->options->input);
	return EXIT_DONE;
}

/* ---- --emit -------------------------------------------------------------- */

static const struct cell *find_cell(const struct production *p)
{
	const struct model *m = p->model;

	for (size_t i = 0; i < m->n_cells; i++)
		if (!strcmp(m->cells[i].name, p->options->emit_cell))
			return &m->cells[i];
	fatal("there is no cell '%s' in '%s'", p->options->emit_cell,
	      p->options->input);
}

static void print_tree(FILE *out, const struct production *p)
{
	uint32_t i = find_cell(p)->index;

	if (!p->trees[i])
		fatal("the cell '%s' runs already, with a devicetree of its own",
		      p->options->emit_cell);
	if (fwrite(p->trees[i], 1, p->tree_sizes[i], out) != p->tree_sizes[i])
		fatal("out of memory");
}

static void print_root_tree(FILE *out, const struct production *p)
{
	const struct model *m = p->model;
	struct tree t;

	if (!m->root || m->root->boot.kind != BOOT_RUNNING)
		fatal("in '%s' no root cell says 'boot running'",
		      p->options->input);
	if (m->are_payloads_later)
		fatal("--emit=root-dtb needs the payloads, which decide how"
		      " much memory the hypervisor takes");
	if (!m->board->fdt)
		fatal("the board of '%s' has no devicetree", p->options->input);
	t = emit_root_tree(p->arena, p->layout);
	if (fwrite(t.blob, 1, t.size, out) != t.size)
		fatal("out of memory");
}

static void print_hash(FILE *out, const struct production *p)
{
	const struct image_parts parts = parts_to_link(p);

	image_runtime_hash(p->arena, p->layout, &parts, out);
}

static void print(FILE *out, const struct production *p)
{
	switch (p->options->emit) {
	case EMIT_AST:
		break;
	case EMIT_FLOW:
		flow_dot_print(out, p->source, facts_make(p->arena, p->model));
		break;
	case EMIT_MODEL:
		emit_model(out, p->source, p->model);
		break;
	case EMIT_LAYOUT:
		emit_layout(out, p->source, p->layout);
		break;
	case EMIT_TABLES:
		print_tables(out, p);
		break;
	case EMIT_LDSCRIPT:
		print_ldscript(out, p);
		break;
	case EMIT_DTB:
		print_tree(out, p);
		break;
	case EMIT_ROOT_DTB:
		print_root_tree(out, p);
		break;
	case EMIT_HEADER:
		emit_header(out, p->layout, find_cell(p));
		break;
	case EMIT_RUNTIME_HASH:
		print_hash(out, p);
		break;
	}
}

/* What is too much for a graph broke a rule that says so. */
static bool has_graph(const struct production *p)
{
	return !facts_make(p->arena, p->model)->flows->is_cut;
}

void produce_text(const struct production *p)
{
	struct sink s;

	if (p->options->emit == EMIT_FLOW && !has_graph(p))
		return;
	sink_open(&s, p->arena, p->options->output);
	print(s.file, p);
	sink_close(&s);
}

/* What is written beside the image is as new as it. */
static const char *with_loader(const struct production *p, const char *target)
{
	enum options_mode mode = p->options->mode;
	bool is_image = mode == OPTIONS_BUILD || mode == OPTIONS_DEPENDS ||
			mode == OPTIONS_CHECK;

	if (!p->model->root || !is_image)
		return NULL;
	return with_suffix(p, target, ".bin", ".loader");
}

/* -M prints it; -MF writes it beside what else was asked for. */
void produce_depends(const struct production *p)
{
	const struct options *o = p->options;
	bool is_printed = o->mode == OPTIONS_DEPENDS;
	struct sink s;

	if (!is_printed && !o->depends)
		return;

	const char *target = o->output ? o->output
		: o->n_reports ? o->reports[0]
		: with_suffix(p, o->input, ".cells", ".bin");

	sink_open(&s, p->arena, is_printed ? NULL : o->depends);
	depends_print(s.file, p->source, target, with_loader(p, target));
	sink_close(&s);
}
