/* SPDX-License-Identifier: BSD-2-Clause */
/* late.h - who runs before the hypervisor does. Includes facts. */
#ifndef CHECK_LATE_H
#define CHECK_LATE_H

#include "check/facts.h"

/* The root cell; NULL: it is started like any other, or its tree is unknown. */
const struct cell *late_cell(const struct facts *f);

#endif
