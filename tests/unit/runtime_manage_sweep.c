/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every management call, by who may and who may not, with every right missing, in
 * every state and with every odd argument, against what hv-abi(7) says, which is
 * written down here once more. What is refused has written nothing.
 */
#include <criterion/criterion.h>

#include <string.h>

#include "arch/fake/fake.h"
#include "arch/fake/tables.h"
#include "core/cell.h"
#include "core/manage.h"

enum { RAM = 0x3000, IPA = 0x100000, N_WORDS = 18, N_CALLS = 23 };
enum { ROOT, A, N_TEST_CELLS };
enum { ALL = HV_MANAGED_START | HV_MANAGED_STOP | HV_MANAGED_LOAD | HV_MANAGED_CONSOLE };

/* What is asked, and how A is. */
struct question {
	bool is_root;
	uint32_t number;
	uint64_t x[4];		/* x1 to x3; [0] is not used */
	uint32_t managed;
	enum cell_state state;
};

static struct hv_cell *a;
static uint8_t pristine[64];
static struct hv_runtime before;

/* root on CPU 0, a on CPUs 1 and 2; a has stopped, and there is one event. A device
 * of two views is between them. */
static void setup(void)
{

	fake_begin();
	fake_cell("root", 1)->flags |= HV_CELL_ROOT;
	a = fake_cell("a", 2);
	fake_tables.head.root_cell = ROOT;
	uint8_t *ram = fake_memory(RAM);

	fake_region(a, ram, RAM, HV_REGION_RAM);
	fake_tables.regions[A][0].ipa.u = IPA;
	fake_region(&fake_tables.cells[ROOT], ram, RAM, HV_REGION_WINDOW);
	fake_tables.regions[ROOT][0].arg = A;
	fake_copy(a, pristine, ram, sizeof(pristine));

	struct hv_virtio *v = fake_virtio(A, ROOT, 1);

	fake_view(v);
	fake_view(v);
	fake_boot();
	hv.cells[ROOT].state = CELL_RUNNING;
	hv.cells[A].n_starts = 1;
	hv.cells[A].n_awaited = 0;
	hv.events.n = 1;
}

TestSuite(manage_sweep, .init = setup);

/* ---- what the manual says ------------------------------------------------- */

static int64_t start(enum cell_state s)
{
	if (s == CELL_CLEANING)
		return HV_E_BUSY;
	return s == CELL_RUNNING || s == CELL_STARTING || s == CELL_LOADING ?
		HV_E_STATE : 0;
}

static int64_t load_begin(enum cell_state s)
{
	if (s == CELL_RUNNING || s == CELL_STARTING)
		return HV_E_STATE;
	return s == CELL_CLEAN ? 0 : HV_E_BUSY;
}

static int64_t peek(const struct question *q)
{
	if (q->x[2] % 128)
		return HV_E_ARGUMENT;
	if (q->x[1] != A || q->state != CELL_KEPT)
		return HV_E_STATE;
	return q->x[2] >= IPA && q->x[2] < IPA + RAM ? 0 : HV_E_ARGUMENT;
}

static int64_t registers(const struct question *q)
{
	if (q->x[2] >= (q->x[1] == A ? 2 : 1))
		return HV_E_NO_CELL;
	if (q->x[3] > 2)
		return HV_E_ARGUMENT;
	return q->x[1] == A && q->state == CELL_KEPT ? HV_E_EMPTY : HV_E_STATE;
}

static int64_t console_write(const struct question *q)
{
	if (q->x[2] > 64)
		return HV_E_ARGUMENT;
	return q->state == CELL_RUNNING ? 0 : HV_E_STATE;
}

/* Of a call that may be made, on a cell that is there. */
static int64_t result(const struct question *q)
{
	switch (q->number) {
	case HV_CALL_START:
		return start(q->state);
	case HV_CALL_STOP:
		return q->state == CELL_RUNNING || q->state == CELL_STARTING ?
			0 : HV_E_STATE;
	case HV_CALL_LOAD_BEGIN:
		return load_begin(q->state);
	case HV_CALL_LOAD_END:
		return q->state == CELL_LOADING ? 0 : HV_E_STATE;
	case HV_CALL_WINDOW:
		return q->x[1] == A && q->x[2] == 0 ? 0 : HV_E_NO_CELL;
	case HV_CALL_CONSOLE_WRITE:
		return console_write(q);
	case HV_CALL_EVENT:
		return q->x[1] == 0 ? 0 : HV_E_EMPTY;
	case HV_CALL_STATS:
		return q->x[2] < (q->x[1] == A ? 2 : 1) ? 0 : HV_E_NO_CELL;
	case HV_CALL_REGISTERS:
		return registers(q);
	case HV_CALL_PEEK:
		return peek(q);
	case HV_CALL_LATE_COMMIT:
	case HV_CALL_LATE_STOP:
	case HV_CALL_LATE_LEAVE:
		return HV_E_STATE;
	case HV_CALL_VIRTIO:
		return q->x[1] == 0 ? 0 : HV_E_NO_CELL;
	case HV_CALL_VIRTIO_VIEW:
		return q->x[1] == 0 && q->x[2] < 2 ? 0 : HV_E_NO_CELL;
	}
	return 0;
}

