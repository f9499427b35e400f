/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/virtio.h"

#include "base/arena.h"

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

const char *virtio_mac_text(struct arena *a, const struct virtio *v)
{
	return arena_printf(a, "%02x:%02x:%02x:%02x:%02x:%02x", v->mac[0],
			    v->mac[1], v->mac[2], v->mac[3], v->mac[4],
			    v->mac[5]);
}
