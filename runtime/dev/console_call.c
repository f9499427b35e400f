/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console_call.c - consoles as the root cell reads and types on them.
 *
 * Reading is apart from what the UART shows: it looks back into the ring from
 * the writer's end, under the writer's lock, and remembers how far it came.
 */
#include "dev/console.h"

#include "dev/console_mux.h"

static bool is_log(uint32_t source)
{
	return source == hv_system.cells.count;
}

static struct hv_lock *lock_of(uint32_t source)
{
	return is_log(source) ? &hv.console.log_lock : &hv.console.of[source].lock;
}

bool console_has(uint32_t source)
{
	return is_log(source) ||
	       hv_cell_row(source)->console == HV_CONSOLE_VIRTUAL;
}

/* What is unread and still in the ring. */
static uint32_t unread(struct console_reader *reader, const struct ring *r)
{
	uint32_t lag = r->n_put - reader->n_read, most = CONSOLE_OUTPUT_SIZE - 1;

	if (lag > most) {
		reader->n_lost += lag - most;
		reader->n_read = r->n_put - most;
		lag = most;
	}
	return lag;
}

uint32_t console_read(uint32_t source, uint8_t *bytes, uint32_t size,
		      uint64_t *n_lost)
{
	struct console_rings *r = mux_rings(source);
	struct console_reader *reader = &hv.console.readers[source];
	uint32_t lag, n;

	/* Before the ring is looked at: what comes later is told again. */
	__atomic_store_n(&reader->is_told, 0, __ATOMIC_SEQ_CST);
	lock_take(lock_of(source));
	lag = unread(reader, &r->output);
	n = lag < size ? lag : size;
	for (uint32_t i = 0; i < n; i++)
		bytes[i] = ring_look_back(&r->output, r->output_bytes,
					  CONSOLE_OUTPUT_SIZE, lag - i);
	reader->n_read += n;
	*n_lost = reader->n_lost + r->output.dropped;
	lock_drop(lock_of(source));
	return n;
}

uint32_t console_type(uint32_t cell_i, const uint8_t *bytes, uint32_t n)
{
	struct console *c = &hv.console.of[cell_i];
	struct console_rings *r = mux_rings(cell_i);
	enum vpl011_line line = VPL011_KEEP;
	uint32_t i = 0;

	lock_take(&c->lock);
	for (; i < n && !ring_is_full(&r->input, CONSOLE_INPUT_SIZE); i++)
		line = vpl011_receive(&c->uart, r, bytes[i]);
	console_drive(cell_i, line);
	lock_drop(&c->lock);
	return i;
}
