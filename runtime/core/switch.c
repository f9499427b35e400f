/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/switch.h"

static const struct hv_switch *row(uint32_t i)
{
	return (const struct hv_switch *)hv_rows(hv_system.switches) + i;
}

/* The pool is the part of the tables that EL2's own stage 1 maps writable. */
static uint64_t *pool(void)
{
	return (uint64_t *)((uintptr_t)&hv_system + hv_system.pool.offset);
}

void switch_set(uint32_t switch_i, bool is_on)
{
	const struct hv_switch *s = row(switch_i);
	const struct hv_switch_word *w = hv_rows(s->words);
	bool has_changed = false;

	for (uint32_t i = 0; i < s->words.count; i++) {
		uint64_t *word = pool() + w[i].index;
		uint64_t descriptor = is_on ? w[i].on : 0;

		if (*word == descriptor)
			continue;
		arch_table_write(word, descriptor);
		has_changed = true;
	}
	/* An invalid descriptor is never cached, so turning on needs none. */
	if (has_changed && !is_on)
		arch_cell_flush(s->owner);
}

void switch_root(uint32_t cell_i, bool is_on)
{
	switch_set(hv_cell_row(cell_i)->root_switch, is_on);
}

void switch_windows(uint32_t subject_cell_i, bool is_on)
{
	for (uint32_t i = 0; i < hv_system.switches.count; i++) {
		if (row(i)->condition == HV_SWITCH_WINDOW &&
		    row(i)->subject == subject_cell_i)
			switch_set(i, is_on);
	}
}
