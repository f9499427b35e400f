/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine, for --board and --emit=model: one line for each thing. */
#include <inttypes.h>
#include <stdlib.h>

#include "emit/emit.h"
#include "emit/names.h"
#include "target/target.h"

static const char *need_name(enum need_kind kind)
{
	switch (kind) {
	case NEED_CLOCK:
		return "clock";
	case NEED_RESET:
		return "reset";
	case NEED_POWER:
		return "power";
	case NEED_PINS:
		return "pins";
	case NEED_SUPPLY:
		return "supply";
	case NEED_GPIO:
		return "gpio";
	case NEED_MAILBOX:
		return "mailbox";
	case NEED_HWLOCK:
		return "hardware lock";
	case NEED_DMA:
		return "dma";
	case NEED_PHY:
		return "phy";
	case NEED_SYSCON:
		return "system controller";
	case NEED_INTERRUPT:
		return "interrupt controller";
	case NEED_STREAM:
		return "iommu";
	case NEED_MSI:
		return "msi controller";
	case NEED_MEMORY:
		return "memory";
	case NEED_PARENT:
		return "the device above";
	case NEED_OTHER:
		return "device";
	}
	abort();
}

/* "" for what is only a device. */
static const char *role_name(enum device_role role)
{
	switch (role) {
	case DEVICE_PLAIN:
		return "";
	case DEVICE_UART:
		return "  uart";
	case DEVICE_INTERRUPT_CONTROLLER:
		return "  interrupt controller";
	case DEVICE_MSI_CONTROLLER:
		return "  msi controller";
	case DEVICE_IOMMU:
		return "  iommu";
	case DEVICE_FIRMWARE_CONFIG:
		return "  firmware config";
	case DEVICE_TIMER:
		return "  timer";
	case DEVICE_PMU:
		return "  pmu";
	case DEVICE_HOST_BRIDGE:
		return "  host bridge";
	}
	abort();
}

static void print_memory(FILE *out, const char *what,
			 const struct board_memory *m)
{
	fprintf(out, "    %s ", what);
	name_range(out, m->range.base.u, m->range.size);
	if (m->name) {
		fputs("  ", out);
		name_text(out, m->name);
	}
	fputs(m->is_no_map ? ", no-map\n" : "\n", out);
}

/*
 * "needs clock '/osc' (clocks), fixed", and of whom, where it is not that
 * device itself; by whom, where the device does not ask itself.
 */
static void print_need(FILE *out, const struct device *d,
		       const struct device_need *n)
{
	fprintf(out, "        needs %s '", need_name(n->kind));
	name_text(out, n->is_dangling ? "nothing" : n->path);
	fputs("'", out);
	if (n->provider && n->provider->node != n->node) {
		fputs(" of '", out);
		name_text(out, n->provider->path);
		fputs("'", out);
	}
	if (*n->property) {
		fputs(" (", out);
		name_text(out, n->property);
		if (n->by != d->path) {
			fputs(" of '", out);
			name_text(out, n->by);
			fputs("'", out);
		}
		fputs(")", out);
	}
	fputs(n->is_fixed ? ", fixed\n" : n->is_dangling
	      ? ", which is not there\n" : "\n", out);
}

static void print_device(FILE *out, const struct device *d)
{
	fputs("    device ", out);
	name_text(out, d->path);
	for (size_t i = 0; i < d->n_regs; i++) {
		fputs(i ? ", " : "  ", out);
		name_range(out, d->regs[i].range.base.u,
			   d->regs[i].range.size);
	}
	for (size_t i = 0; i < d->n_lines; i++) {
		fputs(i ? ", " : "  ", out);
		name_line(out, &d->lines[i]);
	}
	fputs(role_name(d->role), out);
	if (d->can_dma) {
		fputs("  dma: ", out);
		name_text(out, d->dma_reason ? d->dma_reason : "said");
	}
	fputs(d->is_disabled ? "  disabled\n" : "\n", out);
	for (size_t i = 0; i < d->n_needs; i++)
		print_need(out, d, &d->needs[i]);
}

static void print_controller(FILE *out, const struct interrupt_controller *c,
			     const struct target *t)
{
	if (!c->version)
		return;
	fprintf(out, "    interrupt controller of version %" PRIu32,
		c->version);
	if (t && c->version != t->controller_version)
		fprintf(out, ", which the runtime does not drive");
	if (c->is_present) {
		fputs("  ", out);
		name_range(out, c->distributor.base.u, c->distributor.size);
	}
	for (size_t i = 0; i < c->n_redistributors; i++) {
		fputs(", CPUs ", out);
		name_range(out, c->redistributors[i].base.u,
			   c->redistributors[i].size);
	}
	fputc('\n', out);
}

static void print_firmware(FILE *out, enum conduit conduit)
{
	switch (conduit) {
	case CONDUIT_NONE:
		break;
	case CONDUIT_SMC:
		fputs("    psci smc\n", out);
		break;
	case CONDUIT_HVC:
		fputs("    psci hvc\n", out);
		break;
	}
}

static void print_cpu(FILE *out, size_t i, const struct board_cpu *c)
{
	fprintf(out, "    cpu %zu: id 0x%" PRIx64, i, c->hwid);
	if (c->compatible) {
		fputs("  ", out);
		name_text(out, c->compatible);
	}
	fputc('\n', out);
}

void emit_board(FILE *out, const struct source *s, const struct board *b,
		const struct target *t)
{
	fprintf(out, "board %s", t ? t->name : "unknown");
	name_place(out, s, b->at);
	for (size_t i = 0; i < b->n_cpus; i++)
		print_cpu(out, i, &b->cpus[i]);
	for (size_t i = 0; i < b->n_memory; i++)
		print_memory(out, "memory", &b->memory[i]);
	for (size_t i = 0; i < b->n_reserved; i++)
		print_memory(out, "reserved", &b->reserved[i]);
	print_controller(out, &b->controller, t);
	if (b->timer.is_present)
		fprintf(out, "    timer: virtual ppi %u, physical ppi %u,"
			" hypervisor ppi %u\n", b->timer.virtual_ppi,
			b->timer.physical_ppi, b->timer.hyp_ppi);
	print_firmware(out, b->conduit);
	fprintf(out, "    lines %u%s\n", b->n_spis,
		b->is_n_spis_assumed ? ", assumed" : "");
	for (size_t i = 0; i < b->n_free_lines; i++)
		fprintf(out, "    free lines spi %u..%u\n",
			b->free_lines[i].first, b->free_lines[i].last);
	fprintf(out, "    address bits %u%s\n", b->address_bits,
		b->is_address_bits_assumed ? ", assumed" : "");
	if (b->interrupts != INTERRUPTS_UNSAID)
		fprintf(out, "    interrupts %s\n",
			name_interrupts(b->interrupts));
	for (size_t i = 0; i < b->n_devices; i++)
		print_device(out, &b->devices[i]);
}
