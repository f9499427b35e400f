// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/of_address.h>

#include "reserve.h"

static int claim(struct reserve *r, const struct resource *from,
		 struct refusal *why)
{
	u64 base = from->start, size = resource_size(from);

	if (r->n == RESERVED_MAX)
		return refuse(why, ENXIO, "the devicetree has more than %u"
			      " reservations for the hypervisor", RESERVED_MAX);
	if (region_intersects(base, size, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT)
		return refuse(why, ENXIO, "reserved memory at 0x%llx with 0x%llx"
			      " bytes is RAM that Linux uses", base, size);
	if (!request_mem_region(base, size, "hvisor"))
		return refuse(why, ENXIO, "reserved memory at 0x%llx with 0x%llx"
			      " bytes is in use by a driver", base, size);
	r->places[r->n++] = (struct place){ base, size };
	return 0;
}

static int claim_node(struct reserve *r, struct device_node *node,
		      struct refusal *why)
{
	struct resource at;
	int error = 0;

	if (!of_device_is_compatible(node, "hvcc,reserved") ||
	    !of_device_is_available(node))
		return 0;
	if (!of_property_read_bool(node, "no-map"))
		return refuse(why, ENXIO, "reserved memory '%pOFn' is not"
			      " no-map", node);
	for (int i = 0; !error && !of_address_to_resource(node, i, &at); i++)
		error = claim(r, &at, why);
	return error;
}

int reserve_claim(struct reserve *r, struct refusal *why)
{
	struct device_node *all = of_find_node_by_path("/reserved-memory");
	struct device_node *node = NULL;
	int error = 0;

	r->n = 0;
	while (!error && all && (node = of_get_next_child(all, node)))
		error = claim_node(r, node, why);
	of_node_put(node);
	of_node_put(all);
	if (!error && !r->n)
		error = refuse(why, ENXIO, "the running devicetree reserves no"
			       " memory for the hypervisor: boot with the tree"
			       " of hvcc --emit=root-dtb");
	if (error)
		reserve_release(r);
	return error;
}

void reserve_release(struct reserve *r)
{
	while (r->n) {
		r->n--;
		release_mem_region(r->places[r->n].base, r->places[r->n].size);
	}
}

struct ram_check {
	const struct image *image;
	struct refusal *why;
};

static int check_run(struct resource *r, void *arg)
{
	const struct ram_check *c = arg;

	return image_check_ram(c->image, (struct place){ r->start,
							 resource_size(r) },
			       c->why);
}

int reserve_check_ram(const struct image *image, struct refusal *why)
{
	struct ram_check c = { image, why };
	int error = walk_iomem_res_desc(IORES_DESC_NONE,
					IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY,
					0, U64_MAX, &c, check_run);

	/* A kernel that says nothing of its RAM is none of those we know. */
	return error == -EINVAL && !why->text[0] ?
		refuse(why, ENXIO, "Linux does not say which RAM it uses") :
		error;
}
