/* SPDX-License-Identifier: BSD-2-Clause */
/* Where virtio devices are, and what their backends see. */
#include <criterion/criterion.h>

#include <libfdt.h>

#include "base/fatal.h"
#include "emit/emit.h"
#include "hand.h"

enum { ROOT, FRONT, OTHER };

static struct hand *system_of_three(void)
{
	struct hand *h = hand_pair();

	hand_region(h, hand_cell(h, "other", 2), "ram", 16 * MIB);
	return h;
}

static struct hand *with_disk(void)
{
	struct hand *h = system_of_three();

	hand_virtio(h, "disk", &h->cells[FRONT], &h->cells[ROOT]);
	return h;
}

static size_t count_views(const struct layout *l, size_t cell_i)
{
	size_t n = 0;

	for (size_t i = 0; i < l->cells[cell_i].n_mappings; i++)
		n += l->cells[cell_i].mappings[i].kind == MAP_VIEW;
	return n;
}

static const struct mapping *view_in(const struct layout *l, size_t cell_i, pa_t pa)
{
	const struct cell_layout *c = &l->cells[cell_i];

	for (size_t i = 0; i < c->n_mappings; i++)
		if (c->mappings[i].kind == MAP_VIEW &&
		    c->mappings[i].pa.u == pa.u)
			return &c->mappings[i];
	return NULL;
}

static const struct mapping *view_of(const struct layout *l, pa_t pa)
{
	return view_in(l, ROOT, pa);
}

static bool has_trap(const struct layout *l, size_t cell_i,
		     enum trap_kind kind, ipa_t at)
{
	for (size_t i = 0; i < l->cells[cell_i].n_traps; i++) {
		const struct trap *t = &l->cells[cell_i].traps[i];

		if (t->kind == kind)
			return t->ipa.base.u == at.u && t->ipa.size == GRANULE;
	}
	return false;
}

static bool has_line(const struct layout *l, size_t cell_i, uint32_t spi)
{
	for (size_t i = 0; i < l->cells[cell_i].n_lines; i++)
		if (l->cells[cell_i].lines[i].kind == LINE_SPI &&
		    l->cells[cell_i].lines[i].number == spi)
			return true;
	return false;
}

Test(place_virtio, each_side_has_a_page_and_a_line_of_its_own)
{
	const struct layout *l = hand_place(with_disk());

	cr_assert(l);

	const struct virtio_layout *v = &l->virtios[0];

	cr_expect(has_trap(l, FRONT, TRAP_VIRTIO, v->window));
	cr_expect(has_trap(l, ROOT, TRAP_VIRTIO_RING, v->back_ring));
	cr_expect(has_line(l, FRONT, v->front_spi));
	cr_expect(has_line(l, ROOT, v->back_spi));
	cr_expect(!has_line(l, OTHER, v->front_spi));
	cr_expect(!has_line(l, OTHER, v->back_spi));
	cr_expect_neq(v->front_spi, v->back_spi);
}

Test(place_virtio, the_cell_behind_writes_the_second_half_alone)
{
	const struct layout *l = hand_place(with_disk());

	cr_assert(l);

	const struct virtio_layout *v = &l->virtios[0];
	const struct mapping *state = view_of(l, v->registers.base);
	const struct mapping *published = view_of(l, (pa_t){
		v->registers.base.u + GRANULE });

	cr_assert(state && published);
	cr_expect(!state->access.may_write && !state->access.may_execute);
	cr_expect(published->access.may_write &&
		  !published->access.may_execute);
	cr_expect_eq(state->ipa.base.u, v->back_registers.u);
	cr_expect_eq(published->ipa.base.u, v->back_registers.u + GRANULE);
	cr_expect_eq(state->ipa.size + published->ipa.size, 2 * GRANULE);
	cr_expect_eq(count_views(l, OTHER), 0);
}

Test(place_virtio, the_cell_in_front_reads_the_first_half_where_its_stores_are_trapped)
{
	const struct layout *l = hand_place(with_disk());

	cr_assert(l);

	const struct virtio_layout *v = &l->virtios[0];
	const struct mapping *window = view_in(l, FRONT, v->registers.base);

	cr_assert(window);
	cr_expect_eq(count_views(l, FRONT), 1);
	cr_expect_eq(window->ipa.base.u, v->window.u);
	cr_expect_eq(window->ipa.size, GRANULE);
	cr_expect(window->access.may_read && !window->access.may_write &&
		  !window->access.may_execute && !window->access.is_uncached);
	cr_expect_eq(window->switch_i, UINT32_MAX);
}

