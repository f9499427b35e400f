/* SPDX-License-Identifier: BSD-2-Clause */
#include "virtio/device.h"

#include <stdarg.h>
#include <stdio.h>

#define LINES_MAX 16u		/* of one device */
#define LINE_SIZE 160u

void device_say(struct device *d, const char *format, ...)
{
	char line[LINE_SIZE];
	va_list list;

	if (!d->place.say || d->n_said > LINES_MAX)
		return;
	if (d->n_said++ == LINES_MAX) {
		d->place.say(d->place.of, "no more is said of it;"
			     " 'hvisor.loader stats' goes on counting");
		return;
	}
	va_start(list, format);
	vsnprintf(line, sizeof(line), format, list);
	va_end(list);
	d->place.say(d->place.of, line);
}
