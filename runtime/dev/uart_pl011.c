/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uart_pl011.c - registers of a real PL011.
 */
#include "dev/uart_pl011.h"

#include "core/arch.h"

enum {
	UARTDR = 0x00,
	UARTFR = 0x18,
	UARTLCR_H = 0x2c,
	UARTCR = 0x30,
	UARTIFLS = 0x34,
	UARTIMSC = 0x38,
	UARTICR = 0x44,
	UARTDMACR = 0x48,
};

#define DR_BAD (7u << 8)	/* framing, parity, break */
#define FR_BUSY (1u << 3)
#define FR_RXFE (1u << 4)
#define FR_TXFF (1u << 5)
#define LCR_H_FIFO_8BIT (7u << 4)
#define CR_UARTEN (1u << 0)
#define CR_TXE_RXE (3u << 8)
#define INT_RX_RT (1u << 4 | 1u << 6)
#define INT_TX (1u << 5)
#define INT_ALL 0x7ffu

static uint32_t reg_read(struct hv_pa base, uint32_t offset)
{
	return arch_device_read((struct hv_pa){ base.u + offset });
}

static void reg_write(struct hv_pa base, uint32_t offset, uint32_t value)
{
	arch_device_write((struct hv_pa){ base.u + offset }, value);
}

void pl011_init(struct hv_pa base)
{
	uint32_t control = reg_read(base, UARTCR);

	reg_write(base, UARTIMSC, 0);
	reg_write(base, UARTDMACR, 0);
	/* The frame may only be changed while the UART is off. */
	if (!(control & CR_UARTEN))
		reg_write(base, UARTLCR_H, LCR_H_FIFO_8BIT);
	reg_write(base, UARTCR, control | CR_UARTEN | CR_TXE_RXE);
	reg_write(base, UARTIFLS, 0);	/* told of 1/8 full and 1/8 left */
	reg_write(base, UARTICR, INT_ALL);
	reg_write(base, UARTIMSC, INT_RX_RT);
}

bool pl011_has_room(struct hv_pa base)
{
	return !(reg_read(base, UARTFR) & FR_TXFF);
}

bool pl011_is_busy(struct hv_pa base)
{
	return reg_read(base, UARTFR) & FR_BUSY;
}

void pl011_put(struct hv_pa base, uint8_t byte)
{
	reg_write(base, UARTDR, byte);
}

bool pl011_has_input(struct hv_pa base)
{
	return !(reg_read(base, UARTFR) & FR_RXFE);
}

bool pl011_get(struct hv_pa base, uint8_t *byte)
{
	uint32_t data = reg_read(base, UARTDR);

	*byte = (uint8_t)data;
	return !(data & DR_BAD);
}

void pl011_want_room(struct hv_pa base, bool is_wanted)
{
	reg_write(base, UARTIMSC, INT_RX_RT | (is_wanted ? INT_TX : 0));
}

void pl011_acknowledge(struct hv_pa base)
{
	reg_write(base, UARTICR, INT_ALL);
}