Test(place_virtio, registers_are_seen_elsewhere_where_their_place_is_taken)
{
	struct hand *h = with_disk();
	struct region *ram = &h->regions[ROOT][0];

	/* At the address of all that is free it sees its own RAM. */
	h->memory[0].range.size = 96 * MIB;
	*ram = (struct region){
		.name = "ram", .cell = &h->cells[ROOT], .size = 64 * MIB,
		.access = hand_rwx, .has_pa = true, .pa = { 0x42000000 },
		.has_ipa = true, .ipa = { 0x40000000 } };
	h->regions[FRONT][0].size = h->regions[OTHER][0].size = 4 * MIB;

	const struct layout *l = hand_place(h);

	cr_assert(l);

	const struct virtio_layout *v = &l->virtios[0];

	cr_expect_lt(v->registers.base.u, 0x42000000);
	cr_expect_neq(v->back_registers.u, v->registers.base.u);
	cr_expect_neq(v->back_registers.u, 0);
	cr_expect_eq(view_of(l, v->registers.base)->ipa.base.u,
		     v->back_registers.u);
}

Test(place_virtio, shared_ram_is_where_the_board_has_nothing_and_once)
{
	struct hand *h = with_disk();

	hand_virtio(h, "net", &h->cells[FRONT], &h->cells[ROOT])->kind =
		VIRTIO_NET;
	h->cells[FRONT].managed = (struct managed){ .may_load = true,
						    .by = &h->cells[ROOT] };

	const struct layout *l = hand_place(h);

	cr_assert(l);

	const struct mapping *ram = &l->cells[FRONT].mappings[0];

	while (ram->kind != MAP_RAM)
		ram++;

	const struct mapping *seen = view_of(l, ram->pa);

	cr_assert(seen);
	cr_expect_eq(count_views(l, ROOT), 5);
	cr_expect_geq(seen->ipa.base.u, 0x80000000);
	cr_expect_eq(seen->ipa.size, 16 * MIB);
	/* Blocks stay blocks. */
	cr_expect_eq(seen->ipa.base.u % BLOCK, ram->pa.u % BLOCK);
	cr_expect(seen->access.may_write && !seen->access.may_execute);
	cr_expect_eq(seen->switch_i, UINT32_MAX);
	for (size_t i = 0; i < 2; i++) {
		const struct view_layout *w =
			&l->views[l->virtios[i].first_view];

		cr_expect_eq(l->virtios[i].n_views, 1);
		cr_expect_eq(w->front.u, ram->ipa.base.u);
		cr_expect_eq(w->back.u, seen->ipa.base.u);
		cr_expect_eq(w->size, 16 * MIB);
		cr_expect(w->may_write);
	}
}

Test(place_virtio, of_each_cell_that_shares_its_ram_there_is_a_view)
{
	struct hand *h = with_disk();

	hand_virtio(h, "other", &h->cells[OTHER], &h->cells[ROOT]);
	cr_expect_eq(count_views(hand_place(h), ROOT), 6);
}

Test(place_virtio, memory_that_its_cell_only_reads_nobody_writes)
{
	struct hand *h = with_disk();
	struct region *rom = hand_region(h, &h->cells[FRONT], "rom", 64 * KIB);

	rom->access = (struct access){ true, false, false, true };
	rom->has_ipa = true;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_assert_eq(l->virtios[0].n_views, 2);

	/* By the addresses of the cell in front: it has that at 0. */
	const struct view_layout *w = &l->views[l->virtios[0].first_view];

	cr_expect_eq(w[0].front.u, 0);
	cr_expect_eq(w[0].size, 64 * KIB);
	cr_expect(!w[0].may_write);
	cr_expect(w[1].may_write);
	for (size_t i = 0; i < l->cells[ROOT].n_mappings; i++) {
		const struct mapping *m = &l->cells[ROOT].mappings[i];

		if (m->ipa.base.u == w[0].back.u)
			cr_expect(!m->access.may_write &&
				  m->access.is_uncached);
	}
}

