/* SPDX-License-Identifier: BSD-2-Clause */
#include "read/payload.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/paths.h"
#include "base/rules.h"
#include "base/source.h"
#include "target/target.h"

void payload_facts(const struct read *r, const struct target *target,
		   bool is_later, struct span at, const char *file,
		   struct payload *out)
{
	const char *why;
	struct file head;

	*out = (struct payload){ .file = file, .at = at, .is_missing = true };
	out->path = paths_find(r->arena, r->paths, source_name(r->source, at),
			       file);
	if (!out->path)
		return;
	diag_say(r->diag, "took '%s' for '%s'", out->path, file);
	source_depend(r->source, out->path);
	if (!file_read_head(r->arena, out->path, PAYLOAD_HEAD, &head,
			    &out->size, &why)) {
		if (is_later)
			return;
		diag_error(r->diag, &rule_file_unusable, at, "'%s': %s",
			   out->path, why);
		*out = (struct payload){ .at = at };
		return;
	}
	out->is_missing = false;
	out->is_gzip = head.size >= 2 && head.bytes[0] == 0x1f &&
		       head.bytes[1] == 0x8b;	/* RFC 1952, 2.3.1 */
	if (target && target->kernel_facts)
		target->kernel_facts(head.bytes, head.size, out);
	payload_elf(r->arena, head.bytes, head.size, out);
}
