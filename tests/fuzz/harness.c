/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

/* These here are the real ones. */
#undef fclose
#undef mmap
#undef munmap
#undef open_memstream
#include <err.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fatal.h"

#define ARGUMENTS_MAX 16
#define STREAMS_MAX 8

const char *fuzz_files, *fuzz_folder;

static char folder[4096];
static jmp_buf on_fatal;
static bool is_running;
/* Streams into memory that are open, and whose memory that is. */
static struct { FILE *file; char **bytes; } streams[STREAMS_MAX];

/* ---- what stands in for hvcc's own --------------------------------------- */

int hvcc_main(int argc, char **argv);
void *hvcc_mmap(void *at, size_t size, int protection, int flags, int fd,
		off_t offset);
int hvcc_munmap(void *bytes, size_t size);
FILE *hvcc_open_memstream(char **bytes, size_t *size);
int hvcc_fclose(FILE *file);

FILE *hvcc_open_memstream(char **bytes, size_t *size)
{
	size_t i = 0;

	while (streams[i].file)
		i++;
	streams[i].file = open_memstream(bytes, size);
	streams[i].bytes = bytes;
	return streams[i].file;
}

int hvcc_fclose(FILE *file)
{
	/* main runs more than once. */
	if (file == stdout)
		return fflush(file);
	for (size_t i = 0; i < STREAMS_MAX; i++)
		if (streams[i].file == file)
			streams[i].file = NULL;
	return fclose(file);
}

/* What a process that ends need not close. */
static void streams_close(void)
{
	for (size_t i = 0; i < STREAMS_MAX; i++) {
		if (!streams[i].file)
			continue;
		fclose(streams[i].file);
		free(*streams[i].bytes);
		streams[i].file = NULL;
	}
}

_Noreturn void fatal(const char *fmt, ...)
{
	va_list ap;

	fputs("hvcc: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	fflush(stderr);
	if (!is_running)
		abort();
	streams_close();
	longjmp(on_fatal, EXIT_ENVIRONMENT);
}

/* A file that is mapped has zeros behind its end, and these have nothing. */
void *hvcc_mmap(void *at, size_t size, int protection, int flags, int fd,
		off_t offset)
{
	uint8_t *bytes = malloc(size);

	if (at || protection != PROT_READ || flags != MAP_PRIVATE || !bytes)
		abort();
	for (size_t done = 0; done < size;) {
		ssize_t n = pread(fd, bytes + done, size - done,
				  offset + (off_t)done);

		if (n <= 0)
			abort();
		done += (size_t)n;
	}
	return bytes;
}

int hvcc_munmap(void *bytes, size_t size)
{
	(void)size;
	free(bytes);
	return 0;
}

/* ---- the folder ---------------------------------------------------------- */

static void folder_remove(void)
{
	char command[sizeof(folder) + 16];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	if (system(command))
		warnx("cannot remove '%s'", folder);
}

void fuzz_begin(void)
{
	const char *tmp = getenv("TMPDIR");
	const char *files = getenv("FUZZ_FILES");

	fuzz_files = realpath(files ? files : "out/fuzz/files", NULL);
	if (!fuzz_files)
		errx(2, "FUZZ_FILES has to name the folder with the files");
	snprintf(folder, sizeof(folder), "%s/hvcc-fuzz.XXXXXX",
		 tmp && *tmp ? tmp : "/tmp");
	fuzz_folder = mkdtemp(folder);
	if (!fuzz_folder)
		err(2, "cannot make '%s'", folder);
	atexit(folder_remove);
}

void fuzz_write(const char *name, const uint8_t *bytes, size_t size)
{
	char path[sizeof(folder) + 64];

	snprintf(path, sizeof(path), "%s/%s", folder, name);

	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	for (size_t done = 0; done < size;) {
		ssize_t n = write(fd, bytes + done, size - done);

		if (n < 0)
			err(2, "cannot write '%s'", path);
		done += (size_t)n;
	}
	if (close(fd))
		err(2, "cannot write '%s'", path);
}

/* ---- a run --------------------------------------------------------------- */

void fuzz_run_call(struct fuzz_run *r, int (*call)(void *arg), void *arg)
{
	FILE *const old_out = stdout, *const old_err = stderr;

	stdout = open_memstream(&r->out, &r->out_size);
	stderr = open_memstream(&r->err, &r->err_size);
	if (!stdout || !stderr)
		abort();
	is_running = true;
	r->code = setjmp(on_fatal);
	if (!r->code)
		r->code = call(arg);
	is_running = false;
	fclose(stdout);
	fclose(stderr);
	stdout = old_out;
	stderr = old_err;
	arena_free_all();
}

struct arguments { int n; char **list; };

static int call_main(void *arg)
{
	const struct arguments *a = arg;

	optind = 0;	/* getopt starts again: getopt(3) */
	return hvcc_main(a->n, a->list);
}

void fuzz_run_main(struct fuzz_run *r, const char *const *given)
{
	char *mine[ARGUMENTS_MAX] = { strdup("hvcc") };
	char *list[ARGUMENTS_MAX] = { mine[0] };	/* getopt moves these */
	struct arguments a = { 1, list };

	for (; given[a.n - 1]; a.n++)
		list[a.n] = mine[a.n] = strdup(given[a.n - 1]);
	fuzz_run_call(r, call_main, &a);
	while (a.n--)
		free(mine[a.n]);
}

static const char *fault_of(const struct fuzz_run *r)
{
	if (r->code < EXIT_DONE || r->code > EXIT_MISMATCH)
		return "the exit code is none of hvcc's";
	if (r->code && !r->err_size && !r->out_size)
		return "it fails and does not say why";
	for (size_t i = 0; i < r->err_size; i++) {
		unsigned char c = (unsigned char)r->err[i];

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			return "a control character reaches the terminal";
	}
	return NULL;
}

void fuzz_run_end(struct fuzz_run *r, const char *what)
{
	const char *fault = fault_of(r);

	if (fault) {
		fprintf(stderr, "%s: exit %d: %s\n%s", what, r->code, fault,
			r->err);
		abort();
	}
	free(r->out);
	free(r->err);
	*r = (struct fuzz_run){ 0 };
}

uint32_t fuzz_hash(const uint8_t *bytes, size_t size)
{
	uint32_t sum = 2166136261;

	for (size_t i = 0; i < size; i++)
		sum = (sum ^ bytes[i]) * 16777619;
	return sum ^ sum >> 15;
}

bool fuzz_is_thorough(void)
{
	return getenv("FUZZ_ALL");
}
