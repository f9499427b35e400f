/* SPDX-License-Identifier: BSD-2-Clause */
/* What is inline where that is fast, for those who are built small (Makefile) and
 * so call it. */
#include "core/line.h"

extern void lock_take(struct hv_lock *l);
extern void lock_drop(struct hv_lock *l);
extern void line_raise(uint32_t cell_i, uint32_t line);
extern struct hv_cpu_state *hv_cpu(uint32_t i);

void lock_wait(const struct hv_lock *l, uint32_t ticket)
{
	do
		arch_relax();
	while (__atomic_load_n(&l->owner, __ATOMIC_ACQUIRE) != ticket);
}
