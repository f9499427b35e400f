/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A layout with virtio devices against the model: what place makes is accepted,
 * and each thing of it that is another is told.
 */
#include <criterion/criterion.h>

#include "hand.h"
#include "image/verify.h"

enum { ROOT, FRONT };

/* What place has made, to be broken. */
struct made {
	struct hand *h;
	struct layout *layout;
	struct virtio_layout *disk;
	struct view_layout *views;
};

/* It is all in the arena, which is writable. */
static struct made made_of(struct hand *h)
{
	struct layout *l = (struct layout *)(uintptr_t)hand_place(h);

	cr_assert(l);
	return (struct made){
		.h = h, .layout = l,
		.disk = (struct virtio_layout *)(uintptr_t)l->virtios,
		.views = (struct view_layout *)(uintptr_t)l->views };
}

static struct hand *two_cells(void)
{
	struct hand *h = hand_pair();

	hand_virtio(h, "disk", &h->cells[FRONT], &h->cells[ROOT]);
	return h;
}

static struct hand *three_cells(void)
{
	struct hand *h = two_cells();

	hand_region(h, hand_cell(h, "other", 2), "ram", 4 * MIB);
	return h;
}

static struct made sharing(void)
{
	return made_of(two_cells());
}

static struct made bouncing(void)
{
	struct hand *h = two_cells();

	hand_bounce(h, &h->virtios[0], 64 * KIB);
	return made_of(h);
}

static struct mapping *mapping_at(const struct made *m, uint32_t cell_i, uint64_t ipa)
{
	const struct cell_layout *c = &m->layout->cells[cell_i];

	for (size_t i = 0; i < c->n_mappings; i++)
		if (c->mappings[i].ipa.base.u == ipa)
			return (struct mapping *)(uintptr_t)&c->mappings[i];
	/* The test ends with it. */
	abort();
}

static struct mapping *view_at(const struct made *m, uint64_t ipa)
{
	return mapping_at(m, ROOT, ipa);
}

static struct mapping *window_of(const struct made *m)
{
	return mapping_at(m, FRONT, m->disk->window.u);
}

static char *told(const struct made *m)
{
	char *text;
	size_t size;
	struct verify v = { .arena = m->h->arena, .layout = m->layout,
			    .model = &m->h->model,
			    .report = open_memstream(&text, &size) };

	verify_model(&v);
	fclose(v.report);
	return text;
}

static void refused(const struct made *m, const char *says)
{
	char *text = told(m);

	cr_expect(strstr(text, says), "'%s', not '%s'", text, says);
	free(text);
}

#define NOT_GIVEN "nothing in the text gives it this"
#define NOT_SEEN "its backend sees not what the text says"
#define NOT_BOTH "its backend sees not both halves of the registers"

Test(verify_virtio, what_place_makes_is_accepted)
{
	struct made m = sharing();

	cr_expect_str_eq(told(&m), "");
	m = bouncing();
	cr_expect_str_eq(told(&m), "");
}

Test(verify_virtio, the_driver_reads_its_half_at_the_window_and_nothing_more)
{
	struct made m = sharing();

	window_of(&m)->access.may_write = true;
	refused(&m, NOT_GIVEN);
	m = sharing();
	window_of(&m)->access.may_execute = true;
	refused(&m, NOT_GIVEN);
	m = sharing();
	window_of(&m)->access.may_read = false;
	refused(&m, NOT_GIVEN);
	m = sharing();
	window_of(&m)->access.is_uncached = true;
	refused(&m, NOT_GIVEN);
	m = sharing();
	window_of(&m)->pa.u += GRANULE;
	refused(&m, NOT_GIVEN);
	m = sharing();
	window_of(&m)->switch_i = 0;
	refused(&m, NOT_GIVEN);
	m = sharing();
	m.disk->window.u += GRANULE;
	refused(&m, NOT_GIVEN);
}

Test(verify_virtio, a_driver_without_a_window_is_told)
{
	struct made m = sharing();

	window_of(&m)->virtio = NULL;
	refused(&m, "its driver does not see the registers");
}

Test(verify_virtio, regions_of_one_size_are_told_apart)
{
	struct hand *h = two_cells();
	struct made m;

	hand_region(h, &h->cells[FRONT], "more", 16 * MIB);
	hand_channel(h, "talk", 64 * KIB, &h->cells[FRONT], &h->cells[ROOT]);
	m = made_of(h);
	cr_expect_str_eq(told(&m), "");
}

Test(verify_virtio, bounce_memory_is_where_each_end_has_it)
{
	struct hand *h = two_cells();
	struct made m;

	hand_bounce(h, &h->virtios[0], 64 * KIB);
	h->ends[0][0].has_ipa = true;
	h->ends[0][0].ipa.u = 0x10000000;
	m = made_of(h);
	cr_expect_str_eq(told(&m), "");
}

Test(verify_virtio, the_drivers_half_is_never_written)
{
	struct made m = sharing();

	view_at(&m, m.disk->back_registers.u)->access.may_write = true;
	refused(&m, NOT_GIVEN);
	refused(&m, NOT_BOTH);
}

Test(verify_virtio, the_backends_half_is_its_own)
{
	struct made m = sharing();

	view_at(&m, m.disk->back_registers.u + GRANULE)->access.may_write =
		false;
	refused(&m, NOT_BOTH);
}

