/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows by hand, of two cells with a region each, against the board. */
#include <criterion/criterion.h>

#include "hand.h"
#include "image/verify.h"

#define CLOCK UINT64_C(0x9010000)	/* hand.h's second device */
#define SHARED (HV_READ | HV_WRITE | HV_SHARED)

struct rows {
	struct hv_head head;
	struct hv_cell cells[2];
	struct hv_region regions[2];
};

struct fixture {
	struct hand *h;
	struct rows rows;
	struct layout layout;
	struct shared_device page;
};

static struct fixture *fixture(void)
{
	static struct fixture f;

	f.h = hand_new();
	hand_cell(f.h, "one", 0);
	hand_cell(f.h, "two", 1);
	f.h->model.hypervisor.console_device = NULL;
	f.layout.model = &f.h->model;
	f.layout.hypervisor.all = (struct pa_range){ { 0x60000000 }, MIB };
	for (uint32_t i = 0; i < 2; i++) {
		f.rows.cells[i].regions = (struct hv_list){
			(uint32_t)(offsetof(struct rows, regions) +
				   i * sizeof(struct hv_region)), 1 };
		f.rows.regions[i] = (struct hv_region){
			.pa = { CLOCK + i * GRANULE }, .size = GRANULE,
			.flags = HV_READ | HV_WRITE };
	}
	return &f;
}

static char *told(struct fixture *f)
{
	char *text;
	size_t size;
	struct verify v = { .arena = f->h->arena, .layout = &f->layout,
			    .model = &f->h->model, .head = &f->rows.head,
			    .report = open_memstream(&text, &size) };

	verify_apart(&v, f->rows.cells);
	fclose(v.report);
	return text;
}

static void share(struct fixture *f)
{
	f->page.device = &f->h->devices[1];
	f->h->model.shared_pages = &f->page;
	f->h->model.n_shared_pages = 1;
	for (size_t i = 0; i < 2; i++) {
		f->rows.regions[i].pa.u = CLOCK;
		f->rows.regions[i].flags = SHARED;
	}
}

Test(verify_apart, a_device_is_reached)
{
	cr_expect_str_eq(told(fixture()), "");
}

Test(verify_apart, what_isolation_rests_on_is_not)
{
	static const enum device_role roles[] = {
		DEVICE_INTERRUPT_CONTROLLER, DEVICE_MSI_CONTROLLER,
		DEVICE_IOMMU, DEVICE_FIRMWARE_CONFIG, DEVICE_TIMER, DEVICE_PMU,
	};

	for (size_t i = 0; i < ARRAY_SIZE(roles); i++) {
		struct fixture *f = fixture();

		f->h->devices[1].role = roles[i];
		cr_expect_str_eq(told(f), "hvcc: verify: cell 'one': it reaches"
				 " /pl031@9010000 at 0x9010000\n");
	}
}

Test(verify_apart, the_hypervisors_console_is_not)
{
	struct fixture *f = fixture();

	f->h->model.hypervisor.console_device = &f->h->devices[1];
	cr_expect_str_eq(told(f), "hvcc: verify: cell 'one': it reaches"
			 " /pl031@9010000 at 0x9010000\n");
}

Test(verify_apart, the_hypervisors_memory_is_not)
{
	struct fixture *f = fixture();

	f->rows.regions[1].pa.u = 0x600ff000;
	cr_expect_str_eq(told(f), "hvcc: verify: cell 'two': it reaches the"
			 " hypervisor's memory at 0x600ff000\n");
}

Test(verify_apart, the_redistributors_are_not)
{
	struct fixture *f = fixture();

	f->rows.regions[0].pa.u = 0x80a0000;
	cr_expect_str_eq(told(f), "hvcc: verify: cell 'one': it reaches the"
			 " interrupt controller at 0x80a0000\n");
}

Test(verify_apart, two_reach_a_shared_page)
{
	struct fixture *f = fixture();

	share(f);
	cr_expect_str_eq(told(f), "");
}

Test(verify_apart, two_reach_no_page_of_another_device)
{
	struct fixture *f = fixture();

	share(f);
	f->page.device = &f->h->devices[0];
	cr_expect_str_eq(told(f), "hvcc: verify: cell 'two' reaches 0x9010000,"
			 " which another does too, and the text calls no such"
			 " page shared\n");
}

/* The rows may say any size. */
Test(verify_apart, of_many_pages_the_first_is_told)
{
	struct fixture *f = fixture();

	share(f);
	for (size_t i = 0; i < 2; i++)
		f->rows.regions[i].size = 16 * MIB;
	cr_expect_str_eq(told(f), "hvcc: verify: cell 'two' reaches 0x9011000,"
			 " which another does too, and the text calls no such"
			 " page shared\n");
}

/* There a device can stand beside it. */
Test(verify_apart, two_reach_the_page_where_the_window_of_a_bridge_ends)
{
	struct fixture *f = fixture();

	share(f);
	f->h->regs[1].is_window = true;
	f->h->regs[1].range.size = GRANULE / 2;
	cr_expect_str_eq(told(f), "");
}

/* A bridge's registers are on the page, not what it passes on. */
Test(verify_apart, two_reach_no_window_of_a_shared_bridge)
{
	struct fixture *f = fixture();

	share(f);
	f->h->regs[1].is_window = true;
	cr_expect_str_eq(told(f), "hvcc: verify: cell 'two' reaches 0x9010000,"
			 " which another does too, and the text calls no such"
			 " page shared\n");
}
