/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - the command line, as hvisor-loader(8) says it.
 *
 * A command line that is wrong is said in words; what is right comes back with
 * exactly the arguments that its command takes. Options may stand anywhere
 * before `--`.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum command {
	COMMAND_ENABLE, COMMAND_DISABLE, COMMAND_STATUS, COMMAND_LIST,
	COMMAND_START, COMMAND_STOP, COMMAND_RESTART, COMMAND_LOAD,
	COMMAND_CONSOLE, COMMAND_EVENTS, COMMAND_STATS, COMMAND_DUMP,
	COMMAND_LOG, COMMAND_VIRTIO, COMMAND_HELP, COMMAND_VERSION, COMMAND_COMPLETE
};

struct options {
	enum command command;
	const char *cell;		/* where the command takes one */
	const char *const *files;	/* behind the cell, or alone; of
					 * `virtio`: names of devices */
	size_t n_files;
	const char *image;		/* --image, or NULL */
	bool is_json, is_verbose, follows, is_once, is_start;
};

/* What the words of a command may be; in the order of the manual. */
enum {
	TAKES_NOTHING = 0, TAKES_CELL = 1, TAKES_FILE = 2, TAKES_FILES = 4,
	TAKES_DEVICES = 8
};
enum {
	OPTION_JSON = 1, OPTION_FOLLOW = 2, OPTION_ONCE = 4, OPTION_IMAGE = 8,
	OPTION_START = 16
};

struct command_row {
	const char *name;
	enum command command;
	unsigned int takes;		/* TAKES_* */
	unsigned int options;		/* OPTION_* besides -v */
};

extern const struct command_row command_rows[];
extern const size_t n_command_rows;

struct option_row {
	const char *name;
	unsigned int option;		/* OPTION_* */
};

extern const struct option_row option_rows[];
extern const size_t n_option_rows;

/* NULL: there is no such command. */
const struct command_row *command_find(const char *name);

/*
 * argv[0] is the program; the words are moved in place. False: `why` says what
 * is wrong.
 */
bool options_read(int argc, const char **argv, struct options *out,
		  char *why, size_t why_size);

extern const char options_help[];

#endif
