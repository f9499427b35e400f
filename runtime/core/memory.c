/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/memory.h"

#include "core/cell.h"
#include "core/event.h"
#include "core/place.h"
#include "core/shared.h"
#include "dev/console.h"
#include "dev/virtio.h"

/* Some 100,000 instructions: between two of them requests are answered. */
#define CHECK_PIECE UINT64_C(0x1000)
#define RESTART_PERIOD_US 50000u

struct span { uint64_t from, to; };	/* host-physical, half-open */

static void *at(uint64_t pa)
{
	return (void *)(uintptr_t)pa;
}

/* Of one row of `size` bytes. */
static uint64_t piece_size(uint64_t size, const struct hv_cell_state *run,
			   uint64_t most)
{
	uint64_t left = size - run->row_offset;

	return left > most ? most : left;
}

static void next_row(struct hv_cell_state *run)
{
	run->row_i++;
	run->row_offset = 0;
}

static void next_phase(struct hv_cell_state *run, enum clean_phase phase)
{
	run->phase = phase;
	run->row_i = 0;
	run->row_offset = 0;
}

/* After a row, or a part of it: where the next piece begins. */
static void piece_done(struct hv_cell_state *run, uint64_t size, uint64_t offset)
{
	run->row_offset = offset;
	if (offset >= size)
		next_row(run);
}

/* Whether the image brings this for that cell: its payload or its tree. */
static bool is_brought(uint32_t cell_i, const struct hv_segment *s)
{
	return s->cell == cell_i && (s->kind == HV_SEGMENT_PAYLOAD ||
				     s->kind == HV_SEGMENT_TREE);
}

/* ---- zeroes --------------------------------------------------------------- */

/*
 * Cuts the span where the image brought something: to the part before it, or,
 * where it starts inside, to nothing and behind it.
 */
static struct span spare_payload(struct span s, uint32_t cell_i)
{
	const struct hv_image_head *image = hv_image();

	for (uint32_t i = 0; i < image->n_segments; i++) {
		const struct hv_segment *row = &image->segments[i];
		uint64_t base = row->destination.u;
		uint64_t end = base + row->size;

		if (!is_brought(cell_i, row) || end <= s.from || base >= s.to)
			continue;
		if (base <= s.from)
			return (struct span){ end, end };
		s.to = base;
	}
	return s;
}

/*
 * A piece of the cell's regions of that kind, of channels those that nobody uses
 * any more; false: that was the last one. A loaded payload leaves nothing else
 * behind: all that is not named by a segment is zero, as if the image had brought
 * it. Where any is allowed nothing says what is one, so nothing is zeroed, but
 * what a root cell wrote through its caches has reached memory.
 */
static bool region_piece(const struct hv_cpu_state *cpu, uint32_t kind)
{
	struct hv_cell_state *run = cpu->run;
	const struct hv_region *r = hv_rows(cpu->cell->regions);
	struct span s;

	if (run->row_i == cpu->cell->regions.count)
		return false;
	r += run->row_i;
	if (r->kind != kind ||
	    (kind == HV_REGION_CHANNEL && run->row_offset == 0 &&
	     !shared_clean_begin(cpu->cell_i, r->arg))) {
		next_row(run);
		return true;
	}
	s.from = r->pa.u + run->row_offset;
	s.to = s.from + piece_size(r->size, run, MEMORY_PIECE);
	if (run->phase == CLEAN_LOADED && cpu->cell->flags & HV_CELL_PAYLOAD_ANY) {
		arch_memory_flush(at(s.from), s.to - s.from);
	} else {
		if (run->is_sparing)
			s = spare_payload(s, cpu->cell_i);
		if (s.to > s.from)
			arch_memory_zero(at(s.from), s.to - s.from);
	}
	piece_done(run, r->size, s.to - r->pa.u);
	/* Release: the zeroes are there before anybody starts. */
	if (run->row_offset == 0)
		__atomic_store_n(&run->cleans, 0, __ATOMIC_RELEASE);
	return true;
}

/* ---- the payload, put back ------------------------------------------------ */

static void copy_piece(const struct hv_cell *cell, struct hv_cell_state *run)
{
	const struct hv_copy *c = hv_rows(cell->copies);
	uint64_t size;

	if (run->row_i == cell->copies.count) {
		arch_code_changed();
		run->phase = CLEAN_DONE;
		return;
	}
	c += run->row_i;
	size = piece_size(c->size, run, MEMORY_PIECE);
	arch_memory_copy(at(c->to.u + run->row_offset), at(c->from.u + run->row_offset),
			 size);
	piece_done(run, c->size, run->row_offset + size);
}

/* ---- the payload, loaded -------------------------------------------------- */

/* False: it is another. */
static bool check_segment(const struct hv_segment *s, struct hv_cell_state *run)
{
	uint64_t size = piece_size(s->size, run, CHECK_PIECE);
	uint64_t end = run->row_offset + size;
	uint8_t *bytes = at(s->destination.u + run->row_offset);

	if (run->row_offset == 0)
		sha256_begin(&run->sha);
	/* Before: what is compared is what a cell sees that starts with its
	 * caches off, whatever stands in a cache. */
	arch_memory_flush(bytes, size);
	if (end < s->size)
		sha256_add(&run->sha, bytes, size);
	else if (!sha256_end_is(&run->sha, bytes, size, s->size, s->sha256.b))
		return false;
	piece_done(run, s->size, end);
	return true;
}

