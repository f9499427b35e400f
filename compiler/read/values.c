/* SPDX-License-Identifier: BSD-2-Clause */
/* The value of an expression as the kind that its place takes. */
#include <inttypes.h>

#include "base/diag.h"
#include "base/paths.h"
#include "base/rules.h"
#include "read/read.h"

const char *read_string(const struct read *r, const struct expr *e,
			const char *what)
{
	if (e->value.kind == VALUE_STRING)
		return e->value.string;
	if (e->value.kind == VALUE_NUMBER)
		diag_error(r->diag, &rule_type_mismatch, e->at,
			   "%s takes a string in double quotes, not a number",
			   what);
	return NULL;
}

bool read_number(const struct read *r, const struct expr *e, const char *what,
		 uint64_t *out)
{
	if (e->value.kind == VALUE_NUMBER) {
		*out = e->value.number;
		return true;
	}
	if (e->value.kind == VALUE_STRING)
		diag_error(r->diag, &rule_type_mismatch, e->at,
			   "%s takes a number, not a string", what);
	return false;
}

bool read_size(const struct read *r, const struct expr *e, const char *what,
	       uint64_t *out)
{
	if (!read_number(r, e, what, out))
		return false;
	if (e->value.has_unit)
		return true;
	diag_error(r->diag, &rule_unit_missing, e->at,
		   "%s takes a size with a unit, not %" PRIu64, what, *out);
	diag_help(r->diag, "write a suffix (K, M, G, T) or a hexadecimal"
		  " number: 0x%" PRIx64, *out);
	return false;
}

const char *read_find(const struct read *r, struct span at, const char *name)
{
	const char *path = paths_find(r->arena, r->paths,
				      source_name(r->source, at), name);

	if (!path) {
		diag_error(r->diag, &rule_file_missing, at,
			   "'%s' is neither beside this file nor in a folder"
			   " of -I", name);
		return NULL;
	}
	diag_say(r->diag, "took '%s' for '%s'", path, name);
	source_depend(r->source, path);
	return path;
}
