/* SPDX-License-Identifier: BSD-2-Clause */
/* CPUs, memory, what of it is reserved, and the way to the firmware. */
#include <libfdt.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/board_build.h"

static bool is_named(const struct tree_node *n, const char *name)
{
	size_t size = strlen(name);

	return !strncmp(n->name, name, size) &&
	       (!n->name[size] || n->name[size] == '@');
}

static bool has_type(const struct tree *t, uint32_t node, const char *type)
{
	const char *have = tree_string(t, node, "device_type");

	return have && !strcmp(have, type);
}

/* ---- cpus --------------------------------------------------------------- */

static void cpu_add(struct board_build *b, uint32_t node)
{
	const struct tree *t = &b->tree;
	const struct tree_node *n = &t->nodes[node];
	uint32_t n_cells = t->nodes[n->parent].address_cells;
	struct board_cpu cpu = {
		.path = n->path,
		.compatible = tree_string(t, node, "compatible"),
		.at = n->at,
	};
	struct tree_prop reg;

	/* Several numbers are the threads of one core; the first is the CPU. */
	if (!tree_prop(t, node, "reg", &reg) || !n_cells ||
	    reg.size < 4 * n_cells ||
	    !tree_number(reg.bytes, n_cells, &cpu.hwid)) {
		diag_error(b->read->diag, &rule_board_unusable, n->at,
			   "'%s' has no usable 'reg'", n->path);
		return;
	}
	b->cpus = arena_grow(b->read->arena, b->cpus, b->board.n_cpus,
			     sizeof(cpu));
	b->cpus[b->board.n_cpus++] = cpu;
}

static void cpus_read(struct board_build *b)
{
	const struct tree *t = &b->tree;
	uint32_t cpus = tree_child(t, 0, "cpus");

	if (cpus == TREE_NONE)
		return;
	for (uint32_t i = cpus + 1; i < t->n_nodes; i++)
		if (t->nodes[i].parent == cpus && !t->nodes[i].is_disabled &&
		    (has_type(t, i, "cpu") || is_named(&t->nodes[i], "cpu")))
			cpu_add(b, i);
}

/* ---- memory ------------------------------------------------------------- */

static void memory_add(struct board_build *b, uint32_t node,
		       struct pa_range range)
{
	const struct tree_node *n = &b->tree.nodes[node];

	b->memory = arena_grow(b->read->arena, b->memory, b->board.n_memory,
			       sizeof(*b->memory));
	b->memory[b->board.n_memory++] = (struct board_memory){
		.range = range, .name = n->name, .at = n->at };
}

static void reserved_add(struct board_build *b, struct board_memory m)
{
	b->reserved = arena_grow(b->read->arena, b->reserved,
				 b->board.n_reserved, sizeof(m));
	b->reserved[b->board.n_reserved++] = m;
}

static void memory_read(struct board_build *b)
{
	const struct tree *t = &b->tree;

	for (uint32_t i = 1; i < t->n_nodes; i++) {
		/* The secure world's memory is marked by a status. */
		if (t->nodes[i].parent != 0 || t->nodes[i].is_disabled ||
		    !(has_type(t, i, "memory") ||
		      is_named(&t->nodes[i], "memory")))
			continue;

		struct reg_list regs = board_regs(b, i);

		for (size_t k = 0; k < regs.n; k++)
			memory_add(b, i, regs.regs[k].range);
	}
}

/*
 * A node without `reg` asks the operating system to choose a place: nothing is
 * taken yet. A disabled one keeps its place: a boot loader may have used it.
 */
static void reserved_read(struct board_build *b)
{
	const struct tree *t = &b->tree;
	uint32_t top = tree_child(t, 0, "reserved-memory");

	if (top == TREE_NONE)
		return;
	for (uint32_t i = top + 1; i < t->n_nodes; i++) {
		if (t->nodes[i].parent != top)
			continue;

		struct reg_list regs = board_regs(b, i);

		for (size_t k = 0; k < regs.n; k++)
			reserved_add(b, (struct board_memory){
				.range = regs.regs[k].range,
				.name = t->nodes[i].name,
				.is_node = true,
				.is_no_map = tree_has(t, i, "no-map"),
				.is_disabled = t->nodes[i].is_disabled,
				.at = t->nodes[i].at });
	}
}

static void memreserve_read(struct board_build *b)
{
	int n = fdt_num_mem_rsv(b->tree.fdt);

	for (int i = 0; i < n; i++) {
		uint64_t base, size;
		struct pa_range range;

		if (fdt_get_mem_rsv(b->tree.fdt, i, &base, &size) || !size)
			continue;
		if (!pa_range_make(base, size, &range)) {
			diag_error(b->read->diag, &rule_board_unusable,
				   b->tree.nodes[0].at, "/memreserve/ %d wraps"
				   " around the end of the addresses", i);
			continue;
		}
		reserved_add(b, (struct board_memory){
			.range = range, .name = "/memreserve/",
			.at = b->tree.nodes[0].at });
	}
}

/* ---- firmware ----------------------------------------------------------- */

static void firmware_read(struct board_build *b)
{
	const struct tree *t = &b->tree;

	for (uint32_t i = 1; i < t->n_nodes; i++) {
		if (t->nodes[i].is_disabled ||
		    !board_word(b->target, t, i, MEANS_FIRMWARE))
			continue;

		const char *method = tree_string(t, i, "method");

		b->board.conduit_at = t->nodes[i].at;
		if (method && !strcmp(method, "smc"))
			b->board.conduit = CONDUIT_SMC;
		else if (method && !strcmp(method, "hvc"))
			b->board.conduit = CONDUIT_HVC;
		else
			diag_error(b->read->diag, &rule_board_unusable,
				   t->nodes[i].at, "'method' of '%s' is"
				   " neither smc nor hvc", t->nodes[i].path);
		return;
	}
}

void board_facts(struct board_build *b)
{
	cpus_read(b);
	memory_read(b);
	reserved_read(b);
	memreserve_read(b);
	firmware_read(b);
}
