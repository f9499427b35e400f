/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.h - one number in a cell's devicetree: where its initrd ends.
 *
 * hvcc made the tree for the initrd that it saw. Where another may be loaded,
 * the kernel must be told that one's end.
 */
#ifndef CLI_TREE_H
#define CLI_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False: the tree is not sound, or has no such property in /chosen. */
bool tree_set_initrd_end(uint8_t *tree, size_t size, uint64_t end);

#endif
