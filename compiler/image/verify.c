/* SPDX-License-Identifier: BSD-2-Clause */
#include "image/verify.h"

#include <inttypes.h>
#include <stdarg.h>

#include "target/target.h"

void verify_differ(struct verify *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("hvcc: verify: ", v->report);
	vfprintf(v->report, fmt, ap);
	fputc('\n', v->report);
	va_end(ap);
	v->n_differences++;
}

void verify_same(struct verify *v, const char *where, const char *what,
		 uint64_t is, uint64_t should)
{
	if (is != should)
		verify_differ(v, "%s: %s is 0x%" PRIx64 ", not 0x%" PRIx64,
			      where, what, is, should);
}

const void *verify_list(struct verify *v, const char *what, struct hv_list list,
			size_t n)
{
	if (list.count == n)
		return (const uint8_t *)v->head + list.offset;
	verify_differ(v, "%s: there are %" PRIu32 ", not %zu", what, list.count,
		      n);
	return NULL;
}

size_t image_verify(struct arena *a, const struct layout *l,
		    const struct image_parts *parts, FILE *report)
{
	struct verify_file f = verify_open(parts->bin_path);
	struct verified by_itself =
		verify_bytes(a, f, parts->runtime_sha256_path, report);
	struct verify v = {
		.arena = a,
		.layout = l,
		.model = l->model,
		.parts = parts,
		.comparer = l->model->target->comparer,
		.report = report,
		.n_differences = by_itself.n_differences,
		.bytes = f.bytes,
		.image = by_itself.image,
		.head = by_itself.head,
		.arch = by_itself.arch,
	};

	if (by_itself.is_readable) {
		verify_model(&v);
		verify_rows(&v);
		verify_payloads(&v);
		verify_loader(&v);
	}
	verify_close(f);
	return v.n_differences;
}
