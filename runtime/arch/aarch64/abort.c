/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abort.c - stage-2 faults: emulated pages, and everything a cell must not
 * touch.
 *
 * An access is emulated only when the hardware describes it whole (ISV) and
 * faulted in translation, not in a walk. EL2 never reads an instruction of a
 * cell. All else gets a synchronous external abort, and the cell runs on.
 *
 * abort_plain is for what a driver does: one look at the syndrome in vectors.S
 * has said that all is as it expects, and a few registers of the GIC are
 * answered by leaf code. abort_data answers whatever that leaves.
 */
#include "arch/aarch64/trap.h"

#include "arch/aarch64/abort.h"
#include "arch/aarch64/sysreg.h"
#include "arch/aarch64/vgic_hot.h"
#include "core/cell.h"
#include "core/mmio.h"
#include "core/text.h"
#include "hv_abi_aarch64.h"

#define SCTLR_E0E	(UINT64_C(1) << 24)
#define SCTLR_EE	(UINT64_C(1) << 25)
#define SPSR_EL_MASK	UINT64_C(0xf)
#define SPSR_AARCH32	UINT64_C(0x10)

#define VECTOR_SYNC_EL1H UINT64_C(0x200)

static bool is_described(uint64_t esr)
{
	return (esr & (ISS_ISV | ISS_S1PTW | ISS_CM | ISS_FNV)) == ISS_ISV &&
	       (esr & FSC_MASK & ~UINT64_C(3)) == FSC_TRANSLATION;
}

/*
 * Emulated registers are little-endian, and no driver of theirs is an AArch32
 * program, whose skipped instruction would have to move on its IT block too.
 */
static bool is_plain(void)
{
	uint64_t spsr = SYSREG_READ(spsr_el2);
	uint64_t big = spsr & SPSR_EL_MASK ? SCTLR_EE : SCTLR_E0E;

	return !(spsr & SPSR_AARCH32) && !(SYSREG_READ(sctlr_el1) & big);
}

/* HPFAR_EL2.FIPA holds the granule's number, FAR_EL2 the bytes in it. */
static struct hv_ipa fault_ipa(void)
{
	uint64_t granule = SYSREG_READ(hpfar_el2) >> 4 & UINT64_C(0xfffffffff);

	return (struct hv_ipa){ granule << MMIO_GRANULE_SHIFT |
		(SYSREG_READ(far_el2) & ((1u << MMIO_GRANULE_SHIFT) - 1)) };
}

static uint64_t truncate(uint64_t v, uint32_t bytes)
{
	return bytes == 8 ? v : v & ((UINT64_C(1) << 8 * bytes) - 1);
}

/* What the load leaves in its register: sign-extended, or 32 bits wide. */
static uint64_t extend(uint64_t v, uint32_t bytes, uint64_t esr)
{
	v = truncate(v, bytes);
	if (esr & ISS_SSE) {
		uint32_t shift = 64 - 8 * bytes;

		v = (uint64_t)((int64_t)(v << shift) >> shift);
	}
	return esr & ISS_SF ? v : (uint32_t)v;
}

static bool emulate(struct a64_frame *f, uint64_t esr)
{
	uint32_t rt = (uint32_t)(esr >> ISS_RT_SHIFT) & 31;
	struct hv_ipa ipa = fault_ipa();
	struct hv_cpu_state *cpu = frame_cpu(f);
	struct mmio m = {
		.size = 1u << ((esr >> ISS_SIZE_SHIFT) & 3),
		.is_write = esr & ISS_WNR,
	};

	if (m.is_write)
		m.value = truncate(frame_read(f, rt), m.size);
	if (mmio_dispatch(cpu, mmio_find(cpu, ipa), ipa, &m) == MMIO_FAULT)
		return false;
	if (!m.is_write)
		frame_write(f, rt, extend(m.value, m.size, esr));
	trap_skip();
	return true;
}

/* No sign extension; and little-endian is not asked again. */
static __attribute__((noinline)) bool emulate_plain(struct a64_frame *f, uint64_t esr,
						    const struct hv_mmio *row,
						    struct hv_ipa ipa)
{
	uint32_t rt = (uint32_t)(esr >> ISS_RT_SHIFT) & 31;
	struct mmio m = {
		.size = 1u << ((esr >> ISS_SIZE_SHIFT) & 3),
		.is_write = esr & ISS_WNR,
	};

	if (m.is_write)
		m.value = truncate(f->x[rt], m.size);
	if (mmio_dispatch(frame_cpu(f), row, ipa, &m) == MMIO_FAULT)
		return false;
	if (!m.is_write)
		f->x[rt] = truncate(m.value, m.size);
	return true;
}

static bool is_native(void)
{
	return !(SYSREG_READ(spsr_el2) & SPSR_AARCH32) &&
	       !(SYSREG_READ(sctlr_el1) & (SCTLR_EE | SCTLR_E0E));
}

bool abort_plain(struct a64_frame *f, uint64_t esr)
{
	struct hv_ipa ipa = fault_ipa();
	struct hv_cpu_state *cpu = frame_cpu(f);
	const struct hv_mmio *row = mmio_find(cpu, ipa);
	uint64_t *x = &f->x[esr >> ISS_RT_SHIFT & 7];
	bool is_write = esr & ISS_WNR;

	if (!row || !is_native())
		return false;
	if ((esr & ISS_SIZE) == ISS_SIZE_4 && !(ipa.u & 3)) {
		uint32_t offset = (uint32_t)(ipa.u - row->base.u);

		if (row->handler == HV_A64_MMIO_GICD &&
		    vgicd_hot(cpu, offset, is_write, x))
			return true;
		if (row->handler == HV_A64_MMIO_GICR && row->arg == cpu->cpu_i &&
		    vgicr_hot(cpu, offset, is_write, x))
			return true;
	}
	return emulate_plain(f, esr, row, ipa);
}

/* Its cell has ended, and has no stage 2: this CPU alone had not heard of it. */
static void park_if_ended(struct a64_frame *f)
{
	if (cpu_must_park(frame_cpu(f)))
		cpu_park_and_keep(frame_cpu(f));
}

void abort_data(struct a64_frame *f, uint64_t esr)
{
	if (is_described(esr) && is_plain() && emulate(f, esr)) {
		hv_count(frame_cpu(f), EXIT_MMIO);
		return;
	}
	park_if_ended(f);
	hv_count(frame_cpu(f), EXIT_FAULT);
	inject_abort(false);
}

/*
 * An EL1 that cannot fetch its own vector would abort there for ever, and
 * nothing that it could still do can end that: this is how a cell crashes.
 */
static bool is_lost(void)
{
	return (SYSREG_READ(spsr_el2) & SPSR_EL_MASK) != 0 &&
	       SYSREG_READ(elr_el2) == SYSREG_READ(vbar_el1) + VECTOR_SYNC_EL1H;
}

void abort_fetch(struct a64_frame *f)
{
	struct text why;

	park_if_ended(f);
	if (!is_lost()) {
		inject_abort(true);
		return;
	}
	text_begin(&why, "its exception vector at ");
	text_add_hex(&why, SYSREG_READ(elr_el2));
	text_add(&why, " is not executable, after an exception at ");
	text_add_hex(&why, SYSREG_READ(elr_el1));
	cell_end(frame_cpu(f), END_CRASH, why.bytes);
}
