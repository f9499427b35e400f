/* SPDX-License-Identifier: BSD-2-Clause */
#include "image/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/paths.h"

static const char *fault(const struct output *o, const char *what)
{
	return arena_printf(o->arena, "cannot %s '%s': %s", what, o->target,
			    strerror(errno));
}

/* A link is refused too: rename would replace it, not what it points to. */
static bool is_free(const struct output *o, const char **why)
{
	struct stat st;

	if (lstat(o->target, &st)) {
		if (errno == ENOENT)
			return true;
		*why = fault(o, "write");
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		*why = arena_printf(o->arena, "will not replace '%s': it is not"
				    " a regular file", o->target);
		return false;
	}
	if (access(o->target, W_OK)) {
		*why = fault(o, "replace");
		return false;
	}
	return true;
}

static const char *folder(const struct output *o)
{
	const char *dir = paths_folder(o->arena, o->target);

	return *dir ? dir : ".";
}

static bool open_named(struct output *o)
{
	mode_t mask = umask(077);

	umask(mask);
	o->temporary = arena_printf(o->arena, "%s.XXXXXX", o->target);
	o->fd = mkostemp(o->temporary, O_CLOEXEC);
	if (o->fd < 0)
		o->temporary = NULL;
	else
		fchmod(o->fd, 0666 & ~mask);
	return o->fd >= 0;
}

bool output_open(struct arena *a, const char *target, struct output *out,
		 const char **why)
{
	*out = (struct output){ a, target, NULL, -1 };
	if (!is_free(out, why))
		return false;
	out->fd = open(folder(out), O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
	if (out->fd >= 0 || open_named(out))
		return true;
	*why = fault(out, "write");
	return false;
}

bool output_write(const struct output *o, uint64_t offset, const void *bytes,
		  size_t size, const char **why)
{
	const char *from = bytes;

	while (size) {
		ssize_t n = pwrite(o->fd, from, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			*why = fault(o, "write");
			return false;
		}
		from += n;
		offset += (uint64_t)n;
		size -= (size_t)n;
	}
	return true;
}

void output_make_program(const struct output *o)
{
	struct stat st;

	if (!fstat(o->fd, &st))
		fchmod(o->fd, (st.st_mode & 0777) | (st.st_mode & 0444) >> 2);
}

const char *output_path(const struct output *o)
{
	return arena_printf(o->arena, "/proc/self/fd/%d", o->fd);
}

/* A name that nobody has: linkat never replaces a file. */
static bool give_name(struct output *o)
{
	const char *from = output_path(o);

	for (unsigned int i = 0; i < 100; i++) {
		char *name = arena_printf(o->arena, "%s.%ld.%u", o->target,
					  (long)getpid(), i);

		if (!linkat(AT_FDCWD, from, AT_FDCWD, name, AT_SYMLINK_FOLLOW)) {
			o->temporary = name;
			return true;
		}
		if (errno != EEXIST)
			return false;
	}
	return false;
}

bool output_commit(struct output *o, const char **why)
{
	if (fsync(o->fd) || (!o->temporary && !give_name(o)) ||
	    rename(o->temporary, o->target)) {
		*why = fault(o, "write");
		return false;
	}
	o->temporary = NULL;

	/* The new name itself: without this a power cut may lose it. */
	int dir = open(folder(o), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir >= 0) {
		fsync(dir);
		close(dir);
	}
	return true;
}

void output_close(struct output *o)
{
	if (o->temporary)
		unlink(o->temporary);
	if (o->fd >= 0)
		close(o->fd);
	o->temporary = NULL;
	o->fd = -1;
}
