/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vgic_model.h - a physical GIC and list registers for tests of the filter
 * between them and a cell. Included once, by the test that compiles the filter;
 * it defines what gic*.c defines in the runtime. A register that the filter has
 * no business with ends the test.
 */
#ifndef TESTS_UNIT_VGIC_MODEL_H
#define TESTS_UNIT_VGIC_MODEL_H

enum {
	GICD = 0x8000000, GICR = 0x80a0000, STRIDE = 0x20000,
	N_CPUS = 3, N_WORDS = 9, N_LINES = 288,
	OWN_EDGE = 40, OWN_LEVEL = 77, FOREIGN = 41, RUNTIMES = 33,
	PPIS = 1 << 27 | 1 << 30,	/* of every cell; 25 is the runtime's */
};

/* ---- the physical controller --------------------------------------------- */

/* Word 0 of a frame is used in a redistributor only, the others in the
 * distributor only. */
struct frame {
	uint32_t enabled[N_WORDS], pending[N_WORDS], active[N_WORDS];
	uint32_t config[2 * N_WORDS];
	uint8_t priority[32 * N_WORDS];
	uint64_t route[32 * N_WORDS];
};

static struct frame frames[1 + N_CPUS];		/* the distributor, then each CPU */
/* Which CPU's list registers hold a line, and in which state. */
static struct { uint32_t cpu_i; bool is_pending, is_active; } lrs[N_LINES];
static uint32_t n_flushes, n_updates, n_settled;

static struct frame *frame_at(struct hv_pa at, uint64_t *offset)
{
	if (at.u - GICD < 0x10000) {
		*offset = at.u - GICD;
		return &frames[0];
	}
	*offset = (at.u - GICR) % STRIDE - GICR_SGI_FRAME;
	cr_assert_lt((at.u - GICR) / STRIDE, N_CPUS);
	return &frames[1 + (at.u - GICR) / STRIDE];
}

static uint32_t model_read(struct hv_pa at)
{
	uint64_t offset;
	struct frame *f = frame_at(at, &offset);
	uint32_t word = offset % 0x80 / 4, value;

	if (offset >= GIC_IPRIORITYR && offset < GIC_IPRIORITYR + sizeof(f->priority)) {
		memcpy(&value, &f->priority[offset - GIC_IPRIORITYR], 4);
		return value;
	}
	if (offset >= GIC_ICFGR && offset < GIC_ICFGR + sizeof(f->config))
		return f->config[(offset - GIC_ICFGR) / 4];
	if (offset == GICD_IIDR || (at.u - GICR) % STRIDE == GICR_IIDR)
		return 0x43b;
	cr_assert_lt(word, N_WORDS, "offset %#lx", offset);
	switch (offset & ~UINT64_C(0x7f)) {
	case GIC_ISENABLER:
		return f->enabled[word];
	case GIC_ISPENDR:
		return f->pending[word];
	case GIC_ISACTIVER:
		return f->active[word];
	}
	cr_assert_fail("nobody should read %#lx", offset);
	return 0;
}

static void model_write(struct hv_pa at, uint32_t value)
{
	uint64_t offset;
	struct frame *f = frame_at(at, &offset);
	uint32_t word = offset % 0x80 / 4;

	cr_assert_lt(word, N_WORDS);
	switch (offset & ~UINT64_C(0x7f)) {
	case GIC_ISENABLER:
		f->enabled[word] |= value;
		return;
	case GIC_ICENABLER:
		f->enabled[word] &= ~value;
		return;
	case GIC_ISPENDR:
		f->pending[word] |= value;
		return;
	case GIC_ICPENDR:
		f->pending[word] &= ~value;
		return;
	case GIC_ISACTIVER:
		f->active[word] |= value;
		return;
	case GIC_ICACTIVER:
		f->active[word] &= ~value;
		return;
	}
	cr_assert_fail("nobody should write %#lx", offset);
}

uint32_t device_read32(struct hv_pa at)
{
	return model_read(at);
}

void device_write32(struct hv_pa at, uint32_t value)
{
	model_write(at, value);
}

uint8_t device_read8(struct hv_pa at)
{
	uint64_t offset;
	struct frame *f = frame_at(at, &offset);

	cr_assert_lt(offset - GIC_IPRIORITYR, sizeof(f->priority));
	return f->priority[offset - GIC_IPRIORITYR];
}

