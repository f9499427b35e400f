/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every device of the tree, disabled ones too: their lines are taken although
 * nobody may have them. Also the two devices that the runtime itself drives.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/board_build.h"

/* GICD's registers fill 64 KiB. (GIC IHI 0069H 12.8) */
#define ALIAS_SIZE (64 * KIB)

static void refuse(const struct board_build *b, struct span at,
		   const char *path, const char *what)
{
	diag_error(b->read->diag, &rule_board_unusable, at, "'%s' %s", path,
		   what);
}

/* Top-level nodes that describe no device, whatever stands below them. */
static bool is_apart(const struct tree *t, uint32_t node)
{
	static const char *const names[] = {
		"aliases", "chosen", "cpus", "memory", "reserved-memory",
		"__symbols__", "__fixups__", "__local_fixups__", "thermal-zones",
	};
	const char *name = t->nodes[node].name;
	size_t size = strcspn(name, "@");

	if (t->nodes[node].parent != 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == size && !strncmp(names[i], name, size))
			return true;
	return false;
}

static bool is_device(const struct board_build *b, uint32_t node)
{
	const struct tree *t = &b->tree;

	return tree_has(t, node, "compatible") || tree_has(t, node, "reg") ||
	       tree_has(t, node, "interrupts") ||
	       tree_has(t, node, "interrupts-extended");
}

/* Binding arm/secure: what the secure world has, and nobody else. */
static bool is_secure(const struct tree *t, uint32_t node)
{
	const char *status = tree_string(t, node, "secure-status");

	return t->nodes[node].is_disabled && status &&
	       (!strcmp(status, "okay") || !strcmp(status, "ok"));
}

static enum uart_kind uart_kind(const struct board_build *b, uint32_t node)
{
	const struct tree_word *w = board_word(b->target, &b->tree, node,
					       MEANS_UART);

	return w ? (enum uart_kind)w->version : UART_OTHER;
}

static void device_fill(struct board_build *b, uint32_t node)
{
	const struct tree *t = &b->tree;
	const struct tree_node *n = &t->nodes[node];
	struct device *d = &b->devices[b->n_devices];
	struct reg_list regs = board_regs(b, node);

	d->path = n->path;
	d->name = arena_strndup(b->read->arena, n->name, strcspn(n->name, "@"));
	d->compatible = tree_string(t, node, "compatible");
	d->node = n->offset;
	d->role = board_role(b, node);
	d->is_disabled = n->is_disabled;
	d->is_secure = is_secure(t, node);
	d->is_watchdog = board_is_watchdog(n->name) ||
			 board_word(b->target, t, node, MEANS_WATCHDOG);
	d->dma_reason = board_dma_reason(b, node, d->role);
	d->can_dma = d->dma_reason;
	d->at = n->at;
	if (d->role == DEVICE_UART)
		d->uart = uart_kind(b, node);
	if (d->role == DEVICE_HOST_BRIDGE)
		board_windows(b, node, &regs);
	d->regs = regs.regs;
	d->n_regs = regs.n;
	b->device_of_node[node] = (uint32_t)b->n_devices++;
}

/* The index behind the last node below this one. */
static uint32_t skip_below(const struct tree *t, uint32_t node)
{
	uint32_t i = node + 1;

	while (i < t->n_nodes && tree_is_under(t, i, node))
		i++;
	return i;
}

/* The first device that is one; another is a foreign parent like any. */
static void controller_find(struct board_build *b)
{
	const struct tree *t = &b->tree;

	for (uint32_t i = 0; i < t->n_nodes; i++) {
		if (b->device_of_node[i] == TREE_NONE ||
		    t->nodes[i].is_disabled)
			continue;

		const struct tree_word *w = board_word(b->target, t, i,
						       MEANS_CONTROLLER);

		if (!w)
			continue;
		b->controller_node = i;
		b->board.controller.version = w->version;
		return;
	}
}

void board_devices(struct board_build *b)
{
	const struct tree *t = &b->tree;

	for (uint32_t i = 1; i < t->n_nodes;) {
		if (is_apart(t, i)) {
			i = skip_below(t, i);
			continue;
		}
		if (!is_device(b, i)) {
			i++;
			continue;
		}
		device_fill(b, i);
		/* What is behind a host bridge is a part of it. */
		i = b->devices[b->n_devices - 1].role == DEVICE_HOST_BRIDGE
			? skip_below(t, i) : i + 1;
	}
	/* Only now: a device's parent may stand behind it. */
	controller_find(b);
	for (uint32_t i = 0; i < t->n_nodes; i++) {
		if (b->device_of_node[i] == TREE_NONE)
			continue;
		board_bus(b, i);
		board_lines(b, i, &b->devices[b->device_of_node[i]]);
	}
}

/*
 * The registers of the controller: the distributor, then the regions of
 * redistributors (Linux binding interrupt-controller/arm,gic-v3).
 */
