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
	UARTIBRD = 0x24,	/* then UARTFBRD, LCR_H, CR, IFLS, IMSC */
	UARTRIS = 0x3c,
	UARTMIS = 0x40,
	UARTICR = 0x44,
	UARTPERIPHID0 = 0xfe0,	/* four words, and four of UARTPCELLID */
};

enum { CR = 3, IFLS = 4, IMSC = 5 };	/* in `kept` */

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
	return (ring_is_empty(&r->input) ? 0 : INT_RX | INT_RT) | u->sent;
}

static uint32_t masked(const struct vpl011 *u, const struct console_rings *r)
{
	return status(u, r) & u->kept[IMSC];
}

/* `raw`: the status. */
static uint32_t reg_read(const struct vpl011 *u, struct console_rings *r, uint32_t reg,
			 uint32_t raw)
{
	/* Part 0x011 by designer 0x41, revision 1 (16-byte FIFOs); 0xb105f00d. */
	static const uint8_t ids[8] = {
		0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1,
	};
	uint32_t kept_i = (reg - UARTIBRD) / 4, id_i = (reg - UARTPERIPHID0) / 4;

	switch (reg) {
	case UARTDR:
		return ring_get(&r->input);
	case UARTFR:
		return FR_TXFE | (raw & INT_RX ? 0 : FR_RXFE);
	case UARTRIS:
		return raw;
	case UARTMIS:
		return raw & u->kept[IMSC];
	}
	if (kept_i < VPL011_N_KEPT)
		return u->kept[kept_i];
	return id_i < sizeof(ids) ? ids[id_i] : 0;
}

static void reg_write(struct vpl011 *u, struct console_rings *r, uint32_t reg,
		      uint32_t value)
{
	static const uint16_t bits[VPL011_N_KEPT] = {
		0xffff, 0x3f, 0xff, 0xff87, 0x3f, 0x7ff,
	};
	uint32_t kept_i = (reg - UARTIBRD) / 4;

	if (reg == UARTDR) {
		ring_put(&r->output, (uint8_t)value);
		u->sent = INT_TX;
	} else if (reg == UARTICR) {
		u->sent &= ~value;
	} else if (kept_i < VPL011_N_KEPT) {
		u->kept[kept_i] = value & bits[kept_i];
	}
}

void vpl011_reset(struct vpl011 *u, struct console_rings *r)
{
	/* DDI 0183G, table 3-1; but enabled, as firmware leaves a UART that it
	 * printed on. */
	*u = (struct vpl011){ .kept = { [CR] = 0x301, [IFLS] = 0x12 } };
	/* By the reader: the cell, which is not there. */
	__atomic_store_n(&r->input.got, __atomic_load_n(&r->input.put, __ATOMIC_ACQUIRE),
			 __ATOMIC_RELEASE);
}

/* Registers sit on word boundaries: only byte 0 of a write reaches one, reads
 * see the bytes that they ask for. */
enum vpl011_line vpl011_access(struct vpl011 *u, struct console_rings *r,
			       struct mmio *m)
{
	uint32_t reg = (uint32_t)m->offset & ~3u, byte = (uint32_t)m->offset & 3;
	uint32_t raw = status(u, r);
	bool was_up = raw & u->kept[IMSC], is_event;

	if (!m->is_write)
		m->value = reg_read(u, r, reg, raw) >> byte * 8;
	else if (byte == 0)
		reg_write(u, r, reg, (uint32_t)m->value);
	/* Also of a read the next byte is news: a handler may read one at a time. */
	is_event = reg == UARTDR && !(m->is_write && byte);
	if (masked(u, r) == 0)
		return was_up ? VPL011_CLEAR : VPL011_KEEP;
	return is_event || !was_up ? VPL011_RAISE : VPL011_KEEP;
}

enum vpl011_line vpl011_receive(const struct vpl011 *u, struct console_rings *r,
				uint8_t byte)
{
	ring_put(&r->input, byte);
	return masked(u, r) ? VPL011_RAISE : VPL011_KEEP;
}
