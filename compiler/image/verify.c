/* SPDX-License-Identifier: BSD-2-Clause */
#include "image/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
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

uint64_t verify_offset(const struct verify *v, struct pa_range part)
{
	return part.base.u - v->layout->hypervisor.all.base.u;
}

const void *verify_list(struct verify *v, const char *what, struct hv_list list,
			size_t row_size, size_t n)
{
	uint64_t all = v->layout->hypervisor.tables.size;
	uint64_t size = (uint64_t)row_size * n;

	if (list.count != n) {
		verify_differ(v, "%s: there are %" PRIu32 ", not %zu", what,
			      list.count, n);
		return NULL;
	}
	if (!n) {
		verify_same(v, what, "the offset of an empty list", list.offset,
			    0);
		return v->bytes;
	}
	if (list.offset % (row_size < 8 ? row_size : 8) || list.offset > all ||
	    size > all - list.offset) {
		verify_differ(v, "%s: they are at 0x%" PRIx32 " of the tables,"
			      " which end at 0x%" PRIx64, what, list.offset,
			      all);
		return NULL;
	}
	for (uint64_t i = 0; i < size; i++) {
		if (v->is_seen[list.offset + i]) {
			verify_differ(v, "%s: they overlap other rows", what);
			return NULL;
		}
		v->is_seen[list.offset + i] = 1;
	}
	return (const uint8_t *)v->head + list.offset;
}

static void verify_all(struct verify *v)
{
	if (!verify_file(v))
		return;
	verify_payloads(v);
	verify_model(v);
	if (verify_rows(v))
		verify_reach(v);
}

/* The file may be as large as all payloads: it is mapped, not read. */
static const uint8_t *map_file(const char *path, uint64_t *size)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st))
		fatal("cannot read '%s': %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		fatal("cannot read '%s': is not a regular file", path);
	*size = (uint64_t)st.st_size;
	if (!*size) {
		close(fd);
		return NULL;
	}

	void *bytes = mmap(NULL, (size_t)*size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (bytes == MAP_FAILED)
		fatal("cannot read '%s': %s", path, strerror(errno));
	close(fd);
	return bytes;
}

size_t image_verify(struct arena *a, const struct layout *l,
		    const struct image_parts *parts, FILE *report)
{
	struct verify v = {
		.arena = a,
		.layout = l,
		.model = l->model,
		.parts = parts,
		.decoder = l->model->target->decoder,
		.report = report,
	};

	v.bytes = map_file(parts->bin_path, &v.size);
	verify_all(&v);
	if (v.bytes)
		munmap((void *)(uintptr_t)v.bytes, (size_t)v.size);
	return v.n_differences;
}
