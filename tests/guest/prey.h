/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prey.h - what hunter.c tells prey.c to do, by words of their channel's memory.
 *
 * Includes cell.h; one channel, `wire`.
 */
#ifndef TESTS_GUEST_PREY_H
#define TESTS_GUEST_PREY_H

#include "cell.h"

enum {
	WORD_MODE,		/* a letter, 0 until it is told */
	WORD_N_CPUS,		/* how many behave so, the others are off */
	WORD_YIELDS,		/* 1: and yield between, so that all take turns */
	WORD_UP,		/* the prey's first CPU has come to its main */
	WORD_READY,		/* and one for each CPU: it is about to begin */
};

static inline uint32_t word(uint32_t i)
{
	return load32(CHANNEL_WIRE_BASE + 4 * i);
}

static inline void set_word(uint32_t i, uint32_t value)
{
	store32(CHANNEL_WIRE_BASE + 4 * i, value);
	__asm__ volatile("dsb sy" ::: "memory");
}

#endif
