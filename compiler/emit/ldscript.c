/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The linker script: every part at the address that the layout gave it, and
 * nothing else in the image. What has no place here is an error of the linker
 * (--orphan-handling=error), and so is what needs a relocation at run time.
 */
#include <inttypes.h>

#include "emit/emit.h"

static void part(FILE *out, const char *name, const struct pa_range *r,
		 const char *contents, const char *header)
{
	fprintf(out, "\t%s 0x%" PRIx64 " : {\n%s\t} :%s\n"
		"\tASSERT(SIZEOF(%s) <= 0x%" PRIx64
		", \"%s is larger than its part of the layout\")\n",
		name, r->base.u, contents, header, name, r->size, name);
}

/* Kept for the debugger, in no segment. */
static void print_debug(FILE *out)
{
	static const char *const names[] = {
		"abbrev", "addr", "aranges", "frame", "info", "line",
		"line_str", "loc", "loclists", "macro", "ranges", "rnglists",
		"str", "str_offsets", "types",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		fprintf(out, "\t.debug_%s 0 : { *(.debug_%s) }\n", names[i],
			names[i]);
	fputs("\t.symtab 0 : { *(.symtab) }\n"
	      "\t.strtab 0 : { *(.strtab) }\n"
	      "\t.shstrtab 0 : { *(.shstrtab) }\n", out);
}

/* Sections that an address in the image would need: there is none. */
static void print_empty(FILE *out)
{
	static const char *const names[] = {
		"rela", "got", "got.plt", "plt", "iplt", "igot.plt",
		"data.rel.ro", "init_array", "fini_array", "eh_frame",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		fprintf(out, "\t.%s : { *(.%s%s) }\n"
			"\tASSERT(SIZEOF(.%s) == 0, \"there is a .%s\")\n",
			names[i], names[i], i ? "" : " .rela.*", names[i],
			names[i]);
}

void emit_ldscript(FILE *out, const struct layout *l)
{
	const struct hypervisor_layout *h = &l->hypervisor;

	fprintf(out, "/* Made by hvcc: where each part of the runtime goes. */\n"
		"ENTRY(hv_entry)\n"
		"PHDRS {\n"
		"\thead PT_LOAD FLAGS(4);\n"
		"\ttext PT_LOAD FLAGS(5);\n"
		"\trodata PT_LOAD FLAGS(4);\n"
		"\tdata PT_LOAD FLAGS(6);\n"
		"\ttables PT_LOAD FLAGS(4);\n"
		"}\n"
		"hv_image_base = 0x%" PRIx64 ";\n"
		"SECTIONS {\n", h->all.base.u);
	part(out, ".head", &h->head, "\t\tKEEP(*(.hv_image_head))\n", "head");
	part(out, ".text", &h->text, "\t\tKEEP(*(.text.hv_entry))\n"
	     "\t\t*(.text .text.*)\n", "text");
	part(out, ".rodata", &h->rodata, "\t\t*(.rodata .rodata.*)\n",
	     "rodata");
	/* The zeros are in the image too: nobody clears memory first. */
	part(out, ".data", &h->data_bss, "\t\t*(.data .data.*)\n"
	     "\t\t*(.bss .bss.* COMMON)\n", "data");
	part(out, ".hv_tables", &h->tables, "\t\tKEEP(*(.hv_tables))\n",
	     "tables");
	print_empty(out);
	print_debug(out);
	fputs("\t/DISCARD/ : { *(.comment) *(.note.GNU-stack)"
	      " *(.note.gnu.property) }\n}\n", out);
	fprintf(out, "ASSERT(hv_entry == 0x%" PRIx64
		", \"the image does not begin with hv_entry\")\n"
		"ASSERT(hv_system == 0x%" PRIx64
		", \"the tables are not where the layout has them\")\n",
		h->text.base.u, h->tables.base.u);
}
