/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grammar.y - the syntax of the cells language, and nothing but the syntax.
 *
 * What a statement means, whether it may stand twice, and which words follow
 * `boot` or `console` is resolve's. A wrong statement is dropped up to its
 * ';', its block is marked broken, and parsing goes on behind it.
 */
%define api.pure full
%define api.location.type {struct span}
%define api.value.type union
%define parse.error custom
%define parse.lac full
%param { struct parser *p }
%expect 0

%code requires {
#include "read/parse.h"
}

%code {
#include "base/diag.h"

/* No input makes the parser's stack larger than this. */
#define YYMAXDEPTH 4096

#define YYLLOC_DEFAULT(now, rhs, n) do { \
		if (n) { \
			(now).begin = YYRHSLOC(rhs, 1).begin; \
			(now).end = YYRHSLOC(rhs, n).end; \
		} else { \
			(now).begin = (now).end = YYRHSLOC(rhs, 0).end; \
		} \
	} while (0)

static void yyerror(const struct span *at, struct parser *p, const char *what);

static struct stmt_list broken(struct parser *p, struct stmt_list list)
{
	parse_recovered(p);
	list.is_broken = true;
	return list;
}

static struct ast_stmt *stmt(struct parser *p, struct span first,
			     struct span last, struct ast_stmt s)
{
	return parse_stmt(p, span_join(first, last), s);
}

#define NEW(item, ...) new(p, &(item){ __VA_ARGS__ }, sizeof(item))
static void *new(struct parser *p, const void *item, size_t size);
static const struct ast_range *ranges(struct ast_range *last);
}

%token FOR_FILE FOR_VALUE
%token YYEOF 0		"the end"
%token EARLY_END	"end of file"	/* never right: see parse.c */
%token <const char *> NAME "a name" STRING "a string" PATH "a path"
%token <const char *> LIBRARY "<file>"
%token <struct value> NUMBER "a number"
%token <const struct ast_mac *> MAC "a MAC address"
%token ADDRESS "address" ALLOW "allow" AS "as" AT "at" BECAUSE "because"
%token BETWEEN "between" BITS "bits" BOARD "board" BOOT "boot" BY "by"
%token CALLS "calls" CELL "cell" CHANNEL "channel" CMDLINE "cmdline"
%token CONFIDENTIAL "confidential" CONSOLE "console" CPU "cpu" CPUS "cpus"
%token DENY "deny" DEVICE "device" DEVICES "devices" DMA "dma"
%token DOORBELL "doorbell" ENTRY "entry" EXCEPT "except" FIRMWARE "firmware"
%token FOR "for" FREE "free" FROM "from" GIC "gic" HYPERVISOR "hypervisor"
%token IMAGE "image" INCLUDE "include" INITRD "initrd"
%token INTERRUPTS "interrupts" ISOLATE "isolate" KERNEL "kernel" LET "let"
%token LINES "lines" MACHINE "machine" MANAGED "managed" MASK "mask"
%token MEMORY "memory" ON "on" ONLY "only" OVERRIDE "override"
%token PAYLOAD "payload" PMU "pmu" POLICY "policy" PPI "ppi"
%token PRIORITY "priority" PSCI "psci" RESERVED "reserved" REST "rest"
%token RO "ro" ROOT "root" RW "rw" RX "rx" SCRUB "scrub" SHARE "share"
%token SHARED "shared"
%token SPI "spi" START "start" TIMER "timer" TO "to" TREE "tree"
%token UNCACHED "uncached" UNPROTECTED "unprotected" VIA "via"
%token VIRTIO "virtio" WRITES "writes"
%token DOTS ".." ARROW "->" BOTH_WAYS "<->" SHIFT_LEFT "<<" SHIFT_RIGHT ">>"

%left '|'
%left '&'
%left "<<" ">>"
%left '+' '-'
%left '*' '/' '%'
%precedence '~'

