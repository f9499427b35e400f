/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abort.c - stage-2 faults: emulated pages, and everything a cell must not
 * touch.
 *
 * An access is emulated only when the hardware describes it whole (ISV) and
 * faulted in translation or by permission, not in a walk. EL2 never reads an
 * instruction of a cell. All else gets a synchronous external abort, and the cell
 * runs on.
 *
 * What a driver does comes here at once: one look at the syndrome in vectors.S
 * has said that all is as expected, and a few registers of the GIC are answered
 * by leaf code, as are words that are stored to a virtio device. abort_data sees
 * what that leaves, and what is no such access.
 */
#include "arch/aarch64/trap.h"

#include "arch/aarch64/abort.h"
#include "arch/aarch64/sysreg.h"
#include "arch/aarch64/vgic_hot.h"
#include "core/cell.h"
#include "core/mmio.h"
#include "core/text.h"
#include "dev/virtio.h"
#include "hv_abi_aarch64.h"

#define SCTLR_E0E	(UINT64_C(1) << 24)
#define SCTLR_EE	(UINT64_C(1) << 25)
#define SPSR_EL_MASK	UINT64_C(0xf)
#define SPSR_AARCH32	UINT64_C(0x10)

#define VECTOR_SYNC_EL1H UINT64_C(0x200)

static bool is_described(uint64_t esr)
{
	return (esr & (ISS_ISV | ISS_S1PTW | ISS_CM | ISS_FNV)) == ISS_ISV &&
	       (esr & FSC_MASK & ~FSC_ANY) == FSC_TRANSLATION;
}

/*
 * Emulated registers are little-endian, and no driver of theirs is an AArch32
 * program, whose skipped instruction would have to move on its IT block too.
 */
static bool is_plain(void)
{
	uint64_t spsr = SYSREG_READ(spsr_el2);
	uint64_t big = SYSREG_READ(sctlr_el1) & (SCTLR_EE | SCTLR_E0E);

	return !(spsr & SPSR_AARCH32) &&
	       (!big || !(big & (spsr & SPSR_EL_MASK ? SCTLR_EE : SCTLR_E0E)));
}

/* FAR_EL2 holds the bytes in the granule. */
static struct hv_ipa fault_ipa(uint64_t granule)
{
	return (struct hv_ipa){ granule << MMIO_GRANULE_SHIFT |
		(SYSREG_READ(far_el2) & ((1u << MMIO_GRANULE_SHIFT) - 1)) };
}

/* A load may extend the sign, to 32 bits or to 64. */
static __attribute__((noinline)) uint64_t extend(uint64_t v, uint32_t n_above,
						 uint64_t esr)
{
	v = (uint64_t)((int64_t)(v << n_above) >> n_above);
	return esr & ISS_SF ? v : (uint32_t)v;
}

static __attribute__((noinline)) bool emulate(struct a64_frame *f, uint64_t esr,
					      const struct hv_mmio *row,
					      struct hv_ipa ipa)
{
	uint32_t log2_size = esr >> ISS_SIZE_SHIFT & 3;
	uint32_t n_above = -(8u << log2_size) & 63;	/* bits that are not accessed */
	uint64_t *x = &f->x[esr >> ISS_RT_SHIFT & 31];
	bool is_write = esr & ISS_WNR;
	struct mmio m = { .size = 1u << log2_size, .is_write = is_write };

	if (is_write)
		m.value = *x << n_above >> n_above;
	if (mmio_dispatch(frame_cpu(f), row, ipa, &m) != MMIO_DONE)
		return false;
	if (is_write)
		return true;
	*x = esr & ISS_SSE ? extend(m.value, n_above, esr) :
			     m.value << n_above >> n_above;
	return true;
}

/*
 * What is mapped to read only, and has been stored to: a driver's registers, or
 * memory. HPFAR_EL2 is UNKNOWN then (DDI 0487 D19.2.56), and the cell's own tables
 * are walked again. Another CPU may have changed them: then it is as if the store had
 * come after that, and none but the cell's own devices are found either way.
 */
bool abort_permission(struct a64_frame *f, uint64_t esr)
{
	uint64_t par = walk_cell(SYSREG_READ(far_el2), esr);
	struct hv_ipa ipa = fault_ipa(PAR_GRANULE(par));
	const struct hv_mmio *row = mmio_find(frame_cpu(f), ipa);

	if (par & PAR_FAILED || !row || row->handler != HV_MMIO_VIRTIO || !is_plain())
		return false;
	if ((esr & (ISS_SIZE | ISS_WNR)) != (ISS_SIZE_4 | ISS_WNR) || ipa.u & 3)
		return emulate(f, esr, row, ipa);
	virtio_store(row->arg, (uint32_t)(ipa.u - row->base.u),
		     (uint32_t)f->x[esr >> ISS_RT_SHIFT & 31]);
	return true;
}

bool abort_plain(struct a64_frame *f, uint64_t esr)
{
	/* HPFAR_EL2.FIPA is the granule's number. */
	struct hv_ipa ipa = fault_ipa(SYSREG_READ(hpfar_el2) >> 4);
	struct hv_cpu_state *cpu = frame_cpu(f);
	const struct hv_mmio *row = mmio_find(cpu, ipa);
	uint64_t *x = &f->x[esr >> ISS_RT_SHIFT & 31];
	bool is_write = esr & ISS_WNR;

	if (!row || !is_plain())
		return false;
	if ((esr & (ISS_SIZE | ISS_SSE)) == ISS_SIZE_4 && !(ipa.u & 3)) {
		uint32_t offset = (uint32_t)(ipa.u - row->base.u);

		if (row->handler == HV_A64_MMIO_GICD &&
		    vgicd_hot(cpu, offset, is_write, x))
			return true;
		if (row->handler == HV_A64_MMIO_GICR && row->arg == cpu->cpu_i &&
		    vgicr_hot(cpu, offset, is_write, x))
			return true;
	}
	return emulate(f, esr, row, ipa);
}

/* Its cell has ended, and has no stage 2: this CPU alone had not heard of it. */
static void park_if_ended(struct a64_frame *f)
{
	if (cpu_must_park(frame_cpu(f)))
		cpu_park_and_keep(frame_cpu(f));
}

void abort_data(struct a64_frame *f, uint64_t esr)
{
	if (is_described(esr) &&
	    (esr & FSC_PERMISSION ? abort_permission(f, esr) : abort_plain(f, esr))) {
		trap_skip();
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
	text_begin(&why);
	text_add(&why, "its exception vector at %#lx is not executable, after an "
		 "exception at %#lx", SYSREG_READ(elr_el2), SYSREG_READ(elr_el1));
	cell_end(frame_cpu(f), END_CRASH, why.bytes);
}
