/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cell's devicetree names what the cell has: its memory and its CPUs, all of
 * them; its channels, its initrd, this image; and below the root no register and
 * no bridge's window that the cell does not reach or have trapped. Addresses
 * inside a device are the device's own, as only bridges translate any.
 */
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
#include "base/units.h"
#include "image/hash.h"
#include "verify/proof.h"

struct tree {
	struct proof *p;
	const struct cell_view *c;
	uint32_t cell_i;
	const void *fdt;
	uint32_t region_i;		/* first that no memory node had */
	bool has_cpus, is_ours;
};

static uint64_t number(const uint8_t *bytes, size_t size)
{
	uint64_t v = 0;

	for (size_t i = 0; i < size; i++)
		v = v << 8 | bytes[i];
	return v;
}

static const char *name_of(const struct tree *t, int node)
{
	return fdt_get_name(t->fdt, node, NULL);
}

static bool is_text(const struct tree *t, int node, const char *property,
		    const char *text)
{
	int size;
	const void *value = fdt_getprop(t->fdt, node, property, &size);

	return size == (int)strlen(text) + 1 &&
	       !memcmp(value, text, (size_t)size);
}

/*
 * The i-th pair of 64 bits each; false: it is no range. (To libfdt a property
 * that is not there has a negative size.)
 */
static bool pair_at(const uint8_t *reg, int i, struct extent *out)
{
	*out = (struct extent){ number(reg + 16 * i, 8),
				number(reg + 16 * i + 8, 8) };
	return extent_is(out->base, out->size, 1);
}

/* ---- memory -------------------------------------------------------------- */

/* Nothing but RAM may have these flags. */
static bool is_usable(const struct hv_region *r)
{
	return (r->flags & (HV_READ | HV_WRITE | HV_EXECUTE | HV_UNCACHED)) ==
	       (HV_READ | HV_WRITE | HV_EXECUTE);
}

/*
 * Bounce memory of a device is memory to a kernel too, or it could not reach it;
 * all of it is reserved: virtio_tree.c.
 */
static bool is_pool(const struct tree *t, const struct hv_region *r)
{
	return proof_is_pool(t->p, t->cell_i, r);
}

/* The next maximal run of RAM that a kernel may use for anything, or a pool. */
static bool next_run(struct tree *t, struct extent *out)
{
	uint32_t count = t->c->row->regions.count;
	const struct hv_region *r = t->c->regions;

	while (t->region_i < count && !is_usable(&r[t->region_i]) &&
	       !is_pool(t, &r[t->region_i]))
		t->region_i++;
	if (t->region_i == count)
		return false;
	*out = (struct extent){ r[t->region_i].ipa.u, r[t->region_i].size };
	if (is_pool(t, &r[t->region_i++]))
		return true;
	for (; t->region_i < count && is_usable(&r[t->region_i]) &&
	       r[t->region_i].ipa.u == out->base + out->size; t->region_i++)
		out->size += r[t->region_i].size;
	return true;
}

static void check_memory(struct tree *t, int node)
{
	int size = 0;
	const void *reg = fdt_getprop(t->fdt, node, "reg", &size);
	struct extent is = { 0, 0 }, should = { 0, 0 };
	bool is_pair = size == 16 && pair_at(reg, 0, &is);

	next_run(t, &should);
	proof_claim(t->p, is_pair && is.base == should.base &&
			  is.size == should.size,
		    "%s: the devicetree has memory 0x%" PRIx64 " of 0x%" PRIx64
		    " bytes, and the cell 0x%" PRIx64 " of 0x%" PRIx64
		    " bytes", t->c->who, is.base, is.size, should.base,
		    should.size);
}

/* ---- CPUs ---------------------------------------------------------------- */

static const struct hv_cpu *cpu_of(const struct tree *t, uint32_t index)
{
	const struct proof *p = t->p;

	for (uint32_t i = 0; i < p->head->cpus.count; i++)
		if (p->cpus[i].cell == t->cell_i && p->cpus[i].index == index)
			return &p->cpus[i];
	return NULL;
}

