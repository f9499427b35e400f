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
	{ RULE("device-aligned", "accesses to registers are aligned"),
	  RULE_BY_CONSTRUCTION, "devices are mapped as Device memory, where"
	  " a CPU faults on others" },
	{ RULE("page-offset", "an address has the same place in its page in"
	       " the cell as on the board"),
	  RULE_BY_CONSTRUCTION, "all that is mapped are whole pages" },
	{ RULE("list-registers", "a line is delivered however few list"
	       " registers there are"),
	  RULE_BY_CONSTRUCTION, "what finds none free waits in the"
	  " distributor" },
	{ RULE("tree-devices", "a guest's tree has the cell's devices and no"
	       " others"),
	  RULE_BY_CONSTRUCTION, "hvcc makes it, and 'tree' may not add"
	  " registers or lines" },
	{ RULE("tree-controller", "a guest's tree has the interrupt"
	       " controller, timers and firmware calls that the runtime"
	       " shows"),
	  RULE_BY_CONSTRUCTION, "hvcc makes it from the board" },
	{ RULE("tree-channels", "a guest's tree has the cell's channels"),
	  RULE_BY_CONSTRUCTION, "hvcc makes a node for each" },
	{ RULE("payload-own", "a cell runs its own copy of its payload"),
	  RULE_BY_CONSTRUCTION, "place gives each cell's payload its own"
	  " memory" },
	{ RULE("image-loaded", "an image runs from wherever it was loaded"),
	  RULE_BY_CONSTRUCTION, "the runtime orders its moves, and refuses"
	  " what cannot be ordered" },
	{ RULE("image-identity", "runtime, tables and payloads of an image"
	       " were made for each other"),
	  RULE_BY_CONSTRUCTION, "hashes and identity, which the runtime"
	  " compares" },
	{ RULE("image-layout", "compiler and runtime agree on every byte of"
	       " the tables"),
	  RULE_BY_CONSTRUCTION, "static assertions in the headers that both"
	  " include" },
	{ RULE("image-bytes", "the same text gives the same image"),
	  RULE_BY_CONSTRUCTION, "no time and no path of the host goes in" },
	{ RULE("image-reach", "what an image lets a cell reach is what the"
	       " text gives it"),
	  RULE_BY_CONSTRUCTION, "verify compares before the image is"
	  " written" },
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
	{ RULE("sub-page-crossing", "a window smaller than a page lies in"
	       " one page"),
	  RULE_NOT_APPLICABLE, "windows are whole pages" },
	{ RULE("sub-page-overlap", "no two cells have windows on the same"
	       " bytes of a page"),
	  RULE_NOT_APPLICABLE, "windows are whole pages" },
	{ RULE("pci-window", "registers of a PCI function lie in its"
	       " bridge's windows"),
	  RULE_NOT_APPLICABLE, "a host bridge is given whole" },
	{ RULE("msi-table", "no cell writes the messages of its MSIs"),
	  RULE_NOT_APPLICABLE, "there are no MSIs in cells" },
	{ RULE("stream-mask", "no mask over stream ids covers another cell's"),
	  RULE_NOT_APPLICABLE, "no IOMMU is programmed" },
	{ RULE("stream-range", "a stream id is one that its IOMMU has"),
	  RULE_NOT_APPLICABLE, "no IOMMU is programmed" },
	{ RULE("stream-bound", "every device behind an IOMMU is bound to a"
	       " cell"),
	  RULE_NOT_APPLICABLE, "no IOMMU is programmed" },
	{ RULE("iommu-addresses", "an IOMMU's tables reach as far as the"
	       " CPUs'"),
	  RULE_NOT_APPLICABLE, "no IOMMU is programmed" },
	{ RULE("gic-v2-cpus", "a GICv2 serves at most 8 CPUs"),
	  RULE_NOT_APPLICABLE, "the runtime drives GICv3 alone" },
	{ RULE("firmware-twice", "a firmware call is passed on from one cell"),
	  RULE_NOT_APPLICABLE, "'firmware calls' is not built yet" },
	{ RULE("payload-hash", "a payload is the one that was tested"),
	  RULE_NOT_APPLICABLE, "there is no file of hashes to compare with" },
	{ RULE("channel-state", "a cell writes its own state in a channel"
	       " and no other's"),
	  RULE_NOT_APPLICABLE, "channels have no table of states" },
};

const size_t kept_otherwise_n = ARRAY_SIZE(kept_otherwise);
