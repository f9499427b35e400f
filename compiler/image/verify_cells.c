/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One cell's row and its lists: what the runtime does for it and to it. What
 * the cell itself reaches is not believed from here but walked.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "image/verify.h"
#include "target/target.h"

struct cell_check {
	struct verify *v;
	const char *where;		/* "cell 'linux'" */
	const struct cell *cell;
	const struct cell_layout *layout;
	const struct hv_cell *is;
};

static void same(const struct cell_check *c, const char *what, uint64_t is,
		 uint64_t should)
{
	verify_same(c->v, c->where, what, is, should);
}

/* ---- the row ------------------------------------------------------------- */

/* An ELF file counts on zeros that are not in it. */
static bool needs_zeros(const struct boot *b)
{
	bool is_needed = false;

	for (size_t i = 0; b->kind == BOOT_ELF && i < b->kernel.n_segments; i++)
		is_needed |= b->kernel.segments[i].memory_size >
			     b->kernel.segments[i].file_size;
	return is_needed;
}

static uint32_t flags_of(const struct cell *c)
{
	bool is_running = c->boot.kind == BOOT_RUNNING;
	bool has_payload = c->boot.kind != BOOT_NONE && !is_running;

	return (c->is_root ? HV_CELL_ROOT : 0) |
	       (has_payload ? HV_CELL_HAS_PAYLOAD : 0) |
	       (has_payload && !c->is_start_manual ? HV_CELL_START_AT_BOOT : 0) |
	       (c->is_scrub_at_boot || needs_zeros(&c->boot) ?
		HV_CELL_SCRUB_AT_BOOT : 0) |
	       (c->has_pmu ? HV_CELL_PMU : 0) |
	       (is_running ? HV_CELL_RUNNING : 0) |
	       (c->takes_any_payload ? HV_CELL_PAYLOAD_ANY : 0);
}

/* verify/ has seen that none of it is there without a root cell, nor on it. */
static uint32_t managed_of(const struct managed *m)
{
	return (m->may_start ? HV_MANAGED_START : 0) |
	       (m->may_stop ? HV_MANAGED_STOP : 0) |
	       (m->may_load ? HV_MANAGED_LOAD : 0) |
	       (m->may_console ? HV_MANAGED_CONSOLE : 0);
}

static uint32_t action_of(enum lifecycle action)
{
	switch (action) {
	case ON_STOP:
		return HV_ON_STOP;
	case ON_RESTART:
		return HV_ON_RESTART;
	case ON_KEEP:
		return HV_ON_KEEP;
	case ON_MACHINE_OFF:
		return HV_ON_MACHINE_OFF;
	case ON_MACHINE_RESET:
		return HV_ON_MACHINE_RESET;
	}
	return 0;
}

static void check_on(const struct cell_check *c, const char *what,
		     const struct hv_on *is, const struct on_event *should)
{
	same(c, what, is->action, action_of(should->action));
	same(c, arena_printf(c->v->arena, "the limit of %s", what), is->limit,
	     should->limit);
}

static uint32_t console_of(enum console_kind kind)
{
	switch (kind) {
	case CONSOLE_NONE:
		return HV_CONSOLE_NONE;
	case CONSOLE_VIRTUAL:
		return HV_CONSOLE_VIRTUAL;
	case CONSOLE_DEVICE:
		return HV_CONSOLE_DEVICE;
	}
	return HV_CONSOLE_NONE;
}

static uint64_t cpu_mask(const struct cell *c)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < c->n_cpus; i++)
		mask |= UINT64_C(1) << c->cpus[i].index;
	return mask;
}

