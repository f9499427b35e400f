/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the file promises, and over what cells can reach each other: check has
 * found both, here they become rows.
 */
#include "base/arena.h"
#include "check/flow.h"
#include "report/survey_lists.h"

static void policies(struct survey *s, const struct flows *flows)
{
	const struct model *m = s->model;
	struct survey_policy *rows = arena_array(s->arena, m->n_policies,
						 sizeof(*rows));

	for (size_t i = 0; i < m->n_policies; i++) {
		const struct verdict *v = &flows->verdicts[i];

		rows[i] = (struct survey_policy){
			.policy = v->policy, .text = v->text,
			.verdict = v->says, .is_kept = v->is_kept,
			.remarks = v->remarks, .n_remarks = v->n_remarks,
		};
	}
	s->policies = rows;
	s->n_policies = m->n_policies;
}

void survey_policies(struct survey *s, const struct facts *f)
{
	const struct flows *flows = f->flows;
	struct survey_flow *rows = arena_array(s->arena, flows->n,
					       sizeof(*rows));

	for (size_t i = 0; i < flows->n; i++) {
		const struct flow *e = &flows->list[i];

		rows[i] = (struct survey_flow){
			.from = e->from, .to = e->to,
			.is_signal = flow_is_signal(e),
			.how = flow_text(s->arena, e),
			.allowed_by = e->allowed_by,
			.allowed_text = e->allowed_by ?
				policy_text(s->arena, e->allowed_by) : NULL,
			.at = flow_place(e),
		};
	}
	s->flows = rows;
	s->n_flows = flows->n;
	policies(s, flows);
}
