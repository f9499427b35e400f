/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The head, the CPUs and the cells' own rows: what each says by itself and
 * beside its peers. Every CPU has one owner.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/units.h"
#include "verify/proof.h"

/* ---- head ---------------------------------------------------------------- */

static bool check_memory(struct proof *p)
{
	const struct hv_head *h = p->head;

	return proof_claim(p, h->image_size == p->image->segments[0].size,
			   "head: image_size is 0x%" PRIx64 ", not 0x%" PRIx64,
			   h->image_size, p->image->segments[0].size) &&
	       proof_claim(p, extent_is(h->base.u, h->memory_size, GRANULE) &&
			      h->memory_size > h->image_size,
			   "head: the hypervisor's memory is 0x%" PRIx64
			   " bytes at 0x%" PRIx64, h->memory_size, h->base.u) &&
	       proof_claim(p, p->image->segments[0].destination.u == h->base.u,
			   "head: base is 0x%" PRIx64 ", and the runtime goes to"
			   " 0x%" PRIx64, h->base.u,
			   p->image->segments[0].destination.u);
}

static void check_uart(struct proof *p)
{
	const struct hv_head *h = p->head;
	bool is_there = h->uart == HV_UART_PL011;

	proof_claim(p, h->uart <= HV_UART_PL011, "head: uart is %" PRIu32,
		    h->uart);
	proof_claim(p, is_there ? extent_is(h->uart_base.u, GRANULE, 4) :
				  !h->uart_base.u,
		    "head: uart_base is 0x%" PRIx64, h->uart_base.u);
	proof_claim(p, is_there ? h->uart_line >= p->board.first_shared &&
				  h->uart_line < p->board.n_lines :
				  h->uart_line == HV_NONE,
		    "head: uart_line is 0x%" PRIx32, h->uart_line);
	proof_claim(p, h->uart_cpu < h->cpus.count, "head: uart_cpu is %" PRIu32,
		    h->uart_cpu);
}

void proof_head(struct proof *p)
{
	const struct hv_head *h = p->head;
	struct extent log = { h->log_ring.u, HV_RING_SIZE };

	proof_claim(p, h->root_cell == HV_NONE || h->root_cell < h->cells.count,
		    "head: root_cell is %" PRIu32, h->root_cell);
	check_uart(p);
	if (check_memory(p))
		proof_claim(p, extent_is(log.base, log.size, GRANULE) &&
			       proof_is_working_memory(p, log),
			    "head: log_ring is 0x%" PRIx64, log.base);
}

/* ---- CPUs ---------------------------------------------------------------- */

static bool is_known(const struct proof *p, uint32_t cell)
{
	return cell < p->head->cells.count;
}

static void check_cpu(struct proof *p, uint32_t i)
{
	const struct hv_cpu *c = &p->cpus[i];
	struct extent area = { c->area.u, HV_CPU_AREA_SIZE };

	proof_claim(p, c->cell == HV_NONE || is_known(p, c->cell),
		    "cpu %" PRIu32 ": cell is %" PRIu32, i, c->cell);
	proof_claim(p, c->delivery <= HV_DELIVERY_DIRECT, "cpu %" PRIu32
		    ": delivery is %" PRIu32, i, c->delivery);
	proof_claim(p, c->cell != HV_NONE ||
		       c->delivery == HV_DELIVERY_VIRTUAL, "cpu %" PRIu32
		    ": it is no cell's, and has direct delivery", i);
	proof_claim(p, !c->zero, "cpu %" PRIu32 ": padding is 0x%" PRIx32, i,
		    c->zero);
	proof_claim(p, !((c->hwid | c->virtual_hwid) & ~p->decoder->hwid_bits),
		    "cpu %" PRIu32 ": hwid 0x%" PRIx64 " or virtual_hwid 0x%"
		    PRIx64 " is no id of a CPU", i, c->hwid, c->virtual_hwid);
	proof_claim(p, c->cell != HV_NONE ||
		       (!c->index && c->virtual_hwid == c->hwid),
		    "cpu %" PRIu32 ": it is no cell's, and has index %" PRIu32
		    " and virtual_hwid 0x%" PRIx64, i, c->index,
		    c->virtual_hwid);
	proof_claim(p, extent_is(area.base, area.size, GRANULE) &&
		       proof_is_working_memory(p, area),
		    "cpu %" PRIu32 ": area is 0x%" PRIx64, i, area.base);
	for (uint32_t k = 0; k < i; k++) {
		const struct hv_cpu *o = &p->cpus[k];

		proof_claim(p, o->hwid != c->hwid, "cpu %" PRIu32 ": hwid is"
			    " that of cpu %" PRIu32 " too: 0x%" PRIx64, i, k,
			    c->hwid);
		proof_claim(p, c->cell == HV_NONE || o->cell != c->cell ||
			       (o->virtual_hwid != c->virtual_hwid &&
				o->index != c->index),
			    "cpu %" PRIu32 ": virtual_hwid or index is that of"
			    " cpu %" PRIu32 " of the same cell", i, k);
		proof_claim(p, o->cell != c->cell || o->delivery == c->delivery,
			    "cpu %" PRIu32 ": delivery is another than that of"
			    " cpu %" PRIu32 " of the same cell", i, k);
	}
}