%type <struct stmt_list> items cell_stmts hypervisor_stmts channel_stmts
%type <struct stmt_list> policy_stmts board_stmts boot_stmts properties
%type <struct stmt_list> virtio_stmts
%type <struct ast_block> cell_block hypervisor_block channel_block policy_block
%type <struct ast_block> board_block boot_block property_block virtio_block
%type <struct ast_stmt *> item cell_stmt hypervisor_stmt channel_stmt
%type <struct ast_stmt *> policy_stmt board_stmt board_fact boot_stmt property
%type <struct ast_stmt *> virtio_stmt sharing console
%type <struct expr *> expr value opt_value opt_at opt_as opt_string values
%type <const struct expr *> value_list
%type <struct ast_word> name lines_name right event virtio_kind
%type <struct ast_word *> rights
%type <struct ast_range *> range range_list
%type <const struct ast_range *> opt_nodes
%type <struct ast_device *> device device_list opt_except
%type <struct ast_line *> line line_list
%type <struct ast_end *> end ends
%type <struct ast_waiver> opt_dma because
%type <enum memory_mode> opt_mode
%type <bool> opt_uncached opt_root arrow

%%

input:
  FOR_FILE items			{ p->items = $2; }
| FOR_VALUE expr			{ p->value = $2; }
;

/* The file. */

items:
  %empty				{ $$ = p->items; }
| items item				{ $$ = parse_stmt_add($1, $2); }
| items INCLUDE STRING ';'
	{
		p->items = $1;
		parse_include(p, @3, $3, false);
		$$ = p->items;
	}
| items INCLUDE LIBRARY ';'
	{
		p->items = $1;
		parse_include(p, @3, $3, true);
		$$ = p->items;
	}
| items error ';'			{ yyerrok; $$ = broken(p, $1); }
| items error '}'			{ yyerrok; $$ = broken(p, $1); }
;

item:
  BOARD value ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_BOARD_FILE, .board_file.file = $2 }); }
| BOARD board_block
	{ $$ = stmt(p, @1, @1, (struct ast_stmt){
		.kind = AST_BOARD, .board = $2 }); }
| HYPERVISOR hypervisor_block
	{ $$ = stmt(p, @1, @1, (struct ast_stmt){
		.kind = AST_HYPERVISOR, .hypervisor = $2 }); }
| opt_root CELL name cell_block
	{ $$ = stmt(p, $1 ? @1 : @2, @3, (struct ast_stmt){
		.kind = AST_CELL,
		.cell = { .is_root = $1, .name = $3, .block = $4 } }); }
| CHANNEL name channel_block
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_CHANNEL,
		.channel = { .name = $2, .block = $3 } }); }
| VIRTIO virtio_kind name FOR name FROM name virtio_block
	{ $$ = stmt(p, @1, @7, (struct ast_stmt){
		.kind = AST_VIRTIO,
		.virtio = { .kind = $2, .name = $3, .front = $5, .back = $7,
			    .block = $8 } }); }
| POLICY policy_block
	{ $$ = stmt(p, @1, @1, (struct ast_stmt){
		.kind = AST_POLICY, .policy = $2 }); }
| LET name '=' value ';'
	{
		$$ = stmt(p, @1, @4, (struct ast_stmt){
			.kind = AST_LET, .let = { $2, $4 } });
		parse_define(p, $$);
	}
| LET name error ';'
	{
		/* Its uses must not be wrong too. */
		struct value bad = { .kind = VALUE_BAD };
		struct expr *e = parse_root(p, parse_literal(p, @3, bad));

		yyerrok;
		parse_recovered(p);
		$$ = stmt(p, @1, @2, (struct ast_stmt){
			.kind = AST_LET, .let = { $2, e } });
		parse_define(p, $$);
	}
| sharing
;

opt_root:
  %empty				{ $$ = false; }
| ROOT					{ $$ = true; }
;

sharing:
  SHARED name device_list because ';'
	{ $$ = stmt(p, @1, @4, (struct ast_stmt){
		.kind = AST_SHARED,
		.shared = { $2, parse_list_close($3),
			    { span_join(@1, @2), $4.because } } }); }
| FIRMWARE CALLS range_list because ';'
	{ $$ = stmt(p, @1, @4, (struct ast_stmt){
		.kind = AST_FIRMWARE,
		.firmware = { ranges($3),
			      { span_join(@1, @2), $4.because } } }); }
;

because:
  %empty				{ $$ = (struct ast_waiver){ @$, NULL }; }
