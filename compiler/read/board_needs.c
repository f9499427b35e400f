/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each device asks of other devices.
 *
 * A device with registers carries the nodes below it that have none, whatever
 * those ask: a chip behind an I2C controller, a port of a switch. A node that
 * stands in no such device has nothing that could be owned, and passes on what
 * it asks itself to whoever asks it; and to the devices that stand below it what
 * must be on for them.
 *
 * A tree may be hostile: every node is read once for each device at most, all
 * reading is paid for (tree_spend), and the needs have a bound.
 */
#include <string.h>

#include "base/arena.h"
#include "read/board_build.h"
#include "read/board_refs.h"

#define NEEDS_MAX (1u << 20)	/* of all devices; large boards have 10,000 */

enum fixed { FIXED_UNKNOWN, FIXED_ASKED, FIXED_NO, FIXED_YES };

struct needs {
	struct board_build *b;
	struct board_refs refs;
	/* By node. */
	uint32_t *carrier;	/* node of the device with registers; or none */
	uint32_t *device;	/* the nearest device's node; or none */
	uint32_t *end;		/* the index behind what is below it */
	uint8_t *fixed;
	uint32_t *read_by;	/* 1 + the device that read it last */
	uint32_t *asked_by;	/* the question that asked it last */
	/* Of the device at hand. */
	uint32_t node;
	uint32_t *queue;	/* nodes to read for it */
	size_t n_queue;
	struct device_need *list;
	size_t n;
	/* Of the node that is read for it. */
	uint32_t reader;
	bool is_above;		/* it stands above the device */
	const char *property;
	uint32_t question;	/* a new one for each property that is read */
	size_t n_all;
};

static struct device *device_at(const struct needs *s, uint32_t node)
{
	uint32_t i = node == TREE_NONE ? TREE_NONE : s->b->device_of_node[node];

	return i == TREE_NONE ? NULL : &s->b->devices[i];
}

/* ---- once for all nodes -------------------------------------------------- */

/*
 * A plain bus is a way to what stands on it. Some trees give it registers that
 * are all the addresses behind it, and no driver ever uses those.
 */
static bool is_carrier(const struct needs *s, uint32_t node)
{
	const struct device *d = device_at(s, node);

	return d && d->n_regs &&
	       !board_is_compatible(&s->b->tree, node, "simple-bus");
}

static void nodes_sort(struct needs *s)
{
	const struct tree *t = &s->b->tree;

	for (uint32_t i = 0; i < t->n_nodes; i++) {
		uint32_t up = t->nodes[i].parent;

		s->end[i] = i + 1;
		s->carrier[i] = is_carrier(s, i) ? i
			: up == TREE_NONE ? TREE_NONE : s->carrier[up];
		s->device[i] = device_at(s, i) ? i
			: up == TREE_NONE ? TREE_NONE : s->device[up];
	}
	for (uint32_t i = t->n_nodes; i-- > 1;)
		if (s->end[t->nodes[i].parent] < s->end[i])
			s->end[t->nodes[i].parent] = s->end[i];
}

/* What has no registers is driven by those of its carrier, DMA too. */
static void masters_behind(struct needs *s)
{
	const struct tree *t = &s->b->tree;

	for (uint32_t i = 0; i < t->n_nodes; i++) {
		struct device *d = device_at(s, s->carrier[i]);

		if (!d || d->can_dma ||
		    (!tree_has(t, i, "iommus") &&
		     !tree_has(t, i, "dma-coherent")))
			continue;
		d->can_dma = true;
		d->dma_reason = "a sign on what is behind it";
	}
}

static void first_clock(const struct board_ref *ref, void *arg)
{
	uint32_t *clock = arg;

	if (*clock == TREE_NONE && !strcmp(ref->property, "clocks"))
		*clock = ref->target;
}

static enum reference_fixed fixed_by_word(const struct tree *t, uint32_t node)
{
	const char *have;

	for (size_t i = 0; (have = tree_list(t, node, "compatible", i)); i++) {
		enum reference_fixed fixed = reference_fixed(have);

		if (fixed != FIXED_NOT)
			return fixed;
	}
	return FIXED_NOT;
}

/*
 * Follows the clocks to one that is known, then writes the answer on the whole
 * way. A way that comes back to itself has no clock at its end.
 */
static bool is_fixed(struct needs *s, uint32_t node)
{
	const struct tree *t = &s->b->tree;
	uint32_t at = node;

	while (s->fixed[at] == FIXED_UNKNOWN) {
		/* Who has its registers could change it all the same. */
		enum reference_fixed fixed = s->carrier[at] == at
			? FIXED_NOT : fixed_by_word(t, at);
		uint32_t clock = TREE_NONE;

		s->fixed[at] = fixed == FIXED_ALWAYS ? FIXED_YES : FIXED_NO;
		if (fixed != FIXED_BY_CLOCK)
			break;
		board_refs_walk(&s->refs, at, first_clock, &clock);
		if (clock == TREE_NONE)
			break;
		s->fixed[at] = FIXED_ASKED;
		at = clock;
	}

	bool is_yes = s->fixed[at] == FIXED_YES;

	for (at = node; at != TREE_NONE && s->fixed[at] == FIXED_ASKED;) {
		uint32_t clock = TREE_NONE;

		board_refs_walk(&s->refs, at, first_clock, &clock);
		s->fixed[at] = is_yes ? FIXED_YES : FIXED_NO;
		at = clock;
	}
	return is_yes;
}

/* ---- a device ------------------------------------------------------------ */

