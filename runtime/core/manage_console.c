/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls by which the root cell reads and types on consoles. */
#include "core/manage.h"

#include "dev/console.h"

#define READ_WORDS (HV_CONSOLE_READ_MAX / 8)

/* x1 bytes, x2 lost, x3 to x16 the bytes, zero behind them. */
int64_t manage_console_read(uint64_t cell_i, struct manage_reply *r)
{
	uint32_t source = cell_i == HV_NONE ? hv_system.cells.count :
		(uint32_t)cell_i;
	uint64_t n_lost;
	uint32_t n;

	if (!console_has(source))
		return HV_E_NO_CELL;
	n = console_read(source, (uint8_t *)&r->x[2], HV_CONSOLE_READ_MAX, &n_lost);
	reply_add(r, n);
	reply_add(r, n_lost);
	r->n += READ_WORDS;
	return 0;
}

int64_t manage_console_write(uint32_t cell_i, uint64_t n, const uint64_t *words,
			     struct manage_reply *r)
{
	if (n > HV_CONSOLE_WRITE_MAX)
		return HV_E_ARGUMENT;
	if (!console_has(cell_i))
		return HV_E_NO_CELL;
	if (__atomic_load_n(&hv.cells[cell_i].state, __ATOMIC_RELAXED) != CELL_RUNNING)
		return HV_E_STATE;
	reply_add(r, console_type(cell_i, (const uint8_t *)words, (uint32_t)n));
	return 0;
}
