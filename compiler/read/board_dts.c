/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A board in source form: dtc makes the tree.
 *
 * dtc reads what the text tells it to, so it is the one program here that could
 * wait for ever or eat all memory (/incbin/ of a FIFO or of a device). It has
 * a deadline and limits, no shell, no input, and writes to memory of ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/fatal.h"
#include "base/paths.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/board_build.h"

#define DEADLINE_MS 10000
#define MEMORY_MAX (1 * GIB)
#define OUTPUT_MAX (64 * MIB)
#define CHILD_DEPENDS 3		/* what dtc opens as /dev/fd/3 */

/* What dtc wrote, each a text or a tree in memory. */
struct outputs { int tree, errors, depends; };

struct bytes { uint8_t *data; size_t size; };

/*
 * Far from the numbers that the child's own get, so that no dup2 below closes
 * one that is still needed.
 */
static int output_open(const char *name)
{
	int low = memfd_create(name, MFD_CLOEXEC);
	int fd = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, 10);

	if (fd < 0)
		fatal("no memory for what dtc writes: %s", strerror(errno));
	close(low);
	return fd;
}

static struct bytes output_read(struct arena *a, int fd)
{
	struct stat st;
	struct bytes b = { NULL, 0 };

	if (fstat(fd, &st) || st.st_size < 0 ||
	    (uint64_t)st.st_size > OUTPUT_MAX)
		fatal("what dtc wrote cannot be read back");

	size_t size = (size_t)st.st_size;

	b.data = arena_alloc(a, size + 1);
	while (b.size < size) {
		ssize_t n = pread(fd, b.data + b.size, size - b.size,
				  (off_t)b.size);

		if (n <= 0)
			fatal("what dtc wrote cannot be read back");
		b.size += (size_t)n;
	}
	return b;
}

static void child_limit(pid_t pid)
{
	static const struct rlimit memory = { MEMORY_MAX, MEMORY_MAX };
	static const struct rlimit file = { OUTPUT_MAX, OUTPUT_MAX };

	prlimit(pid, RLIMIT_AS, &memory, NULL);
	prlimit(pid, RLIMIT_FSIZE, &file, NULL);
}

/* /include/ looks beside the file by itself, and then where -I says. */
static const char **arguments(const struct read *r, const char *path)
{
	static const char *const fixed[] = {
		"dtc", "-q", "-@", "-I", "dts", "-O", "dtb", "-o", "-",
		"-d", "/dev/fd/3",
	};
	size_t n = ARRAY_SIZE(fixed);
	const char **list = arena_array(r->arena, n + 2 * r->paths->n_dirs + 3,
					sizeof(*list));

	memcpy(list, fixed, sizeof(fixed));
	for (size_t i = 0; i < r->paths->n_dirs; i++) {
		list[n++] = "-i";
		list[n++] = r->paths->dirs[i];
	}
	list[n++] = "--";
	list[n] = path;
	return list;
}

static pid_t child_start(const struct read *r, const char *path,
			 const struct outputs *o)
{
	char *const *argv = (char *const *)arguments(r, path);
	posix_spawn_file_actions_t files;
	pid_t pid;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, o->tree, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, o->errors, STDERR_FILENO);
	posix_spawn_file_actions_adddup2(&files, o->depends, CHILD_DEPENDS);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null",
					 O_RDONLY, 0);

	int fault = posix_spawnp(&pid, "dtc", &files, NULL, argv, environ);

	posix_spawn_file_actions_destroy(&files);
	if (fault)
		fatal("reading '%s' needs dtc, and it cannot be run: %s", path,
		      strerror(fault));
	child_limit(pid);
	return pid;
}

/* True when it ended by itself and well. */
static bool child_wait(pid_t pid, bool *is_late)
{
	int fd = pidfd_open(pid, 0);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int status, n;

	if (fd < 0)
		fatal("cannot wait for dtc: %s", strerror(errno));
	do
		n = poll(&p, 1, DEADLINE_MS);
	while (n < 0 && errno == EINTR);
	*is_late = n <= 0;
	if (*is_late)
		kill(pid, SIGKILL);
	close(fd);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			fatal("cannot wait for dtc: %s", strerror(errno));
	return !*is_late && WIFEXITED(status) && !WEXITSTATUS(status);
}

/* ---- what dtc said ------------------------------------------------------ */

/* The place of "LINE.COLUMN", as dtc counts, in the text. */
static struct span place_of(const struct source_text *text, const char *where)
{
	char *end;
	unsigned long line = strtoul(where, &end, 10);
	unsigned long column = *end == '.' ? strtoul(end + 1, NULL, 10) : 1;
	uint32_t at = 0;

	for (unsigned long i = 1; i < line && at < text->size; at++)
		i += text->bytes[at] == '\n';
	while (column-- > 1 && at < text->size && text->bytes[at] != '\n')
		at++;
	return (struct span){ text->base + at, text->base + at + 1 };
}

/*
 * One line of what dtc says, in either of its forms:
 *	Error: PATH:LINE.COLUMN[-..] MESSAGE
 *	PATH:LINE.COLUMN[-..]: ERROR (CHECK): MESSAGE
 */
