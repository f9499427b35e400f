/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hv_abi_virtio.h - what the two granules of a virtio device hold.
 *
 * The runtime is the device's register file: no access waits for the backend. At
 * `registers` of struct hv_virtio are, a granule each:
 *
 * struct hv_virtio_state	the runtime writes it, both cells read it
 * struct hv_virtio_published	the cell behind writes it, the runtime reads it
 *
 * The first is what the driver has at `window`, and begins with the registers as it
 * reads them: reading is no exit, storing is one. (What stands behind them it has
 * written itself, or may read in registers.) So what is published becomes true when
 * the cell behind says HV_VIRTIO_RING_PUBLISH: it is taken then, once, and whatever
 * the runtime decides it decides by what it has taken.
 *
 * Both outlive the backend's program and the cell in front. What is published is
 * zero at boot, and again when the cell behind has ended, and so is what was taken
 * of it. All fields are read and written whole, each by itself.
 *
 * Includes nothing but hv_abi.h. Numbers in brackets are sections of Virtual I/O
 * Device 1.2.
 */
#ifndef HV_ABI_VIRTIO_H
#define HV_ABI_VIRTIO_H

#include "hv_abi.h"

#define HV_VIRTIO_CONFIG_SIZE 256u

/* What the cell behind stores at the ringing granule; both may be in one word, and
 * then publishing comes first. */
#define HV_VIRTIO_RING_INTERRUPTS 3u	/* bits of InterruptStatus to be set */
#define HV_VIRTIO_RING_PUBLISH (1u << 8) /* what is published is to be taken */

struct hv_virtio_queue {		/* as the driver wrote it (4.2.2) */
	uint64_t descriptors, driver, device;	/* addresses in the cell in front */
	uint32_t size;			/* QueueNum */
	uint32_t is_ready;		/* QueueReady: 0 or 1; last of a queue's
					 * fields to become 1 */
	uint32_t n_notified;		/* counts QueueNotify; wraps */
	uint32_t zero;
};
_Static_assert(sizeof(struct hv_virtio_queue) == 40, "abi");

/*
 * As the driver reads them, by their offsets in the window; what has no name, or is
 * only written, is 0. Of features, queues and their sizes it shows those that the
 * driver has selected. While the configuration changes its generation is another
 * than before and than after; but a driver that reads all of it twice in between
 * sees halves of two, and learns better by the interrupt for the change.
 */
struct hv_virtio_registers {
	uint32_t magic, version;
	uint32_t device_id;		/* 0: nothing is published */
	uint32_t vendor_id;
	uint32_t device_features;
	uint32_t zero_014[8];
	uint32_t queue_size_max;
	uint32_t zero_038[3];
	uint32_t queue_ready;
	uint32_t zero_048[6];
	uint32_t interrupt_status;
	uint32_t zero_064[3];
	uint32_t status;		/* FEATURES_OK is judged by what was taken;
					 * DEVICE_NEEDS_RESET is the backend's */
	uint32_t zero_074[34];
	uint32_t config_generation;	/* the runtime's own */
	uint8_t config[HV_VIRTIO_CONFIG_SIZE];
};
_Static_assert(offsetof(struct hv_virtio_registers, queue_size_max) == 52, "abi");
_Static_assert(offsetof(struct hv_virtio_registers, queue_ready) == 68, "abi");
_Static_assert(offsetof(struct hv_virtio_registers, interrupt_status) == 96, "abi");
_Static_assert(offsetof(struct hv_virtio_registers, status) == 112, "abi");
_Static_assert(offsetof(struct hv_virtio_registers, config) == 256, "abi");
_Static_assert(sizeof(struct hv_virtio_registers) == 512, "abi");

struct hv_virtio_state {
	struct hv_virtio_registers registers;
	uint32_t epoch;			/* counts resets by driver or end of the
					 * cell in front: whatever was of an
					 * earlier epoch is no longer the backend's
					 * to touch. Odd while one is going on */
	uint32_t n_changes;		/* counts writes of Status and QueueReady,
					 * and resets by an end */
	uint32_t driver_features[2];	/* bits 0..31, 32..63 */
	uint32_t device_features_sel, driver_features_sel, queue_sel;
	uint32_t zero;
	/* As they were taken when they were published last. */
	uint32_t device_features[2];
	uint32_t queue_size_max[HV_VIRTIO_MAX_QUEUES];
	struct hv_virtio_queue queues[HV_VIRTIO_MAX_QUEUES];
};
_Static_assert(sizeof(struct hv_virtio_state) == 1256, "abi");

struct hv_virtio_published {
	uint32_t is_published;		/* 1: there is a device; else all is taken
					 * as 0 */
	uint32_t zero;
	uint32_t device_features[2];
	uint32_t queue_size_max[HV_VIRTIO_MAX_QUEUES];	/* 0: no such queue */
	uint32_t needs_reset;		/* 1: Status has DEVICE_NEEDS_RESET, if
					 * reset_epoch is state.epoch when this
					 * is taken, until the driver resets */
	uint32_t reset_epoch;
	uint8_t config[HV_VIRTIO_CONFIG_SIZE];
	/* What follows is the backend's own: requests it has taken. */
};
_Static_assert(sizeof(struct hv_virtio_published) == 344, "abi");

#endif
