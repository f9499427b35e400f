/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "image/hash.h"
#include "image/image.h"
#include "image/link.h"
#include "image/loader.h"
#include "image/output.h"
#include "image/segments.h"
#include "target/target.h"

/* Everything that has to be given back, whatever happens. */
struct building {
	struct arena *arena;
	const struct layout *layout;
	const struct image_parts *parts;
	struct diag *diag;
	struct linked linked;
	struct segments segments;
	struct output bin, elf, loader;
};

static struct hv_head *tables_of(const struct building *b)
{
	const struct hypervisor_layout *h = &b->layout->hypervisor;

	return (struct hv_head *)(void *)(b->linked.bytes +
					  (h->tables.base.u - h->all.base.u));
}

static struct hv_image_head *head_of(const struct building *b)
{
	return (struct hv_image_head *)(void *)b->linked.bytes;
}

/* Text and rodata lie side by side; from the one's start to the other's end. */
static struct hv_sha256 hash_runtime(const struct building *b)
{
	const struct hypervisor_layout *h = &b->layout->hypervisor;
	uint64_t from = h->text.base.u - h->all.base.u;
	uint64_t to = h->rodata.base.u + h->rodata.size - h->all.base.u;

	return hash_bytes(b->linked.bytes + from, (size_t)(to - from));
}

/* The tables with their identity still zero, then every segment's hash. */
static struct hv_sha256 identity_of(const struct building *b)
{
	struct hash h = hash_begin();

	hash_add(&h, tables_of(b), (size_t)b->layout->hypervisor.tables.size);
	for (size_t i = 1; i < b->segments.n_rows; i++)
		hash_add(&h, b->segments.rows[i].sha256.b,
			 sizeof(struct hv_sha256));
	return hash_end(&h);
}

static void fill_head(const struct building *b)
{
	const struct hypervisor_layout *h = &b->layout->hypervisor;
	const struct segments *s = &b->segments;
	struct hv_image_head *head = head_of(b);

	b->layout->model->target->finish_image_head(head->boot_header,
						    s->file_size);
	head->magic = HV_IMAGE_MAGIC;
	head->abi_version = HV_ABI_VERSION;
	head->n_segments = (uint32_t)s->n_rows;
	head->file_size = s->file_size;
	head->tables_offset = h->tables.base.u - h->all.base.u;
	memset(&head->identity, 0, sizeof(head->identity));
	memcpy(head->segments, s->rows, s->n_rows * sizeof(s->rows[0]));
}

/*
 * The order matters: the tables hold the runtime's hash, the identity covers
 * the tables, the trees hold the identity, the rows hold the trees' hashes,
 * and the runtime's row covers the rows but leaves both identities out.
 */
static void seal(struct building *b)
{
	struct hv_image_head *head = head_of(b);
	struct hv_head *tables = tables_of(b);

	memset(&tables->identity, 0, sizeof(tables->identity));
	tables->runtime = hash_runtime(b);

	struct hv_sha256 identity = identity_of(b);

	segments_identify(&b->segments, &identity);
	fill_head(b);
	head->segments[0].sha256 =
		hash_bytes(b->linked.bytes,
			   (size_t)b->layout->hypervisor.image_size);
	head->identity = identity;
	tables->identity = identity;
}

static bool write_files(struct building *b, const char **why)
{
	const struct image_parts *p = b->parts;

	return output_open(b->arena, p->bin_path, &b->bin, why) &&
	       output_open(b->arena, p->elf_path, &b->elf, why) &&
	       output_write(&b->elf, 0, b->linked.elf, b->linked.elf_size, why) &&
	       output_write(&b->bin, 0, b->linked.bytes,
			    (size_t)b->layout->hypervisor.image_size, why) &&
	       segments_write(b->arena, &b->segments, &b->bin, why);
}

/* The root cell's own program, of which there may be none. */
static bool write_loader(struct building *b, const char **why)
{
	const struct image_parts *p = b->parts;
	struct loader l;

	if (!p->loader_path)
		return true;
	if (!loader_make(b->arena, p->loader_program, b->layout, tables_of(b),
			 &b->segments, &l, why) ||
	    !output_open(b->arena, p->loader_path, &b->loader, why) ||
	    !output_write(&b->loader, 0, l.bytes, l.size, why))
		return false;
	output_make_program(&b->loader);
	diag_say(b->diag, "writing the root cell's program '%s', which knows"
		 " %u cells", p->loader_path, tables_of(b)->cells.count);
	if (l.n_trees_left_out)
		diag_say(b->diag, "it has no room for %zu devicetrees: `load`"
			 " of those cells needs --image", l.n_trees_left_out);
	return true;
}

static bool commit(struct building *b, const char **why)
{
	return output_commit(&b->elf, why) &&
	       (!b->parts->loader_path || output_commit(&b->loader, why)) &&
	       output_commit(&b->bin, why);
}

static size_t verify_unnamed(const struct building *b)
{
	struct image_parts parts = *b->parts;

	parts.bin_path = output_path(&b->bin);
	if (parts.loader_path)
		parts.loader_path = output_path(&b->loader);
	diag_say(b->diag, "verifying %ju bytes against the model",
		 (uintmax_t)b->segments.file_size);
	return image_verify(b->arena, b->layout, &parts, stderr);
}

/* *why stays NULL unless the environment failed. */
static enum exit_code build(struct building *b, const char **why)
{
	struct diag *d = b->diag;

	diag_say(d, "hashing payloads");
	if (!segments_plan(b->arena, b->layout, b->parts, &b->segments, why))
		return EXIT_ENVIRONMENT;
	diag_say(d, "compiling and linking the tables");
	if (!link_image(b->arena, b->layout, b->parts, diag_is_verbose(d),
			&b->linked, why))
		return EXIT_ENVIRONMENT;
	seal(b);
	diag_say(d, "writing %zu segments", b->segments.n_rows);
	if (!write_files(b, why) || !write_loader(b, why))
		return EXIT_ENVIRONMENT;
	if (verify_unnamed(b))
		return EXIT_MISMATCH;
	if (b->parts->identity)
		memcpy(b->parts->identity, head_of(b)->identity.b,
		       sizeof(head_of(b)->identity.b));
	if (b->parts->is_trial)
		return EXIT_DONE;
	return commit(b, why) ? EXIT_DONE : EXIT_ENVIRONMENT;
}

enum exit_code image_build(struct arena *a, const struct layout *l,
			   const struct image_parts *parts, struct diag *d)
{
	const char *why = NULL;
	struct building b = {
		.arena = a,
		.layout = l,
		.parts = parts,
		.diag = d,
		.bin = { .fd = -1 },
		.elf = { .fd = -1 },
		.loader = { .fd = -1 },
	};
	enum exit_code code = build(&b, &why);

	output_close(&b.bin);
	output_close(&b.elf);
	output_close(&b.loader);
	if (why)
		fatal("%s", why);
	return code;
}
