/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <sys/mman.h>

#include "guest.h"

/* Shared with children, as a device outlives a backend that is killed. */
void *guest_pages(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		abort();
	return at;
}

void guest_pages_free(void *at, size_t size)
{
	munmap(at, size);
}
