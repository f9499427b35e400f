/* SPDX-License-Identifier: BSD-2-Clause */
/* What hvisor.ko refuses of an image before a byte of it runs, and why. */
#include <criterion/criterion.h>

#include "sample.h"

static struct sample s;

static void fresh(void)
{
	sample_make(&s);
}

TestSuite(image, .init = fresh);

static void refused_of(uint64_t file_size, int error, const char *word)
{
	struct refusal why = { "" };
	int is = sample_judge(&s, file_size, &why);

	cr_expect_eq(is, -error, "%d, not %d: %s", is, -error, why.text);
	cr_expect(strstr(why.text, word), "'%s' says nothing of '%s'", why.text,
		  word);
}

static void refused(int error, const char *word)
{
	refused_of(s.image.file_size, error, word);
}

Test(image, a_good_one_is_taken)
{
	refused(0, "");
}

Test(image, what_is_no_image_is_refused)
{
	s.image.magic++;
	refused(ENOEXEC, "no image");
	fresh();
	refused_of(0, ENOEXEC, "no image");
	refused_of(HV_IMAGE_HEAD_SIZE - 1, ENOEXEC, "no image");
}

Test(image, a_truncated_one_is_refused)
{
	refused_of(SAMPLE_SIZE - 1, ENOEXEC, "truncated");
	refused_of(SAMPLE_SIZE + 1, ENOEXEC, "truncated");
}

Test(image, another_abi_is_refused_with_both_numbers)
{
	s.image.abi_version = 77;
	refused(EKEYREJECTED, "77");
}

Test(image, another_configuration_is_refused)
{
	s.image.identity.b[0] = 0xee;
	refused(EKEYREJECTED, "identity ee");
	fresh();
	s.tables.head.identity.b[31]++;
	refused(ENOEXEC, "identities");
}

Test(image, another_runtime_is_refused)
{
	s.tables.head.runtime.b[0] = 0xcc;
	refused(EKEYREJECTED, "runtime cc");
}

Test(image, a_segment_outside_the_file_is_refused)
{
	s.image.segments[1].size++;
	refused(ENOEXEC, "segment 1");
	fresh();
	s.image.segments[1].offset = UINT64_C(0xfffffffffffff000);
	refused(ENOEXEC, "segment 1");
	fresh();
	s.image.segments[1].size = 0;
	refused(ENOEXEC, "segment 1");
	fresh();
	s.image.n_segments = HV_MAX_SEGMENTS;
	refused(ENOEXEC, "segments");
	fresh();
	s.image.n_segments = 0;
	refused(ENOEXEC, "segments");
}

Test(image, a_destination_that_is_not_reserved_is_refused)
{
	s.image.segments[1].destination.u = 0x40000000;
	refused(ENXIO, "0x40000000");
	fresh();
	s.image.segments[1].destination.u = 0x501ff000;
	refused(0, "");
	s.image.segments[1].destination.u = 0x50200000;
	refused(ENXIO, "reserve");
	fresh();
	s.image.segments[1].destination.u = 0x50000800;
	refused(ENOEXEC, "segment 1");
}

Test(image, tables_that_are_none_are_refused)
{
	s.tables.head.magic = 0;
	refused(ENOEXEC, "no tables");
	fresh();
	s.tables.head.total_size++;
	refused(ENOEXEC, "no tables");
	fresh();
	s.tables.head.arch++;
	refused(ENOEXEC, "no tables");
	fresh();
	s.image.tables_offset = SAMPLE_RUNTIME;
	refused(ENOEXEC, "no runtime");
}

Test(image, lists_outside_the_tables_are_refused)
{
	struct hv_list *lists[] = {
		&s.tables.head.cpus, &s.tables.head.cells,
		&s.tables.cells[0].regions, &s.tables.cells[1].regions,
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		fresh();
		lists[i]->offset = 0xfffffff8;
		refused(ENOEXEC, "tables");
		fresh();
		lists[i]->offset++;
		refused(ENOEXEC, "tables");
		fresh();
		lists[i]->count = 0xffffffff;
		refused(ENOEXEC, "tables");
	}
}