static void check_row(const struct cell_check *c)
{
	const struct hv_cell *is = c->is;
	char name[HV_NAME_SIZE] = { 0 };

	strncpy(name, c->cell->name, sizeof(name) - 1);
	if (memcmp(name, is->name, sizeof(name)))
		verify_differ(c->v, "%s: it has another name", c->where);
	same(c, "flags", is->flags, flags_of(c->cell));
	same(c, "managed", is->managed, managed_of(&c->cell->managed));
	same(c, "cpu_mask", is->cpu_mask, cpu_mask(c->cell));
	same(c, "boot_cpu", is->boot_cpu, c->cell->cpus[0].index);
	same(c, "n_cpus", is->n_cpus, c->cell->n_cpus);
	same(c, "entry", is->entry.u, c->layout->entry.u);
	same(c, "tree", is->tree.u, c->layout->tree.u);
	check_on(c, "on_crash", &is->on_crash, &c->cell->on_crash);
	check_on(c, "on_reboot", &is->on_reboot, &c->cell->on_reboot);
	check_on(c, "on_poweroff", &is->on_poweroff, &c->cell->on_poweroff);
	same(c, "root_switch", is->root_switch, c->layout->root_switch_i);
	same(c, "console", is->console, console_of(c->cell->console));
	same(c, "console_line", is->console_line,
	     c->layout->has_console_line ?
	     c->v->model->target->line_id(LINE_SPI, c->layout->console_spi) :
	     HV_NONE);
	same(c, "event_line", is->event_line, c->layout->has_event_line ?
	     c->v->model->target->line_id(LINE_SPI, c->layout->event_spi) :
	     HV_NONE);
	same(c, "console_ring", is->console_ring.u, c->layout->console_ring.u);
}

/* ---- its lists ----------------------------------------------------------- */

static const char *list_name(const struct cell_check *c, const char *what)
{
	return arena_printf(c->v->arena, "%s of %s", what, c->where);
}

static uint32_t region_kind(enum mapping_kind kind)
{
	switch (kind) {
	case MAP_RAM:
		return HV_REGION_RAM;
	case MAP_CHANNEL:
		return HV_REGION_CHANNEL;
	case MAP_DEVICE:
		return HV_REGION_DEVICE;
	case MAP_WINDOW:
		return HV_REGION_WINDOW;
	case MAP_VIEW:
		return HV_REGION_VIEW;
	}
	return 0;
}

static uint32_t region_arg(const struct mapping *m)
{
	switch (m->kind) {
	case MAP_RAM:
	case MAP_DEVICE:
		break;
	case MAP_CHANNEL:
		return m->channel->index;
	case MAP_WINDOW:
		return m->subject->index;
	case MAP_VIEW:
		return m->virtio->index;
	}
	return HV_NONE;
}

/*
 * On a page that the text lets several cells have, by the model alone. RAM is
 * on none: verify/ refuses the flag there.
 */
static bool is_shared(const struct model *model, const struct mapping *map)
{
	struct pa_range r = { map->pa, map->ipa.size };

	for (size_t i = 0; i < model->n_shared_pages; i++) {
		const struct device *d = model->shared_pages[i].device;

		for (size_t k = 0; k < d->n_regs; k++)
			if (pa_overlap(r, d->regs[k].range))
				return true;
	}
	return false;
}

static uint32_t region_flags(const struct model *model, const struct mapping *m)
{
	const struct access *a = &m->access;

	return HV_READ | (a->may_write ? HV_WRITE : 0) |
	       (a->may_execute ? HV_EXECUTE : 0) |
	       (a->is_uncached ? HV_UNCACHED : 0) |
	       (is_shared(model, m) ? HV_SHARED : 0);
}

static void check_regions(const struct cell_check *c)
{
	const char *where = list_name(c, "regions");
	const struct hv_region *is =
		verify_list(c->v, where, c->is->regions,
			    c->layout->n_mappings);

	for (size_t i = 0; is && i < c->layout->n_mappings; i++) {
		const struct mapping *m = &c->layout->mappings[i];

		verify_same(c->v, where, "pa", is[i].pa.u, m->pa.u);
		verify_same(c->v, where, "ipa", is[i].ipa.u, m->ipa.base.u);
		verify_same(c->v, where, "size", is[i].size, m->ipa.size);
		verify_same(c->v, where, "kind", is[i].kind,
			    region_kind(m->kind));
		verify_same(c->v, where, "flags", is[i].flags,
			    region_flags(c->v->model, m));
		verify_same(c->v, where, "arg", is[i].arg, region_arg(m));
		verify_same(c->v, where, "padding", is[i].zero, 0);
	}
}

