/* SPDX-License-Identifier: BSD-2-Clause */
/* boot linux | raw | elf | running { }: which files, and where it starts. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/paths.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/payload.h"
#include "read/resolve_parts.h"

static const char *const kinds[] = { "linux", "raw", "elf", "running" };

enum { KIND_LINUX, KIND_RAW, KIND_ELF, KIND_RUNNING };

static void file_read_into(struct resolve *r, const struct expr *e,
			   const char *what, struct payload *p)
{
	const char *file = read_string(r->read, e, what);

	if (file)
		payload_facts(r->read, r->known.target,
			     r->options->are_payloads_later, e->at, file, p);
}

static void linux_read(struct resolve *r, const struct ast_block *block,
		       struct boot *b)
{
	static const struct block_rule rules[] = {
		{ AST_KERNEL, false, true },
		{ AST_INITRD, false, false },
		{ AST_CMDLINE, false, false },
	};
	const struct ast_stmt *s;

	block_check(r, "boot linux", b->at, block, rules, ARRAY_SIZE(rules));
	s = block_find(block, AST_KERNEL);
	if (s)
		file_read_into(r, s->kernel.value, "kernel", &b->kernel);
	s = block_find(block, AST_INITRD);
	if (s)
		file_read_into(r, s->initrd.value, "initrd", &b->initrd);
	s = block_find(block, AST_CMDLINE);
	if (!s)
		return;
	b->at_cmdline = s->cmdline.value->at;
	b->cmdline = read_string(r->read, s->cmdline.value, "cmdline");
}

static void image_read(struct resolve *r, const struct ast_block *block,
		       struct boot *b)
{
	const struct ast_stmt *s = block_find(block, AST_IMAGE);

	if (!s)
		return;
	b->at_image = s->at;
	file_read_into(r, s->image.value, "image", &b->kernel);
	if (!s->image.at)
		return;
	if (b->kind == BOOT_ELF)
		diag_error(r->read->diag, &rule_type_mismatch, s->image.at->at,
			   "an ELF file says itself where it goes");
	else
		b->has_image_ipa = read_number(r->read, s->image.at, "at",
					       &b->image_ipa.u);
}

static void raw_read(struct resolve *r, const struct ast_block *block,
		     struct boot *b)
{
	static const struct block_rule rules[] = {
		{ AST_IMAGE, false, true },
		{ AST_ENTRY, false, false },
	};
	const struct ast_stmt *s;

	block_check(r, "boot raw", b->at, block, rules, ARRAY_SIZE(rules));
	image_read(r, block, b);
	s = block_find(block, AST_ENTRY);
	if (!s)
		return;
	b->at_entry = s->at;
	b->has_entry = read_number(r->read, s->entry.value, "entry",
				   &b->entry.u);
}

static void elf_read(struct resolve *r, const struct ast_block *block,
		     struct boot *b)
{
	static const struct block_rule rules[] = {
		{ AST_IMAGE, false, true },
	};

	block_check(r, "boot elf", b->at, block, rules, ARRAY_SIZE(rules));
	image_read(r, block, b);
}

/* A tree that is made of this text may come later, as payloads do. */
static bool comes_later(const struct resolve *r, const struct boot *b)
{
	return r->options->are_payloads_later &&
	       !paths_find(r->read->arena, r->read->paths,
			   source_name(r->read->source, b->at_running),
			   b->running_file);
}

static void running_read(struct resolve *r, const struct ast_block *block,
			 struct boot *b)
{
	static const struct block_rule rules[] = {
		{ AST_TREE, false, true },
	};
	const struct ast_stmt *s = block_find(block, AST_TREE);
	const char *path;

	block_check(r, "boot running", b->at, block, rules, ARRAY_SIZE(rules));
	if (!s)
		return;
	b->at_running = s->tree.value->at;
	b->running_file = read_string(r->read, s->tree.value, "tree");
	if (!b->running_file || r->options->skips_running_tree ||
	    comes_later(r, b))
		return;
	path = read_find(r->read, b->at_running, b->running_file);
	if (path)
		b->running = board_of_running(r->read, b->at_running, path);
}

void resolve_boot(struct resolve *r, const struct ast_block *block,
		  struct cell *c)
{
	const struct ast_stmt *s = block_find(block, AST_BOOT);
	struct boot *b = &c->boot;

	if (!s)
		return;
	b->at = s->at;
	switch (word_find(r, &s->boot.mode, "a way to boot", kinds,
			  ARRAY_SIZE(kinds))) {
	case KIND_LINUX:
		b->kind = BOOT_LINUX;
		linux_read(r, &s->boot.block, b);
		return;
	case KIND_RAW:
		b->kind = BOOT_RAW;
		raw_read(r, &s->boot.block, b);
		return;
	case KIND_ELF:
		b->kind = BOOT_ELF;
		elf_read(r, &s->boot.block, b);
		return;
	case KIND_RUNNING:
		b->kind = BOOT_RUNNING;
		running_read(r, &s->boot.block, b);
		return;
	}
}
