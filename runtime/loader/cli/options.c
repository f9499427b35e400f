/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

#include "cli/say.h"

const struct command_row command_rows[] = {
	{ "enable", COMMAND_ENABLE, TAKES_FILE, 0 },
	{ "disable", COMMAND_DISABLE, TAKES_NOTHING, 0 },
	{ "status", COMMAND_STATUS, TAKES_NOTHING, OPTION_JSON },
	{ "list", COMMAND_LIST, TAKES_NOTHING, OPTION_JSON },
	{ "start", COMMAND_START, TAKES_CELL, 0 },
	{ "stop", COMMAND_STOP, TAKES_CELL, 0 },
	{ "restart", COMMAND_RESTART, TAKES_CELL, 0 },
	{ "load", COMMAND_LOAD, TAKES_CELL | TAKES_FILES, OPTION_IMAGE },
	{ "console", COMMAND_CONSOLE, TAKES_CELL, OPTION_FOLLOW },
	{ "events", COMMAND_EVENTS, TAKES_NOTHING, OPTION_JSON | OPTION_ONCE },
	{ "stats", COMMAND_STATS, TAKES_CELL, OPTION_JSON },
	{ "dump", COMMAND_DUMP, TAKES_CELL | TAKES_FILE, 0 },
	{ "log", COMMAND_LOG, TAKES_NOTHING, OPTION_FOLLOW },
	{ "virtio", COMMAND_VIRTIO, TAKES_DEVICES, OPTION_START },
};
const size_t n_command_rows = sizeof(command_rows) / sizeof(command_rows[0]);

const struct option_row option_rows[] = {
	{ "--json", OPTION_JSON },
	{ "--follow", OPTION_FOLLOW },
	{ "--once", OPTION_ONCE },
	{ "--image", OPTION_IMAGE },
	{ "--start", OPTION_START },
};
const size_t n_option_rows = sizeof(option_rows) / sizeof(option_rows[0]);

const char options_help[] =
	"usage: hvisor.loader [-v] COMMAND\n"
	"\n"
	"  enable IMAGE             put the hypervisor under this Linux, which\n"
	"                           becomes the root cell\n"
	"  disable                  take it away again\n"
	"  status [--json]          which system runs, and how it came to run\n"
	"  list [--json]            the cells and their states\n"
	"  start | stop | restart CELL\n"
	"  load CELL [FILES] [--image IMAGE]\n"
	"                           fill a stopped cell's memory: from FILES, or\n"
	"                           the files it was compiled with, or the image\n"
	"  console CELL [--follow]  the cell's console, both ways; Ctrl-] leaves it;\n"
	"                           --follow only shows it\n"
	"  events [--json] [--once] what happens to cells, as it happens; --once:\n"
	"                           only what has happened\n"
	"  stats CELL [--json]      its exits and interrupts, by CPU, and its devices\n"
	"  dump CELL FILE           a crashed cell's memory and registers, as an\n"
	"                           ELF core file\n"
	"  log [--follow]           the hypervisor's own messages\n"
	"  virtio [DEVICES] [--start]\n"
	"                           be the backend of other cells' devices, or of\n"
	"                           DEVICES alone, until it is ended; --start:\n"
	"                           their cells too, once they have all of theirs\n"
	"\n"
	"  -v                       say what is done\n"
	"  --help, --version\n"
	"\n"
	"exit status: 0 done, 1 the hypervisor or a state refuses it, 2 the command\n"
	"line, a file, the device or the kernel module is wrong\n";

const struct command_row *command_find(const char *name)
{
	for (size_t i = 0; i < n_command_rows; i++)
		if (!strcmp(command_rows[i].name, name))
			return &command_rows[i];
	return NULL;
}

/* The words of one command line that are no options. */
struct words {
	const char *const *all;		/* moved to the front, in place */
	size_t n;
};

struct reading {
	struct options *out;
	unsigned int options;		/* OPTION_* seen */
	bool is_help, is_version;
};