static void check_cpus(struct tree *t, int cpus)
{
	uint32_t n = 0;
	int node;

	t->has_cpus = true;
	fdt_for_each_subnode(node, t->fdt, cpus) {
		int size = 0;
		const uint8_t *reg;
		const struct hv_cpu *cpu;

		if (!is_text(t, node, "device_type", "cpu"))
			continue;
		reg = fdt_getprop(t->fdt, node, "reg", &size);
		cpu = cpu_of(t, n++);
		if (!proof_claim(t->p, cpu && (size == 4 || size == 8) &&
				       number(reg, (size_t)size) ==
				       cpu->virtual_hwid,
				 "%s: the devicetree has '%s', which is not CPU"
				 " %" PRIu32 " of the cell", t->c->who,
				 name_of(t, node), n - 1))
			return;
	}
	proof_claim(t->p, n == t->c->row->n_cpus, "%s: the devicetree has %"
		    PRIu32 " CPUs, and the cell %" PRIu32, t->c->who, n,
		    t->c->row->n_cpus);
}

/* ---- what is reached ----------------------------------------------------- */

static const struct hv_mmio *mmio_at(const struct cell_view *c, uint64_t ipa)
{
	size_t low = 0, high = c->row->mmio.count;

	while (low < high) {
		size_t i = low + (high - low) / 2;

		if (ipa < c->mmio[i].base.u)
			high = i;
		else if (ipa - c->mmio[i].base.u >= c->mmio[i].size)
			low = i + 1;
		else
			return &c->mmio[i];
	}
	return NULL;
}

/* Every byte of it is a device's, or trapped. */
static bool is_reached(const struct cell_view *c, struct extent e)
{
	uint64_t last = extent_last(e);

	for (;;) {
		const struct hv_region *r = proof_region_at(c, e.base);
		const struct hv_mmio *m = mmio_at(c, e.base);
		uint64_t end;

		if (r && r->kind == HV_REGION_DEVICE)
			end = r->ipa.u + (r->size - 1);
		else if (m)
			end = m->base.u + (m->size - 1);
		else
			return false;
		if (end >= last)
			return true;
		e.base = end + 1;
	}
}

static void check_registers(struct tree *t, int node)
{
	int size = 0;
	const uint8_t *reg = fdt_getprop(t->fdt, node, "reg", &size);
	struct extent e;

	if (!reg)
		return;
	if (!proof_claim(t->p, size % 16 == 0, "%s: the devicetree has '%s'"
			 " with a reg of %d bytes", t->c->who,
			 name_of(t, node), size))
		return;
	for (int i = 0; i < size / 16; i++)
		if (!proof_claim(t->p, pair_at(reg, i, &e) &&
				       is_reached(t->c, e),
				 "%s: the devicetree has '%s' with registers"
				 " that the cell does not reach", t->c->who,
				 name_of(t, node)))
			return;
}

/* Of a bridge: an address behind it, the cell's for it, and a size. */
static void check_windows(struct tree *t, int node)
{
	enum { ROW = 28, BASE = 12, SIZE = 20 };
	int size = 0, at = 0;
	const uint8_t *ranges = fdt_getprop(t->fdt, node, "ranges", &size);
	bool is_good = fdt_address_cells(t->fdt, node) == 3 &&
		       fdt_size_cells(t->fdt, node) == 2;

	if (!ranges)
		return;
	for (; is_good && at + ROW <= size; at += ROW) {
		struct extent e = { number(ranges + at + BASE, 8),
				    number(ranges + at + SIZE, 8) };

		is_good = extent_is(e.base, e.size, 1) && is_reached(t->c, e);
	}
	proof_claim(t->p, is_good && at == size, "%s: the devicetree has '%s'"
		    " with windows that the cell does not reach", t->c->who,
		    name_of(t, node));
}

static void check_device(struct tree *t, int node)
{
	check_registers(t, node);
	check_windows(t, node);
}

/* ---- what is shared ------------------------------------------------------ */

static void check_reserved(struct tree *t, int parent)
{
	int node;

	fdt_for_each_subnode(node, t->fdt, parent) {
		int size = 0;
		const void *reg = fdt_getprop(t->fdt, node, "reg", &size);
		struct extent e = { 0, 0 };
		const struct hv_region *r;

		if (!reg)
			continue;
		r = size == 16 && pair_at(reg, 0, &e) ?
			proof_region_at(t->c, e.base) : NULL;
		proof_claim(t->p, r && r->kind == HV_REGION_CHANNEL &&
				  r->ipa.u == e.base && r->size == e.size,
			    "%s: the devicetree reserves '%s', which is no"
			    " channel of the cell", t->c->who,
			    name_of(t, node));
	}
}

