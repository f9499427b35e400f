/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module-abuse CELL CHANNEL - what programs do to hvisor.ko that mean no good, or
 * die: other users, signals, files closed while they are in use, forks, and
 * mappings that are changed. CELL is the index of one with `payload any`, CHANNEL
 * the name of one that is written from here and that rings this end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/capability.h>

#include "hv_abi.h"
#include "hv_abi_calls.h"
#include "hvisor.h"

#define DEVICE "/dev/hvisor"
#define PAGE 4096u
#define FILES 200
#define TRIES 200
#define NOBODY 65534

static char channel[64];
static uint64_t cell;
static int n_good, n_bad;

static void expect(const char *what, long is, long wanted)
{
	if (is == wanted) {
		n_good++;
		return;
	}
	n_bad++;
	printf("%s: %ld (%s), not %ld\n", what, is, strerror((int)is), wanted);
}

static int opened(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* errno of opening it, 0 for none. */
static int opens(const char *path)
{
	int fd = opened(path);

	if (fd < 0)
		return -fd;
	close(fd);
	return 0;
}

/* The function's result, in a process of its own; -1: a signal ended it. */
static int apart(int (*function)(void))
{
	pid_t child = fork();
	int status;

	if (!child)
		_exit(function());
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- other users ----------------------------------------------------------- */

static const char *to_open;

static int nobody_opens(void)
{
	return setgid(NOBODY) || setuid(NOBODY) ? 255 : opens(to_open);
}

/* It may open the file, and is root, but not one that may touch a machine. */
static int weak_root_opens(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];

	if (syscall(SYS_capget, &h, d))
		return 255;
	d[0].effective &= ~(1u << CAP_SYS_RAWIO);
	d[0].permitted &= ~(1u << CAP_SYS_RAWIO);
	return syscall(SYS_capset, &h, d) ? 255 : opens(DEVICE);
}

static void users(void)
{
	to_open = DEVICE;
	expect("another user", apart(nobody_opens), EACCES);
	to_open = channel;
	expect("another user's channel", apart(nobody_opens), EACCES);
	expect("root without CAP_SYS_RAWIO", apart(weak_root_opens), EPERM);
}

/* ---- signals --------------------------------------------------------------- */

static void ignore(int number)
{
	(void)number;
}

static void alarms(int flags, long every_us)
{
	struct sigaction a = { .sa_handler = ignore, .sa_flags = flags };
	struct itimerval t = { { 0, every_us }, { 0, every_us } };

	sigaction(SIGALRM, &a, NULL);
	setitimer(ITIMER_REAL, &t, NULL);
}

/* An event may come first. */
static int interrupted(int fd)
{
	uint64_t n;

	for (int i = 0; i < TRIES; i++)
		if (read(fd, &n, sizeof(n)) < 0)
			return errno;
	return 0;
}

static int waits_for_ever(void)
{
	int fd = opened(channel);
	uint64_t n;

	signal(SIGALRM, SIG_DFL);
	alarm(1);
	return read(fd, &n, sizeof(n)) != sizeof(n);
}

static void signals(void)
{
	int fd = opened(DEVICE), ch = opened(channel);
	struct hvisor_info i;
	int error = 0;

	alarms(0, 2000);
	expect("a signal while it waits", interrupted(fd), EINTR);
	expect("a signal at a channel", interrupted(ch), EINTR);
	for (int k = 0; k < TRIES && !error; k++)
		error = ioctl(fd, HVISOR_INFO, &i) ? errno : 0;
	expect("signals at calls", error == EINTR ? 0 : error, 0);
	alarms(0, 0);
	expect("death while it waits", apart(waits_for_ever), -1);
	close(fd);
	close(ch);
}

/* ---- closed while it is in use --------------------------------------------- */

static int shared;

static void *wait_on_shared(void *error)
{
	uint64_t n;

	*(int *)error = read(shared, &n, sizeof(n)) < 0 ? errno : 0;
	return NULL;
}

/* Who waits has the file until then, whatever its number is used for. */
static void close_while_waiting(void)
{
	struct sigaction a = { .sa_handler = ignore };
	pthread_t thread;
	int error = 0;

	sigaction(SIGUSR1, &a, NULL);
	shared = opened(channel);
	pthread_create(&thread, NULL, wait_on_shared, &error);
	usleep(100000);
	close(shared);
	usleep(100000);
	for (int i = 0; i < TRIES && !pthread_kill(thread, SIGUSR1) &&
	     pthread_tryjoin_np(thread, NULL); i++)
		usleep(10000);
	expect("closed while it waits", error, EINTR);
}

static long call(int fd, uint64_t function)
{
	struct hvisor_call c;
	int n = 0;

	do {
		c = (struct hvisor_call){ { function, cell } };
		if (ioctl(fd, HVISOR_CALL, &c))
			return errno;
	} while ((int64_t)c.x[0] == HV_E_BUSY && n++ < TRIES && !usleep(10000));
	return (long)c.x[0];
}

/* Who is in the middle of a call still has the file that was closed. */
static long begin(int fd)
{
	long answer;
	int n = 0;

	while ((answer = call(fd, HV_CALL_LOAD_BEGIN)) == EBUSY && n++ < TRIES)
		usleep(10000);
	return answer;
}

static volatile int is_over;

static void *use_shared(void *n_odd)
{
	static uint8_t bytes[1 << 20];
	struct hvisor_load l = { .cell = (uint32_t)cell, .data = (uintptr_t)bytes,
				 .size = sizeof(bytes) };

	while (!is_over) {
		struct hvisor_call c = { { HV_CALL_CELL_STATE, cell } };

		if (ioctl(shared, HVISOR_LOAD, &l) && errno != EBADF)
			++*(int *)n_odd;
		if (ioctl(shared, HVISOR_CALL, &c) && errno != EBADF)
			++*(int *)n_odd;
	}
	return NULL;
}

/* A load that is being copied ends whole, or is none: EBADF. */
static void close_while_calling(void)
{
	pthread_t threads[2];
	int n_odd[2] = { 0 };

	shared = opened(DEVICE);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, use_shared, &n_odd[i]);
	for (int i = 0; i < 20; i++) {
		expect("begin", begin(shared), 0);
		usleep(1000 * (unsigned int)i);
		if (i % 2)
			expect("end", call(shared, HV_CALL_LOAD_END), 0);
		close(shared);
		shared = opened(DEVICE);
	}
	is_over = 1;
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		expect("odd answers", n_odd[i], 0);
	}
	close(shared);
	shared = opened(DEVICE);
	expect("the next one's begin", begin(shared), 0);
	close(shared);
}

