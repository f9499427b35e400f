/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * manage.h - the management calls of hv-abi(7).
 *
 * Who may call what is one table, and is looked at before any argument. No
 * argument is an address that is followed; on an error nothing is written.
 */
#ifndef CORE_MANAGE_H
#define CORE_MANAGE_H

#include "core/life.h"

#define MANAGE_RESULTS 16u

/* What a call returns beside x0: x1 in x[0], and so on, `n` of them. */
struct manage_reply {
	uint32_t n;
	uint64_t x[MANAGE_RESULTS];
};

static inline void reply_add(struct manage_reply *r, uint64_t v)
{
	r->x[r->n++] = v;
}

/*
 * A number from HV_CALL_FIRST to HV_CALL_LAST, in x[0], with its arguments,
 * made by the cell on this CPU. Results stand in x after; x[17] and further are
 * not touched. May take as long as another cell needs to leave its CPUs; who says
 * that it has crashed does not come back.
 */
void manage_call(struct hv_cpu_state *cpu, uint64_t *x);

/* ---- the calls, each for a caller that may: 0, or HV_E_* ------------------ */

/* manage_tell.c: what the tables say. */
int64_t manage_version(const struct hv_cpu_state *cpu, struct manage_reply *r);
int64_t manage_identity(struct manage_reply *r);
int64_t manage_cell_info(uint32_t cell_i, struct manage_reply *r);
int64_t manage_window(uint32_t cell_i, uint64_t i, struct manage_reply *r);
int64_t manage_channel(const struct hv_cpu_state *cpu, uint64_t i,
		       struct manage_reply *r);

/* manage_life.c: cells change. */
int64_t manage_start(uint32_t cell_i);
int64_t manage_stop(uint32_t cell_i);
int64_t manage_load(uint32_t cell_i, enum life_request request);

/* manage_look.c: how cells are. */
int64_t manage_state(uint32_t cell_i, struct manage_reply *r);
int64_t manage_event(uint64_t n, struct manage_reply *r);
int64_t manage_stats(uint32_t cell_i, uint64_t k, struct manage_reply *r);
int64_t manage_registers(uint32_t cell_i, uint64_t k, uint64_t part,
			 struct manage_reply *r);
int64_t manage_peek(uint32_t cell_i, uint64_t ipa, struct manage_reply *r);

/* manage_console.c */
int64_t manage_console_read(uint64_t cell_i, struct manage_reply *r);
int64_t manage_console_write(uint32_t cell_i, uint64_t n, const uint64_t *words,
			     struct manage_reply *r);

#endif
