/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * hvisor.h - what hvisor.ko offers to programs of a Linux cell.
 *
 * /dev/hvisor			the hypervisor; root's alone (0600, CAP_SYS_RAWIO)
 * /dev/hvisor-channel/NAME	one for each channel of this cell (0600)
 * /dev/hvisor-virtio/NAME	one for each virtio device whose backend this cell is
 *				(0600)
 *
 * They exist whenever the module is loaded and there is something behind them;
 * all but the first come and go with ENABLE and DISABLE.
 *
 * Every structure is of fixed width without holes, the same for all programs.
 * What is reserved is zero, or the call fails with EINVAL. On failure nothing is
 * written to a structure but the `reason` of ENABLE and DISABLE.
 *
 * errno of every ioctl: ENOTTY: there is no such ioctl here; EFAULT: not the
 * caller's memory; EINVAL: an argument out of its range; ENODEV: no hypervisor
 * runs; EBUSY: another caller is at it; EINTR: a signal came before it began.
 *
 * Includes the kernel's own headers and nothing else.
 */
#ifndef HVISOR_H
#define HVISOR_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define HVISOR_MODULE_VERSION 2

#define HVISOR_REASON_SIZE 256	/* a line of text with its NUL */
#define HVISOR_HASH_SIZE 32	/* SHA-256 */

/* States. */
#define HVISOR_ABSENT 0		/* none runs, and ENABLE would be refused: why */
#define HVISOR_LATE_POSSIBLE 1	/* none runs; ENABLE may be tried */
#define HVISOR_DIRECT 2		/* it was booted, and this Linux in it */
#define HVISOR_LATE_ENABLED 3	/* it was put under this Linux by ENABLE */

struct hvisor_info {
	__u32 module_version;	/* HVISOR_MODULE_VERSION of the module */
	__u32 abi_version;	/* HV_ABI_VERSION that the module was built for */
	__u32 state;		/* HVISOR_* */
	__u32 running_abi_version; /* of the hypervisor that runs; 0: none */
	__u32 own_cell;		/* index; HV_NONE: none runs */
	__u32 root_cell;	/* index; HV_NONE: none */
	__u8 identity[HVISOR_HASH_SIZE]; /* of the system that runs; 0: none */
	__u8 runtime[HVISOR_HASH_SIZE];	/* of its runtime */
	char reason[HVISOR_REASON_SIZE]; /* why ABSENT; empty otherwise */
};

/*
 * Puts the hypervisor under this Linux, which becomes the root cell. The module
 * copies the image and hashes its copy, so the caller's may change meanwhile.
 *
 * ENOEXEC: not an image, truncated, or bytes are not what their hashes say;
 * EKEYREJECTED: another identity, runtime or ABI version than the caller's or
 * the module's; ENXIO: memory that the running tree does not reserve, or other
 * CPUs or RAM than the image's; EOPNOTSUPP: this kernel does not give EL2 away;
 * EALREADY: one runs; EBUSY: a CPU is offline; EIO: a CPU refused at EL2, and
 * Linux goes on as before.
 */
struct hvisor_enable {
	__u64 image;		/* address of hvisor.bin's bytes */
	__u64 size;		/* of them */
	__u8 identity[HVISOR_HASH_SIZE];	/* what the image must be */
	__u8 runtime[HVISOR_HASH_SIZE];
	__u32 flags;		/* HVISOR_ENABLE_* */
	__u32 fault_cpu;	/* with FAULT: which CPU refuses, of any cell; else 0 */
	char reason[HVISOR_REASON_SIZE];	/* out: why not */
};

/* Tests only: EINVAL unless the module was loaded with fault_injection=1. */
#define HVISOR_ENABLE_FAULT (1u << 0)

/* Takes it away again: stops all other cells and brings their CPUs back. */
struct hvisor_disable {
	__u32 flags;		/* 0 */
	__u32 zero;
	char reason[HVISOR_REASON_SIZE];	/* out: why not */
};

/*
 * A management call (hv-abi(7)). x[0] is the function, HV_CALL_FIRST and on, and
 * then the answer; x[1].. arguments and results as the call says. The ioctl
 * succeeds when the call was made: whether it was granted says x[0].
 *
 * EPERM: LATE_* are ENABLE's and DISABLE's, CRASH is a panic's. Who begins a load
 * owns the cell's window until its LOAD_END; EBUSY: another file has it. Closing a
 * file ends its loads.
 */
