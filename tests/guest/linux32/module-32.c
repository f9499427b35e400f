/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module-32 BLANK CHANNEL - a program of 32 bits (AArch32) asks hvisor.ko what the
 * others ask, and must be answered the same: structures are of fixed width, and an
 * address of more than 32 bits is not taken for its lower half. BLANK is the index of
 * a stopped cell with `payload any`, CHANNEL the path of a channel's file.
 */
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <stddef.h>
#include <stdint.h>

#include "bare.h"
#include "hv_abi.h"
#include "hv_abi_calls.h"
#include "hvisor.h"

/* What numbers and structures are to programs of 64 bits. */
_Static_assert(sizeof(struct hvisor_info) == 344 && HVISOR_INFO == 0x8158ce00, "info");
_Static_assert(sizeof(struct hvisor_enable) == 344 && HVISOR_ENABLE == 0xc158ce01, "enable");
_Static_assert(sizeof(struct hvisor_disable) == 264 && HVISOR_DISABLE == 0xc108ce02, "disable");
_Static_assert(sizeof(struct hvisor_call) == 136 && HVISOR_CALL == 0xc088ce03, "call");
_Static_assert(sizeof(struct hvisor_load) == 32 && HVISOR_LOAD == 0x4020ce04, "load");
_Static_assert(sizeof(struct hvisor_channel) == 32 && HVISOR_CHANNEL == 0x8020ce10, "channel");

#define PAGE 4096u
#define ABOVE (UINT64_C(1) << 32)	/* of it no 32 bits are anything */
#define GUARD 0xa5
#define TRIES 1000

static long opened(const char *path)
{
	return system_call(OPEN, (long)path, O_RDWR | O_NONBLOCK, 0, 0, 0, 0);
}

static long ioctl(long fd, unsigned long number, const void *argument)
{
	return system_call(IOCTL, fd, (long)number, (long)argument, 0, 0, 0);
}

static void rest(void)
{
	static const int32_t ten_ms[2] = { 0, 10000000 };

	system_call(NANOSLEEP, (long)ten_ms, 0, 0, 0, 0, 0);
}

/* ---- /dev/hvisor --------------------------------------------------------------- */

/* With something on either side, which the kernel does not touch. */
static struct {
	uint8_t before[64];
	union {
		struct hvisor_info info;
		struct hvisor_enable enable;
		struct hvisor_disable disable;
		struct hvisor_call call;
		struct hvisor_load load;
		struct hvisor_channel channel;
		uint8_t bytes[sizeof(struct hvisor_enable)];
	};
	uint8_t after[64];
} a;

static void fresh(void)
{
	for (size_t i = 0; i < sizeof(a); i++)
		((volatile uint8_t *)&a)[i] = GUARD;
}

static void zeroed(void)
{
	fresh();
	for (size_t i = 0; i < sizeof(a.bytes); i++)
		((volatile uint8_t *)a.bytes)[i] = 0;
}

/* Of what is larger than the structure of that size, too. */
static void is_guarded(const char *what, size_t size)
{
	long n = 0;

	for (const uint8_t *p = (const uint8_t *)&a; p < a.bytes; p++)
		n += *p != GUARD;
	for (const uint8_t *p = a.after; p < (const uint8_t *)(&a + 1); p++)
		n += *p != GUARD;
	for (size_t i = size; i < sizeof(a.bytes); i++)
		n += a.bytes[i] != 0 && a.bytes[i] != GUARD;
	expect(what, n, 0);
}

static void same(const char *what, const void *one, const void *other, size_t size)
{
	long n = 0;

	for (size_t i = 0; i < size; i++)
		n += ((const uint8_t *)one)[i] != ((const uint8_t *)other)[i];
	expect(what, n, 0);
}

static uint8_t identity[HVISOR_HASH_SIZE];

static void infos(long dev)
{
	fresh();
	expect("INFO", ioctl(dev, HVISOR_INFO, &a.info), 0);
	is_guarded("beside INFO's answer", sizeof(a.info));
	expect("the module's version", (long)a.info.module_version, HVISOR_MODULE_VERSION);
	expect("its ABI", (long)a.info.abi_version, HV_ABI_VERSION);
	expect("the running one", (long)a.info.running_abi_version, HV_ABI_VERSION);
	for (size_t i = 0; i < sizeof(identity); i++)
		identity[i] = a.info.identity[i];
	expect("INFO to nobody", ioctl(dev, HVISOR_INFO, (void *)8), -EFAULT);
	expect("INFO to -8", ioctl(dev, HVISOR_INFO, (void *)-8), -EFAULT);
	expect("no number", ioctl(dev, 0xce63, &a), -ENOTTY);
	expect("another size", ioctl(dev, 0xc008ce03, &a), -ENOTTY);
}

static long call(long dev, uint64_t function, uint64_t x1)
{
	long error;

	zeroed();
	a.call.x[0] = function;
	a.call.x[1] = x1;
	error = ioctl(dev, HVISOR_CALL, &a.call);
	is_guarded("beside CALL's answer", sizeof(a.call));
	return error ? error : (long)a.call.x[0];
}

