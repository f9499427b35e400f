/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/tool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

/*
 * The terminal's ^C ends the tool that runs, and us when the folder is gone.
 */
static void hold_signals(sigset_t *before)
{
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGHUP);
	sigprocmask(SIG_BLOCK, &held, before);
}

bool tool_open(struct arena *a, struct tool_folder *out, const char **why)
{
	const char *where = getenv("TMPDIR");

	if (!where || !*where)
		where = "/tmp";

	char *path = arena_printf(a, "%s/hvcc.XXXXXX", where);

	hold_signals(&out->mask);
	if (!mkdtemp(path)) {
		*why = arena_printf(a, "cannot make a folder in '%s': %s", where,
				    strerror(errno));
		sigprocmask(SIG_SETMASK, &out->mask, NULL);
		return false;
	}
	/* The tools run inside it: a relative TMPDIR would mean another one. */
	char *whole = realpath(path, NULL);

	out->arena = a;
	out->path = whole ? arena_strdup(a, whole) : path;
	free(whole);
	return true;
}

void tool_close(const struct tool_folder *f)
{
	DIR *dir = opendir(f->path);
	const struct dirent *e;

	while (dir && (e = readdir(dir)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			unlinkat(dirfd(dir), e->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(f->path);
	sigprocmask(SIG_SETMASK, &f->mask, NULL);
}

bool tool_write(const struct tool_folder *f, const char *name,
		const void *bytes, size_t size, const char **why)
{
	const char *path = arena_printf(f->arena, "%s/%s", f->path, name);
	FILE *out = fopen(path, "wxe");
	bool is_written = out && fwrite(bytes, 1, size, out) == size;

	if (out && fclose(out))
		is_written = false;
	if (!is_written)
		*why = arena_printf(f->arena, "cannot write '%s': %s", path,
				    strerror(errno));
	return is_written;
}

/*
 * Messages of the tools in the user's language would be fine, but sorting and
 * number formats must not reach the output: hence the C locale. Everything
 * else is the user's, PATH and TMPDIR among it.
 */
static char **environment(struct arena *a)
{
	size_t n = 0, kept = 0;

	while (environ[n])
		n++;

	char **out = arena_array(a, n + 2, sizeof(*out));

	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], "LC_ALL=", 7))
			out[kept++] = environ[i];
	out[kept] = arena_strdup(a, "LC_ALL=C");
	return out;
}

static bool wait_for(pid_t pid, int *status)
{
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return false;
	return true;
}

static void tell(const char *const *argv)
{
	fputs("hvcc:", stderr);
	for (size_t i = 0; argv[i]; i++)
		fprintf(stderr, " %s", argv[i]);
	fputc('\n', stderr);
}

/* Standard output of a tool is never ours to mix with. */
static int redirect(posix_spawn_file_actions_t *actions, const char *folder)
{
	int error = posix_spawn_file_actions_addchdir_np(actions, folder);

	if (!error)
		error = posix_spawn_file_actions_addopen(actions, 0,
							 "/dev/null", O_RDONLY, 0);
	if (!error)
		error = posix_spawn_file_actions_adddup2(actions, 2, 1);
	return error;
}

static int start(const struct tool_folder *f, const char *const *argv,
		 posix_spawn_file_actions_t *actions, posix_spawnattr_t *with,
		 pid_t *pid)
{
	int error = redirect(actions, f->path);

	if (!error)
		error = posix_spawnattr_setsigmask(with, &f->mask);
	if (!error)
		error = posix_spawnattr_setflags(with, POSIX_SPAWN_SETSIGMASK);
	if (!error)
		/* posix_spawn takes char *const[] but does not write to it */
		error = posix_spawnp(pid, argv[0], actions, with,
				     (char *const *)(uintptr_t)argv,
				     environment(f->arena));
	return error;
}

static int spawn(const struct tool_folder *f, const char *const *argv,
		 pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t with;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return error;
	error = posix_spawnattr_init(&with);
	if (!error) {
		error = start(f, argv, &actions, &with, pid);
		posix_spawnattr_destroy(&with);
	}
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

bool tool_run(const struct tool_folder *f, const char *const *argv,
	      const char *package, bool is_verbose, const char **why)
{
	pid_t pid;
	int status;

	if (is_verbose)
		tell(argv);

	int error = spawn(f, argv, &pid);

	if (error == ENOENT) {
		*why = arena_printf(f->arena, "there is no '%s': install the"
				    " package %s", argv[0], package);
		return false;
	}
	if (error || !wait_for(pid, &status)) {
		*why = arena_printf(f->arena, "cannot run '%s': %s", argv[0],
				    strerror(error ? error : errno));
		return false;
	}
	if (WIFSIGNALED(status)) {
		*why = arena_printf(f->arena, "'%s' was ended by signal %d",
				    argv[0], WTERMSIG(status));
		return false;
	}
	if (WEXITSTATUS(status)) {
		*why = arena_printf(f->arena, "'%s' failed with exit code %d",
				    argv[0], WEXITSTATUS(status));
		return false;
	}
	return true;
}
