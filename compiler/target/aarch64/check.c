/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - what the architecture and the GIC can do at most.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "check/check.h"
#include "check/facts.h"
#include "hv_abi_aarch64.h"
#include "place/pages.h"
#include "target/aarch64/aarch64.h"

/* ICC_SGI1R_EL1.TargetList has a bit for each Aff0 of 0..15; the runtime does
 * not use the range selector. (GIC IHI 0069H.b, 12.2.18) */
#define AFF0_MAX 15

/* One frame. (GIC IHI 0069H 12.8) */
#define DISTRIBUTOR_SIZE UINT64_C(0x10000)

static void report_high(const struct facts *f, const struct rule *r,
			struct diag *d, const char *name, uint64_t last,
			struct span at)
{
	const struct board *b = f->model->board;

	if (!(last >> b->address_bits))
		return;
	diag_error(d, r, at, "'%s' ends at 0x%" PRIx64 ", and addresses have"
		   " %" PRIu32 " bits", name, last, b->address_bits);
	if (b->is_address_bits_assumed)
		diag_help(d, "that is assumed: write 'board { address bits N;"
			  " }' if the CPUs have more");
}

static void high_controller(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	const struct interrupt_controller *c = &f->model->board->controller;

	if (!c->is_present)
		return;
	report_high(f, r, d, "distributor", pa_last(c->distributor).u, c->at);
	for (size_t i = 0; i < c->n_redistributors; i++)
		report_high(f, r, d, "redistributors",
			    pa_last(c->redistributors[i]).u, c->at);
}

/* Registers that neither a cell nor the hypervisor has lie where they want. */
static void pa_too_high(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	const struct board *b = f->model->board;
	const struct hypervisor *h = &f->model->hypervisor;

	for (size_t i = 0; i < b->n_memory; i++)
		report_high(f, r, d, b->memory[i].name,
			    pa_last(b->memory[i].range).u, b->memory[i].at);
	high_controller(f, r, d);
	if (h->console_device && h->console_device->n_regs)
		report_high(f, r, d, h->console_device->path,
			    pa_last(h->console_device->regs[0].range).u,
			    h->console_at);
	for (size_t i = 0; i < f->n_pages; i++)
		if (f->pages[i].grant)
			report_high(f, r, d, f->pages[i].device->path,
				    pa_last(f->pages[i].pages).u,
				    f->pages[i].grant->at);
}

/* A region at its own address is where the board has memory, or refused. */
static void ipa_too_high(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	for (size_t i = 0; i < f->n_views; i++) {
		const struct view *v = &f->views[i];

		if (!v->is_identity)
			report_high(f, r, d, v->name, ipa_last(v->range).u,
				    v->at);
	}
}

/* ---- the interrupt controller ------------------------------------------- */

static void gic_frames(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	const struct board *b = f->model->board;
	const struct interrupt_controller *c = &b->controller;
	uint64_t n = 0;

	if (!c->is_present)
		return;
	if (c->distributor.size < DISTRIBUTOR_SIZE)
		diag_error(d, r, c->at, "the GIC's distributor at 0x%" PRIx64
			   "..0x%" PRIx64 " is smaller than 64 KiB",
			   c->distributor.base.u, pa_last(c->distributor).u);
	for (size_t i = 0; i < c->n_redistributors; i++)
		n += c->redistributors[i].size / c->redistributor_stride;
	if (n < b->n_cpus)
		diag_error(d, r, c->at, "the board has %zu CPUs, and the GIC's"
			   " redistributors have frames for %" PRIu64,
			   b->n_cpus, n);
}

/* What the hypervisor maps beside each other, or traps. */
struct frame { const char *name; struct pa_range range; struct span at; };

struct frames { struct frame *list; size_t n, n_controller; };

static void frame_add(const struct facts *f, struct frames *to,
		      const char *name, struct pa_range range, struct span at)
{
	to->list = arena_grow(f->arena, to->list, to->n, sizeof(*to->list));
	to->list[to->n++] = (struct frame){ name, range, at };
}

/* The controller's, then memory and the hypervisor's console. */
static struct frames find_frames(const struct facts *f)
{
	const struct board *b = f->model->board;
	const struct interrupt_controller *c = &b->controller;
	const struct hypervisor *h = &f->model->hypervisor;
	const struct device *uart = h->console_device;
	struct frames to = { 0 };

	if (!c->is_present)
		return to;
	frame_add(f, &to, "distributor", c->distributor, c->at);
	for (size_t i = 0; i < c->n_redistributors; i++)
		frame_add(f, &to, "redistributors", c->redistributors[i],
			  c->at);
	to.n_controller = to.n;
	for (size_t i = 0; i < b->n_memory; i++)
		frame_add(f, &to, b->memory[i].name, b->memory[i].range,
			  b->memory[i].at);
	for (size_t i = 0; uart && i < uart->n_regs; i++)
		frame_add(f, &to, uart->path, pages_around(uart->regs[i].range),
			  h->console_at);
	return to;
}

