/* SPDX-License-Identifier: BSD-2-Clause */
#include "resolving.h"

#include <elf.h>

/* The payload that `boot KIND { image }` sees for these bytes. */
static struct resolving look(const void *bytes, size_t size)
{
	struct resolving r = resolving_new();

	resolving_file(&r, "p", bytes, size);
	resolving_run(&r, "board { gic { distributor 64K at 0x1000000;"
		      " redistributors 1M at 0x2000000; maintenance ppi 9; } }"
		      " cell one { cpus 0; memory ram 1M;"
		      " boot raw { image \"p\"; } }");
	return r;
}

static const struct payload *seen(const struct resolving *r)
{
	return &r->model->cells[0].boot.kernel;
}

/* One segment of 0x20 bytes in a file of 0x1000. */
struct elf_file {
	Elf64_Ehdr head;
	Elf64_Phdr rows[2];
	uint8_t rest[0x1000 - sizeof(Elf64_Ehdr) - 2 * sizeof(Elf64_Phdr)];
};

static struct elf_file good(void)
{
	return (struct elf_file){
		.head = {
			.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64,
				     ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC, .e_machine = EM_AARCH64,
			.e_version = EV_CURRENT, .e_entry = 0x40001000,
			.e_phoff = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 2,
		},
		.rows = {
			{ .p_type = PT_NOTE, .p_filesz = UINT64_MAX },
			{ .p_type = PT_LOAD, .p_flags = PF_R | PF_X,
			  .p_offset = 0x100, .p_filesz = 0x20,
			  .p_paddr = 0x40001000, .p_memsz = 0x3000 },
		},
	};
}

static void faults(const struct elf_file *f, const char *what)
{
	struct resolving r = look(f, sizeof(*f));

	cr_expect(!seen(&r)->is_elf);
	cr_assert_not_null(seen(&r)->elf_fault, "should say %s", what);
	cr_expect_str_eq(seen(&r)->elf_fault, what);
	cr_expect_eq(seen(&r)->n_segments, 0);
	resolving_free(&r);
}

Test(payload, an_elf_file_is_read)
{
	struct elf_file f = good();
	struct resolving r = look(&f, sizeof(f));
	const struct payload *p = seen(&r);

	cr_expect(p->is_elf && p->is_elf_class64 && p->is_elf_little_endian);
	cr_expect_eq(p->elf_machine, EM_AARCH64);
	cr_expect_eq(p->elf_type, ET_EXEC);
	cr_expect_eq(p->elf_entry, 0x40001000);
	cr_expect_eq(p->size, sizeof(f));
	cr_assert_eq(p->n_segments, 1);
	cr_expect_eq(p->segments[0].ipa.u, 0x40001000);
	cr_expect_eq(p->segments[0].file_offset, 0x100);
	cr_expect_eq(p->segments[0].file_size, 0x20);
	cr_expect_eq(p->segments[0].memory_size, 0x3000);
	cr_expect(p->segments[0].may_execute && !p->segments[0].may_write);
	resolving_free(&r);
}

Test(payload, what_does_not_parse_is_said)
{
	struct elf_file f = good();

	f.head.e_phnum = 0;
	faults(&f, "has no program headers");
	f = good();
	f.head.e_phnum = PN_XNUM;
	faults(&f, "has no program headers");
	f = good();
	f.head.e_phentsize = 32;
	faults(&f, "has program headers of an odd size");
	f = good();
	f.head.e_phoff = 8;
	faults(&f, "has its program headers on its header");
	f = good();
	f.head.e_phoff = UINT64_MAX - 8;
	faults(&f, "has program headers that end behind the file's end");
	f = good();
	f.head.e_phoff = sizeof(f) - 8;
	faults(&f, "has program headers that end behind the file's end");
	f = good();
	f.head.e_ident[EI_VERSION] = 7;
	faults(&f, "has an ELF version other than 1");
	f = good();
	f.rows[1].p_filesz = 0x3001;
	faults(&f, "has a segment 1 of 0x3001 bytes in the file and 0x3000 in"
	       " memory");
	f = good();
	f.rows[1].p_offset = sizeof(f) - 0x1f;
	faults(&f, "has a segment 1 that ends behind the file's end");
	f = good();
	f.rows[1].p_offset = UINT64_MAX;
	faults(&f, "has a segment 1 that ends behind the file's end");
	f = good();
	f.rows[1].p_paddr = UINT64_MAX - 0x2000;
	faults(&f, "has a segment 1 that wraps around the addresses");
	f = good();
	f.rows[1].p_type = PT_NULL;
	faults(&f, "has no segment that takes memory");
}

Test(payload, every_shorter_elf_file_is_safe)
{
	struct elf_file f = good();

	for (size_t n = 0; n < 0x140; n++) {
		struct resolving r = look(&f, n);

		cr_expect_eq(seen(&r)->is_elf, n >= 0x120);
		resolving_free(&r);
	}
}

Test(payload, other_kinds_of_elf_are_told_apart)
{
	struct elf_file f = good();
	struct resolving r;

	f.head.e_ident[EI_CLASS] = ELFCLASS32;
	r = look(&f, sizeof(f));
	cr_expect(seen(&r)->is_elf && !seen(&r)->is_elf_class64);
	resolving_free(&r);
	f = good();
	f.head.e_ident[EI_DATA] = ELFDATA2MSB;
	r = look(&f, sizeof(f));
	cr_expect(seen(&r)->is_elf && !seen(&r)->is_elf_little_endian);
	resolving_free(&r);
}

Test(payload, a_kernel_says_what_it_needs)
{
	uint8_t head[64] = { 0 };
	struct resolving r;

	memcpy(head + 56, "ARM\x64", 4);
	head[10] = 0x08;	/* text_offset 0x80000 */
	head[19] = 0x02;	/* image_size 0x2000000 */
	head[24] = 0x0b;	/* big-endian, 4 KiB, anywhere */
	r = look(head, sizeof(head));
	cr_expect(seen(&r)->is_kernel);
	cr_expect(seen(&r)->is_big_endian);
	cr_expect_eq(seen(&r)->page_size, 4096);
	cr_expect_eq(seen(&r)->text_offset, 0x80000);
	cr_expect_eq(seen(&r)->image_size, 0x2000000);
	resolving_free(&r);

	/* Before image_size existed, text_offset was not to be trusted. */
	head[19] = head[10] = 0;
	r = look(head, sizeof(head));
	cr_expect_eq(seen(&r)->text_offset, 0x80000);
	resolving_free(&r);
	r = look(head, 63);
	cr_expect(!seen(&r)->is_kernel);
	resolving_free(&r);
}

Test(payload, gzip_missing_and_empty_are_seen)
{
	struct resolving r = look("\x1f\x8b\x08", 3);

	cr_expect_str_eq(seen(&r)->packed_by, "gzip");
	resolving_free(&r);
	r = look("", 0);
	cr_expect(!seen(&r)->is_missing);
	cr_expect_eq(seen(&r)->size, 0);
	resolving_run(&r, "board { } cell one { cpus 0; memory ram 1M;"
		      " boot raw { image \"other\"; } }");
	cr_expect(seen(&r)->is_missing);
	cr_expect_str_eq(seen(&r)->file, "other");
	resolving_free(&r);
}
