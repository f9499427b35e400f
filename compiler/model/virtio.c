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

/* FNV-1a, with the bits of an address that nobody has bought and of one station. */
void virtio_mac_make(const char *name, uint8_t mac[6])
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) *
		       UINT64_C(0x100000001b3);
	for (size_t i = 0; i < 6; i++)
		mac[i] = (uint8_t)(hash >> (8 * i));
	mac[0] = (uint8_t)((mac[0] & 0xfc) | 2);
}
