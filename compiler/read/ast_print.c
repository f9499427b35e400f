/* SPDX-License-Identifier: BSD-2-Clause */
#include "read/ast_print.h"

#include "base/units.h"
#include "read/ast_print_part.h"

static void block_print(FILE *out, const struct ast_block *b, int depth);

static void memory_print(FILE *out, const struct ast_stmt *s)
{
	static const char *const modes[] = {
		[MODE_NONE] = "", [MODE_RO] = " ro", [MODE_RX] = " rx",
		[MODE_RW] = " rw" };

	ast_print_word(out, "", s->memory.name);
	if (s->memory.is_rest)
		fputs(" rest", out);
	ast_print_option(out, "", s->memory.size);
	ast_print_option(out, " at", s->memory.at);
	ast_print_option(out, " as", s->memory.as);
	fputs(modes[s->memory.mode], out);
	if (s->memory.is_uncached)
		fputs(" uncached", out);
}

static void devices_stmt_print(FILE *out, const struct ast_stmt *s)
{
	if (s->devices.is_rest)
		fputs(s->devices.list ? " rest except" : " rest", out);
	ast_print_devices(out, s->devices.list);
	ast_print_waiver(out, " unprotected dma", &s->devices.dma);
}

static void on_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_word(out, "", s->on.event);
	ast_print_word(out, s->on.is_machine ? " machine" : "", s->on.action);
	ast_print_option(out, "", s->on.count);
}

static void managed_print(FILE *out, const struct ast_stmt *s)
{
	for (const struct ast_word *w = s->managed.rights; w; w = w->next)
		fprintf(out, " %s%s", w->text, w->next ? "," : "");
	ast_print_word(out, " by", s->managed.by);
}

static void policy_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_word(out, "", s->allow.from);
	ast_print_word(out, s->allow.is_both ? " <->" : " ->", s->allow.to);
	ast_print_word(out, " via", s->allow.via);
}

static void property_print(FILE *out, const struct ast_stmt *s)
{
	fputs(s->property.name.text, out);
	ast_print_values(out, s->property.list);
	ast_print_lines(out, s->property.lines);
	ast_print_option(out, " at", s->property.at);
}

static void shared_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_word(out, "", s->shared.what);
	ast_print_devices(out, s->shared.devices);
	ast_print_waiver(out, "", &s->shared.waiver);
}

static void firmware_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_ranges(out, s->firmware.calls);
	ast_print_waiver(out, "", &s->firmware.waiver);
}

static void only_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_word(out, "", s->only.cell);
	fputs(" writes", out);
	ast_print_word(out, "", s->only.name);
	ast_print_devices(out, s->only.device);
}

static void cpus_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_ranges(out, s->cpus.list);
	ast_print_option(out, " as", s->cpus.as);
}

static void cpu_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_value(out, s->cpu.mpidr);
	ast_print_option(out, "", s->cpu.compatible);
}

static void reserved_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_word(out, "", s->reserved.name);
	ast_print_value(out, s->reserved.size);
	ast_print_option(out, " at", s->reserved.at);
}

static void console_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_word(out, "", s->console.mode);
	ast_print_devices(out, s->console.device);
}

static void image_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_value(out, s->image.value);
	ast_print_option(out, " at", s->image.at);
}

static void between_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_ends(out, s->between.ends);
}

static void from_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_ends(out, &s->from.writer);
	fputs(" to", out);
	ast_print_ends(out, s->from.readers);
}

static void list_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_values(out, s->dma.list);
}

/* Statements whose union member is one list of lines, word or value. */
static void line_list_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_lines(out, s->lines.list);
}

static void mode_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_word(out, "", s->start.mode);
}

static void single_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_value(out, s->kernel.value);
}

static void cell_name_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_word(out, "", s->isolate.cell);
}

static void device_name_print(FILE *out, const struct ast_stmt *s)
{
	fputc(' ', out);
	ast_print_string(out, s->device.name.text);
}

static void cell_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_word(out, "", s->cell.name);
}

static void channel_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_word(out, "", s->channel.name);
}

static void virtio_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_word(out, "", s->virtio.kind);
	ast_print_word(out, "", s->virtio.name);
	ast_print_word(out, " for", s->virtio.front);
	ast_print_word(out, " from", s->virtio.back);
}

static void setting_print(FILE *out, const struct ast_stmt *s)
{
	const struct ast_mac *mac = s->setting.mac;

	fputs(s->setting.name.text, out);
	ast_print_option(out, "", s->setting.value);
	for (size_t i = 0; mac && i < sizeof(mac->b); i++)
		fprintf(out, "%c%02x", i ? ':' : ' ', mac->b[i]);
}

static void share_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_word(out, "", s->share.what);
	ast_print_waiver(out, "", &s->share.waiver);
}

static void boot_print(FILE *out, const struct ast_stmt *s)
{
	ast_print_word(out, "", s->boot.mode);
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