static void error_tell(const struct read *r, const struct source_text *text,
		       const char *line)
{
	static const char form_1[] = "Error: ", form_2[] = "ERROR ";
	size_t path_size = strlen(text->name);
	bool is_form_1 = !strncmp(line, form_1, sizeof(form_1) - 1);

	if (is_form_1)
		line += sizeof(form_1) - 1;
	if (strncmp(line, text->name, path_size) || line[path_size] != ':')
		return;
	line += path_size + 1;

	const char *message = strchr(line, ' ');

	if (!message || (!is_form_1 && strncmp(message + 1, form_2,
					       sizeof(form_2) - 1)))
		return;
	diag_error(r->diag, &rule_board_unusable, place_of(text, line),
		   "dtc: %s", message + 1);
}

static void errors_tell(const struct read *r, struct span at,
			const struct source_text *text, char *said)
{
	size_t before = diag_errors(r->diag);
	const char *first = "it ended without a word";
	char *rest = said;

	for (char *line; (line = strsep(&rest, "\n"));) {
		if (*line && said == line)
			first = line;
		error_tell(r, text, line);
	}
	if (diag_errors(r->diag) == before)
		diag_error(r->diag, &rule_board_unusable, at,
			   "dtc makes no devicetree of '%s': %s",
			   text->name, first);
}

/* A rule of make: "TARGET: FILE FILE", where a space in a name is "\\ ". */
static void depends_note(const struct read *r, const struct bytes *rule)
{
	const char *from = strstr((char *)rule->data, ": ");
	char *name = arena_alloc(r->arena, rule->size + 1);
	size_t size = 0;

	if (!from)
		return;
	for (from += 2; ; from++) {
		bool is_end = !*from || *from == ' ' || *from == '\n';

		if (*from == '\\' && from[1])
			from++;
		if (!is_end) {
			name[size++] = *from;
			continue;
		}
		name[size] = 0;
		if (size)
			source_depend(r->source, name);
		size = 0;
		if (!*from)
			return;
	}
}

/* ---- the text ----------------------------------------------------------- */

/* A line that only the C preprocessor understands; "#size-cells" is none. */
static bool is_directive(const char *s, const char *end)
{
	static const char *const words[] = {
		"include", "define", "undef", "if", "ifdef", "ifndef", "else",
		"endif",
	};

	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	if (s == end || *s++ != '#')
		return false;
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i]);

		if ((size_t)(end - s) >= n && !strncmp(s, words[i], n) &&
		    (s + n == end || strchr(" \t\r\n<\"(", s[n])))
			return true;
	}
	return false;
}

/* False after an error. */
static bool is_plain(const struct read *r, const struct source_text *text)
{
	const char *s = text->bytes, *all_end = s + text->size;

	while (s < all_end) {
		const char *end = memchr(s, '\n', (size_t)(all_end - s));
		uint32_t at = text->base + (uint32_t)(s - text->bytes);

		if (!end)
			end = all_end;
		if (is_directive(s, end)) {
			diag_error(r->diag, &rule_board_unusable,
				   (struct span){ at, at + (uint32_t)(end - s) },
				   "this line is for the C preprocessor, and"
				   " hvcc reads plain dtc source");
			diag_help(r->diag, "run it yourself, and name the"
				  " result: cpp -nostdinc -undef -x"
				  " assembler-with-cpp '%s' | dtc -@ -I dts -O"
				  " dtb -o board.dtb -", text->name);
			return false;
		}
		s = end + 1;
	}
	return true;
}

static const void *tree_of(const struct read *r, struct span at,
			   const struct source_text *text,
			   const struct outputs *o, size_t *size)
{
	bool is_late;
	bool is_well = child_wait(child_start(r, text->name, o), &is_late);

	if (is_late) {
		diag_error(r->diag, &rule_board_unusable, at,
			   "dtc needs longer than %d s for '%s'",
			   DEADLINE_MS / 1000, text->name);
		return NULL;
	}
	if (!is_well) {
		struct bytes said = output_read(r->arena, o->errors);

		errors_tell(r, at, text, (char *)said.data);
		return NULL;
	}

	struct bytes tree = output_read(r->arena, o->tree);

	struct bytes depends = output_read(r->arena, o->depends);

	depends_note(r, &depends);
	*size = tree.size;
	return board_check(r, at, text->name, tree.data, tree.size);
}

const void *board_load_dts(const struct read *r, struct span at,
			   const char *path, size_t *size)
{
	struct source_text text;
	const char *why;

	if (source_add_file(r->source, path, &text, &why) != SOURCE_ADDED) {
		diag_error(r->diag, &rule_file_unusable, at, "'%s': %s", path,
			   why);
		return NULL;
	}
	if (!is_plain(r, &text))
		return NULL;

	struct outputs o = {
		output_open("tree"), output_open("errors"),
		output_open("depends"),
	};
	const void *fdt = tree_of(r, at, &text, &o, size);

	close(o.tree);
	close(o.errors);
	close(o.depends);
	return fdt;
}
