/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt lines: a shared one has one owner, none is the hypervisor's, and
 * those that the hypervisor raises are raised for one reason. It raises one of
 * its own for each CPU with direct delivery.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "verify/proof.h"

static void check_private(struct proof *p, const struct cell_view *c)
{
	for (uint32_t line = 0; line < p->board.first_shared; line++)
		proof_claim(p, !proof_has_line(p, c, line) ||
			       p->decoder->may_own(p->arch, line),
			    "%s: line %" PRIu32 " is the hypervisor's", c->who,
			    line);
}

static void check_shared(struct proof *p, const struct cell_view *c,
			 const struct cell_view **owners)
{
	uint32_t n_words = c->row->line_words.count;

	for (uint32_t line = p->board.first_shared; line < 32 * n_words;
	     line++) {
		if (!(c->lines[line / 32] >> line % 32 & 1))
			continue;
		if (!proof_claim(p, line < p->board.n_lines, "%s: line %" PRIu32
				 " is not one of the board's %" PRIu32, c->who,
				 line, p->board.n_lines))
			continue;
		p->found.n_lines++;
		proof_claim(p, line != p->head->uart_line, "%s: line %" PRIu32
			    " is that of the hypervisor's console", c->who,
			    line);
		if (owners[line])
			proof_differ(p, "%s and %s both have line %" PRIu32,
				     owners[line]->who, c->who, line);
		owners[line] = c;
	}
}

/* A line that the hypervisor raises, for one thing only. */
static void raise(struct proof *p, const char *who, uint32_t line,
		  const char **reasons)
{
	if (reasons[line])
		proof_differ(p, "%s and %s both raise line %" PRIu32,
			     reasons[line], who, line);
	reasons[line] = who;
}

/* Those of a cell's own row: what it must have, or HV_NONE. */
static void check_own(struct proof *p, const struct cell_view *c,
		      const char *what, uint32_t line, const char **reasons)
{
	if (line != HV_NONE &&
	    proof_claim(p, line >= p->board.first_shared &&
			   proof_has_line(p, c, line),
			"%s: %s_line is %" PRIu32 ", which it does not have",
			c->who, what, line))
		raise(p, arena_printf(p->arena, "the %s of %s", what, c->who),
		      line, reasons);
}

static void check_virtio(struct proof *p, const struct hv_virtio *v,
			 uint32_t i, const char **reasons)
{
	if (v->front_line < p->board.n_lines)
		raise(p, arena_printf(p->arena, "the front of virtio %" PRIu32,
				      i), v->front_line, reasons);
	if (v->back_line < p->board.n_lines)
		raise(p, arena_printf(p->arena, "the back of virtio %" PRIu32,
				      i), v->back_line, reasons);
}

static void check_ipi(struct proof *p, uint32_t cpu_i,
		      const struct cell_view **owners, const char **reasons)
{
	bool is_direct = p->cpus[cpu_i].delivery == HV_DELIVERY_DIRECT;
	uint32_t line = p->decoder->ipi_line(p->arch, cpu_i);
	bool is_shared = line >= p->board.first_shared &&
			 line < p->board.n_lines;

	if (!proof_claim(p, is_direct ? is_shared : line == HV_NONE,
			 "cpu %" PRIu32 ": ipi_line is 0x%" PRIx32
			 ", and delivery is %" PRIu32, cpu_i, line,
			 p->cpus[cpu_i].delivery) || !is_direct)
		return;
	proof_claim(p, line != p->head->uart_line, "cpu %" PRIu32 ": ipi_line %"
		    PRIu32 " is that of the hypervisor's console", cpu_i, line);
	proof_claim(p, !owners[line], "cpu %" PRIu32 ": ipi_line %" PRIu32
		    " is a cell's", cpu_i, line);
	raise(p, arena_printf(p->arena, "the IPI of cpu %" PRIu32, cpu_i),
	      line, reasons);
}

static void check_raised(struct proof *p, const struct cell_view **owners)
{
	const char **reasons = arena_array(p->arena, p->board.n_lines,
					   sizeof(*reasons));

	for (uint32_t i = 0; i < p->head->cells.count; i++) {
		const struct cell_view *c = &p->cells[i];

		check_own(p, c, "console", c->row->console_line, reasons);
		check_own(p, c, "event", c->row->event_line, reasons);
	}
	for (uint32_t i = 0; i < p->head->ends.count; i++)
		if (p->ends[i].line < p->board.n_lines)
			raise(p, arena_printf(p->arena, "end %" PRIu32
					      " of channel %" PRIu32, i,
					      p->ends[i].channel),
			      p->ends[i].line, reasons);
	for (uint32_t i = 0; i < p->head->virtios.count; i++)
		check_virtio(p, &p->virtios[i], i, reasons);
	for (uint32_t i = 0; i < p->head->cpus.count; i++)
		check_ipi(p, i, owners, reasons);
}

void proof_lines(struct proof *p)
{
	const struct cell_view **owners = arena_array(p->arena,
						      p->board.n_lines,
						      sizeof(*owners));

	for (uint32_t i = 0; i < p->head->cells.count; i++) {
		check_private(p, &p->cells[i]);
		check_shared(p, &p->cells[i], owners);
	}
	check_raised(p, owners);
}
