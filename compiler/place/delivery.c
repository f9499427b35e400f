/* SPDX-License-Identifier: BSD-2-Clause */
/* What lines.c decided of a cell's interrupts, in words. */
#include "place/layout.h"

static const char *direct_text(const struct board *b)
{
	if (b->interrupts == INTERRUPTS_DIRECT)
		return "direct";
	return "direct, where the interrupt controller has one security state";
}

const char *layout_delivery_text(const struct layout *l,
				 const struct cell *cell)
{
	switch (l->cells[cell->index].delivery) {
	case DELIVERY_DIRECT:
		return direct_text(l->model->board);
	case DELIVERY_ASKED:
		return "virtual, by list registers: the text asks for it";
	case DELIVERY_MASK:
		return "virtual, by list registers: the cell masks by priority";
	case DELIVERY_BOARD:
		return "virtual, by list registers: the board says so";
	case DELIVERY_NO_LINES:
		break;
	}
	return "virtual, by list registers: too few lines are free for the"
	       " IPIs to its CPUs";
}