/* 0: no option of ours; else how many words it took. */
static int read_option(struct reading *r, int n_left, const char *const *argv)
{
	const char *word = argv[0];

	if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		return r->is_help = true, 1;
	if (!strcmp(word, "--version"))
		return r->is_version = true, 1;
	if (!strcmp(word, "-v"))
		return r->out->is_verbose = true, 1;
	if (!strncmp(word, "--image=", 8)) {
		r->out->image = word + 8;
		r->options |= OPTION_IMAGE;
		return 1;
	}
	for (size_t i = 0; i < n_option_rows; i++) {
		unsigned int option = option_rows[i].option;

		if (strcmp(word, option_rows[i].name))
			continue;
		if (option == OPTION_IMAGE && n_left < 2)
			return 0;
		r->options |= option;
		if (option != OPTION_IMAGE)
			return 1;
		r->out->image = argv[1];
		return 2;
	}
	return 0;
}

static bool refuse(char *why, size_t size, const char *before,
		   const char *word, const char *after)
{
	char name[256];

	snprintf(why, size, "%s'%s'%s", before,
		 say_name(word, name, sizeof(name)), after);
	return false;
}

static bool take_words(const struct command_row *row, struct words words,
		       struct options *out, char *why, size_t size)
{
	size_t n_before = (row->takes & TAKES_CELL) != 0;

	if (words.n < n_before)
		return refuse(why, size, "", row->name,
			      " needs the name of a cell: 'hvisor.loader list'"
			      " shows them");
	out->cell = n_before ? words.all[0] : NULL;
	out->files = words.all + n_before;
	out->n_files = words.n - n_before;
	if (row->takes & TAKES_FILE && !out->n_files)
		return refuse(why, size, "", row->name, " needs a file");

	size_t n_max = row->takes & (TAKES_FILES | TAKES_DEVICES)
		? out->n_files : (row->takes & TAKES_FILE) != 0;

	if (out->n_files > n_max)
		return refuse(why, size, "", out->files[n_max],
			      " is a word too much");
	return true;
}

static bool are_options_known(const struct command_row *row,
			      const struct reading *r, char *why, size_t size)
{
	for (size_t i = 0; i < n_option_rows; i++)
		if (r->options & ~row->options & option_rows[i].option)
			return refuse(why, size, "", option_rows[i].name,
				      " is no option of this command: see"
				      " 'hvisor.loader --help'");
	return true;
}

/* Gathers in place: a word never moves behind where it was. */
static bool gather(int argc, const char **argv, struct reading *r,
		   struct words *words, char *why, size_t size)
{
	bool are_options_over = false;

	words->all = argv;
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];

		if (are_options_over || word[0] != '-' || !word[1]) {
			argv[words->n++] = word;
			continue;
		}
		if (!strcmp(word, "--")) {
			are_options_over = true;
			continue;
		}

		int n = read_option(r, argc - i, argv + i);

		if (!n)
			return refuse(why, size, "", word, " is no option, or"
				      " lacks its value: see 'hvisor.loader"
				      " --help'");
		i += n - 1;
	}
	return true;
}

bool options_read(int argc, const char **argv, struct options *out, char *why,
		  size_t why_size)
{
	struct reading r = { .out = out };
	struct words words = { 0 };

	*out = (struct options){ 0 };
	if (argc > 1 && !strcmp(argv[1], "--complete")) {
		out->command = COMMAND_COMPLETE;
		out->files = argv + 2;
		out->n_files = (size_t)argc - 2;
		return true;
	}
	if (!gather(argc, argv, &r, &words, why, why_size))
		return false;
	if (r.is_help || r.is_version) {
		out->command = r.is_help ? COMMAND_HELP : COMMAND_VERSION;
		return true;
	}
	if (!words.n) {
		snprintf(why, why_size, "no command: see 'hvisor.loader"
			 " --help'");
		return false;
	}

	const struct command_row *row = command_find(words.all[0]);

	if (!row)
		return refuse(why, why_size, "", words.all[0], " is no command:"
			      " see 'hvisor.loader --help'");
	out->command = row->command;
	out->is_json = r.options & OPTION_JSON;
	out->follows = r.options & OPTION_FOLLOW;
	out->is_once = r.options & OPTION_ONCE;
	out->is_start = r.options & OPTION_START;
	words.all++;
	words.n--;
	return are_options_known(row, &r, why, why_size) &&
	       take_words(row, words, out, why, why_size);
}
