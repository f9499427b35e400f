/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of trapped pages, and the tables from a granule to its row. */
#include <inttypes.h>

#include "hv_abi.h"

#include "emit/c_text.h"
#include "emit/tables.h"
#include "place/layout.h"
#include "target/target.h"

static void print_trap(FILE *out, const struct target *target,
		       const struct trap *t)
{
	fprintf(out, "\t\t{ { 0x%" PRIx64 " }, 0x%" PRIx64 ", ",
		t->ipa.base.u, t->ipa.size);
	switch (t->kind) {
	case TRAP_CONSOLE:
		fputs("HV_MMIO_CONSOLE, HV_NONE },", out);
		break;
	case TRAP_DOORBELL:
		fprintf(out, "HV_MMIO_DOORBELL, %u },", t->arg);
		break;
	case TRAP_VIRTIO:
		fprintf(out, "HV_MMIO_VIRTIO, %u },", t->arg);
		break;
	case TRAP_VIRTIO_RING:
		fprintf(out, "HV_MMIO_VIRTIO_RING, %u },", t->arg);
		break;
	case TRAP_CONTROLLER:
		fprintf(out, "%s, HV_NONE },", target->mmio_controller);
		break;
	case TRAP_CONTROLLER_CPU:
		fprintf(out, "%s, %u },", target->mmio_controller_cpu,
			t->arg);
		break;
	}
}

void tables_mmio(FILE *out, const struct source *s, const struct layout *l)
{
	fputs("\t.rows.mmio = {\n", out);
	for (size_t i = 0; i < l->model->n_cells; i++)
		for (size_t k = 0; k < l->cells[i].n_traps; k++) {
			print_trap(out, l->model->target,
				   &l->cells[i].traps[k]);
			c_from(out, s, l->cells[i].traps[k].at);
		}
	fputs("\t},\n", out);
}

void tables_cell_slots(FILE *out, const struct cell_layout *c, size_t first)
{
	fputs("\t\t  ", out);
	tables_list(out, "mmio_slots", "mmio_slots", "uint16_t", first,
		    tables_n_slots(c));
	fprintf(out, ",\n\t\t  .mmio_multiplier = 0x%" PRIx32
		", .mmio_shift = %" PRIu32 " },\n",
		c->trap_slots.hash.multiplier, c->trap_slots.hash.shift);
}

void tables_mmio_slots(FILE *out, const struct source *s,
		       const struct layout *l)
{
	fputs("\t.rows.mmio_slots = {\n", out);
	for (size_t i = 0; i < l->model->n_cells; i++) {
		const struct cell_layout *c = &l->cells[i];

		fputs("\t\t", out);
		for (size_t k = 0; k < tables_n_slots(c); k++)
			fprintf(out, "%u, ", c->trap_slots.rows[k]);
		c_from(out, s, c->cell->at);
	}
	fputs("\t},\n", out);
}
