/* SPDX-License-Identifier: BSD-2-Clause */
#include "sample.h"

#include <stdlib.h>
#include <string.h>

#define BASE 0x60000000u	/* the hypervisor's */
#define OTHER 0x50000000u	/* the other cell's */
#define CHANNEL 0x50100000u

const struct place sample_reserved[SAMPLE_N_RESERVED] = {
	{ BASE, 0x10000 }, { OTHER, 0x200000 },
};
const struct place sample_ram[SAMPLE_N_RAM] = {
	{ 0x40000000, 0x8000000 }, { 0x48100000, 0x1000000 },
};
const uint64_t sample_cpus[SAMPLE_N_CPUS] = { 0, 1, 0x100 };

static struct hv_list list(size_t offset, uint32_t count)
{
	return (struct hv_list){ (uint32_t)offset, count };
}

static void make_image(struct hv_image_head *h)
{
	*h = (struct hv_image_head){
		.magic = HV_IMAGE_MAGIC,
		.abi_version = HV_ABI_VERSION,
		.n_segments = 2,
		.file_size = SAMPLE_SIZE,
		.tables_offset = SAMPLE_TABLES,
	};
	h->segments[0] = (struct hv_segment){
		.kind = HV_SEGMENT_RUNTIME, .cell = HV_NONE,
		.size = SAMPLE_RUNTIME, .destination = { BASE },
	};
	h->segments[1] = (struct hv_segment){
		.kind = HV_SEGMENT_PAYLOAD, .cell = 1, .offset = SAMPLE_RUNTIME,
		.size = SAMPLE_SIZE - SAMPLE_RUNTIME, .destination = { OTHER },
	};
	memset(h->identity.b, 0x1d, sizeof(h->identity.b));
}

static void make_rows(struct sample_tables *t)
{
	for (uint32_t i = 0; i < SAMPLE_N_CPUS; i++)
		t->cpus[i] = (struct hv_cpu){ .hwid = sample_cpus[i],
					      .cell = i == 2 };
	t->cells[0].regions = list(offsetof(struct sample_tables, root), 3);
	t->cells[1].regions = list(offsetof(struct sample_tables, other), 2);
	for (uint32_t i = 0; i < SAMPLE_N_RAM; i++)
		t->root[i] = (struct hv_region){
			.pa = { sample_ram[i].base },
			.ipa = { sample_ram[i].base },
			.size = sample_ram[i].size, .kind = HV_REGION_RAM,
		};
	t->other[0] = (struct hv_region){ .pa = { OTHER }, .ipa = { 0 },
					  .size = 0x100000,
					  .kind = HV_REGION_RAM };
	t->root[2] = t->other[1] = (struct hv_region){
		.pa = { CHANNEL }, .ipa = { CHANNEL }, .size = 0x1000,
		.kind = HV_REGION_CHANNEL,
	};
}

void sample_make(struct sample *s)
{
	struct sample_tables *t = &s->tables;

	memset(s, 0, sizeof(*s));
	make_image(&s->image);
	t->head = (struct hv_head){
		.magic = HV_MAGIC, .abi_version = HV_ABI_VERSION,
		.arch = HV_A64_MACHINE,
		.total_size = SAMPLE_RUNTIME - SAMPLE_TABLES,
		.identity = s->image.identity, .base = { BASE },
		.image_size = SAMPLE_RUNTIME, .memory_size = 0x10000,
		.cpus = list(offsetof(struct sample_tables, cpus), 3),
		.cells = list(offsetof(struct sample_tables, cells), 2),
		.channels = list(offsetof(struct sample_tables, channels), 1),
		.log_ring = { BASE + 0x8000 },
	};
	memset(t->head.runtime.b, 0x27, sizeof(t->head.runtime.b));
	make_rows(t);
}

void sample_caller(struct hvisor_enable *e)
{
	*e = (struct hvisor_enable){ .image = 0x1000, .size = SAMPLE_SIZE };
	memset(e->identity, 0x1d, sizeof(e->identity));
	memset(e->runtime, 0x27, sizeof(e->runtime));
}

static void *exactly(const void *bytes, size_t size)
{
	void *copy = malloc(size);

	if (!copy)
		abort();
	return memcpy(copy, bytes, size);
}

static int judge_tables(struct image *image, const struct hvisor_enable *e,
			struct refusal *why)
{
	int error = image_check_caller(image, e, why);

	if (!error)
		error = image_check_memory(image, sample_reserved,
					   SAMPLE_N_RESERVED, why);
	for (size_t i = 0; !error && i < SAMPLE_N_RAM; i++)
		error = image_check_ram(image, sample_ram[i], why);
	return error ? error : image_check_cpus(image, sample_cpus,
						SAMPLE_N_CPUS, why);
}

int sample_judge(const struct sample *s, uint64_t file_size, struct refusal *why)
{
	void *head = exactly(s, HV_IMAGE_HEAD_SIZE);
	void *runtime = NULL;
	struct hvisor_enable e;
	struct image image;
	int error = image_read_head(&image, head, file_size, why);

	sample_caller(&e);
	if (!error)
		error = image_check_caller(&image, &e, why);
	if (!error)
		error = image_check_segments(&image, sample_reserved,
					     SAMPLE_N_RESERVED, why);
	/* There are no more bytes than these to copy: it would fault. */
	if (!error && image.head->segments[0].size > SAMPLE_SIZE)
		error = -EFAULT;
	if (!error) {
		runtime = exactly(s, (size_t)image.head->segments[0].size);
		error = image_read_tables(&image, runtime, why);
	}
	if (!error)
		error = judge_tables(&image, &e, why);
	free(runtime);
	free(head);
	return error;
}
