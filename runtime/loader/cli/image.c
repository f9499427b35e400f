/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/image.h"

#include <inttypes.h>

#include "cli/file.h"
#include "cli/say.h"

static bool is_inside(const struct image *image, uint64_t offset, uint64_t size)
{
	return offset <= image->size && size <= image->size - offset;
}

/* Of the tables' own bytes; rows are at multiples of 8. */
static bool is_list_inside(const struct hv_head *t, struct hv_list list,
			   size_t row_size)
{
	return !(list.offset % 8) && list.offset <= t->total_size &&
	       list.count <= (t->total_size - list.offset) / row_size;
}

static const void *rows(const struct image *image, struct hv_list list)
{
	return (const char *)image->tables + list.offset;
}

static const struct hv_cell *cell_row(const struct image *image, uint32_t i)
{
	return (const struct hv_cell *)rows(image, image->tables->cells) + i;
}

static void refuse(const struct image *image, const char *why)
{
	fail(EXIT_ENVIRONMENT, "'%s' %s", image->path, why);
}

static void check_head(const struct image *image)
{
	const struct hv_image_head *head = image->head;

	if (image->size < HV_IMAGE_HEAD_SIZE || head->magic != HV_IMAGE_MAGIC)
		refuse(image, "is no image of a hypervisor");
	if (head->abi_version != HV_ABI_VERSION)
		fail(EXIT_REFUSED, "'%s' has ABI %u, and this program ABI %u:"
		     " use the hvisor.loader that hvcc wrote beside it",
		     image->path, head->abi_version, HV_ABI_VERSION);
	if (head->file_size != image->size)
		fail(EXIT_ENVIRONMENT, "'%s' has 0x%zx bytes, and says that it"
		     " has 0x%" PRIx64 ": it is truncated, or something was"
		     " added", image->path, image->size, head->file_size);
	if (!head->n_segments || head->n_segments > HV_MAX_SEGMENTS - 1)
		refuse(image, "has a segment table that is not sound");
	for (uint32_t i = 0; i < head->n_segments; i++)
		if (!is_inside(image, head->segments[i].offset,
			       head->segments[i].size))
			refuse(image, "has a segment that lies outside of it");
}

static void check_tables(struct image *image)
{
	uint64_t offset = image->head->tables_offset;

	if (offset % 8 || !is_inside(image, offset, sizeof(struct hv_head)))
		refuse(image, "has no tables");
	image->tables = (const void *)(image->bytes + offset);

	const struct hv_head *t = image->tables;

	if (t->magic != HV_MAGIC || t->abi_version != HV_ABI_VERSION ||
	    !is_inside(image, offset, t->total_size) ||
	    !is_list_inside(t, t->cells, sizeof(struct hv_cell)))
		refuse(image, "has tables that are not sound");
	for (uint32_t i = 0; i < t->cells.count; i++)
		if (!is_list_inside(t, cell_row(image, i)->regions,
				    sizeof(struct hv_region)))
			refuse(image, "has tables that are not sound");
}

void image_open(struct image *image, const char *path)
{
	struct file file;

	file_open(&file, path);
	*image = (struct image){
		.path = path, .bytes = file.bytes, .size = file.size,
		.head = (const void *)file.bytes,
	};
	check_head(image);
	check_tables(image);
}

bool image_find_ipa(const struct image *image, uint32_t cell_i, uint64_t pa,
		    uint64_t size, uint64_t *ipa)
{
	if (cell_i >= image->tables->cells.count)
		return false;

	const struct hv_cell *c = cell_row(image, cell_i);
	const struct hv_region *r = rows(image, c->regions);

	for (uint32_t i = 0; i < c->regions.count; i++) {
		uint64_t in = pa - r[i].pa.u;

		if (r[i].kind != HV_REGION_RAM || pa < r[i].pa.u ||
		    in >= r[i].size || size > r[i].size - in)
			continue;
		*ipa = r[i].ipa.u + in;
		return true;
	}
	return false;
}
