/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * managed.h - whether the root cell manages anything.
 *
 * Where it does, the runtime tells it of events on a line of its own, which is
 * counted by check, chosen by place and shown by emit and report. Includes
 * model.
 */
#ifndef MODEL_MANAGED_H
#define MODEL_MANAGED_H

#include "model/model.h"

/* The root cell may do at least one thing to at least one other cell. */
bool model_is_managed(const struct model *model);

#endif
