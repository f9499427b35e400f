// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/smp.h>

#include <asm/cputype.h>

#include "cpus.h"
#include "hv_abi_calls.h"
#include "takeover.h"

/* Written under hypervisor_lock, read by who brings CPUs online. */
static struct cpumask taken;
static int guard_state;

static int refuse_taken(unsigned int cpu)
{
	if (!cpumask_test_cpu(cpu, &taken))
		return 0;
	pr_warn("hvisor: CPU %u is another cell's\n", cpu);
	return -EPERM;
}

int cpus_init(void)
{
	guard_state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN,
						"hvisor:cpus", refuse_taken, NULL);
	return guard_state < 0 ? guard_state : 0;
}

void cpus_exit(void)
{
	cpuhp_remove_state_nocalls(guard_state);
}

static void read_hwid(void *to)
{
	*(u64 *)to = read_cpuid_mpidr() & MPIDR_HWID_BITMASK;
}

static int hwid_of(unsigned int cpu, u64 *hwid, struct refusal *why)
{
	if (!smp_call_function_single((int)cpu, read_hwid, hwid, 1))
		return 0;
	return refuse(why, EBUSY, "CPU %u is offline: bring it online first",
		      cpu);
}

int cpus_check(const struct image *image, struct refusal *why)
{
	u64 hwids[HV_MAX_CPUS];
	unsigned int cpu;
	size_t n = 0;

	for_each_present_cpu(cpu) {
		int error;

		if (n == HV_MAX_CPUS)
			return refuse(why, ENXIO, "this machine has more than"
				      " %u CPUs", HV_MAX_CPUS);
		error = hwid_of(cpu, &hwids[n++], why);
		if (error)
			return error;
	}
	return image_check_cpus(image, hwids, n, why);
}

/*
 * Taken first: from then on nobody brings it back. A CPU that another has just
 * taken offline is as good.
 */
static int take(unsigned int cpu, struct refusal *why)
{
	int error;

	cpumask_set_cpu(cpu, &taken);
	error = remove_cpu(cpu);
	if (error >= 0)
		return 0;
	cpumask_clear_cpu(cpu, &taken);
	return refuse(why, EBUSY, "Linux does not give CPU %u away (%d)", cpu,
		      error);
}

int cpus_take(const struct image *image, struct refusal *why)
{
	unsigned int cpu;

	for_each_present_cpu(cpu) {
		u64 hwid = 0;
		int error = hwid_of(cpu, &hwid, why);

		if (!error && !image_is_root_cpu(image, hwid))
			error = take(cpu, why);
		if (error) {
			cpus_give_back();
			return error;
		}
	}
	return 0;
}

unsigned int cpus_left(void)
{
	return num_present_cpus() - cpumask_weight(&taken);
}

int cpus_fault(const struct image *image, unsigned int cpu, u32 *teller,
	       u64 *flags, struct refusal *why)
{
	u64 hwid = 0;
	u32 row;
	int error;

	if (cpu >= nr_cpu_ids || !cpu_present(cpu))
		return refuse(why, EINVAL, "there is no CPU %u", cpu);
	error = hwid_of(cpu, &hwid, why);
	if (error)
		return error;
	*flags = HV_LATE_REFUSE;
	*teller = cpu;
	if (image_is_root_cpu(image, hwid) || !image_cpu_row(image, hwid, &row))
		return 0;
	*flags |= (u64)row << HV_LATE_REFUSER_SHIFT;
	*teller = TAKEOVER_FIRST;
	return 0;
}

void cpus_give_back(void)
{
	unsigned int cpu;

	for_each_cpu(cpu, &taken) {
		int error;

		cpumask_clear_cpu(cpu, &taken);
		error = add_cpu(cpu);	/* 1: it is there already */
		if (error < 0)
			pr_err("hvisor: CPU %u does not come back (%d)\n", cpu,
			       error);
	}
}

int cpus_complete(struct refusal *why)
{
	unsigned int cpu;

	for_each_present_cpu(cpu) {
		int error;

		if (cpu_online(cpu) || cpumask_test_cpu(cpu, &taken))
			continue;
		error = add_cpu(cpu);
		if (error < 0)
			return refuse(why, EBUSY, "CPU %u is offline and does"
				      " not come back (%d)", cpu, error);
	}
	return 0;
}