struct hvisor_call {
	__u64 x[17];
};

/*
 * Copies into the window of a cell whose load this file has begun. EBADF: it has
 * not; ERANGE: not inside the window.
 */
struct hvisor_load {
	__u32 cell;
	__u32 window;		/* i of HV_CALL_WINDOW */
	__u64 offset;		/* in the window */
	__u64 data;		/* address of the bytes */
	__u64 size;		/* of them, not 0 */
};

#define HVISOR_INFO	_IOR(0xce, 0, struct hvisor_info)
#define HVISOR_ENABLE	_IOWR(0xce, 1, struct hvisor_enable)
#define HVISOR_DISABLE	_IOWR(0xce, 2, struct hvisor_disable)
#define HVISOR_CALL	_IOWR(0xce, 3, struct hvisor_call)
#define HVISOR_LOAD	_IOW(0xce, 4, struct hvisor_load)

/*
 * poll() of /dev/hvisor is readable when the hypervisor's event line was raised
 * since this file's last read(): there may be events (HV_CALL_EVENT) or output of
 * consoles. read() waits for that (EAGAIN with O_NONBLOCK) and gives the number
 * of times it was raised as a __u64; less room is EINVAL. What happened before a
 * file was opened counts as one.
 */

/*
 * A channel: mmap() maps its memory from offset 0 (PROT_WRITE only where this
 * end may write: EACCES). write() of a __u32 rings the peer with that index:
 * ENXIO: no such peer, or it may not be rung from here. poll() and read() wait
 * for a ring as they do for the event line; a file sees the rings since it was
 * opened. EOPNOTSUPP: this end has no such thing.
 */
struct hvisor_channel {
	__u64 size;		/* of the memory */
	__u64 may_ring;		/* bit i: peer i */
	__u32 self;		/* own index */
	__u32 n_ends;
	__u32 flags;		/* HVISOR_CHANNEL_* */
	__u32 zero;
};

#define HVISOR_CHANNEL_READ (1u << 0)
#define HVISOR_CHANNEL_WRITE (1u << 1)
#define HVISOR_CHANNEL_UNCACHED (1u << 2)	/* mapped so at both ends */
#define HVISOR_CHANNEL_RUNG (1u << 3)		/* this end has a line to wait for */

#define HVISOR_CHANNEL	_IOR(0xce, 16, struct hvisor_channel)

/*
 * The backend of a virtio device: /dev/hvisor-virtio/NAME, opened for writing by
 * one at a time (EBUSY); who opens it for reading alone looks on. mmap() at the
 * offsets that VIRTIO says: the runtime's registers (struct hv_virtio_state of
 * hv_abi_virtio.h, PROT_READ alone: EACCES), what the backend publishes (struct
 * hv_virtio_published; the rest of its page is the backend's own memory, which
 * outlives it), the ringing page (a 32-bit store at 0: HV_VIRTIO_RING_*) and each
 * view of the cell in front (EACCES where it may not be written). poll() and
 * read() wait for the driver's next notification or change, as for a channel's
 * ring; what happened before the file was opened counts as one.
 *
 * HV_VIRTIO_LOSS_FAIL: while a block device whose backend has gone has no other,
 * the module gives each request back with an error.
 */
#define HVISOR_VIRTIO_VIEWS_MAX 16

struct hvisor_view {
	__u64 front;		/* where the cell in front has it */
	__u64 offset;		/* for mmap() */
	__u64 size;
	__u32 flags;		/* HV_READ, HV_WRITE */
	__u32 zero;
};

struct hvisor_virtio {
	__u32 kind;		/* HV_VIRTIO_* of hv_abi.h: the device id */
	__u32 flags;		/* HV_VIRTIO_* */
	__u32 front;		/* cell */
	__u32 n_queues;
	__u32 n_views;
	__u32 has_backend;	/* 1: a file has it open for writing */
	__u64 state, published, ring;	/* offsets for mmap(), a page each */
	struct hvisor_view views[HVISOR_VIRTIO_VIEWS_MAX];
};

#define HVISOR_VIRTIO	_IOR(0xce, 32, struct hvisor_virtio)

#endif
