/* SPDX-License-Identifier: BSD-2-Clause */
/* The flow graph, where no file can make it: what boards need, and too much. */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "check/check.h"
#include "check/flow.h"

#define N_CELLS 64	/* ends of one channel */

struct bench {
	struct arena *arena;
	struct board board;
	struct model model;
	struct cell cells[300];
	struct device devices[3];
	struct device_use uses[3];
};

/* Cells "a", "b", ... the first n of whom have a device each. */
static void bench_new(struct bench *b, size_t n_cells, size_t n_devices)
{
	static const char *const paths[] = { "/a", "/b", "/c" };

	b->arena = arena_new();
	for (size_t i = 0; i < n_cells; i++)
		b->cells[i] = (struct cell){ .name = "x",
					     .index = (uint32_t)i };
	for (size_t i = 0; i < n_devices; i++) {
		b->devices[i].path = paths[i];
		b->uses[i].device = &b->devices[i];
		b->cells[i].devices = &b->uses[i];
		b->cells[i].n_devices = 1;
	}
	b->board.devices = b->devices;
	b->board.n_devices = 3;
	b->model = (struct model){ .cells = b->cells, .n_cells = n_cells,
				   .board = &b->board };
}

static const struct flows *flows_of(struct bench *b)
{
	return facts_make(b->arena, &b->model)->flows;
}

static struct device_need need_of(const struct device *provider)
{
	return (struct device_need){ .kind = NEED_CLOCK, .property = "clocks",
				     .path = "/p", .provider = provider };
}

Test(check_flow, a_provider_in_another_cell_is_an_edge_both_ways)
{
	struct bench b = { 0 };
	struct device_need needs[2];

	bench_new(&b, 3, 3);
	/* Twice asked, one edge each way. */
	needs[0] = needs[1] = need_of(&b.devices[2]);
	b.devices[0].needs = needs;
	b.devices[0].n_needs = 2;

	const struct flows *flows = flows_of(&b);

	cr_assert_eq(flows->n, 2);
	for (size_t i = 0; i < 2; i++) {
		cr_expect_eq(flows->list[i].kind, FLOW_PROVIDER);
		cr_expect_eq(flows->list[i].device, &b.devices[2]);
		cr_expect_null(flows->list[i].allowed_by);
		cr_expect_not(flow_is_signal(&flows->list[i]));
	}
	cr_expect_eq(flows->list[0].from, &b.cells[0]);
	cr_expect_eq(flows->list[0].to, &b.cells[2]);
	cr_expect_eq(flows->list[1].from, &b.cells[2]);
	cr_expect_eq(flows->list[1].to, &b.cells[0]);
	cr_expect_str_eq(flow_text(b.arena, &flows->list[0]),
			 "over the settings of '/c'");
	arena_free(b.arena);
}

Test(check_flow, each_cell_that_asks_has_an_edge_of_its_own)
{
	struct bench b = { 0 };
	struct device_need need;

	bench_new(&b, 3, 3);
	need = need_of(&b.devices[2]);
	b.devices[0].needs = b.devices[1].needs = &need;
	b.devices[0].n_needs = b.devices[1].n_needs = 1;
	cr_expect_eq(flows_of(&b)->n, 4);
	arena_free(b.arena);
}

Test(check_flow, what_nobody_sets_is_no_edge)
{
	struct bench b = { 0 };
	struct device_need needs[4];

	bench_new(&b, 3, 2);
	needs[0] = need_of(NULL);
	needs[1] = need_of(&b.devices[2]);	/* nobody's */
	needs[2] = need_of(&b.devices[0]);	/* its own */
	needs[3] = need_of(&b.devices[1]);
	needs[3].is_fixed = true;
	b.devices[0].needs = needs;
	b.devices[0].n_needs = 4;
	cr_expect_eq(flows_of(&b)->n, 0);
	arena_free(b.arena);
}

Test(check_flow, a_denied_path_over_a_provider_is_found)
{
	struct bench b = { 0 };
	struct device_need need;
	struct policy policy = { .kind = POLICY_DENY };

	bench_new(&b, 3, 3);
	need = need_of(&b.devices[1]);
	b.devices[0].needs = b.devices[2].needs = &need;
	b.devices[0].n_needs = b.devices[2].n_needs = 1;
	policy.a = &b.cells[0];
	policy.b = &b.cells[2];
	b.model.policies = &policy;
	b.model.n_policies = 1;

	const struct flows *flows = flows_of(&b);

	cr_assert_eq(flows->n_verdicts, 1);
	cr_expect_not(flows->verdicts[0].is_kept);
	cr_assert_eq(flows->verdicts[0].path.n, 2);
	cr_expect_eq(flows->verdicts[0].path.steps[0]->to, &b.cells[1]);
	cr_expect_eq(flows->verdicts[0].path.steps[1]->to, &b.cells[2]);
	cr_expect_str_eq(flows->verdicts[0].text, "deny x -> x");
	cr_expect_str_eq(flows->verdicts[0].says,
			 "broken: data goes from 'x' to 'x' in 2 steps");
	arena_free(b.arena);
}

/* ---- pages --------------------------------------------------------------- */

