/* SPDX-License-Identifier: BSD-2-Clause */
/* ELF files and payloads are read by what they are, not by what they say. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "image/elf.h"
#include "image/hash.h"
#include "image/payload.h"

struct object {
	Elf64_Ehdr head;
	Elf64_Shdr sections[3];
	char names[16];
	uint8_t text[8];
};

static struct object object(void)
{
	struct object o = {
		.head = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
				     ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_REL, .e_machine = EM_AARCH64,
			.e_shoff = offsetof(struct object, sections),
			.e_shentsize = sizeof(Elf64_Shdr), .e_shnum = 3,
			.e_shstrndx = 1,
		},
		.sections = {
			{ .sh_type = SHT_NULL },
			{ .sh_type = SHT_STRTAB,
			  .sh_offset = offsetof(struct object, names),
			  .sh_size = 16 },
			{ .sh_name = 1, .sh_type = SHT_PROGBITS,
			  .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
			  .sh_offset = offsetof(struct object, text),
			  .sh_size = 8, .sh_addralign = 4 },
		},
		.names = "\0.text",
		.text = { 1, 2, 3, 4, 5, 6, 7, 8 },
	};

	return o;
}

static bool parses(const struct object *o, size_t size, struct elf *e)
{
	const char *why = NULL;
	bool is_parsed = elf_parse(arena_new(), (const uint8_t *)o, size, e,
				   &why);

	cr_assert(is_parsed || why);
	return is_parsed;
}

Test(image, an_object_has_its_sections)
{
	struct object o = object();
	struct elf e;

	cr_assert(parses(&o, sizeof(o), &e));
	cr_assert_eq(e.n_sections, 3);

	const struct elf_section *text = NULL;

	for (size_t i = 0; i < e.n_sections; i++) {
		cr_assert_str_neq(e.sections[i].name, ".data");
		if (!strcmp(e.sections[i].name, ".text"))
			text = &e.sections[i];
	}
	cr_assert(text && text->size == 8 && text->bytes[7] == 8);
}

Test(image, an_object_that_ends_early_is_refused)
{
	struct object o = object();
	struct elf e;

	for (size_t size = 0; size < sizeof(o); size++)
		cr_assert_not(parses(&o, size, &e), "%zu", size);
}

/* Run with a sanitizer this also shows that no read leaves the file. */
Test(image, no_wrong_byte_of_an_object_is_followed_outside)
{
	for (size_t i = 0; i < sizeof(struct object); i++)
		for (unsigned int bit = 0; bit < 8; bit++) {
			struct object o = object();
			struct elf e;

			((uint8_t *)&o)[i] ^= (uint8_t)(1u << bit);
			if (!parses(&o, sizeof(o), &e))
				continue;
			for (size_t s = 0; s < e.n_sections; s++) {
				const struct elf_section *t = &e.sections[s];
				const uint8_t *end = (uint8_t *)&o + sizeof(o);

				cr_assert(!t->bytes ||
					  (t->bytes >= (uint8_t *)&o &&
					   t->size <= (size_t)(end - t->bytes)));
				cr_assert(strlen(t->name) < sizeof(o.names));
			}
		}
}

/* ---- payloads ------------------------------------------------------------ */

struct collected { uint8_t bytes[200000]; size_t size; };

static bool collect(void *arg, uint64_t offset, const void *bytes, size_t size,
		    const char **why)
{
	struct collected *c = arg;

	(void)why;
	cr_assert_eq(offset, c->size);
	memcpy(c->bytes + offset, bytes, size);
	c->size += size;
	return true;
}

static char *make_file(struct arena *a, size_t size)
{
	char *path = arena_strdup(a, "/tmp/image_payload.XXXXXX");
	int fd = mkstemp(path);

	for (size_t i = 0; i < size; i++) {
		uint8_t byte = (uint8_t)(i * 7 + i / 256);

		cr_assert_eq(write(fd, &byte, 1), 1);
	}
	close(fd);
	return path;
}

Test(image, a_piece_of_a_payload_is_read_whole_and_hashed)
{
	struct arena *a = arena_new();
	char *path = make_file(a, 150000);
	const struct payload file = { .path = path, .size = 150000 };
	const struct piece piece = { .payload = &file, .file_offset = 10,
				     .size = 140000 };
	struct collected *c = arena_alloc(a, sizeof(*c));
	struct hv_sha256 sum, again;
	const char *why;

	cr_assert(payload_read(a, &piece, collect, c, &sum, &why), "%s", why);
	cr_assert_eq(c->size, 140000);
	cr_assert_eq(c->bytes[0], (uint8_t)(10 * 7));
	again = hash_bytes(c->bytes, c->size);
	cr_assert(hash_is_equal(&sum, &again));
	unlink(path);
}

Test(image, a_payload_that_changed_is_refused)
{
	struct arena *a = arena_new();
	char *path = make_file(a, 100);
	const struct payload file = { .path = path, .size = 101 };
	const struct piece piece = { .payload = &file, .size = 101 };
	struct hv_sha256 sum;
	const char *why;

	cr_assert_not(payload_read(a, &piece, NULL, NULL, &sum, &why));
	cr_assert(strstr(why, "changed"));
	unlink(path);
	cr_assert_not(payload_read(a, &piece, NULL, NULL, &sum, &why));
	cr_assert(strstr(why, "cannot read"));
}

/* FIPS 180-2, appendix B.1 */
Test(image, the_hash_is_sha256)
{
	static const uint8_t abc[] = { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf,
		0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0,
		0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff,
		0x61, 0xf2, 0x00, 0x15, 0xad };
	struct hv_sha256 sum = hash_bytes("abc", 3);
	struct hash h = hash_begin();

	cr_assert_arr_eq(sum.b, abc, sizeof(abc));
	hash_add(&h, "a", 1);
	hash_add(&h, "bc", 2);
	sum = hash_end(&h);
	cr_assert_arr_eq(sum.b, abc, sizeof(abc));
}
