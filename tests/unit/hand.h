/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hand.h - models built by hand, for tests of the stages behind resolve.
 *
 * A board like QEMU's virt machine: four CPUs, 1 GiB at 0x40000000, a GICv3, a
 * PL011 and an RTC; cells are added one by one. Everything is static and ends
 * with the test.
 */
#ifndef TESTS_UNIT_HAND_H
#define TESTS_UNIT_HAND_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "place/layout.h"
#include "target/target.h"

#define HAND_CELLS 4
#define HAND_REGIONS 4
#define HAND_CHANNELS 3
#define HAND_VIRTIOS 3

struct hand {
	struct arena *arena;
	struct source *source;
	struct diag *diag;
	struct board board;
	struct board_cpu cpus[4];
	struct board_memory memory[2];
	struct board_memory reserved[1];
	struct device devices[2];
	struct device_reg regs[2];
	struct line lines[2];
	struct pa_range redistributors[1];
	struct model model;
	struct cell cells[HAND_CELLS];
	struct cell_cpu cell_cpus[HAND_CELLS][4];
	struct region regions[HAND_CELLS][HAND_REGIONS];
	struct device_use uses[HAND_CELLS][2];
	struct channel channels[HAND_CHANNELS];
	struct channel_end ends[HAND_CHANNELS][3];
	struct virtio virtios[HAND_VIRTIOS];
	struct runtime_object runtime;
};

static const struct access hand_rwx = { true, true, true, false };

static inline struct hand *hand_new(void)
{
	struct arena *a = arena_new();
	struct hand *h = arena_alloc(a, sizeof(*h));
	struct diag_options options = { 0 };

	h->arena = a;
	h->source = source_new(a);
	h->diag = diag_new(a, h->source, &options);
	for (unsigned int i = 0; i < 4; i++)
		h->cpus[i].hwid = i;
	h->memory[0].range = (struct pa_range){ { 0x40000000 }, GIB };
	h->regs[0].range = (struct pa_range){ { 0x9000000 }, GRANULE };
	h->regs[1].range = (struct pa_range){ { 0x9010000 }, GRANULE };
	h->lines[0] = (struct line){ .kind = LINE_SPI, .number = 1 };
	h->lines[1] = (struct line){ .kind = LINE_SPI, .number = 2 };
	for (unsigned int i = 0; i < 2; i++) {
		h->devices[i].path = i ? "/pl031@9010000" : "/pl011@9000000";
		h->devices[i].name = i ? "pl031" : "pl011";
		h->devices[i].regs = &h->regs[i];
		h->devices[i].n_regs = 1;
		h->devices[i].lines = &h->lines[i];
		h->devices[i].n_lines = 1;
	}
	h->devices[0].role = DEVICE_UART;
	h->devices[0].uart = UART_PL011;
	h->redistributors[0] = (struct pa_range){ { 0x80a0000 }, 0xf60000 };
	h->board = (struct board){
		.cpus = h->cpus, .n_cpus = 4,
		.memory = h->memory, .n_memory = 1,
		.reserved = h->reserved,
		.devices = h->devices, .n_devices = 2,
		.controller = {
			.is_present = true, .version = 3,
			.distributor = { { 0x8000000 }, 0x10000 },
			.redistributors = h->redistributors,
			.n_redistributors = 1,
			.redistributor_stride = 0x20000,
			.maintenance_ppi = 9,
		},
		.timer = { .is_present = true, .has_secure = true,
			   .secure_ppi = 13, .physical_ppi = 14,
			   .virtual_ppi = 11, .hyp_ppi = 10 },
		.conduit = CONDUIT_SMC, .n_spis = 256, .address_bits = 40,
	};
	h->model.target = &target_aarch64;
	h->model.board = &h->board;
	h->model.cells = h->cells;
	h->model.channels = h->channels;
	h->model.virtios = h->virtios;
	h->model.hypervisor.console = CONSOLE_DEVICE;
	h->model.hypervisor.console_device = &h->devices[0];
	h->runtime = (struct runtime_object){ "runtime.o", 0x5000, 0x800, 0,
					      0x2000 };
	return h;
}

/* A cell with one CPU, a virtual console and no payload. */
static inline struct cell *hand_cell(struct hand *h, const char *name,
				     uint32_t cpu_i)
{
	uint32_t i = (uint32_t)h->model.n_cells++;
	struct cell *c = &h->cells[i];

	h->cell_cpus[i][0].index = cpu_i;
	*c = (struct cell){
		.name = name, .index = i, .cpus = h->cell_cpus[i], .n_cpus = 1,
		.regions = h->regions[i], .devices = h->uses[i],
		.console = CONSOLE_VIRTUAL,
	};
	return c;
}

static inline struct region *hand_region(struct hand *h, struct cell *c,
					 const char *name, uint64_t size)
{
	struct region *r = &h->regions[c->index][c->n_regions++];

	*r = (struct region){ .name = name, .cell = c, .size = size,
			      .access = hand_rwx };
	return r;
}

/* A root cell and one more, cells 0 and 1, with 16 MiB each. */
static inline struct hand *hand_pair(void)
{
	struct hand *h = hand_new();
	struct cell *root = hand_cell(h, "root", 0);

	root->is_root = true;
	h->model.root = root;
	hand_region(h, root, "ram", 16 * MIB);
	hand_region(h, hand_cell(h, "front", 1), "ram", 16 * MIB);
	return h;
}

static inline struct channel *hand_channel(struct hand *h, const char *name,
					   uint64_t size, struct cell *from,
					   struct cell *to)
{
	uint32_t i = (uint32_t)h->model.n_channels++;
	struct channel *c = &h->channels[i];

	h->ends[i][0] = (struct channel_end){ .cell = from, .may_write = true };
	h->ends[i][1] = (struct channel_end){ .cell = to, .may_write = true };
	*c = (struct channel){ .name = name, .index = i, .ends = h->ends[i],
			       .n_ends = 2, .has_doorbell = true,
			       .size = size };
	return c;
}

/* A disk of `front`, which shares its RAM with `back`. */
static inline struct virtio *hand_virtio(struct hand *h, const char *name,
					 struct cell *front, struct cell *back)
{
	uint32_t i = (uint32_t)h->model.n_virtios++;
	struct virtio *v = &h->virtios[i];

	*v = (struct virtio){
		.name = name, .index = i, .kind = VIRTIO_BLOCK, .front = front,
		.back = back, .backend = BACKEND_FILE, .path = "/srv/disk",
		.n_queues = 1, .share_because = "a test",
	};
	return v;
}

/* It has bounce memory instead. */
static inline struct channel *hand_bounce(struct hand *h, struct virtio *v,
					  uint64_t size)
{
	struct channel *c = hand_channel(h, v->name, size,
					 &h->cells[v->front->index],
					 &h->cells[v->back->index]);

	c->is_bounce = true;
	c->has_doorbell = false;
	v->bounce = c;
	v->share_because = NULL;
	return c;
}

static inline const struct layout *hand_place(struct hand *h)
{
	return place(h->arena, &h->model, &h->runtime, h->diag);
}

/* What was reported, as it would be printed. */
static inline char *hand_told(struct hand *h)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	diag_print(h->diag, f);
	fclose(f);
	return text;
}

#endif