/* Registers of 16 bytes, all in one page. */
static void has_registers(struct device *v, struct device_reg *regs, size_t n,
			  uint64_t at)
{
	for (size_t i = 0; i < n; i++)
		regs[i] = (struct device_reg){
			.range = { { at + 16 * i }, 16 },
		};
	v->regs = regs;
	v->n_regs = n;
}

Test(check_flow, two_devices_in_a_page_are_one_edge_each_way)
{
	struct bench b = { 0 };
	struct device_reg regs[3];

	bench_new(&b, 2, 2);
	has_registers(&b.devices[0], regs, 2, 0);
	has_registers(&b.devices[1], regs + 2, 1, 0x100);

	const struct flows *flows = flows_of(&b);

	cr_assert_eq(flows->n, 2);
	cr_expect_eq(flows->list[0].kind, FLOW_PAGE);
	cr_expect_eq(flows->list[0].device, &b.devices[0]);
	cr_expect_eq(flows->list[0].from, &b.cells[0]);
	cr_expect_eq(flows->list[1].from, &b.cells[1]);
	arena_free(b.arena);
}

Test(check_flow, each_two_of_three_devices_in_a_page_are_joined)
{
	struct bench b = { 0 };
	struct device_reg regs[3];

	bench_new(&b, 3, 3);
	for (size_t i = 0; i < 3; i++)
		has_registers(&b.devices[i], &regs[i], 1, 0x100 * i);
	cr_expect_eq(flows_of(&b)->n, 6);
	arena_free(b.arena);
}

/* ---- too much ------------------------------------------------------------ */

static void many_ends(struct bench *b, struct channel *channels, size_t n)
{
	struct channel_end *ends = arena_array(b->arena, N_CELLS,
					       sizeof(*ends));

	for (size_t i = 0; i < N_CELLS; i++)
		ends[i] = (struct channel_end){ .cell = &b->cells[i],
						.may_write = true };
	for (size_t i = 0; i < n; i++)
		channels[i] = (struct channel){ .name = "c", .ends = ends,
						.n_ends = N_CELLS,
						.size = GRANULE,
						.index = (uint32_t)i };
	b->model.channels = channels;
	b->model.n_channels = n;
}

/* 64 * 63 edges each, of at most 2^20. */
Test(check_flow, as_many_edges_as_there_may_be_are_all_there)
{
	static struct channel channels[260];
	static struct bench b;

	bench_new(&b, N_CELLS, 0);
	many_ends(&b, channels, 260);

	const struct flows *flows = flows_of(&b);

	cr_expect_eq(flows->n, (size_t)260 * N_CELLS * (N_CELLS - 1));
	cr_expect_not(flows->is_cut);
	cr_expect_null(flows->one_too_many);
	arena_free(b.arena);
}

Test(check_flow, more_edges_are_no_graph_and_no_proof)
{
	static struct channel channels[261];
	static struct bench b;
	/* They exclude each other, which is not looked at either. */
	struct policy policies[2] = {
		{ .kind = POLICY_ALLOW, .a = &b.cells[0], .b = &b.cells[1],
		  .via = &channels[0] },
		{ .kind = POLICY_DENY, .a = &b.cells[0], .b = &b.cells[1] },
	};
	struct diag *d;

	bench_new(&b, N_CELLS, 0);
	many_ends(&b, channels, 261);
	b.model.policies = policies;
	b.model.n_policies = 2;

	const struct flows *flows = flows_of(&b);

	cr_expect(flows->is_cut);
	cr_assert(flows->one_too_many);
	cr_expect_eq(flows->one_too_many->channel, &channels[260]);
	cr_expect_eq(flows->n, 0);
	cr_expect_eq(flows->n_verdicts, 0);
	cr_expect_eq(flows->n_cells, 0);
	cr_expect_null(flow_step(flows, &b.cells[0], &b.cells[1]));
	cr_expect_eq(flow_path(b.arena, flows, &b.cells[0], &b.cells[1],
			       false).n, 0);

	d = diag_new(b.arena, source_new(b.arena),
		     &(struct diag_options){ 0 });
	/* Everything else of this model is wrong as well; it is as wrong without
	 * a policy. */
	check_all(b.arena, &b.model, d);

	size_t n = diag_errors(d);

	b.model.n_policies = 0;
	check_all(b.arena, &b.model, d);
	cr_expect_eq(diag_errors(d) - n, n);
	arena_free(b.arena);
}

Test(check_flow, more_cells_than_any_runtime_holds_are_no_graph)
{
	static struct bench b;

	bench_new(&b, 256, 0);
	cr_expect_not(flows_of(&b)->is_cut);
	arena_free(b.arena);
	bench_new(&b, 257, 0);
	cr_expect(flows_of(&b)->is_cut);
	arena_free(b.arena);
}

Test(check_flow, a_channel_with_too_many_ends_has_no_edges)
{
	static struct channel channel;
	static struct bench b;

	bench_new(&b, N_CELLS, 0);
	many_ends(&b, &channel, 1);
	channel.n_ends = 64;
	cr_expect_eq(flows_of(&b)->n, 64 * 63);

	struct channel_end ends[65];

	for (size_t i = 0; i < 65; i++)
		ends[i] = channel.ends[i % 64];
	channel.ends = ends;
	channel.n_ends = 65;
	cr_expect_eq(flows_of(&b)->n, 0);
	arena_free(b.arena);
}