static void calls(long dev, uint64_t blank)
{
	expect("IDENTITY", call(dev, HV_CALL_IDENTITY, 0), 0);
	same("the identity", &a.call.x[1], identity, sizeof(identity));
	/* No half of a number is a cell. */
	expect("a cell above", call(dev, HV_CALL_CELL_INFO, ABOVE), HV_E_NO_CELL);
	expect("a cell there and above", call(dev, HV_CALL_STOP, ABOVE | blank), HV_E_NO_CELL);
	expect("a function above", call(dev, ABOVE | HV_CALL_VERSION, 0), -EINVAL);
	expect("LATE_LEAVE", call(dev, HV_CALL_LATE_LEAVE, 0), -EPERM);
	expect("CRASH", call(dev, HV_CALL_CRASH, 0), -EPERM);
}

static void enables(long dev)
{
	static const uint8_t bytes[PAGE];

	zeroed();
	a.enable.image = (uintptr_t)bytes;
	a.enable.size = ABOVE << 20;
	expect("ENABLE of too much", ioctl(dev, HVISOR_ENABLE, &a.enable), -EINVAL);
	a.enable.size = sizeof(bytes);
	a.enable.flags = HVISOR_ENABLE_FAULT;
	expect("ENABLE with a fault", ioctl(dev, HVISOR_ENABLE, &a.enable), -EINVAL);
	a.enable.flags = 0;
	expect("ENABLE", ioctl(dev, HVISOR_ENABLE, &a.enable), -EALREADY);
	same("its reason", a.enable.reason, "a hypervisor runs already", 26);
	is_guarded("beside ENABLE's reason", sizeof(a.enable));
	zeroed();
	a.disable.zero = 1;
	expect("DISABLE with something", ioctl(dev, HVISOR_DISABLE, &a.disable), -EINVAL);
	is_guarded("beside DISABLE's reason", 8);
}

static long load(long dev, uint64_t cell, uint64_t data, uint64_t size)
{
	zeroed();
	a.load.cell = (uint32_t)cell;
	a.load.data = data;
	a.load.size = size;
	return ioctl(dev, HVISOR_LOAD, &a.load);
}

/* From the first page of its own that has something, and from the same above. */
static void loads(long dev, uint64_t blank)
{
	static const uint32_t bytes[4] = { 0x14000000, 1, 2, 3 };
	long answer;

	for (int i = 0; i < TRIES &&
	     (answer = call(dev, HV_CALL_LOAD_BEGIN, blank)) == HV_E_BUSY; i++)
		rest();
	expect("a load begins", answer, 0);
	expect("bytes", load(dev, blank, (uintptr_t)bytes, sizeof(bytes)), 0);
	expect("bytes from above", load(dev, blank, ABOVE | (uintptr_t)bytes, 16), -EFAULT);
	expect("bytes across all", load(dev, blank, 0xfffffff8, 16), -EFAULT);
	expect("bytes of the kernel", load(dev, blank, 0xffff800008000000, 16), -EFAULT);
	expect("more than there is", load(dev, blank, (uintptr_t)bytes, ABOVE), -ERANGE);
	expect("no bytes", load(dev, blank, (uintptr_t)bytes, 0), -EINVAL);
	expect("the load ends", call(dev, HV_CALL_LOAD_END, blank), 0);
	expect("bytes after it", load(dev, blank, (uintptr_t)bytes, 16), -EBADF);
}

/* ---- a channel ------------------------------------------------------------------ */

static void channels(const char *path)
{
	long fd = opened(path);
	volatile uint32_t *at;
	uint32_t word, peer = 64;

	expect("a channel's file", fd < 0 ? fd : 0, 0);
	fresh();
	expect("CHANNEL", ioctl(fd, HVISOR_CHANNEL, &a.channel), 0);
	is_guarded("beside CHANNEL's answer", sizeof(a.channel));
	expect("its size", (long)(a.channel.size % PAGE), 0);
	expect("CHANNEL to nobody", ioctl(fd, HVISOR_CHANNEL, (void *)8), -EFAULT);
	expect("INFO of a channel", ioctl(fd, HVISOR_INFO, &a), -ENOTTY);
	expect("a ring for nobody", system_call(WRITE, fd, (long)&peer, 4, 0, 0, 0), -ENXIO);
	expect("half a number", system_call(READ, fd, (long)&word, 4, 0, 0, 0), -EINVAL);
	at = (void *)system_call(MMAP2, 0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if ((uintptr_t)at > -(uintptr_t)PAGE) {
		expect("a mapping", (long)at, 0);
		return;
	}
	at += PAGE / sizeof(*at) - 1;
	word = *at;
	*at = word ^ 1;
	expect("what was written", (long)(*at ^ word), 1);
	*at = word;
	/* 2^44 bytes into it, which is page 2^32: none. */
	expect("a mapping far away", system_call(MMAP2, 0, PAGE, PROT_READ, MAP_SHARED, fd, -1),
	       -EINVAL);
}

void run(int argc, char **argv)
{
	long dev = opened("/dev/hvisor");
	uint64_t blank;

	if (argc != 3)
		finish("no arguments");
	blank = (uint64_t)(argv[1][0] - '0');
	expect("/dev/hvisor", dev < 0 ? dev : 0, 0);
	infos(dev);
	calls(dev, blank);
	enables(dev);
	loads(dev, blank);
	channels(argv[2]);
	finish("32 bits");
}
