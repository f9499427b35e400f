/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * channel-fuzz SEED ROUNDS PROCESSES - as module-fuzz, of every channel there is.
 * It reads their memory and writes none of it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hvisor.h"
#include "strange.h"

#define DIRECTORY "/dev/hvisor-channel"
#define CHANNELS_MAX 8

static struct channel {
	int fd;
	struct hvisor_channel is;
} channels[CHANNELS_MAX];
static unsigned int n_channels;

static void ask_ring(const struct channel *ch)
{
	uint32_t peer = below(2) ? (uint32_t)below(4) : (uint32_t)odd();
	struct place p = place(&peer, sizeof(peer));
	size_t size = below(4) ? sizeof(peer) : below(9);
	bool may = peer < 64 && ch->is.may_ring >> peer & 1;

	expect("ring", write(ch->fd, p.at, size),
	       !ch->is.may_ring ? MAY(EOPNOTSUPP, ENXIO, EINVAL, EFAULT) :
	       size != sizeof(peer) ? p.is_writable ? MAY(EINVAL) : MAY(EINVAL, EFAULT) :
	       !p.is_readable ? MAY(EFAULT) : may ? MAY(0) : MAY(ENXIO));
}

/* Whoever has a mapping reads what is there, to its last byte. */
static void ask_map(const struct channel *ch)
{
	uint64_t offset = (below(2) ? below(20) : odd() >> 13) * PAGE;
	uint64_t size = (below(2) ? 1 + below(20) : odd() >> 13) * PAGE;
	int prot = (int)below(8);
	bool is_in = size && offset < ch->is.size && size <= ch->is.size - offset;
	bool is_barred = prot & PROT_EXEC ||
			 (prot & PROT_WRITE && !(ch->is.flags & HVISOR_CHANNEL_WRITE));
	volatile uint8_t *at = mmap(NULL, size, prot, MAP_SHARED, ch->fd, (off_t)offset);
	bool is_mapped = at != MAP_FAILED;

	expect("mmap of a channel", is_mapped ? 0 : -1,
	       !is_in ? MAY(EINVAL, ENOMEM, EOVERFLOW) :
	       is_barred ? MAY(EACCES) : MAY(0));
	if (!is_mapped)
		return;
	if (prot & PROT_READ)
		for (uint64_t i = PAGE - 1; i < size; i += PAGE)
			(void)at[i];
	expect("execution", mprotect((void *)at, size, PROT_READ | PROT_EXEC),
	       MAY(EACCES));
	munmap((void *)at, size);
}

static void ask_channel(void)
{
	const struct channel *ch;
	struct hvisor_channel is = { 0 };
	struct place p;
	unsigned long n = _IOC(below(4), 0xce, below(32), below(1 << 14));

	ch = &channels[below(n_channels)];
	switch (below(5)) {
	case 0:
		ask_read(ch->fd, ch->is.flags & HVISOR_CHANNEL_RUNG);
		break;
	case 1:
		ask_ring(ch);
		break;
	case 2:
		ask_map(ch);
		break;
	case 3:
		p = place(&is, sizeof(is));
		expect("CHANNEL", ioctl(ch->fd, HVISOR_CHANNEL, p.at),
		       MAY(p.is_writable ? 0 : EFAULT));
		break;
	case 4:
		if (n != HVISOR_CHANNEL)
			expect("a channel's number", ioctl(ch->fd, n, pages), MAY(ENOTTY));
		break;
	}
}

static void find_channels(void)
{
	DIR *d = opendir(DIRECTORY);
	struct dirent *e;

	while (d && (e = readdir(d)) && n_channels < CHANNELS_MAX) {
		struct channel *ch = &channels[n_channels];

		if (e->d_name[0] == '.')
			continue;
		ch->fd = openat(dirfd(d), e->d_name, O_RDWR | O_NONBLOCK | O_CLOEXEC);
		if (ch->fd >= 0 && !ioctl(ch->fd, HVISOR_CHANNEL, &ch->is))
			n_channels++;
	}
	if (d)
		closedir(d);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	find_channels();
	if (!strange_begin() || !n_channels) {
		puts("there is no channel");
		return 2;
	}
	return fuzz_all(argv, ask_channel);
}
