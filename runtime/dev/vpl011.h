/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vpl011.h - the registers of the PL011 that a cell with `console virtual` sees.
 *
 * Two rings in, one verdict about the interrupt line out; nothing else is
 * touched. The transmit FIFO is always empty, as if the wire were infinitely
 * fast; the receive FIFO is the input ring. (Arm DDI 0183G, chapter 3)
 * Includes the rings.
 */
#ifndef DEV_VPL011_H
#define DEV_VPL011_H

#include "core/ring.h"
#include "hv_abi.h"

struct mmio;

#define CONSOLE_INPUT_SIZE 0x400u
#define CONSOLE_OUTPUT_SIZE \
	(HV_RING_SIZE - CONSOLE_INPUT_SIZE - 2 * (uint32_t)sizeof(struct ring))

/* What is in the HV_RING_SIZE bytes of a console, or of the runtime's log. */
struct console_rings {
	struct ring input;
	uint8_t input_bytes[CONSOLE_INPUT_SIZE];
	struct ring output;
	uint8_t output_bytes[CONSOLE_OUTPUT_SIZE];
};
_Static_assert(sizeof(struct console_rings) == HV_RING_SIZE, "abi");

#define VPL011_N_KEPT 6u

struct vpl011 {
	uint32_t kept[VPL011_N_KEPT];	/* UARTIBRD to UARTIMSC */
	uint32_t sent;		/* TXRIS: something was sent, and not cleared */
};

/*
 * The line is edge-triggered: it is raised on every rise of the masked status
 * and on every new event (a byte sent, a byte that comes up for reading), taken
 * back when the status falls to 0.
 */
enum vpl011_line { VPL011_KEEP, VPL011_RAISE, VPL011_CLEAR };

/* The input is forgotten too. */
void vpl011_reset(struct vpl011 *u, struct console_rings *r);
/* One aligned access of 1, 2 or 4 bytes inside the page; never refused. */
enum vpl011_line vpl011_access(struct vpl011 *u, struct console_rings *r,
			       struct mmio *m);
/* A byte from outside goes to the input ring, or is dropped there. */
enum vpl011_line vpl011_receive(const struct vpl011 *u, struct console_rings *r,
				uint8_t byte);

#endif
