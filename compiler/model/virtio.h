/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.h - the language's words for the kinds of virtio devices and for what
 * is behind them. Includes model.
 */
#ifndef MODEL_VIRTIO_H
#define MODEL_VIRTIO_H

#include "model/model.h"

/* "block" */
const char *virtio_kind_name(enum virtio_kind kind);
/* "file"; "none" for BACKEND_NONE */
const char *virtio_backend_name(enum virtio_backend backend);

#endif
