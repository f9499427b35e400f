/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-32 DEVICE - what a program of 32 bits (AArch32) has of a virtio device whose
 * backend it could be: the same answers, and all of its memory but the page to ring by,
 * which the hypervisor emulates for programs of 64 bits alone: a signal, whatever the
 * instruction. The file is still good for others then.
 */
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/signal.h>
#include <stddef.h>
#include <stdint.h>

#include "bare.h"
#include "hv_abi_virtio.h"
#include "hvisor.h"

_Static_assert(sizeof(struct hvisor_view) == 32, "view");
_Static_assert(sizeof(struct hvisor_virtio) == 560 && HVISOR_VIRTIO == 0x8230ce20, "virtio");

#define PAGE 4096u

static volatile void *mapped(const char *what, long fd, uint64_t offset, long prot)
{
	long at = system_call(MMAP2, 0, PAGE, prot, MAP_SHARED, fd, (long)(offset / PAGE));
	int is_there = (unsigned long)at <= -(unsigned long)PAGE;

	expect(what, is_there ? 0 : at, 0);
	if (!is_there)
		finish(what);
	return (volatile void *)at;
}

/* Each is a signal, and what it would load into is as it was. */
static void stores(volatile void *ring)
{
	uint32_t word = 0x600dda7a;

	n_skipped = 0;
	__asm__ volatile("str	%0, [%1]" : : "r"(word), "r"(ring) : "memory");
	__asm__ volatile("strb	%0, [%1]" : : "r"(word), "r"(ring) : "memory");
	__asm__ volatile("strd	r4, r5, [%0]" : : "r"(ring) : "r4", "r5", "memory");
	__asm__ volatile("stm	%0, {r4, r5, r6}" : : "r"(ring) : "r4", "r5", "r6", "memory");
	expect("stores", (long)n_skipped, 4);
	__asm__ volatile("ldr	%0, [%1]" : "+r"(word) : "r"(ring) : "memory");
	__asm__ volatile("ldrsheq %0, [%1]\n"
			 "ldrshne %0, [%1]" : "+r"(word) : "r"(ring) : "memory");
	__asm__ volatile("ldm	%0, {r4, r5, r6}" : : "r"(ring) : "r4", "r5", "r6", "memory");
	expect("loads", (long)n_skipped, 7);
	expect("what was loaded", (long)word, 0x600dda7a);
}

void run(int argc, char **argv)
{
	static struct hvisor_virtio v;
	const volatile struct hv_virtio_state *state;
	const volatile uint32_t *published;
	long fd;

	if (argc != 2)
		finish("no arguments");
	fd = system_call(OPEN, (long)argv[1], O_RDWR, 0, 0, 0, 0);
	expect("the device", fd < 0 ? fd : 0, 0);
	expect("VIRTIO", system_call(IOCTL, fd, (long)HVISOR_VIRTIO, (long)&v, 0, 0, 0), 0);
	expect("its backend", (long)v.has_backend, 1);
	state = mapped("its state", fd, v.state, PROT_READ);
	published = mapped("what it publishes", fd, v.published, PROT_READ | PROT_WRITE);
	expect("an epoch of no reset", (long)(state->epoch % 2), 0);
	expect("nothing is published", (long)published[0], 0);
	skip_at(SIGBUS);
	stores(mapped("the page to ring by", fd, v.ring, PROT_READ | PROT_WRITE));
	finish("32 bits");
}
