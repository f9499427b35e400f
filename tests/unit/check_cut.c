/* SPDX-License-Identifier: BSD-2-Clause */
/* Where too much overlaps to look at it all, a check refuses. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "check/check.h"
#include "target/aarch64/aarch64.h"

#define N_CELLS 460	/* pairs: more than the walk looks at */

struct bench {
	struct arena *arena;
	struct board board;
	struct model model;
	struct diag *diag;
};

static struct bench bench_new(void)
{
	struct bench b = { .arena = arena_new() };
	struct cell *cells = arena_array(b.arena, N_CELLS, sizeof(*cells));

	for (uint32_t i = 0; i < N_CELLS; i++)
		cells[i] = (struct cell){ .name = "c", .index = i };
	b.model = (struct model){ .cells = cells, .n_cells = N_CELLS };
	b.diag = diag_new(b.arena, source_new(b.arena),
			  &(struct diag_options){ 0 });
	return b;
}

/* Checks, and looks for the words under the rule. */
static bool says(struct bench *b, const char *code, const char *words)
{
	char *printed, *at, rule[64];
	size_t size;
	FILE *f = open_memstream(&printed, &size);
	bool is_said = false;

	b->model.board = &b->board;
	check_all(b->arena, &b->model, b->diag);
	diag_print(b->diag, f);
	fclose(f);
	snprintf(rule, sizeof(rule), "error[%s]: %s", code, words);
	for (at = printed; (at = strstr(at, rule)); at++)
		is_said = true;
	free(printed);
	arena_free(b->arena);
	return is_said;
}

Test(check_cut, memory_of_all_cells_in_one_place)
{
	struct bench b = bench_new();
	struct region *regions = arena_array(b.arena, N_CELLS,
					     sizeof(*regions));
	struct cell *cells = arena_array(b.arena, N_CELLS, sizeof(*cells));

	for (size_t i = 0; i < N_CELLS; i++) {
		cells[i] = b.model.cells[i];
		regions[i] = (struct region){
			.name = "r", .cell = &cells[i], .size = GRANULE,
			.has_pa = true,
		};
		cells[i].regions = &regions[i];
		cells[i].n_regions = 1;
	}
	b.model.cells = cells;
	cr_expect(says(&b, "mem-overlap", "so many ranges overlap"));
}

Test(check_cut, regions_of_a_cell_in_one_place)
{
	struct bench b = bench_new();
	struct region *regions = arena_array(b.arena, N_CELLS,
					     sizeof(*regions));
	struct cell *cell = arena_alloc(b.arena, sizeof(*cell));

	for (size_t i = 0; i < N_CELLS; i++)
		regions[i] = (struct region){
			.name = "r", .cell = cell, .size = GRANULE,
			.has_ipa = true,
		};
	*cell = (struct cell){
		.name = "c", .regions = regions, .n_regions = N_CELLS,
	};
	b.model.cells = cell;
	b.model.n_cells = 1;
	cr_expect(says(&b, "ipa-overlap", "so many ranges overlap"));
}

/* Each cell has a device, all with the same registers. */
static void give_devices(struct bench *b)
{
	static const struct device_reg reg = { .range = { { 0 }, GRANULE } };
	struct device *devices = arena_array(b->arena, N_CELLS,
					     sizeof(*devices));
	struct device_use *uses = arena_array(b->arena, N_CELLS, sizeof(*uses));
	struct cell *cells = arena_array(b->arena, N_CELLS, sizeof(*cells));

	for (size_t i = 0; i < N_CELLS; i++) {
		devices[i] = (struct device){
			.path = "/d", .name = "d", .regs = &reg, .n_regs = 1,
		};
		uses[i].device = &devices[i];
		cells[i] = b->model.cells[i];
		cells[i].devices = &uses[i];
		cells[i].n_devices = 1;
	}
	b->board.devices = devices;
	b->board.n_devices = N_CELLS;
	b->model.cells = cells;
}

Test(check_cut, devices_of_all_cells_in_one_place)
{
	struct bench b = bench_new();

	give_devices(&b);
	cr_expect(says(&b, "device-overlap", "so many devices"));
}

Test(check_cut, devices_of_all_cells_in_what_is_reserved)
{
	struct bench b = bench_new();
	struct board_memory *reserved = arena_array(b.arena, N_CELLS,
						    sizeof(*reserved));

	give_devices(&b);
	for (size_t i = 0; i < N_CELLS; i++)
		reserved[i] = (struct board_memory){
			.range = { { 0 }, GRANULE }, .name = "r",
		};
	b.board.reserved = reserved;
	b.board.n_reserved = N_CELLS;
	cr_expect(says(&b, "mem-reserved", "so many ranges overlap"));
}

Test(check_cut, frames_of_all_cpus_in_one_place)
{
	struct bench b = bench_new();
	struct pa_range *frames = arena_array(b.arena, N_CELLS,
					      sizeof(*frames));

	for (size_t i = 0; i < N_CELLS; i++)
		frames[i] = (struct pa_range){ { 0 }, 128 * KIB };
	b.board.controller = (struct interrupt_controller){
		.is_present = true, .version = 3,
		.distributor = { { 0 }, 64 * KIB },
		.redistributors = frames, .n_redistributors = N_CELLS,
		.redistributor_stride = 128 * KIB,
	};
	b.board.address_bits = 40;
	b.model.target = &target_aarch64;
	cr_expect(says(&b, "gic-apart", "so many ranges overlap"));
}

/* More cells than any runtime holds: no time is spent on their paths. */
Test(check_cut, policies_of_too_many_cells)
{
	struct bench b = bench_new();
	struct channel_end ends[2] = {
		{ .cell = &b.model.cells[0], .may_write = true },
		{ .cell = &b.model.cells[1], .may_write = true },
	};
	const struct channel channel = {
		.name = "a", .ends = ends, .n_ends = 2, .size = GRANULE,
	};
	const struct policy policy = {
		.kind = POLICY_ISOLATE, .a = &b.model.cells[0],
	};

	b.model.channels = &channel;
	b.model.n_channels = 1;
	b.model.policies = &policy;
	b.model.n_policies = 1;
	cr_expect_not(says(&b, "policy-isolate", "'c' is not isolated"));
}
