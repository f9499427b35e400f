/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/survey.h"

#include "base/arena.h"
#include "report/survey_lists.h"

static void survey_cpus(struct survey *s)
{
	const struct board *b = s->model->board;
	struct survey_cpu *cpus = arena_array(s->arena, b->n_cpus,
					      sizeof(*cpus));

	for (size_t i = 0; i < b->n_cpus; i++)
		cpus[i] = (struct survey_cpu){
			.index = (uint32_t)i, .hwid = b->cpus[i].hwid,
			.compatible = b->cpus[i].compatible,
			.at = b->cpus[i].at,
		};
	for (size_t i = 0; i < s->model->n_cells; i++) {
		const struct cell *c = &s->model->cells[i];

		for (size_t k = 0; k < c->n_cpus; k++) {
			struct survey_cpu *cpu = &cpus[c->cpus[k].index];

			cpu->cell = c;
			cpu->is_boot = k == 0;
			cpu->seen_hwid = layout_cpu_hwid(s->layout, c, k);
			cpu->at = c->cpus[k].at;
		}
	}
	s->cpus = cpus;
}

static void survey_ends(struct survey *s)
{
	const struct layout *l = s->layout;
	struct survey_end *ends = arena_array(s->arena, l->n_ends,
					      sizeof(*ends));

	for (size_t i = 0; i < s->model->n_channels; i++)
		for (size_t k = 0; k < s->model->channels[i].n_ends &&
		     !s->model->channels[i].is_bounce; k++)
			ends[s->n_ends++] = (struct survey_end){
				&l->channels[i],
				&l->ends[l->channels[i].first_end + k],
			};
	s->ends = ends;
}

struct survey *survey_make(struct arena *a, const char *input,
			   const struct source *source,
			   const struct layout *layout)
{
	struct survey *s = arena_alloc(a, sizeof(*s));
	const struct facts *f = facts_make(a, layout->model);

	s->arena = a;
	s->input = input;
	s->source = source;
	s->model = layout->model;
	s->layout = layout;
	survey_memory(s, f);
	survey_views(s);
	survey_cpus(s);
	survey_lines(s, f);
	survey_devices(s, f);
	survey_ends(s);
	survey_waivers(s, f);
	survey_policies(s, f);
	survey_costs(s);
	return s;
}
