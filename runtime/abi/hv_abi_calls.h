/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hv_abi_calls.h - what the root cell may ask of the runtime, and what it is told.
 *
 * Management calls: SMCCC fast calls, vendor specific hypervisor service
 * (DEN0028 table 6-1, owner 6), 64-bit. hv-abi(7) says what each does with
 * which registers. x0 is 0 or one of HV_E_*; on an error nothing else changes,
 * and no argument is an address that the runtime follows.
 *
 * Includes nothing but <stdint.h>.
 */
#ifndef HV_ABI_CALLS_H
#define HV_ABI_CALLS_H

#include <stdint.h>

#define HV_CALL_FIRST UINT32_C(0xc6000100)
#define HV_CALL_LAST UINT32_C(0xc60001ff)

#define HV_CALL_VERSION (HV_CALL_FIRST + 0x0)
#define HV_CALL_IDENTITY (HV_CALL_FIRST + 0x1)
#define HV_CALL_CELL_INFO (HV_CALL_FIRST + 0x2)
#define HV_CALL_CELL_STATE (HV_CALL_FIRST + 0x3)
#define HV_CALL_START (HV_CALL_FIRST + 0x4)
#define HV_CALL_STOP (HV_CALL_FIRST + 0x5)
#define HV_CALL_LOAD_BEGIN (HV_CALL_FIRST + 0x6)
#define HV_CALL_LOAD_END (HV_CALL_FIRST + 0x7)
#define HV_CALL_WINDOW (HV_CALL_FIRST + 0x8)
#define HV_CALL_CONSOLE_READ (HV_CALL_FIRST + 0x9)
#define HV_CALL_CONSOLE_WRITE (HV_CALL_FIRST + 0xa)
#define HV_CALL_EVENT (HV_CALL_FIRST + 0xb)
#define HV_CALL_STATS (HV_CALL_FIRST + 0xc)
#define HV_CALL_REGISTERS (HV_CALL_FIRST + 0xd)
#define HV_CALL_PEEK (HV_CALL_FIRST + 0xe)
#define HV_CALL_CHANNEL (HV_CALL_FIRST + 0xf)
#define HV_CALL_LATE_COMMIT (HV_CALL_FIRST + 0x10)
#define HV_CALL_LATE_STOP (HV_CALL_FIRST + 0x11)
#define HV_CALL_LATE_LEAVE (HV_CALL_FIRST + 0x12)
#define HV_CALL_CRASH (HV_CALL_FIRST + 0x13)
#define HV_CALL_VIRTIO (HV_CALL_FIRST + 0x14)
#define HV_CALL_VIRTIO_VIEW (HV_CALL_FIRST + 0x15)

#define HV_CALL_REGISTERS_MAX 17u	/* x0 to x16 */

#define HV_E_NOT_SUPPORTED (-1)
#define HV_E_DENIED (-2)	/* not the root cell, or `managed` says it not */
#define HV_E_NO_CELL (-3)	/* no such cell, CPU or row */
#define HV_E_STATE (-4)		/* the cell's state does not allow it */
#define HV_E_ARGUMENT (-5)
#define HV_E_BUSY (-6)		/* not yet: ask again */
#define HV_E_EMPTY (-7)		/* there is nothing */

/* VERSION */
#define HV_BOOT_DIRECT 0u
#define HV_BOOT_LATE 1u

/* CELL_STATE */
#define HV_STATE_EMPTY 0u	/* no payload in its memory */
#define HV_STATE_CLEANING 1u	/* stopping, cleaning, or checking a payload */
#define HV_STATE_LOADED 2u	/* payload in place, not started since */
#define HV_STATE_RUNNING 3u
#define HV_STATE_OFF 4u		/* ended by itself or by STOP */
#define HV_STATE_CRASHED 5u	/* ended by a fault, or no restart was left */
#define HV_LOADING 1u		/* its load window is open */

/* CONSOLE_READ, CONSOLE_WRITE */
#define HV_CONSOLE_READ_MAX 112u
#define HV_CONSOLE_WRITE_MAX 64u

/* EVENT; the detail in brackets, else 0 */
#define HV_EVENTS_KEPT 64u
#define HV_EVENT_START 1u	/* (starts since boot) */
#define HV_EVENT_POWEROFF 2u
#define HV_EVENT_REBOOT 3u	/* (restarts after one, this included) */
#define HV_EVENT_CRASH 4u	/* (restarts after one, this included) */
#define HV_EVENT_STOP 5u	/* by the root cell */
#define HV_EVENT_LOADED 6u
#define HV_EVENT_REFUSED 7u	/* the payload is another (row of segments) */
#define HV_EVENT_GAVE_UP 8u	/* no restart is left (HV_EVENT_* that ended it) */

/* STATS: x1 to x7, exits by what brought the CPU to the runtime */
#define HV_EXIT_CALL 0u		/* SMC, HVC */
#define HV_EXIT_REGISTER 1u	/* a trapped system register or instruction */
#define HV_EXIT_MMIO 2u
#define HV_EXIT_FAULT 3u	/* answered by an injected exception */
#define HV_EXIT_LINE 4u		/* a physical interrupt */
#define HV_EXIT_IPI 5u		/* of those, from another CPU of the runtime */
#define HV_EXIT_OTHER 6u
#define HV_N_EXITS 7u
#define HV_POWER_OFF 0u
#define HV_POWER_ON_PENDING 1u
#define HV_POWER_ON 2u

/* REGISTERS */
#define HV_N_REGISTER_PARTS 3u

/* PEEK */
#define HV_PEEK_SIZE 128u

/* CHANNEL: x12 is HV_READ and HV_WRITE, and HV_CHANNEL_* shifted by that */
#define HV_CALL_CHANNEL_SHIFT 8u

/* Late entry: x0 of whoever branches to HV_IMAGE_LATE_ENTRY. */
#define HV_LATE_FIRST 1u	/* the first CPU */
#define HV_LATE_REFUSE 2u	/* this CPU is to refuse: tests */
#define HV_LATE_REFUSER_SHIFT 8u /* and on the first: row of cpus, another cell's
				  * CPU, that does; row 0 is itself */

#endif
