/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call-fuzz SEED ROUNDS - so many random management calls by HVISOR_CALL, with
 * anything in all their registers, and after each of them a look at who has what.
 * Nobody else manages anything meanwhile.
 *
 * What each call may answer follows from the text's rights and from what was before
 * it; what it changes, from its answer: of the cell `blank`, with `payload any`, and of
 * no other. What would rightly end another one is not asked. The memory of `blank` takes
 * bytes while a load of it is open and at no other time; now and then the kernel looks
 * too, by touch.ko, at the first bytes of its window. The same seed asks the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "hv_abi.h"
#include "hv_abi_calls.h"
#include "hvisor.h"
#include "numbers.h"

#define NO_CELL 0xffffffffu
#define KERNEL_LOOKS 16
#define NO_MORE 10

static const uint32_t program[][3] = {
	{ 0x52800100, 0x72b08000, 0xd4000002 },	/* PSCI SYSTEM_OFF by HVC */
	{ 0xd503203f, 0x17ffffff, 0 },		/* yield, for ever */
	{ 0, 0, 0 },				/* undefined, as is its vector */
};

struct cell {
	uint64_t managed, n_cpus, n_windows, console;
	uint64_t state[8];	/* x1..x7 of CELL_STATE, x3 apart: time */
};

static int dev;
static struct cell cells[HV_MAX_CELLS];
static uint32_t n_cells, own_cell, n_channels, n_virtios, blank = NO_CELL;
static uint64_t window;

static bool is_held;			/* our load is open */
static unsigned long n_calls, n_granted, n_loads, n_bad;

static void must(bool is_right, const char *what, const uint64_t *sent, uint64_t is)
{
	if (is_right)
		return;
	n_bad++;
	printf("WRONG: %s: %lld after %llx %llx %llx %llx\n", what, (long long)is,
	       (unsigned long long)sent[0], (unsigned long long)sent[1],
	       (unsigned long long)sent[2], (unsigned long long)sent[3]);
}

static int64_t call(struct hvisor_call *c)
{
	if (ioctl(dev, HVISOR_CALL, c)) {
		perror("HVISOR_CALL");
		exit(2);
	}
	return (int64_t)c->x[0];
}

/* ---- who has what ----------------------------------------------------------- */

static void look_at(uint32_t i, uint64_t *state)
{
	struct hvisor_call c = { { HV_CALL_CELL_STATE, i } };

	if (call(&c)) {
		printf("WRONG: cell %u has no state\n", i);
		n_bad++;
	}
	memcpy(state, &c.x[0], 8 * sizeof(*state));
	state[3] = 0;
}

static uint32_t count(uint64_t function)
{
	uint32_t n = 0;

	for (struct hvisor_call c = { { function, 0 } }; !call(&c);)
		c = (struct hvisor_call){ { function, ++n } };
	return n;
}

static void find(void)
{
	struct hvisor_call c = { { HV_CALL_VERSION } };

	call(&c);
	own_cell = (uint32_t)c.x[2];
	n_cells = (uint32_t)c.x[3];
	for (uint32_t i = 0; i < n_cells; i++) {
		c = (struct hvisor_call){ { HV_CALL_CELL_INFO, i } };
		call(&c);
		cells[i] = (struct cell){ .managed = c.x[6], .console = c.x[8],
			.n_cpus = (uint64_t)__builtin_popcountll(c.x[7]),
			.n_windows = c.x[9] };
		if (!strcmp((const char *)&c.x[1], "blank"))
			blank = i;
		look_at(i, cells[i].state);
	}
	n_channels = count(HV_CALL_CHANNEL);
	n_virtios = count(HV_CALL_VIRTIO);
	if (blank == NO_CELL) {
		puts("there is no cell 'blank'");
		exit(2);
	}
	c = (struct hvisor_call){ { HV_CALL_WINDOW, blank } };
	call(&c);
	window = c.x[1];
}

/* ---- what a call may answer -------------------------------------------------- */

#define A(answer) (1u << -(answer))

static bool takes_cell(uint64_t function)
{
	return (function >= HV_CALL_CELL_INFO && function <= HV_CALL_CONSOLE_WRITE) ||
	       (function >= HV_CALL_STATS && function <= HV_CALL_PEEK);
}

static uint64_t right_of(uint64_t function)
{
	switch (function) {
	case HV_CALL_START:
		return HV_MANAGED_START;
	case HV_CALL_STOP:
		return HV_MANAGED_STOP;
	case HV_CALL_LOAD_BEGIN:
	case HV_CALL_LOAD_END:
		return HV_MANAGED_LOAD;
	case HV_CALL_CONSOLE_READ:
	case HV_CALL_CONSOLE_WRITE:
		return HV_MANAGED_CONSOLE;
	}
	return 0;
}

