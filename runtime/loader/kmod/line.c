// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/interrupt.h>
#include <linux/irqdomain.h>
#include <linux/of.h>
#include <linux/of_irq.h>

#include "line.h"

#define GIC_SPI 0u	/* first cell of an interrupt specifier */
#define SPI_FIRST 32u

static irqreturn_t raised(int irq, void *w)
{
	waiter_raise(w);
	return IRQ_HANDLED;
}

/* A specifier may have a fourth cell, of which 0 says that it means nothing. */
static int map(u32 intid)
{
	struct device_node *gic =
		of_find_compatible_node(NULL, NULL, "arm,gic-v3");
	struct irq_fwspec spec = {
		.param = { GIC_SPI, intid - SPI_FIRST, IRQ_TYPE_EDGE_RISING },
	};
	u32 n_cells = 3;

	if (!gic)
		return 0;
	of_property_read_u32(gic, "#interrupt-cells", &n_cells);
	spec.fwnode = of_node_to_fwnode(gic);
	spec.param_count = min_t(u32, n_cells, IRQ_DOMAIN_IRQ_SPEC_PARAMS);
	of_node_put(gic);
	return (int)irq_create_fwspec_mapping(&spec);
}

int line_request(u32 intid, const char *name, struct waiter *w)
{
	int irq, error;

	if (intid < SPI_FIRST)
		return -EINVAL;
	irq = map(intid);
	if (irq <= 0)
		return -ENXIO;
	error = request_irq((unsigned int)irq, raised, 0, name, w);
	if (error) {
		irq_dispose_mapping((unsigned int)irq);
		return error;
	}
	return irq;
}

void line_free(int irq, struct waiter *w)
{
	free_irq((unsigned int)irq, w);
	irq_dispose_mapping((unsigned int)irq);
}
