/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enable and disable. What is compared here the module compares again: here it
 * is told before anything is copied.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/image.h"
#include "cli/os.h"
#include "cli/sha256.h"

static void check_hash(const char *what, const struct image *image,
		       const struct hv_sha256 *is, const struct hv_sha256 *own)
{
	char is_text[SAY_HASH_SIZE], own_text[SAY_HASH_SIZE];

	if (sha256_is_equal(is, own))
		return;
	say_hash(is, is_text);
	say_hash(own, own_text);
	fail(EXIT_REFUSED, "the %s of '%s' is %s, and this program is of %s:"
	     " use the hvisor.loader that hvcc wrote beside it", what,
	     image->path, is_text, own_text);
}

static void check_image(const struct session *s, const struct image *image)
{
	const struct hv_loader *t = s->tables;

	if (tables_are_generic(t))
		fail(EXIT_REFUSED, "this hvisor.loader is of no system, and"
		     " enables none: use the one that hvcc wrote beside '%s'",
		     image->path);
	check_hash("system", image, &image->head->identity, &t->identity);
	check_hash("runtime", image, &image->tables->runtime, &t->runtime);
}

/* The module's reason, or what the error number means. */
static const char *reason_of(char reason[HVISOR_REASON_SIZE], char *text,
			     int error)
{
	reason[HVISOR_REASON_SIZE - 1] = 0;
	if (reason[0])
		return say_name(reason, text, HVISOR_REASON_SIZE);
	return strerror(error);
}

enum exit_code command_enable(struct session *s)
{
	struct image image;
	struct hvisor_enable enable = { 0 };
	char text[HVISOR_REASON_SIZE];

	image_open(&image, s->options->files[0]);
	check_image(s, &image);
	if (session_is_running(s))
		fail(EXIT_REFUSED, "a hypervisor runs already: 'hvisor.loader"
		     " status' says which");
	enable.image = (uint64_t)(uintptr_t)image.bytes;
	enable.size = image.size;
	memcpy(enable.identity, s->tables->identity.b, sizeof(enable.identity));
	memcpy(enable.runtime, s->tables->runtime.b, sizeof(enable.runtime));
	if (os_ioctl(s->fd, HVISOR_ENABLE, &enable)) {
		int error = errno;

		fail(EXIT_REFUSED, "cannot enable '%s': %s", image.path,
		     reason_of(enable.reason, text, error));
	}
	if (s->options->is_verbose)
		puts("this Linux is the root cell now");
	return EXIT_DONE;
}

enum exit_code command_disable(struct session *s)
{
	struct hvisor_disable disable = { 0 };
	char text[HVISOR_REASON_SIZE];

	if (s->info.state == HVISOR_DIRECT)
		fail(EXIT_REFUSED, "the hypervisor was booted, and this Linux"
		     " in it: it cannot be taken away from below it");
	if (!session_is_running(s))
		fail(EXIT_REFUSED, "no hypervisor runs");
	if (os_ioctl(s->fd, HVISOR_DISABLE, &disable)) {
		int error = errno;

		fail(EXIT_REFUSED, "cannot disable the hypervisor: %s",
		     reason_of(disable.reason, text, error));
	}
	if (s->options->is_verbose)
		puts("this Linux has the machine again");
	return EXIT_DONE;
}
