/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console_state.h - what the consoles remember; part of `hv` (core/hv.h).
 */
#ifndef DEV_CONSOLE_STATE_H
#define DEV_CONSOLE_STATE_H

#include "core/lock.h"

struct console_state {
	struct hv_lock lock;
};

#endif