/* The mask, the counts and the CPUs' rows say the same. */
static void check_cpus_of(struct proof *p, uint32_t cell_i)
{
	const struct cell_view *c = &p->cells[cell_i];
	uint64_t mask = 0;
	uint32_t n = 0, boot = HV_NONE;

	for (uint32_t i = 0; i < p->head->cpus.count; i++) {
		if (p->cpus[i].cell != cell_i)
			continue;
		mask |= UINT64_C(1) << i;
		n++;
		if (!p->cpus[i].index)
			boot = i;
	}
	proof_claim(p, c->row->cpu_mask == mask, "%s: cpu_mask is 0x%" PRIx64
		    ", and the CPUs' rows say 0x%" PRIx64, c->who,
		    c->row->cpu_mask, mask);
	proof_claim(p, n && c->row->n_cpus == n, "%s: n_cpus is %" PRIu32
		    ", and it has %" PRIu32, c->who, c->row->n_cpus, n);
	proof_claim(p, c->row->boot_cpu == boot, "%s: boot_cpu is %" PRIu32
		    ", and index 0 has %" PRIu32, c->who, c->row->boot_cpu,
		    boot);
	for (uint32_t i = 0; i < p->head->cpus.count; i++)
		proof_claim(p, p->cpus[i].cell != cell_i ||
			       p->cpus[i].index < n,
			    "cpu %" PRIu32 ": index is %" PRIu32 " of %" PRIu32,
			    i, p->cpus[i].index, n);
	for (uint32_t k = 0; k < cell_i; k++)
		proof_claim(p, !(p->cells[k].row->cpu_mask & c->row->cpu_mask),
			    "%s and %s both have a CPU of 0x%" PRIx64,
			    p->cells[k].who, c->who, c->row->cpu_mask &
			    p->cells[k].row->cpu_mask);
}

/* ---- cells --------------------------------------------------------------- */

#define FLAGS_ALL (HV_CELL_ROOT | HV_CELL_HAS_PAYLOAD | HV_CELL_START_AT_BOOT | \
		   HV_CELL_SCRUB_AT_BOOT | HV_CELL_PMU | HV_CELL_RUNNING | \
		   HV_CELL_PAYLOAD_ANY)
#define MANAGED_ALL (HV_MANAGED_START | HV_MANAGED_STOP | HV_MANAGED_LOAD | \
		     HV_MANAGED_CONSOLE)

static void check_flags(struct proof *p, uint32_t cell_i)
{
	const struct cell_view *c = &p->cells[cell_i];
	const struct hv_cell *r = c->row;
	bool is_root = p->head->root_cell == cell_i;
	bool is_managed = p->head->root_cell != HV_NONE && !is_root;

	proof_claim(p, !(r->flags & ~FLAGS_ALL) &&
		       !!(r->flags & HV_CELL_ROOT) == is_root &&
		       (r->flags & HV_CELL_HAS_PAYLOAD ||
			!(r->flags & HV_CELL_START_AT_BOOT)),
		    "%s: flags is 0x%" PRIx32, c->who, r->flags);
	proof_claim(p, !(r->managed & ~MANAGED_ALL) &&
		       (is_managed || !r->managed),
		    "%s: managed is 0x%" PRIx32, c->who, r->managed);
	proof_claim(p, !(r->flags & HV_CELL_PAYLOAD_ANY) ||
		       r->managed & HV_MANAGED_LOAD, "%s: flags is 0x%" PRIx32
		    ", and nobody may load it", c->who, r->flags);
}

/* The runtime tells the root cell of events where it manages any other. */
static void check_event_line(struct proof *p, uint32_t cell_i)
{
	const struct cell_view *c = &p->cells[cell_i];
	bool hears = false;

	for (uint32_t i = 0; i < p->head->cells.count; i++)
		hears |= p->head->root_cell == cell_i && p->cells[i].row->managed;
	proof_claim(p, (c->row->event_line != HV_NONE) == hears,
		    "%s: event_line is 0x%" PRIx32, c->who, c->row->event_line);
}

/*
 * A Linux that becomes the root cell as it runs: nothing is put into its
 * memory, nothing cleaned, and it goes on with the ids and addresses that it
 * has.
 */