static void report_frames(const struct rule *r, struct diag *d,
			  const struct frame *one, const struct frame *two)
{
	diag_error(d, r, two->at, "'%s' at 0x%" PRIx64 "..0x%" PRIx64
		   " and '%s' at 0x%" PRIx64 "..0x%" PRIx64 " overlap",
		   two->name, two->range.base.u, pa_last(two->range).u,
		   one->name, one->range.base.u, pa_last(one->range).u);
	if (one->at.begin != two->at.begin)
		diag_note(d, one->at, "'%s' is here", one->name);
}

/*
 * The frames are trapped in every cell and mapped as a device for the
 * hypervisor: what else is there would be one of both.
 */
static void gic_apart(const struct facts *f, const struct rule *r,
		      struct diag *d)
{
	struct frames all = find_frames(f);
	struct sweep_item *items = arena_array(f->arena, all.n, sizeof(*items));
	struct sweep_pairs pairs;

	for (size_t i = 0; i < all.n; i++) {
		const struct frame *v = &all.list[i];
		bool is_controller = i < all.n_controller;

		if (is_controller && (!is_aligned(v->range.base.u, GRANULE) ||
				      !is_aligned(v->range.size, GRANULE)))
			diag_error(d, r, v->at, "'%s' at 0x%" PRIx64 "..0x%"
				   PRIx64 " is no run of whole 4 KiB pages",
				   v->name, v->range.base.u,
				   pa_last(v->range).u);
		items[i] = (struct sweep_item){
			v->range.base.u, pa_last(v->range).u,
			is_controller ? 1 + (uint32_t)i : 0,
		};
	}
	pairs = sweep(f->arena, items, all.n);
	/* First: of so many errors the last are only counted. */
	if (pairs.is_cut)
		diag_error(d, r, f->model->board->controller.at, "so many ranges"
			   " overlap that not all were compared");
	for (size_t i = 0; i < pairs.n; i++)
		report_frames(r, d, &all.list[pairs.pairs[i].a],
			      &all.list[pairs.pairs[i].b]);
}

/* ---- CPUs --------------------------------------------------------------- */

static void cpu_too_many(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	const struct board *b = f->model->board;

	if (b->n_cpus > HV_MAX_CPUS)
		diag_error(d, r, b->cpus[HV_MAX_CPUS].at, "the board has %zu"
			   " CPUs, and the runtime holds %u", b->n_cpus,
			   HV_MAX_CPUS);
}

/* Aff3 39:32, Aff2 23:16, Aff1 15:8, Aff0 7:0. (DDI 0487, MPIDR_EL1) */
#define AFFINITY UINT64_C(0xff00ffffff)

/* The runtime compares these bits alone, and would never find such a CPU. */
static void cpu_id(const struct facts *f, const struct rule *r,
		   struct diag *d)
{
	const struct board *b = f->model->board;

	for (size_t i = 0; i < b->n_cpus; i++)
		if (b->cpus[i].hwid & ~AFFINITY)
			diag_error(d, r, b->cpus[i].at, "CPU %zu has the id"
				   " 0x%" PRIx64 ", which has bits beside its"
				   " affinity, 0x%" PRIx64, i, b->cpus[i].hwid,
				   AFFINITY);
}

static void cpu_virtual_id(const struct facts *f, const struct rule *r,
			   struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		if (!c->has_virtual_ids || !c->n_cpus ||
		    c->first_virtual_id + (uint64_t)c->n_cpus <= AFF0_MAX + 1)
			continue;
		diag_error(d, r, c->cpus[0].at, "'%s' would have CPUs up to"
			   " %" PRIu64 ", and an SGI reaches 0..%d", c->name,
			   c->first_virtual_id + (uint64_t)c->n_cpus - 1,
			   AFF0_MAX);
	}
}

/* Who has a CPU of the board: the first, where several claim it. */
struct taken { const struct cell *cell; const struct cell_cpu *cpu; };

static struct taken *taken_cpus(const struct facts *f)
{
	const struct model *m = f->model;
	struct taken *list = arena_array(f->arena, m->board->n_cpus,
					 sizeof(*list));

	for (size_t i = m->n_cells; i > 0; i--) {
		const struct cell *c = &m->cells[i - 1];

		for (size_t k = 0; k < c->n_cpus; k++)
			if (c->cpus[k].index < m->board->n_cpus)
				list[c->cpus[k].index] =
					(struct taken){ c, &c->cpus[k] };
	}
	return list;
}

