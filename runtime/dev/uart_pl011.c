/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uart_pl011.c - registers of a real PL011.
 */
#include "dev/uart_pl011.h"

#include "core/hv.h"

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
#define LCR_H_FIFO_8BIT (7u << 4)
#define CR_UARTEN (1u << 0)
#define CR_TXE_RXE (3u << 8)
#define INT_RX_RT (1u << 4 | 1u << 6)
#define INT_TX (1u << 5)
#define INT_ALL 0x7ffu

static uint32_t reg_read(uint32_t offset)
{
	return arch_device_read((struct hv_pa){ hv_system.uart_base.u + offset });
}

static void reg_write(uint32_t offset, uint32_t value)
{
	arch_device_write((struct hv_pa){ hv_system.uart_base.u + offset }, value);
}

void pl011_init(void)
{
	uint32_t control = reg_read(UARTCR);

	reg_write(UARTIMSC, 0);
	reg_write(UARTDMACR, 0);
	/* The frame may only be changed while the UART is off. */
	if (!(control & CR_UARTEN))
		reg_write(UARTLCR_H, LCR_H_FIFO_8BIT);
	reg_write(UARTCR, control | CR_UARTEN | CR_TXE_RXE);
	reg_write(UARTIFLS, 0);	/* told of 1/8 full and 1/8 left */
	pl011_acknowledge();
	pl011_want_room(false);
}

uint32_t pl011_has(uint32_t flag)
{
	return reg_read(UARTFR) & flag;
}

void pl011_put(uint8_t byte)
{
	reg_write(UARTDR, byte);
}

bool pl011_get(uint8_t *byte)
{
	uint32_t data = reg_read(UARTDR);

	*byte = (uint8_t)data;
	return !(data & DR_BAD);
}

void pl011_want_room(bool is_wanted)
{
	reg_write(UARTIMSC, INT_RX_RT | (is_wanted ? INT_TX : 0));
}

void pl011_acknowledge(void)
{
	reg_write(UARTICR, INT_ALL);
}
