/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * say.h - words that the report's forms and --diff have in common.
 *
 * Words of the input come back visible: what would move a cursor, reorder text
 * or is no UTF-8 stands as \x1b or \u{202e}, and a backslash as two. Includes
 * survey.
 */
#ifndef REPORT_SAY_H
#define REPORT_SAY_H

#include "report/survey.h"

const char *say_visible(struct arena *a, const char *text);
/* The same in double quotes, which are escaped inside. */
const char *say_quoted(struct arena *a, const char *text);

/* "0x40000000..0x5fffffff", "192 MiB", "rw- uncached", "spi 33". */
const char *say_range(struct arena *a, uint64_t base, uint64_t size);
const char *say_size(struct arena *a, uint64_t size);
const char *say_access(struct arena *a, struct access access);
const char *say_line(struct arena *a, const struct line *l);
const char *say_trigger(enum line_trigger trigger);

/* "a.cells:12", "virt.dtb", or "" where it is nowhere. */
const char *say_place(const struct survey *s, struct span at);

/* "linux", "the hypervisor", "nobody". */
const char *say_owner(enum survey_owner owner, const struct cell *cell);
/* Of a run of the board's memory: "linux", "shared", "nobody", ... */
const char *say_holder(const struct survey_memory *m);
/* "file "/srv/a.img", readonly" */
const char *say_backend(struct arena *a, const struct virtio *v);
/* "52:54:00:00:00:10", ", from its name"; "" where it has none */
const char *say_mac(struct arena *a, const struct virtio *v);
/* What the cell behind sees: "8 MiB to bounce in", "all RAM of guest" */
const char *say_seen(struct arena *a, const struct virtio *v);
/* "unprotected dma", "shared page", ... */
const char *say_waiver(enum survey_waiver_kind kind);
/* "restart 3", "machine off" */
const char *say_event(struct arena *a, const struct on_event *on);
/* "start, stop", or "nothing" */
const char *say_rights(struct arena *a, const struct managed *m);
/* The file as the user wrote it, and its size where it is there. */
const char *say_payload(struct arena *a, const struct payload *p);
/* "clock of /osc, fixed": words of the input as they are. */
const char *say_need(struct arena *a, const struct device_need *n);

#endif
