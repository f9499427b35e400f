/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * why.h - what errno says of a backend that does not open, in its user's words.
 *
 * Includes nothing of ours.
 */
#ifndef VIRTIO_WHY_H
#define VIRTIO_WHY_H

const char *why_no_block(int error);
const char *why_no_net(int error);
const char *why_no_file(int error);	/* of a console */
const char *why_no_terminal(int error);

#endif
