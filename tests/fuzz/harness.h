/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * harness.h - runs hvcc in this process on bytes that the fuzzer made, and
 * holds what it does to what it promises.
 *
 * The program under test is all of compiler/. Its main is renamed, and some
 * things are replaced: the arena (arena.c); fatal, which here ends the run and
 * not the process, and closes what was open; and mmap, whose memory here ends
 * where the file ends.
 */
#ifndef FUZZ_HARNESS_H
#define FUZZ_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The folder with the files that texts name, from FUZZ_FILES, and one of this
 * process alone, empty at first.
 */
extern const char *fuzz_files, *fuzz_folder;
void fuzz_begin(void);
/* Writes a file into it. */
void fuzz_write(const char *name, const uint8_t *bytes, size_t size);

/* A run: exit code, and what was printed. */
struct fuzz_run {
	int code;
	char *out, *err;
	size_t out_size, err_size;
};

/*
 * Gives what call(arg) returned, or 2 when fatal ended it. All arenas that it
 * made are gone afterwards.
 */
void fuzz_run_call(struct fuzz_run *r, int (*call)(void *arg), void *arg);
/* The same for hvcc itself; arguments end in NULL. */
void fuzz_run_main(struct fuzz_run *r, const char *const *arguments);
/* Ends the process, with the reason, when hvcc broke a promise. Frees. */
void fuzz_run_end(struct fuzz_run *r, const char *what);

/* Which of several ways to run it: always the same for the same bytes. */
uint32_t fuzz_hash(const uint8_t *bytes, size_t size);
/* FUZZ_ALL is set: every way, not one. */
bool fuzz_is_thorough(void);

/* Arenas that exist now stay. */
void arena_keep_all(void);
void arena_free_all(void);

#endif
