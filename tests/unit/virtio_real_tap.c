/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Net on a tap of the kernel's, in a network namespace of the test's own, where the
 * other side is the kernel's own stack. Skipped where there is no /dev/net/tun.
 */
#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guest.h"
#include "virtio/net.h"
#include "virtio/net_frame.h"
#include "virtio/tap.h"

#define RINGS (GUEST_BASE + 0x10000)
#define RX (GUEST_BASE + 0x40000)
#define TX (GUEST_BASE + 0x80000)
#define ALL (DEVICE_F_VERSION_1 | DEVICE_F_EVENT_INDEX | DEVICE_F_INDIRECT)
#define OURS "10.9.8.1"
#define DRIVERS "10.9.8.2"

static const uint8_t mac[6] = { 0x52, 0x54, 0, 0, 0, 0x10 };
static struct guest *g;
static struct net *n;
static struct device *d;
static struct queue rx, tx;
static uint8_t host_mac[6];
static int control;

static bool is_possible(void)
{
	return !access("/dev/net/tun", R_OK | W_OK) && !unshare(CLONE_NEWNET);
}

static struct ifreq named(void)
{
	struct ifreq r;

	memset(&r, 0, sizeof(r));
	strcpy(r.ifr_name, "tap7");
	return r;
}

static void ask(unsigned long request, struct ifreq *r)
{
	cr_assert_eq(ioctl(control, request, r), 0, "%s", strerror(errno));
}

static void bring_up(void)
{
	struct ifreq r = named();
	struct sockaddr_in *at = (void *)&r.ifr_addr;

	control = socket(AF_INET, SOCK_DGRAM, 0);
	ask(SIOCGIFHWADDR, &r);
	memcpy(host_mac, r.ifr_hwaddr.sa_data, 6);
	at->sin_family = AF_INET;
	inet_pton(AF_INET, OURS, &at->sin_addr);
	ask(SIOCSIFADDR, &r);
	inet_pton(AF_INET, "255.255.255.0", &at->sin_addr);
	ask(SIOCSIFNETMASK, &r);
	r = named();
	r.ifr_flags = IFF_UP;
	ask(SIOCSIFFLAGS, &r);
}

static void give_buffers(void)
{
	for (uint16_t i = 0; i < 64; i++) {
		queue_describe(&rx, i, RX + 0x800u * i, 0x800, DESC_WRITE, 0);
		queue_offer(&rx, i);
	}
}

static void open_net(uint32_t n_queues)
{
	struct net_options options = { .tap = "tap7" };

	if (!is_possible())
		cr_skip_test("no tap interfaces here");
	memcpy(options.mac, mac, 6);
	g = guest_new(n_queues, 0);
	n = net_open(&g->place, &options);
	cr_assert(n, "%s", strerror(errno));
	d = net_device(n);
	queue_make(&rx, g, 0, 64, RINGS);
	queue_make(&tx, g, 1, 64, RINGS + 0x4000);
	give_buffers();
	guest_start(g, guest_offered(g));
	run_all(d);
	bring_up();
}

/* The next frame for the driver, with its header; all in one buffer here. */
static uint8_t *receive(uint32_t *size)
{
	uint32_t head;

	while (!queue_used(&rx, &head, size)) {
		struct pollfd polls[DEVICE_POLLS_MAX];
		int ms = 5000;
		size_t n_polls = d->kind->polls(d, polls, &ms);

		cr_assert_gt(poll(polls, (nfds_t)n_polls, ms), 0);
		run_all(d);
	}
	return guest_at(g, RX + 0x800u * head, 0x800);
}

/* Other frames (of IPv6's own) are passed over. */
static uint8_t *receive_type(uint8_t high, uint8_t low, uint32_t *size)
{
	uint8_t *frame;

	do
		frame = receive(size);
	while (frame[12 + 12] != high || frame[12 + 13] != low);
	return frame;
}

static void send_frame(const struct net_header *h, const uint8_t *frame, uint32_t size)
{
	uint32_t head, n_written;

	memcpy(guest_at(g, TX, 12), h, 12);
	memcpy(guest_at(g, TX + 12, size), frame, size);
	queue_describe(&tx, 0, TX, 12 + size, 0, 0);
	queue_offer(&tx, 0);
	run_all(d);
	cr_assert(queue_used(&tx, &head, &n_written));
}

static void head(uint8_t *frame, uint16_t type)
{
	memcpy(frame, host_mac, 6);
	memcpy(frame + 6, mac, 6);
	frame[12] = (uint8_t)(type >> 8);
	frame[13] = (uint8_t)type;
}

static uint16_t sum(const uint8_t *bytes, size_t size, uint32_t start)
{
	for (size_t i = 0; i + 1 < size; i += 2)
		start += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	while (start >> 16)
		start = (start & 0xffff) + (start >> 16);
	return (uint16_t)start;
}

