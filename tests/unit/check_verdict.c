/* SPDX-License-Identifier: BSD-2-Clause */
/* What is made of each policy, broken ones too: no --check prints that. */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "check/check.h"
#include "check/flow.h"

#define N_CELLS 4

struct bench {
	struct arena *arena;
	struct board board;
	struct model model;
	struct cell cells[N_CELLS];
	struct channel_end ends[4][2];
	struct channel channels[4];
	struct policy policies[8];
};

static void bench_new(struct bench *b)
{
	static const char *const names[N_CELLS] = { "one", "two", "three",
						    "four" };

	b->arena = arena_new();
	for (size_t i = 0; i < N_CELLS; i++)
		b->cells[i] = (struct cell){ .name = names[i],
					     .index = (uint32_t)i };
	b->model = (struct model){
		.board = &b->board, .cells = b->cells, .n_cells = N_CELLS,
		.channels = b->channels, .policies = b->policies,
	};
}

static struct channel *joined(struct bench *b, size_t from, size_t to)
{
	size_t n = b->model.n_channels++;
	struct channel *c = &b->channels[n];

	b->ends[n][0] = (struct channel_end){ .cell = &b->cells[from],
					      .may_write = true };
	b->ends[n][1] = (struct channel_end){ .cell = &b->cells[to] };
	*c = (struct channel){ .name = "c", .index = (uint32_t)n,
			       .ends = b->ends[n], .n_ends = 2 };
	return c;
}

static void stated(struct bench *b, struct policy p)
{
	b->policies[b->model.n_policies++] = p;
}

static void alone(struct bench *b, enum policy_kind kind, size_t cell)
{
	stated(b, (struct policy){ .kind = kind, .a = &b->cells[cell] });
}

static void allowed(struct bench *b, size_t from, size_t to,
		    const struct channel *via)
{
	stated(b, (struct policy){ .kind = POLICY_ALLOW, .a = &b->cells[from],
				   .b = &b->cells[to], .via = via });
}

static void denied(struct bench *b, size_t from, size_t to, bool is_both_ways)
{
	stated(b, (struct policy){ .kind = POLICY_DENY, .a = &b->cells[from],
				   .b = &b->cells[to],
				   .is_both_ways = is_both_ways });
}

static const struct flows *flows_of(struct bench *b)
{
	const struct flows *flows = facts_make(b->arena, &b->model)->flows;

	cr_assert_eq(flows->n_verdicts, b->model.n_policies);
	return flows;
}

/* ---- isolate, confidential ----------------------------------------------- */

static void each_alone(struct bench *b)
{
	alone(b, POLICY_ISOLATE, 0);
	alone(b, POLICY_ISOLATE, 1);
	alone(b, POLICY_ISOLATE, 2);
	alone(b, POLICY_CONFIDENTIAL, 0);
	alone(b, POLICY_CONFIDENTIAL, 1);
}

Test(check_verdict, a_step_breaks_what_is_at_its_ends)
{
	static const bool is_kept[] = { false, false, true, false, true };
	struct bench b = { 0 };

	bench_new(&b);
	joined(&b, 0, 1);
	each_alone(&b);

	const struct flows *flows = flows_of(&b);

	for (size_t i = 0; i < ARRAY_SIZE(is_kept); i++) {
		const struct verdict *v = &flows->verdicts[i];

		cr_expect_eq(v->is_kept, is_kept[i], "policy %zu", i);
		cr_expect_eq(v->path.n, !is_kept[i], "policy %zu", i);
		cr_expect_str_eq(v->says, is_kept[i] ? "kept" : "broken: data"
				 " goes from 'one' to 'two' over channel 'c'");
	}
	arena_free(b.arena);
}

Test(check_verdict, an_allowed_step_breaks_nothing)
{
	struct bench b = { 0 };

	bench_new(&b);
	each_alone(&b);
	allowed(&b, 0, 1, joined(&b, 0, 1));

	const struct flows *flows = flows_of(&b);

	for (size_t i = 0; i < 5; i++)
		cr_expect(flows->verdicts[i].is_kept, "policy %zu", i);
	cr_expect_str_eq(flows->verdicts[5].says, "allowed");
	arena_free(b.arena);
}

Test(check_verdict, a_signal_breaks_nothing)
{
	struct bench b = { 0 };

	bench_new(&b);
	b.cells[1].managed = (struct managed){ .may_start = true,
					       .by = &b.cells[0] };
	each_alone(&b);

	const struct flows *flows = flows_of(&b);

	cr_expect_eq(flows->n, 1);
	for (size_t i = 0; i < 5; i++)
		cr_expect(flows->verdicts[i].is_kept, "policy %zu", i);
	arena_free(b.arena);
}

Test(check_verdict, what_is_stated_twice_is_judged_once)
{
	struct bench b = { 0 };

	bench_new(&b);
	b.cells[1].managed = (struct managed){ .may_start = true,
					       .by = &b.cells[0] };
	alone(&b, POLICY_ISOLATE, 1);
	alone(&b, POLICY_ISOLATE, 1);

	const struct verdict *v = flows_of(&b)->verdicts;

	cr_expect_eq(v[0].n_remarks, 1);
	cr_expect_eq(v[1].n_remarks, 1);
	cr_expect_eq(v[0].remarks, v[1].remarks);
	cr_expect_eq(v[0].policy, &b.policies[0]);
	cr_expect_eq(v[1].policy, &b.policies[1]);
	arena_free(b.arena);
}

