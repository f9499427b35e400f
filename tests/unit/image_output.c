/* SPDX-License-Identifier: BSD-2-Clause */
/* An output file is whole, or it is not there. */
#include <criterion/criterion.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/tool.h"
#include "image/output.h"

struct place { struct arena *arena; const char *folder, *target; };

static struct place place_new(void)
{
	struct place p = { .arena = arena_new() };
	char *folder = arena_strdup(p.arena, "/tmp/image_output.XXXXXX");

	cr_assert(mkdtemp(folder));
	p.folder = folder;
	p.target = arena_printf(p.arena, "%s/hvisor.bin", folder);
	return p;
}

static size_t count_files(const struct place *p)
{
	DIR *dir = opendir(p->folder);
	size_t n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;		/* . and .. */
}

static void clean(const struct place *p)
{
	unlink(p->target);
	rmdir(p->folder);
}

static const char *content(const struct place *p)
{
	struct file f;
	const char *why;

	cr_assert(file_read(p->arena, p->target, 1000, &f, &why), "%s", why);
	return (const char *)f.bytes;
}

static void put(const struct place *p, const char *text)
{
	FILE *f = fopen(p->target, "w");

	fputs(text, f);
	fclose(f);
}

Test(image, nothing_is_there_before_the_commit)
{
	struct place p = place_new();
	struct output o;
	const char *why;

	cr_assert(output_open(p.arena, p.target, &o, &why), "%s", why);
	cr_assert(output_write(&o, 0, "whole", 5, &why));
	cr_assert_not(file_exists(p.target));
	cr_assert(output_commit(&o, &why), "%s", why);
	output_close(&o);
	cr_assert_str_eq(content(&p), "whole");
	cr_assert_eq(count_files(&p), 1);
	clean(&p);
}

Test(image, an_output_that_is_given_up_leaves_the_old_file)
{
	struct place p = place_new();
	struct output o;
	const char *why;

	put(&p, "old");
	cr_assert(output_open(p.arena, p.target, &o, &why));
	cr_assert(output_write(&o, 0, "new", 3, &why));
	output_close(&o);
	cr_assert_str_eq(content(&p), "old");
	cr_assert_eq(count_files(&p), 1);
	clean(&p);
}

Test(image, an_output_replaces_the_old_file_at_once)
{
	struct place p = place_new();
	struct output o;
	const char *why;

	put(&p, "old and longer");
	cr_assert(output_open(p.arena, p.target, &o, &why));
	cr_assert(output_write(&o, 0, "new", 3, &why));
	cr_assert(output_commit(&o, &why));
	output_close(&o);
	cr_assert_str_eq(content(&p), "new");
	cr_assert_eq(count_files(&p), 1);
	clean(&p);
}

Test(image, an_unfinished_output_can_be_read_back)
{
	struct place p = place_new();
	struct output o;
	char bytes[8] = { 0 };
	const char *why;

	cr_assert(output_open(p.arena, p.target, &o, &why));
	cr_assert(output_write(&o, 2, "xyz", 3, &why));

	FILE *f = fopen(output_path(&o), "r");

	cr_assert(f);
	cr_assert_eq(fread(bytes, 1, sizeof(bytes), f), 5);
	cr_assert_arr_eq(bytes, "\0\0xyz", 5);
	fclose(f);
	output_close(&o);
	clean(&p);
}

Test(image, an_output_has_the_modes_that_the_user_wants)
{
	struct place p = place_new();
	struct output o;
	struct stat st;
	const char *why;

	umask(027);
	cr_assert(output_open(p.arena, p.target, &o, &why));
	cr_assert(output_commit(&o, &why));
	output_close(&o);
	cr_assert_eq(stat(p.target, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0640);
	clean(&p);
}

Test(image, what_is_no_regular_file_is_not_replaced)
{
	struct place p = place_new();
	struct output o;
	const char *why;
	const char *link = arena_printf(p.arena, "%s/link", p.folder);

	put(&p, "old");
	cr_assert_eq(symlink(p.target, link), 0);
	cr_assert_not(output_open(p.arena, link, &o, &why));
	output_close(&o);
	cr_assert_not(output_open(p.arena, p.folder, &o, &why));
	output_close(&o);
	cr_assert_not(output_open(p.arena, "/dev/full", &o, &why));
	output_close(&o);
	cr_assert_not(output_open(p.arena, "/tmp/no/such/folder/x", &o, &why));
	output_close(&o);
	cr_assert_str_eq(content(&p), "old");
	unlink(link);
	clean(&p);
}

Test(image, a_tools_folder_is_private_and_goes_away)
{
	struct arena *a = arena_new();
	struct tool_folder f;
	struct stat st;
	const char *why;

	cr_assert(tool_open(a, &f, &why));
	cr_assert_eq(stat(f.path, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0700);
	cr_assert(tool_write(&f, "a", "text", 4, &why));
	tool_close(&f);
	cr_assert_neq(stat(f.path, &st), 0);
}

Test(image, a_tool_is_no_shell)
{
	static const char *const argv[] = { "touch", "a; touch b", "$(c)",
					    NULL };
	struct arena *a = arena_new();
	struct tool_folder f;
	const char *why;

	cr_assert(tool_open(a, &f, &why));
	cr_assert(tool_run(&f, argv, "coreutils", false, &why));
	cr_assert(file_exists(arena_printf(a, "%s/a; touch b", f.path)));
	cr_assert(file_exists(arena_printf(a, "%s/$(c)", f.path)));
	tool_close(&f);
}

Test(image, a_tool_that_is_not_there_names_its_package)
{
	static const char *const argv[] = { "no-such-tool-of-ours", NULL };
	static const char *const fails[] = { "false", NULL };
	struct arena *a = arena_new();
	struct tool_folder f;
	const char *why;

	cr_assert(tool_open(a, &f, &why));
	cr_assert_not(tool_run(&f, argv, "the-package", false, &why));
	cr_assert(strstr(why, "the-package"));
	cr_assert_not(tool_run(&f, fails, "coreutils", false, &why));
	cr_assert(strstr(why, "exit code 1"));
	tool_close(&f);
}
