/* SPDX-License-Identifier: BSD-2-Clause */
#include "format/value.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/utf8.h"

static const char replacement[] = "\xef\xbf\xbd";	/* U+FFFD */

static json_t *made(json_t *value)
{
	if (!value)
		fatal("out of memory");
	return value;
}

json_t *value_object(void)
{
	return made(json_object());
}

json_t *value_array(void)
{
	return made(json_array());
}

json_t *value_number(size_t n)
{
	return made(json_integer((json_int_t)n));
}

json_t *value_bool(int is_true)
{
	return made(json_boolean(is_true));
}

/* Lines and tabs are part of a text; other controls steer who prints it. */
static bool is_shown(uint32_t c)
{
	if (c == '\n' || c == '\t')
		return true;
	return !utf8_is_control(c) && !utf8_is_deceptive(c);
}

json_t *value_text(const char *text)
{
	size_t size = strlen(text), n_clean = 0;
	char *clean = malloc(size * (sizeof(replacement) - 1) + 1);

	if (!clean)
		fatal("out of memory");
	for (size_t i = 0; i < size;) {
		uint32_t c;
		size_t n = utf8_decode(text + i, size - i, &c);

		if (n && is_shown(c)) {
			memcpy(clean + n_clean, text + i, n);
			n_clean += n;
		} else {
			memcpy(clean + n_clean, replacement,
			       sizeof(replacement) - 1);
			n_clean += sizeof(replacement) - 1;
		}
		i += n ? n : 1;
	}

	json_t *value = made(json_stringn(clean, n_clean));

	free(clean);
	return value;
}

void value_set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value))
		fatal("out of memory");
}

void value_add(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value))
		fatal("out of memory");
}

void value_print(FILE *out, json_t *value)
{
	/* A file that takes no more shows when it is closed. */
	(void)json_dumpf(value, out, JSON_INDENT(1));
	fputc('\n', out);
	json_decref(value);
}
