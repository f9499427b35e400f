// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * A module cannot ask the kernel whether it was booted at EL2: the symbols are
 * not exported. What it can read is what the kernel did because of it.
 */
#include <linux/cpu.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>

#include <asm/sysreg.h>
#include <asm/virt.h>

#include "machine.h"

#define COMMAND_LINE "boot it with kvm-arm.mode=none id_aa64mmfr1.vh=0"

#define PFR0_EL2_SHIFT 8	/* ID_AA64PFR0_EL1, DDI 0487 D17.2.66 */
#define PFR0_GIC_SHIFT 24
#define PFR0_MASK 0xfu
#define CTLR_EOIMODE BIT(1)	/* ICC_CTLR_EL1, IHI 0069 12.2.6 */

/* Redistributors, IHI 0069 12.10: RD_base, and where the next one is. */
#define GICR_CTLR 0x0
#define GICR_CTLR_ENABLE_LPIS BIT(0)
#define GICR_TYPER 0x8
#define GICR_TYPER_VLPIS BIT_ULL(1)
#define GICR_TYPER_LAST BIT_ULL(4)
#define GICR_SIZE 0x20000u

static bool has_kvm;		/* written once */

/* ---- KVM ----------------------------------------------------------------- */

static int barred_open(struct inode *inode, struct file *file)
{
	return -EBUSY;
}

static const struct file_operations barred = {
	.owner = THIS_MODULE,
	.open = barred_open,
};

/* The number of /dev/kvm, which is free as long as there is no KVM. */
static struct miscdevice kvm = {
	.minor = KVM_MINOR,
	.name = "hvisor-bars-kvm",
	.mode = 0600,
	.fops = &barred,
};

void machine_init(void)
{
	has_kvm = misc_register(&kvm);
	if (!has_kvm)
		misc_deregister(&kvm);
}

int machine_bar_kvm(struct refusal *why)
{
	if (!misc_register(&kvm))
		return 0;
	return refuse(why, EOPNOTSUPP, "KVM is there, and would use EL2 for its"
		      " guests: " COMMAND_LINE);
}

void machine_unbar_kvm(void)
{
	misc_deregister(&kvm);
}

/* ---- EL2 ----------------------------------------------------------------- */

/* Virtualization is the firmware's below an EL2 that the kernel never had. */
static bool has_smc_firmware(void)
{
	const char *method = "";
	struct device_node *psci =
		of_find_compatible_node(NULL, NULL, "arm,psci-1.0");

	if (!psci)
		psci = of_find_compatible_node(NULL, NULL, "arm,psci-0.2");
	if (!psci)
		return false;
	of_property_read_string(psci, "method", &method);

	bool is_smc = !strcmp(method, "smc");

	of_node_put(psci);
	return is_smc;
}

/*
 * A kernel that was booted at EL2 uses EOImode 1 on every CPU, and no other does:
 * that is how it would hand interrupts to guests.
 */
static bool was_booted_at_el2(void)
{
	u64 pfr0 = read_sysreg(id_aa64pfr0_el1);

	return (pfr0 >> PFR0_EL2_SHIFT & PFR0_MASK) &&
	       (pfr0 >> PFR0_GIC_SHIFT & PFR0_MASK) &&
	       (read_sysreg_s(SYS_ICC_CTLR_EL1) & CTLR_EOIMODE);
}

/* ---- LPIs ---------------------------------------------------------------- */

static int check_frames(struct resource *r, struct refusal *why)
{
	u64 at = r->start, typer = 0;

	while (at + GICR_SIZE - 1 <= r->end && !(typer & GICR_TYPER_LAST)) {
		void __iomem *frame = ioremap(at, PAGE_SIZE);
		u32 control;

		if (!frame)
			return refuse(why, ENOMEM, "no room to map the GIC");
		control = readl_relaxed(frame + GICR_CTLR);
		typer = readq_relaxed(frame + GICR_TYPER);
		iounmap(frame);
		if (control & GICR_CTLR_ENABLE_LPIS)
			return refuse(why, EOPNOTSUPP, "LPIs are enabled in the"
				      " redistributor at 0x%llx, and the"
				      " hypervisor has none: boot with a"
				      " devicetree without ITS (hvcc"
				      " --emit=root-dtb)", at);
		at += typer & GICR_TYPER_VLPIS ? 2 * GICR_SIZE : GICR_SIZE;
	}
	return 0;
}

/* reg has the distributor, then as many runs of redistributors as it says. */
static int check_gic(struct device_node *gic, struct refusal *why)
{
	struct resource r;
	u32 n = 1;

	of_property_read_u32(gic, "#redistributor-regions", &n);
	for (u32 i = 1; i <= n; i++) {
		int error = of_address_to_resource(gic, (int)i, &r) ?
			refuse(why, EOPNOTSUPP, "the GIC's redistributors are"
			       " not in the devicetree") :
			check_frames(&r, why);

		if (error)
			return error;
	}
	return 0;
}

/* ---- all of it ----------------------------------------------------------- */

static int check_cpus(struct refusal *why)
{
	unsigned int cpu;

	for_each_present_cpu(cpu)
		if (!cpu_online(cpu))
			return refuse(why, EBUSY, "CPU %u is offline: bring it"
				      " online first", cpu);
	return 0;
}

int machine_check(struct refusal *why)
{
	struct device_node *gic;
	int error;

	if (is_kernel_in_hyp_mode())
		return refuse(why, EOPNOTSUPP, "this kernel runs at EL2 itself"
			      " (VHE): " COMMAND_LINE);
	gic = of_find_compatible_node(NULL, NULL, "arm,gic-v3");
	if (!gic)
		return refuse(why, EOPNOTSUPP, "this machine has no GICv3 in its"
			      " devicetree");
	if (!has_smc_firmware() || !was_booted_at_el2())
		error = refuse(why, EOPNOTSUPP, "this kernel was not booted at"
			       " EL2: it has nothing to give away");
	else if (has_kvm)
		error = refuse(why, EOPNOTSUPP, "KVM is there, and would use EL2"
			       " for its guests: " COMMAND_LINE);
	else
		error = check_gic(gic, why);
	of_node_put(gic);
	return error ? error : check_cpus(why);
}
