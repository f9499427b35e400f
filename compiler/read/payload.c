/* SPDX-License-Identifier: BSD-2-Clause */
#include "read/payload.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/paths.h"
#include "base/rules.h"
#include "base/source.h"
#include "base/units.h"
#include "target/target.h"

/*
 * How files begin that some boot loaders unpack. A raw image may begin with
 * anything, but with none of these by accident.
 */
static const char *packed_by(const struct file *head)
{
	static const struct { const char *name, *magic; size_t at, size; }
	kinds[] = {
		{ "gzip", "\x1f\x8b", 0, 2 },	/* RFC 1952, 2.3.1 */
		{ "xz", "\xfd" "7zXZ", 0, 6 },	/* and its 0 */
		{ "zstd", "\x28\xb5\x2f\xfd", 0, 4 },	/* RFC 8878, 3.1.1 */
		{ "lz4", "\x04\x22\x4d\x18", 0, 4 },
		{ "lz4", "\x02\x21\x4c\x18", 0, 4 },	/* its legacy frame */
		{ "bzip2", "1AY&SY", 4, 6 },	/* of its first block */
		{ "EFI zboot", "zimg", 4, 4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (head->size >= kinds[i].at + kinds[i].size &&
		    !memcmp(head->bytes + kinds[i].at, kinds[i].magic,
			    kinds[i].size))
			return kinds[i].name;
	return NULL;
}

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
	out->packed_by = packed_by(&head);
	if (target && target->kernel_facts)
		target->kernel_facts(head.bytes, head.size, out);
	payload_elf(r->arena, head.bytes, head.size, out);
}
