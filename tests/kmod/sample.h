/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sample.h - a small image that hvisor.ko takes, for tests to change, and the
 * machine that it takes it on: two cells, three CPUs, one channel.
 */
#ifndef TESTS_KMOD_SAMPLE_H
#define TESTS_KMOD_SAMPLE_H

#include "hv_abi_aarch64.h"
#include "image.h"

#define SAMPLE_TABLES 0x3000u
#define SAMPLE_RUNTIME 0x4000u	/* bytes of the runtime's segment */
#define SAMPLE_SIZE 0x5000u	/* and of one page for the other cell */

struct sample_tables {
	struct hv_head head;
	struct hv_cpu cpus[3];
	struct hv_cell cells[2];
	struct hv_region root[3], other[2];
	struct hv_channel channels[1];
};

struct sample {
	struct hv_image_head image;
	uint8_t code[SAMPLE_TABLES - sizeof(struct hv_image_head)];
	struct sample_tables tables;
	uint8_t rest[SAMPLE_SIZE - SAMPLE_TABLES - sizeof(struct sample_tables)];
};
_Static_assert(sizeof(struct sample) == SAMPLE_SIZE, "the size of the file");

#define SAMPLE_N_RESERVED 2u
extern const struct place sample_reserved[SAMPLE_N_RESERVED];
#define SAMPLE_N_RAM 2u
extern const struct place sample_ram[SAMPLE_N_RAM];
#define SAMPLE_N_CPUS 3u
extern const uint64_t sample_cpus[SAMPLE_N_CPUS];

void sample_make(struct sample *s);
void sample_caller(struct hvisor_enable *e);

/*
 * All that late.c asks of an image, in its order and on the sample's machine,
 * with the bytes where AddressSanitizer sees who leaves them. 0, or an errno.
 */
int sample_judge(const struct sample *s, uint64_t file_size,
		 struct refusal *why);

#endif
