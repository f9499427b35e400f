/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * events: what happened to cells. The hypervisor keeps the last ones, each with
 * its number; where the next number is not the one asked for, some were lost.
 */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cells.h"
#include "cli/commands.h"
#include "cli/record.h"
#include "cli/os.h"

#define ASK_AGAIN_MS 1000

static const char *event_word(uint64_t kind)
{
	switch (kind) {
	case HV_EVENT_START:
		return "start";
	case HV_EVENT_POWEROFF:
		return "poweroff";
	case HV_EVENT_REBOOT:
		return "reboot";
	case HV_EVENT_CRASH:
		return "crash";
	case HV_EVENT_STOP:
		return "stop";
	case HV_EVENT_LOADED:
		return "loaded";
	case HV_EVENT_REFUSED:
		return "refused";
	case HV_EVENT_GAVE_UP:
		return "gave-up";
	}
	return "unknown";
}

/* What stands behind an event, where something does. */
static void print_detail(uint64_t kind, uint64_t detail)
{
	if (kind == HV_EVENT_START)
		printf(", the %" PRIu64 ". time", detail);
	else if ((kind == HV_EVENT_CRASH || kind == HV_EVENT_REBOOT) && detail)
		printf(", restart %" PRIu64, detail);
	else if (kind == HV_EVENT_REFUSED)
		printf(", segment %" PRIu64 " is another", detail);
	else if (kind == HV_EVENT_GAVE_UP)
		printf(", after %s", event_word(detail));
}

static void print_event(const struct session *s, uint64_t number,
			const uint64_t x[17], const struct cell_names *names)
{
	const char *cell = x[3] < names->n ? names->names[x[3]] : "?";
	struct record j = { .out = stdout };
	char at[40];

	if (s->options->is_json) {
		record_object(&j, NULL);
		record_number(&j, "number", number);
		record_number(&j, "at_us", x[4]);
		record_string(&j, "cell", cell);
		record_string(&j, "event", event_word(x[2]));
		record_number(&j, "detail", x[5]);
		record_object_end(&j);
		record_end(&j);
		return;
	}
	say_time(x[4], at, sizeof(at));
	printf("%18s  %-16s %s", at, cell, event_word(x[2]));
	print_detail(x[2], x[5]);
	putchar('\n');
	fflush(stdout);
}

static void print_lost(const struct session *s, uint64_t n)
{
	struct record j = { .out = stdout };

	if (!s->options->is_json) {
		printf("%" PRIu64 " earlier events are no longer kept\n", n);
		return;
	}
	record_object(&j, NULL);
	record_number(&j, "lost", n);
	record_object_end(&j);
	record_end(&j);
}

/* All that there are from *number on. */
static void print_new(const struct session *s, const struct cell_names *names,
		      uint64_t *number)
{
	for (;;) {
		uint64_t x[17] = { 0, *number };
		int64_t error = session_call(s, HV_CALL_EVENT, x);

		if (error == HV_E_EMPTY)
			return;
		if (error)
			fail(EXIT_REFUSED, "cannot read events: %s",
			     session_meaning(error));
		if (x[1] <= *number)
			fail(EXIT_REFUSED, "the hypervisor counts its events"
			     " backwards");

		uint64_t found = x[1] - 1;

		if (found > *number)
			print_lost(s, found - *number);
		print_event(s, found, x, names);
		*number = x[1];
	}
}

enum exit_code command_events(const struct session *s)
{
	static struct cell_names names;
	uint64_t number = 0;

	session_names(s, &names);
	for (;;) {
		bool is_other;

		print_new(s, &names, &number);
		if (s->options->is_once)
			return EXIT_DONE;
		if (ferror(stdout))
			return EXIT_ENVIRONMENT;
		if (os_wait(s->fd, -1, ASK_AGAIN_MS, &is_other))
			fail(EXIT_ENVIRONMENT, "cannot wait for " OS_DEVICE);
	}
}
