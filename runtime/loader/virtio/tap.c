/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "virtio/net_frame.h"

static int open_queue(const char *name, bool is_multi)
{
	struct ifreq request = { .ifr_name = "" };
	int header_size = sizeof(struct net_header);
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	int error;

	if (fd < 0)
		return -1;
	memcpy(request.ifr_name, name, strlen(name));
	request.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR |
				    (is_multi ? IFF_MULTI_QUEUE : 0));
	if (!ioctl(fd, TUNSETIFF, &request) &&
	    !ioctl(fd, TUNSETVNETHDRSZ, &header_size))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int tap_open(const char *name, uint32_t n_pairs, int fds[TAP_PAIRS_MAX])
{
	bool is_multi = n_pairs > 1;

	/* The kernel would make a name of its own of a '%' in it. */
	if (!name[0] || strlen(name) >= IFNAMSIZ || strchr(name, '%') ||
	    n_pairs > TAP_PAIRS_MAX) {
		errno = EINVAL;
		return -1;
	}
	for (uint32_t i = 0; i < n_pairs; i++) {
		fds[i] = open_queue(name, is_multi);
		/* Made beforehand for several queues, which one can have too. */
		if (fds[i] < 0 && errno == EINVAL && !is_multi)
			fds[i] = open_queue(name, true);
		if (fds[i] >= 0)
			continue;

		int error = errno;

		while (i)
			close(fds[--i]);
		errno = error;
		return -1;
	}
	return 0;
}

int tap_offload(int fd, bool checksum, bool tso4, bool tso6)
{
	unsigned int flags = (checksum ? TUN_F_CSUM : 0) |
			     (checksum && tso4 ? TUN_F_TSO4 : 0) |
			     (checksum && tso6 ? TUN_F_TSO6 : 0);

	return ioctl(fd, TUNSETOFFLOAD, flags);
}

int tap_attach(int fd, bool is_attached)
{
	struct ifreq request = {
		.ifr_flags = is_attached ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE,
	};

	return ioctl(fd, TUNSETQUEUE, &request);
}

ssize_t tap_read(int fd, void *bytes, size_t size)
{
	return read(fd, bytes, size);
}

ssize_t tap_write(int fd, const void *bytes, size_t size)
{
	return write(fd, bytes, size);
}
