/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diff_facts.h - a survey as facts that can be looked up in another one.
 *
 * Two facts are the same where `key` is: it begins with whom it is about and
 * holds nothing that may change without meaning. Includes survey.
 */
#ifndef REPORT_DIFF_FACTS_H
#define REPORT_DIFF_FACTS_H

#include "report/survey.h"

enum fact_kind {
	FACT_RIGHT,		/* who has it can do more */
	FACT_BOUND,		/* who has it can do less */
	FACT_AMOUNT,		/* more of it is a gain */
	FACT_PLACE,		/* another is a gain and a loss, if both are stated */
	FACT_STATE,		/* neither: its value is told where it changed */
};

struct fact {
	enum fact_kind kind;
	const char *who;	/* a cell's name, "board", "hypervisor" */
	const char *key;	/* "linux cpu 0x1" */
	uint64_t amount;	/* AMOUNT: bytes */
	const char *value;	/* PLACE, STATE */
	bool is_chosen;		/* PLACE: by hvcc */
	bool is_detail;		/* STATE of something that has a right */
	struct span at;
};

struct facts_list {
	struct arena *arena;
	struct fact *list;
	size_t n;
};

/* All but the memory of cells. By cell, in the order of the text. */
struct facts_list diff_facts(struct arena *a, const struct survey *s);

#endif
