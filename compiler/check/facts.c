/* SPDX-License-Identifier: BSD-2-Clause */
#include "check/facts.h"

#include <inttypes.h>

#include "base/arena.h"
#include "check/facts_find.h"
#include "check/flow.h"

bool region_ipa(const struct region *r, struct ipa_range *out)
{
	if (r->has_ipa)
		return ipa_range_make(r->ipa.u, r->size, out);
	return r->has_pa && ipa_range_make(r->pa.u, r->size, out);
}

const char *size_text(const struct facts *f, uint64_t size)
{
	static const struct { uint64_t unit; const char *name; } units[] = {
		{ GIB, "GiB" }, { MIB, "MiB" }, { KIB, "KiB" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (size % units[i].unit == 0)
			return arena_printf(f->arena, "%" PRIu64 " %s",
					    size / units[i].unit,
					    units[i].name);
	return arena_printf(f->arena, "0x%" PRIx64 " bytes", size);
}

const char *region_name(struct arena *arena, const struct region *r)
{
	return arena_printf(arena, "%s.%s", r->cell->name, r->name);
}

const struct grant *facts_owner(const struct facts *f, const struct device *d)
{
	return f->owners[d - f->model->board->devices];
}

bool facts_is_provider_shared(const struct facts *f, const struct device *d)
{
	return f->is_provider_shared[d - f->model->board->devices];
}

const struct driver *facts_drivers(const struct facts *f,
				   const struct device *d)
{
	return f->drivers[d - f->model->board->devices];
}

const struct grant *facts_other_driver(const struct facts *f,
				       const struct device *provider,
				       const struct cell *cell)
{
	const struct grant *owner = facts_owner(f, provider);

	if (owner && owner->cell == cell)
		return NULL;
	for (const struct driver *d = facts_drivers(f, provider); d;
	     d = d->next)
		if (d->grant->cell != cell)
			return d->grant;
	return NULL;
}

/* The granules that hold the range; its end rounded within the 64 bits. */
struct pa_range granules_of(struct pa_range r)
{
	uint64_t first = r.base.u & ~(GRANULE - 1);
	uint64_t last = pa_last(r).u | (GRANULE - 1);

	return (struct pa_range){ { first }, last - first + 1 };
}

const struct facts *facts_make(struct arena *arena, const struct model *model)
{
	struct facts *f = arena_alloc(arena, sizeof(*f));

	f->arena = arena;
	f->model = model;
	facts_find_claims(f);
	facts_find_grants(f);
	facts_find_pages(f);
	facts_find_lines(f);
	facts_find_mentions(f);
	facts_find_free_lines(f);
	facts_find_views(f);

	struct flows *flows = flows_find(f);

	flows_walk(f, flows);
	flows_judge(f, flows);
	f->flows = flows;
	return f;
}
