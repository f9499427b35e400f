/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * value.h - values of JSON, which are there or hvcc has ended.
 *
 * What jansson cannot make is for want of memory alone: the texts are valid
 * UTF-8 before they reach it. Includes base, jansson.
 */
#ifndef FORMAT_VALUE_H
#define FORMAT_VALUE_H

#include <jansson.h>
#include <stdio.h>

json_t *value_object(void);
json_t *value_array(void);
/* Any bytes: what is no UTF-8, deceives, or steers a terminal is U+FFFD. */
json_t *value_text(const char *text);
json_t *value_number(size_t n);
json_t *value_bool(int is_true);

/* Each takes the value; none may be NULL. */
void value_set(json_t *object, const char *key, json_t *value);
void value_add(json_t *array, json_t *value);

/* The document and a newline; the value is gone. */
void value_print(FILE *out, json_t *value);

#endif
