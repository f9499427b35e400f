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
#include "dev/console_mux.h"
#include "dev/uart_pl011.h"

#define STEPS_PER_INTERRUPT 128u	/* of the multiplexer: 64 bytes or so */
#define INPUT_PER_INTERRUPT 64u
#define REST_US 100u			/* after that, at least */
#define LATER_US 1000u			/* until a silent line is looked at again */
#define EARLY_BYTE_US 2000u	/* at 9600 baud a byte takes half of it */
#define FLUSH_US 200000u

/* One address from which all of it is reached; else each field has its own. */
static inline struct console *console_of(uint32_t source)
{
	struct console *c = &hv.console.of[source];

	__asm__("" : "+r"(c));
	return c;
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
void console_drain(void)
{
	uint64_t from_us = arch_time_us(), now_us;
	struct console_mux *m = &hv.console.mux;
	enum mux_step step = MUX_AGAIN;
	uint32_t n = 0;

	/* Before the rings are looked at: whoever fills one after kicks. */
	set_kicked(0);
	for (; n < STEPS_PER_INTERRUPT && step == MUX_AGAIN; n++) {
		if (pl011_has(PL011_IS_FULL)) {
			pl011_want_room(true);
			set_kicked(1);
			return;
		}
		if (m->staged_i == m->staged.size) {
			step = mux_step(m, from_us);
			continue;
		}
		pl011_put((uint8_t)m->staged.bytes[m->staged_i++]);
		m->shown_us = from_us;
	}
	pl011_want_room(false);
	now_us = arch_time_us();
	if (step == MUX_LATER)
		rest(now_us, LATER_US);
	else if (step != MUX_EMPTY || n > 1)
		rest(now_us, (uint32_t)(now_us - from_us) + REST_US);
}

void console_puts(const char *a, const char *b, const char *c, const char *d)
{
	struct console *log = console_of(hv_system.cells.count);
	const char *const parts[] = { a, b, c, d, "\n" };

	lock_take(&log->lock);
	for (uint32_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		for (const char *s = parts[i]; *s; s++)
			ring_put(&log->rings->output, (uint8_t)*s);
	lock_drop(&log->lock);
	kick();
}

/* ---- input --------------------------------------------------------------- */

static void say_focus(void)
{
	console_puts("hvisor: input goes to '", hv_cell_row(hv.console.focus)->name,
		     "' (Ctrl-T moves it)", "");
}

/* Raised for a byte that comes is not taken back for the one before; so its
 * console's lock is held. */
static void drive(uint32_t cell_i, enum vpl011_line line)
{
	if (line == VPL011_RAISE)
		line_raise(cell_i, hv_cell_row(cell_i)->console_line);
	else if (line == VPL011_CLEAR)
		arch_line_clear(hv_cell_row(cell_i)->console_line);
}

uint32_t console_type(uint32_t cell_i, const uint8_t *bytes, uint32_t n)
{
	struct console *c = console_of(cell_i);
	enum vpl011_line line = VPL011_KEEP;
	uint32_t i = 0;

	lock_take(&c->lock);
	for (; i < n && !ring_is_full(&c->rings->input); i++)
		line = vpl011_receive(&c->uart, c->rings, bytes[i]);
	drive(cell_i, line);
	lock_drop(&c->lock);
	return i;
}

static void receive(uint8_t byte)
{
	if (hv.console.focus == HV_NONE)
		return;
	if (byte != CONSOLE_FOCUS_KEY) {
		(void)console_type(hv.console.focus, &byte, 1);
		return;
	}
	hv.console.focus = mux_next_cell(hv.console.focus, false);
	say_focus();
}

void console_uart_irq(void)
{
	uint64_t now_us;
	uint32_t n = 0;
	uint8_t byte;

	pl011_acknowledge();
	for (; n < INPUT_PER_INTERRUPT && !pl011_has(PL011_IS_EMPTY); n++)
		if (pl011_get(&byte))
			receive(byte);
	if (n == INPUT_PER_INTERRUPT)	/* acknowledged, and not all taken */
		arch_line_pend(hv_system.uart_line);
	now_us = arch_time_us();
	if (now_us >= hv.console.rest_until_us)
		console_drain();
	else
		arch_alarm((uint32_t)(hv.console.rest_until_us - now_us));
}

/* ---- a cell's own -------------------------------------------------------- */

/* The root cell may read this console: it hears once of what is new. */
static void tell(uint32_t cell_i)
{
	struct console *c = console_of(cell_i);

	if (!(hv_cell_row(cell_i)->managed & HV_MANAGED_CONSOLE) ||
	    read_once(c->is_told))
		return;
	/* After the byte is in its ring; console_read clears it before. */
	if (!__atomic_exchange_n(&c->is_told, 1, __ATOMIC_SEQ_CST))
		event_tell();
}

enum mmio_result console_access(struct hv_cpu_state *cpu, struct mmio *m)
{
	struct console *c = console_of(cpu->cell_i);
	struct console_rings *r = c->rings;
	uint64_t put;
	bool is_new;

	if (m->size > 4)
		return MMIO_FAULT;
	lock_take(&c->lock);
	put = r->output.put;
	drive(cpu->cell_i, vpl011_access(&c->uart, r, m));
	is_new = r->output.put != put;
	lock_drop(&c->lock);
	if (m->is_write && !ring_is_empty(&r->output))
		kick();
	if (is_new)
		tell(cpu->cell_i);
	return MMIO_DONE;
}

void console_cell_reset(uint32_t cell_i)
{
	struct console *c = console_of(cell_i);

	if (!c->rings)
		return;
	lock_take(&c->lock);
	vpl011_reset(&c->uart, c->rings);
	lock_drop(&c->lock);
}

/* ---- for the root cell ---------------------------------------------------- */

bool console_has(uint32_t source)
{
	return hv.console.of[source].rings != NULL;
}

/*
 * Reading is apart from what the UART shows: it looks back into the ring under the
 * writer's lock, and remembers how far it came.
 */
int64_t console_read(uint32_t source, uint64_t *x)
{
	struct console *c = console_of(source);
	uint8_t *bytes = (uint8_t *)(x + 3);
	struct ring *r;
	uint32_t n = 0;

	if (!c->rings)
		return HV_E_NO_CELL;
	r = &c->rings->output;
	__builtin_memset(bytes, 0, HV_CONSOLE_READ_MAX);
	/* Before the ring is looked at: what comes later is told again. */
	__atomic_store_n(&c->is_told, 0, __ATOMIC_SEQ_CST);
	lock_take(&c->lock);
	if (r->put - c->n_read > r->size) {
		c->n_lost += r->put - c->n_read - r->size;
		c->n_read = r->put - r->size;
	}
	while (n < HV_CONSOLE_READ_MAX && c->n_read != r->put)
		bytes[n++] = *ring_at(r, c->n_read++);
	x[1] = n;
	x[2] = c->n_lost + r->dropped;
	lock_drop(&c->lock);
	return 0;
}

/* ---- begin, end ----------------------------------------------------------- */

/* Where no UART takes what is in a ring, the newest of it stays, for the root
 * cell to read. */
static void begin(uint32_t source, struct hv_pa at)
{
	struct console_rings *r = (struct console_rings *)(uintptr_t)at.u;

	hv.console.of[source].rings = r;
	if (!r)
		return;
	r->output = (struct ring){
		.size = CONSOLE_OUTPUT_SIZE,
		.keeps_newest = hv_system.uart == HV_UART_NONE,
	};
	r->input = (struct ring){ .size = CONSOLE_INPUT_SIZE };
}

void console_init(void)
{
	uint32_t n = hv_system.cells.count;

	for (uint32_t i = 0; i < n; i++) {
		begin(i, hv_cell_row(i)->console_ring);
		console_cell_reset(i);
	}
	begin(n, hv_system.log_ring);
	hv.console.focus = mux_next_cell(HV_NONE, false);
	/* Cells start first. */
	hv.console.rest_until_us = arch_time_us() + LATER_US;
	if (hv_system.uart != HV_UART_PL011)
		return;		/* nobody types: the root cell's calls bring input */
	pl011_init();
	/* With one console there is nothing to move. */
	if (hv.console.focus != HV_NONE &&
	    mux_next_cell(hv.console.focus, false) != hv.console.focus)
		say_focus();
}

/* The UART is not waited for longer than that. */
static bool is_late(uint64_t from_us, uint32_t us)
{
	arch_relax();
	return arch_time_us() - from_us >= us;
}

void console_flush(void)
{
	uint64_t from_us = arch_time_us();
	uint32_t log = hv_system.cells.count;

	if (hv_system.uart != HV_UART_PL011)
		return;
	while (mux_next_cell(log, true) != HV_NONE ||
	       !ring_is_empty(&hv.console.of[log].rings->output) || pl011_has(PL011_IS_BUSY)) {
		/* Only one CPU may drain; where it is another, it is told. */
		if (arch_self()->cpu_i == hv_system.uart_cpu)
			console_drain();
		else
			kick();
		if (is_late(from_us, FLUSH_US))
			break;
	}
}

static void early_puts(const char *s)
{
	for (; *s; s++) {
		uint64_t from_us = arch_time_us();

		while (pl011_has(PL011_IS_FULL) && !is_late(from_us, EARLY_BYTE_US))
			;
		pl011_put((uint8_t)*s);
	}
}

void console_early_puts(const char *what, const char *why)
{
	if (hv_system.uart != HV_UART_PL011)
		return;
	early_puts(what);
	early_puts(why);
	early_puts("\r\n");
}