| BECAUSE value				{ $$ = (struct ast_waiver){ @$, $2 }; }
;

/* A cell. */

cell_block:
  '{' cell_stmts '}'			{ $$ = parse_block($2, @1, @3); }
| '{' cell_stmts error '}'
	{ yyerrok; $$ = parse_block(broken(p, $2), @1, @4); }
;

cell_stmts:
  %empty				{ $$ = (struct stmt_list){ 0 }; }
| cell_stmts cell_stmt			{ $$ = parse_stmt_add($1, $2); }
| cell_stmts error ';'			{ yyerrok; $$ = broken(p, $1); }
;

cell_stmt:
  CPUS range_list opt_as ';'
	{ $$ = stmt(p, @1, @3, (struct ast_stmt){
		.kind = AST_CPUS, .cpus = { ranges($2), $3 } }); }
| MEMORY name REST ';'
	{ $$ = stmt(p, @1, @3, (struct ast_stmt){
		.kind = AST_MEMORY,
		.memory = { .name = $2, .is_rest = true } }); }
| MEMORY name value opt_at opt_as opt_mode opt_uncached ';'
	{ $$ = stmt(p, @1, @7, (struct ast_stmt){
		.kind = AST_MEMORY,
		.memory = { .name = $2, .size = $3, .at = $4, .as = $5,
			    .mode = $6, .is_uncached = $7,
			    .mode_at = @6, .uncached_at = @7 } }); }
| DEVICES device_list opt_dma ';'
	{ $$ = stmt(p, @1, @3, (struct ast_stmt){
		.kind = AST_DEVICES,
		.devices = { .list = parse_list_close($2), .dma = $3 } }); }
| DEVICES REST opt_except opt_dma ';'
	{ $$ = stmt(p, @1, @4, (struct ast_stmt){
		.kind = AST_DEVICES,
		.devices = { .list = parse_list_close($3), .is_rest = true,
			     .dma = $4 } }); }
| LINES line_list ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_LINES, .lines.list = parse_list_close($2) }); }
| PMU ';'
	{ $$ = stmt(p, @1, @1, (struct ast_stmt){ .kind = AST_PMU }); }
| INTERRUPTS name ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_INTERRUPTS, .interrupts.mode = $2 }); }
| PRIORITY MASK ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){ .kind = AST_PRIORITY }); }
| console
| BOOT name boot_block
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_BOOT, .boot = { $2, $3 } }); }
| START name ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_START, .start.mode = $2 }); }
| PAYLOAD name ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_PAYLOAD, .payload.mode = $2 }); }
| TREE value ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_TREE, .tree.value = $2 }); }
| ON event name opt_value ';'
	{ $$ = stmt(p, @1, @4, (struct ast_stmt){
		.kind = AST_ON,
		.on = { .event = $2, .action = $3, .count = $4 } }); }
| ON event MACHINE name ';'
	{ $$ = stmt(p, @1, @4, (struct ast_stmt){
		.kind = AST_ON,
		.on = { .event = $2, .action = $4, .is_machine = true } }); }
| MANAGED rights BY name ';'
	{ $$ = stmt(p, @1, @4, (struct ast_stmt){
		.kind = AST_MANAGED,
		.managed = { parse_list_close($2), $4 } }); }
| SCRUB AT BOOT ';'
	{ $$ = stmt(p, @1, @3, (struct ast_stmt){ .kind = AST_SCRUB }); }
| sharing
;

console:
  CONSOLE name ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_CONSOLE, .console.mode = $2 }); }
| CONSOLE device ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_CONSOLE,
		.console.device = parse_list_close($2) }); }
;

opt_dma:
  %empty				{ $$ = (struct ast_waiver){ { 0, 0 }, NULL }; }
| UNPROTECTED DMA because
	{ $$ = (struct ast_waiver){ span_join(@1, @2), $3.because }; }
;

opt_except:
  %empty				{ $$ = NULL; }
| EXCEPT device_list			{ $$ = $2; }
;

opt_mode:
  %empty				{ $$ = MODE_NONE; }
| RO					{ $$ = MODE_RO; }
| RX					{ $$ = MODE_RX; }
| RW					{ $$ = MODE_RW; }
;

