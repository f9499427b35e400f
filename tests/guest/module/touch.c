// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * touch - what a root Linux whose kernel is hostile gets at.
 *
 *	insmod touch.ko first=ADDRESS size=BYTES step=BYTES; rmmod touch
 *
 * reads and writes at each step of a range of physical addresses, mapped as a device
 * and as memory, a word and then a pair in one instruction: four reads and four
 * writes a place. It says in the kernel's log how many of them are done and how many
 * fault. A write puts back what was read, or where that has faulted what is nowhere.
 *
 * A fault is an external abort, which arm64's kernel takes for its own end: no
 * exception table is looked into. But it asks the die notifiers first, and goes on
 * where one has said so. This one skips the instruction.
 */
#include <linux/io.h>
#include <linux/kdebug.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <asm/esr.h>
#include <asm/insn.h>

/* What no place has that is tried. */
#define WORD 0x5aa5f00du
#define PAIR 0x5aa5f00d5aa5f00dull

static unsigned long long first, size = 16, step = 16;
module_param(first, ullong, 0);
module_param(size, ullong, 0);
module_param(step, ullong, 0);

/* How many were done, and how many faulted. */
struct tally {
	unsigned int n_done, n_faults;
};

static struct tally reads, writes;

static struct task_struct *toucher;
static bool has_faulted;

static int dying(struct notifier_block *block, unsigned long event, void *data)
{
	struct die_args *args = data;

	if (current != toucher || (args->err & ESR_ELx_FSC) != ESR_ELx_FSC_EXTABT)
		return NOTIFY_DONE;
	has_faulted = true;
	args->regs->pc += AARCH64_INSN_SIZE;
	return NOTIFY_STOP;
}

static struct notifier_block on_die = { .notifier_call = dying };

/* What the instruction before has come to. */
static void count(struct tally *t)
{
	if (READ_ONCE(has_faulted))
		t->n_faults++;
	else
		t->n_done++;
	WRITE_ONCE(has_faulted, false);
}

static void touch_word(void *at)
{
	u32 word = WORD;

	asm volatile("ldr %w0, [%1]" : "+r" (word) : "r" (at) : "memory");
	count(&reads);
	asm volatile("str %w0, [%1]" : : "r" (word), "r" (at) : "memory");
	count(&writes);
}

static void touch_pair(void *at)
{
	u64 low = PAIR, high = PAIR;

	asm volatile("ldp %0, %1, [%2]" : "+&r" (low), "+&r" (high) : "r" (at) : "memory");
	count(&reads);
	asm volatile("stp %0, %1, [%2]" : : "r" (low), "r" (high), "r" (at) : "memory");
	count(&writes);
}

static void touch(void *at)
{
	touch_word(at);
	touch_pair(at);
}

/* A page at a time, so that a range may be larger than what can be mapped. */
static int touch_device(phys_addr_t page, size_t offset)
{
	void __iomem *mapped = ioremap(page, PAGE_SIZE);

	if (!mapped)
		return -ENOMEM;
	touch((void __force *)mapped + offset);
	iounmap(mapped);
	return 0;
}

static int touch_memory(phys_addr_t page, size_t offset)
{
	void *mapped = memremap(page, PAGE_SIZE, MEMREMAP_WB);

	if (!mapped)
		return -ENOMEM;
	touch(mapped + offset);
	memunmap(mapped);
	return 0;
}

static int touch_place(phys_addr_t at)
{
	phys_addr_t page = at & PAGE_MASK;
	int error = touch_device(page, at - page);

	return error ? error : touch_memory(page, at - page);
}

static int touch_all(void)
{
	int error = 0;

	for (u64 offset = 0; !error && offset < size; offset += step)
		error = touch_place(first + offset);
	return error;
}

static int __init touch_init(void)
{
	int loglevel = console_loglevel, error;

	if (first % 16 || step % 16 || !step)
		return -EINVAL;
	toucher = current;
	register_die_notifier(&on_die);
	/* Each fault has lines in the log, and they may stay there. */
	console_loglevel = CONSOLE_LOGLEVEL_SILENT;
	error = touch_all();
	console_loglevel = loglevel;
	unregister_die_notifier(&on_die);
	if (error)
		return error;
	pr_info("touch: %#llx: %u reads done, %u fault; %u writes done, %u fault\n", first,
		reads.n_done, reads.n_faults, writes.n_done, writes.n_faults);
	return 0;
}

/* Without one it could not be unloaded. */
static void __exit touch_exit(void)
{
}

module_init(touch_init);
module_exit(touch_exit);

MODULE_LICENSE("Dual BSD/GPL");
MODULE_DESCRIPTION("reads and writes physical memory that may not be there");
