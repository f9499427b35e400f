/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.c - rings on one side, one UART on the other.
 *
 * The UART, the multiplexer and the focus belong to the CPU that takes the
 * UART's interrupt, so they need no lock: everybody else puts bytes into a
 * ring and makes that interrupt pending (kick). How much one interrupt sends
 * is bounded; if there is more, it makes itself pending again.
 */
#include "dev/console.h"

#include "core/event.h"
#include "core/line.h"
#include "core/text.h"
#include "dev/console_mux.h"
#include "dev/uart_pl011.h"

#define STEPS_PER_INTERRUPT 128u	/* of the multiplexer: 64 bytes or so */
#define INPUT_PER_INTERRUPT 64u
#define REST_US 100u			/* after that, at least */
#define LATER_US 1000u			/* until a silent line is looked at again */
#define EARLY_BYTE_US 2000u	/* at 9600 baud a byte takes half of it */
#define FLUSH_US 200000u

static bool is_console(uint32_t cell_i)
{
	return hv_cell_row(cell_i)->console == HV_CONSOLE_VIRTUAL;
}

/* ---- output -------------------------------------------------------------- */

static void kick(void)
{
	if (hv_system.uart == HV_UART_NONE)
		return;
	/* Before: the byte is in its ring. On the other side console_uart_irq
	 * clears this flag before it looks at the rings. */
	if (!__atomic_exchange_n(&hv.console.is_kicked, 1, __ATOMIC_SEQ_CST))
		arch_line_pend(hv_system.uart_line);
}

/* Somebody will call drain: nobody needs to kick. */
static void set_kicked(uint32_t is_kicked)
{
	__atomic_store_n(&hv.console.is_kicked, is_kicked, __ATOMIC_SEQ_CST);
}

static void rest(uint64_t now_us, uint32_t us)
{
	hv.console.rest_until_us = now_us + us;
	arch_alarm(us);
	set_kicked(1);
}

/*
 * Sends a bounded number of bytes. After that this CPU is left to its cell for
 * at least as long as it took, whatever others write to their consoles.
 */
static void drain(void)
{
	struct hv_pa base = hv_system.uart_base;
	uint64_t from_us = arch_time_us(), now_us;
	enum mux_step step = MUX_AGAIN;
	uint32_t n = 0;
	uint8_t byte;

	/* Before the rings are looked at: whoever fills one after kicks. */
	set_kicked(0);
	for (; n < STEPS_PER_INTERRUPT && step != MUX_EMPTY && step != MUX_LATER; n++) {
		if (!pl011_has_room(base)) {
			pl011_want_room(base, true);
			set_kicked(1);
			return;
		}
		step = mux_step(&hv.console.mux, from_us, &byte);
		if (step == MUX_BYTE)
			pl011_put(base, byte);
	}
	pl011_want_room(base, false);
	now_us = arch_time_us();
	if (step == MUX_LATER)
		rest(now_us, LATER_US);
	else if (step != MUX_EMPTY || n > 1)
		rest(now_us, (uint32_t)(now_us - from_us) + REST_US);
}

/* ---- input --------------------------------------------------------------- */

static void say_focus(void)
{
	struct text t;

	text_begin(&t, "hvisor: input goes to '");
	text_add(&t, hv_cell_row(hv.console.focus)->name);
	text_add(&t, "' (Ctrl-T moves it)");
	console_puts(text_line(&t));
}

/* From this cell on, itself last; HV_NONE: from the first. */
static uint32_t next_focus(uint32_t from)
{
	uint32_t n = hv_system.cells.count;

	for (uint32_t i = 1; i <= n; i++) {
		uint32_t cell_i = (from == HV_NONE ? i - 1 : from + i) % n;

		if (is_console(cell_i))
			return cell_i;
	}
	return HV_NONE;
}

/* Raised for a byte that comes is not taken back for the one before. */
void console_drive(uint32_t cell_i, enum vpl011_line line)
{
	switch (line) {
	case VPL011_KEEP:
		break;
	case VPL011_RAISE:
		line_raise(cell_i, hv_cell_row(cell_i)->console_line);
		break;
	case VPL011_CLEAR:
		arch_line_clear(hv_cell_row(cell_i)->console_line);
		break;
	}
}

static void give(uint32_t cell_i, uint8_t byte)
{
	struct console *c = &hv.console.of[cell_i];

	lock_take(&c->lock);
	console_drive(cell_i, vpl011_receive(&c->uart, mux_rings(cell_i), byte));
	lock_drop(&c->lock);
}

static void receive(uint8_t byte)
{
	if (hv.console.focus == HV_NONE)
		return;
	if (byte != CONSOLE_FOCUS_KEY) {
		give(hv.console.focus, byte);
		return;
	}
	hv.console.focus = next_focus(hv.console.focus);
	say_focus();
}

/* ---- the interfaces ------------------------------------------------------ */