opt_uncached:
  %empty				{ $$ = false; }
| UNCACHED				{ $$ = true; }
;

event:
  name
| START					{ $$ = (struct ast_word){ .at = @1, .text = "start" }; }
;

right:
  name
| START					{ $$ = (struct ast_word){ .at = @1, .text = "start" }; }
| CONSOLE				{ $$ = (struct ast_word){ .at = @1, .text = "console" }; }
;

rights:
  right					{ $$ = parse_list_add(NULL, new(p, &$1, sizeof($1))); }
| rights ',' right			{ $$ = parse_list_add($1, new(p, &$3, sizeof($3))); }
;

boot_block:
  '{' boot_stmts '}'			{ $$ = parse_block($2, @1, @3); }
| '{' boot_stmts error '}'
	{ yyerrok; $$ = parse_block(broken(p, $2), @1, @4); }
;

boot_stmts:
  %empty				{ $$ = (struct stmt_list){ 0 }; }
| boot_stmts boot_stmt			{ $$ = parse_stmt_add($1, $2); }
| boot_stmts error ';'			{ yyerrok; $$ = broken(p, $1); }
;

boot_stmt:
  KERNEL value ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_KERNEL, .kernel.value = $2 }); }
| INITRD value ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_INITRD, .initrd.value = $2 }); }
| CMDLINE value ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_CMDLINE, .cmdline.value = $2 }); }
| TREE value ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_TREE, .tree.value = $2 }); }
| IMAGE value opt_at ';'
	{ $$ = stmt(p, @1, @3, (struct ast_stmt){
		.kind = AST_IMAGE, .image = { $2, $3 } }); }
| ENTRY value ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_ENTRY, .entry.value = $2 }); }
;

/* The hypervisor. */

hypervisor_block:
  '{' hypervisor_stmts '}'		{ $$ = parse_block($2, @1, @3); }
| '{' hypervisor_stmts error '}'
	{ yyerrok; $$ = parse_block(broken(p, $2), @1, @4); }
;

hypervisor_stmts:
  %empty				{ $$ = (struct stmt_list){ 0 }; }
| hypervisor_stmts hypervisor_stmt	{ $$ = parse_stmt_add($1, $2); }
| hypervisor_stmts error ';'		{ yyerrok; $$ = broken(p, $1); }
;

hypervisor_stmt:
  MEMORY opt_value opt_at ';'
	{ $$ = stmt(p, @1, @3, (struct ast_stmt){
		.kind = AST_MEMORY, .memory = { .size = $2, .at = $3 } }); }
| console
;

/* A channel. */

channel_block:
  '{' channel_stmts '}'			{ $$ = parse_block($2, @1, @3); }
| '{' channel_stmts error '}'
	{ yyerrok; $$ = parse_block(broken(p, $2), @1, @4); }
;

channel_stmts:
  %empty				{ $$ = (struct stmt_list){ 0 }; }
| channel_stmts channel_stmt		{ $$ = parse_stmt_add($1, $2); }
| channel_stmts error ';'		{ yyerrok; $$ = broken(p, $1); }
;

channel_stmt:
  BETWEEN ends ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_BETWEEN, .between.ends = parse_list_close($2) }); }
| FROM end TO ends ';'
	{ $$ = stmt(p, @1, @4, (struct ast_stmt){
		.kind = AST_FROM,
		.from = { *$2, parse_list_close($4) } }); }
| MEMORY value opt_at opt_uncached ';'
	{ $$ = stmt(p, @1, @4, (struct ast_stmt){
		.kind = AST_MEMORY,
		.memory = { .size = $2, .at = $3, .is_uncached = $4,
			    .uncached_at = @4 } }); }
| DOORBELL ';'
	{ $$ = stmt(p, @1, @1, (struct ast_stmt){ .kind = AST_DOORBELL }); }
;

end:
  name opt_as				{ $$ = NEW(struct ast_end, .cell = $1, .as = $2); }
;

ends:
  end					{ $$ = parse_list_add(NULL, $1); }
| ends ',' end				{ $$ = parse_list_add($1, $3); }
;

/* A virtio device. Which settings there are resolve knows. */

