/* SPDX-License-Identifier: BSD-2-Clause */
/* What is inline where that is fast, for those who are built small (Makefile) and
 * so call it. */
#include "core/line.h"
#include "core/lock.h"

extern void lock_take(struct hv_lock *l);
extern void lock_drop(struct hv_lock *l);
extern void line_raise(uint32_t cell_i, uint32_t line);
