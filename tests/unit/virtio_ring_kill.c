/* SPDX-License-Identifier: BSD-2-Clause */
/* Split virtqueues: what a backend that was killed has left is found again. */
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "one_ring.h"

TestSuite(ring_kill, .init = setup);

/* ---- after a kill ----------------------------------------------------------- */

static struct kept_queue kept = { .closing = KEPT_NO_CLOSING };

static void offer_three(void)
{
	ring_keep(&r, &kept);
	for (uint16_t i = 1; i < 4; i++) {
		queue_describe(&q, i, DATA, 16, DESC_WRITE, 0);
		queue_offer(&q, i);
		cr_assert(take());
	}
}

static void open_again(void)
{
	cr_assert(open_with(RING_INDIRECT | RING_EVENT_INDEX | RING_RESUMED));
	ring_keep(&r, &kept);
}

static void must_take_heads(uint32_t heads)
{
	uint32_t taken = 0;

	cr_assert_eq(ring_n_unfinished(&r), (size_t)__builtin_popcount(heads));
	while (take()) {
		cr_assert_not(taken & 1u << c.head, "%u twice", c.head);
		taken |= 1u << c.head;
	}
	cr_assert_not(r.is_broken);
	cr_assert_eq(taken, heads, "%x, not %x", taken, heads);
}

Test(ring_kill, what_was_in_flight_is_taken_again_and_first)
{
	offer_three();
	queue_describe(&q, 6, DATA, 16, DESC_WRITE, 0);
	queue_offer(&q, 6);
	open_again();
	cr_assert_eq(ring_n_unfinished(&r), 3);
	for (uint16_t i = 1; i < 4; i++) {
		cr_assert(take());
		cr_assert_eq(c.head, i);
	}
	cr_assert(take());
	cr_assert_eq(c.head, 6);
	cr_assert_not(take());
}

Test(ring_kill, what_was_given_back_is_not_taken_again)
{
	offer_three();
	ring_put(&r, 2, 0);
	open_again();
	must_take_heads(1u << 1 | 1u << 3);
}

/* Each place in which a backend can be killed while it gives head 2 back. */
Test(ring_kill, is_exact_wherever_it_was_killed)
{
	uint32_t *entry = guest_at(g, q.device + 4, 8);
	uint16_t *index = guest_at(g, q.device + 2, 2);

	offer_three();
	kept.closing = 2;	/* and used index 0 << 16 */
	open_again();
	must_take_heads(1u << 1 | 1u << 2 | 1u << 3);
	cr_assert_eq(kept.closing, KEPT_NO_CLOSING);

	kept.closing = 2;
	entry[0] = 2;
	open_again();
	must_take_heads(1u << 1 | 1u << 2 | 1u << 3);

	kept.closing = 2;
	*index = 1;
	open_again();
	must_take_heads(1u << 1 | 1u << 3);

	kept.in_flight[0] |= 1u << 2;
	kept.closing = 2;
	open_again();
	kept.closing = 2;	/* killed before `closing` was none */
	open_again();
	must_take_heads(1u << 1 | 1u << 3);
}

Test(ring_kill, a_head_that_is_in_flight_is_not_offered_again)
{
	offer_three();
	queue_offer(&q, 2);
	cr_assert_not(take());
	cr_assert(r.is_broken);
}

Test(ring_kill, a_head_outside_the_table_is_looked_for_nowhere)
{
	ring_keep(&r, &kept);
	queue_offer(&q, 65535);
	cr_assert_not(take());
	cr_assert(r.is_broken);
}

/* ---- killed at every instruction ---------------------------------------------- */

#define HEADS 3u

/* What would outlive a process that is killed. */
struct remains {
	uint8_t rings[0x4000];
	struct kept_queue kept;
};

static void save(struct remains *to)
{
	memcpy(to->rings, guest_at(g, RINGS, sizeof(to->rings)),
	       sizeof(to->rings));
	to->kept = g->kept->queues[0];
}

static void restore(const struct remains *from)
{
	memcpy(guest_at(g, RINGS, sizeof(from->rings)), from->rings,
	       sizeof(from->rings));
	g->kept->queues[0] = from->kept;
}

static _Noreturn void take_and_put(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	for (int i = 0; i < 2; i++)
		if (take())
			ring_put(&r, c.head, 100u + c.head);
	_exit(0);
}

/* Each head was given back, or is found by the next backend, and never both. */
static void must_be_exact(uint32_t n)
{
	struct queue seen = q;
	uint32_t found[SIZE] = { 0 };
	uint32_t head, n_written;

	cr_assert(open_with(RING_INDIRECT | RING_EVENT_INDEX | RING_RESUMED));
	ring_keep(&r, &g->kept->queues[0]);
	while (queue_used(&seen, &head, &n_written)) {
		cr_assert_lt(head, SIZE, "after %u instructions", n);
		cr_assert_eq(n_written, 100 + head, "after %u instructions", n);
		found[head]++;
	}
	while (take())
		found[c.head]++;
	cr_assert_not(r.is_broken, "after %u instructions", n);
	for (uint32_t i = 1; i <= HEADS; i++)
		cr_assert_eq(found[i], 1, "head %u: %u times, after %u instructions",
			     i, found[i], n);
}

/* The child stands still meanwhile, and finds all as it left it. */
static bool look(struct remains *last, uint32_t n)
{
	static struct remains now;

	save(&now);
	if (!memcmp(&now, last, sizeof(now)))
		return false;
	*last = now;
	must_be_exact(n);
	restore(&now);
	return true;
}

static void offer_heads(void)
{
	ring_keep(&r, &g->kept->queues[0]);
	for (uint16_t i = 1; i <= HEADS; i++) {
		queue_describe(&q, i, DATA, 16, DESC_WRITE, 0);
		queue_offer(&q, i);
	}
}

Test(ring_kill, is_exact_after_each_instruction_at_which_it_is_killed)
{
	static struct remains last;
	uint32_t n, n_changed = 0;
	int status;
	pid_t child;

	g->kept->queues[0].closing = KEPT_NO_CLOSING;
	offer_heads();
	child = fork();
	cr_assert_geq(child, 0);
	if (!child)
		take_and_put();
	cr_assert_eq(waitpid(child, &status, 0), child);
	for (n = 0; WIFSTOPPED(status); n++) {
		n_changed += look(&last, n);
		cr_assert_eq(ptrace(PTRACE_SINGLESTEP, child, NULL, NULL), 0);
		cr_assert_eq(waitpid(child, &status, 0), child);
	}
	/* Of each: taken, closing, entry, its size, index, bit, closing; and before. */
	cr_assert_eq(n_changed, 2 * 7 + 1);
	cr_assert_eq(queue_used_index(&q), 2);
}

Test(ring_kill, what_was_kept_may_be_nonsense)
{
	memset(&kept, 0xaa, sizeof(kept));
	kept.closing = 0x12345678;
	open_again();
	/* As many as the queue has entries, at most. */
	cr_assert_leq(ring_n_unfinished(&r), SIZE);
	for (uint32_t i = 0; i < SIZE; i++)
		queue_describe(&q, (uint16_t)i, DATA, 16, 0, 0);
	while (take())
		cr_assert_lt(c.head, SIZE);
}

Test(ring_kill, a_used_index_that_the_driver_changed_harms_only_it)
{
	offer_three();
	*(uint16_t *)guest_at(g, q.device + 2, 2) = 0x4321;
	open_again();
	while (take())
		;
	cr_assert(r.is_broken);
}
