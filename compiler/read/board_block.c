/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board { }: what no tree says, and what the user knows better. New CPUs,
 * memory and devices are simply added; what the tree says already changes only
 * where the statement says override, so that a reviewer sees it.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/board.h"
#include "read/board_build.h"

#define ADDRESS_BITS_MIN 32
#define ADDRESS_BITS_MAX 48

#define PPIS_MAX 16
#define PPI_OFFSET 16		/* in what the controller counts */

bool board_may_change(const struct board_build *b, const struct ast_stmt *s,
		      bool is_said, struct span said_at)
{
	struct diag *d = b->read->diag;

	if (is_said == s->is_override)
		return true;
	if (s->is_override) {
		diag_error(d, &rule_board_override, s->at,
			   "this overrides nothing that the board says");
		return false;
	}
	diag_error(d, &rule_board_override, s->at,
		   "the board says this already");
	diag_note(d, said_at, "it is said here");
	diag_help(d, "write `override` before it if the board is wrong");
	return false;
}

enum line_kind board_line_kind(const struct ast_line *l)
{
	return l->kind == AST_LINE_SPI ? LINE_SPI : LINE_PPI;
}

bool board_line_numbers(const struct read *r, const struct ast_line *l,
			struct line_range *out)
{
	bool is_spi = board_line_kind(l) == LINE_SPI;
	uint64_t end = is_spi ? BOARD_SPIS_MAX : PPIS_MAX, first, last;

	if (!read_number(r, l->first, "a line", &first))
		return false;
	last = first;
	if (l->last && !read_number(r, l->last, "a line", &last))
		return false;
	if (last < first || last >= end) {
		diag_error(r->diag, &rule_value_range, l->at,
			   "lines are a number or a rising range in %s"
			   " 0..%" PRIu64, is_spi ? "spi" : "ppi", end - 1);
		if (!is_spi && first >= PPI_OFFSET && last < PPI_OFFSET + end)
			diag_help(r->diag, "what the controller counts as %"
				  PRIu64 " is 'ppi %" PRIu64 "'", first,
				  first - PPI_OFFSET);
		return false;
	}
	*out = (struct line_range){ (uint32_t)first, (uint32_t)last, l->at };
	return true;
}

bool board_range(const struct board_build *b, const struct expr *size,
		 const struct expr *at, struct span whole,
		 struct pa_range *out)
{
	uint64_t base, bytes;
	bool is_size = read_size(b->read, size, "the size", &bytes);
	bool is_at = read_number(b->read, at, "the address", &base);

	if (!is_size || !is_at)
		return false;
	if (pa_range_make(base, bytes, out))
		return true;
	diag_error(b->read->diag, &rule_value_range, whole, bytes
		   ? "the range ends above 2^64" : "the size is 0");
	return false;
}

static void cpu_state(struct board_build *b, const struct ast_stmt *s)
{
	struct board_cpu cpu = { .at = s->at };
	struct board_cpu *same = NULL;

	if (!read_number(b->read, s->cpu.mpidr, "cpu", &cpu.hwid))
		return;
	if (s->cpu.compatible)
		cpu.compatible = read_string(b->read, s->cpu.compatible,
					     "cpu");
	for (size_t i = 0; i < b->board.n_cpus; i++)
		if (b->cpus[i].hwid == cpu.hwid)
			same = &b->cpus[i];
	if (!board_may_change(b, s, same, same ? same->at : s->at))
		return;
	if (same) {
		cpu.path = same->path;
		*same = cpu;
		return;
	}
	b->cpus = arena_grow(b->read->arena, b->cpus, b->board.n_cpus,
			     sizeof(cpu));
	b->cpus[b->board.n_cpus++] = cpu;
}

static void memory_state(struct board_build *b, const struct ast_stmt *s)
{
	struct board_memory m = { .name = "memory", .at = s->at };
	const struct board_memory *same = NULL;
	size_t n_kept = 0;

	if (!board_range(b, s->memory.size, s->memory.at, s->at, &m.range))
		return;
	for (size_t i = 0; i < b->board.n_memory; i++)
		if (pa_overlap(b->memory[i].range, m.range))
			same = &b->memory[i];
	if (!board_may_change(b, s, same, same ? same->at : s->at))
		return;
	for (size_t i = 0; i < b->board.n_memory; i++)
		if (!pa_overlap(b->memory[i].range, m.range))
			b->memory[n_kept++] = b->memory[i];
	/* arena_grow counts by one; here the list has shrunk, or is full. */
	if (n_kept == b->board.n_memory)
		b->memory = arena_grow(b->read->arena, b->memory, n_kept,
				       sizeof(m));
	b->memory[n_kept] = m;
	b->board.n_memory = n_kept + 1;
}

static void reserved_state(struct board_build *b, const struct ast_stmt *s)
{
	struct board_memory m = { .name = s->reserved.name.text, .at = s->at };

	if (!board_range(b, s->reserved.size, s->reserved.at, s->at, &m.range))
		return;
	b->reserved = arena_grow(b->read->arena, b->reserved,
				 b->board.n_reserved, sizeof(m));
	b->reserved[b->board.n_reserved++] = m;
}