void console_uart_irq(void)
{
	struct hv_pa base = hv_system.uart_base;
	uint64_t now_us;
	uint32_t n = 0;
	uint8_t byte;

	pl011_acknowledge(base);
	for (; n < INPUT_PER_INTERRUPT && pl011_has_input(base); n++)
		if (pl011_get(base, &byte))
			receive(byte);
	if (n == INPUT_PER_INTERRUPT)	/* acknowledged, and not all taken */
		arch_line_pend(hv_system.uart_line);
	now_us = arch_time_us();
	if (now_us >= hv.console.rest_until_us)
		drain();
	else
		arch_alarm((uint32_t)(hv.console.rest_until_us - now_us));
}

void console_alarm(void)
{
	drain();
}

/*
 * Where no UART takes what is in a ring, the newest of it stays, for the root
 * cell to read. By the writer: there is no other reader of that end.
 */
static void make_room(struct console_rings *r)
{
	if (hv_system.uart == HV_UART_NONE &&
	    ring_is_full(&r->output, CONSOLE_OUTPUT_SIZE))
		(void)ring_get(&r->output, r->output_bytes, CONSOLE_OUTPUT_SIZE);
}

/* The root cell may read this console: it hears once of what is new. */
static void tell(uint32_t cell_i)
{
	struct console_reader *reader = &hv.console.readers[cell_i];

	if (!(hv_cell_row(cell_i)->managed & HV_MANAGED_CONSOLE) ||
	    __atomic_load_n(&reader->is_told, __ATOMIC_RELAXED))
		return;
	/* After the byte is in its ring; console_read clears it before. */
	if (!__atomic_exchange_n(&reader->is_told, 1, __ATOMIC_SEQ_CST))
		event_tell();
}

enum mmio_result console_access(struct hv_cpu_state *cpu, struct mmio *m)
{
	struct console *c = &hv.console.of[cpu->cell_i];
	struct console_rings *r = mux_rings(cpu->cell_i);
	uint32_t n_put;
	bool is_new;

	if (m->size > 4)
		return MMIO_FAULT;
	lock_take(&c->lock);
	n_put = r->output.n_put;
	if (m->is_write)
		make_room(r);
	console_drive(cpu->cell_i, vpl011_access(&c->uart, r, m));
	is_new = r->output.n_put != n_put;
	lock_drop(&c->lock);
	if (m->is_write && !ring_is_empty(&r->output))
		kick();
	if (is_new)
		tell(cpu->cell_i);
	return MMIO_DONE;
}

void console_puts(const char *line)
{
	struct console_rings *r = mux_rings(hv_system.cells.count);

	lock_take(&hv.console.log_lock);
	for (; *line; line++) {
		make_room(r);
		(void)ring_put(&r->output, r->output_bytes, CONSOLE_OUTPUT_SIZE,
			       (uint8_t)*line);
	}
	lock_drop(&hv.console.log_lock);
	kick();
}

void console_cell_reset(uint32_t cell_i)
{
	struct console *c = &hv.console.of[cell_i];

	if (!is_console(cell_i))
		return;
	lock_take(&c->lock);
	vpl011_reset(&c->uart);
	ring_clear(&mux_rings(cell_i)->input);
	lock_drop(&c->lock);
}

void console_init(void)
{
	for (uint32_t i = 0; i <= hv_system.cells.count; i++) {
		struct console_rings *r = mux_rings(i);

		if (r)		/* only the counts: what they count is unread */
			r->input = r->output = (struct ring){ .head = 0 };
	}
	for (uint32_t i = 0; i < hv_system.cells.count; i++)
		console_cell_reset(i);
	hv.console.focus = next_focus(HV_NONE);
	/* Cells start first. */
	hv.console.rest_until_us = arch_time_us() + LATER_US;
	if (hv_system.uart != HV_UART_PL011)
		return;		/* nobody types: the root cell's calls bring input */
	pl011_init(hv_system.uart_base);
	/* With one console there is nothing to move. */
	if (next_focus(hv.console.focus) != hv.console.focus)
		say_focus();
}

/* ---- the two that wait --------------------------------------------------- */

static bool is_all_out(void)
{
	for (uint32_t i = 0; i <= hv_system.cells.count; i++) {
		const struct console_rings *r = mux_rings(i);

		if (r && !ring_is_empty(&r->output))
			return false;
	}
	return !pl011_is_busy(hv_system.uart_base);
}

void console_flush(void)
{
	uint64_t from_us = arch_time_us();

	if (hv_system.uart != HV_UART_PL011)
		return;
	while (!is_all_out() && arch_time_us() - from_us < FLUSH_US) {
		/* Only one CPU may drain; where it is another, it is told. */
		if (arch_self()->cpu_i == hv_system.uart_cpu)
			drain();
		else
			kick();
		arch_relax();
	}
}

void console_early_puts(const char *line)
{
	struct hv_pa base = hv_system.uart_base;

	if (hv_system.uart != HV_UART_PL011)
		return;
	for (; *line; line++) {
		uint64_t from_us = arch_time_us();

		while (!pl011_has_room(base) &&
		       arch_time_us() - from_us < EARLY_BYTE_US)
			arch_relax();
		if (*line == '\n')
			pl011_put(base, '\r');
		pl011_put(base, (uint8_t)*line);
	}
}
