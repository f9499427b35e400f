/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - hvisor.loader, the root cell's program: which command does what.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"

static void print_version(const struct hv_loader *t)
{
	char hash[SAY_HASH_SIZE];

	puts("hvisor.loader " HVCC_VERSION);
	if (tables_are_generic(t)) {
		puts("of no system: it asks the one that runs");
		return;
	}
	say_hash(&t->identity, hash);
	printf("identity %s\n", hash);
	say_hash(&t->runtime, hash);
	printf("runtime  %s\n", hash);
	for (uint32_t i = 0; i < t->cells.count; i++)
		printf("cell     %s%s\n", tables_cell(t, i)->name,
		       i == t->root_cell ? " (root)" : "");
	for (uint32_t i = 0; i < t->virtios.count; i++)
		printf("virtio   %s for %s\n", tables_virtio(t, i)->name,
		       tables_cell(t, tables_virtio(t, i)->front)->name);
}

/* Where it is not said here, a hypervisor that runs may say it. */
static void print_completion(const struct options *o, const struct hv_loader *t)
{
	static struct cell_names cells, devices;

	if (tables_are_generic(t))
		session_try_names(&cells);
	for (uint32_t i = 0; i < t->cells.count; i++, cells.n++)
		memcpy(cells.names[i], tables_cell(t, i)->name, HV_NAME_SIZE);
	for (uint32_t i = 0; i < t->virtios.count && i < HV_MAX_CELLS; i++)
		memcpy(devices.names[devices.n++], tables_virtio(t, i)->name,
		       HV_NAME_SIZE);
	complete(stdout, o->files, o->n_files, &cells, &devices);
}

/* What works without a cell to manage. */
static bool run_at_once(const struct options *o, const struct hv_loader *t)
{
	switch (o->command) {
	case COMMAND_HELP:
		fputs(options_help, stdout);
		return true;
	case COMMAND_VERSION:
		print_version(t);
		return true;
	case COMMAND_COMPLETE:
		print_completion(o, t);
		return true;
	case COMMAND_ENABLE:
	case COMMAND_DISABLE:
	case COMMAND_STATUS:
	case COMMAND_LIST:
	case COMMAND_START:
	case COMMAND_STOP:
	case COMMAND_RESTART:
	case COMMAND_LOAD:
	case COMMAND_CONSOLE:
	case COMMAND_EVENTS:
	case COMMAND_STATS:
	case COMMAND_DUMP:
	case COMMAND_LOG:
	case COMMAND_VIRTIO:
		break;
	}
	return false;
}

static enum exit_code manage(const struct session *s)
{
	session_require_root(s);
	switch (s->options->command) {
	case COMMAND_LIST:
		return command_list(s);
	case COMMAND_START:
		return command_start(s);
	case COMMAND_STOP:
		return command_stop(s);
	case COMMAND_RESTART:
		return command_restart(s);
	case COMMAND_LOAD:
		return command_load(s);
	case COMMAND_CONSOLE:
		return command_console(s);
	case COMMAND_EVENTS:
		return command_events(s);
	case COMMAND_STATS:
		return command_stats(s);
	case COMMAND_DUMP:
		return command_dump(s);
	case COMMAND_LOG:
		return command_log(s);
	case COMMAND_VIRTIO:
		return command_virtio(s);
	case COMMAND_ENABLE:
	case COMMAND_DISABLE:
	case COMMAND_STATUS:
	case COMMAND_HELP:
	case COMMAND_VERSION:
	case COMMAND_COMPLETE:
		break;
	}
	abort();
}

static enum exit_code run(const struct options *o, const struct hv_loader *t)
{
	struct session s;

	if (run_at_once(o, t))
		return EXIT_DONE;
	session_open(&s, o, t);
	if (o->command == COMMAND_ENABLE)
		return command_enable(&s);
	if (o->command == COMMAND_DISABLE)
		return command_disable(&s);
	if (o->command == COMMAND_STATUS)
		return command_status(&s);
	return manage(&s);
}

int main(int argc, char **argv)
{
	const struct hv_loader *t = tables_own();
	struct options options;
	char why[512];

	if (!tables_are_sound(t))
		fail(EXIT_ENVIRONMENT, "what hvcc wrote into this program is"
		     " not sound: write it again with hvcc");
	if (!options_read(argc, (const char **)argv, &options, why,
			  sizeof(why)))
		fail(EXIT_ENVIRONMENT, "%s", why);

	enum exit_code code = run(&options, t);

	if (fclose(stdout))
		fail(EXIT_ENVIRONMENT, "cannot write to standard output");
	return (int)code;
}