static uint32_t handler_of(const struct verify *v, enum trap_kind kind)
{
	switch (kind) {
	case TRAP_CONSOLE:
		return HV_MMIO_CONSOLE;
	case TRAP_DOORBELL:
		return HV_MMIO_DOORBELL;
	case TRAP_VIRTIO:
		return HV_MMIO_VIRTIO;
	case TRAP_VIRTIO_RING:
		return HV_MMIO_VIRTIO_RING;
	case TRAP_CONTROLLER:
	case TRAP_CONTROLLER_CPU:
		return v->comparer->trap_handler(kind);
	}
	return 0;
}

static void check_mmio(const struct cell_check *c)
{
	const char *where = list_name(c, "mmio");
	const struct hv_mmio *is = verify_list(c->v, where, c->is->mmio, c->layout->n_traps);

	for (size_t i = 0; is && i < c->layout->n_traps; i++) {
		const struct trap *t = &c->layout->traps[i];

		verify_same(c->v, where, "base", is[i].base.u, t->ipa.base.u);
		verify_same(c->v, where, "size", is[i].size, t->ipa.size);
		verify_same(c->v, where, "handler", is[i].handler,
			    handler_of(c->v, t->kind));
		verify_same(c->v, where, "arg", is[i].arg, t->arg);
	}
}

static void check_slots(const struct cell_check *c)
{
	const struct trap_slots *should = &c->layout->trap_slots;
	const char *where = list_name(c, "mmio_slots");
	size_t n = slots_count(should->hash);
	const uint16_t *is = verify_list(c->v, where, c->is->mmio_slots, n);

	same(c, "mmio_multiplier", c->is->mmio_multiplier,
	     should->hash.multiplier);
	same(c, "mmio_shift", c->is->mmio_shift, should->hash.shift);
	for (size_t i = 0; is && i < n; i++)
		if (is[i] != should->rows[i])
			verify_same(c->v, where,
				    arena_printf(c->v->arena, "slot %zu", i),
				    is[i], should->rows[i]);
}

static void check_copies(const struct cell_check *c)
{
	const char *where = list_name(c, "copies");
	size_t n = 0;

	for (size_t i = 0; i < c->layout->n_pieces; i++)
		n += c->layout->pieces[i].has_pristine;

	const struct hv_copy *is = verify_list(c->v, where, c->is->copies, n);

	for (size_t i = 0; is && i < c->layout->n_pieces; i++) {
		const struct piece *p = &c->layout->pieces[i];

		if (!p->has_pristine)
			continue;
		verify_same(c->v, where, "from", is->from.u, p->pristine.u);
		verify_same(c->v, where, "to", is->to.u, p->pa.u);
		verify_same(c->v, where, "size", is->size, p->size);
		is++;
	}
}

static void check_lines(const struct cell_check *c)
{
	const struct target *t = c->v->model->target;
	size_t n = (32 + c->v->model->board->n_spis + 31) / 32;
	const char *where = list_name(c, "lines");
	const uint32_t *is = verify_list(c->v, where, c->is->line_words, n);
	uint32_t *should = arena_array(c->v->arena, n, sizeof(*should));

	for (size_t i = 0; i < c->layout->n_lines; i++) {
		uint32_t id = t->line_id(c->layout->lines[i].kind,
					 c->layout->lines[i].number);

		if (id / 32 < n)
			should[id / 32] |= UINT32_C(1) << id % 32;
	}
	for (size_t i = 0; is && i < n; i++)
		verify_same(c->v, where,
			    arena_printf(c->v->arena, "the word of INTID %zu",
					 32 * i), is[i], should[i]);
}

static void check_cell(struct verify *v, size_t i, const struct hv_cell *is)
{
	const struct cell_check c = {
		.v = v,
		.where = arena_printf(v->arena, "cell '%s'",
				      v->model->cells[i].name),
		.cell = &v->model->cells[i],
		.layout = &v->layout->cells[i],
		.is = is,
	};

	check_row(&c);
	check_regions(&c);
	check_mmio(&c);
	check_slots(&c);
	check_copies(&c);
	check_lines(&c);
}

void verify_cells(struct verify *v, const struct hv_cell *cells)
{
	for (size_t i = 0; i < v->model->n_cells; i++)
		check_cell(v, i, &cells[i]);
}