/* Of blank, as it was before: it may be on its way to another state. It has no copy
 * of a payload, so what has run does not start again. */
static unsigned int may_change(uint64_t function, uint64_t before)
{
	bool is_cleaning = before == HV_STATE_CLEANING;
	bool starts = before == HV_STATE_LOADED, runs = before == HV_STATE_RUNNING;

	switch (function) {
	case HV_CALL_START:
		return starts ? A(0) : is_cleaning ? A(0) | A(HV_E_STATE) | A(HV_E_BUSY) :
			A(HV_E_STATE);
	case HV_CALL_STOP:
		return runs ? A(0) | A(HV_E_STATE) : A(HV_E_STATE);
	case HV_CALL_LOAD_BEGIN:
		return is_held ? A(HV_E_BUSY) :
			before == HV_STATE_EMPTY || is_cleaning ? A(0) | A(HV_E_BUSY) :
			runs ? A(HV_E_STATE) | A(HV_E_BUSY) : A(HV_E_BUSY);
	}
	return is_held ? A(0) : A(HV_E_STATE);	/* LOAD_END */
}

static unsigned int may_of_cell(const uint64_t *x)
{
	const struct cell *c;

	if (x[0] == HV_CALL_CONSOLE_READ && x[1] == NO_CELL)
		return A(0);
	if (x[1] >= n_cells)
		return A(HV_E_NO_CELL);
	c = &cells[x[1]];
	if (right_of(x[0]) & ~c->managed)
		return A(HV_E_DENIED);
	switch (x[0]) {
	case HV_CALL_WINDOW:
		return x[2] < c->n_windows ? A(0) : A(HV_E_NO_CELL);
	case HV_CALL_CONSOLE_WRITE:
		return x[2] > HV_CONSOLE_WRITE_MAX ? A(HV_E_ARGUMENT) :
			A(0) | A(HV_E_STATE);
	case HV_CALL_STATS:
		return x[2] < c->n_cpus ? A(0) : A(HV_E_NO_CELL);
	case HV_CALL_REGISTERS:	/* no crash is kept */
		return x[2] >= c->n_cpus ? A(HV_E_NO_CELL) :
			x[3] >= HV_N_REGISTER_PARTS ? A(HV_E_ARGUMENT) : A(HV_E_STATE);
	case HV_CALL_PEEK:
		return x[2] % HV_PEEK_SIZE ? A(HV_E_ARGUMENT) : A(HV_E_STATE);
	case HV_CALL_START:
	case HV_CALL_STOP:
	case HV_CALL_LOAD_BEGIN:
	case HV_CALL_LOAD_END:
		return may_change(x[0], cells[blank].state[1]);
	}
	return A(0);
}

static unsigned int may_answer(const uint64_t *x)
{
	if (takes_cell(x[0]))
		return may_of_cell(x);
	switch (x[0]) {
	case HV_CALL_VERSION:
	case HV_CALL_IDENTITY:
		return A(0);
	case HV_CALL_EVENT:
		return A(0) | A(HV_E_EMPTY);
	case HV_CALL_CHANNEL:
		return x[1] < n_channels ? A(0) : A(HV_E_NO_CELL);
	case HV_CALL_VIRTIO:
		return x[1] < n_virtios ? A(0) : A(HV_E_NO_CELL);
	case HV_CALL_VIRTIO_VIEW:
		return x[1] < n_virtios ? A(0) | A(HV_E_NO_CELL) : A(HV_E_NO_CELL);
	}
	return A(HV_E_NOT_SUPPORTED);
}

/* ---- what it changes ---------------------------------------------------------- */

static void check_others(const uint64_t *sent)
{
	uint64_t now[8];

	for (uint32_t i = 0; i < n_cells; i++) {
		if (i == blank)
			continue;
		look_at(i, now);
		must(!memcmp(now + 1, cells[i].state + 1, sizeof(now) - sizeof(*now)),
		     "another cell has changed", sent, i);
	}
}

static void check_blank(const uint64_t *sent, int64_t answer)
{
	const uint64_t *before = cells[blank].state;
	bool is_started = sent[0] == HV_CALL_START && !answer;
	uint64_t now[8];

	look_at(blank, now);
	must(!!(now[6] & HV_LOADING) == is_held, "its load is open", sent, now[6]);
	must(!is_held || now[1] == HV_STATE_EMPTY, "it has something", sent, now[1]);
	must(now[2] == before[2] + is_started, "how often it was started", sent, now[2]);
	must(now[1] != HV_STATE_RUNNING || now[2] != before[2] ||
	     before[1] == HV_STATE_RUNNING, "it runs", sent, now[1]);
	must(now[4] == before[4] && now[5] == before[5], "it starts by itself", sent, now[4]);
	memcpy(cells[blank].state, now, sizeof(now));
}

