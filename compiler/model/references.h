/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * references.h - the properties of a devicetree by which a node asks another.
 *
 * The one table of them: who reads a board finds there what a device needs, and
 * who writes a guest's tree what must go when the guest lacks the other node.
 * What a property holds is read with the readers' own means. Includes model.
 */
#ifndef MODEL_REFERENCES_H
#define MODEL_REFERENCES_H

#include "model/model.h"

enum reference_shape {
	REFERENCE_LIST,		/* each a phandle and its arguments */
	REFERENCE_FIRST,	/* a phandle, then numbers of the asker's own */
	REFERENCE_MAP,		/* rows: a number, a phandle, two numbers */
};

/* Properties of the node that is asked which count the arguments. */
enum reference_cells {
	CELLS_NONE, CELLS_THREE,
	CELLS_CLOCK, CELLS_RESET, CELLS_POWER_DOMAIN, CELLS_GPIO, CELLS_MBOX,
	CELLS_HWLOCK, CELLS_DMA, CELLS_PHY, CELLS_IOMMU, CELLS_MSI, CELLS_PWM,
	CELLS_IO_CHANNEL, CELLS_INTERCONNECT, CELLS_THERMAL_SENSOR,
	CELLS_SOUND_DAI, CELLS_MUX, CELLS_SMEM_STATE, CELLS_INDEX,
	CELLS_N
};

struct reference {
	const char *name;	/* "clocks", "*-supply", or "pinctrl-#" */
	enum need_kind kind;
	enum reference_cells cells;
	enum reference_shape shape;
	bool is_link;		/* names the other node and asks nothing */
	const char *with;	/* goes when the reference goes; or NULL */
};

/* NULL: the property refers to nothing. */
const struct reference *reference_find(const char *property);
/* True for a list of names that goes with references. */
bool reference_names(const char *property);
/*
 * What a property means whose name is a vendor's: a system controller, where
 * the node that it names is one (compatible "syscon"). NULL: a number.
 */
const struct reference *reference_of_vendor(const char *property);

/*
 * True where who has the device depends on who has what it needs: that is no
 * number, and neither memory nor what the hypervisor keeps.
 */
bool reference_binds(const struct device_need *n);

/* "#clock-cells"; NULL for a number that needs no property. */
const char *reference_cells_name(enum reference_cells cells);
/* The number that counts where nothing says it; false: it must be said. */
bool reference_cells_default(enum reference_cells cells, uint32_t *n);

/* A node of numbers alone: no register stands behind it. */
enum reference_fixed {
	FIXED_NOT,
	FIXED_ALWAYS,
	FIXED_BY_CLOCK,		/* as its own clock is */
};
enum reference_fixed reference_fixed(const char *compatible);

#endif
