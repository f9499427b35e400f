/* SPDX-License-Identifier: BSD-2-Clause */
#include "verify/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/units.h"
#include "verify/proof.h"

#define DIFFERENCES_TOLD 100u

/* ---- the file ------------------------------------------------------------ */

/* Whoever cuts a file that is mapped takes pages away: the machine's fault. */
static void lost_page(int number)
{
	static const char text[] = "hvcc: the image became shorter while it was"
				   " read\n";

	(void)number;
	/* Nobody is left to hear that it could not be said. */
	ssize_t n = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)n;
	_exit(EXIT_ENVIRONMENT);
}

/* It may be as large as all payloads: it is mapped, not read. */
struct verify_file verify_open(const char *path)
{
	struct stat st;
	struct verify_file f = { NULL, 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st))
		fatal("cannot read '%s': %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		fatal("cannot read '%s': is not a regular file", path);
	f.size = (uint64_t)st.st_size;
	if (f.size) {
		void *bytes = mmap(NULL, (size_t)f.size, PROT_READ, MAP_PRIVATE,
				   fd, 0);

		if (bytes == MAP_FAILED)
			fatal("cannot read '%s': %s", path, strerror(errno));
		f.bytes = bytes;
		signal(SIGBUS, lost_page);
	}
	close(fd);
	return f;
}

void verify_close(struct verify_file f)
{
	/* Of nothing it does nothing. */
	munmap((void *)(uintptr_t)f.bytes, (size_t)f.size);
}

/* ---- telling ------------------------------------------------------------- */

static void tell(struct proof *p, const char *fmt, va_list ap)
{
	size_t n = ++p->found.n_differences;

	if (n > DIFFERENCES_TOLD)
		return;
	fputs("hvcc: verify: ", p->report);
	vfprintf(p->report, fmt, ap);
	fputc('\n', p->report);
	if (n == DIFFERENCES_TOLD)
		fputs("hvcc: verify: further differences are not told\n",
		      p->report);
}

void proof_differ(struct proof *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(p, fmt, ap);
	va_end(ap);
}

bool proof_claim(struct proof *p, bool is_so, const char *fmt, ...)
{
	va_list ap;

	if (is_so)
		return true;
	va_start(ap, fmt);
	tell(p, fmt, ap);
	va_end(ap);
	return false;
}

/* ---- the steps ----------------------------------------------------------- */

static void prove(struct proof *p, const char *runtime_sha256_path)
{
	if (!proof_container(p) || !proof_lists(p))
		return;
	p->found.is_readable = true;
	proof_head(p);
	proof_regions(p);
	proof_cells(p);
	proof_shared(p);
	proof_virtios(p);
	proof_lines(p);
	/* Owners are found by address: only ranges that are ranges. */
	if (p->found.n_differences)
		return;
	proof_owners(p);
	if (!p->found.n_differences)
		proof_views(p);
	if (p->found.n_differences)
		return;
	proof_segments(p);
	proof_reach(p);
	proof_hashes(p, runtime_sha256_path);
	proof_trees(p);
}

struct verified verify_bytes(struct arena *a, struct verify_file f,
			     const char *runtime_sha256_path, FILE *report)
{
	struct proof p = {
		.arena = a,
		.report = report,
		.bytes = f.bytes,
		.size = f.size,
	};

	prove(&p, runtime_sha256_path);
	return p.found;
}

static const char *hex(struct arena *a, const struct hv_sha256 *sum)
{
	char *out = arena_alloc(a, 2 * sizeof(sum->b) + 1);

	for (size_t i = 0; i < sizeof(sum->b); i++)
		sprintf(out + 2 * i, "%02x", sum->b[i]);
	return out;
}

const char *verify_summary(struct arena *a, const struct verified *v)
{
	return arena_printf(a, "%" PRIu32 " cells on %" PRIu32 " CPUs, %zu"
			    " lines, %" PRIu64 " pages through %zu tables, in"
			    " every state of %" PRIu32 " switches; identity %s",
			    v->head->cells.count, v->head->cpus.count,
			    v->n_lines, v->n_pages, v->n_tables,
			    v->head->switches.count,
			    hex(a, &v->head->identity));
}