static bool is_payload(const struct tree *t, struct extent e)
{
	const struct proof *p = t->p;
	uint64_t pa = 0;

	if (!proof_translate(t->c, e.base, &pa))
		return false;
	for (uint32_t i = 1; i < p->image->n_segments; i++) {
		const struct hv_segment *s = &p->image->segments[i];

		if (s->kind == HV_SEGMENT_PAYLOAD &&
		    s->destination.u == pa && s->size == e.size)
			return true;
	}
	return false;
}

static void check_chosen(struct tree *t, int node)
{
	int size = 0, end_size = 0;
	const uint8_t *start = fdt_getprop(t->fdt, node, "linux,initrd-start",
					   &size);
	const uint8_t *end = fdt_getprop(t->fdt, node, "linux,initrd-end",
					 &end_size);

	if (!start && !end)
		return;
	proof_claim(t->p, size == 8 && end_size == 8 &&
			  is_payload(t, (struct extent){ number(start, 8),
				number(end, 8) - number(start, 8) }),
		    "%s: the devicetree has an initrd where no payload of the"
		    " cell is", t->c->who);
}

static void check_hypervisor(struct tree *t, int node)
{
	int size = 0;
	const void *identity = fdt_getprop(t->fdt, node, "identity", &size);

	t->is_ours = size == (int)sizeof(struct hv_sha256) &&
		     !memcmp(identity, t->p->head->identity.b, (size_t)size) &&
		     is_text(t, node, "cell", t->c->row->name);
}

/* ---- the tree ------------------------------------------------------------ */

static void check_node(struct tree *t, int node)
{
	const char *name = name_of(t, node);

	if (!strcmp(name, "cpus"))
		check_cpus(t, node);
	else if (!strcmp(name, "chosen"))
		check_chosen(t, node);
	else if (!strcmp(name, "reserved-memory"))
		check_reserved(t, node);
	else if (!strcmp(name, "hypervisor"))
		check_hypervisor(t, node);
	else if (is_text(t, node, "device_type", "memory"))
		check_memory(t, node);
	else
		check_device(t, node);
}

static void check_tree(struct proof *p, uint32_t cell_i)
{
	const struct cell_view *c = &p->cells[cell_i];
	struct tree t = { .p = p, .c = c, .cell_i = cell_i,
			  .fdt = p->bytes + c->tree->offset };
	struct extent more = { 0, 0 };
	int node;

	if (!proof_claim(p, c->tree->size <= INT_MAX &&
			    !fdt_check_full(t.fdt, (size_t)c->tree->size),
			 "%s: its devicetree cannot be read", c->who))
		return;
	proof_claim(p, is_zero((const uint8_t *)t.fdt + fdt_totalsize(t.fdt),
			       c->tree->size - fdt_totalsize(t.fdt)),
		    "%s: there are bytes behind its devicetree", c->who);
	proof_claim(p, fdt_address_cells(t.fdt, 0) == 2 &&
		       fdt_size_cells(t.fdt, 0) == 2 &&
		       !fdt_num_mem_rsv(t.fdt),
		    "%s: its devicetree has other numbers of cells, or"
		    " reserves memory by itself", c->who);
	fdt_for_each_subnode(node, t.fdt, 0)
		check_node(&t, node);
	proof_claim(p, !next_run(&t, &more), "%s: its devicetree"
		    " lacks the memory at 0x%" PRIx64, c->who, more.base);
	proof_tree_lines(p, cell_i, t.fdt);
	proof_tree_virtios(p, cell_i, t.fdt);
	proof_claim(p, t.has_cpus, "%s: its devicetree has no CPUs", c->who);
	proof_claim(p, t.is_ours, "%s: its devicetree is of another image or"
		    " cell", c->who);
}

void proof_trees(struct proof *p)
{
	for (uint32_t i = 0; i < p->head->cells.count; i++)
		if (p->cells[i].tree)
			check_tree(p, i);
}