Test(place_virtio, of_a_cell_with_bounce_memory_nothing_else_is_seen)
{
	struct hand *h = with_disk();

	hand_bounce(h, &h->virtios[0], 64 * KIB);

	const struct layout *l = hand_place(h);

	cr_assert(l);

	const struct view_layout *w = l->views;

	cr_assert_eq(l->n_views, 1);
	cr_expect_eq(w->front.u, l->ends[0].memory.u);
	cr_expect_eq(w->back.u, l->ends[1].memory.u);
	cr_expect_eq(w->size, 64 * KIB);
	cr_expect(w->may_write);
	cr_expect_eq(count_views(l, ROOT), 2);
	/* No doorbell of a channel: it has the device's. */
	cr_expect_eq(l->ends[0].doorbell_spi, UINT32_MAX);
	cr_expect_eq(l->ends[0].doorbell.u, 0);
}

Test(place_virtio, queues_are_the_devices)
{
	struct hand *h = with_disk();

	h->virtios[0].n_queues = 4;
	hand_virtio(h, "net", &h->cells[FRONT], &h->cells[ROOT]);
	h->virtios[1].kind = VIRTIO_NET;
	hand_virtio(h, "console", &h->cells[FRONT], &h->cells[ROOT]);
	h->virtios[2].kind = VIRTIO_CONSOLE;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(l->virtios[0].n_queues, 4);
	cr_expect_eq(l->virtios[1].n_queues, 2);
	cr_expect_eq(l->virtios[2].n_queues, 2);
	/* Of several pairs the control queue chooses. */
	h->virtios[1].n_queues = 3;
	l = hand_place(h);
	cr_assert(l);
	cr_expect_eq(l->virtios[1].n_queues, 7);
}

Test(place_virtio, a_device_without_a_line_is_told)
{
	struct hand *h = with_disk();
	/* Three consoles and one side of the device. */
	struct line_range range = { .first = 40, .last = 43 };
	char *told;

	h->board.free_lines = &range;
	h->board.n_free_lines = 1;
	cr_assert(!hand_place(h));
	told = hand_told(h);
	cr_expect(strstr(told, "no interrupt line is left for the backend of"
			       " 'disk'"), "%s", told);
	free(told);
}

/* ---- what a cell is told ------------------------------------------------- */

static const void *tree_of(struct hand *h, const struct layout *l,
			   size_t cell_i)
{
	struct tree tree;

	cr_assert(emit_tree(h->arena, l, &h->cells[cell_i], &tree, h->diag));
	return tree.blob;
}

static int find(const void *tree, const char *compatible)
{
	return fdt_node_offset_by_compatible(tree, -1, compatible);
}

Test(place_virtio, the_tree_of_the_cell_in_front_has_the_device)
{
	struct hand *h = with_disk();
	const struct layout *l = hand_place(h);

	cr_assert(l);

	const void *tree = tree_of(h, l, FRONT);
	int node = find(tree, "virtio,mmio"), size;
	const fdt64_t *reg = fdt_getprop(tree, node, "reg", &size);

	cr_assert_eq(size, 16);
	cr_expect_eq(fdt64_to_cpu(reg[0]), l->virtios[0].window.u);
	cr_expect_eq(fdt64_to_cpu(reg[1]), GRANULE);
	cr_expect(fdt_getprop(tree, node, "dma-coherent", NULL));
	cr_expect(!fdt_getprop(tree, node, "memory-region", NULL));

	const fdt32_t *line = fdt_getprop(tree, node, "interrupts", &size);

	cr_assert_eq(size, 12);
	cr_expect_eq(fdt32_to_cpu(line[1]), l->virtios[0].front_spi);
	/* An edge that rises. (devicetree bindings, arm,gic-v3) */
	cr_expect_eq(fdt32_to_cpu(line[2]), 1);
	cr_expect_lt(find(tree_of(h, l, ROOT), "virtio,mmio"), 0);
	cr_expect_lt(find(tree_of(h, l, OTHER), "virtio,mmio"), 0);
}

/* A node of its own: what takes the end of RAM for itself leaves it alone. */
static bool has_memory(const void *tree, uint64_t base, uint64_t bytes)
{
	int node;

	fdt_for_each_subnode(node, tree, 0) {
		int size;
		const fdt64_t *reg = fdt_getprop(tree, node, "reg", &size);

		if (!strncmp(fdt_get_name(tree, node, NULL), "memory@", 7) &&
		    size == 16 && fdt64_to_cpu(reg[0]) == base &&
		    fdt64_to_cpu(reg[1]) == bytes)
			return true;
	}
	return false;
}