/* Its memory is ours as long as our load of it is open. */
static void check_window(const uint64_t *sent)
{
	const uint32_t *bytes = program[below(3)];
	struct hvisor_load l = { .cell = blank, .data = (uintptr_t)bytes,
				 .size = sizeof(program[0]) };
	int error = ioctl(dev, HVISOR_LOAD, &l) ? errno : 0;

	must(error == (is_held ? 0 : EBADF), "bytes for its memory", sent, (uint64_t)error);
	n_loads += !error;
}

static void kernel_looks(const uint64_t *sent)
{
	const char *wanted = is_held ? "4 reads done, 0 fault; 4 writes done, 0 fault" :
		"0 reads done, 4 fault; 0 writes done, 4 fault";
	char line[256];
	FILE *said;

	snprintf(line, sizeof(line), "insmod /lib/modules/$(uname -r)/touch.ko first=%#llx &&"
		 " rmmod touch && dmesg | grep touch: | tail -n 1",
		 (unsigned long long)window);
	said = popen(line, "r");
	if (!said || !fgets(line, sizeof(line), said) || !strstr(line, wanted))
		must(false, line, sent, is_held);
	if (said)
		pclose(said);
}

/* ---- all of it ----------------------------------------------------------------- */

/* The module keeps it to itself, or it may well end or start another cell. */
static bool is_left_out(const uint64_t *x)
{
	bool is_kept = x[0] >= HV_CALL_LATE_COMMIT && x[0] <= HV_CALL_CRASH;
	bool changes = x[0] >= HV_CALL_START && x[0] <= HV_CALL_LOAD_END;

	return is_kept || (changes && x[1] < n_cells && x[1] != blank &&
			   right_of(x[0]) & cells[x[1]].managed);
}

static void make_up(uint64_t *x)
{
	for (uint32_t i = 0; i < HV_CALL_REGISTERS_MAX; i++)
		x[i] = below(2) ? below(5) : odd();
	x[0] = HV_CALL_FIRST + below(below(8) ? 0x18 : 0x100);
	if (below(3))
		return;
	x[0] = HV_CALL_START + below(4);	/* .. LOAD_END */
	x[1] = blank;
}

static void model(const uint64_t *sent, int64_t answer)
{
	if (sent[1] != blank)
		return;
	if (sent[0] == HV_CALL_LOAD_BEGIN)
		is_held = !answer;	/* BUSY: one that is open is begun anew */
	if (sent[0] == HV_CALL_LOAD_END && !answer)
		is_held = false;
}

static void ask(void)
{
	uint64_t sent[HV_CALL_REGISTERS_MAX];
	struct hvisor_call c;
	int64_t answer;

	make_up(sent);
	if (is_left_out(sent))
		return;
	memcpy(c.x, sent, sizeof(sent));
	look_at(blank, cells[blank].state);

	unsigned int may = may_answer(sent);

	answer = call(&c);
	n_calls++;
	n_granted += !answer;
	must(answer <= 0 && answer > -16 && may >> -answer & 1, "the answer", sent,
	     (uint64_t)answer);
	must(!answer || !memcmp(c.x + 1, sent + 1, sizeof(sent) - sizeof(*sent)),
	     "a register of what is refused", sent, (uint64_t)answer);
	model(sent, answer);
	check_blank(sent, answer);
	check_others(sent);
	check_window(sent);
}

int main(int argc, char **argv)
{
	static const uint64_t nothing[4];
	unsigned long rounds;

	if (argc != 3)
		return 2;
	dev = open("/dev/hvisor", O_RDWR | O_CLOEXEC);
	if (dev < 0) {
		perror("/dev/hvisor");
		return 2;
	}
	numbers_begin(strtoull(argv[1], NULL, 0));
	rounds = strtoul(argv[2], NULL, 0);
	find();
	for (unsigned long i = 0; i < rounds && n_bad < NO_MORE; i++) {
		ask();
		if (i % (rounds / KERNEL_LOOKS + 1) == 0)
			kernel_looks(nothing);
	}
	printf("%lu calls, %lu granted, memory taken %lu times, %lu starts, %lu wrong\n",
	       n_calls, n_granted, n_loads, (unsigned long)cells[blank].state[2], n_bad);
	return n_bad != 0;
}