Test(image, without_a_root_cell_it_is_refused)
{
	s.tables.head.root_cell = HV_NONE;
	refused(ENXIO, "root cell");
	fresh();
	s.tables.head.root_cell = 2;
	refused(ENXIO, "root cell");
}

Test(image, the_hypervisors_own_memory_is_held_to_the_reservation)
{
	s.tables.head.memory_size = 0x11000;
	refused(ENXIO, "hypervisor's memory");
	fresh();
	s.tables.head.base.u += 0x1000;
	refused(ENOEXEC, "tables");
	fresh();
	s.tables.head.log_ring.u = 0x6000f000;
	refused(ENOEXEC, "tables");
	fresh();
	s.tables.head.log_ring.u = 0x40000000;
	refused(ENOEXEC, "tables");
}

Test(image, memory_of_other_cells_is_held_to_the_reservation)
{
	s.tables.other[0].size = 0x201000;
	refused(ENXIO, "cell 1");
	fresh();
	s.tables.other[0].size = UINT64_C(0xfffffffff0000000);
	refused(ENXIO, "cell 1");
	fresh();
	s.tables.root[2].pa.u = 0x47000000;
	refused(ENXIO, "cell 0");
}

Test(image, ram_of_linux_that_the_root_cell_has_not_is_refused)
{
	s.tables.root[0].size -= 0x1000;
	refused(ENXIO, "0x47fff000");
	fresh();
	s.tables.root[1].ipa.u += 0x1000;
	refused(ENXIO, "0x48100000");
	fresh();
	s.tables.root[1].kind = HV_REGION_DEVICE;
	refused(ENXIO, "0x48100000");
}

Test(image, ram_may_lie_in_several_regions)
{
	s.tables.root[1].pa.u = s.tables.root[1].ipa.u = 0x48000000;
	s.tables.root[1].size = 0x2000000;
	s.tables.root[0].size -= 0x1000;
	refused(ENXIO, "0x47fff000");
	s.tables.root[1].pa.u = s.tables.root[1].ipa.u = 0x47fff000;
	refused(0, "");
}

Test(image, another_machines_cpus_are_refused)
{
	s.tables.cpus[2].hwid = 2;
	refused(ENXIO, "0x100");
	fresh();
	s.tables.head.cpus.count = 2;
	refused(ENXIO, "3 CPUs");
	fresh();
	s.tables.cpus[0].cell = s.tables.cpus[1].cell = 1;
	refused(ENXIO, "no CPU");
}

Test(image, each_cpu_has_its_row)
{
	struct image image = { .head = &s.image, .tables = &s.tables.head };
	uint32_t row = 9;

	for (uint32_t i = 0; i < SAMPLE_N_CPUS; i++) {
		cr_expect(image_cpu_row(&image, sample_cpus[i], &row));
		cr_expect_eq(s.tables.cpus[row].hwid, sample_cpus[i]);
	}
	row = 9;
	cr_expect_not(image_cpu_row(&image, 0x7777, &row));
	cr_expect_eq(row, 9);
}

Test(image, the_first_reason_stays)
{
	struct refusal why = { "" };

	cr_expect_eq(refuse(&why, EIO, "one %d", 1), -EIO);
	cr_expect_eq(refuse(&why, EBUSY, "two"), -EBUSY);
	cr_expect_str_eq(why.text, "one 1");
}

Test(image, places_beside_each_other_hold_what_lies_across)
{
	const struct place beside[] = { { 0x2000, 0x1000 }, { 0x1000, 0x1000 },
					{ 0xfffffffffffff000, 0x1000 } };

	cr_expect(places_hold(beside, 3, 0x1000, 0x2000));
	cr_expect(places_hold(beside, 3, 0xfffffffffffff000, 0x1000));
	cr_expect_not(places_hold(beside, 3, 0x1000, 0x2001));
	cr_expect_not(places_hold(beside, 3, 0xfff, 2));
	cr_expect_not(places_hold(beside, 3, 0x1000, 0));
	cr_expect_not(places_hold(beside, 3, 0xfffffffffffff000, 0x1001));
	cr_expect_not(places_hold(beside, 0, 0x1000, 1));
}
