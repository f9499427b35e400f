/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.h - one open /dev/hvisor, and whether it is the right one.
 *
 * A session is only given where module, hypervisor and this program belong
 * together: the module's version and ABI are ours, and the system that runs has
 * the identity and the runtime that hvcc wrote into us. Everything else ends the
 * program with both sides' names. A generic program belongs to any system.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/complete.h"
#include "cli/options.h"
#include "cli/tables.h"
#include "hv_abi_calls.h"
#include "kmod/hvisor.h"

struct session {
	const struct options *options;
	const struct hv_loader *tables;
	int fd;
	struct hvisor_info info;
};

/* Whatever runs, or nothing. */
void session_open(struct session *s, const struct options *o,
		  const struct hv_loader *t);
/* A hypervisor runs, and this Linux is its root cell. */
void session_require_root(const struct session *s);
bool session_is_running(const struct session *s);

/*
 * A management call: x[1].. are arguments, and then results. 0, or HV_E_*. The
 * module's own refusal ends the program.
 */
int64_t session_call(const struct session *s, uint32_t function,
		     uint64_t x[HV_CALL_REGISTERS_MAX]);

/* The names of all cells: the hypervisor's, or the program's own where none
 * runs. */
void session_names(const struct session *s, struct cell_names *names);
/* The same for a generic program; none where nothing can be asked. Never ends
 * the program: a shell is waiting for its words. */
void session_try_names(struct cell_names *names);
/* Ends the program where no cell has this name. */
uint32_t session_find_cell(const struct session *s, const char *name);

/* What an error of a call means, as the end of a sentence. */
const char *session_meaning(int64_t error);
/* Ends the program: what was asked of a cell is refused. */
void session_refuse(const char *asked, const char *cell, int64_t error)
	__attribute__((noreturn));

#endif
