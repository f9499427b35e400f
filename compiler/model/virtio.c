/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/virtio.h"

const char *virtio_kind_name(enum virtio_kind kind)
{
	static const char *const names[] = {
		[VIRTIO_BLOCK] = "block", [VIRTIO_NET] = "net",
		[VIRTIO_CONSOLE] = "console",
	};

	return names[kind];
}

const char *virtio_backend_name(enum virtio_backend backend)
{
	static const char *const names[] = {
		[BACKEND_NONE] = "none", [BACKEND_FILE] = "file",
		[BACKEND_TAP] = "tap", [BACKEND_PTY] = "pty",
		[BACKEND_TERMINAL] = "terminal",
	};

	return names[backend];
}