virtio_kind:
  name
| CONSOLE				{ $$ = (struct ast_word){ .at = @1, .text = "console" }; }
;

virtio_block:
  '{' virtio_stmts '}'			{ $$ = parse_block($2, @1, @3); }
| '{' virtio_stmts error '}'
	{ yyerrok; $$ = parse_block(broken(p, $2), @1, @4); }
;

virtio_stmts:
  %empty				{ $$ = (struct stmt_list){ 0 }; }
| virtio_stmts virtio_stmt		{ $$ = parse_stmt_add($1, $2); }
| virtio_stmts error ';'		{ yyerrok; $$ = broken(p, $1); }
;

virtio_stmt:
  name ';'
	{ $$ = stmt(p, @1, @1, (struct ast_stmt){
		.kind = AST_SETTING, .setting.name = $1 }); }
| name value ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_SETTING, .setting = { .name = $1, .value = $2 } }); }
| name MAC ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_SETTING, .setting = { .name = $1, .mac = $2 } }); }
| SHARE name because ';'
	{ $$ = stmt(p, @1, @3, (struct ast_stmt){
		.kind = AST_SHARE,
		.share = { $2, { span_join(@1, @2), $3.because } } }); }
| ON event name ';'
	{ $$ = stmt(p, @1, @3, (struct ast_stmt){
		.kind = AST_ON, .on = { .event = $2, .action = $3 } }); }
;

/* The policy. */

policy_block:
  '{' policy_stmts '}'			{ $$ = parse_block($2, @1, @3); }
| '{' policy_stmts error '}'
	{ yyerrok; $$ = parse_block(broken(p, $2), @1, @4); }
;

policy_stmts:
  %empty				{ $$ = (struct stmt_list){ 0 }; }
| policy_stmts policy_stmt		{ $$ = parse_stmt_add($1, $2); }
| policy_stmts error ';'		{ yyerrok; $$ = broken(p, $1); }
;

policy_stmt:
  ISOLATE name ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_ISOLATE, .isolate.cell = $2 }); }
| CONFIDENTIAL name ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_CONFIDENTIAL, .confidential.cell = $2 }); }
| ALLOW name arrow name VIA name ';'
	{ $$ = stmt(p, @1, @6, (struct ast_stmt){
		.kind = AST_ALLOW, .allow = { $2, $4, $6, $3 } }); }
| DENY name arrow name ';'
	{ $$ = stmt(p, @1, @4, (struct ast_stmt){
		.kind = AST_DENY,
		.deny = { .from = $2, .to = $4, .is_both = $3 } }); }
| ONLY name WRITES name ';'
	{ $$ = stmt(p, @1, @4, (struct ast_stmt){
		.kind = AST_ONLY, .only = { .cell = $2, .name = $4 } }); }
| ONLY name WRITES device ';'
	{ $$ = stmt(p, @1, @4, (struct ast_stmt){
		.kind = AST_ONLY,
		.only = { .cell = $2, .device = parse_list_close($4) } }); }
;

arrow:
  "->"					{ $$ = false; }
| "<->"					{ $$ = true; }
;

/* The board, where a tree does not say it. */

board_block:
  '{' board_stmts '}'			{ $$ = parse_block($2, @1, @3); }
| '{' board_stmts error '}'
	{ yyerrok; $$ = parse_block(broken(p, $2), @1, @4); }
;

board_stmts:
  %empty				{ $$ = (struct stmt_list){ 0 }; }
| board_stmts board_stmt		{ $$ = parse_stmt_add($1, $2); }
| board_stmts error ';'			{ yyerrok; $$ = broken(p, $1); }
;

board_stmt:
  board_fact
| OVERRIDE board_fact			{ $$ = $2; $$->is_override = true; }
;

board_fact:
  CPU value opt_string ';'
	{ $$ = stmt(p, @1, @3, (struct ast_stmt){
		.kind = AST_CPU, .cpu = { $2, $3 } }); }
| MEMORY value AT value ';'
	{ $$ = stmt(p, @1, @4, (struct ast_stmt){
		.kind = AST_MEMORY, .memory = { .size = $2, .at = $4 } }); }
