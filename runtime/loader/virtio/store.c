/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lock is flock(2)'s: it belongs to the open file, which every operation
 * under way holds on to. So the kernel frees it when the last operation of a
 * killed program has ended, and no sooner. (Registered files are not used: they
 * would be let go with the ring.)
 */
#include "virtio/store.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <liburing.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512u
#define LOCK_TRIES 1000
#define LOCK_AGAIN_MS 5

struct store {
	struct io_uring ring;
	int fd;
	uint64_t size;
	uint32_t block_size;
	uint32_t n_under_way;
};

/*
 * O_EXCL is of disks alone: one that is mounted, or otherwise the kernel's, is
 * nobody else's to write. O_NONBLOCK is for what measure() refuses: a FIFO would
 * wait.
 */
static int open_file(const char *path, bool is_readonly)
{
	int flags = O_CLOEXEC | O_NONBLOCK |
		    (is_readonly ? O_RDONLY : O_RDWR | O_EXCL);
	int fd = open(path, flags);

	for (int i = 1; fd < 0 && errno == EBUSY && i < LOCK_TRIES; i++) {
		poll(NULL, 0, LOCK_AGAIN_MS);
		fd = open(path, flags);
	}
	return fd;
}

static bool lock(int fd, bool is_shared)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (!flock(fd, (is_shared ? LOCK_SH : LOCK_EX) | LOCK_NB))
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		poll(NULL, 0, LOCK_AGAIN_MS);
	}
	errno = EWOULDBLOCK;
	return false;
}

static bool measure(struct store *s)
{
	struct stat is;
	int block_size = SECTOR;

	if (fstat(s->fd, &is))
		return false;
	s->size = (uint64_t)is.st_size;
	if (S_ISBLK(is.st_mode)) {
		if (ioctl(s->fd, BLKGETSIZE64, &s->size) ||
		    ioctl(s->fd, BLKSSZGET, &block_size))
			return false;
	} else if (!S_ISREG(is.st_mode)) {
		errno = EINVAL;
		return false;
	}
	s->block_size = (uint32_t)block_size;
	errno = ENODATA;
	return s->size >= SECTOR;
}

struct store *store_open(const char *path, bool is_readonly, uint32_t n_max)
{
	struct store *s = calloc(1, sizeof(*s));
	int error;

	if (!s)
		return NULL;
	s->fd = open_file(path, is_readonly);
	if (s->fd < 0)
		goto no_file;
	if (!measure(s) || fcntl(s->fd, F_SETFL, 0) || !lock(s->fd, is_readonly))
		goto no_lock;
	error = io_uring_queue_init(n_max, &s->ring, 0);
	if (!error)
		return s;
	/* The administrator may have turned it off: kernel.io_uring_disabled. */
	errno = error == -EPERM ? ENOSYS : -error;
no_lock:
	error = errno;
	close(s->fd);
	errno = error;
no_file:
	error = errno;
	free(s);
	errno = error;
	return NULL;
}

void store_close(struct store *s)
{
	uint32_t tag;
	int64_t result;

	store_submit(s);
	while (s->n_under_way) {
		struct io_uring_cqe *cqe;

		io_uring_wait_cqe(&s->ring, &cqe);
		store_next(s, &tag, &result);
	}
	io_uring_queue_exit(&s->ring);
	close(s->fd);
	free(s);
}

uint64_t store_size(const struct store *s)
{
	return s->size;
}

uint32_t store_block_size(const struct store *s)
{
	return s->block_size;
}

static void prepare(const struct store *s, struct io_uring_sqe *sqe,
		    enum store_operation operation, void *buffer,
		    uint64_t offset, uint64_t size)
{
	int hole = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
	int zero = FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE;

	switch (operation) {
	case STORE_READ:
		io_uring_prep_read(sqe, s->fd, buffer, (unsigned int)size, offset);
		break;
	case STORE_WRITE:
	case STORE_WRITE_THROUGH:
		io_uring_prep_write(sqe, s->fd, buffer, (unsigned int)size, offset);
		if (operation == STORE_WRITE_THROUGH)
			sqe->rw_flags = RWF_DSYNC;
		break;
	case STORE_FLUSH:
		io_uring_prep_fsync(sqe, s->fd, IORING_FSYNC_DATASYNC);
		break;
	case STORE_DISCARD:
	case STORE_ZERO_FREE:
		io_uring_prep_fallocate(sqe, s->fd, hole, (off_t)offset,
					(off_t)size);
		break;
	case STORE_ZERO:
		io_uring_prep_fallocate(sqe, s->fd, zero, (off_t)offset,
					(off_t)size);
		break;
	}
}

void store_begin(struct store *s, enum store_operation operation, uint32_t tag,
		 void *buffer, uint64_t offset, uint64_t size)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&s->ring);

	/* Full of what the kernel did not take when it was asked last. */
	while (!sqe) {
		io_uring_submit_and_wait(&s->ring, 0);
		sqe = io_uring_get_sqe(&s->ring);
	}
	prepare(s, sqe, operation, buffer, offset, size);
	io_uring_sqe_set_data64(sqe, tag);
	s->n_under_way++;
}

/* The kernel may be short of memory: what it did not take is offered again. */
void store_submit(struct store *s)
{
	while (io_uring_sq_ready(&s->ring)) {
		int n = io_uring_submit(&s->ring);

		if (n == -EAGAIN || n == -EBUSY || n == -ENOMEM)
			poll(NULL, 0, 1);
		else if (n < 0 && n != -EINTR)
			abort();
	}
}

bool store_next(struct store *s, uint32_t *tag, int64_t *result)
{
	struct io_uring_cqe *cqe;

	if (io_uring_peek_cqe(&s->ring, &cqe))
		return false;
	*tag = (uint32_t)io_uring_cqe_get_data64(cqe);
	*result = cqe->res;
	io_uring_cqe_seen(&s->ring, cqe);
	s->n_under_way--;
	return true;
}

int store_fd(const struct store *s)
{
	return s->ring.ring_fd;
}
