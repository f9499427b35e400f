/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats: what a cell's CPUs did, by the hypervisor's counters, and its virtio
 * devices, by their backends'.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cli/cells.h"
#include "cli/commands.h"
#include "cli/look.h"
#include "cli/record.h"

/* x1..x7 of STATS. */
static const char *const exit_words[HV_N_EXITS] = {
	[HV_EXIT_CALL] = "call", [HV_EXIT_REGISTER] = "register",
	[HV_EXIT_MMIO] = "mmio", [HV_EXIT_FAULT] = "fault",
	[HV_EXIT_LINE] = "line", [HV_EXIT_IPI] = "ipi",
	[HV_EXIT_OTHER] = "other",
};

static const char *power_word(uint64_t power)
{
	return power == HV_POWER_OFF ? "off" :
	       power == HV_POWER_ON_PENDING ? "starting" : "on";
}

static const struct { const char *word; size_t offset; int width; } counters[] = {
	{ "requests", offsetof(struct kept_counters, requests), 9 },
	{ "failed", offsetof(struct kept_counters, failed), 6 },
	{ "bytes_in", offsetof(struct kept_counters, bytes_in), 12 },
	{ "bytes_out", offsetof(struct kept_counters, bytes_out), 12 },
	{ "interrupts", offsetof(struct kept_counters, interrupts), 10 },
	{ "notifications", offsetof(struct kept_counters, notifications), 13 },
	{ "resets", offsetof(struct kept_counters, resets), 6 },
	{ "faults", offsetof(struct kept_counters, faults), 6 },
	{ "restarts", offsetof(struct kept_counters, restarts), 8 },
	{ "resumed", offsetof(struct kept_counters, resumed), 7 },
};
#define N_COUNTERS (sizeof(counters) / sizeof(counters[0]))

static uint64_t counter(const struct look *l, size_t i)
{
	uint64_t value;

	memcpy(&value, (const char *)&l->counters + counters[i].offset,
	       sizeof(value));
	return value;
}

static const char *device_word(const struct look *l)
{
	if (!l->is_published)
		return "absent";
	if (!l->has_backend)
		return "lost";
	return l->is_driven ? "driven" : "idle";
}

static void print_json_devices(const struct session *s, uint32_t cell_i,
			       struct record *j)
{
	struct look l;

	record_list(j, "virtio");
	for (uint32_t i = 0; look_at(s, i, &l); i++) {
		if (l.front != cell_i)
			continue;
		record_object(j, NULL);
		record_string(j, "device", l.name);
		record_string(j, "kind", look_kind_word(l.kind));
		record_string(j, "state", device_word(&l));
		for (size_t k = 0; k < N_COUNTERS; k++)
			record_number(j, counters[k].word, counter(&l, k));
		record_object_end(j);
	}
	record_list_end(j);
}

static void print_devices(const struct session *s, uint32_t cell_i)
{
	bool has_head = false;
	struct look l;

	for (uint32_t i = 0; look_at(s, i, &l); i++) {
		if (l.front != cell_i)
			continue;
		if (!has_head) {
			printf("\n%-16s %-8s %-7s", "DEVICE", "KIND", "STATE");
			for (size_t k = 0; k < N_COUNTERS; k++)
				printf(" %*s", counters[k].width, counters[k].word);
			putchar('\n');
			has_head = true;
		}
		printf("%-16s %-8s %-7s", l.name, look_kind_word(l.kind),
		       device_word(&l));
		for (size_t k = 0; k < N_COUNTERS; k++)
			printf(" %*" PRIu64, counters[k].width, counter(&l, k));
		putchar('\n');
	}
}

static void print_json(const struct session *s, uint32_t cell_i,
		       const struct cell_state *state)
{
	struct record j = { .out = stdout };

	record_object(&j, NULL);
	record_string(&j, "cell", s->options->cell);
	record_string(&j, "state", cell_state_word(state->state));
	record_number(&j, "up_us", state->up_us);
	record_number(&j, "starts", state->n_starts);
	record_number(&j, "crash_restarts", state->n_crash_restarts);
	record_number(&j, "reboot_restarts", state->n_reboot_restarts);
	record_list(&j, "cpus");
	for (uint64_t k = 0; k < HV_MAX_CPUS; k++) {
		uint64_t x[17] = { 0, cell_i, k };

		if (session_call(s, HV_CALL_STATS, x))
			break;
		record_object(&j, NULL);
		record_string(&j, "power", power_word(x[9]));
		for (size_t i = 0; i < HV_N_EXITS; i++)
			record_number(&j, exit_words[i], x[1 + i]);
		record_number(&j, "delivered", x[8]);
		record_object_end(&j);
	}
	record_list_end(&j);
	print_json_devices(s, cell_i, &j);
	record_object_end(&j);
	record_end(&j);
}

static void print_text(const struct session *s, uint32_t cell_i,
		       const struct cell_state *state)
{
	char up[40] = "-";

	if (state->up_us)
		say_time(state->up_us, up, sizeof(up));
	printf("state     %s\nup        %s\nstarts    %" PRIu64
	       "\nrestarts  %" PRIu64 " after a crash, %" PRIu64
	       " after a reboot\n\n%-4s %-8s", cell_state_word(state->state),
	       up, state->n_starts, state->n_crash_restarts,
	       state->n_reboot_restarts, "CPU", "POWER");
	for (size_t i = 0; i < HV_N_EXITS; i++)
		printf(" %10s", exit_words[i]);
	printf(" %10s\n", "delivered");
	for (uint64_t k = 0; k < HV_MAX_CPUS; k++) {
		uint64_t x[17] = { 0, cell_i, k };

		if (session_call(s, HV_CALL_STATS, x))
			break;
		printf("%-4" PRIu64 " %-8s", k, power_word(x[9]));
		for (size_t i = 0; i <= HV_N_EXITS; i++)
			printf(" %10" PRIu64, x[1 + i]);
		putchar('\n');
	}
	print_devices(s, cell_i);
}

enum exit_code command_stats(const struct session *s)
{
	uint32_t cell_i = session_find_cell(s, s->options->cell);
	struct cell_state state;
	int64_t error = cell_state_get(s, cell_i, &state);

	if (error)
		session_refuse("count what was done by", s->options->cell,
			       error);
	if (s->options->is_json)
		print_json(s, cell_i, &state);
	else
		print_text(s, cell_i, &state);
	return EXIT_DONE;
}
