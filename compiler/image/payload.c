/* SPDX-License-Identifier: BSD-2-Clause */
#include "image/payload.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "image/hash.h"

#define CHUNK_SIZE ((size_t)64 << 10)

static int open_same(struct arena *a, const struct payload *p, const char **why)
{
	struct stat st;
	int fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st)) {
		*why = arena_printf(a, "cannot read '%s': %s", p->path,
				    strerror(errno));
	} else if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != p->size) {
		*why = arena_printf(a, "'%s' changed while hvcc was running",
				    p->path);
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool read_chunk(struct arena *a, int fd, const struct piece *p,
		       uint64_t at, uint8_t *buffer, size_t size,
		       const char **why)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = pread(fd, buffer + done, size - done,
				  (off_t)(p->file_offset + at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			*why = arena_printf(a, "cannot read '%s': %s",
					    p->payload->path, strerror(errno));
			return false;
		}
		if (!n) {
			*why = arena_printf(a, "'%s' became shorter while hvcc"
					    " was running", p->payload->path);
			return false;
		}
		done += (size_t)n;
	}
	return true;
}

static bool read_piece(struct arena *a, int fd, const struct piece *p,
		       payload_sink *sink, void *arg, struct hash *h,
		       const char **why)
{
	uint8_t buffer[CHUNK_SIZE];

	for (uint64_t at = 0; at < p->size; at += CHUNK_SIZE) {
		uint64_t left = p->size - at;
		size_t size = left < CHUNK_SIZE ? (size_t)left : CHUNK_SIZE;

		if (!read_chunk(a, fd, p, at, buffer, size, why))
			return false;
		if (h)
			hash_add(h, buffer, size);
		if (sink && !sink(arg, at, buffer, size, why))
			return false;
	}
	return true;
}

bool payload_read(struct arena *a, const struct piece *p, payload_sink *sink,
		  void *arg, struct hv_sha256 *sum, const char **why)
{
	int fd = open_same(a, p->payload, why);

	if (fd < 0)
		return false;

	struct hash h = { NULL };

	if (sum)
		h = hash_begin();

	bool is_read = read_piece(a, fd, p, sink, arg, sum ? &h : NULL, why);

	if (sum)
		*sum = hash_end(&h);
	close(fd);
	return is_read;
}

bool payload_is_same(const struct piece *a, const struct piece *b)
{
	return a->payload && b->payload && a->size == b->size &&
	       a->file_offset == b->file_offset &&
	       !strcmp(a->payload->path, b->payload->path);
}