| RESERVED name value AT value ';'
	{ $$ = stmt(p, @1, @5, (struct ast_stmt){
		.kind = AST_RESERVED, .reserved = { $2, $3, $5 } }); }
| GIC property_block
	{ $$ = stmt(p, @1, @1, (struct ast_stmt){
		.kind = AST_GIC, .gic = $2 }); }
| TIMER property_block
	{ $$ = stmt(p, @1, @1, (struct ast_stmt){
		.kind = AST_TIMER, .timer = $2 }); }
| DEVICE name property_block
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_DEVICE, .device = { $2, $3 } }); }
| DEVICE STRING property_block
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_DEVICE,
		.device = { { .at = @2, .text = $2 }, $3 } }); }
| PSCI name ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_PSCI, .psci.mode = $2 }); }
| LINES value ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_LINE_COUNT, .line_count.value = $2 }); }
| FREE LINES line_list ';'
	{ $$ = stmt(p, @1, @3, (struct ast_stmt){
		.kind = AST_FREE, .free.list = parse_list_close($3) }); }
| ADDRESS BITS value ';'
	{ $$ = stmt(p, @1, @3, (struct ast_stmt){
		.kind = AST_ADDRESS, .address.value = $3 }); }
| DMA value_list ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_DMA, .dma.list = $2 }); }
| INTERRUPTS name ';'
	{ $$ = stmt(p, @1, @2, (struct ast_stmt){
		.kind = AST_INTERRUPTS, .interrupts.mode = $2 }); }
;

property_block:
  '{' properties '}'			{ $$ = parse_block($2, @1, @3); }
| '{' properties error '}'
	{ yyerrok; $$ = parse_block(broken(p, $2), @1, @4); }
;

properties:
  %empty				{ $$ = (struct stmt_list){ 0 }; }
| properties property			{ $$ = parse_stmt_add($1, $2); }
| properties error ';'			{ yyerrok; $$ = broken(p, $1); }
;

property:
  name ';'
	{ $$ = stmt(p, @1, @1, (struct ast_stmt){
		.kind = AST_PROPERTY, .property.name = $1 }); }
| name value_list opt_at ';'
	{ $$ = stmt(p, @1, @3, (struct ast_stmt){
		.kind = AST_PROPERTY,
		.property = { .name = $1, .list = $2, .at = $3 } }); }
| lines_name line_list ';'
	{ $$ = stmt(p, $1.text ? @1 : @2, @2, (struct ast_stmt){
		.kind = AST_PROPERTY,
		.property = { .name = $1, .lines = parse_list_close($2) } }); }
| DMA ';'
	{ $$ = stmt(p, @1, @1, (struct ast_stmt){
		.kind = AST_PROPERTY,
		.property.name = { .at = @1, .text = "dma" } }); }
;

/* Parts. */

lines_name:
  name
| LINES					{ $$ = (struct ast_word){ .at = @1, .text = "lines" }; }
;

name:
  NAME					{ $$ = (struct ast_word){ .at = @1, .text = $1 }; }
;

range:
  value					{ $$ = NEW(struct ast_range, .at = @$, .first = $1); }
| value ".." value
	{ $$ = NEW(struct ast_range, .at = @$, .first = $1, .last = $3); }
;

range_list:
  range					{ $$ = parse_list_add(NULL, $1); }
| range_list ',' range			{ $$ = parse_list_add($1, $3); }
;

line:
  SPI value
	{ $$ = NEW(struct ast_line, .at = @$, .kind = AST_LINE_SPI, .first = $2); }
| SPI value ".." value
	{ $$ = NEW(struct ast_line, .at = @$, .kind = AST_LINE_SPI, .first = $2,
		   .last = $4); }
| PPI value
	{ $$ = NEW(struct ast_line, .at = @$, .kind = AST_LINE_PPI, .first = $2); }
| PPI value ".." value
	{ $$ = NEW(struct ast_line, .at = @$, .kind = AST_LINE_PPI, .first = $2,
		   .last = $4); }
;

line_list:
  line					{ $$ = parse_list_add(NULL, $1); }
| line_list ',' line			{ $$ = parse_list_add($1, $3); }
;

