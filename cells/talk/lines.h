/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines.h - lines of text both ways over the memory of a channel with two ends:
 * the same file for a Linux program and for a bare-metal cell.
 *
 * Each end has half of the memory and writes nothing else: the bytes that it
 * sends, a count of them, and a count of those that it has taken from the other
 * half. Both counts only grow and wrap, so an end that starts again goes on where
 * it stood. The other end is not trusted: a count that cannot be is a peer that
 * started from nothing, and what it sent is passed over; no byte outside the half
 * is touched whatever it writes.
 *
 * Ring the peer after lines_send(), call lines_take() until it gives 0 when rung.
 */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lines_half {
	uint32_t sent;		/* bytes since the beginning */
	uint32_t taken;		/* of the other half's */
	uint8_t bytes[];
};

struct lines {
	volatile struct lines_half *own;
	const volatile struct lines_half *peer;
	uint32_t room;		/* bytes of a half's ring, a power of two */
	uint32_t sent, taken;	/* own counts, where the peer cannot change them */
};

/* What was written before is seen before what is written after, both ways. */
static inline void lines_fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/*
 * self: index of this end, 0 or 1. size: of both halves together, at least 64.
 * Look at once for lines, by lines_take(): a ring for who is not there is lost.
 */
static inline struct lines lines_open(volatile void *memory, uint32_t size,
				      uint32_t self)
{
	volatile uint8_t *at = memory;
	uint32_t half = size / 2, room = 1;

	while (room * 2 <= half - sizeof(struct lines_half))
		room *= 2;

	struct lines l = {
		.own = (volatile void *)(at + (self ? half : 0)),
		.peer = (const volatile void *)(at + (self ? 0 : half)),
		.room = room,
	};

	l.sent = l.own->sent;
	l.taken = l.own->taken;
	return l;
}

/* What the peer has sent before now is not wanted. */
static inline void lines_skip(struct lines *l)
{
	l->taken = l->peer->sent;
	l->own->taken = l->taken;
}

/* All n bytes and a newline, or false: the peer has not taken enough yet. */
static inline bool lines_send(struct lines *l, const char *text, uint32_t n)
{
	uint32_t waiting = l->sent - l->peer->taken;

	/* More than there is room for: the peer does not count as we do. */
	if (waiting > l->room)
		waiting = 0;
	if (n >= l->room || n + 1 > l->room - waiting)
		return false;
	for (uint32_t i = 0; i <= n; i++)
		l->own->bytes[(l->sent + i) & (l->room - 1)] =
			(uint8_t)(i < n ? text[i] : '\n');
	lines_fence();		/* the bytes before their count */
	l->sent += n + 1;
	l->own->sent = l->sent;
	lines_fence();		/* the count before the ring that follows */
	return true;
}

/*
 * The next whole line, without its newline and with a NUL; what is too long for
 * max comes in pieces. Its length and one, or 0: there is none yet.
 */
static inline uint32_t lines_take(struct lines *l, char *text, uint32_t max)
{
	uint32_t there = l->peer->sent - l->taken, n = 0;
	bool is_whole = false;

	if (there > l->room) {
		lines_skip(l);
		there = 0;
	}
	lines_fence();		/* the count before its bytes */
	while (n < there && n + 1 < max && !is_whole) {
		text[n] = (char)l->peer->bytes[(l->taken + n) & (l->room - 1)];
		is_whole = text[n++] == '\n';
	}
	/* Half a line in a full ring has no end to wait for. */
	if (!is_whole && n + 1 < max && there < l->room)
		return 0;
	text[is_whole ? n - 1 : n] = '\0';
	lines_fence();		/* read before they may be written over */
	l->taken += n;
	l->own->taken = l->taken;
	return is_whole ? n : n + 1;
}

#endif
