/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is shared on purpose, and what decides when: channels and their ends,
 * switches and the words that they write, and the regions that stand behind
 * them. A window is shut at boot, is the root cell's, and is on another cell
 * that says it may be loaded.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/units.h"
#include "verify/proof.h"

#define ENDS_MAX 64u			/* bits of may_ring */

static const char *channel_name(struct proof *p, uint32_t i)
{
	const char *name = p->channels[i].name;

	return name_is_whole(name) ?
		arena_printf(p->arena, "channel '%s'", name) :
		arena_printf(p->arena, "channel %" PRIu32, i);
}

/* ---- channels ------------------------------------------------------------ */

/* Ends lie channel by channel; returns where those of the next begin. */
static uint64_t check_channel(struct proof *p, uint32_t i, uint64_t first)
{
	const struct hv_channel *c = &p->channels[i];
	const char *who = channel_name(p, i);

	proof_claim(p, name_is_whole(c->name), "%s: its name is not printable"
		    " text with zeros behind it", who);
	proof_claim(p, extent_is(c->pa.u, c->size, GRANULE), "%s: pa is 0x%"
		    PRIx64 ", size is 0x%" PRIx64, who, c->pa.u, c->size);
	proof_claim(p, !(c->flags & ~(HV_CHANNEL_DOORBELL |
				      HV_CHANNEL_UNCACHED |
				      HV_CHANNEL_BOUNCE)) && !c->zero,
		    "%s: flags is 0x%" PRIx32 ", padding is 0x%" PRIx32, who,
		    c->flags, c->zero);
	if (!proof_claim(p, c->ends.count >= 2 && c->ends.count <= ENDS_MAX &&
			    first + c->ends.count <= p->head->ends.count &&
			    c->ends.offset == p->head->ends.offset +
			    first * sizeof(struct hv_end),
			 "%s: its %" PRIu32 " ends are at 0x%" PRIx32
			 " of the tables, not after those of the channel before",
			 who, c->ends.count, c->ends.offset))
		return UINT64_MAX;
	return first + c->ends.count;
}

static void check_names(struct proof *p)
{
	uint32_t n = p->head->channels.count;
	struct named *list = arena_array(p->arena, n, sizeof(*list));

	for (uint32_t i = 0; i < n; i++)
		list[i] = (struct named){ p->channels[i].name, channel_name(p, i) };
	proof_names(p, list, n, "channels");
}

static bool check_channels(struct proof *p)
{
	uint64_t first = 0;

	for (uint32_t i = 0; i < p->head->channels.count; i++) {
		first = check_channel(p, i, first);
		if (first == UINT64_MAX)
			return false;
	}
	check_names(p);
	return proof_claim(p, first == p->head->ends.count, "ends: there are %"
			   PRIu32 ", and the channels have %" PRIu64,
			   p->head->ends.count, first);
}

/* ---- ends ---------------------------------------------------------------- */

struct end_check {
	const struct hv_channel *channel;
	const struct hv_end *ends;	/* of the channel */
	uint32_t channel_i, end_i;
	const char *who;
};

/* The others that it may ring exist and have a line; only writers ring. */
static bool may_ring(const struct end_check *e)
{
	const struct hv_end *is = &e->ends[e->end_i];

	if (!is->may_ring)
		return true;
	if (!(e->channel->flags & HV_CHANNEL_DOORBELL) ||
	    !(is->flags & HV_WRITE) ||
	    is->may_ring & ~(UINT64_MAX >> (ENDS_MAX - e->channel->ends.count)) ||
	    is->may_ring >> e->end_i & 1)
		return false;
	for (uint32_t i = 0; i < e->channel->ends.count; i++)
		if (is->may_ring >> i & 1 && e->ends[i].line == HV_NONE)
			return false;
	return true;
}

