/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/say.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/source.h"
#include "base/utf8.h"
#include "emit/names.h"
#include "model/virtio.h"

/* ---- words of the input ------------------------------------------------- */

static void put(FILE *out, const char *text, bool is_quoted)
{
	size_t size = strlen(text), n;

	for (size_t i = 0; i < size; i += n) {
		uint32_t c = 0;

		n = utf8_decode(text + i, size - i, &c);
		if (!n) {
			fprintf(out, "\\x%02x", (unsigned char)text[i]);
			n = 1;
		} else if (c == '\\' || (is_quoted && c == '"')) {
			fprintf(out, "\\%c", (int)c);
		} else if (c < 0x80 && utf8_is_control(c)) {
			fprintf(out, "\\x%02" PRIx32, c);
		} else if (utf8_is_control(c) || utf8_is_deceptive(c)) {
			fprintf(out, "\\u{%" PRIx32 "}", c);
		} else {
			fwrite(text + i, 1, n, out);
		}
	}
}

/* Text that is printed into memory. */
struct buffer { FILE *out; char *bytes; size_t size; };

static void buffer_open(struct buffer *b)
{
	*b = (struct buffer){ 0 };
	b->out = open_memstream(&b->bytes, &b->size);
	if (!b->out)
		fatal("out of memory");
}

static const char *buffer_close(struct buffer *b, struct arena *a)
{
	if (fclose(b->out))
		fatal("out of memory");

	const char *text = arena_strndup(a, b->bytes, b->size);

	free(b->bytes);
	return text;
}

const char *say_visible(struct arena *a, const char *text)
{
	struct buffer b;

	buffer_open(&b);
	put(b.out, text, false);
	return buffer_close(&b, a);
}

const char *say_quoted(struct arena *a, const char *text)
{
	struct buffer b;

	buffer_open(&b);
	fputc('"', b.out);
	put(b.out, text, true);
	fputc('"', b.out);
	return buffer_close(&b, a);
}

/* ---- numbers ------------------------------------------------------------ */

const char *say_range(struct arena *a, uint64_t base, uint64_t size)
{
	return arena_printf(a, "0x%" PRIx64 "..0x%" PRIx64, base,
			    base + size - 1);
}

const char *say_size(struct arena *a, uint64_t size)
{
	struct buffer b;

	buffer_open(&b);
	name_size(b.out, size);
	return buffer_close(&b, a);
}

const char *say_access(struct arena *a, struct access access)
{
	struct buffer b;

	buffer_open(&b);
	name_access(b.out, access);
	return buffer_close(&b, a);
}

const char *say_line(struct arena *a, const struct line *l)
{
	return arena_printf(a, "%s %" PRIu32,
			    l->kind == LINE_SPI ? "spi" : "ppi", l->number);
}

const char *say_trigger(enum line_trigger trigger)
{
	switch (trigger) {
	case LINE_TRIGGER_UNKNOWN:
		return "not said";
	case LINE_EDGE_RISING:
		return "rising edge";
	case LINE_EDGE_FALLING:
		return "falling edge";
	case LINE_LEVEL_HIGH:
		return "high level";
	case LINE_LEVEL_LOW:
		return "low level";
	}
	abort();
}

/* ---- names -------------------------------------------------------------- */

const char *say_place(const struct survey *s, struct span at)
{
	struct source_place place;

	if (!source_find(s->source, at, &place))
		return "";

	const char *name = say_visible(s->arena, place.name);

	return place.has_line ?
		arena_printf(s->arena, "%s:%" PRIu32, name, place.line) : name;
}

const char *say_owner(enum survey_owner owner, const struct cell *cell)
{
	switch (owner) {
	case SURVEY_NOBODY:
		return "nobody";
	case SURVEY_CELL:
		return cell->name;
	case SURVEY_OF_HYPERVISOR:
		return "the hypervisor";
	}
	abort();
}

