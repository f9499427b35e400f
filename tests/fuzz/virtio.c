/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RINGS (GUEST_BASE + 0x4000)
#define RING_STRIDE UINT64_C(0x4000)
#define RUNS_MAX 64u

struct guest *fuzz_guest;
struct queue fuzz_queues[HV_VIRTIO_MAX_QUEUES];
static struct device *device;

/* What happens while something is copied in: to it, or to the epoch. */
static struct {
	uint32_t in;			/* so many copies; 0: never */
	uint8_t change;			/* of its first byte; 0: the epoch ends */
} meanwhile;

/* ---- input ------------------------------------------------------------------- */

static uint64_t take(struct input *in, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n && in->at < in->end; i++)
		value |= (uint64_t)*in->at++ << 8 * i;
	return value;
}

uint8_t input_u8(struct input *in)
{
	return (uint8_t)take(in, 1);
}

uint16_t input_u16(struct input *in)
{
	return (uint16_t)take(in, 2);
}

uint32_t input_u32(struct input *in)
{
	return (uint32_t)take(in, 4);
}

uint64_t input_u64(struct input *in)
{
	return take(in, 8);
}

uint64_t input_address(struct input *in)
{
	static const uint64_t bases[] = {
		FUZZ_DATA, FUZZ_DATA + 0x8000, RINGS, RINGS + RING_STRIDE,
		RINGS + 0x1000, RINGS + 0x2000, GUEST_BASE - 8, GUEST_NEXT - 8,
		GUEST_NEXT, GUEST_NEXT + GUEST_NEXT_SIZE - 8, GUEST_ROM, 0,
		UINT64_MAX - 255, GUEST_BASE, FUZZ_DATA + 0x1f000,
	};
	uint8_t which = input_u8(in);

	if (which >= 0xf0)
		return input_u64(in);
	return bases[which % (sizeof(bases) / sizeof(bases[0]))] +
	       (which & 0x80 ? input_u16(in) : input_u8(in));
}

/* ---- memory ------------------------------------------------------------------ */

/* From the heap, so that what is next to them is nobody's. */
void *guest_pages(size_t size)
{
	return calloc(1, size);
}

void guest_pages_free(void *at, size_t size)
{
	(void)size;
	free(at);
}

void __real_memory_copy_in(void *to, const uint8_t *from, size_t size);
void __wrap_memory_copy_in(void *to, const uint8_t *from, size_t size);

/* The linker puts this in its place: the driver runs at the same time. */
void __wrap_memory_copy_in(void *to, const uint8_t *from, size_t size)
{
	bool is_rom = from >= fuzz_guest->rom &&
		      from < fuzz_guest->rom + GUEST_ROM_SIZE;

	__real_memory_copy_in(to, from, size);
	if (is_rom || !meanwhile.in || --meanwhile.in)
		return;
	if (meanwhile.change)
		*(uint8_t *)(uintptr_t)(from + meanwhile.change % size) ^=
			meanwhile.change;
	else
		fuzz_guest->state->epoch += 2;
}

/* ---- doings ------------------------------------------------------------------ */

static void run(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!device_run(device) && !device_rest(device))
			break;
	device_wake(device);
}

static void poke_memory(struct input *in)
{
	uint64_t address = input_address(in);
	size_t size = 1u << input_u8(in) % 5;
	uint8_t *at = guest_at(fuzz_guest, address, size);

	for (size_t i = 0; i < size; i++) {
		uint8_t byte = input_u8(in);

		if (at && address < GUEST_ROM)
			at[i] = byte;
	}
}

static void poke_register(struct input *in)
{
	uint8_t which = input_u8(in);
	struct hv_virtio_state *s = fuzz_guest->state;
	struct hv_virtio_queue *q =
		&s->queues[which / 16 % HV_VIRTIO_MAX_QUEUES];

	switch (which % 8) {
	case 0: q->descriptors = input_address(in); break;
	case 1: q->driver = input_address(in); break;
	case 2: q->device = input_address(in); break;
	case 3: q->size = input_u32(in); break;
	case 4: q->is_ready = input_u8(in); break;
	case 5: s->registers.status = input_u8(in); break;
	case 6: s->driver_features[which / 8 % 2] = input_u32(in); break;
	default: q->n_notified = input_u32(in); break;
	}
	s->n_changes++;
}

