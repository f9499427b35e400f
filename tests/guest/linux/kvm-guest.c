/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kvm-guest FILE - a virtual machine of KVM with one CPU that counts for ever, and
 * tells each count by a store where no memory is; FILE has the last one.
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define MEMORY_AT 0x80000000ull
#define TELL_AT 0x10000000u
#define REGISTER_PC 0x6030000000100040ull	/* KVM's name of it: kvm/api.rst, 4.68 */

static const uint32_t program[] = {
	0xd2a20001,	/* mov x1, #TELL_AT */
	0xd2800000,	/* mov x0, #0 */
	0x91000400,	/* add x0, x0, #1 */
	0xf9000020,	/* str x0, [x1] */
	0x17fffffe,	/* b .-8 */
};

static void must(int is_good, const char *what)
{
	if (is_good)
		return;
	perror(what);
	exit(1);
}

static int machine(int kvm)
{
	struct kvm_userspace_memory_region r = { .guest_phys_addr = MEMORY_AT,
						 .memory_size = 4096 };
	int vm = ioctl(kvm, KVM_CREATE_VM, 0);
	void *at = mmap(NULL, r.memory_size, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(vm >= 0, "KVM_CREATE_VM");
	must(at != MAP_FAILED, "mmap");
	memcpy(at, program, sizeof(program));
	r.userspace_addr = (uintptr_t)at;
	must(!ioctl(vm, KVM_SET_USER_MEMORY_REGION, &r), "KVM_SET_USER_MEMORY_REGION");
	return vm;
}

static int cpu(int vm)
{
	struct kvm_vcpu_init init = { 0 };
	uint64_t at = MEMORY_AT;
	struct kvm_one_reg pc = { REGISTER_PC, (uintptr_t)&at };
	int fd = ioctl(vm, KVM_CREATE_VCPU, 0);

	must(fd >= 0, "KVM_CREATE_VCPU");
	must(!ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init), "KVM_ARM_PREFERRED_TARGET");
	must(!ioctl(fd, KVM_ARM_VCPU_INIT, &init), "KVM_ARM_VCPU_INIT");
	must(!ioctl(fd, KVM_SET_ONE_REG, &pc), "KVM_SET_ONE_REG");
	return fd;
}

static void tell(int file, uint64_t count)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%llu\n", (unsigned long long)count);

	must(pwrite(file, text, (size_t)n, 0) == n, "the file");
}

int main(int argc, char **argv)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), file, fd;
	struct kvm_run *run;
	uint64_t count;

	if (argc != 2)
		return 2;
	must(kvm >= 0, "/dev/kvm");
	file = open(argv[1], O_CREAT | O_WRONLY, 0600);
	must(file >= 0, argv[1]);
	fd = cpu(machine(kvm));
	run = mmap(NULL, (size_t)ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0),
		   PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	must(run != MAP_FAILED, "the CPU");
	for (;;) {
		must(!ioctl(fd, KVM_RUN, 0), "KVM_RUN");
		must(run->exit_reason == KVM_EXIT_MMIO &&
		     run->mmio.phys_addr == TELL_AT, "an exit");
		memcpy(&count, run->mmio.data, sizeof(count));
		tell(file, count);
	}
}
