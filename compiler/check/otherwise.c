/* SPDX-License-Identifier: BSD-2-Clause */
#include "check/otherwise.h"

#define RULE(code, says) &(const struct rule){ code, says }

const struct rule_line kept_otherwise[] = {
	{ RULE("device-no-execute", "no device is mapped executable"),
	  RULE_BY_CONSTRUCTION, "the encoder sets XN on every device" },
	{ RULE("mem-read", "what can be written can be read"),
	  RULE_BY_CONSTRUCTION, "the language has ro, rx and rw" },
	{ RULE("mem-attributes", "all mappings of a page agree on its caching"),
	  RULE_BY_CONSTRUCTION, "a page has one owner, and a channel one"
	  " statement" },
	{ RULE("doorbell-page", "a doorbell's page lies on nothing"),
	  RULE_BY_CONSTRUCTION, "place chooses it" },
	{ RULE("doorbell-line", "a doorbell's line is nobody's"),
	  RULE_BY_CONSTRUCTION, "place takes a line that no device has" },
	{ RULE("page-tables", "every cell has room for its translation tables"),
	  RULE_BY_CONSTRUCTION, "place counts them" },
	{ RULE("controller-trapped", "the distributor and every CPU's"
	       " redistributor are trapped"),
	  RULE_BY_CONSTRUCTION, "verify compares what each cell reaches" },
	{ RULE("device-lines", "a device brings all its lines"),
	  RULE_BY_CONSTRUCTION, "resolve gives them together" },
	{ RULE("line-trigger", "a line has the trigger of the board's tree"),
	  RULE_BY_CONSTRUCTION, "the language states none" },
	{ RULE("tree-cpus", "a guest's tree has the cell's CPUs"),
	  RULE_BY_CONSTRUCTION, "hvcc makes it, and 'tree' may not add any" },
	{ RULE("tree-memory", "a guest's tree has the cell's memory"),
	  RULE_BY_CONSTRUCTION, "hvcc makes it, and 'tree' may not change it" },
	{ RULE("tree-place", "a guest's tree is aligned, near its kernel and in"
	       " nobody's way"),
	  RULE_BY_CONSTRUCTION, "place chooses where it goes" },
	{ RULE("initrd-place", "/chosen names the initrd's real place"),
	  RULE_BY_CONSTRUCTION, "both come from one layout" },
	{ RULE("channel-one-writer", "a one-way channel has one writer"),
	  RULE_BY_CONSTRUCTION, "'from' names one cell" },
	{ RULE("root-rest", "the rest is the board's memory less what is"
	       " reserved or somebody's"),
	  RULE_BY_CONSTRUCTION, "place computes it" },
	{ RULE("boot-cpu-late", "the board's boot CPU stays with the root cell"),
	  RULE_NOT_APPLICABLE, "'boot running' is not built yet" },
	{ RULE("cell-32-bit", "a 32-bit cell has CPUs that run it"),
	  RULE_NOT_APPLICABLE, "there are no 32-bit cells" },
	{ RULE("cache-colours", "no two cells have the same cache colour"),
	  RULE_NOT_APPLICABLE, "there is no colouring" },
	{ RULE("sub-page-window", "a window smaller than a page says its access"
	       " width"),
	  RULE_NOT_APPLICABLE, "windows are whole pages" },
	{ RULE("pci-function", "a PCI function has one owner"),
	  RULE_NOT_APPLICABLE, "a host bridge is given whole" },
	{ RULE("msi-range", "no two cells have the same MSI"),
	  RULE_NOT_APPLICABLE, "there are no MSIs in cells" },
	{ RULE("stream-id", "a stream id has one owner"),
	  RULE_NOT_APPLICABLE, "no IOMMU is programmed" },
};

const size_t kept_otherwise_n = ARRAY_SIZE(kept_otherwise);