Test(check_verdict, what_a_loader_left_breaks_confidence)
{
	struct bench b = { 0 };

	bench_new(&b);
	b.cells[0].boot.kind = BOOT_RAW;
	alone(&b, POLICY_CONFIDENTIAL, 0);

	const struct verdict *v = flows_of(&b)->verdicts;

	cr_expect_not(v->is_kept);
	cr_expect_eq(v->n_unclean, 3);
	cr_expect_str_eq(v->says, "broken: 'two' could read what a boot loader"
			 " left");
	arena_free(b.arena);
}

/* ---- deny, only ---------------------------------------------------------- */

Test(check_verdict, one_step_is_denied_by_name)
{
	struct bench b = { 0 };

	bench_new(&b);
	joined(&b, 0, 1);
	denied(&b, 0, 1, false);

	const struct verdict *v = flows_of(&b)->verdicts;

	cr_expect_not(v->is_kept);
	cr_expect_str_eq(v->says, "broken: data goes from 'one' to 'two' over"
			 " channel 'c'");
	arena_free(b.arena);
}

Test(check_verdict, the_way_back_is_denied_too)
{
	struct bench b = { 0 };

	bench_new(&b);
	joined(&b, 0, 1);
	denied(&b, 1, 0, true);

	const struct verdict *v = flows_of(&b)->verdicts;

	cr_expect_not(v->is_kept);
	cr_assert_eq(v->path.n, 1);
	cr_expect_eq(v->path.steps[0]->from, &b.cells[0]);
	cr_expect_eq(v->path_back.n, 0);
	arena_free(b.arena);
}

/* The short way is allowed, the long one is not. */
Test(check_verdict, a_broken_deny_rests_on_nothing)
{
	struct bench b = { 0 };

	bench_new(&b);
	denied(&b, 0, 1, false);
	allowed(&b, 0, 1, joined(&b, 0, 1));
	joined(&b, 0, 2);
	joined(&b, 2, 1);

	const struct verdict *v = flows_of(&b)->verdicts;

	cr_expect_not(v->is_kept);
	cr_expect_eq(v->path.n, 2);
	cr_expect_eq(v->ended.n, 0);
	cr_expect_eq(v->n_remarks, 0);
	arena_free(b.arena);
}

Test(check_verdict, the_first_other_writer_breaks_only)
{
	struct bench b = { 0 };

	bench_new(&b);
	stated(&b, (struct policy){ .kind = POLICY_ONLY, .a = &b.cells[1],
				    .channel = joined(&b, 0, 1) });

	const struct verdict *v = flows_of(&b)->verdicts;

	cr_expect_not(v->is_kept);
	cr_expect_str_eq(v->text, "only two writes c");
	cr_expect_str_eq(v->says, "broken: 'one' writes it at its end");
	arena_free(b.arena);
}

Test(check_verdict, of_two_that_allow_the_first_counts)
{
	struct bench b = { 0 };
	const struct channel *c;

	bench_new(&b);
	c = joined(&b, 0, 1);
	allowed(&b, 0, 1, c);
	allowed(&b, 0, 1, c);

	const struct flows *flows = flows_of(&b);

	cr_assert_eq(flows->n, 1);
	cr_expect_eq(flows->list[0].allowed_by, &b.policies[0]);
	arena_free(b.arena);
}

/* ---- signals ------------------------------------------------------------- */

Test(check_verdict, a_start_and_a_stop_are_signals)
{
	struct bench b = { 0 };

	bench_new(&b);
	b.cells[1].managed = (struct managed){ .may_start = true,
					       .by = &b.cells[0] };
	b.cells[2].managed = (struct managed){ .may_stop = true,
					       .by = &b.cells[0] };

	const struct flows *flows = flows_of(&b);

	cr_assert_eq(flows->n, 2);
	cr_expect_eq(flows->list[0].kind, FLOW_START);
	cr_expect_eq(flows->list[0].from, &b.cells[0]);
	cr_expect_eq(flows->list[0].to, &b.cells[1]);
	cr_expect_eq(flows->list[1].kind, FLOW_STOP);
	cr_expect_eq(flows->list[1].to, &b.cells[2]);
	for (size_t i = 0; i < 2; i++)
		cr_expect(flow_is_signal(&flows->list[i]));
	arena_free(b.arena);
}

Test(check_verdict, a_doorbell_is_a_signal)
{
	struct bench b = { 0 };

	bench_new(&b);
	joined(&b, 0, 1)->has_doorbell = true;
	joined(&b, 2, 3);

	const struct flows *flows = flows_of(&b);

	cr_assert_eq(flows->n, 3);
	cr_expect_eq(flows->list[2].kind, FLOW_DOORBELL);
	cr_expect_eq(flows->list[2].from, &b.cells[0]);
	cr_expect(flow_is_signal(&flows->list[2]));
	arena_free(b.arena);
}
