/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vpl011.c - register by register what a PL011 driver can observe.
 *
 * Not modelled, because no driver can tell on a wire without modem lines and
 * without errors: loopback, modem status, DMA, break, a disabled FIFO. What
 * only configures those is not kept and reads 0.
 */
#include "dev/vpl011.h"

#include "core/mmio.h"

enum {
	UARTDR = 0x00,
	UARTFR = 0x18,
	UARTIBRD = 0x24,
	UARTFBRD = 0x28,
	UARTLCR_H = 0x2c,
	UARTCR = 0x30,
	UARTIFLS = 0x34,
	UARTIMSC = 0x38,
	UARTRIS = 0x3c,
	UARTMIS = 0x40,
	UARTICR = 0x44,
	UARTPERIPHID0 = 0xfe0,	/* four words, and four of UARTPCELLID */
};

#define FR_RXFE (1u << 4)
#define FR_TXFE (1u << 7)

#define INT_RX (1u << 4)
#define INT_TX (1u << 5)
#define INT_RT (1u << 6)

/*
 * Receive and timeout status follow the ring and no trigger level: a driver
 * that enables either hears of every byte, and clearing them by UARTICR has no
 * effect while there is one, so that none is forgotten.
 */
static uint32_t status(const struct vpl011 *u, const struct console_rings *r)
{
	return (ring_is_empty(&r->input) ? 0 : INT_RX | INT_RT) |
		(u->is_sent ? INT_TX : 0);
}

/* Part 0x011 by designer 0x41, revision 1 (16-byte FIFOs); 0xb105f00d. */
static uint32_t id_read(uint64_t offset)
{
	static const uint8_t ids[8] = {
		0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1,
	};

	if (offset < UARTPERIPHID0 || offset >= UARTPERIPHID0 + 4 * sizeof(ids))
		return 0;
	return ids[(offset - UARTPERIPHID0) / 4];
}

static uint32_t data_read(struct console_rings *r)
{
	if (ring_is_empty(&r->input))
		return 0;
	return ring_get(&r->input, r->input_bytes, CONSOLE_INPUT_SIZE);
}

static uint32_t reg_read(struct vpl011 *u, struct console_rings *r,
			 uint64_t offset)
{
	switch (offset & ~UINT64_C(3)) {
	case UARTDR:
		return data_read(r);
	case UARTFR:
		return FR_TXFE | (ring_is_empty(&r->input) ? FR_RXFE : 0);
	case UARTIBRD:
		return u->baud_integer;
	case UARTFBRD:
		return u->baud_fraction;
	case UARTLCR_H:
		return u->line_control;
	case UARTCR:
		return u->control;
	case UARTIFLS:
		return u->levels;
	case UARTIMSC:
		return u->mask;
	case UARTRIS:
		return status(u, r);
	case UARTMIS:
		return status(u, r) & u->mask;
	default:
		return id_read(offset & ~UINT64_C(3));
	}
}

/* Whether the write was an event that the driver may wait for. */
static bool reg_write(struct vpl011 *u, struct console_rings *r,
		      uint64_t offset, uint32_t value)
{
	switch (offset & ~UINT64_C(3)) {
	case UARTDR:
		(void)ring_put(&r->output, r->output_bytes,
			       CONSOLE_OUTPUT_SIZE, (uint8_t)value);
		u->is_sent = 1;
		return true;
	case UARTIBRD:
		u->baud_integer = value & 0xffff;
		break;
	case UARTFBRD:
		u->baud_fraction = value & 0x3f;
		break;
	case UARTLCR_H:
		u->line_control = value & 0xff;
		break;
	case UARTCR:
		u->control = value & 0xff87;
		break;
	case UARTIFLS:
		u->levels = value & 0x3f;
		break;
	case UARTIMSC:
		u->mask = value & 0x7ff;
		break;
	case UARTICR:
		if (value & INT_TX)
			u->is_sent = 0;
		break;
	default:
		break;
	}
	return false;
}

void vpl011_reset(struct vpl011 *u)
{
	/* DDI 0183G, table 3-1; but enabled, as firmware leaves a UART that it
	 * printed on. */
	*u = (struct vpl011){ .control = 0x301, .levels = 0x12 };
}

enum vpl011_line vpl011_access(struct vpl011 *u, struct console_rings *r,
			       struct mmio *m)
{
	uint32_t before = status(u, r) & u->mask;
	uint32_t shift = (uint32_t)(m->offset & 3) * 8;
	bool is_event = false;

	/* Registers sit on word boundaries: only byte 0 of a write reaches
	 * one, reads see the bytes that they ask for. */
	if (!m->is_write) {
		m->value = reg_read(u, r, m->offset) >> shift;
		/* The next byte is news: a handler may read one at a time. */
		is_event = (m->offset & ~UINT64_C(3)) == UARTDR;
	} else if (shift == 0) {
		is_event = reg_write(u, r, m->offset, (uint32_t)m->value);
	}

	uint32_t after = status(u, r) & u->mask;

	if (after == 0)
		return before == 0 ? VPL011_KEEP : VPL011_CLEAR;
	return is_event || before == 0 ? VPL011_RAISE : VPL011_KEEP;
}

enum vpl011_line vpl011_receive(const struct vpl011 *u, struct console_rings *r,
				uint8_t byte)
{
	(void)ring_put(&r->input, r->input_bytes, CONSOLE_INPUT_SIZE, byte);
	return status(u, r) & u->mask ? VPL011_RAISE : VPL011_KEEP;
}
