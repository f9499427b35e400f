/* SPDX-License-Identifier: BSD-2-Clause */
#include "read/ast_print.h"

#include <inttypes.h>

#include "base/units.h"

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

static void shared_print(FILE *out, const struct ast_stmt *s)
{
	word_print(out, "", s->shared.what);
	devices_print(out, s->shared.devices);
	waiver_print(out, "", &s->shared.waiver);
}

static void firmware_print(FILE *out, const struct ast_stmt *s)
{
	ranges_print(out, s->firmware.calls);
	waiver_print(out, "", &s->firmware.waiver);
}

static void only_print(FILE *out, const struct ast_stmt *s)
{
	word_print(out, "", s->only.cell);
	fputs(" writes", out);
	word_print(out, "", s->only.name);
	devices_print(out, s->only.device);
}

static void cpus_print(FILE *out, const struct ast_stmt *s)
{
	ranges_print(out, s->cpus.list);
	opt_print(out, " as", s->cpus.as);
}

static void cpu_print(FILE *out, const struct ast_stmt *s)
{
	value_print(out, s->cpu.mpidr);
	opt_print(out, "", s->cpu.compatible);
}

static void reserved_print(FILE *out, const struct ast_stmt *s)
{
	word_print(out, "", s->reserved.name);
	value_print(out, s->reserved.size);
	opt_print(out, " at", s->reserved.at);
}

static void console_print(FILE *out, const struct ast_stmt *s)
{
	word_print(out, "", s->console.mode);
	devices_print(out, s->console.device);
}

static void image_print(FILE *out, const struct ast_stmt *s)
{
	value_print(out, s->image.value);
	opt_print(out, " at", s->image.at);
}

static void between_print(FILE *out, const struct ast_stmt *s)
{
	end_print(out, s->between.ends);
}

static void from_print(FILE *out, const struct ast_stmt *s)
{
	end_print(out, &s->from.writer);
	fputs(" to", out);
	end_print(out, s->from.readers);
}

static void list_print(FILE *out, const struct ast_stmt *s)
{
	values_print(out, s->dma.list);
}

/* Statements whose union member is one list of lines, word or value. */
static void line_list_print(FILE *out, const struct ast_stmt *s)
{
	lines_print(out, s->lines.list);
}

static void mode_print(FILE *out, const struct ast_stmt *s)
{
	word_print(out, "", s->start.mode);
}

static void single_print(FILE *out, const struct ast_stmt *s)
{
	value_print(out, s->kernel.value);
}

static void cell_name_print(FILE *out, const struct ast_stmt *s)
{
	word_print(out, "", s->isolate.cell);
}

static void device_name_print(FILE *out, const struct ast_stmt *s)
{
	fputc(' ', out);
	string_print(out, s->device.name.text);
}

static void cell_print(FILE *out, const struct ast_stmt *s)
{
	word_print(out, "", s->cell.name);
}

static void channel_print(FILE *out, const struct ast_stmt *s)
{
	word_print(out, "", s->channel.name);
}

static void virtio_print(FILE *out, const struct ast_stmt *s)
{
	word_print(out, "", s->virtio.kind);
	word_print(out, "", s->virtio.name);
	word_print(out, " for", s->virtio.front);
	word_print(out, " from", s->virtio.back);
}

static void setting_print(FILE *out, const struct ast_stmt *s)
{
	const struct ast_mac *mac = s->setting.mac;

	fputs(s->setting.name.text, out);
	opt_print(out, "", s->setting.value);
	for (size_t i = 0; mac && i < sizeof(mac->b); i++)
		fprintf(out, "%c%02x", i ? ':' : ' ', mac->b[i]);
}

static void share_print(FILE *out, const struct ast_stmt *s)
{
	word_print(out, "", s->share.what);
	waiver_print(out, "", &s->share.waiver);
}

static void boot_print(FILE *out, const struct ast_stmt *s)
{
	word_print(out, "", s->boot.mode);
}

/* What stands behind the statement's word and before its ; or block. */
static void (*const parts[])(FILE *out, const struct ast_stmt *s) = {
	[AST_BOARD_FILE] = single_print,
	[AST_CELL] = cell_print,
	[AST_CHANNEL] = channel_print,
	[AST_VIRTIO] = virtio_print,
	[AST_SHARED] = shared_print,
	[AST_FIRMWARE] = firmware_print,
	[AST_CPUS] = cpus_print,
	[AST_MEMORY] = memory_print,
	[AST_DEVICES] = devices_stmt_print,
	[AST_LINES] = line_list_print,
	[AST_INTERRUPTS] = mode_print,
	[AST_CONSOLE] = console_print,
	[AST_BOOT] = boot_print,
	[AST_START] = mode_print,
	[AST_PAYLOAD] = mode_print,
	[AST_TREE] = single_print,
	[AST_ON] = on_print,
	[AST_MANAGED] = managed_print,
	[AST_KERNEL] = single_print,
	[AST_INITRD] = single_print,
	[AST_CMDLINE] = single_print,
	[AST_IMAGE] = image_print,
	[AST_ENTRY] = single_print,
	[AST_BETWEEN] = between_print,
	[AST_FROM] = from_print,
	[AST_SETTING] = setting_print,		/* has no word */
	[AST_SHARE] = share_print,
	[AST_ISOLATE] = cell_name_print,
	[AST_CONFIDENTIAL] = cell_name_print,
	[AST_ALLOW] = policy_print,
	[AST_DENY] = policy_print,
	[AST_ONLY] = only_print,
	[AST_CPU] = cpu_print,
	[AST_RESERVED] = reserved_print,
	[AST_DEVICE] = device_name_print,
	[AST_PSCI] = mode_print,
	[AST_LINE_COUNT] = single_print,
	[AST_FREE] = line_list_print,
	[AST_ADDRESS] = single_print,
	[AST_DMA] = list_print,
	[AST_PROPERTY] = property_print,	/* has no word */
};

/* NULL: the statement ends with a ; */
static const struct ast_block *block_of(const struct ast_stmt *s)
{
	if (s->kind == AST_CELL)
		return &s->cell.block;
	if (s->kind == AST_CHANNEL)
		return &s->channel.block;
	if (s->kind == AST_VIRTIO)
		return &s->virtio.block;
	if (s->kind == AST_BOOT)
		return &s->boot.block;
	if (s->kind == AST_DEVICE)
		return &s->device.block;
	if (s->kind == AST_BOARD || s->kind == AST_HYPERVISOR ||
	    s->kind == AST_POLICY || s->kind == AST_GIC ||
	    s->kind == AST_TIMER)
		return &s->board;
	return NULL;
}

static void indent(FILE *out, int depth)
{
	for (int i = 0; i < depth; i++)
		fputc('\t', out);
}

static void stmt_print(FILE *out, const struct ast_stmt *s, int depth)
{
	const struct ast_block *block = block_of(s);

	indent(out, depth);
	if (s->is_override)
		fputs("override ", out);
	if (s->kind == AST_CELL && s->cell.is_root)
		fputs("root ", out);
	if (s->kind != AST_PROPERTY && s->kind != AST_SETTING)
		fputs(ast_kind_name(s->kind), out);
	if (s->kind < ARRAY_SIZE(parts) && parts[s->kind])
		parts[s->kind](out, s);
	if (block)
		block_print(out, block, depth);
	else
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
