/* SPDX-License-Identifier: BSD-2-Clause */
/* One flat image at the cell's entry; what is zero at start is in the file. */
ENTRY(_start)
SECTIONS
{
	. = CELL_ENTRY;
	.text : { *(.text.start) *(.text .text.*) }
	.rodata : { *(.rodata .rodata.*) }
	.data : ALIGN(16) { *(.data .data.* .bss .bss.* COMMON) BYTE(0) }
	image_end = .;
	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame) }
}