static void check_end(struct proof *p, const struct end_check *e)
{
	const struct hv_end *is = &e->ends[e->end_i];
	const struct cell_view *c;

	if (!proof_claim(p, is->cell < p->head->cells.count,
			 "%s: cell is %" PRIu32, e->who, is->cell))
		return;
	c = &p->cells[is->cell];
	proof_claim(p, is->channel == e->channel_i, "%s: channel is %" PRIu32,
		    e->who, is->channel);
	for (uint32_t k = 0; k < e->end_i; k++)
		proof_claim(p, e->ends[k].cell != is->cell,
			    "%s: %s has two ends of it", e->who, c->who);
	proof_claim(p, is->flags == HV_READ ||
		       is->flags == (HV_READ | HV_WRITE),
		    "%s: flags is 0x%" PRIx32, e->who, is->flags);
	proof_claim(p, may_ring(e), "%s: may_ring is 0x%" PRIx64, e->who,
		    is->may_ring);
	proof_claim(p, !is->may_ring == !is->doorbell.u, "%s: doorbell is 0x%"
		    PRIx64 ", may_ring is 0x%" PRIx64, e->who, is->doorbell.u,
		    is->may_ring);
	proof_claim(p, is->line == HV_NONE ||
		       (is->line >= p->board.first_shared &&
			proof_has_line(p, c, is->line)),
		    "%s: line is %" PRIu32 ", which %s does not have", e->who,
		    is->line, c->who);
}

/* One writer, or nothing but writers: no other channel can be said. */
static void check_writers(struct proof *p, const struct end_check *e)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < e->channel->ends.count; i++)
		n += !!(e->ends[i].flags & HV_WRITE);
	proof_claim(p, n == 1 || n == e->channel->ends.count, "%s: %" PRIu32
		    " of its %" PRIu32 " ends may write",
		    channel_name(p, e->channel_i), n, e->channel->ends.count);
}

static void check_ends(struct proof *p)
{
	const struct hv_end *ends = p->ends;

	for (uint32_t i = 0; i < p->head->channels.count; i++) {
		struct end_check e = { &p->channels[i], ends, i, 0, NULL };

		for (; e.end_i < e.channel->ends.count; e.end_i++) {
			e.who = arena_printf(p->arena, "%s, end %" PRIu32,
					     channel_name(p, i), e.end_i);
			check_end(p, &e);
		}
		check_writers(p, &e);
		ends += e.channel->ends.count;
	}
}

/* ---- switches ------------------------------------------------------------ */

static bool take_once(uint32_t *place, uint32_t i)
{
	if (*place != HV_NONE)
		return false;
	*place = i;
	return true;
}

static void check_root(struct proof *p, uint32_t i, const struct hv_switch *s)
{
	proof_claim(p, s->owner == s->subject && s->arg == HV_NONE &&
		       p->cells[s->owner].row->root_switch == i,
		    "switch %" PRIu32 ": it turns %s off, and root_switch of"
		    " %s is %" PRIu32, i, p->cells[s->owner].who,
		    p->cells[s->subject].who,
		    p->cells[s->subject].row->root_switch);
	proof_claim(p, s->is_on_at_boot, "switch %" PRIu32 ": the root of %s"
		    " is off when the machine starts", i,
		    p->cells[s->owner].who);
}

static void check_window(struct proof *p, uint32_t i, const struct hv_switch *s)
{
	const char *subject = p->cells[s->subject].who;

	proof_claim(p, !s->is_on_at_boot, "switch %" PRIu32 ": the window on %s"
		    " is open when the machine starts", i, subject);
	proof_claim(p, s->owner != s->subject, "switch %" PRIu32 ": %s has a"
		    " window on itself", i, subject);
	proof_claim(p, s->owner == p->head->root_cell, "switch %" PRIu32 ": %s"
		    " has a window on %s, and is not the root cell", i,
		    p->cells[s->owner].who, subject);
	proof_claim(p, p->cells[s->subject].row->managed & HV_MANAGED_LOAD,
		    "switch %" PRIu32 ": a window on %s, which says not that it"
		    " may be loaded", i, subject);
	proof_claim(p, s->arg == HV_NONE, "switch %" PRIu32 ": arg is 0x%" PRIx32,
		    i, s->arg);
	proof_claim(p, take_once(&p->cells[s->subject].window_switch, i),
		    "switch %" PRIu32 ": a second window on %s", i, subject);
}

static void check_shared(struct proof *p, uint32_t i, const struct hv_switch *s)
{
	uint32_t end = proof_end_of(p, s->arg, s->owner);

	proof_claim(p, s->owner == s->subject, "switch %" PRIu32 ": owner is"
		    " %s, subject is %s", i, p->cells[s->owner].who,
		    p->cells[s->subject].who);
	proof_claim(p, end != HV_NONE && take_once(&p->end_switch[end], i),
		    "switch %" PRIu32 ": arg is %" PRIu32 ", no channel that %s"
		    " has an end of and no other switch", i, s->arg,
		    p->cells[s->owner].who);
}