static void check_running(struct proof *p, uint32_t cell_i)
{
	const struct cell_view *c = &p->cells[cell_i];
	const struct hv_cell *r = c->row;

	if (!(r->flags & HV_CELL_RUNNING))
		return;
	proof_claim(p, r->flags & HV_CELL_ROOT &&
		       !(r->flags & (HV_CELL_HAS_PAYLOAD |
				     HV_CELL_START_AT_BOOT |
				     HV_CELL_SCRUB_AT_BOOT)) &&
		       !r->entry.u && !r->tree.u && !r->copies.count &&
		       r->console != HV_CONSOLE_VIRTUAL,
		    "%s: it runs already, and is to be started", c->who);
	for (uint32_t i = 0; i < p->head->cpus.count; i++)
		proof_claim(p, p->cpus[i].cell != cell_i ||
			       p->cpus[i].virtual_hwid == p->cpus[i].hwid,
			    "%s: it runs already, and cpu %" PRIu32
			    " would have another id", c->who, i);
	for (uint32_t i = 0; i < r->regions.count; i++)
		proof_claim(p, c->regions[i].kind == HV_REGION_VIEW ||
			       c->regions[i].ipa.u == c->regions[i].pa.u,
			    "%s: it runs already, and 0x%" PRIx64 " would be"
			    " at 0x%" PRIx64, c->who, c->regions[i].pa.u,
			    c->regions[i].ipa.u);
}

/* Only the root cell ends the machine, which is everybody's. */
static void check_on(struct proof *p, const struct cell_view *c,
		     const char *what, const struct hv_on *on)
{
	uint32_t last = c->row->flags & HV_CELL_ROOT ? HV_ON_MACHINE_RESET :
						       HV_ON_KEEP;

	proof_claim(p, on->action >= HV_ON_STOP && on->action <= last,
		    "%s: %s is %" PRIu32, c->who, what, on->action);
}

/* What is kept is memory and registers of a crash, for the root cell. */
static void check_kept(struct proof *p, const struct cell_view *c)
{
	const struct hv_cell *r = c->row;
	bool is_read = p->head->root_cell != HV_NONE &&
		       !(r->flags & HV_CELL_ROOT);

	proof_claim(p, (is_read || r->on_crash.action != HV_ON_KEEP) &&
		       r->on_reboot.action != HV_ON_KEEP &&
		       r->on_poweroff.action != HV_ON_KEEP,
		    "%s: what it leaves is kept for nobody", c->who);
}

static void check_console(struct proof *p, const struct cell_view *c)
{
	const struct hv_cell *r = c->row;
	struct extent ring = { r->console_ring.u, HV_RING_SIZE };
	bool is_virtual = r->console == HV_CONSOLE_VIRTUAL;

	proof_claim(p, r->console <= HV_CONSOLE_DEVICE, "%s: console is %"
		    PRIu32, c->who, r->console);
	/* The runtime works up to the end of its log's, the last one. */
	proof_claim(p, is_virtual ? ring.base <= p->head->log_ring.u &&
				    extent_is(ring.base, ring.size, GRANULE) &&
				    proof_is_working_memory(p, ring) : !ring.base,
		    "%s: console_ring is 0x%" PRIx64, c->who, ring.base);
	proof_claim(p, is_virtual || r->console_line == HV_NONE,
		    "%s: console_line is 0x%" PRIx32, c->who, r->console_line);
}

static void check_executes(struct proof *p, const struct cell_view *c)
{
	const struct hv_region *r = proof_region_at(c, c->row->entry.u);

	proof_claim(p, !(c->row->flags & HV_CELL_HAS_PAYLOAD) ||
		       (r && r->flags & HV_EXECUTE &&
			!(c->row->entry.u % p->decoder->entry_align)),
		    "%s: entry is 0x%" PRIx64 ", where it has nothing that it"
		    " can execute", c->who, c->row->entry.u);
}

static void check_names(struct proof *p)
{
	uint32_t n = p->head->cells.count;
	struct named *list = arena_array(p->arena, n, sizeof(*list));

	for (uint32_t i = 0; i < n; i++)
		list[i] = (struct named){ p->cells[i].row->name, p->cells[i].who };
	proof_names(p, list, n, "cells");
}

void proof_cells(struct proof *p)
{
	for (uint32_t i = 0; i < p->head->cpus.count; i++)
		check_cpu(p, i);
	check_names(p);
	for (uint32_t i = 0; i < p->head->cells.count; i++) {
		const struct cell_view *c = &p->cells[i];

		check_cpus_of(p, i);
		check_flags(p, i);
		check_event_line(p, i);
		check_running(p, i);
		check_on(p, c, "on_crash", &c->row->on_crash);
		check_on(p, c, "on_reboot", &c->row->on_reboot);
		check_on(p, c, "on_poweroff", &c->row->on_poweroff);
		check_kept(p, c);
		check_console(p, c);
		check_executes(p, c);
	}
}