device:
  '&' NAME opt_nodes
	{ $$ = parse_list_add(NULL, NEW(struct ast_device, .at = @$,
					.text = $2, .nodes = $3)); }
| '&' STRING opt_nodes
	{ $$ = parse_list_add(NULL, NEW(struct ast_device, .at = @$,
					.text = $2, .nodes = $3)); }
| '&' PATH
	{ $$ = parse_list_add(NULL, NEW(struct ast_device, .at = @$,
					.is_path = true, .text = $2)); }
;

device_list:
  device
| device_list ',' device		{ $$ = parse_list_add($1, $3); }
;

opt_nodes:
  %empty				{ $$ = NULL; }
| '[' range ']'				{ $$ = $2; }
;

opt_at:
  %empty				{ $$ = NULL; }
| AT value				{ $$ = $2; }
;

opt_as:
  %empty				{ $$ = NULL; }
| AS value				{ $$ = $2; }
;

opt_string:
  %empty				{ $$ = NULL; }
| STRING
	{ $$ = parse_root(p, parse_literal(p, @1, (struct value){
		.kind = VALUE_STRING, .string = $1 })); }
;

opt_value:
  %empty				{ $$ = NULL; }
| value
;

value_list:
  values				{ $$ = parse_list_close($1); }
;

values:
  value					{ $$ = parse_list_add(NULL, $1); }
| values ',' value			{ $$ = parse_list_add($1, $3); }
;

value:
  expr					{ $$ = parse_root(p, $1); }
;

expr:
  NUMBER				{ $$ = parse_literal(p, @1, $1); }
| STRING
	{ $$ = parse_literal(p, @1, (struct value){
		.kind = VALUE_STRING, .string = $1 }); }
| NAME					{ $$ = parse_name_expr(p, @1, $1); }
| '(' expr ')'				{ $$ = $2; }
| '~' expr				{ $$ = parse_operation(p, @$, OP_NONE, $2, NULL); }
| expr '+' expr				{ $$ = parse_operation(p, @$, OP_ADD, $1, $3); }
| expr '-' expr				{ $$ = parse_operation(p, @$, OP_SUB, $1, $3); }
| expr '*' expr				{ $$ = parse_operation(p, @$, OP_MUL, $1, $3); }
| expr '/' expr				{ $$ = parse_operation(p, @$, OP_DIV, $1, $3); }
| expr '%' expr				{ $$ = parse_operation(p, @$, OP_MOD, $1, $3); }
| expr "<<" expr			{ $$ = parse_operation(p, @$, OP_SHL, $1, $3); }
| expr ">>" expr			{ $$ = parse_operation(p, @$, OP_SHR, $1, $3); }
| expr '&' expr				{ $$ = parse_operation(p, @$, OP_AND, $1, $3); }
| expr '|' expr				{ $$ = parse_operation(p, @$, OP_OR, $1, $3); }
;

%%

#include <string.h>

#include "base/arena.h"

static void *new(struct parser *p, const void *item, size_t size)
{
	return memcpy(arena_alloc(p->unit->read->arena, size), item, size);
}

static const struct ast_range *ranges(struct ast_range *last)
{
	return parse_list_close(last);
}

/*
 * Only ever called because the parser gave up: the stack has reached YYMAXDEPTH
 * or the errors are too many.
 */
static void yyerror(const struct span *at, struct parser *p, const char *what)
{
	(void)at;
	(void)what;
	if (!diag_is_full(p->unit->read->diag))
		parse_too_deep(p);
}

static int yyreport_syntax_error(const yypcontext_t *ctx, struct parser *p)
{
	yysymbol_kind_t symbols[YYNTOKENS];
	const char *names[YYNTOKENS];

	/* 2 is bison's word for giving up; a file of garbage gets there. */
	if (diag_is_full(p->unit->read->diag))
		return 2;

	int n = yypcontext_expected_tokens(ctx, symbols, YYNTOKENS);

	if (n < 0)
		return 2;
	for (int i = 0; i < n; i++)
		names[i] = yysymbol_name(symbols[i]);
	parse_report(p, *yypcontext_location(ctx),
		     yysymbol_name(yypcontext_token(ctx)),
		     &(struct parse_expected){ names, (size_t)n });
	return 0;
}
