/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * say.h - how hvisor.loader ends, and what it says of failure.
 *
 * One line on standard error: lower case, no full stop, names the thing, and
 * the remedy behind a colon. What comes from outside (names of files and cells,
 * a console's reason) is printed without bytes that steer a terminal.
 */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include <stddef.h>
#include <stdint.h>

#include "hv_abi.h"

enum exit_code {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1,	/* by the hypervisor, or by a state */
	EXIT_ENVIRONMENT = 2	/* command line, file, device, kernel module */
};

void fail(enum exit_code code, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));

#define SAY_HASH_SIZE 65u

/* 64 hexadecimal digits and a NUL. */
void say_hash(const struct hv_sha256 *hash, char text[SAY_HASH_SIZE]);

/* A copy in which every byte is printable ASCII; cut to size, always ended. */
const char *say_name(const char *name, char *text, size_t size);

/* "12.345678 s" from microseconds. */
void say_time(uint64_t us, char *text, size_t size);

#endif
