/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.h - what the hypervisor keeps for itself. Includes model.
 */
#ifndef CHECK_KEPT_H
#define CHECK_KEPT_H

#include "model/model.h"

/* Why no cell may have the device; NULL: one may. */
const char *kept_reason(const struct model *m, const struct device *v);

#endif
