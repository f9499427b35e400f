/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hv_abi_loader.h - what hvisor.loader knows of the system it belongs to.
 *
 * Section .hv_tables of hvisor.loader. hvcc is built with one whose section has
 * no cell in it, and fills the section in the copy that it writes beside an
 * image. Two readers: hvcc, and the program itself; the runtime has none of
 * this. As in hv_abi.h: fixed-width integers, {offset, count} lists that count
 * from the start of struct hv_loader, named padding, little-endian.
 *
 * Includes nothing but hv_abi.h.
 */
#ifndef HV_ABI_LOADER_H
#define HV_ABI_LOADER_H

#include "hv_abi.h"

#define HV_LOADER_MAGIC UINT64_C(0x3164616f6c637668)	/* "hvcload1" */
#define HV_LOADER_SECTION ".hv_tables"
#define HV_LOADER_SIZE 0x80000u		/* of the section, whatever is in it */
#define HV_LOADER_FILE_SIZE 64u		/* a file's name and a NUL */

struct hv_loader {
	uint64_t magic;			/* HV_LOADER_MAGIC */
	uint32_t abi_version;
	uint32_t size;			/* HV_LOADER_SIZE */
	struct hv_sha256 identity;	/* as in struct hv_head */
	struct hv_sha256 runtime;
	uint32_t root_cell;
	uint32_t zero;
	struct hv_list cells;		/* struct hv_loader_cell; none: generic */
	struct hv_list pieces;		/* struct hv_loader_piece, all cells' */
	struct hv_list regions;		/* struct hv_loader_region, all cells' */
	struct hv_list virtios;		/* struct hv_loader_virtio */
};
_Static_assert(sizeof(struct hv_loader) == 120, "abi");

struct hv_loader_cell {
	char name[HV_NAME_SIZE];
	uint32_t flags;			/* HV_CELL_* */
	uint32_t managed;		/* HV_MANAGED_* */
	uint32_t n_cpus;
	uint32_t console;		/* HV_CONSOLE_* */
	struct hv_ipa entry;
	struct hv_list pieces;		/* rows of its own, in order of files */
	struct hv_list regions;		/* its RAM */
};
_Static_assert(sizeof(struct hv_loader_cell) == 72, "abi");

#define HV_PIECE_KERNEL 1u
#define HV_PIECE_INITRD 2u
#define HV_PIECE_IMAGE 3u
#define HV_PIECE_ELF 4u		/* one segment of an ELF file */
#define HV_PIECE_TREE 5u	/* made by hvcc: no file has it */

/* What one segment of the image puts into a cell's memory. */
struct hv_loader_piece {
	char file[HV_LOADER_FILE_SIZE];	/* without its folder */
	struct hv_sha256 sha256;	/* of `size` bytes */
	uint64_t file_offset;
	uint64_t file_size;		/* of the whole file */
	uint64_t size;
	struct hv_ipa to;
	uint64_t room;			/* up to what comes next, or the end of
					 * its RAM */
	uint32_t kind;			/* HV_PIECE_* */
	uint32_t file_i;		/* among the cell's files; HV_NONE: tree */
	uint32_t segment;		/* row of hvisor.bin's segment table */
	uint32_t zero;
	struct hv_list bytes;		/* a tree's, up to its last that is not
					 * 0; none: only the image has it */
};
_Static_assert(sizeof(struct hv_loader_piece) == 160, "abi");

#define HV_BACKEND_FILE 1u	/* path: a block device's or file's */
#define HV_BACKEND_TAP 2u	/* path: the tap interface's name */
#define HV_BACKEND_PTY 3u	/* path: empty */
#define HV_BACKEND_TERMINAL 4u	/* path: empty; the program's own */

#define HV_LOADER_PATH_SIZE 256u

/* What a virtio device's backend is made of in the root cell. */
struct hv_loader_virtio {
	char name[HV_NAME_SIZE];
	uint32_t kind;			/* HV_VIRTIO_* device id */
	uint32_t flags;			/* HV_VIRTIO_* */
	uint32_t front;			/* cell */
	uint32_t n_queues;		/* of the device, control queues with them */
	uint32_t backend;		/* HV_BACKEND_* */
	uint8_t mac[6];			/* net; else zero */
	uint8_t zero[2];
	char path[HV_LOADER_PATH_SIZE];
};
_Static_assert(sizeof(struct hv_loader_virtio) == 316, "abi");

struct hv_loader_region {
	struct hv_ipa base;
	uint64_t size;
	uint32_t flags;			/* HV_READ, HV_WRITE, HV_EXECUTE */
	uint32_t zero;
};
_Static_assert(sizeof(struct hv_loader_region) == 24, "abi");

#endif
