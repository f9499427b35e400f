/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * commands.h - what each command does, once its words are read.
 *
 * Those that manage cells end the program where something refuses; what comes
 * back was done. Includes session.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/say.h"
#include "cli/session.h"

enum exit_code command_enable(struct session *s);
enum exit_code command_disable(struct session *s);
enum exit_code command_status(const struct session *s);
enum exit_code command_list(const struct session *s);
enum exit_code command_start(const struct session *s);
enum exit_code command_stop(const struct session *s);
enum exit_code command_restart(const struct session *s);
enum exit_code command_load(const struct session *s);
enum exit_code command_console(const struct session *s);
enum exit_code command_log(const struct session *s);
enum exit_code command_events(const struct session *s);
enum exit_code command_stats(const struct session *s);
enum exit_code command_dump(const struct session *s);
enum exit_code command_virtio(const struct session *s);

#endif
