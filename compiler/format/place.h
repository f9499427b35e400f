/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * place.h - where something is, as a machine finds the file.
 *
 * A file's name is as hvcc opened it, so relative to where hvcc ran, but for
 * those of hvcc's own library, which are relative to it. Includes base.
 */
#ifndef FORMAT_PLACE_H
#define FORMAT_PLACE_H

#include <stdbool.h>

#include "format/format.h"
#include "format/value.h"

/* The part of name inside the library, or NULL. */
const char *place_in_library(const struct format *f, const char *name);
/*
 * name as a URI reference (RFC 3986): all but unreserved characters and '/'
 * percent-encoded, byte by byte, without "." and ".." where they say nothing.
 * An absolute name gets "file://".
 */
json_t *place_uri(const char *name);

#endif