static void controller_regs(struct board_build *b, const struct device *d)
{
	struct interrupt_controller *c = &b->board.controller;
	uint32_t n_regions = 1;
	struct tree_prop p;

	if (tree_prop(&b->tree, b->controller_node, "#redistributor-regions",
		      &p) &&
	    (!tree_u32(&b->tree, b->controller_node, "#redistributor-regions",
		       &n_regions) || !n_regions)) {
		refuse(b, d->at, d->path, "has no regions of redistributors");
		return;
	}
	if (d->n_regs < 1 || n_regions > d->n_regs - 1) {
		refuse(b, d->at, d->path, "lacks registers of its distributor"
		       " or redistributors");
		return;
	}

	struct pa_range *list = arena_array(b->read->arena, n_regions,
					    sizeof(*list));

	for (uint32_t i = 0; i < n_regions; i++)
		list[i] = d->regs[1 + i].range;
	c->distributor = d->regs[0].range;
	c->redistributors = list;
	c->n_redistributors = n_regions;
	c->is_present = true;
}

/*
 * A second page of the distributor, of which a store makes any SPI pending: as
 * little a cell's as the first. (Linux binding interrupt-controller/arm,gic-v3)
 */
static void controller_alias(struct board_build *b, struct device *d)
{
	struct reg_list regs = { NULL, 0 };

	if (!tree_has(&b->tree, b->controller_node, "mbi-alias"))
		return;
	for (size_t i = 0; i < d->n_regs; i++) {
		regs.regs = arena_grow(b->read->arena, regs.regs, regs.n,
				       sizeof(*regs.regs));
		regs.regs[regs.n++] = d->regs[i];
	}
	if (!board_reg_of(b, b->controller_node, "mbi-alias", ALIAS_SIZE,
			  &regs))
		refuse(b, d->at, d->path, "has an 'mbi-alias' that is no"
		       " address");
	d->regs = regs.regs;
	d->n_regs = regs.n;
}

static void controller_stride(struct board_build *b, const struct device *d)
{
	struct interrupt_controller *c = &b->board.controller;
	struct tree_prop p;

	c->redistributor_stride = BOARD_STRIDE;
	if (!tree_prop(&b->tree, b->controller_node, "redistributor-stride",
		       &p))
		return;
	/* Seen with one cell and with two. */
	if (p.size % 4 || p.size > 8 ||
	    !tree_number(p.bytes, p.size / 4, &c->redistributor_stride) ||
	    c->redistributor_stride < BOARD_STRIDE ||
	    c->redistributor_stride % (64 * KIB)) {
		refuse(b, d->at, d->path, "has a 'redistributor-stride' that"
		       " is not a multiple of 64 KiB from 128 KiB");
		c->redistributor_stride = BOARD_STRIDE;
	}
}

void board_controller(struct board_build *b)
{
	struct interrupt_controller *c = &b->board.controller;

	if (b->controller_node == TREE_NONE)
		return;

	struct device *d = &b->devices[b->device_of_node[b->controller_node]];

	c->at = d->at;
	if (b->target && c->version != b->target->controller_version) {
		diag_error(b->read->diag, &rule_board_unusable, d->at,
			   "'%s' is an interrupt controller of version %"
			   PRIu32 ", and the runtime drives version %" PRIu32
			   " only", d->path, c->version,
			   b->target->controller_version);
		return;
	}
	controller_regs(b, d);
	controller_stride(b, d);
	controller_alias(b, d);
	for (size_t i = 0; i < d->n_lines; i++) {
		if (d->lines[i].kind != LINE_PPI)
			continue;
		c->maintenance_ppi = d->lines[i].number;
		return;
	}
	refuse(b, d->at, d->path, "does not say its maintenance interrupt");
}

/* Binding timer/arm,arch_timer: in this order, or by name. */
static void timer_lines(struct board_build *b, uint32_t node,
			const struct device *d)
{
	struct board_timer *timer = &b->board.timer;
	static const char *const names[] = {
		"sec-phys", "phys", "virt", "hyp-phys",
	};
	uint32_t *const ppis[] = {
		&timer->secure_ppi, &timer->physical_ppi, &timer->virtual_ppi,
		&timer->hyp_ppi,
	};
	bool has_names = tree_has(&b->tree, node, "interrupt-names");
	unsigned said = 0;

	for (size_t i = 0; i < d->n_lines; i++) {
		const char *name = tree_list(&b->tree, node, "interrupt-names",
					     i);

		if (d->lines[i].kind != LINE_PPI)
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
			if (has_names ? !name || strcmp(name, names[k])
				      : i != k)
				continue;
			*ppis[k] = d->lines[i].number;
			said |= 1u << k;
		}
	}
	timer->is_present = true;
	timer->at = d->at;
	timer->has_secure = said & 1;
	if ((said & 0xe) != 0xe)
		refuse(b, d->at, d->path, "does not say the lines of the"
		       " physical, virtual and hypervisor timers");
}

void board_timer(struct board_build *b)
{
	for (uint32_t i = 0; i < b->tree.n_nodes; i++) {
		uint32_t device_i = b->device_of_node[i];

		if (device_i == TREE_NONE ||
		    b->devices[device_i].role != DEVICE_TIMER ||
		    b->devices[device_i].is_disabled)
			continue;
		timer_lines(b, i, &b->devices[device_i]);
		return;
	}
}
