/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * manage.h - the management calls of hv-abi(7).
 *
 * Who may call what is one table, and is looked at before any argument. No
 * argument is an address that is followed; on an error nothing is written.
 */
#ifndef CORE_MANAGE_H
#define CORE_MANAGE_H

#include "core/hv.h"

/*
 * A number from HV_CALL_FIRST to HV_CALL_LAST, in x[0], with its arguments,
 * made by the cell on this CPU. Results stand in x after; x[17] and further are
 * not touched. May take as long as another cell needs to leave its CPUs; who says
 * that it has crashed does not come back.
 */
void manage_call(struct hv_cpu_state *cpu, uint64_t *x);

#endif