static void queue_add(struct needs *s, uint32_t node)
{
	const struct tree *t = &s->b->tree;
	uint32_t stamp = s->b->device_of_node[s->node] + 1;

	if (s->read_by[node] == stamp || t->nodes[node].parent == TREE_NONE ||
	    (t->nodes[node].is_disabled && !t->nodes[s->node].is_disabled))
		return;
	s->read_by[node] = stamp;
	s->queue[s->n_queue++] = node;
}

/* The node and all above it that have no registers. */
static void queue_add_above(struct needs *s, uint32_t node)
{
	for (; node != TREE_NONE && s->carrier[node] == TREE_NONE;
	     node = s->b->tree.nodes[node].parent)
		queue_add(s, node);
}

static void queue_add_below(struct needs *s)
{
	bool has_all = s->carrier[s->node] == s->node;

	for (uint32_t i = s->node; i < s->end[s->node] &&
	     tree_spend(&s->b->tree);) {
		bool is_other = i != s->node && (has_all
			? s->carrier[i] != s->node : s->device[i] != s->node);

		if (!is_other)
			queue_add(s, i);
		i = is_other ? s->end[i] : i + 1;
	}
}

static bool is_own(const struct needs *s, uint32_t target)
{
	return s->device[target] == s->node ||
	       (s->carrier[target] != TREE_NONE &&
		s->carrier[target] == s->carrier[s->node]);
}

static void need_add(struct needs *s, struct device_need need)
{
	const struct tree *t = &s->b->tree;

	if (s->n_all == NEEDS_MAX)
		*t->work = TREE_WORK_MAX;	/* board.c tells */
	if (!tree_spend(t))
		return;
	s->n_all++;
	s->list = arena_grow(s->b->read->arena, s->list, s->n, sizeof(need));
	s->list[s->n++] = need;
}

static const struct device *provider_of(const struct needs *s, uint32_t target)
{
	return device_at(s, s->carrier[target] != TREE_NONE
			 ? s->carrier[target] : s->device[target]);
}

/* What a bus asks that must be on for whatever stands on it. */
static bool is_for_all_below(enum need_kind kind)
{
	return kind == NEED_CLOCK || kind == NEED_RESET ||
	       kind == NEED_POWER || kind == NEED_SUPPLY;
}

static void ask(const struct board_ref *ref, void *arg)
{
	struct needs *s = arg;
	const struct tree *t = &s->b->tree;
	struct device_need need = {
		.kind = ref->kind, .property = ref->property,
		.by = t->nodes[s->reader].path, .path = "", .node = -1,
		.is_dangling = ref->target == TREE_NONE,
	};

	if (s->is_above && !is_for_all_below(ref->kind))
		return;
	if (s->property != ref->property)
		s->question++;
	s->property = ref->property;
	if (need.is_dangling) {
		need_add(s, need);
		return;
	}
	if (is_own(s, ref->target) ||
	    s->asked_by[ref->target] == s->question)
		return;
	s->asked_by[ref->target] = s->question;
	need.path = t->nodes[ref->target].path;
	need.node = t->nodes[ref->target].offset;
	need.provider = provider_of(s, ref->target);
	need.is_fixed = is_fixed(s, ref->target);
	need_add(s, need);
	if (s->device[ref->target] != TREE_NONE)
		queue_add_above(s, ref->target);
}

static void read_node(struct needs *s, uint32_t node)
{
	uint32_t device_i = s->b->device_of_node[node];

	s->reader = node;
	s->property = NULL;
	board_refs_walk(&s->refs, node, ask, s);
	if (device_i == TREE_NONE)
		return;
	for (const struct foreign *f = s->b->foreigns[device_i];
	     f && tree_spend(&s->b->tree); f = f->next)
		ask(&(struct board_ref){ f->property, NEED_INTERRUPT,
					 f->node }, s);
}

/* What it stands below, if that has registers: it is reached through those. */
static void ask_parent(struct needs *s)
{
	const struct tree *t = &s->b->tree;
	uint32_t up = t->nodes[s->node].parent;

	up = up == TREE_NONE ? TREE_NONE : s->carrier[up];
	if (up == TREE_NONE)
		return;
	need_add(s, (struct device_need){
		.kind = NEED_PARENT, .property = "",
		.by = t->nodes[s->node].path, .path = t->nodes[up].path,
		.node = t->nodes[up].offset, .provider = device_at(s, up) });
}

static void device_needs(struct needs *s, uint32_t node)
{
	struct device *d = device_at(s, node);

	s->node = node;
	s->list = NULL;
	s->n = s->n_queue = 0;
	queue_add_below(s);

	size_t n_below = s->n_queue;

	queue_add_above(s, s->b->tree.nodes[node].parent);

	size_t n_above = s->n_queue;

	/* The queue grows while it is read. */
	for (size_t i = 0; i < s->n_queue; i++) {
		s->is_above = i >= n_below && i < n_above;
		read_node(s, s->queue[i]);
	}
	ask_parent(s);
	d->needs = s->list;
	d->n_needs = s->n;
}

void board_needs(struct board_build *b)
{
	struct arena *a = b->read->arena;
	uint32_t n = b->tree.n_nodes;
	struct needs s = {
		.b = b, .refs = { .arena = a, .tree = &b->tree },
		.carrier = arena_array(a, n, sizeof(*s.carrier)),
		.device = arena_array(a, n, sizeof(*s.device)),
		.end = arena_array(a, n, sizeof(*s.end)),
		.fixed = arena_array(a, n, sizeof(*s.fixed)),
		.read_by = arena_array(a, n, sizeof(*s.read_by)),
		.asked_by = arena_array(a, n, sizeof(*s.asked_by)),
		.queue = arena_array(a, n, sizeof(*s.queue)),
	};

	nodes_sort(&s);
	masters_behind(&s);
	for (uint32_t i = 0; i < n; i++)
		if (b->device_of_node[i] != TREE_NONE)
			device_needs(&s, i);
}
