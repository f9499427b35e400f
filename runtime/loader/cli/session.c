/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/os.h"
#include "cli/say.h"
#include "cli/sha256.h"

/* ---- who belongs to whom ------------------------------------------------- */

static const char *remedy_of_open(int error)
{
	switch (error) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return "load the kernel module: insmod hvisor.ko";
	case EACCES:
	case EPERM:
		return "only root may manage cells";
	case EBUSY:
		return "another program has it";
	}
	return "see what the kernel says: dmesg";
}

static void check_module(const struct hvisor_info *info)
{
	if (info->module_version != HVISOR_MODULE_VERSION)
		fail(EXIT_REFUSED, "hvisor.ko is version %u, and this program"
		     " speaks to version %u: load the one that came with it",
		     info->module_version, HVISOR_MODULE_VERSION);
	if (info->abi_version != HV_ABI_VERSION)
		fail(EXIT_REFUSED, "hvisor.ko is built for ABI %u, and this"
		     " program for ABI %u: load the one that came with it",
		     info->abi_version, HV_ABI_VERSION);
}

static void check_hash(const char *what, const uint8_t *running,
		       const struct hv_sha256 *own)
{
	struct hv_sha256 other;
	char other_text[SAY_HASH_SIZE], own_text[SAY_HASH_SIZE];

	memcpy(other.b, running, sizeof(other.b));
	if (sha256_is_equal(&other, own))
		return;
	say_hash(&other, other_text);
	say_hash(own, own_text);
	fail(EXIT_REFUSED, "the %s that runs is %s, and this program is of %s:"
	     " use the hvisor.loader that hvcc wrote beside its image",
	     what, other_text, own_text);
}

static void check_system(const struct hvisor_info *info,
			 const struct hv_loader *t)
{
	if (info->running_abi_version != HV_ABI_VERSION)
		fail(EXIT_REFUSED, "the hypervisor that runs has ABI %u, and"
		     " this program ABI %u: use the hvisor.loader that hvcc"
		     " wrote beside its image", info->running_abi_version,
		     HV_ABI_VERSION);
	if (tables_are_generic(t))
		return;
	check_hash("system", info->identity, &t->identity);
	check_hash("runtime", info->runtime, &t->runtime);
}

bool session_is_running(const struct session *s)
{
	return s->info.state == HVISOR_DIRECT ||
	       s->info.state == HVISOR_LATE_ENABLED;
}

void session_open(struct session *s, const struct options *o,
		  const struct hv_loader *t)
{
	*s = (struct session){ .options = o, .tables = t, .fd = os_open() };
	if (s->fd < 0)
		fail(EXIT_ENVIRONMENT, "cannot open " OS_DEVICE ": %s: %s",
		     strerror(errno), remedy_of_open(errno));
	if (os_ioctl(s->fd, HVISOR_INFO, &s->info))
		fail(EXIT_ENVIRONMENT, OS_DEVICE " does not say what it is: %s:"
		     " load the hvisor.ko that came with this program",
		     strerror(errno));
	s->info.reason[sizeof(s->info.reason) - 1] = 0;
	check_module(&s->info);
	if (session_is_running(s))
		check_system(&s->info, t);
}

void session_require_root(const struct session *s)
{
	char reason[HVISOR_REASON_SIZE];

	if (s->info.state == HVISOR_ABSENT)
		fail(EXIT_REFUSED, "no hypervisor runs, and none can be put"
		     " under this Linux: %s", say_name(s->info.reason, reason,
						       sizeof(reason)));
	if (!session_is_running(s))
		fail(EXIT_REFUSED, "no hypervisor runs: 'hvisor.loader enable"
		     " IMAGE' starts one");
	if (s->info.root_cell == HV_NONE)
		fail(EXIT_REFUSED, "the system that runs has no root cell: its"
		     " cells are managed by nobody");
	if (s->info.own_cell != s->info.root_cell)
		fail(EXIT_REFUSED, "this Linux is not the root cell, which"
		     " alone manages the others");
}

/* ---- calls --------------------------------------------------------------- */

