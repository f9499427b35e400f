/* SPDX-License-Identifier: BSD-2-Clause */
/* print.c - a PL011 as it stands after reset, polled (Arm DDI 0183). */
#include <stdarg.h>

#include "cell.h"

#ifdef UART_BASE
enum { UARTDR = 0x00, UARTFR = 0x18, UARTIMSC = 0x38, RXFE = 1 << 4, TXFF = 1 << 5 };

void uart_put(char c)
{
	while (load32(UART_BASE + UARTFR) & TXFF)
		__asm__ volatile("yield");
	store32(UART_BASE + UARTDR, (uint8_t)c);
}

int uart_get(void)
{
	if (load32(UART_BASE + UARTFR) & RXFE)
		return -1;
	return (int)(load32(UART_BASE + UARTDR) & 0xff);
}

void uart_irq_on(void)
{
	store32(UART_BASE + UARTIMSC, 1 << 4 | 1 << 6);	/* received, or waiting too long */
	gic_enable(UART_INTID);
}
#else
void uart_put(char c) { (void)c; }	/* `console none` */
int uart_get(void) { return -1; }
void uart_irq_on(void) { }
#endif

static void put_string(const char *s)
{
	while (*s)
		uart_put(*s++);
}

static void put_number(uint64_t n, uint32_t base)
{
	char digits[21];
	char *at = digits + sizeof(digits) - 1;

	*at = 0;
	do {
		*--at = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	put_string(at);
}

static void put_signed(int64_t n)
{
	if (n < 0)
		uart_put('-');
	put_number(n < 0 ? -(uint64_t)n : (uint64_t)n, 10);
}

void print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	for (; *fmt; fmt++) {
		bool is_long;

		if (*fmt != '%') {
			uart_put(*fmt);
			continue;
		}
		is_long = *++fmt == 'l';
		fmt += is_long;
		switch (*fmt) {
		case 's':
			put_string(va_arg(ap, const char *));
			break;
		case 'c':
			uart_put((char)va_arg(ap, int));
			break;
		case 'd':
			put_signed(is_long ? va_arg(ap, int64_t) : va_arg(ap, int32_t));
			break;
		case 'u':
		case 'x':
			put_number(is_long ? va_arg(ap, uint64_t) : va_arg(ap, uint32_t),
				   *fmt == 'u' ? 10 : 16);
			break;
		default:
			return;		/* a format that this printer lacks */
		}
	}
	va_end(ap);
}
