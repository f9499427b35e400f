/* SPDX-License-Identifier: BSD-2-Clause */
/* What taker.c and teller.c say to each other: words of their channel, each
 * written by one of them. */
#ifndef TESTS_GUEST_TAKING_H
#define TESTS_GUEST_TAKING_H

enum { TIMES = 1000 };

enum kind { BY_TIMER = 1, BY_DEVICE, BY_DOORBELL, BY_SGI, ASLEEP };

/* The kind that begins, and how far it is. */
enum { READY = 0, GO = 4, DONE = 8, COUNTED = 12, TAKEN = 16, STRANGE = 20 };

#endif
