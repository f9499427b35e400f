/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.h - one virtio device: what all kinds have in common.
 *
 * The runtime keeps the driver's registers (struct hv_virtio_state); here they
 * are followed. A device works only in the epoch that it has seen begin: before
 * each use of the driver's memory it asks device_is_current(). When the epoch
 * has moved, all that was of the old one is forgotten, requests in flight too.
 *
 * A kind is a struct device_kind and functions that never wait. Devices know
 * nothing of each other, and nothing here is global.
 *
 * Includes ring, and what it includes.
 */
#ifndef VIRTIO_DEVICE_H
#define VIRTIO_DEVICE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hv_abi_virtio.h"
#include "virtio/kept.h"
#include "virtio/memory.h"
#include "virtio/ring.h"

/* Bits of features and of Status, Virtual I/O Device 1.2, 2.1 and 6. */
#define DEVICE_F_INDIRECT (UINT64_C(1) << 28)
#define DEVICE_F_EVENT_INDEX (UINT64_C(1) << 29)
#define DEVICE_F_VERSION_1 (UINT64_C(1) << 32)
#define DEVICE_F_ACCESS_PLATFORM (UINT64_C(1) << 33)
#define DEVICE_DRIVER_OK 4u
#define DEVICE_FEATURES_OK 8u
#define DEVICE_FAILED 128u

#define DEVICE_POLLS_MAX 8u

/* How the device is reached; all of it outlives the device. */
struct device_place {
	const volatile struct hv_virtio_state *state;
	volatile struct hv_virtio_published *published;	/* HV_VIRTIO_SIZE */
	struct memory memory;
	/* HV_VIRTIO_RING_*: says that something is published, sets bits of
	 * InterruptStatus and raises the driver's line. */
	void (*interrupt)(void *of, uint32_t bits);
	/* A line that its user should read; or NULL. */
	void (*say)(void *of, const char *line);
	void *of;			/* both have it */
	uint32_t flags;			/* HV_VIRTIO_* */
	uint32_t n_queues;
};

struct device;

struct device_kind {
	uint32_t id;			/* HV_VIRTIO_* device id */
	bool keeps_heads;		/* gives back in any order: kept.h */
	uint32_t queue_size_max;
	/* The driver is there, and its features are known. */
	void (*start)(struct device *d);
	/* It is not any more: forget all, touch nothing of it. */
	void (*stop)(struct device *d);
	/* Does what can be done now, some of it. True: there was something. */
	bool (*run)(struct device *d);
	/* Whether more buffers in this queue would be of use now. */
	bool (*wants)(struct device *d, uint32_t queue);
	/* What to wait for beside the driver; `ms` may be made shorter. */
	size_t (*polls)(struct device *d, struct pollfd *polls, int *ms);
};

/* What is published. */
struct device_offer {
	uint64_t features;		/* beside those of all devices */
	const void *config;
	size_t config_size;
};

struct device {
	struct device_place place;
	const struct device_kind *kind;
	void *own;			/* the kind's */
	volatile struct kept *kept;
	uint64_t offered, features;	/* features: those accepted */
	uint32_t epoch;
	uint32_t n_changes;		/* of state, as last looked at */
	bool is_resumed;		/* the epoch began before this backend */
	bool is_running, is_broken;
	uint32_t n_said;
	struct device_queue {
		enum { QUEUE_UNSEEN, QUEUE_READY, QUEUE_SHUT } is;
		struct hv_virtio_queue as_written;
		uint32_t n_notified;
		struct ring ring;
	} queues[HV_VIRTIO_MAX_QUEUES];
};

/* Publishes the device: its driver may come, or has been there all along. */
void device_open(struct device *d, const struct device_kind *kind, void *own,
		 const struct device_place *place,
		 const struct device_offer *offer);

/*
 * Follows the registers, and does what can be done. True: there was something,
 * so that there may be more.
 */
bool device_run(struct device *d);
/* Asks for notifications before a wait. True: there is something already. */
bool device_rest(struct device *d);
/* After it: the driver need not notify while the device runs. */
void device_wake(struct device *d);

/* Whether the driver's memory is still this epoch's. */
bool device_is_current(const struct device *d);
bool device_has(const struct device *d, uint64_t feature);

/*
 * For kinds; each does nothing, and says false, where the queue is not ready, the
 * epoch is over, or the driver broke the rules.
 */
bool device_serves(struct device *d, uint32_t queue);
bool device_take(struct device *d, uint32_t queue, struct ring_chain *c);
void device_untake(struct device *d, uint32_t queue, uint16_t n);
bool device_read(struct device *d, const struct ring_chain *c, uint64_t offset,
		 void *to, size_t size);
bool device_write(struct device *d, const struct ring_chain *c, uint64_t offset,
		  const void *from, size_t size);
void device_put(struct device *d, uint32_t queue, uint16_t head,
		uint32_t n_written);
/* Of all that was put, with an interrupt if the driver wants one. */
void device_tell(struct device *d, uint32_t queue);

/* Bits of InterruptStatus, and the driver's line; or HV_VIRTIO_RING_PUBLISH too. */
void device_interrupt(struct device *d, uint32_t bits);
/* To who runs the backend, while it is not too much: drivers make it say things. */
void device_say(struct device *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The driver broke the rules: nothing more until it resets the device. */
void device_fault(struct device *d);
/* Changes a field of the config space, and interrupts the driver. */
void device_configure(struct device *d, size_t offset, const void *bytes,
		      size_t size);

#endif
