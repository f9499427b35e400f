/* SPDX-License-Identifier: BSD-2-Clause */
/* Many consoles, one UART: what is shown, and where the input goes. */
#include <string.h>

#include "arch/fake/tables.h"
#include "dev/console.h"
#include "dev/console_mux.h"
#include "pl011.h"

/* Consoles: a and b; c has none. Each has a CPU of the same index. */
static void setup(void)
{
	fake_begin();
	fake_mmio(fake_cell("a", 1), PAGE, HV_MMIO_CONSOLE, HV_NONE);
	fake_mmio(fake_cell("b", 1), PAGE, HV_MMIO_CONSOLE, HV_NONE);
	struct hv_cell *c = fake_cell("c", 1);

	c->console = HV_CONSOLE_NONE;
	c->console_line = HV_NONE;
	c->console_ring.u = 0;
	fake_boot();
	fake_start();
	fake_uart();
	cr_assert_str_eq(fake_sent(),
			 "hvisor: input goes to 'a' (Ctrl-T moves it)\r\n");
}

TestSuite(console, .init = setup);

static const char *shown(void)
{
	fake_uart();
	return fake_sent();
}

Test(console, each_line_has_its_name)
{
	print(0, "one\ntwo\r\n\n");
	cr_assert_str_eq(shown(), "[a] one\r\n[a] two\r\n[a] \r\n");
}

Test(console, a_prompt_is_shown_without_its_newline)
{
	print(0, "# ");
	cr_assert_str_eq(shown(), "[a] # ");
	print(0, "ls\n");
	cr_assert_str_eq(shown(), "ls\r\n");
}

Test(console, another_cell_begins_a_new_line)
{
	print(0, "# ");
	cr_assert_str_eq(shown(), "[a] # ");
	print(1, "b\n");
	cr_assert_str_eq(shown(), "\r\n[b] b\r\n");
	print(0, "ls");
	cr_assert_str_eq(shown(), "[a] ls");
}

Test(console, a_line_is_not_cut_while_its_cell_goes_on)
{
	print(0, "first ");
	console_uart_irq();
	print(1, "b\n");
	console_uart_irq();
	fake.now_us += MUX_IDLE_US / 2;
	print(0, "half\n");
	cr_assert_str_eq(shown(), "[a] first half\r\n[b] b\r\n");
}

Test(console, a_line_without_end_does_not_keep_the_others_out)
{
	for (uint32_t i = 0; i < 4 * MUX_TURN; i++)
		print(0, "x");
	print(1, "b\n");

	const char *s = shown();
	const char *b = strstr(s, "\r\n[b] b\r\n");

	cr_assert_not_null(b);
	cr_assert_lt(b - s, 3 * (ptrdiff_t)MUX_TURN);
}

Test(console, a_return_does_not_wipe_the_name)
{
	print(0, "10%\r20%\r\n");
	cr_assert_str_eq(shown(), "[a] 10%\r[a] 20%\r\n");
	print(0, "\r\rx\n");
	cr_assert_str_eq(shown(), "[a] x\r\n");
}

Test(console, what_a_cell_said_comes_before_the_message_about_it)
{
	print(1, "going\ndown\n");
	console_puts("hvisor: ", "it", " ", "went");
	cr_assert_str_eq(shown(), "[b] going\r\n[b] down\r\nhvisor: it went\r\n");
}

Test(console, the_log_comes_after_what_cells_said_before)
{
	/* b has the turn; a is next but one. */
	print(1, "b\n");
	console_uart_irq();
	print(1, "b\n");
	print(0, "a\n");
	console_puts("hvisor: ", "it", " ", "went");
	cr_assert_str_eq(shown(), "[b] b\r\n[b] b\r\n[a] a\r\nhvisor: it went\r\n");
}

Test(console, overflow_drops_counts_and_returns)
{
	for (uint32_t i = 0; i < CONSOLE_OUTPUT_SIZE + 100; i++)
		access(0, DR, true, 'x');
	cr_assert_eq(hv.console.of[0].rings->output.dropped, 100);
	print(1, "b\n");
	cr_assert_not_null(strstr(shown(), "[b] b\r\n"));
}

Test(console, a_full_fifo_is_not_waited_for)
{
	print(0, "abcdef\n");
	fake.room = 6;
	console_uart_irq();
	cr_assert_eq(fake.n_sent, 6);
	fake.room = 100;
	cr_assert_str_eq(shown(), "[a] abcdef\r\n");
}

Test(console, one_interrupt_sends_a_bounded_number_of_bytes)
{
	for (uint32_t i = 0; i < 1000; i++)
		print(0, "x");
	console_uart_irq();
	cr_assert_leq(fake.n_sent, 128);
}

Test(console, a_flood_leaves_the_cpu_time_for_its_cell)
{
	for (uint32_t i = 0; i < 1000; i++)
		print(0, "x");
	console_uart_irq();
	uint32_t n_sent = fake.n_sent, n_pends = fake.n_pends[hv_system.uart_line];

	/* While it rests nobody interrupts it, and if so, nothing is sent. */
	print(1, "y");
	cr_assert_eq(fake.n_pends[hv_system.uart_line], n_pends);
	console_uart_irq();
	cr_assert_eq(fake.n_sent, n_sent);
	cr_assert_gt(fake.alarm_us, fake.now_us);
}

/* Nobody types there: a cell's input comes from the root cell alone. */
Test(console, without_a_uart_no_input_is_spoken_of)
{
	fake_tables.head.uart = HV_UART_NONE;
	fake_boot();
	cr_assert(ring_is_empty(&hv.console.of[hv_system.cells.count].rings->output));
}

Test(console, the_key_moves_the_input_around_the_cells_with_a_console)
{
	access(0, IMSC, true, RXIM);
	access(1, IMSC, true, RXIM);
	fake.input = "1\x14" "2\x14" "3";
	cr_assert_str_eq(shown(),
			 "hvisor: input goes to 'b' (Ctrl-T moves it)\r\n"
			 "hvisor: input goes to 'a' (Ctrl-T moves it)\r\n");
	cr_assert_eq(access(0, DR, false, 0), '1');
	cr_assert_eq(access(0, DR, false, 0), '3');
	cr_assert_eq(access(1, DR, false, 0), '2');
	cr_assert_eq(access(1, DR, false, 0), 0);
}

Test(console, input_raises_the_line_of_a_cell_that_runs)
{
	access(0, IMSC, true, RXIM);
	fake.input = "x";
	shown();
	cr_assert_eq(fake.n_pends[100], 1);
	hv.cells[0].state = CELL_CRASHED;
	fake.input = "y";
	shown();
	cr_assert_eq(fake.n_pends[100], 1);
}

Test(console, a_fresh_start_finds_no_old_input)
{
	access(0, IMSC, true, RXIM);
	fake.input = "old";
	shown();
	console_cell_reset(0);
	cr_assert_eq(access(0, FR, false, 0) & 1 << 4, 1 << 4);
	cr_assert_eq(access(0, IMSC, false, 0), 0);
}

Test(console, flush_sends_all_there_is)
{
	print(1, "last words");
	console_puts("hvisor: ", "the", " ", "end");
	console_flush();
	cr_assert_str_eq(fake_sent(), "[b] last words\r\nhvisor: the end\r\n");
}