static void psci_state(struct board_build *b, const struct ast_stmt *s)
{
	const char *word = s->psci.mode.text;
	bool is_smc = !strcmp(word, "smc");

	if (!is_smc && strcmp(word, "hvc")) {
		diag_error(b->read->diag, &rule_name_unknown, s->psci.mode.at,
			   "psci is reached by smc or hvc, not by '%s'", word);
		return;
	}
	if (!board_may_change(b, s, b->board.conduit != CONDUIT_NONE,
			      b->board.conduit_at))
		return;
	b->board.conduit = is_smc ? CONDUIT_SMC : CONDUIT_HVC;
	b->board.conduit_at = s->at;
}

static void line_count_state(struct board_build *b, const struct ast_stmt *s)
{
	const struct expr *e = s->line_count.value;
	uint64_t n;

	if (!read_number(b->read, e, "lines", &n))
		return;
	if (b->has_stated_spis)
		diag_error(b->read->diag, &rule_attribute_twice, s->at,
			   "the number of lines is said a second time");
	b->has_stated_spis = true;
	if (!n || n > BOARD_SPIS_MAX || (n % 32 && n != BOARD_SPIS_MAX)) {
		diag_error(b->read->diag, &rule_value_range, e->at,
			   "a controller implements a multiple of 32 SPIs, at"
			   " most %d, not %" PRIu64, BOARD_SPIS_MAX, n);
		n = BOARD_SPIS_MAX;
	}
	b->board.n_spis = (uint32_t)n;
}

static void address_state(struct board_build *b, const struct ast_stmt *s)
{
	const struct expr *e = s->address.value;
	uint64_t n;

	if (!read_number(b->read, e, "address bits", &n))
		return;
	if (b->has_stated_address_bits)
		diag_error(b->read->diag, &rule_attribute_twice, s->at,
			   "the address bits are said a second time");
	b->has_stated_address_bits = true;
	if (n < ADDRESS_BITS_MIN || n > ADDRESS_BITS_MAX) {
		diag_error(b->read->diag, &rule_value_range, e->at,
			   "physical addresses have %d to %d bits, not %"
			   PRIu64, ADDRESS_BITS_MIN, ADDRESS_BITS_MAX, n);
		n = ADDRESS_BITS_MAX;
	}
	b->board.address_bits = (uint32_t)n;
}

static void free_state(struct board_build *b, const struct ast_stmt *s)
{
	for (const struct ast_line *l = s->free.list; l; l = l->next) {
		struct line_range range;

		if (!board_line_numbers(b->read, l, &range))
			continue;
		if (board_line_kind(l) != LINE_SPI) {
			diag_error(b->read->diag, &rule_value_range, l->at,
				   "free lines are spi, not ppi: each cpu has"
				   " its own ppi");
			continue;
		}
		b->free_lines = arena_grow(b->read->arena, b->free_lines,
					   b->board.n_free_lines,
					   sizeof(*b->free_lines));
		b->free_lines[b->board.n_free_lines++] = range;
	}
}

/* No tree says whether the controller has one security state or two. */
static void interrupts_state(struct board_build *b, const struct ast_stmt *s)
{
	const char *word = s->interrupts.mode.text;
	bool is_direct = !strcmp(word, "direct");

	if (!is_direct && strcmp(word, "virtual")) {
		diag_error(b->read->diag, &rule_name_unknown,
			   s->interrupts.mode.at, "interrupts are direct or"
			   " virtual, not '%s'", word);
		return;
	}
	if (b->board.interrupts != INTERRUPTS_UNSAID)
		diag_error(b->read->diag, &rule_attribute_twice, s->at,
			   "how interrupts come is said a second time");
	b->board.interrupts = is_direct ? INTERRUPTS_DIRECT
					: INTERRUPTS_VIRTUAL;
	b->board.interrupts_at = s->at;
}

/* The grammar lets nothing else into board { }. */
static void state(struct board_build *b, const struct ast_stmt *s)
{
	static const struct {
		enum ast_kind kind;
		void (*run)(struct board_build *b, const struct ast_stmt *s);
	} kinds[] = {
		{ AST_CPU, cpu_state },
		{ AST_MEMORY, memory_state },
		{ AST_RESERVED, reserved_state },
		{ AST_PSCI, psci_state },
		{ AST_LINE_COUNT, line_count_state },
		{ AST_ADDRESS, address_state },
		{ AST_FREE, free_state },
		{ AST_INTERRUPTS, interrupts_state },
		{ AST_GIC, board_block_gic },
		{ AST_TIMER, board_block_timer },
		{ AST_DEVICE, board_block_device },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].kind == s->kind)
			kinds[i].run(b, s);
}

void board_blocks(struct board_build *b)
{
	for (const struct ast_stmt *s = b->ast->first; s; s = s->next)
		if (s->kind == AST_BOARD)
			for (const struct ast_stmt *f = s->board.first; f;
			     f = f->next)
				state(b, f);
}
