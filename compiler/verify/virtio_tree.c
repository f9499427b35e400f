/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio devices in the devicetree of the cell in front: a node for each, with
 * the window, the line and the bounce memory that its row has; and all of that
 * memory is kept for it. What else a node says a kernel may be told otherwise.
 * A node that is not there, a negative number, has no properties to libfdt.
 */
#include <inttypes.h>
#include <string.h>

#include <libfdt.h>

#include "verify/proof.h"

/* ---- bounce memory ------------------------------------------------------- */

static bool has_reg(const void *fdt, int node, uint64_t base, uint64_t size)
{
	int n;
	const fdt64_t *reg = fdt_getprop(fdt, node, "reg", &n);

	return n == 16 && fdt64_ld(&reg[0]) == base &&
	       fdt64_ld(&reg[1]) == size;
}

/* Linux gives pages of it to nobody but the device that names it. */
static bool is_kept(const void *fdt, int node)
{
	static const char pool[] = "restricted-dma-pool";
	int size;
	const char *kind = fdt_getprop(fdt, node, "compatible", &size);

	return size == (int)sizeof(pool) && !memcmp(kind, pool, sizeof(pool)) &&
	       !fdt_getprop(fdt, node, "reusable", NULL) &&
	       !fdt_getprop(fdt, node, "status", NULL);
}

/* The only node directly below that has this range, or negative. */
static int find_only(const void *fdt, int parent, uint64_t base, uint64_t size)
{
	int found = -FDT_ERR_NOTFOUND, node, n = 0;

	fdt_for_each_subnode(node, fdt, parent)
		if (has_reg(fdt, node, base, size)) {
			found = node;
			n++;
		}
	return n == 1 ? found : -FDT_ERR_NOTFOUND;
}

static int find_reserved(const void *fdt, uint64_t base, uint64_t size)
{
	int parent = fdt_subnode_offset(fdt, 0, "reserved-memory");

	return parent < 0 ? parent : find_only(fdt, parent, base, size);
}

static void check_pools(struct proof *p, uint32_t cell_i, const void *fdt)
{
	const struct cell_view *c = &p->cells[cell_i];

	for (uint32_t i = 0; i < c->row->regions.count; i++)
		proof_claim(p, !proof_is_pool(p, cell_i, &c->regions[i]) ||
			       is_kept(fdt, find_reserved(fdt,
					c->regions[i].ipa.u,
					c->regions[i].size)),
			    "%s: the devicetree does not keep the bounce memory"
			    " at 0x%" PRIx64 " for its device", c->who,
			    c->regions[i].ipa.u);
}

/* ---- devices ------------------------------------------------------------- */

static bool has_name(const void *fdt, int node, const struct hv_virtio *v)
{
	int size;
	const char *name = fdt_getprop(fdt, node, "hvcc,name", &size);

	return size == (int)strlen(v->name) + 1 &&
	       !memcmp(name, v->name, (size_t)size);
}

static bool has_line(const struct proof *p, const void *fdt, int node,
		     const struct hv_virtio *v)
{
	uint32_t n_cells = p->decoder->line_cells, cells[4], line;
	int size;
	const fdt32_t *value = fdt_getprop(fdt, node, "interrupts", &size);

	if (size != (int)n_cells * 4)
		return false;
	for (uint32_t i = 0; i < n_cells; i++)
		cells[i] = fdt32_ld(&value[i]);
	return p->decoder->shared_line(cells, &line) && line == v->front_line;
}

/* Its driver takes buffers from the pool that it names, or from anywhere. */
static bool has_memory(const void *fdt, int node, const struct hv_virtio *v,
		       const struct hv_view *view)
{
	int size;
	const fdt32_t *pool = fdt_getprop(fdt, node, "memory-region", &size);
	int reserved = find_reserved(fdt, view->front.u, view->size);

	if (!(v->flags & HV_VIRTIO_BOUNCE))
		return !pool;
	return size == 4 &&
	       fdt_node_offset_by_phandle(fdt, fdt32_ld(pool)) == reserved;
}

static void check_device(struct proof *p, uint32_t i, const void *fdt)
{
	const struct hv_virtio *v = &p->virtios[i];
	const char *who = p->cells[v->front].who;
	int node = find_only(fdt, 0, v->window.u, HV_VIRTIO_SIZE);

	if (!proof_claim(p, has_name(fdt, node, v), "%s: the devicetree does"
			 " not have virtio '%s' at 0x%" PRIx64 " once", who,
			 v->name, v->window.u))
		return;
	proof_claim(p, has_line(p, fdt, node, v), "%s: the devicetree gives"
		    " virtio '%s' another line than %" PRIu32, who, v->name,
		    v->front_line);
	proof_claim(p, has_memory(fdt, node, v, p->views[i]), "%s: the"
		    " devicetree gives virtio '%s' other memory than its own",
		    who, v->name);
}

void proof_tree_virtios(struct proof *p, uint32_t cell_i, const void *fdt)
{
	check_pools(p, cell_i, fdt);
	for (uint32_t i = 0; i < p->head->virtios.count; i++)
		if (p->virtios[i].front == cell_i)
			check_device(p, i, fdt);
}
