/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "hand.h"

#define BASE UINT64_C(0x40000000)

static const struct piece *piece_of(const struct layout *l, size_t cell_i,
				    enum piece_kind kind)
{
	for (size_t i = 0; i < l->cells[cell_i].n_pieces; i++)
		if (l->cells[cell_i].pieces[i].kind == kind)
			return &l->cells[cell_i].pieces[i];
	return NULL;
}

static struct payload file(const char *path, uint64_t size)
{
	return (struct payload){ .file = path, .path = path, .size = size };
}

static struct hand *linux_cell(uint64_t ram)
{
	struct hand *h = hand_new();
	struct cell *c = hand_cell(h, "linux", 0);

	hand_region(h, c, "ram", ram);
	c->boot = (struct boot){ .kind = BOOT_LINUX,
				 .kernel = file("Image", 20 * MIB),
				 .initrd = file("initrd", MIB + 1) };
	c->boot.kernel.image_size = 24 * MIB;
	c->boot.kernel.is_kernel = true;
	return h;
}

static struct hand *raw_cell(uint64_t ram, uint64_t image_at)
{
	struct hand *h = hand_new();
	struct cell *c = hand_cell(h, "raw", 0);
	struct region *r = hand_region(h, c, "ram", ram);

	r->has_ipa = true;
	c->boot = (struct boot){ .kind = BOOT_RAW,
				 .kernel = file("raw.bin", 8 * KIB),
				 .has_image_ipa = image_at != 0,
				 .image_ipa = { image_at } };
	return h;
}

Test(place_images, a_kernel_is_on_its_boundary_and_has_room_for_its_bss)
{
	struct hand *h = linux_cell(64 * MIB);

	h->cells[0].boot.kernel.text_offset = 0x80000;

	const struct layout *l = hand_place(h);
	const struct piece *k = piece_of(l, 0, PIECE_KERNEL);

	cr_assert(k);
	cr_expect_eq(k->ipa.u % BLOCK, 0x80000);
	cr_expect_eq(k->size, 20 * MIB);
	cr_expect_eq(k->memory_size, 24 * MIB);
	cr_expect_eq(l->cells[0].entry.u, k->ipa.u);
	cr_expect_geq(piece_of(l, 0, PIECE_INITRD)->ipa.u,
		      k->ipa.u + k->memory_size);
}

Test(place_images, a_tree_crosses_no_block)
{
	struct hand *h = linux_cell(64 * MIB);

	/* Ends 8 KiB below a 2 MiB line. */
	h->cells[0].boot.kernel.image_size = 24 * MIB - 8 * KIB;

	const struct layout *l = hand_place(h);
	const struct piece *t = piece_of(l, 0, PIECE_TREE);

	cr_assert(t);
	cr_expect_eq(t->ipa.u / BLOCK, (t->ipa.u + t->size - 1) / BLOCK);
	cr_expect_eq(l->cells[0].tree.u, t->ipa.u);
	cr_expect_eq(l->cells[0].tree_slot, 256 * KIB);
}

Test(place_images, the_block_around_a_tree_is_all_ram_where_there_is_such)
{
	struct hand *h = linux_cell(64 * MIB);
	struct region *small = hand_region(h, &h->cells[0], "small", MIB);
	struct region swap = h->regions[0][0];

	/* The text names the small one first. */
	h->regions[0][0] = *small;
	*small = swap;

	const struct layout *l = hand_place(h);
	const struct piece *t = piece_of(l, 0, PIECE_TREE);

	cr_assert(t);
	cr_expect_geq(t->ipa.u, piece_of(l, 0, PIECE_KERNEL)->ipa.u);
	cr_expect_lt(t->ipa.u, BASE + 64 * MIB);
}

/* A cell with 2 MiB before the hypervisor, and the rest of it behind. */
static const struct layout *around_the_hypervisor(uint64_t ram)
{
	struct hand *h = linux_cell(ram);
	struct region *low = hand_region(h, &h->cells[0], "low", 2 * MIB);

	low->has_pa = low->has_ipa = true;
	low->pa.u = low->ipa.u = BASE;
	h->cells[0].boot.initrd.size = MIB;
	return hand_place(h);
}

Test(place_images, an_initrd_is_behind_its_kernel_where_there_is_room)
{
	const struct layout *l = around_the_hypervisor(64 * MIB);

	cr_assert(l);
	cr_expect_gt(piece_of(l, 0, PIECE_INITRD)->ipa.u,
		     piece_of(l, 0, PIECE_KERNEL)->ipa.u);
	l = around_the_hypervisor(24 * MIB + 512 * KIB);
	cr_assert(l);
	cr_expect_lt(piece_of(l, 0, PIECE_INITRD)->ipa.u,
		     piece_of(l, 0, PIECE_KERNEL)->ipa.u);
}

Test(place_images, a_cell_of_64_mib_takes_a_kernel_of_24)
{
	cr_expect(hand_place(linux_cell(64 * MIB)));
}

Test(place_images, what_has_no_room_is_named)
{
	struct hand *h = linux_cell(25 * MIB);

	cr_assert(!hand_place(h));

	char *told = hand_told(h);

	cr_expect(strstr(told, "no room in the RAM of 'linux' for its initrd"));
	free(told);
}