void device_write8(struct hv_pa at, uint8_t value)
{
	uint64_t offset;
	struct frame *f = frame_at(at, &offset);

	cr_assert_lt(offset - GIC_IPRIORITYR, sizeof(f->priority));
	f->priority[offset - GIC_IPRIORITYR] = value;
}

uint64_t device_read64(struct hv_pa at)
{
	return frames[0].route[(at.u - GICD - GICD_IROUTER) / 8];
}

void device_write64(struct hv_pa at, uint64_t value)
{
	cr_assert_lt((at.u - GICD - GICD_IROUTER) / 8, N_LINES);
	frames[0].route[(at.u - GICD - GICD_IROUTER) / 8] = value;
}

/* ---- the rest of the physical side --------------------------------------- */

void gic_flush_sgis(struct hv_cpu_state *cpu)
{
	(void)cpu;
	n_flushes++;
}

void gic_self_sgi(struct hv_cpu_state *cpu, uint32_t sgi)
{
	gic_of(cpu)->pending_sgis |= 1u << sgi;
	n_flushes++;
}

void gic_update(struct hv_cpu_state *cpu)
{
	(void)cpu;
	n_updates++;
}

/* What was sent by the real controller: bit i for each SGI, and each CPU. */
static uint32_t sgis_sent[N_CPUS];

void line_send_sgi(const struct hv_cpu_state *cpu, uint32_t sgi)
{
	cr_assert(cpu->cpu_i < N_CPUS && sgi < GIC_N_SGIS);
	sgis_sent[cpu->cpu_i] |= 1u << sgi;
}

uint64_t gic_sgi_whom(uint64_t hwid)
{
	return (hwid >> 32 & 0xff) << 48 | (hwid >> 16 & 0xff) << 32 |
		(hwid >> 8 & 0xff) << 16 | (hwid >> 4 & 15) << 44 | 1 << (hwid & 15);
}

const struct hv_cpu *gic_cpu_of(const struct hv_cell_state *run, uint64_t affinity,
				bool is_virtual)
{
	const struct hv_cell *cell = &fake_tables.cells[run - hv.cells];


	for (uint32_t i = 0; i < N_CPUS; i++) {
		const struct hv_cpu *row = &fake_tables.cpus[i];

		if (cell->cpu_mask >> i & 1 && (affinity & GIC_AFFINITY) ==
		    (is_virtual ? row->virtual_hwid : row->hwid))
			return row;
	}
	return NULL;
}

void line_settle(struct hv_pa frame, uint32_t word)
{
	(void)frame;
	(void)word;
	n_settled++;
}

uint32_t line_edges(uint32_t lines)
{
	uint32_t edges = 0;

	for (uint32_t i = 0; i < 16; i++)
		edges |= lines & 1u << i ? 2u << 2 * i : 0;
	return edges;
}

void line_configure(struct hv_pa at, uint32_t edges, uint32_t value)
{
	uint64_t reg;

	if (!edges)
		return;

	struct frame *f = frame_at(at, &reg);
	uint32_t *config = &f->config[(reg - GIC_ICFGR) / 4];

	*config = (*config & ~edges) | (value & edges);
}

struct gic_held gic_ask(struct hv_cpu_state *cpu, uint32_t of_cpu_i,
			uint64_t take, uint32_t word, uint32_t lines)
{
	struct gic_held held = { .pending = 0 };

	for (uint32_t i = 0; i < 32; i++) {
		uint32_t line = 32 * word + i, bit = 1u << i;

		if (!(lines & bit) || (word == 0 && lrs[line].cpu_i != of_cpu_i))
			continue;
		cr_assert(cpu->cell->cpu_mask >> lrs[line].cpu_i & 1);
		held.pending |= lrs[line].is_pending ? bit : 0;
		held.active |= lrs[line].is_active ? bit : 0;
		if (take & LR_PENDING)
			lrs[line].is_pending = false;
		if (take & LR_ACTIVE)
			lrs[line].is_active = false;
	}
	return held;
}

/* As EL2 does it: acknowledged in the distributor, offered to the cell. */
static void offer(uint32_t line, uint32_t cpu_i)
{
	struct frame *f = line < 32 ? &frames[1 + cpu_i] : &frames[0];

	f->pending[line / 32] &= ~(1u << line % 32);
	f->active[line / 32] |= 1u << line % 32;
	lrs[line].cpu_i = cpu_i;
	lrs[line].is_pending = true;
}

static void take(uint32_t line)
{
	lrs[line].is_pending = false;
	lrs[line].is_active = true;
}

#endif
