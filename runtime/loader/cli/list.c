/* SPDX-License-Identifier: BSD-2-Clause */
/* status and list: what runs, and how it is. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cells.h"
#include "cli/commands.h"
#include "cli/record.h"

/* ---- status -------------------------------------------------------------- */

static const char *state_word(uint32_t state)
{
	switch (state) {
	case HVISOR_ABSENT:
		return "absent";
	case HVISOR_LATE_POSSIBLE:
		return "possible";
	case HVISOR_DIRECT:
		return "direct";
	case HVISOR_LATE_ENABLED:
		return "enabled";
	}
	return "unknown";
}

static const char *state_sentence(uint32_t state)
{
	switch (state) {
	case HVISOR_ABSENT:
		return "no hypervisor runs, and none can be enabled";
	case HVISOR_LATE_POSSIBLE:
		return "no hypervisor runs; one can be enabled";
	case HVISOR_DIRECT:
		return "the hypervisor was booted, and this Linux in it";
	case HVISOR_LATE_ENABLED:
		return "the hypervisor was put under this Linux";
	}
	return "hvisor.ko says what this program does not know";
}

static void hash_text(const uint8_t bytes[HVISOR_HASH_SIZE],
		      char text[SAY_HASH_SIZE])
{
	struct hv_sha256 hash;

	memcpy(hash.b, bytes, sizeof(hash.b));
	say_hash(&hash, text);
}

static void print_status_json(const struct session *s)
{
	const struct hvisor_info *info = &s->info;
	struct record j = { .out = stdout };
	char hash[SAY_HASH_SIZE];

	record_object(&j, NULL);
	record_string(&j, "state", state_word(info->state));
	record_string(&j, "loader", HVCC_VERSION);
	record_number(&j, "module", info->module_version);
	record_number(&j, "abi", info->abi_version);
	if (session_is_running(s)) {
		hash_text(info->identity, hash);
		record_string(&j, "identity", hash);
		hash_text(info->runtime, hash);
		record_string(&j, "runtime", hash);
		record_bool(&j, "is_root", info->own_cell == info->root_cell);
	} else if (info->reason[0]) {
		record_string(&j, "reason", info->reason);
	}
	record_object_end(&j);
	record_end(&j);
}

enum exit_code command_status(const struct session *s)
{
	const struct hvisor_info *info = &s->info;
	char text[HVISOR_REASON_SIZE];

	if (s->options->is_json) {
		print_status_json(s);
		return EXIT_DONE;
	}
	puts(state_sentence(info->state));
	if (info->reason[0])
		printf("reason    %s\n",
		       say_name(info->reason, text, sizeof(text)));
	printf("module    version %u, ABI %u\n", info->module_version,
	       info->abi_version);
	if (!session_is_running(s))
		return EXIT_DONE;
	hash_text(info->identity, text);
	printf("identity  %s\n", text);
	hash_text(info->runtime, text);
	printf("runtime   %s\n", text);
	puts(info->own_cell == info->root_cell ? "cell      the root cell" :
	     "cell      not the root cell: it manages nothing");
	return EXIT_DONE;
}

/* ---- list ---------------------------------------------------------------- */

static void cpus_text(uint64_t mask, char *text, size_t size)
{
	size_t used = 0;

	text[0] = 0;
	for (unsigned int i = 0; i < HV_MAX_CPUS && used < size; i++) {
		unsigned int last = i;

		if (!(mask >> i & 1))
			continue;
		while (last + 1 < HV_MAX_CPUS && mask >> (last + 1) & 1)
			last++;

		const char *comma = used ? "," : "";
		int n = last > i
			? snprintf(text + used, size - used, "%s%u-%u", comma,
				   i, last)
			: snprintf(text + used, size - used, "%s%u", comma, i);

		used += n < 0 ? size : (size_t)n;
		i = last;
	}
}

static void print_row(const struct cell_info *info,
		      const struct cell_state *state)
{
	char cpus[256], managed[64], up[40] = "-";

	cpus_text(info->cpu_mask, cpus, sizeof(cpus));
	cell_managed_words(info->managed, managed, sizeof(managed));
	if (state->up_us)
		say_time(state->up_us, up, sizeof(up));
	printf("%-16s %-9s %-8s %6" PRIu64 " %16s  %s\n", info->name,
	       cell_state_word(state->state), cpus, state->n_starts, up,
	       info->flags & HV_CELL_ROOT ? "root cell" : managed);
}

static void print_object(struct record *j, const struct cell_info *info,
			 const struct cell_state *state)
{
	char managed[64];

	cell_managed_words(info->managed, managed, sizeof(managed));
	record_object(j, NULL);
	record_string(j, "name", info->name);
	record_string(j, "state", cell_state_word(state->state));
	record_bool(j, "is_root", info->flags & HV_CELL_ROOT);
	record_list(j, "cpus");
	for (unsigned int i = 0; i < HV_MAX_CPUS; i++)
		if (info->cpu_mask >> i & 1)
			record_number(j, NULL, i);
	record_list_end(j);
	record_string(j, "managed", managed);
	record_number(j, "starts", state->n_starts);
	record_number(j, "up_us", state->up_us);
	record_number(j, "crash_restarts", state->n_crash_restarts);
	record_number(j, "reboot_restarts", state->n_reboot_restarts);
	record_bool(j, "is_loading", state->is_loading);
	record_bool(j, "has_payload", state->has_payload);
	record_object_end(j);
}

enum exit_code command_list(const struct session *s)
{
	bool is_json = s->options->is_json;
	struct record j = { .out = stdout };

	if (is_json)
		record_list(&j, NULL);
	else
		printf("%-16s %-9s %-8s %6s %16s  %s\n", "CELL", "STATE",
		       "CPUS", "STARTS", "UP", "MANAGED");
	for (uint32_t i = 0; i < HV_MAX_CELLS; i++) {
		struct cell_info info;
		struct cell_state state;

		if (cell_info_get(s, i, &info) || cell_state_get(s, i, &state))
			break;
		if (is_json)
			print_object(&j, &info, &state);
		else
			print_row(&info, &state);
	}
	if (is_json) {
		record_list_end(&j);
		record_end(&j);
	}
	return EXIT_DONE;
}
