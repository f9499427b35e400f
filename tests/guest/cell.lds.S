/* SPDX-License-Identifier: BSD-2-Clause */
/* One flat image at the cell's entry, or at LINK_AT; what is zero at start is in the file. */
#ifndef LINK_AT
#define LINK_AT CELL_ENTRY
#endif
ENTRY(_start)
SECTIONS
{
	. = LINK_AT;
	.text : { *(.text.image) *(.text.start) *(.text .text.*) }
	.rodata : { *(.rodata .rodata.*) }
	.data : ALIGN(16) { *(.data .data.* .bss .bss.* COMMON) BYTE(0) }
	image_end = .;
	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame) }
}
