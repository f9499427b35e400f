/* SPDX-License-Identifier: BSD-2-Clause */
#include "emit/names.h"

#include <inttypes.h>

void name_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		fputc(c < ' ' || c == 0x7f || c == '\'' ? '?' : c, out);
	}
}

void name_range(FILE *out, uint64_t base, uint64_t size)
{
	if (size)
		fprintf(out, "0x%" PRIx64 "..0x%" PRIx64, base,
			base + size - 1);
	else
		fputs("nothing", out);
}

void name_size(FILE *out, uint64_t size)
{
	if (size && size % MIB == 0)
		fprintf(out, "%" PRIu64 " MiB", size / MIB);
	else if (size && size % KIB == 0)
		fprintf(out, "%" PRIu64 " KiB", size / KIB);
	else
		fprintf(out, "0x%" PRIx64 " bytes", size);
}

void name_access(FILE *out, struct access a)
{
	fprintf(out, "%c%c%c%s", a.may_read ? 'r' : '-',
		a.may_write ? 'w' : '-', a.may_execute ? 'x' : '-',
		a.is_uncached ? " uncached" : "");
}

void name_line(FILE *out, const struct line *l)
{
	fprintf(out, "%s %u", l->kind == LINE_SPI ? "spi" : "ppi", l->number);
}

const char *name_boot(enum boot_kind kind)
{
	switch (kind) {
	case BOOT_NONE:
		return "none";
	case BOOT_LINUX:
		return "linux";
	case BOOT_RAW:
		return "raw";
	case BOOT_RUNNING:
		return "running";
	case BOOT_ELF:
		break;
	}
	return "elf";
}

const char *name_console(enum console_kind kind)
{
	switch (kind) {
	case CONSOLE_NONE:
		return "none";
	case CONSOLE_VIRTUAL:
		return "virtual";
	case CONSOLE_DEVICE:
		break;
	}
	return "device";
}

const char *name_interrupts(enum interrupts how)
{
	return how == INTERRUPTS_DIRECT ? "direct" : "virtual";
}

const char *name_action(enum lifecycle action)
{
	switch (action) {
	case ON_STOP:
		return "stop";
	case ON_RESTART:
		return "restart";
	case ON_KEEP:
		return "keep";
	case ON_MACHINE_OFF:
		return "machine off";
	case ON_MACHINE_RESET:
		break;
	}
	return "machine reset";
}

const char *name_piece(enum piece_kind kind)
{
	switch (kind) {
	case PIECE_KERNEL:
		return "kernel";
	case PIECE_INITRD:
		return "initrd";
	case PIECE_IMAGE:
		return "image";
	case PIECE_ELF_SEGMENT:
		return "segment";
	case PIECE_TREE:
		break;
	}
	return "tree";
}

void name_place(FILE *out, const struct source *s, struct span at)
{
	struct source_place place;

	if (source_find(s, at, &place)) {
		fputs("  (", out);
		name_text(out, place.name);
		if (place.has_line)
			fprintf(out, ":%u", place.line);
		fputc(')', out);
	}
	fputc('\n', out);
}