int64_t session_call(const struct session *s, uint32_t function,
		     uint64_t x[HV_CALL_REGISTERS_MAX])
{
	struct hvisor_call call;

	memcpy(call.x, x, sizeof(call.x));
	call.x[0] = function;
	if (os_ioctl(s->fd, HVISOR_CALL, &call)) {
		/* Another program loads a cell, or asks at this moment. */
		if (errno == EBUSY)
			return HV_E_BUSY;
		fail(EXIT_ENVIRONMENT, "hvisor.ko refuses call 0x%x: %s",
		     function, strerror(errno));
	}
	memcpy(x, call.x, sizeof(call.x));
	return (int64_t)x[0];
}

/* x1..x4 of CELL_INFO: 32 bytes, which end in a NUL. */
static void take_name(const uint64_t *x, char name[HV_NAME_SIZE])
{
	char raw[HV_NAME_SIZE];

	memcpy(raw, x + 1, sizeof(raw));
	raw[sizeof(raw) - 1] = 0;
	say_name(raw, name, HV_NAME_SIZE);
}

static void names_of_tables(const struct hv_loader *t, struct cell_names *names)
{
	for (uint32_t i = 0; i < t->cells.count; i++)
		say_name(tables_cell(t, i)->name, names->names[i],
			 HV_NAME_SIZE);
	names->n = t->cells.count;
}

void session_names(const struct session *s, struct cell_names *names)
{
	names->n = 0;
	if (!session_is_running(s)) {
		names_of_tables(s->tables, names);
		return;
	}
	while (names->n < HV_MAX_CELLS) {
		uint64_t x[17] = { 0, names->n };

		if (session_call(s, HV_CALL_CELL_INFO, x))
			return;
		take_name(x, names->names[names->n++]);
	}
}

void session_try_names(struct cell_names *names)
{
	struct session s = { .tables = tables_own(), .fd = os_open() };
	const struct hvisor_info *info = &s.info;

	names->n = 0;
	if (s.fd >= 0 && !os_ioctl(s.fd, HVISOR_INFO, &s.info) &&
	    info->module_version == HVISOR_MODULE_VERSION &&
	    info->running_abi_version == HV_ABI_VERSION &&
	    session_is_running(&s) && info->own_cell == info->root_cell)
		session_names(&s, names);
}

static void list_names(const struct cell_names *names, char *text, size_t size)
{
	size_t used = 0;

	text[0] = 0;
	for (size_t i = 0; i < names->n && used < size; i++) {
		int n = snprintf(text + used, size - used, "%s'%s'",
				 i ? ", " : "", names->names[i]);

		used += n < 0 ? size : (size_t)n;
	}
}

uint32_t session_find_cell(const struct session *s, const char *name)
{
	struct cell_names names;
	char all[1024], asked[HV_NAME_SIZE];

	session_names(s, &names);
	for (size_t i = 0; i < names.n; i++)
		if (!strcmp(names.names[i], name))
			return (uint32_t)i;
	list_names(&names, all, sizeof(all));
	fail(EXIT_REFUSED, "there is no cell '%s': there are %s",
	     say_name(name, asked, sizeof(asked)), all);
}

/* ---- refusals ------------------------------------------------------------ */

const char *session_meaning(int64_t error)
{
	switch (error) {
	case HV_E_NOT_SUPPORTED:
		return "this hypervisor does not know the call: it is not the"
		       " one that this program came with";
	case HV_E_DENIED:
		return "the configuration does not say that the root cell may:"
		       " see `managed` in cells(5)";
	case HV_E_NO_CELL:
		return "there is no such cell or CPU";
	case HV_E_STATE:
		return "its state does not allow it: 'hvisor.loader list'"
		       " shows it";
	case HV_E_ARGUMENT:
		return "an argument is out of range";
	case HV_E_BUSY:
		return "it is busy: try again";
	case HV_E_EMPTY:
		return "there is nothing there";
	}
	return "of an error that this program does not know";
}

void session_refuse(const char *asked, const char *cell, int64_t error)
{
	char name[HV_NAME_SIZE];

	fail(EXIT_REFUSED, "cannot %s '%s': %s", asked,
	     say_name(cell, name, sizeof(name)), session_meaning(error));
}