static struct queue *queue_of(struct input *in)
{
	return &fuzz_queues[input_u8(in) % fuzz_n_queues];
}

static void describe(struct input *in)
{
	struct queue *q = queue_of(in);
	uint8_t i = input_u8(in), flags = input_u8(in), next = input_u8(in);
	uint64_t address = input_address(in);

	queue_describe(q, i, address, flags & 0x80 ? input_u32(in) :
				      flags & 0x40 ? input_u16(in) :
						     input_u8(in),
		       flags & 7, flags & 0x20 ? (uint16_t)(next << 4) : next);
}

/* Several heads, with chains of their own at their numbers. */
static void offer(struct input *in)
{
	struct queue *q = queue_of(in);
	uint8_t head = input_u8(in), n = input_u8(in);

	for (uint32_t i = 0; i <= n % 16u; i++)
		queue_offer(q, (uint16_t)(head + i));
}

static void make_queue(struct input *in)
{
	uint32_t i = input_u8(in) % fuzz_n_queues;

	queue_make(&fuzz_queues[i], fuzz_guest, i,
		   (uint16_t)(1u << input_u8(in) % 9),
		   RINGS + RING_STRIDE * i);
}

static void start(struct input *in)
{
	uint64_t offered = guest_offered(fuzz_guest);
	uint8_t which = input_u8(in);

	/* Mostly what is offered, without some of it. */
	guest_start(fuzz_guest, which == 0xff ? input_u64(in) :
		    which & 1 ? (offered & input_u32(in)) | DEVICE_F_VERSION_1 :
				offered);
}

/* No queue is ready, nor written to, when the driver goes. */
static void reset(void)
{
	guest_reset(fuzz_guest);
}

static void restart(void)
{
	uint32_t epoch = fuzz_guest->state->epoch;

	/* In an epoch that is none, a backend ends without a word to the driver. */
	fuzz_guest->state->epoch = epoch | 1;
	device_run(device);
	fuzz_close();
	fuzz_guest->state->epoch = epoch;
	fuzz_lost();
	device = fuzz_open();
}

static void poke_kept(struct input *in)
{
	size_t at = input_u16(in) % sizeof(struct kept);

	((uint8_t *)fuzz_guest->kept)[at] ^= input_u8(in);
}

static void set_index(struct input *in)
{
	struct queue *q = queue_of(in);

	q->available = input_u16(in);
	queue_set_available_index(q, q->available);
}

static void act(struct input *in)
{
	switch (input_u8(in) % 16) {
	case 0: poke_memory(in); break;
	case 1: poke_register(in); break;
	case 2: case 3: describe(in); break;
	case 4: case 5: offer(in); break;
	case 6: run(RUNS_MAX); break;
	case 7: reset(); break;
	case 8: start(in); break;
	case 9: restart(); break;
	case 10: case 11: case 12: fuzz_event(in); break;
	case 13: make_queue(in); break;
	case 14:
		meanwhile.in = input_u8(in);
		meanwhile.change = input_u8(in);
		break;
	default:
		if (input_u8(in) & 1)
			poke_kept(in);
		else
			set_index(in);
		break;
	}
}

/* A good driver's beginning, which inputs may spoil. */
static void begin(struct input *in)
{
	static const struct queue none;

	for (uint32_t i = 0; i < fuzz_n_queues; i++) {
		fuzz_queues[i] = none;
		queue_make(&fuzz_queues[i], fuzz_guest, i, 16,
			   RINGS + RING_STRIDE * i);
	}
	meanwhile.in = 0;
	fuzz_begin(in);
	device = fuzz_open();
	start(in);
	run(1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, data + size };
	uint8_t flags = input_u8(&in);
	static const uint8_t zeros[GUEST_ROM_SIZE];

	fuzz_guest = guest_new(fuzz_n_queues,
			       flags & (HV_VIRTIO_READONLY | HV_VIRTIO_BOUNCE |
					HV_VIRTIO_LOSS_FAIL));
	begin(&in);
	while (in.at < in.end)
		act(&in);
	run(RUNS_MAX);
	fuzz_guest->state->epoch |= 1;
	device_run(device);
	fuzz_close();
	fuzz_end();
	if (memcmp(fuzz_guest->rom, zeros, sizeof(zeros)))
		abort();
	guest_free(fuzz_guest);
	return 0;
}
