// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/of.h>
#include <linux/printk.h>

#include "hypervisor.h"

DEFINE_MUTEX(hypervisor_lock);

static const struct hypervisor none = {
	.state = HVISOR_LATE_POSSIBLE,
	.own_cell = HV_NONE,
	.root_cell = HV_NONE,
	.event_line = HV_NONE,
};

struct hypervisor hypervisor;

/* It answers, and in words that this module knows. */
static int ask(struct hypervisor *h, u32 boot, struct refusal *why)
{
	struct call c;
	s64 error = call_simple(&c, HV_CALL_VERSION, 0, 0);

	if (error)
		return refuse(why, ENODEV, "the hypervisor does not answer"
			      " (%lld)", error);
	h->abi_version = (u32)c.x[1];
	if (h->abi_version != HV_ABI_VERSION)
		return refuse(why, EKEYREJECTED, "the hypervisor has ABI %u,"
			      " this module has %u", h->abi_version,
			      HV_ABI_VERSION);
	h->own_cell = (u32)c.x[2];
	h->root_cell = (u32)c.x[4];
	/* To the cells that it starts it does not matter. */
	if (h->own_cell == h->root_cell && c.x[6] != boot)
		return refuse(why, ENODEV, "the hypervisor was booted another"
			      " way than the devicetree says");
	h->event_line = (u32)c.x[5];
	error = call_simple(&c, HV_CALL_IDENTITY, 0, 0);
	if (error)
		return refuse(why, ENODEV, "the hypervisor has no identity"
			      " (%lld)", error);
	memcpy(h->identity, &c.x[1], HVISOR_HASH_SIZE);
	memcpy(h->runtime, &c.x[5], HVISOR_HASH_SIZE);
	return 0;
}

void hypervisor_find(void)
{
	struct device_node *node =
		of_find_compatible_node(NULL, NULL, "hvcc,hypervisor");

	hypervisor = none;
	if (!node)
		return;
	of_node_put(node);
	hypervisor.state = HVISOR_ABSENT;
	if (ask(&hypervisor, HV_BOOT_DIRECT, &hypervisor.why)) {
		pr_warn("hvisor: %s\n", hypervisor.why.text);
		return;
	}
	hypervisor.state = HVISOR_DIRECT;
	pr_info("hvisor: this is cell %u of a system of hvcc\n",
		hypervisor.own_cell);
}

int hypervisor_attach(const u8 *identity, struct refusal *why)
{
	struct hypervisor h = none;
	int error = ask(&h, HV_BOOT_LATE, why);

	if (error)
		return error;
	if (memcmp(h.identity, identity, HVISOR_HASH_SIZE) ||
	    h.own_cell != h.root_cell)
		return refuse(why, EIO, "the hypervisor that came up is another");
	h.state = HVISOR_LATE_ENABLED;
	hypervisor = h;
	return 0;
}

void hypervisor_detach(void)
{
	hypervisor = none;
}

void hypervisor_keep(void)
{
	hypervisor.state = HVISOR_LATE_ENABLED;
}