/* An IPv4 header for `size` bytes of the protocol behind it. */
static void ip4(uint8_t *ip, uint8_t protocol, uint16_t size)
{
	uint16_t total = (uint16_t)(20 + size), check;

	memset(ip, 0, 20);
	ip[0] = 0x45;
	ip[2] = (uint8_t)(total >> 8);
	ip[3] = (uint8_t)total;
	ip[8] = 64;
	ip[9] = protocol;
	inet_pton(AF_INET, DRIVERS, ip + 12);
	inet_pton(AF_INET, OURS, ip + 16);
	check = (uint16_t)~sum(ip, 20, 0);
	ip[10] = (uint8_t)(check >> 8);
	ip[11] = (uint8_t)check;
}

Test(tap, the_kernel_answers_the_driver)
{
	static const struct net_header none;
	uint8_t arp[42] = { 0 };
	uint8_t *frame;
	uint32_t size;

	open_net(2);
	head(arp, 0x0806);
	memset(arp, 0xff, 6);
	memcpy(arp + 14, "\0\1\x08\0\6\4\0\1", 8);
	memcpy(arp + 22, mac, 6);
	inet_pton(AF_INET, DRIVERS, arp + 28);
	inet_pton(AF_INET, OURS, arp + 38);
	send_frame(&none, arp, sizeof(arp));
	frame = receive_type(0x08, 0x06, &size);
	cr_assert_eq(size, 12 + 42);
	cr_assert_arr_eq(frame + 12, mac, 6);
	cr_assert_eq(frame[12 + 21], 2);
	net_close(n);
}

/* The driver's checksum is left to the kernel, which believes it. */
Test(tap, the_kernel_takes_a_frame_without_its_checksum)
{
	struct net_header h = { .flags = 1, .checksum_start = 34,
				.checksum_offset = 6 };
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(5555) };
	struct timeval limit = { .tv_sec = 5 };
	uint8_t frame[14 + 20 + 8 + 5];
	char text[16];
	uint16_t pseudo;
	int s;

	open_net(2);
	s = socket(AF_INET, SOCK_DGRAM, 0);
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	cr_assert_eq(bind(s, (void *)&at, sizeof(at)), 0);
	head(frame, 0x0800);
	ip4(frame + 14, 17, 13);
	memcpy(frame + 34, "\x12\x34\x15\xb3\0\x0d", 6);
	pseudo = sum(frame + 26, 8, 17 + 13);
	frame[40] = (uint8_t)(pseudo >> 8);
	frame[41] = (uint8_t)pseudo;
	memcpy(frame + 42, "hello", 5);
	send_frame(&h, frame, sizeof(frame));
	cr_assert_eq(recv(s, text, sizeof(text), 0), 5);
	cr_assert_arr_eq(text, "hello", 5);
	net_close(n);
}

/* A frame that is to be cut, from a raw driver: the kernel does not refuse it. */
Test(tap, the_kernel_takes_a_frame_to_be_cut)
{
	struct net_header h = { .flags = 1, .gso_type = 1, .gso_size = 1448,
				.checksum_start = 34, .checksum_offset = 16 };
	static uint8_t frame[14 + 20 + 20 + 20000];

	open_net(2);
	head(frame, 0x0800);
	ip4(frame + 14, 6, 20 + 20000);
	memcpy(frame + 34, "\x12\x34\x15\xb3", 4);
	frame[46] = 0x50;
	frame[47] = 0x10;
	send_frame(&h, frame, sizeof(frame));
	cr_assert_eq(g->kept->counters.failed, 0);
	cr_assert_eq(g->kept->counters.bytes_out, sizeof(frame));
	net_close(n);
}

Test(tap, frames_of_the_kernel_reach_the_driver)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(7) };
	uint8_t *frame;
	uint32_t size;
	int s;

	open_net(2);
	inet_pton(AF_INET, DRIVERS, &to.sin_addr);
	s = socket(AF_INET, SOCK_DGRAM, 0);
	cr_assert_eq(sendto(s, "ping", 4, 0, (void *)&to, sizeof(to)), 4);
	/* It asks for the driver's address first. */
	frame = receive_type(0x08, 0x06, &size);
	cr_assert_eq(frame[10], 1);
	cr_assert_arr_eq(frame + 12 + 6, host_mac, 6);
	net_close(n);
}

Test(tap, pairs_come_and_go)
{
	open_net(5);
	cr_assert_eq(g->published->config[8], 2);
	d->kind->stop(d);
	d->kind->start(d);
	cr_assert_eq(g->kept->counters.faults, 0);
	net_close(n);
}

Test(tap, names_that_are_none_are_refused)
{
	int fds[TAP_PAIRS_MAX];

	cr_assert_eq(tap_open("", 1, fds), -1);
	cr_assert_eq(tap_open("tap%d", 1, fds), -1);
	cr_assert_eq(tap_open("a-name-of-16-byt", 1, fds), -1);
	cr_assert_eq(errno, EINVAL);
}

/* Made by somebody before, for several queues: one is enough here. */
Test(tap, takes_an_interface_that_was_made_for_several_queues)
{
	struct ifreq r = named();
	int fd, fds[TAP_PAIRS_MAX];

	if (!is_possible())
		cr_skip_test("no tap interfaces here");
	fd = open("/dev/net/tun", O_RDWR);
	r.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE;
	cr_assert_eq(ioctl(fd, TUNSETIFF, &r), 0);
	cr_assert_eq(tap_open("tap7", 1, fds), 0);
	close(fds[0]);
	close(fd);
}
