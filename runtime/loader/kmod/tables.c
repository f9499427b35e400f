// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * The image's tables against the machine that Linux runs on.
 */
#include "hv_abi_aarch64.h"
#include "image.h"

typedef unsigned long long llu;	/* for %llx, on either side */

static const void *rows(const struct image *image, struct hv_list list)
{
	return (const uint8_t *)image->tables + list.offset;
}

static bool is_list(const struct image *image, struct hv_list list, size_t row,
		    uint32_t max)
{
	return list.count <= max && !(list.offset % 8) &&
	       list.offset <= image->tables_size &&
	       list.count <= (image->tables_size - list.offset) / row;
}

static const struct hv_cell *cell_at(const struct image *image, uint32_t i)
{
	return (const struct hv_cell *)rows(image, image->tables->cells) + i;
}

static bool have_regions(const struct image *image)
{
	for (uint32_t i = 0; i < image->tables->cells.count; i++)
		if (!is_list(image, cell_at(image, i)->regions,
			     sizeof(struct hv_region), UINT32_MAX))
			return false;
	return true;
}

static bool have_lists(const struct image *image)
{
	const struct hv_head *t = image->tables;

	return is_list(image, t->cpus, sizeof(struct hv_cpu), HV_MAX_CPUS) &&
	       is_list(image, t->cells, sizeof(struct hv_cell), HV_MAX_CELLS) &&
	       is_list(image, t->channels, sizeof(struct hv_channel), UINT32_MAX) &&
	       have_regions(image);
}

/* What it will be when it runs, beside its copies. */
static bool is_own_memory(const struct image *image)
{
	const struct hv_head *t = image->tables;
	const struct hv_segment *s = &image->head->segments[0];

	return t->base.u == s->destination.u && t->image_size == s->size &&
	       t->memory_size >= t->image_size &&
	       t->base.u + (t->memory_size - 1) >= t->base.u &&
	       t->log_ring.u >= t->base.u &&
	       t->log_ring.u - t->base.u <= t->memory_size &&
	       t->memory_size - (t->log_ring.u - t->base.u) >= HV_RING_SIZE;
}

int image_read_tables(struct image *image, const void *runtime,
		      struct refusal *why)
{
	const struct hv_image_head *h = image->head;
	const struct hv_head *t = (const void *)((const uint8_t *)runtime +
						 h->tables_offset);
	uint64_t size = h->segments[0].size - h->tables_offset;

	if (t->magic != HV_MAGIC || t->abi_version != HV_ABI_VERSION ||
	    t->arch != HV_A64_MACHINE || t->total_size != size)
		return refuse(why, ENOEXEC, "the image has no tables for this"
			      " module");
	image->tables = t;
	image->tables_size = size;
	if (!have_lists(image) || !is_own_memory(image)) {
		image->tables = NULL;
		return refuse(why, ENOEXEC, "the image's tables are no tables");
	}
	if (t->root_cell >= t->cells.count)
		return refuse(why, ENXIO, "the image has no root cell that this"
			      " Linux could be");
	return 0;
}

/* ---- memory -------------------------------------------------------------- */

/* RAM of its own, or that others have with it: neither is Linux's. */
static bool is_others(uint32_t kind, bool is_root)
{
	return kind == HV_REGION_CHANNEL || (kind == HV_REGION_RAM && !is_root);
}

static int check_cell(const struct image *image, uint32_t i,
		      const struct place *reserved, size_t n, struct refusal *why)
{
	const struct hv_cell *c = cell_at(image, i);
	const struct hv_region *r = rows(image, c->regions);

	for (uint32_t k = 0; k < c->regions.count; k++) {
		if (is_others(r[k].kind, i == image->tables->root_cell) &&
		    !places_hold(reserved, n, r[k].pa.u, r[k].size))
			return refuse(why, ENXIO, "memory of cell %u at 0x%llx"
				      " with 0x%llx bytes is not reserved by the"
				      " running devicetree", i,
				      (llu)r[k].pa.u, (llu)r[k].size);
	}
	return 0;
}

int image_check_memory(const struct image *image, const struct place *reserved,
		       size_t n_reserved, struct refusal *why)
{
	const struct hv_head *t = image->tables;
	int error;

	if (!places_hold(reserved, n_reserved, t->base.u, t->memory_size))
		return refuse(why, ENXIO, "the hypervisor's memory at 0x%llx with"
			      " 0x%llx bytes is not reserved by the running"
			      " devicetree", (llu)t->base.u, (llu)t->memory_size);
	for (uint32_t i = 0; i < t->cells.count; i++) {
		error = check_cell(image, i, reserved, n_reserved, why);
		if (error)
			return error;
	}
	return 0;
}

int image_check_ram(const struct image *image, struct place ram,
		    struct refusal *why)
{
	const struct hv_cell *c = cell_at(image, image->tables->root_cell);
	const struct hv_region *r = rows(image, c->regions);
	uint64_t done = 0, before;

	/* Each round goes to the end of a region, or there is a hole. */
	do {
		before = done;
		for (uint32_t k = 0; k < c->regions.count; k++) {
			uint64_t at = ram.base + done;

			if (r[k].kind != HV_REGION_RAM || r[k].pa.u != r[k].ipa.u ||
			    at < r[k].pa.u || at - r[k].pa.u >= r[k].size)
				continue;
			done = r[k].pa.u + r[k].size - ram.base;
			if (done >= ram.size)
				return 0;
		}
	} while (done != before);
	return refuse(why, ENXIO, "Linux uses RAM at 0x%llx that the root cell"
		      " does not have", (llu)(ram.base + done));
}

/* ---- CPUs ---------------------------------------------------------------- */

static const struct hv_cpu *find_cpu(const struct image *image, uint64_t hwid)
{
	const struct hv_cpu *cpus = rows(image, image->tables->cpus);

	for (uint32_t i = 0; i < image->tables->cpus.count; i++)
		if (cpus[i].hwid == hwid)
			return &cpus[i];
	return NULL;
}

bool image_is_root_cpu(const struct image *image, uint64_t hwid)
{
	const struct hv_cpu *cpu = find_cpu(image, hwid);

	return cpu && cpu->cell == image->tables->root_cell;
}

bool image_cpu_row(const struct image *image, uint64_t hwid, uint32_t *row)
{
	const struct hv_cpu *cpu = find_cpu(image, hwid);

	if (!cpu)
		return false;
	*row = (uint32_t)(cpu -
			  (const struct hv_cpu *)rows(image, image->tables->cpus));
	return true;
}

int image_check_cpus(const struct image *image, const uint64_t *hwids, size_t n,
		     struct refusal *why)
{
	size_t n_root = 0;

	if (n != image->tables->cpus.count)
		return refuse(why, ENXIO, "this machine has %u CPUs, the image"
			      " is for one with %u", (unsigned int)n,
			      image->tables->cpus.count);
	/* The machine's are all different: as many, and each is there. */
	for (size_t i = 0; i < n; i++) {
		if (!find_cpu(image, hwids[i]))
			return refuse(why, ENXIO, "CPU 0x%llx of this machine is"
				      " none of the image's", (llu)hwids[i]);
		n_root += image_is_root_cpu(image, hwids[i]);
	}
	return n_root ? 0 : refuse(why, ENXIO, "the root cell has no CPU");
}
