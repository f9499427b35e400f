/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * server.h - serves devices, in one thread, until it is told to stop.
 *
 *	struct server *s = server_new();
 *
 *	for each device
 *		if (!server_add(s, row, &place, fd, &opened))
 *			... opened.why ...
 *	server_run(s, stop_fd, spin_us);
 *	server_free(s);
 *
 * The driver of a device is heard of by `fd`, which becomes readable, and is
 * made unreadable by read() of 8 bytes: /dev/hvisor-virtio/NAME is so, an
 * eventfd too. The caller has mapped what struct device_place names, and opened
 * fd with O_NONBLOCK; both stay its own and outlive the server.
 *
 * Ends of devices (kept.h): when server_free returns, what was in flight has
 * been finished, and the device stays published.
 *
 * Includes device and hv_abi_loader.h.
 */
#ifndef VIRTIO_SERVER_H
#define VIRTIO_SERVER_H

#include "hv_abi_loader.h"
#include "virtio/console.h"
#include "virtio/device.h"

#define SERVER_WHY_SIZE 400u
#define SERVER_ESCAPE 0x1d	/* Ctrl-], at a terminal */

#define SERVER_DEVICES_MAX 64u

struct server;

struct server_opened {
	char pty[CONSOLE_PATH_SIZE];	/* of a console on a pty; else empty */
	bool is_made;			/* net: there was no interface, and now
					 * there is, for as long as the server */
	char why[SERVER_WHY_SIZE];	/* a line, of what failed */
};

/* NULL: no memory. */
struct server *server_new(void);

/* Opens the backend that the row names, and publishes the device. */
bool server_add(struct server *s, const struct hv_loader_virtio *row,
		const struct device_place *place, int fd,
		struct server_opened *opened);

enum server_end {
	SERVER_STOPPED,		/* stop_fd is readable */
	SERVER_LEFT,		/* the escape was typed at a terminal */
	SERVER_FAILED		/* errno: of poll */
};

/*
 * Before it waits it goes on looking for spin_us, in which drivers need not
 * notify. SIGPIPE is ignored from then on.
 */
enum server_end server_run(struct server *s, int stop_fd, uint32_t spin_us);

/* Finishes what is under way, and closes all backends. NULL: nothing. */
void server_free(struct server *s);

#endif