/* Aff0 counts inside a cluster, or inside a core where Aff1 counts cores. */
static bool is_one_cluster(const struct board *b, const struct cell_cpu *one,
			   const struct cell_cpu *two)
{
	return b->cpus[one->index].hwid >> 8 == b->cpus[two->index].hwid >> 8;
}

static void cluster_split(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	const struct board *b = f->model->board;
	const struct taken *list = taken_cpus(f), *one = NULL;

	for (size_t i = 0; i < b->n_cpus; i++) {
		const struct taken *two = &list[i];

		if (!two->cell)
			continue;
		if (one && one->cell != two->cell &&
		    is_one_cluster(b, one->cpu, two->cpu)) {
			diag_remark(d, r, two->cpu->at, "'%s' and '%s' have"
				    " CPUs of one cluster: they share its"
				    " cache", two->cell->name,
				    one->cell->name);
			diag_note(d, one->cpu->at, "'%s' has CPU %" PRIu32
				  " here", one->cell->name, one->cpu->index);
		}
		one = two;
	}
}

/* By cell. */
static const bool *isolated_cells(const struct facts *f)
{
	bool *list = arena_array(f->arena, f->model->n_cells, sizeof(*list));

	for (size_t i = 0; i < f->model->n_policies; i++)
		if (f->model->policies[i].kind == POLICY_ISOLATE)
			list[f->model->policies[i].a->index] = true;
	return list;
}

/* A shared cache tells in time what no data path tells. */
static void cluster_isolated(const struct facts *f, const struct rule *r,
			     struct diag *d)
{
	const struct board *b = f->model->board;
	const struct taken *list = taken_cpus(f), *one = NULL;
	const bool *is_isolated = isolated_cells(f);

	for (size_t i = 0; i < b->n_cpus; i++) {
		const struct taken *two = &list[i];

		if (!two->cell)
			continue;
		if (one && one->cell != two->cell &&
		    is_one_cluster(b, one->cpu, two->cpu) &&
		    (is_isolated[one->cell->index] ||
		     is_isolated[two->cell->index])) {
			diag_remark(d, r, two->cpu->at, "'%s' is isolated, and"
				    " has a CPU in a cluster with one of '%s':"
				    " timing is not isolated",
				    is_isolated[one->cell->index] ?
				    one->cell->name : two->cell->name,
				    is_isolated[one->cell->index] ?
				    two->cell->name : one->cell->name);
			diag_note(d, one->cpu->at, "'%s' has CPU %" PRIu32
				  " here", one->cell->name, one->cpu->index);
		}
		one = two;
	}
}

/* A64 instructions are words. (DDI 0487 C1.1) */
static void entry_alignment(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct boot *b = &f->model->cells[i].boot;

		if (b->entry.u % 4)
			diag_error(d, r, b->at_entry, "'%s' would start at 0x%"
				   PRIx64 ", not a multiple of 4",
				   f->model->cells[i].name, b->entry.u);
	}
}

static const struct check checks[] = {
	{ .rule = { "pa-too-high", "memory and devices are where the CPUs'"
	    " addresses reach" }, .run = pa_too_high },
	{ .rule = { "ipa-too-high", "what a cell sees is where its addresses"
	    " reach" }, .run = ipa_too_high },
	{ .rule = { "gic-frames", "the GIC has a distributor, and a"
	    " redistributor for each CPU" },
	  .run = gic_frames },
	{ .rule = { "gic-apart", "the GIC's frames are whole pages that nothing"
	    " else has" }, .run = gic_apart },
	{ .rule = { "cpu-too-many", "the board has no more CPUs than the"
	    " runtime holds" }, .run = cpu_too_many },
	{ .rule = { "cpu-id", "the id of a CPU is its affinity" },
	  .run = cpu_id },
	{ .rule = { "cpu-virtual-id", "the ids of a cell's CPUs are within"
	    " reach of an SGI" }, .run = cpu_virtual_id },
	{ .rule = { "cluster-split", "the CPUs of a cluster are in one cell" },
	  .run = cluster_split, .kind = CHECK_NOTE },
	{ .rule = { "cluster-isolated", "a cluster of CPUs that an isolated"
	    " cell is in is its own" }, .run = cluster_isolated,
	  .kind = CHECK_NOTE },
	{ .rule = { "entry-alignment", "a cell starts at a multiple of 4" },
	  .run = entry_alignment },
};

static const struct check_family family = {
	"aarch64", checks, ARRAY_SIZE(checks),
};

const struct check_family *const aarch64_families[AARCH64_N_FAMILIES] = {
	&family,
};