Test(place_images, a_raw_image_is_at_the_first_byte_and_the_tree_at_the_last)
{
	const struct layout *l = hand_place(raw_cell(2 * MIB, 0));

	cr_assert(l);
	cr_expect_eq(piece_of(l, 0, PIECE_IMAGE)->ipa.u, 0);
	cr_expect_eq(piece_of(l, 0, PIECE_TREE)->ipa.u, 2 * MIB - 64 * KIB);
	cr_expect_eq(l->cells[0].entry.u, 0);
}

Test(place_images, an_image_further_up_leaves_the_start_to_the_tree)
{
	struct hand *h = raw_cell(16 * MIB, BASE + 2 * MIB);

	h->regions[0][0].ipa.u = BASE;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(piece_of(l, 0, PIECE_TREE)->ipa.u, BASE);
	cr_expect_eq(l->cells[0].entry.u, BASE + 2 * MIB);
}

Test(place_images, a_file_that_comes_later_changes_no_address)
{
	const struct layout *now = hand_place(raw_cell(2 * MIB, 0));
	struct hand *h = raw_cell(2 * MIB, 0);

	h->cells[0].boot.kernel.is_missing = true;
	h->cells[0].boot.kernel.path = NULL;
	h->cells[0].boot.kernel.size = 0;

	const struct layout *later = hand_place(h);

	cr_assert(now && later);
	cr_expect_eq(now->cells[0].tree.u, later->cells[0].tree.u);
	cr_expect_eq(now->cells[0].entry.u, later->cells[0].entry.u);
	cr_expect_eq(later->cells[0].n_pieces, 1);
}

Test(place_images, small_ram_has_a_small_tree)
{
	const struct layout *l = hand_place(raw_cell(128 * KIB, 0));

	cr_assert(l);
	cr_expect_eq(l->cells[0].tree_slot, 8 * KIB);
}

Test(place_images, elf_segments_are_where_they_ask_to_be)
{
	struct hand *h = raw_cell(2 * MIB, 0);
	static const struct elf_segment segments[] = {
		{ .file_offset = 0x1000, .file_size = 0x2000,
		  .ipa = { 0x10000 }, .memory_size = 0x5000 },
		{ .file_offset = 0x3000, .file_size = 0, .ipa = { 0x20000 },
		  .memory_size = 0x1000 },
	};

	h->cells[0].boot.kind = BOOT_ELF;
	h->cells[0].boot.kernel.segments = segments;
	h->cells[0].boot.kernel.n_segments = 2;
	h->cells[0].boot.kernel.elf_entry = 0x10040;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(l->cells[0].entry.u, 0x10040);
	cr_expect_eq(l->cells[0].pieces[0].ipa.u, 0x10000);
	cr_expect_eq(l->cells[0].pieces[0].size, 0x2000);
	cr_expect_eq(l->cells[0].pieces[0].memory_size, 0x5000);
	/* The first 64 KiB are free: the tree is there. */
	cr_expect_eq(l->cells[0].tree.u, 0);
}

/* ---- pristine copies ----------------------------------------------------- */

Test(place_images, who_never_starts_again_keeps_nothing)
{
	const struct layout *l = hand_place(raw_cell(2 * MIB, 0));

	cr_assert(l);
	cr_expect_eq(l->hypervisor.pristine.size, 0);
	cr_expect(!l->cells[0].pieces[0].has_pristine);
}

Test(place_images, who_restarts_keeps_its_payload_and_its_tree)
{
	struct hand *h = raw_cell(2 * MIB, 0);

	h->cells[0].on_reboot.action = ON_RESTART;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(l->hypervisor.pristine.size, 8 * KIB + 64 * KIB);
	cr_expect(piece_of(l, 0, PIECE_IMAGE)->has_pristine);
	cr_expect(piece_of(l, 0, PIECE_TREE)->has_pristine);
}

Test(place_images, who_can_be_started_but_not_loaded_keeps_it_too)
{
	struct hand *h = raw_cell(2 * MIB, 0);

	h->cells[0].managed.may_start = true;
	cr_expect_gt(hand_place(h)->hypervisor.pristine.size, 0);
	h->cells[0].managed.may_load = true;
	cr_expect_eq(hand_place(h)->hypervisor.pristine.size, 0);
}

Test(place_images, a_file_is_kept_once)
{
	struct hand *h = raw_cell(2 * MIB, 0);
	struct cell *b = hand_cell(h, "second", 1);

	hand_region(h, b, "ram", 2 * MIB);
	b->boot = h->cells[0].boot;
	h->cells[0].on_crash.action = ON_RESTART;
	b->on_crash.action = ON_RESTART;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(l->hypervisor.pristine.size, 8 * KIB + 2 * 64 * KIB);
	cr_expect_eq(l->cells[0].pieces[0].pristine.u,
		     l->cells[1].pieces[0].pristine.u);
	cr_expect_neq(l->cells[0].pieces[1].pristine.u,
		      l->cells[1].pieces[1].pristine.u);
}
