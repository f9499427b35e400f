/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strange.h - addresses as a stranger would give them to a kernel, what to say of the
 * answers, and processes that ask. A program includes it once, and has numbers.h's
 * numbers with it.
 */
#ifndef STRANGE_H
#define STRANGE_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "numbers.h"

static unsigned long n_good, n_bad;

/* Three pages: whole, read-only, not there. */
static uint8_t *pages;

static bool strange_begin(void)
{
	pages = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return pages != MAP_FAILED && !mprotect(pages + PAGE, PAGE, PROT_READ) &&
	       !mprotect(pages + 2 * PAGE, PAGE, PROT_NONE);
}

/* ---- addresses ------------------------------------------------------------- */

struct place {
	void *at;
	bool is_readable, is_writable;
};

static struct place nowhere(void)
{
	static const uint64_t bad[] = { 8, 0xffff000000000000, 0xffff800008000000,
		0xfffffffffffffff8, 1ull << 48, 0x00ffffffffffff00,
		0x0100000000001000, (1ull << 48) - 8, 1ull << 63 };
	uint64_t at = bad[below(sizeof(bad) / sizeof(*bad))];

	if (below(4) == 0)
		at = (uintptr_t)pages + 2 * PAGE + below(PAGE);
	return (struct place){ (void *)at, false, false };
}

/* Filled with size bytes of from, where that can be. */
static struct place place(const void *from, size_t size)
{
	struct place p = { pages + below(PAGE - size), true, true };

	switch (below(4)) {
	case 0:		/* read-only */
		mprotect(pages + PAGE, PAGE, PROT_READ | PROT_WRITE);
		p = (struct place){ pages + PAGE + below(PAGE - size), true, false };
		memcpy(p.at, from, size);
		mprotect(pages + PAGE, PAGE, PROT_READ);
		return p;
	case 1:		/* its last bytes are not there */
		return (struct place){ pages + 2 * PAGE - 1 - below(size - 1),
				       false, false };
	case 2:
		return nowhere();
	}
	memcpy(p.at, from, size);
	return p;
}

/* ---- what comes back ------------------------------------------------------- */

/* is: what the call gave; may: the errors it may have, 0 for none, -1 behind
 * the last. */
static void expect(const char *what, long is, const int *may)
{
	int error = is < 0 ? errno : 0;

	for (const int *m = may; *m >= 0; m++) {
		if (*m != error)
			continue;
		n_good++;
		return;
	}
	n_bad++;
	printf("%s: %s is none of its answers\n", what, strerror(error));
}

#define MAY(...) (const int[]){ __VA_ARGS__, -1 }
static void ask_read(int fd, bool has_line)
{
	uint64_t n = 0;
	struct place p = place(&n, sizeof(n));
	size_t size = below(2) ? sizeof(n) : below(sizeof(n));

	/* An address that is no program's is refused by the kernel before. */
	expect("read", read(fd, p.at, size), !has_line ? MAY(EOPNOTSUPP, EFAULT) :
	       size < sizeof(n) ? p.is_writable ? MAY(EINVAL) : MAY(EINVAL, EFAULT) :
	       p.is_writable ? MAY(0, EAGAIN) : MAY(EFAULT, EAGAIN));
}

/* ---- how often --------------------------------------------------------------- */

static int fuzz(uint64_t seed, unsigned long rounds, void (*ask)(void))
{
	numbers_begin(seed);
	for (unsigned long i = 0; i < rounds && n_bad < 10; i++)
		ask();
	printf("seed %llu: %lu as they may, %lu not\n", (unsigned long long)seed,
	       n_good, n_bad);
	return n_bad != 0;
}

/* Arguments are the program's, a seed, rounds and processes. */
static int fuzz_all(char **argv, void (*ask)(void))
{
	uint64_t seed = strtoull(argv[1], NULL, 0);
	unsigned long rounds = strtoul(argv[2], NULL, 0);
	unsigned long processes = strtoul(argv[3], NULL, 0), n_failed = 0;
	int status;

	fflush(stdout);
	for (unsigned long i = 0; i < processes; i++)
		if (!fork())
			exit(fuzz(seed + i, rounds, ask));
	while (wait(&status) > 0)
		n_failed += status != 0;
	printf("fuzz: %lu of %lu processes found something\n", n_failed, processes);
	return n_failed != 0;
}

#endif