/* What a kernel is to reach through its linear map, and to keep for one device. */
Test(place_virtio, bounce_memory_is_memory_and_reserved)
{
	struct hand *h = with_disk();

	/* Side by side. */
	hand_bounce(h, &h->virtios[0], 64 * KIB);
	h->channels[0].has_pa = h->regions[FRONT][0].has_pa = true;
	h->regions[FRONT][0].pa.u = 0x50000000;
	h->channels[0].pa.u = 0x51000000;

	const struct layout *l = hand_place(h);

	cr_assert(l);

	const void *tree = tree_of(h, l, FRONT);
	int pool = find(tree, "restricted-dma-pool"), size;
	const fdt32_t *region = fdt_getprop(tree, find(tree, "virtio,mmio"),
					    "memory-region", &size);

	cr_assert_geq(pool, 0);
	cr_assert_eq(size, 4);
	cr_expect_eq(fdt32_to_cpu(*region), fdt_get_phandle(tree, pool));
	cr_expect(!fdt_getprop(tree, pool, "no-map", NULL));
	cr_expect(has_memory(tree, l->ends[0].memory.u, 64 * KIB));
	cr_expect(has_memory(tree, 0x50000000, 16 * MIB));
	cr_expect_lt(find(tree, "hvcc,channel"), 0);
	/* To the cell behind it is nothing that a kernel knows. */
	tree = tree_of(h, l, ROOT);
	cr_expect_lt(find(tree, "restricted-dma-pool"), 0);
	cr_expect_lt(find(tree, "hvcc,channel"), 0);
	cr_expect(!has_memory(tree, l->ends[1].memory.u, 64 * KIB));
}

static bool header_says(struct hand *h, const struct layout *l, size_t cell_i,
			const char *name, uint64_t value)
{
	char *text, line[80];
	size_t size;
	FILE *f = open_memstream(&text, &size);
	bool is_there;

	emit_header(f, l, &h->cells[cell_i]);
	fclose(f);
	snprintf(line, sizeof(line), "#define VIRTIO_DISK_%s 0x%jx\n", name,
		 (uintmax_t)value);
	is_there = strstr(text, line);
	free(text);
	return is_there;
}

Test(place_virtio, the_header_has_it_in_front_and_behind)
{
	struct hand *h = with_disk();

	hand_bounce(h, &h->virtios[0], 64 * KIB);

	const struct layout *l = hand_place(h);

	cr_assert(l);

	const struct virtio_layout *v = &l->virtios[0];

	cr_expect(header_says(h, l, FRONT, "BASE", v->window.u));
	cr_expect(header_says(h, l, FRONT, "BOUNCE_BASE",
			      l->ends[0].memory.u));
	cr_expect(header_says(h, l, FRONT, "BOUNCE_SIZE", 64 * KIB));
	cr_expect(!header_says(h, l, FRONT, "RING", v->back_ring.u));
	cr_expect(header_says(h, l, ROOT, "RING", v->back_ring.u));
	cr_expect(header_says(h, l, ROOT, "REGISTERS", v->back_registers.u));
	cr_expect(header_says(h, l, ROOT, "BOUNCE_BASE",
			      l->ends[1].memory.u));
	cr_expect(!header_says(h, l, OTHER, "BASE", v->window.u));
}

/* What `disk` bounces in, and where `disk_bounce` is, would be one word. */
Test(place_virtio, no_two_things_have_one_word_in_a_header,
     .exit_code = EXIT_ENVIRONMENT)
{
	struct hand *h = with_disk();

	hand_bounce(h, &h->virtios[0], 64 * KIB);
	hand_virtio(h, "disk_bounce", &h->cells[FRONT], &h->cells[ROOT]);
	header_says(h, hand_place(h), FRONT, "BASE", 0);
}

Test(place_virtio, of_names_that_capitals_join_there_is_one_in_a_header,
     .exit_code = EXIT_ENVIRONMENT)
{
	struct hand *h = with_disk();

	hand_virtio(h, "Disk", &h->cells[FRONT], &h->cells[ROOT]);
	header_says(h, hand_place(h), FRONT, "BASE", 0);
}
