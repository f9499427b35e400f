/* SPDX-License-Identifier: BSD-2-Clause */
#include "check/check.h"

#include "base/arena.h"
#include "base/rules.h"
#include "check/facts.h"
#include "check/families.h"
#include "check/otherwise.h"
#include "target/target.h"

/* In the order in which a reader would ask. */
static const struct check_family *const families[] = {
	&family_system,
	&family_cpu,
	&family_memory,
	&family_ipa,
	&family_page,
	&family_devices,
	&family_lines,
	&family_lines_given,
	&family_lines_ppi,
	&family_interrupts,
	&family_machine,
	&family_needs,
	&family_root,
	&family_late,
	&family_late_devices,
	&family_channels,
	&family_virtio,
	&family_virtio_parts,
	&family_boot,
	&family_kernel,
	&family_elf,
	&family_policy,
	&family_policy_stated,
};

/* What place asks of the tree that `boot running` names. */
static const struct rule *const by_place[] = {
	&rule_late_memory, &rule_late_no_map, &rule_late_size,
};

static const char *code_add(struct arena *arena, const char *list,
			    const char *code)
{
	return arena_printf(arena, "%s%s%s", list, *list ? ", " : "", code);
}

/* With --payloads=later that tree may be missing too. */
static bool lacks_tree(const struct model *m)
{
	return m->root && m->root->boot.kind == BOOT_RUNNING &&
	       !m->root->boot.running;
}

/* Returns the list of what was left out, longer by this family's. */
static const char *family_run(const struct check_family *family,
			      const struct facts *f, struct diag *d,
			      const char *left_out)
{
	for (size_t i = 0; i < family->n_checks; i++) {
		const struct check *c = &family->checks[i];

		if (f->model->are_payloads_later &&
		    (c->reads_payloads ||
		     (c->reads_running && lacks_tree(f->model))))
			left_out = code_add(f->arena, left_out, c->rule.code);
		else
			c->run(f, &c->rule, d);
	}
	return left_out;
}

const char *check_all(struct arena *arena, const struct model *model,
		      struct diag *diag)
{
	const struct facts *f = facts_make(arena, model);
	const struct target *t = model->target;
	const char *left_out = "";

	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		left_out = family_run(families[i], f, diag, left_out);
	for (size_t i = 0; t && i < t->n_families; i++)
		left_out = family_run(t->families[i], f, diag, left_out);
	/* Payloads decide where the hypervisor's memory ends. */
	if (model->are_payloads_later && model->root &&
	    model->root->boot.kind == BOOT_RUNNING)
		for (size_t i = 0; i < ARRAY_SIZE(by_place); i++)
			left_out = code_add(arena, left_out, by_place[i]->code);
	return left_out;
}

/* ---- --rules ------------------------------------------------------------ */

static enum rule_standing standing_of(const struct check *c)
{
	switch (c->kind) {
	case CHECK_ERROR:
		return RULE_ERROR;
	case CHECK_WARNING:
		return RULE_WARNING;
	case CHECK_NOTE:
		return RULE_NOTE;
	}
	return RULE_ERROR;
}

static void family_list(const struct check_family *family,
			void (*each)(const struct rule_line *line, void *arg),
			void *arg)
{
	for (size_t i = 0; i < family->n_checks; i++) {
		const struct rule_line line = {
			.rule = &family->checks[i].rule,
			.standing = standing_of(&family->checks[i]),
		};

		each(&line, arg);
	}
}

void check_rules(void (*each)(const struct rule_line *line, void *arg),
		 void *arg)
{
	const struct target *t;

	for (size_t i = 0; i < rules_n_of_stages; i++)
		each(&(struct rule_line){
			.rule = rules_of_stages[i],
			.standing = rules_of_stages[i] == &rule_name_unused
				    ? RULE_WARNING : RULE_ERROR,
		}, arg);
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		family_list(families[i], each, arg);
	for (size_t i = 0; (t = target_at(i)); i++)
		for (size_t k = 0; k < t->n_families; k++)
			family_list(t->families[k], each, arg);
	for (size_t i = 0; i < kept_otherwise_n; i++)
		each(&kept_otherwise[i], arg);
}

const char *check_standing_name(enum rule_standing standing)
{
	static const char *const names[] = {
		[RULE_ERROR] = "error",
		[RULE_WARNING] = "warning",
		[RULE_NOTE] = "note",
		[RULE_BY_CONSTRUCTION] = "kept",
		[RULE_NOT_APPLICABLE] = "none",
	};

	return names[standing];
}

struct print { FILE *out; enum rule_standing standing; };

static void line_print(const struct rule_line *line, void *arg)
{
	const struct print *p = arg;

	if (line->standing != p->standing)
		return;
	fprintf(p->out, "%-8s%-24s%s%s%s%s\n", check_standing_name(line->standing),
		line->rule->code, line->rule->says,
		line->because ? " (" : "", line->because ? line->because : "",
		line->because ? ")" : "");
}

void check_rules_print(FILE *out)
{
	struct print p = { .out = out, .standing = RULE_ERROR };

	for (; p.standing <= RULE_NOT_APPLICABLE; p.standing++)
		check_rules(line_print, &p);
}