const char *say_holder(const struct survey_memory *m)
{
	switch (m->kind) {
	case SURVEY_RAM:
		return m->cell->name;
	case SURVEY_CHANNEL:
	case SURVEY_VIRTIO:
		return "shared";
	case SURVEY_DEVICE:
		return m->cell ? m->cell->name : "the hypervisor";
	case SURVEY_HYPERVISOR:
		return "the hypervisor";
	case SURVEY_RESERVED:
		return "reserved by the board";
	case SURVEY_FREE:
		return "nobody";
	case SURVEY_WINDOW:
	case SURVEY_VIEW:
	case SURVEY_TRAP:
		break;
	}
	abort();
}

const char *say_backend(struct arena *a, const struct virtio *v)
{
	const char *name = virtio_backend_name(v->backend);

	if (v->path)
		name = arena_printf(a, "%s %s", name, say_quoted(a, v->path));
	return v->is_readonly ? arena_printf(a, "%s, readonly", name) : name;
}

const char *say_mac(struct arena *a, const struct virtio *v)
{
	if (v->kind != VIRTIO_NET)
		return "";
	return arena_printf(a, "%s%s", virtio_mac_text(a, v),
			    v->has_mac ? "" : ", from its name");
}

const char *say_seen(struct arena *a, const struct virtio *v)
{
	if (v->bounce)
		return arena_printf(a, "%s to bounce in",
				    say_size(a, v->bounce->size));
	return arena_printf(a, "all RAM of %s", v->front->name);
}

const char *say_waiver(enum survey_waiver_kind kind)
{
	switch (kind) {
	case SURVEY_DMA:
		return "unprotected dma";
	case SURVEY_PAGE:
		return "shared page";
	case SURVEY_PROVIDER:
		return "shared provider";
	case SURVEY_RESET:
		return "shared reset";
	case SURVEY_SHARE_RAM:
		return "share ram";
	}
	abort();
}

const char *say_event(struct arena *a, const struct on_event *on)
{
	const char *action = name_action(on->action);

	return on->limit ? arena_printf(a, "%s %" PRIu32, action, on->limit)
			 : action;
}

const char *say_rights(struct arena *a, const struct managed *m)
{
	const struct { bool may; const char *name; } rights[] = {
		{ m->may_start, "start" }, { m->may_stop, "stop" },
		{ m->may_load, "load" }, { m->may_console, "console" },
	};
	const char *list = "";

	for (size_t i = 0; i < ARRAY_SIZE(rights); i++)
		if (rights[i].may)
			list = arena_printf(a, "%s%s%s", list,
					    *list ? ", " : "", rights[i].name);
	return *list ? list : "nothing";
}

const char *say_payload(struct arena *a, const struct payload *p)
{
	const char *file = say_quoted(a, p->file);

	return p->path ? arena_printf(a, "%s, %" PRIu64 " bytes", file, p->size)
		       : arena_printf(a, "%s, not there yet", file);
}

static const char *need_name(enum need_kind kind)
{
	static const char *const names[] = {
		[NEED_CLOCK] = "clock", [NEED_RESET] = "reset",
		[NEED_POWER] = "power domain", [NEED_PINS] = "pins",
		[NEED_SUPPLY] = "supply", [NEED_GPIO] = "gpio",
		[NEED_MAILBOX] = "mailbox", [NEED_HWLOCK] = "hardware lock",
		[NEED_DMA] = "dma channel", [NEED_PHY] = "phy",
		[NEED_SYSCON] = "syscon", [NEED_INTERRUPT] = "interrupts",
		[NEED_STREAM] = "iommu stream", [NEED_MSI] = "msi",
		[NEED_MEMORY] = "memory", [NEED_PARENT] = "parent",
		[NEED_OTHER] = "other",
	};

	return names[kind];
}

const char *say_need(struct arena *a, const struct device_need *n)
{
	if (n->is_dangling)
		return arena_printf(a, "%s of what is not there",
				    need_name(n->kind));
	return arena_printf(a, "%s of %s%s", need_name(n->kind),
			    n->path, n->is_fixed ? ", fixed" : "");
}
