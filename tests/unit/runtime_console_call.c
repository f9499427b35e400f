/* SPDX-License-Identifier: BSD-2-Clause */
/* The root cell reads and types on consoles, whatever the UART does. */
#include <string.h>

#include "arch/fake/tables.h"
#include "core/manage.h"
#include "dev/console.h"
#include "pl011.h"

enum { EVENT_LINE = 90 };
enum { ROOT, A, B, C };

static uint64_t x[17];
static char text[HV_CONSOLE_READ_MAX + 1];

static void begin(uint32_t uart)
{
	fake_begin();
	fake_tables.head.uart = uart;
	fake_tables.head.root_cell = ROOT;
	fake_cell("root", 1)->event_line = EVENT_LINE;
	fake_mmio(fake_cell("a", 1), PAGE, HV_MMIO_CONSOLE, HV_NONE);
	fake_mmio(fake_cell("b", 1), PAGE, HV_MMIO_CONSOLE, HV_NONE);

	struct hv_cell *c = fake_cell("c", 1);

	c->console = HV_CONSOLE_NONE;
	c->console_ring.u = 0;
	c->managed = fake_tables.cells[A].managed = HV_MANAGED_CONSOLE;
	fake_boot();
	fake_start();
	fake_uart();
	fake_sent();
}

static void setup(void)
{
	begin(HV_UART_PL011);
}

TestSuite(console_call, .init = setup);

static int64_t call(uint32_t number, uint64_t x1, uint64_t x2)
{
	x[0] = number;
	x[1] = x1;
	x[2] = x2;
	manage_call(hv_cpu(0), x);
	return (int64_t)x[0];
}

/* What is new on this console. */
static const char *read_some(uint64_t of)
{
	cr_assert_eq(call(HV_CALL_CONSOLE_READ, of, 0), 0);
	cr_assert_leq(x[1], HV_CONSOLE_READ_MAX);
	memcpy(text, &x[3], HV_CONSOLE_READ_MAX);
	for (uint64_t i = x[1]; i < HV_CONSOLE_READ_MAX; i++)
		cr_assert_eq(text[i], 0);
	text[x[1]] = '\0';
	return text;
}

Test(console_call, output_is_read_once_and_the_uart_shows_it_too)
{
	print(A, "hello\n");
	cr_expect_str_eq(read_some(A), "hello\n");
	cr_expect_str_eq(read_some(A), "");
	fake_uart();
	cr_expect_str_eq(fake_sent(), "[a] hello\r\n");
	print(A, "more\n");
	fake_uart();
	cr_expect_str_eq(read_some(A), "more\n");
	cr_expect_eq(x[2], 0);
}

Test(console_call, long_output_comes_in_pieces)
{
	char sent[301] = "", got[400] = "";

	for (uint32_t i = 0; i < 300; i++)
		sent[i] = (char)('a' + i % 26);
	print(A, sent);
	while (*read_some(A))
		strcat(got, text);
	cr_expect_str_eq(got, sent);
}

/* However far the reader is behind, it gets the newest and the right count. */
static void read_behind(uint32_t uart)
{
	begin(uart);
	uint64_t n_written = 3 * CONSOLE_OUTPUT_SIZE + 77, n_read = 0, n_lost = 0;

	for (uint64_t i = 0; i < n_written; i++) {
		access(A, DR, true, (uint32_t)('a' + i % 26));
		if (i % 100 == 0) {
			fake_uart();
			fake_sent();
		}
	}
	while (*read_some(A)) {
		for (uint64_t k = 0; text[k]; k++, n_read++)
			cr_assert_eq(text[k], (char)('a' + (x[2] + n_read) % 26));
		n_lost = x[2];
	}
	cr_expect_eq(n_read + n_lost, n_written);
	cr_expect_eq(n_read, CONSOLE_OUTPUT_SIZE);
}

Test(console_call, a_reader_that_is_late_loses_the_oldest)
{
	read_behind(HV_UART_PL011);
}

Test(console_call, without_a_uart_too)
{
	read_behind(HV_UART_NONE);
}

Test(console_call, what_never_found_room_is_counted)
{
	fake.room = 0;
	for (uint32_t i = 0; i < CONSOLE_OUTPUT_SIZE + 10; i++)
		access(A, DR, true, 'x');
	read_some(A);
	cr_expect_eq(x[2], 10);
}

Test(console_call, the_log_is_read_without_a_uart)
{
	begin(HV_UART_NONE);
	while (*read_some(HV_NONE))
		;
	console_puts("hvisor: ", "one", "", "");
	cr_expect_str_eq(read_some(HV_NONE), "hvisor: one\n");
	cr_expect_str_eq(read_some(HV_NONE), "");
}

Test(console_call, the_line_is_raised_once_until_somebody_reads)
{
	uint32_t n = fake.n_pends[EVENT_LINE];

	print(A, "abc");
	cr_expect_eq(fake.n_pends[EVENT_LINE], n + 1);
	print(B, "abc");	/* nobody may read it */
	cr_expect_eq(fake.n_pends[EVENT_LINE], n + 1);
	read_some(A);
	print(A, "d");
	cr_expect_eq(fake.n_pends[EVENT_LINE], n + 2);
	access(A, IMSC, true, RXIM);
	cr_expect_eq(fake.n_pends[EVENT_LINE], n + 2);
}

Test(console_call, what_is_typed_arrives_and_raises_the_cells_line)
{
	uint32_t n = fake.n_pends[100 + A];

	access(A, IMSC, true, RXIM);
	memcpy(&x[3], "ls\n", 3);
	cr_expect_eq(call(HV_CALL_CONSOLE_WRITE, A, 3), 0);
	cr_expect_eq(x[1], 3);
	cr_expect_eq(fake.n_pends[100 + A], n + 1);
	cr_expect_eq(access(A, DR, false, 0), 'l');
	cr_expect_eq(access(A, DR, false, 0), 's');
	cr_expect_eq(access(A, DR, false, 0), '\n');
}

Test(console_call, what_finds_no_room_is_said)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < CONSOLE_INPUT_SIZE; i++) {
		cr_assert_eq(call(HV_CALL_CONSOLE_WRITE, A, 64), 0);
		n += x[1];
	}
	cr_expect_eq(n, CONSOLE_INPUT_SIZE);
	cr_expect_eq(x[1], 0);
}

Test(console_call, only_consoles_of_cells_that_are_there_and_run)
{
	cr_expect_eq(call(HV_CALL_CONSOLE_READ, C, 0), HV_E_NO_CELL);
	cr_expect_eq(call(HV_CALL_CONSOLE_WRITE, C, 1), HV_E_NO_CELL);
	cr_expect_eq(call(HV_CALL_CONSOLE_WRITE, HV_NONE, 1), HV_E_NO_CELL);
	cr_expect_eq(call(HV_CALL_CONSOLE_READ, 4, 0), HV_E_NO_CELL);
	cr_expect_eq(call(HV_CALL_CONSOLE_READ, B, 0), HV_E_DENIED);
	cr_expect_eq(call(HV_CALL_CONSOLE_WRITE, A, 65), HV_E_ARGUMENT);
	cr_expect_eq(call(HV_CALL_CONSOLE_WRITE, A, UINT64_MAX), HV_E_ARGUMENT);
	cr_expect_eq(call(HV_CALL_CONSOLE_WRITE, A, 0), 0);
	hv.cells[A].state = CELL_OFF;
	cr_expect_eq(call(HV_CALL_CONSOLE_WRITE, A, 1), HV_E_STATE);
	cr_expect_eq(call(HV_CALL_CONSOLE_READ, A, 0), 0);
}
