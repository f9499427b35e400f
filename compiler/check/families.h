/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * families.h - one family of checks for each file; check.c lists them.
 *
 * Includes what every family needs: check, facts.
 */
#ifndef CHECK_FAMILIES_H
#define CHECK_FAMILIES_H

#include "check/check.h"
#include "check/facts.h"

extern const struct check_family family_system;
extern const struct check_family family_cpu;
extern const struct check_family family_memory;
extern const struct check_family family_ipa;
extern const struct check_family family_page;
extern const struct check_family family_lines;
extern const struct check_family family_lines_given;
extern const struct check_family family_lines_ppi;
extern const struct check_family family_devices;
extern const struct check_family family_interrupts;
extern const struct check_family family_machine;
extern const struct check_family family_needs;
extern const struct check_family family_root;
extern const struct check_family family_late;
extern const struct check_family family_late_devices;
extern const struct check_family family_channels;
extern const struct check_family family_virtio;
extern const struct check_family family_virtio_parts;
extern const struct check_family family_boot;
extern const struct check_family family_kernel;
extern const struct check_family family_elf;
extern const struct check_family family_policy;
extern const struct check_family family_policy_stated;

#endif
