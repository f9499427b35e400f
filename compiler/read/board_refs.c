/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The references of one node, by the table of model/references.h.
 *
 * A property may be cut off, name nobody, or ask a node that does not say how
 * many arguments it takes: then nobody knows where the next reference is. From
 * there on each number is one if it could be.
 */
#include "read/board_refs.h"

#include <libfdt.h>
#include <string.h>

#include "base/arena.h"

#define MAP_ROW_SIZE 16		/* a number, a phandle, two numbers */
#define COUNT_UNSAID UINT32_MAX

struct walk {
	struct board_refs *refs;
	struct board_ref ref;		/* all but the target */
	const struct reference *reference;
	struct tree_prop prop;
	void (*each)(const struct board_ref *ref, void *arg);
	void *arg;
};

static void found(const struct walk *w, uint32_t target)
{
	struct board_ref ref = w->ref;

	ref.target = target;
	w->each(&ref, w->arg);
}

/*
 * Each number is read once: a provider with very many properties that very
 * many ask would else be read that often.
 */
static bool count_said(struct board_refs *r, uint32_t target,
		       enum reference_cells cells, uint32_t *n)
{
	if (!r->counts[cells])
		r->counts[cells] = arena_array(r->arena, r->tree->n_nodes,
					       sizeof(*r->counts[cells]));

	uint32_t *known = &r->counts[cells][target];

	if (!*known && tree_u32(r->tree, target, reference_cells_name(cells),
				n) && *n < COUNT_UNSAID - 1)
		*known = *n + 1;
	else if (!*known)
		*known = COUNT_UNSAID;
	*n = *known - 1;
	return *known != COUNT_UNSAID;
}

/* False: nobody knows it. */
static bool arguments_count(struct board_refs *r, uint32_t target,
			    enum reference_cells cells, uint32_t *n)
{
	if (!reference_cells_name(cells))
		return reference_cells_default(cells, n);
	return target != TREE_NONE && (count_said(r, target, cells, n) ||
				       reference_cells_default(cells, n));
}

/* A number is a reference if it names who says how many arguments follow it. */
static void walk_unknown(const struct walk *w, uint32_t at)
{
	const struct tree *t = w->refs->tree;
	const struct tree_prop *p = &w->prop;
	enum reference_cells cells = w->reference->cells;
	uint32_t n;

	if (!reference_cells_name(cells))
		return;
	for (; p->size - at >= 4 && tree_spend(t); at += 4) {
		uint32_t target = tree_by_phandle(t, tree_cell(p->bytes + at,
							       0));

		if (target != TREE_NONE && count_said(w->refs, target, cells,
						      &n))
			found(w, target);
	}
}

static void walk_list(const struct walk *w)
{
	const struct tree *t = w->refs->tree;
	const struct tree_prop *p = &w->prop;

	for (uint32_t at = 0; p->size - at >= 4 && tree_spend(t);) {
		uint32_t phandle = tree_cell(p->bytes + at, 0), n;

		at += 4;
		if (!phandle)
			continue;	/* an entry left out */

		uint32_t target = tree_by_phandle(t, phandle);

		found(w, target);
		if (!arguments_count(w->refs, target, w->reference->cells,
				     &n) || n > (p->size - at) / 4) {
			walk_unknown(w, at);
			return;
		}
		at += 4 * n;
	}
}

static void walk_map(const struct walk *w)
{
	const struct tree *t = w->refs->tree;
	const struct tree_prop *p = &w->prop;

	for (uint32_t at = 0; p->size - at >= MAP_ROW_SIZE && tree_spend(t);
	     at += MAP_ROW_SIZE)
		found(w, tree_by_phandle(t, tree_cell(p->bytes + at, 1)));
}

static void walk_property(const struct walk *w)
{
	switch (w->reference->shape) {
	case REFERENCE_LIST:
		walk_list(w);
		break;
	case REFERENCE_FIRST:
		if (w->prop.size >= 4)
			found(w, tree_by_phandle(w->refs->tree, tree_cell(
				w->prop.bytes, 0)));
		break;
	case REFERENCE_MAP:
		walk_map(w);
		break;
	}
}

/* A vendor's word is a reference only if a system controller is named. */
static const struct reference *vendor(const struct tree *t,
				      const char *property,
				      const struct tree_prop *p)
{
	const struct reference *r = p->size >= 4
		? reference_of_vendor(property) : NULL;
	uint32_t target = r ? tree_by_phandle(t, tree_cell(p->bytes, 0))
			    : TREE_NONE;

	return target != TREE_NONE && board_is_compatible(t, target, "syscon")
		? r : NULL;
}

void board_refs_walk(struct board_refs *refs, uint32_t node,
		     void (*each)(const struct board_ref *ref, void *arg),
		     void *arg)
{
	const struct tree *t = refs->tree;
	/* Its numbers are pins of the bank that it is in: no phandles. */
	bool is_hog = tree_has(t, node, "gpio-hog");
	int p;

	fdt_for_each_property_offset(p, t->fdt, t->nodes[node].offset) {
		struct walk w = { .refs = refs, .each = each, .arg = arg };
		const char *name;
		int size;

		w.prop.bytes = fdt_getprop_by_offset(t->fdt, p, &name, &size);
		if (!tree_spend(t))
			return;
		if (!w.prop.bytes || size < 0)
			continue;
		w.prop.size = (uint32_t)size;
		w.reference = reference_find(name);
		if (!w.reference)
			w.reference = vendor(t, name, &w.prop);
		if (!w.reference || w.reference->is_link ||
		    (is_hog && w.reference->kind == NEED_GPIO))
			continue;
		w.ref = (struct board_ref){ name, w.reference->kind, 0 };
		walk_property(&w);
	}
}

bool board_is_compatible(const struct tree *t, uint32_t node,
			 const char *word)
{
	const char *have;

	for (size_t i = 0; (have = tree_list(t, node, "compatible", i)); i++)
		if (!strcmp(have, word))
			return true;
	return false;
}
