/* SPDX-License-Identifier: BSD-2-Clause */
#include "read/ast_print.h"

#include <inttypes.h>

static void block_print(FILE *out, const struct ast_block *b, int depth);

static void string_print(FILE *out, const char *s)
{
	fputc('"', out);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\%03o", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void value_print(FILE *out, const struct expr *e)
{
	switch (e->value.kind) {
	case VALUE_BAD:
		fputs(" /* bad */", out);
		break;
	case VALUE_NUMBER:
		fprintf(out, e->value.has_unit ? " 0x%" PRIx64 : " %" PRIu64,
			e->value.number);
		break;
	case VALUE_STRING:
		fputc(' ', out);
		string_print(out, e->value.string);
		break;
	}
}

static void word_print(FILE *out, const char *before, struct ast_word word)
{
	if (word.text)
		fprintf(out, "%s %s", before, word.text);
}

static void opt_print(FILE *out, const char *before, const struct expr *e)
{
	if (!e)
		return;
	fputs(before, out);
	value_print(out, e);
}

static void values_print(FILE *out, const struct expr *e)
{
	for (; e; e = e->next) {
		value_print(out, e);
		if (e->next)
			fputc(',', out);
	}
}

static void ranges_print(FILE *out, const struct ast_range *r)
{
	for (; r; r = r->next) {
		value_print(out, r->first);
		opt_print(out, " ..", r->last);
		if (r->next)
			fputc(',', out);
	}
}

static void devices_print(FILE *out, const struct ast_device *d)
{
	for (; d; d = d->next) {
		fputs(" &", out);
		if (d->is_path)
			fprintf(out, "{%s}", d->text);
		else
			string_print(out, d->text);
		if (d->nodes) {
			fputc('[', out);
			ranges_print(out, d->nodes);
			fputs(" ]", out);
		}
		if (d->next)
			fputc(',', out);
	}
}

static void lines_print(FILE *out, const struct ast_line *l)
{
	for (; l; l = l->next) {
		fputs(l->kind == AST_LINE_SPI ? " spi" : " ppi", out);
		value_print(out, l->first);
		opt_print(out, " ..", l->last);
		if (l->next)
			fputc(',', out);
	}
}

static void waiver_print(FILE *out, const char *what,
			 const struct ast_waiver *w)
{
	if (span_is_nowhere(w->at))
		return;
	fputs(what, out);
	opt_print(out, " because", w->because);
}

static void end_print(FILE *out, const struct ast_end *e)
{
	for (; e; e = e->next) {
		word_print(out, "", e->cell);
		opt_print(out, " as", e->as);
		if (e->next)
			fputc(',', out);
	}
}

static void memory_print(FILE *out, const struct ast_stmt *s)
{
	static const char *const modes[] = {
		[MODE_NONE] = "", [MODE_RO] = " ro", [MODE_RX] = " rx",
		[MODE_RW] = " rw" };

	word_print(out, "", s->memory.name);
	if (s->memory.is_rest)
		fputs(" rest", out);
	opt_print(out, "", s->memory.size);
	opt_print(out, " at", s->memory.at);
	opt_print(out, " as", s->memory.as);
	fputs(modes[s->memory.mode], out);
	if (s->memory.is_uncached)
		fputs(" uncached", out);
}

static void devices_stmt_print(FILE *out, const struct ast_stmt *s)
{
	if (s->devices.is_rest)
		fputs(s->devices.list ? " rest except" : " rest", out);
	devices_print(out, s->devices.list);
	waiver_print(out, " unprotected dma", &s->devices.dma);
}

static void on_print(FILE *out, const struct ast_stmt *s)
{
	word_print(out, "", s->on.event);
	word_print(out, s->on.is_machine ? " machine" : "", s->on.action);
	opt_print(out, "", s->on.count);
}

static void managed_print(FILE *out, const struct ast_stmt *s)
{
	for (const struct ast_word *w = s->managed.rights; w; w = w->next)
		fprintf(out, " %s%s", w->text, w->next ? "," : "");
	word_print(out, " by", s->managed.by);
}

static void policy_print(FILE *out, const struct ast_stmt *s)
{
	word_print(out, "", s->allow.from);
	word_print(out, s->allow.is_both ? " <->" : " ->", s->allow.to);
	word_print(out, " via", s->allow.via);
}

static void property_print(FILE *out, const struct ast_stmt *s)
{
	fputs(s->property.name.text, out);
	values_print(out, s->property.list);
	lines_print(out, s->property.lines);
	opt_print(out, " at", s->property.at);
}

/* The head of a statement that has a block; NULL: it has none. */
static const struct ast_block *head_print(FILE *out, const struct ast_stmt *s)
{
	switch ((int)s->kind) {
	case AST_BOARD:
		return &s->board;
	case AST_HYPERVISOR:
		return &s->hypervisor;
	case AST_POLICY:
		return &s->policy;
	case AST_GIC:
		return &s->gic;
	case AST_TIMER:
		return &s->timer;
	case AST_CELL:
		word_print(out, "", s->cell.name);
		return &s->cell.block;
	case AST_CHANNEL:
		word_print(out, "", s->channel.name);
		return &s->channel.block;
	case AST_BOOT:
		word_print(out, "", s->boot.mode);
		return &s->boot.block;
	case AST_DEVICE:
		fputc(' ', out);
		string_print(out, s->device.name.text);
		return &s->device.block;
	default:
		return NULL;
	}
}

/* Statements of the file, the board and the policy, behind their word. */
static void outer_print(FILE *out, const struct ast_stmt *s)
{
	switch ((int)s->kind) {
	case AST_SHARED:
		word_print(out, "", s->shared.what);
		devices_print(out, s->shared.devices);
		waiver_print(out, "", &s->shared.waiver);
		break;
	case AST_FIRMWARE:
		ranges_print(out, s->firmware.calls);
		waiver_print(out, "", &s->firmware.waiver);
		break;
	case AST_ISOLATE:
	case AST_CONFIDENTIAL:
		word_print(out, "", s->isolate.cell);
		break;
	case AST_ALLOW:
	case AST_DENY:
		policy_print(out, s);
		break;
	case AST_ONLY:
		word_print(out, "", s->only.cell);
		fputs(" writes", out);
		word_print(out, "", s->only.name);
		devices_print(out, s->only.device);
		break;
	case AST_CPU:
		value_print(out, s->cpu.mpidr);
		opt_print(out, "", s->cpu.compatible);
		break;
	case AST_RESERVED:
		word_print(out, "", s->reserved.name);
		value_print(out, s->reserved.size);
		opt_print(out, " at", s->reserved.at);
		break;
	case AST_DMA:
		values_print(out, s->dma.list);
		break;
	default:
		break;
	}
}

/* The same for cells, their boot blocks and channels. */
static void inner_print(FILE *out, const struct ast_stmt *s)
{
	switch ((int)s->kind) {
	case AST_CPUS:
		ranges_print(out, s->cpus.list);
		opt_print(out, " as", s->cpus.as);
		break;
	case AST_MEMORY:
		memory_print(out, s);
		break;
	case AST_DEVICES:
		devices_stmt_print(out, s);
		break;
	case AST_LINES:
	case AST_FREE:
		lines_print(out, s->lines.list);
		break;
	case AST_INTERRUPTS:
	case AST_START:
	case AST_PAYLOAD:
	case AST_PSCI:
		word_print(out, "", s->start.mode);
		break;
	case AST_CONSOLE:
		word_print(out, "", s->console.mode);
		devices_print(out, s->console.device);
		break;
	case AST_ON:
		on_print(out, s);
		break;
	case AST_MANAGED:
		managed_print(out, s);
		break;
	case AST_BOARD_FILE:
	case AST_KERNEL:
	case AST_INITRD:
	case AST_CMDLINE:
	case AST_TREE:
	case AST_ENTRY:
	case AST_LINE_COUNT:
	case AST_ADDRESS:
		value_print(out, s->kernel.value);
		break;
	case AST_IMAGE:
		value_print(out, s->image.value);
		opt_print(out, " at", s->image.at);
		break;
	case AST_BETWEEN:
		end_print(out, s->between.ends);
		break;
	case AST_FROM:
		end_print(out, &s->from.writer);
		fputs(" to", out);
		end_print(out, s->from.readers);
		break;
	default:
		break;
	}
}

static void indent(FILE *out, int depth)
{
	for (int i = 0; i < depth; i++)
		fputc('\t', out);
}

static void stmt_print(FILE *out, const struct ast_stmt *s, int depth)
{
	indent(out, depth);
	if (s->kind == AST_PROPERTY) {
		property_print(out, s);
		fputs(";\n", out);
		return;
	}
	if (s->is_override)
		fputs("override ", out);
	if (s->kind == AST_CELL && s->cell.is_root)
		fputs("root ", out);
	fputs(ast_kind_name(s->kind), out);

	const struct ast_block *block = head_print(out, s);

	if (block) {
		block_print(out, block, depth);
		return;
	}
	outer_print(out, s);
	inner_print(out, s);
	fputs(";\n", out);
}

/* Blocks nest three deep at most: the grammar has no more. */
static void block_print(FILE *out, const struct ast_block *b, int depth)
{
	fputs(" {\n", out);
	for (const struct ast_stmt *s = b->first; s; s = s->next)
		stmt_print(out, s, depth + 1);
	indent(out, depth);
	fputs("}\n", out);
}

void ast_print(FILE *out, const struct ast *ast)
{
	for (const struct ast_stmt *s = ast->first; s; s = s->next)
		if (s->kind != AST_LET)
			stmt_print(out, s, 0);
}