/* The cell's memory is as its next start, or nobody, needs it. */
static void arrive(const struct hv_cpu_state *cpu, bool is_loaded)
{
	struct hv_cell_state *run = cpu->run;
	bool is_news = is_loaded;

	lock_take(&run->lock);
	/* A stop meanwhile, in CELL_STARTING, has begun a new cleaning. */
	if (run->phase == CLEAN_DONE) {
		life_must(cpu->cell_i, LIFE_CLEANED);
		is_news |= run->state == CELL_RUNNING;
		if (is_loaded)
			event_add(cpu->cell_i, HV_EVENT_LOADED, 0);
	}
	lock_drop(&run->lock);
	if (is_news)
		event_tell();
	else
		arch_relax();	/* a peer may be cleaning what they share */
}

/* The event's detail is a row of segments, or how many there are. */
static void refuse(const struct hv_cpu_state *cpu)
{
	lock_take(&cpu->run->lock);
	event_add(cpu->cell_i, HV_EVENT_REFUSED, cpu->run->row_i);
	life_must(cpu->cell_i, LIFE_REFUSED);
	lock_drop(&cpu->run->lock);
	cell_say(cpu->cell_i, "was loaded with what its text does not name");
}

/* A text that names no payload allows none, unless it says `any`. */
static void check_piece(const struct hv_cpu_state *cpu)
{
	const struct hv_image_head *image = hv_image();
	struct hv_cell_state *run = cpu->run;
	const struct hv_segment *s = image->segments + run->row_i;
	bool is_any = cpu->cell->flags & HV_CELL_PAYLOAD_ANY, is_good = true;

	if (is_any || run->row_i == image->n_segments) {
		is_good = is_any || cpu->cell->flags & HV_CELL_HAS_PAYLOAD;
		arch_code_changed();
		run->phase = CLEAN_DONE;
		if (is_good)
			arrive(cpu, true);
	} else if (is_brought(cpu->cell_i, s)) {
		is_good = check_segment(s, run);
	} else {
		next_row(run);
	}
	if (!is_good)
		refuse(cpu);
}

/* ---- all of it ------------------------------------------------------------ */

/*
 * A cell that ends as soon as it starts, again and again, does so no faster
 * than this, so that it cannot fill the log. Its own CPU spends the time.
 */
static bool is_too_soon(const struct hv_cell_state *run)
{
	return read_once(run->after) == CELL_RUNNING &&
	       run->n_starts != 0 &&
	       arch_time_us() - run->started_us < RESTART_PERIOD_US;
}

static __attribute__((noinline)) void clean_piece(const struct hv_cpu_state *cpu)
{
	struct hv_cell_state *run = cpu->run;
	enum cell_state after = read_once(run->after);

	switch (run->phase) {
	case CLEAN_PLACE:
		run->phase = CLEAN_DONE;
		break;
	case CLEAN_LINES:
		arch_cell_reset(cpu->cell_i);
		console_cell_reset(cpu->cell_i);
		virtio_cell_reset(cpu->cell_i);
		__atomic_store_n(&run->uses_channels, false, __ATOMIC_RELEASE);
		next_phase(run, CLEAN_CHANNELS);
		break;
	case CLEAN_CHANNELS:
		/* Kept: somebody wants to see what is in the cell's own memory. */
		if (!region_piece(cpu, HV_REGION_CHANNEL))
			next_phase(run, after == CELL_KEPT ? CLEAN_DONE : CLEAN_ZERO);
		break;
	case CLEAN_LOADED:
	case CLEAN_ZERO:
		if (!region_piece(cpu, HV_REGION_RAM))
			next_phase(run, run->phase == CLEAN_LOADED ? CLEAN_CHECK :
				   after == CELL_CLEAN ? CLEAN_DONE : CLEAN_COPY);
		break;
	case CLEAN_COPY:
		copy_piece(cpu->cell, run);
		break;
	case CLEAN_CHECK:
		check_piece(cpu);
		break;
	case CLEAN_DONE:
		if (is_too_soon(run))
			arch_relax();
		else
			arrive(cpu, false);
		break;
	case CLEAN_SAME:
		break;
	}
}

void memory_piece(struct hv_cpu_state *cpu)
{
	/* Not before: the image may still be read where this would write. */
	if (cpu->run->phase > CLEAN_LINES || place_piece(cpu->cell_i))
		clean_piece(cpu);
}

const struct hv_region *memory_ram_at(const struct hv_cell *cell, uint64_t address,
				      bool is_pa)
{
	const struct hv_region *r = hv_rows(cell->regions);

	for (uint32_t i = 0; i < cell->regions.count; i++, r++) {
		uint64_t base = is_pa ? r->pa.u : r->ipa.u;

		if (r->kind == HV_REGION_RAM && address >= base &&
		    address - base < r->size)
			return r;
	}
	return NULL;
}