/* ---- forks ----------------------------------------------------------------- */

static int go[2];

static int hold(void)
{
	char c;

	close(go[1]);
	return read(go[0], &c, 1) != 0;
}

/* A load is its file's, which lives as long as anybody has it. */
static void forks(void)
{
	int fd = opened(DEVICE), other = opened(DEVICE);
	pid_t child;
	int status;

	expect("begin", call(fd, HV_CALL_LOAD_BEGIN), 0);
	if (pipe(go))
		exit(2);
	child = fork();
	if (!child)
		_exit(hold());
	close(go[0]);
	close(fd);
	expect("begin while a child has it", call(other, HV_CALL_LOAD_BEGIN), EBUSY);
	close(go[1]);
	waitpid(child, &status, 0);
	expect("the child", status, 0);
	expect("begin after it", call(other, HV_CALL_LOAD_BEGIN), 0);
	close(other);
}

static void many_files(void)
{
	int device[FILES], end[FILES], n_open = 0;

	for (int i = 0; i < FILES; i++) {
		device[i] = opened(DEVICE);
		end[i] = opened(channel);
		n_open += (device[i] >= 0) + (end[i] >= 0);
	}
	expect("files", n_open, 2 * FILES);
	for (int i = 0; i < FILES; i++) {
		close(device[i]);
		close(end[i]);
	}
}

/* ---- mappings -------------------------------------------------------------- */

static int fails(const void *at)
{
	return at == MAP_FAILED ? errno : 0;
}

static void disable_under(void)
{
	struct hvisor_disable d = { 0 };
	struct hvisor_info i = { 0 };
	int fd = opened(DEVICE);

	expect("INFO", ioctl(fd, HVISOR_INFO, &i) ? errno : 0, 0);
	expect("disable under it", ioctl(fd, HVISOR_DISABLE, &d) ? errno : 0,
	       i.state == HVISOR_LATE_ENABLED ? EBUSY : ENODEV);
	close(fd);
}

static int ends(void)
{
	return 0;
}

/* Other ways to a page than by the CPU do not see it, or see what it has. */
static void reach(volatile uint8_t *at)
{
	int self = open("/proc/self/mem", O_RDWR), null = open("/dev/null", O_WRONLY);
	uint8_t byte;

	expect("by /proc/self/mem", pread(self, &byte, 1, (off_t)(uintptr_t)at) < 0 ?
	       errno : 0, EIO);
	expect("as a program's own", write(null, (void *)at, PAGE), PAGE);
	close(self);
	close(null);
}

/* It is the file's end of the channel: no DISABLE while somebody sees it. */
static void mappings(void)
{
	int fd = opened(channel);
	volatile uint8_t *at = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
				    fd, 0);

	close(fd);
	expect("a mapping", fails((void *)at), 0);
	at[PAGE] = at[PAGE];
	expect("execution", mprotect((void *)at, PAGE, PROT_READ | PROT_EXEC) ? errno : 0,
	       EACCES);
	expect("a larger one", fails(mremap((void *)at, PAGE, 64 * PAGE, MREMAP_MAYMOVE)),
	       EFAULT);
	reach(at);
	expect("a child of it", apart(ends), 0);
	munmap((void *)at, PAGE);
	munmap((void *)(at + 3 * PAGE), PAGE);
	at[PAGE] = at[PAGE];
	disable_under();
	munmap((void *)(at + PAGE), 2 * PAGE);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	cell = strtoull(argv[1], NULL, 0);
	snprintf(channel, sizeof(channel), "/dev/hvisor-channel/%s", argv[2]);
	users();
	signals();
	close_while_waiting();
	close_while_calling();
	forks();
	many_files();
	mappings();
	printf("%d as they should, %d not\n", n_good, n_bad);
	return n_bad != 0;
}
