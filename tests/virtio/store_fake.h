/* SPDX-License-Identifier: BSD-2-Clause */
/* store_fake.h - a store in memory, whose operations end when a test says so. */
#ifndef TESTS_VIRTIO_STORE_FAKE_H
#define TESTS_VIRTIO_STORE_FAKE_H

#include "virtio/store.h"

#define STORE_FAKE_SIZE (UINT64_C(1) << 20)

struct store_fake {
	uint8_t bytes[STORE_FAKE_SIZE];
	bool is_held;		/* operations end by store_fake_end() alone */
	int64_t error;		/* of all operations, negative; 0: none */
	uint64_t most;		/* bytes at once; 0: all */
	bool is_short;		/* all reads are behind its end */
	uint32_t n_open, n_writes, n_flushes, n_clears, n_through;
};

/* The only one there is; store_open() gives it, as often as it is asked. */
extern struct store_fake store_fake;

/* One that is under way, the i-th as begun. False: there are not so many. */
bool store_fake_end(uint32_t i);
uint32_t store_fake_n_under_way(void);
/* Of a backend that was killed: some of what it began may end all the same. */
void store_fake_forget(void);
void store_fake_reset(void);

#endif
