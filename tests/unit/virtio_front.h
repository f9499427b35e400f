/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio_front.h - a virtio device, a cell in front of it, and what its driver does
 * when it keeps to the standard. Each test program is one file; all is static.
 */
#ifndef TESTS_UNIT_VIRTIO_FRONT_H
#define TESTS_UNIT_VIRTIO_FRONT_H

#include <criterion/criterion.h>

#include <string.h>

#include "arch/fake/fake.h"
#include "arch/fake/tables.h"
#include "core/cell.h"
#include "hv_abi_virtio.h"

enum { ROOT, FRONT, OTHER };
enum { PAGE = 0x9000, OTHERS_RING = 0xa000, FRONT_LINE = 300, BACK_LINE = 400 };
enum { N_QUEUES = 3, SIZE_MAX_OF_QUEUES = 64 };

enum {
	MAGIC = 0x00, VERSION = 0x04, DEVICE_ID = 0x08, VENDOR_ID = 0x0c,
	DEVICE_FEATURES = 0x10, DEVICE_FEATURES_SEL = 0x14,
	DRIVER_FEATURES = 0x20, DRIVER_FEATURES_SEL = 0x24,
	QUEUE_SEL = 0x30, QUEUE_NUM_MAX = 0x34, QUEUE_NUM = 0x38, QUEUE_READY = 0x44,
	QUEUE_NOTIFY = 0x50, INTERRUPT_STATUS = 0x60, INTERRUPT_ACK = 0x64,
	STATUS = 0x70, QUEUE_DESC = 0x80, QUEUE_DRIVER = 0x90, QUEUE_DEVICE = 0xa0,
	CONFIG_GENERATION = 0xfc, CONFIG = 0x100, CONFIG_END = 0x200,
};
enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8, NEEDS_RESET = 64,
       FAILED = 128 };
enum { VERSION_1 = 1, ACCESS_PLATFORM = 2 };	/* of bits 32 to 63 */

static struct hv_virtio *device;
static struct hv_virtio_state *state, *others_state;
static struct hv_virtio_published *published;

static inline void *granule(const struct hv_virtio *v, uint32_t i)
{
	return (char *)(uintptr_t)v->registers.u + i * HV_VIRTIO_SIZE;
}

/* root on CPU 0 is behind both devices; front has CPUs 1 and 2, other CPU 3. What
 * is in memory at power-on is nothing that anybody wrote. */
static inline void setup(void)
{
	struct hv_cell *root, *front, *other;

	fake_begin();
	root = fake_cell("root", 1);
	front = fake_cell("front", 2);
	other = fake_cell("other", 1);
	root->on_reboot.action = HV_ON_RESTART;
	fake_copy(root, "root", fake_memory(16), 4);
	fake_tables.head.root_cell = ROOT;
	device = fake_virtio(FRONT, ROOT, N_QUEUES);
	others_state = granule(fake_virtio(OTHER, ROOT, HV_VIRTIO_MAX_QUEUES), 0);
	fake_mmio(front, PAGE, HV_MMIO_VIRTIO, 0);
	fake_mmio(root, PAGE, HV_MMIO_VIRTIO_RING, 0);
	fake_mmio(other, PAGE, HV_MMIO_VIRTIO, 1);
	fake_mmio(root, OTHERS_RING, HV_MMIO_VIRTIO_RING, 1);
	state = granule(device, 0);
	published = granule(device, 1);
	memset(state, 0xa5, 2 * HV_VIRTIO_SIZE);
	fake_boot();
	fake_start();
	for (uint32_t i = 0; i < 4; i++)
		fake_run(cpu_idle, hv_cpu(i));
}

/* The cell behind is trapped, the one in front reads the first granule. */
static inline uint64_t load_of(uint32_t cpu_i, uint32_t offset, uint32_t size)
{
	struct mmio m = { .size = size, .value = 0xdead };

	if (cpu_i) {
		m.value = 0;
		memcpy(&m.value, (const char *)state + offset, size);
	} else {
		cr_assert_eq(fake_access(hv_cpu(cpu_i), PAGE + offset, &m), MMIO_DONE);
	}
	return size == 8 ? m.value : m.value & ((UINT64_C(1) << 8 * size) - 1);
}

static inline void store_of(uint32_t cpu_i, uint32_t offset, uint32_t size, uint64_t value)
{
	struct mmio m = { .size = size, .value = value, .is_write = true };

	cr_assert_eq(fake_access(hv_cpu(cpu_i), PAGE + offset, &m), MMIO_DONE);
}

static inline uint32_t rd(uint32_t offset)
{
	return (uint32_t)load_of(1, offset, 4);
}

static inline void wr(uint32_t offset, uint32_t value)
{
	store_of(1, offset, 4, value);
}

static inline void ring(uint32_t value)
{
	store_of(0, 0, 4, value);
}

/* What is published becomes true. */
static inline void take(void)
{
	ring(HV_VIRTIO_RING_PUBLISH);
}

static inline void publish(void)
{
	published->device_features[0] = 0x00000201;
	published->device_features[1] = VERSION_1 | ACCESS_PLATFORM | 0x100;
	for (uint32_t i = 0; i < N_QUEUES; i++)
		published->queue_size_max[i] = SIZE_MAX_OF_QUEUES;
	for (uint32_t i = 0; i < HV_VIRTIO_CONFIG_SIZE; i++)
		published->config[i] = (uint8_t)(i % 255 + 1);
	published->is_published = 1;
	take();
}

static inline void take_features(uint32_t low, uint32_t high)
{
	wr(DRIVER_FEATURES_SEL, 0);
	wr(DRIVER_FEATURES, low);
	wr(DRIVER_FEATURES_SEL, 1);
	wr(DRIVER_FEATURES, high);
}

/* Up to FEATURES_OK, if it is granted. */
static inline uint32_t negotiate(uint32_t low, uint32_t high)
{
	wr(STATUS, 0);
	wr(STATUS, ACKNOWLEDGE);
	wr(STATUS, ACKNOWLEDGE | DRIVER);
	take_features(low, high);
	wr(STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
	return rd(STATUS);
}

static inline void set_queue(uint32_t i, uint32_t size)
{
	wr(QUEUE_SEL, i);
	wr(QUEUE_NUM, size);
	for (uint32_t k = 0; k < 3; k++) {
		wr(QUEUE_DESC + 16 * k, 0x1000 * (i + 1) + k);
		wr(QUEUE_DESC + 16 * k + 4, 0x10 + k);
	}
	wr(QUEUE_READY, 1);
}

static inline void bring_up(void)
{
	publish();
	cr_assert_eq(negotiate(1, VERSION_1), ACKNOWLEDGE | DRIVER | FEATURES_OK);
	for (uint32_t i = 0; i < N_QUEUES; i++)
		set_queue(i, SIZE_MAX_OF_QUEUES >> i);
	wr(STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
}

#endif