static uint32_t right_of(uint32_t number)
{
	switch (number) {
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

static bool is_about_a_cell(const struct question *q)
{
	switch (q->number) {
	case HV_CALL_EVENT:
	case HV_CALL_LATE_COMMIT:
	case HV_CALL_LATE_STOP:
	case HV_CALL_LATE_LEAVE:
	case HV_CALL_VIRTIO:
	case HV_CALL_VIRTIO_VIEW:
		return false;
	case HV_CALL_CONSOLE_READ:
		return q->x[1] != HV_NONE;
	}
	return true;
}

static int64_t expected(const struct question *q)
{
	uint32_t has = q->x[1] == A ? q->managed : 0;

	if (q->number > HV_CALL_VIRTIO_VIEW)
		return HV_E_NOT_SUPPORTED;
	if (q->number == HV_CALL_VERSION || q->number == HV_CALL_IDENTITY)
		return 0;
	if (q->number == HV_CALL_CHANNEL)
		return HV_E_NO_CELL;	/* nobody has one here */
	if (!q->is_root)
		return HV_E_DENIED;
	if (is_about_a_cell(q) && q->x[1] >= N_TEST_CELLS)
		return HV_E_NO_CELL;
	if (is_about_a_cell(q) && right_of(q->number) & ~has)
		return HV_E_DENIED;
	return result(q);
}

/* ---- asking ---------------------------------------------------------------- */

static void prepare(const struct question *q)
{
	a->managed = q->managed;
	hv.cells[A].state = q->state;
	hv.cells[A].after = CELL_OFF;
	hv.cells[A].n_active = 0;
	for (uint32_t i = 1; i < 3; i++)
		hv_cpu(i)->power = CPU_OFF;
	memset(fake.n_ipis, 0, sizeof(fake.n_ipis));
	memcpy(&before, &hv, sizeof(hv));
}

/* Taken and dropped again is as before. */
static void forget(struct hv_lock *lock, const struct hv_lock *was)
{
	cr_assert_eq(lock->next, lock->owner);
	*lock = *was;
}

static void forget_locks(void)
{
	for (uint32_t i = 0; i < N_TEST_CELLS; i++)
		forget(&hv.cells[i].lock, &before.cells[i].lock);
	forget(&hv.shared_lock, &before.shared_lock);
	forget(&hv.events.lock, &before.events.lock);
	forget(&hv.late.lock, &before.late.lock);
}

static bool is_nothing_written(const struct question *q, const uint64_t *x)
{
	static const uint32_t none[HV_MAX_CPUS];
	bool is_same = !memcmp(x + 1, q->x + 1, 3 * sizeof(*x));

	for (uint32_t i = 4; i < N_WORDS; i++)
		is_same &= x[i] == 0xdead0000 + i;
	if (x[0] == (uint64_t)(int64_t)HV_E_BUSY)
		return is_same;		/* it may have begun */
	return is_same && !memcmp(&before, &hv, sizeof(hv)) &&
	       hv_cpu(1)->power == CPU_OFF && !memcmp(fake.n_ipis, none, sizeof(none));
}

static void ask(const struct question *q)
{
	uint64_t x[N_WORDS] = { q->number, q->x[1], q->x[2], q->x[3] };

	for (uint32_t i = 4; i < N_WORDS; i++)
		x[i] = 0xdead0000 + i;
	prepare(q);
	manage_call(hv_cpu(q->is_root ? 0 : 1), x);
	cr_assert_eq((int64_t)x[0], expected(q),
		     "%x by %s with %lx %lx %lx, rights %x, state %u: %ld, not %ld",
		     q->number, q->is_root ? "root" : "a", q->x[1], q->x[2], q->x[3],
		     q->managed, q->state, (int64_t)x[0], expected(q));
	forget_locks();
	if (x[0])
		cr_assert(is_nothing_written(q, x), "%x, state %u", q->number, q->state);
	cr_assert_eq(x[17], 0xdead0011);
	memcpy(&hv, &before, sizeof(hv));
}

static const uint64_t cells[] = {
	ROOT, A, N_TEST_CELLS, HV_NONE, (UINT64_C(1) << 32) + A, UINT64_C(1) << 63,
	UINT64_MAX,
};
/* Second arguments: rows, sizes, addresses at and beside their ends. */
static const uint64_t seconds[] = {
	0, 1, 2, 64, 65, 128, IPA - 128, IPA, IPA + 1, IPA + RAM - 128, IPA + RAM,
	UINT64_C(1) << 32, UINT64_C(1) << 63, UINT64_MAX - 127, UINT64_MAX,
};
static const uint64_t thirds[] = { 0, 2, 3, UINT64_C(1) << 32, UINT64_MAX };
static const uint32_t rights[] = {
	0, ALL, ALL & ~HV_MANAGED_START, ALL & ~HV_MANAGED_STOP, ALL & ~HV_MANAGED_LOAD,
	ALL & ~HV_MANAGED_CONSOLE,
};
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* With one right at most missing, in each state. */
static void sweep_arguments(struct question *q)
{
	for (size_t i = 0; i < COUNT(cells); i++)
		for (size_t k = 0; k < COUNT(seconds); k++)
			for (size_t n = 0; n < COUNT(thirds); n++) {
				q->x[1] = cells[i];
				q->x[2] = seconds[k];
				q->x[3] = thirds[n];
				ask(q);
			}
}

static void sweep(struct question *q)
{
	for (uint32_t state = 0; state < N_CELL_STATES; state++)
		for (uint32_t n = 0; n < N_CALLS; n++) {
			q->state = (enum cell_state)state;
			q->number = HV_CALL_FIRST + n;
			/* Who says that does not come back: runtime_manage. */
			if (q->number != HV_CALL_CRASH)
				sweep_arguments(q);
		}
}

Test(manage_sweep, the_root_cell_is_answered_as_the_manual_says)
{
	struct question q = { .is_root = true };

	for (size_t i = 0; i < COUNT(rights); i++) {
		q.managed = rights[i];
		sweep(&q);
	}
}

Test(manage_sweep, another_cell_is_denied_whatever_it_asks)
{
	struct question q = { .managed = ALL };

	sweep(&q);
}
