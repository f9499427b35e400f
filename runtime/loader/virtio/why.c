/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio/why.h"

#include <errno.h>
#include <string.h>

/* What store_open() means by them. */
const char *why_no_block(int error)
{
	switch (error) {
	case EWOULDBLOCK:
		return "another program or device has it";
	case EBUSY:
		return "it is mounted, or otherwise the kernel's";
	case EINVAL:
		return "it is neither a file nor a disk";
	case ENODATA:
		return "it is smaller than a sector of 512 bytes";
	case EROFS:
		return "it may only be read; a device that says `readonly` may"
		       " have it";
	case ENOSYS:
		return "this kernel has no io_uring, or has it turned off"
		       " (kernel.io_uring_disabled)";
	}
	return strerror(error);
}

/* What the kernel's tun driver does. */
const char *why_no_net(int error)
{
	switch (error) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return "there is no /dev/net/tun: load tun.ko";
	case EBUSY:
		return "another program has it";
	case EINVAL:
		return "it is no tap interface, or not one of so many queues";
	case EPERM:
		return "only root may open it, or whom it was made for";
	}
	return strerror(error);
}

const char *why_no_file(int error)
{
	return error == ENXIO ? "nobody reads from it" : strerror(error);
}

const char *why_no_terminal(int error)
{
	return error == ENXIO ? "this program was not started at one" :
				strerror(error);
}
