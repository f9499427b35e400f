/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/say.h"

static void refuse(const char *path)
{
	fail(EXIT_ENVIRONMENT, "cannot read '%s': %s", path, strerror(errno));
}

void file_open(struct file *file, const char *path)
{
	/* A FIFO must not hang: it is opened at once, and refused. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	*file = (struct file){ .path = path };
	if (fd < 0 || fstat(fd, &st))
		refuse(path);
	if (!S_ISREG(st.st_mode))
		fail(EXIT_ENVIRONMENT, "'%s' is not a regular file", path);
	file->size = (size_t)st.st_size;
	if (file->size) {
		void *bytes = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE,
				   fd, 0);

		if (bytes == MAP_FAILED)
			refuse(path);
		file->bytes = bytes;
	}
	close(fd);
}
