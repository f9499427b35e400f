/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of a hostile driver: only what lies in one view, whole, is given. */
#include <criterion/criterion.h>

#include "guest.h"
#include "virtio/memory.h"

static struct guest *g;

static void setup(void)
{
	g = guest_new(1, 0);
}

TestSuite(memory, .init = setup);

static uint8_t *at(uint64_t front, uint64_t size, bool is_written)
{
	return memory_at(&g->place.memory, front, size, is_written);
}

Test(memory, gives_what_is_in_a_view)
{
	cr_assert_eq(at(GUEST_BASE, 1, true), g->ram);
	cr_assert_eq(at(GUEST_BASE, GUEST_SIZE, true), g->ram);
	cr_assert_eq(at(GUEST_BASE + GUEST_SIZE - 1, 1, true),
		     g->ram + GUEST_SIZE - 1);
	cr_assert_eq(at(GUEST_NEXT, GUEST_NEXT_SIZE, false), g->next);
}

Test(memory, gives_nothing_outside)
{
	cr_assert_null(at(GUEST_BASE - 1, 1, false));
	cr_assert_null(at(GUEST_BASE - 1, 2, false));
	cr_assert_null(at(GUEST_NEXT + GUEST_NEXT_SIZE, 1, false));
	cr_assert_null(at(0, 1, false));
	cr_assert_null(at(UINT64_MAX, 1, false));
	cr_assert_null(at(0, UINT64_MAX, false));
}

Test(memory, gives_nothing_across_the_end_of_a_view)
{
	cr_assert_null(at(GUEST_BASE, GUEST_SIZE + 1, false));
	/* The next view goes on where this one ends, but is mapped elsewhere. */
	cr_assert_null(at(GUEST_NEXT - 1, 2, false));
	cr_assert_null(at(GUEST_NEXT + GUEST_NEXT_SIZE - 1, 2, false));
}

/* As a cell's RAM may be of two regions that its driver does not tell apart. */
Test(memory, views_that_go_on_here_as_there_are_one)
{
	struct memory m = { .n_views = 0 };
	struct memory_view a = { 0x1000, 0x1000, g->ram, true };
	struct memory_view b = { 0x2000, 0x1000, g->ram + 0x1000, true };

	cr_assert(memory_add(&m, &a));
	cr_assert(memory_add(&m, &b));
	cr_assert_eq(memory_at(&m, 0x1ff0, 32, true), g->ram + 0xff0);
	cr_assert_eq(memory_at(&m, 0x1000, 0x2000, true), g->ram);
	cr_assert_null(memory_at(&m, 0x1000, 0x2001, true));
	/* One that may not be written, and one that goes on there alone. */
	b = (struct memory_view){ 0x3000, 0x1000, g->ram + 0x2000, false };
	cr_assert(memory_add(&m, &b));
	cr_assert_null(memory_at(&m, 0x2ff0, 32, false));
	b = (struct memory_view){ 0x4000, 0x1000, g->ram + 0x8000, false };
	cr_assert(memory_add(&m, &b));
	cr_assert_null(memory_at(&m, 0x3ff0, 32, false));
	cr_assert_eq(memory_at(&m, 0x4000, 16, false), g->ram + 0x8000);
}

Test(memory, nothing_goes_on_behind_the_last_address)
{
	struct memory m = { .n_views = 0 };
	struct memory_view last = { UINT64_MAX - 0xfff, 0x1000, g->ram, true };
	struct memory_view first = { 0, 0x1000, g->ram + 0x1000, true };

	cr_assert(memory_add(&m, &last));
	cr_assert(memory_add(&m, &first));
	cr_assert_null(memory_at(&m, UINT64_MAX - 15, 32, true));
	cr_assert_eq(memory_at(&m, 0, 16, true), g->ram + 0x1000);
}

Test(memory, sizes_that_wrap_are_outside)
{
	cr_assert_null(at(GUEST_BASE, UINT64_MAX, false));
	cr_assert_null(at(GUEST_BASE + 16, UINT64_MAX - GUEST_BASE - 15, false));
	cr_assert_null(at(GUEST_BASE + 1, UINT64_MAX, false));
	cr_assert_null(at(GUEST_BASE, UINT32_MAX, false));
}

Test(memory, no_bytes_are_nowhere)
{
	cr_assert_null(at(GUEST_BASE, 0, false));
}

Test(memory, is_not_written_where_it_may_only_be_read)
{
	cr_assert_eq(at(GUEST_ROM, 16, false), g->rom);
	cr_assert_null(at(GUEST_ROM, 16, true));
}

Test(memory, views_are_whole)
{
	struct memory m = { .n_views = 0 };

	cr_assert_not(memory_add(&m, &(struct memory_view){ 1, 0, g->ram, true }));
	cr_assert_not(memory_add(&m, &(struct memory_view){
		UINT64_MAX, 2, g->ram, true }));
	/* The last byte of all is no wrap. */
	cr_assert(memory_add(&m, &(struct memory_view){
		UINT64_MAX - 4095, 4096, g->ram, true }));
	cr_assert_eq(memory_at(&m, UINT64_MAX, 1, true), g->ram + 4095);
	cr_assert_null(memory_at(&m, UINT64_MAX, 2, true));
	while (m.n_views < MEMORY_VIEWS_MAX)
		cr_assert(memory_add(&m, &(struct memory_view){ 0, 1, g->ram,
								true }));
	cr_assert_not(memory_add(&m, &(struct memory_view){ 0, 1, g->ram, true }));
}
