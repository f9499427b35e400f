/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.h - a hostile driver, whose doings are a fuzzer's input.
 *
 * virtio.c reads the input as a list of doings: of memory, registers, queues,
 * resets, backends that are killed, and memory that changes while it is being
 * read. What lies behind the device is the kind's: each fuzzer has one.
 */
#ifndef TESTS_FUZZ_VIRTIO_H
#define TESTS_FUZZ_VIRTIO_H

#include "guest.h"

struct input {
	const uint8_t *at, *end;
};

/* Zero where the input has ended. */
uint8_t input_u8(struct input *in);
uint16_t input_u16(struct input *in);
uint32_t input_u32(struct input *in);
uint64_t input_u64(struct input *in);
/* Of somewhere that matters. */
uint64_t input_address(struct input *in);

#define FUZZ_DATA (GUEST_BASE + 0x20000)

extern const uint32_t fuzz_n_queues;
extern struct guest *fuzz_guest;
extern struct queue fuzz_queues[HV_VIRTIO_MAX_QUEUES];

/* Before the first device of an input, and behind its last. */
void fuzz_begin(struct input *in);
void fuzz_end(void);
/* The device; closed when its driver can be told nothing any more. */
struct device *fuzz_open(void);
void fuzz_close(void);
/* While no backend is there, but a closed one's memory is. */
void fuzz_lost(void);
/* Something that comes from behind the device, or that only this kind is asked. */
void fuzz_event(struct input *in);

#endif
