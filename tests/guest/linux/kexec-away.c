/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kexec-away [load|crash] - replaces this Linux by a program that says on the UART at
 * which exception level it is and how many of the CPUs 1 to 3 are off, and powers the
 * machine off. With `load` it only says that it could. With `crash` that program waits
 * for a panic, in the memory of `crashkernel=`, and then stays.
 */
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PLACE 0x50000000ul	/* RAM of QEMU's virt board, whose UART is at 0x9000000 */
#define PAGE 4096ul

extern char away[], away_end[], stays[];

__asm__(
"	.pushsection .data\n"
"	.globl	away, away_end, stays\n"
"	.balign 8\n"
"away:\n"
"	adr	x5, text\n"
"	mrs	x4, CurrentEL\n"
"	lsr	x4, x4, #2\n"
"	add	w4, w4, #'0'\n"
"	strb	w4, [x5, #level - text]\n"
"	mov	w6, #'0'\n"
"	mov	x7, #1\n"		/* each other CPU: AFFINITY_INFO says 1, off */
"1:	ldr	w0, =0xc4000004\n"
"	mov	x1, x7\n"
"	mov	x2, #0\n"
"	smc	#0\n"
"	cmp	w0, #1\n"
"	cinc	w6, w6, eq\n"
"	add	x7, x7, #1\n"
"	cmp	x7, #4\n"
"	b.ne	1b\n"
"	strb	w6, [x5, #others - text]\n"
"	mov	x1, #0x9000000\n"
"2:	ldrb	w0, [x5], #1\n"
"	cbz	w0, 3f\n"
"	str	w0, [x1]\n"
"	b	2b\n"
"3:	adr	x5, stays\n"
"	ldrb	w0, [x5]\n"
"	cbnz	w0, 4f\n"
"	ldr	w0, =0x84000008\n"
"	smc	#0\n"
"4:	wfi\n"
"	b	4b\n"
"	.ltorg\n"
"text:	.ascii	\"\\r\\nanother kernel at EL\"\n"
"level:	.ascii	\"?, \"\n"
"others: .asciz	\"? CPUs are off\\r\\n\"\n"
"stays:	.byte	0\n"
"	.balign 8\n"
"away_end:\n"
"	.popsection\n");

/* The first address of what the kernel has put aside; 0: nothing. */
static unsigned long crash_memory(void)
{
	FILE *f = fopen("/proc/iomem", "r");
	unsigned long at = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, "Crash kernel"))
			at = strtoul(line, NULL, 16);
	if (f)
		fclose(f);
	return at;
}

static bool load(unsigned long place, unsigned long flags)
{
	size_t size = (size_t)(away_end - away);
	struct kexec_segment s = { away, size, (void *)place, PAGE };

	if (syscall(SYS_kexec_load, place, 1ul, &s, KEXEC_ARCH_AARCH64 | flags)) {
		perror("kexec_load");
		return false;
	}
	printf("loaded, %zu bytes\n", size);
	return true;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "crash")) {
		*stays = 1;
		return !load(crash_memory(), KEXEC_ON_CRASH);
	}
	if (!load(PLACE, 0))
		return 1;
	if (argc > 1 && !strcmp(argv[1], "load"))
		return 0;
	sync();
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		LINUX_REBOOT_CMD_KEXEC, NULL);
	perror("kexec");
	return 1;
}
