/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/units.h"

static const char *reason(struct arena *a, int error)
{
	switch (error) {
	case ENOENT:
		return "no such file";
	case EACCES:
		return "permission denied";
	case ENAMETOOLONG:
		return "the name is too long";
	case ELOOP:
		return "too many symbolic links";
	default:
		return arena_strdup(a, strerror(error));
	}
}

static const char *kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return "is a directory";
	if (S_ISFIFO(mode))
		return "is a FIFO, not a regular file";
	return "is not a regular file";
}

/*
 * The size that stat told is only the first guess: a file that grows while we
 * read it must neither overrun the buffer nor pass the limit.
 */
static bool read_all(struct arena *a, int fd, size_t size, struct file *out,
		     const char **why)
{
	uint8_t *bytes = arena_alloc(a, size + 1);
	size_t done = 0;

	while (done < size) {
		ssize_t n = read(fd, bytes + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			*why = reason(a, errno);
			return false;
		}
		if (!n)
			break;
		done += (size_t)n;
	}
	bytes[done] = 0;
	out->bytes = bytes;
	out->size = done;
	return true;
}

static bool is_regular(struct arena *a, int fd, struct stat *st,
		       const char **why)
{
	if (fstat(fd, st)) {
		*why = reason(a, errno);
		return false;
	}
	if (S_ISREG(st->st_mode))
		return true;
	*why = kind_of(st->st_mode);
	return false;
}

static int open_to_read(struct arena *a, const char *path, struct file *out,
			const char **why)
{
	*out = (struct file){ .path = arena_strdup(a, path) };

	/* O_NONBLOCK: opening a FIFO that nobody writes must not wait. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		*why = reason(a, errno);
	return fd;
}

static bool read_regular(struct arena *a, int fd, size_t size_max,
			 struct file *out, const char **why)
{
	struct stat st;

	if (!is_regular(a, fd, &st, why))
		return false;
	if ((uint64_t)st.st_size > size_max) {
		out->is_too_large = true;
		*why = arena_printf(a, "is larger than %zu MiB",
				    size_max / (size_t)MIB);
		return false;
	}
	out->id = (struct file_id){ (uint64_t)st.st_dev, (uint64_t)st.st_ino };
	return read_all(a, fd, (size_t)st.st_size, out, why);
}

bool file_read(struct arena *a, const char *path, size_t size_max,
	       struct file *out, const char **why)
{
	int fd = open_to_read(a, path, out, why);

	if (fd < 0)
		return false;

	bool is_read = read_regular(a, fd, size_max, out, why);

	close(fd);
	return is_read;
}

bool file_read_head(struct arena *a, const char *path, size_t head_max,
		    struct file *out, uint64_t *whole, const char **why)
{
	int fd = open_to_read(a, path, out, why);
	struct stat st;

	if (fd < 0)
		return false;

	bool is_read = is_regular(a, fd, &st, why);

	if (is_read) {
		*whole = (uint64_t)st.st_size;
		out->id = (struct file_id){ (uint64_t)st.st_dev,
					    (uint64_t)st.st_ino };
		is_read = read_all(a, fd, *whole < head_max ? (size_t)*whole
				   : head_max, out, why);
	}
	close(fd);
	return is_read;
}

bool file_identify(const char *path, struct file_id *out)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	*out = (struct file_id){ (uint64_t)st.st_dev, (uint64_t)st.st_ino };
	return true;
}

bool file_same(struct file_id a, struct file_id b)
{
	return a.device == b.device && a.inode == b.inode;
}

bool file_exists(const char *path)
{
	struct stat st;

	return !stat(path, &st);
}
