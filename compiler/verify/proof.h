/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * proof.h - what the files of verify/ share.
 *
 * The steps come in the order in which they trust each other: the container,
 * then where lists are, then what rows say, then who owns what by the rows,
 * then that page tables give exactly what the rows say. Includes verify/verify,
 * target/decode.
 */
#ifndef VERIFY_PROOF_H
#define VERIFY_PROOF_H

#include "target/decode.h"
#include "verify/verify.h"

/* Half-open, not empty, not wrapping. */
struct extent { uint64_t base, size; };

/* One cell's rows. */
struct cell_view {
	const char *who;		/* "cell 'linux'" */
	const struct hv_cell *row;
	const struct hv_region *regions;
	const struct hv_mmio *mmio;
	const uint16_t *mmio_slots;
	const struct hv_copy *copies;
	const uint32_t *lines;
	const struct hv_segment *tree;	/* NULL: none */
	uint32_t window_switch;		/* of this cell's RAM, or HV_NONE */
};

/* Something that has physical addresses. */
enum owner_kind { OWNER_HYPERVISOR, OWNER_CONTROLLER, OWNER_CONSOLE, OWNER_CHANNEL,
		  OWNER_VIRTIO, OWNER_RAM, OWNER_DEVICE };

struct owner {
	struct extent pa;
	enum owner_kind kind;
	uint32_t cell;			/* RAM, device */
	uint32_t row;			/* channel; virtio device; region of the
					 * cell */
};

struct proof {
	struct arena *arena;
	FILE *report;
	struct verified found;
	const uint8_t *bytes;
	uint64_t size;
	const struct hv_image_head *image;
	const struct hv_head *head;
	const struct decoder *decoder;
	struct table_rows *arch;
	struct decode_board board;
	uint64_t tables_size;
	uint8_t *is_seen;		/* by byte of the tables */

	const struct hv_cpu *cpus;
	const struct hv_ram *ram;
	const struct hv_channel *channels;
	const struct hv_end *ends;
	const struct hv_virtio *virtios;
	const struct hv_view **views;	/* by virtio device */
	uint32_t *pool_of;		/* by channel: the cell whose bounce
					 * memory it is, or HV_NONE */
	const struct hv_switch *switches;
	const uint64_t *pool;
	struct cell_view *cells;
	uint32_t *end_switch;		/* by end: HV_SWITCH_SHARED, or HV_NONE */

	struct owner *owners;		/* by rising address */
	size_t n_owners;
	struct runs el2;		/* what the hypervisor reaches */
	uint64_t rodata_end;		/* file offset: text and constants */
	uint64_t switched_end;		/* pa: page tables that it can write */
};

/* Tells one difference; after many only counts. */
void proof_differ(struct proof *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The same where it is not so; returns whether it is. */
bool proof_claim(struct proof *p, bool is_so, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

bool extent_is(uint64_t base, uint64_t size, uint64_t align);
uint64_t extent_last(struct extent e);
bool extent_overlap(struct extent a, struct extent b);
bool extent_contains(struct extent outer, struct extent inner);
struct extent extent_pages(struct extent e);
bool is_zero(const uint8_t *bytes, uint64_t size);
const char *extent_text(struct arena *a, struct extent e);
/* A name that fills its field as the ABI says. */
bool name_is_whole(const char name[HV_NAME_SIZE]);
/* Each row of a list has a name of its own. Sorts the list. */
struct named { const char *name, *who; };
void proof_names(struct proof *p, struct named *list, uint32_t n,
		 const char *what);
/* All the hypervisor's memory. */
struct extent proof_hypervisor(const struct proof *p);
/* Part of it, behind what is loaded there. */
bool proof_is_working_memory(const struct proof *p, struct extent e);
/* By rising ipa, as proof_regions has found them to be. NULL: none. */
const struct hv_region *proof_region_at(const struct cell_view *c,
					uint64_t ipa);
/* The same as a physical address; false: it has nothing there. */
bool proof_translate(const struct cell_view *c, uint64_t ipa, uint64_t *pa);
/* The end that a cell has of a channel, or HV_NONE. */
uint32_t proof_end_of(const struct proof *p, uint32_t channel, uint32_t cell);
bool proof_has_line(const struct proof *p, const struct cell_view *c,
		    uint32_t line);
/* Of the owners by rising address, as proof_owners leaves them. NULL: none. */
const struct owner *proof_owner_at(const struct proof *p, uint64_t pa);
/* Memory that the cell in front has for its device alone: not all its own. */
bool proof_is_pool(const struct proof *p, uint32_t cell_i,
		   const struct hv_region *r);
/* All of it is RAM of that cell: runs that touch count as one. */
bool proof_is_ram(const struct proof *p, uint32_t cell_i, struct extent pa);

/* Whose memory or device that is, in words. */
const char *proof_owner_text(const struct proof *p, struct extent pa);

/* Each file's part; false: what follows cannot be looked at. */
bool proof_container(struct proof *p);
bool proof_lists(struct proof *p);
void proof_head(struct proof *p);
void proof_cells(struct proof *p);
void proof_regions(struct proof *p);
/* Of a cell whose rows of mmio are good: what finds them. */
void proof_slots(struct proof *p, const struct cell_view *c);
void proof_shared(struct proof *p);
/* Virtio devices, and what of the cell in front each backend sees. */
void proof_virtios(struct proof *p);
/* A cell's lines in its devicetree; its devices and their bounce memory. */
void proof_tree_lines(struct proof *p, uint32_t cell_i, const void *fdt);
void proof_tree_virtios(struct proof *p, uint32_t cell_i, const void *fdt);
/* Regions of kind VIEW, when owners are known. */
void proof_views(struct proof *p);
void proof_lines(struct proof *p);
void proof_owners(struct proof *p);
void proof_reach(struct proof *p);
void proof_hypervisor_reach(struct proof *p, const struct pool_view *pool);
void proof_segments(struct proof *p);
void proof_hashes(struct proof *p, const char *runtime_sha256_path);
void proof_trees(struct proof *p);

#endif
