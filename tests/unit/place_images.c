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

static void put_at(struct region *r, uint64_t pa, uint64_t size)
{
	r->has_pa = r->has_ipa = true;
	r->pa.u = r->ipa.u = pa;
	r->size = size;
}

/* Two regions, in that order of the text; in 64 GiB. */
static struct hand *in_two_places(uint64_t first, uint64_t first_size,
				  uint64_t second, uint64_t second_size)
{
	struct hand *h = linux_cell(MIB);

	h->memory[0].range.size = 64 * GIB;
	h->cells[0].boot.initrd.size = MIB;
	put_at(&h->regions[0][0], first, first_size);
	put_at(hand_region(h, &h->cells[0], "second", MIB), second,
	       second_size);
	return h;
}

Test(place_images, an_initrd_is_behind_its_kernel_where_there_is_room)
{
	const struct layout *l = hand_place(in_two_places(
		BASE, 2 * MIB, BASE + 8 * MIB, 64 * MIB));

	cr_assert(l);
	cr_expect_gt(piece_of(l, 0, PIECE_INITRD)->ipa.u,
		     piece_of(l, 0, PIECE_KERNEL)->ipa.u);
	l = hand_place(in_two_places(BASE, 2 * MIB, BASE + 8 * MIB,
				     24 * MIB + 512 * KIB));
	cr_assert(l);
	cr_expect_lt(piece_of(l, 0, PIECE_INITRD)->ipa.u,
		     piece_of(l, 0, PIECE_KERNEL)->ipa.u);
}

static void told(struct hand *h, const char *words)
{
	char *text;

	cr_assert(!hand_place(h));
	text = hand_told(h);
	cr_expect(strstr(text, words), "'%s', not '%s'", text, words);
	free(text);
}

Test(place_images, an_initrd_is_within_reach_of_its_kernel)
{
	const uint64_t ram = 24 * MIB + 512 * KIB;

	told(in_two_places(BASE, ram, BASE + 40 * GIB, 2 * MIB),
	     "more than 32 GiB from its kernel");
	told(in_two_places(BASE, 2 * MIB, BASE + 40 * GIB, ram),
	     "more than 32 GiB from its kernel");
	cr_expect(hand_place(in_two_places(BASE, ram, BASE + 20 * GIB,
					   2 * MIB)));
	cr_expect(hand_place(in_two_places(BASE, 2 * MIB, BASE + 20 * GIB,
					   ram)));
}

Test(place_images, a_kernel_is_where_it_can_be_written_and_run)
{
	struct hand *h = linux_cell(64 * MIB);
	struct region *r = h->regions[0];

	r[0].access.may_write = false;
	hand_region(h, &h->cells[0], "data", 64 * MIB)->access.may_execute =
		false;
	hand_region(h, &h->cells[0], "code", 64 * MIB);

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(piece_of(l, 0, PIECE_KERNEL)->ipa.u, BASE + 128 * MIB);
	cr_expect_geq(piece_of(l, 0, PIECE_TREE)->ipa.u, BASE + 64 * MIB);
}

Test(place_images, a_kernel_may_begin_in_the_first_block)
{
	struct hand *h = linux_cell(64 * MIB);

	h->regions[0][0].has_ipa = true;
	h->cells[0].boot.kernel.text_offset = 0x80000;

	const struct layout *l = hand_place(h);

	cr_assert(l);
	cr_expect_eq(piece_of(l, 0, PIECE_KERNEL)->ipa.u, 0x80000);
}

Test(place_images, a_cell_of_64_mib_takes_a_kernel_of_24)
{
	cr_expect(hand_place(linux_cell(64 * MIB)));
}

Test(place_images, what_has_no_room_is_named)
{
	static const struct elf_segment segment = {
		.file_size = 0x1000, .ipa = { 4 * MIB }, .memory_size = 0x1000,
	};
	struct hand *h = raw_cell(2 * MIB, 0);

	told(linux_cell(25 * MIB), "no room in the RAM of 'linux' for its initrd");
	told(linux_cell(24 * MIB), "'linux' for its devicetree");
	told(linux_cell(20 * MIB), "'linux' for its kernel");
	told(raw_cell(4 * KIB, 0), "'raw' for its image");
	h->cells[0].boot.kind = BOOT_ELF;
	h->cells[0].boot.kernel.segments = &segment;
	h->cells[0].boot.kernel.n_segments = 1;
	told(h, "'raw' for its ELF segment");
}

Test(place_images, a_tree_is_in_no_memory_that_is_only_read)
{
	struct hand *h = raw_cell(8 * KIB, 0);

	hand_region(h, &h->cells[0], "rom", 2 * MIB)->access.may_write = false;
	hand_region(h, &h->cells[0], "more", MIB);

	const struct layout *l = hand_place(h);

	cr_assert(l);
	/* The larger is placed first. */
	cr_expect_geq(piece_of(l, 0, PIECE_TREE)->ipa.u, BASE + 2 * MIB);
}

Test(place_images, an_entry_is_where_the_text_says)
{
	struct hand *h = raw_cell(2 * MIB, 0);

	h->cells[0].boot.has_entry = true;
	h->cells[0].boot.entry.u = 0x40;
	cr_expect_eq(hand_place(h)->cells[0].entry.u, 0x40);
}

/* ---- of files that come later, the first byte ------------------------------ */

Test(place_images, what_comes_later_is_entered_at_the_first_byte)
{
	struct hand *h = linux_cell(64 * MIB);
	struct boot *b = &h->cells[0].boot;

	b->kernel = b->initrd = (struct payload){ .is_missing = true };
	cr_expect_eq(hand_place(h)->cells[0].entry.u, BASE);
	b->kind = BOOT_ELF;
	b->kernel.elf_entry = 0x1234;
	cr_expect_eq(hand_place(h)->cells[0].entry.u, BASE);
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