static void check_switch(struct proof *p, uint32_t i)
{
	const struct hv_switch *s = &p->switches[i];
	uint32_t n = p->head->cells.count;

	proof_claim(p, !s->zero && s->is_on_at_boot <= 1, "switch %" PRIu32
		    ": is_on_at_boot is %" PRIu32 ", padding is 0x%" PRIx32, i,
		    s->is_on_at_boot, s->zero);
	if (!proof_claim(p, s->owner < n && s->subject < n, "switch %" PRIu32
			 ": owner is %" PRIu32 ", subject is %" PRIu32, i,
			 s->owner, s->subject))
		return;
	switch (s->condition) {
	case HV_SWITCH_ROOT:
		check_root(p, i, s);
		return;
	case HV_SWITCH_WINDOW:
		check_window(p, i, s);
		return;
	case HV_SWITCH_SHARED:
		check_shared(p, i, s);
		return;
	}
	proof_differ(p, "switch %" PRIu32 ": condition is %" PRIu32, i,
		     s->condition);
}

static void check_switches(struct proof *p)
{
	uint32_t n = p->head->switches.count;

	p->end_switch = arena_array(p->arena, p->head->ends.count,
				    sizeof(*p->end_switch));
	for (uint32_t i = 0; i < p->head->ends.count; i++)
		p->end_switch[i] = HV_NONE;
	for (uint32_t i = 0; i < n; i++)
		check_switch(p, i);
	for (uint32_t i = 0; i < p->head->cells.count; i++) {
		uint32_t root = p->cells[i].row->root_switch;

		proof_claim(p, root < n && p->switches[root].owner == i &&
			       p->switches[root].condition == HV_SWITCH_ROOT,
			    "%s: root_switch is %" PRIu32 ", which is no switch"
			    " of its root", p->cells[i].who, root);
	}
}

/* ---- regions that are shared --------------------------------------------- */

static void check_channel_region(struct proof *p, uint32_t cell_i,
				 const struct hv_region *r, uint8_t *is_seen)
{
	const struct hv_channel *c = &p->channels[r->arg];
	uint32_t i = proof_end_of(p, r->arg, cell_i);
	uint32_t flags = c->flags & HV_CHANNEL_UNCACHED ? HV_UNCACHED : 0;

	if (!proof_claim(p, i != HV_NONE && !is_seen[i], "%s: region 0x%" PRIx64
			 " is of %s, of which it has no end or one already",
			 p->cells[cell_i].who, r->ipa.u,
			 channel_name(p, r->arg)))
		return;
	is_seen[i] = 1;
	proof_claim(p, r->pa.u == c->pa.u && r->size == c->size &&
		       r->ipa.u == p->ends[i].memory.u &&
		       r->flags == (p->ends[i].flags | flags),
		    "%s: region 0x%" PRIx64 " at 0x%" PRIx64 ", flags is 0x%"
		    PRIx32 ": its end of %s is something else",
		    p->cells[cell_i].who, r->ipa.u, r->pa.u, r->flags,
		    channel_name(p, r->arg));
}

static void check_ends_are_seen(struct proof *p)
{
	uint8_t *is_seen = arena_alloc(p->arena, p->head->ends.count + 1u);

	for (uint32_t i = 0; i < p->head->cells.count; i++)
		for (uint32_t k = 0; k < p->cells[i].row->regions.count; k++)
			if (p->cells[i].regions[k].kind == HV_REGION_CHANNEL)
				check_channel_region(p, i,
						     &p->cells[i].regions[k],
						     is_seen);
	for (uint32_t i = 0; i < p->head->ends.count; i++)
		proof_claim(p, is_seen[i] && p->end_switch[i] != HV_NONE,
			    "%s: %s has no region or no switch for its end",
			    channel_name(p, p->ends[i].channel),
			    p->cells[p->ends[i].cell].who);
}

void proof_shared(struct proof *p)
{
	size_t n = p->found.n_differences;

	if (!check_channels(p))
		return;
	check_ends(p);
	if (n != p->found.n_differences)
		return;
	check_switches(p);
	/* Regions name channels: every row must have been found good. */
	if (!p->found.n_differences)
		check_ends_are_seen(p);
}