Test(verify_virtio, registers_are_where_the_layout_says)
{
	struct made m = sharing();
	const struct mapping good = *view_at(&m, m.disk->back_registers.u);
	struct mapping *map = view_at(&m, good.ipa.base.u);

	map->ipa.base.u -= GRANULE;
	refused(&m, NOT_GIVEN);
	*map = good;
	map->pa.u -= GRANULE;
	refused(&m, NOT_GIVEN);
	*map = good;
	map->ipa.size += GRANULE;
	refused(&m, NOT_GIVEN);
	*map = good;
	map->access.is_uncached = true;
	refused(&m, NOT_GIVEN);
	*map = good;
	map->access.may_read = false;
	refused(&m, NOT_GIVEN);
	*map = good;
	map->virtio = NULL;
	refused(&m, NOT_GIVEN);
	*map = good;
	cr_expect_str_eq(told(&m), "");
}

Test(verify_virtio, a_view_shows_ram_and_all_of_a_region)
{
	struct made m = sharing();
	struct mapping *map = view_at(&m, m.views[0].back.u);
	char says[100];

	snprintf(says, sizeof(says), "cell 'root', 0x%jx..0x%jx: " NOT_GIVEN,
		 (uintmax_t)map->ipa.base.u,
		 (uintmax_t)ipa_last(map->ipa).u);
	map->pa.u += GRANULE;
	refused(&m, says);
	map->pa.u -= GRANULE;
	cr_expect_str_eq(told(&m), "");
	mapping_at(&m, FRONT, m.views[0].front.u)->kind = MAP_DEVICE;
	refused(&m, says);
}

Test(verify_virtio, a_device_is_between_its_two_cells)
{
	struct hand *h = three_cells();
	struct made m;

	hand_bounce(h, &h->virtios[0], 64 * KIB);
	m = made_of(h);
	h->virtios[0].front = &h->cells[2];
	refused(&m, NOT_SEEN);
	h->virtios[0].front = &h->cells[FRONT];
	cr_expect_str_eq(told(&m), "");
	h->virtios[0].back = &h->cells[2];
	refused(&m, NOT_SEEN);
	h->virtios[0].back = &h->cells[ROOT];
	m.disk->virtio = &h->virtios[1];
	refused(&m, NOT_SEEN);
}

Test(verify_virtio, nothing_of_a_view_is_executed)
{
	struct made m = sharing();

	view_at(&m, m.views[0].back.u)->access.may_execute = true;
	refused(&m, NOT_GIVEN);
}

Test(verify_virtio, a_view_is_always_there)
{
	struct made m = sharing();

	view_at(&m, m.views[0].back.u)->switch_i = 0;
	refused(&m, NOT_GIVEN);
}

Test(verify_virtio, a_view_is_of_the_cell_behind)
{
	struct made m = sharing();

	m.h->virtios[0].back = &m.h->cells[FRONT];
	refused(&m, NOT_GIVEN);
}

Test(verify_virtio, ram_is_seen_where_the_text_says_why)
{
	struct made m = sharing();

	m.h->virtios[0].share_because = NULL;
	refused(&m, NOT_GIVEN);
}

Test(verify_virtio, ram_is_shared_with_its_own_access)
{
	struct made m = sharing();

	view_at(&m, m.views[0].back.u)->access.may_write = false;
	refused(&m, NOT_GIVEN);
	m = sharing();
	view_at(&m, m.views[0].back.u)->access.is_uncached = true;
	refused(&m, NOT_GIVEN);
}

Test(verify_virtio, no_part_of_a_region_is_shared)
{
	struct made m = sharing();

	view_at(&m, m.views[0].back.u)->ipa.size -= GRANULE;
	refused(&m, NOT_GIVEN);
	refused(&m, NOT_SEEN);
}

Test(verify_virtio, views_are_all_of_the_ram_and_no_more)
{
	struct made m = sharing();

	m.views[0].front.u += GRANULE;
	refused(&m, NOT_SEEN);
	m = sharing();
	m.views[0].back.u += GRANULE;
	refused(&m, NOT_SEEN);
	m = sharing();
	m.views[0].size -= GRANULE;
	refused(&m, NOT_SEEN);
	m = sharing();
	m.views[0].may_write = false;
	refused(&m, NOT_SEEN);
	m = sharing();
	m.disk->n_views = 0;
	refused(&m, NOT_SEEN);
}

Test(verify_virtio, bounce_memory_is_what_both_ends_have)
{
	struct made m = bouncing();

	m.views[0].front.u += GRANULE;
	refused(&m, NOT_SEEN);
	m = bouncing();
	m.views[0].back.u += GRANULE;
	refused(&m, NOT_SEEN);
	m = bouncing();
	m.views[0].size -= GRANULE;
	refused(&m, NOT_SEEN);
	m = bouncing();
	m.views[0].may_write = false;
	refused(&m, NOT_SEEN);
	m = bouncing();
	m.disk->n_views = 0;
	refused(&m, NOT_SEEN);
	m = bouncing();
	m.h->channels[0].is_bounce = false;
	refused(&m, NOT_SEEN);
}

Test(verify_virtio, registers_are_in_free_memory)
{
	struct made m = sharing();

	m.h->reserved[0].range = m.disk->registers;
	m.h->board.n_reserved = 1;
	refused(&m, "registers of 'disk' is at");
}

Test(verify_virtio, a_line_is_of_its_side)
{
	struct made m = sharing();
	uint32_t front = m.disk->front_spi;

	m.disk->front_spi = m.disk->back_spi;
	m.disk->back_spi = front;
	refused(&m, "cell 'root': it has line");
	refused(&m, "cell 'front': it has line");
}
