/* SPDX-License-Identifier: BSD-2-Clause */
#include "image/hash.h"
#include "image/image.h"
#include "image/link.h"

static struct hv_sha256 hash_parts(const struct layout *l,
				   const struct linked *linked,
				   struct pa_range from, struct pa_range to)
{
	uint64_t base = l->hypervisor.all.base.u;

	return hash_bytes(linked->bytes + (from.base.u - base),
			  (size_t)(to.base.u + to.size - from.base.u));
}

void image_runtime_hash(struct arena *a, const struct layout *l,
			const struct image_parts *parts, FILE *out)
{
	const struct hypervisor_layout *h = &l->hypervisor;
	struct linked linked;
	const char *why;

	if (!link_image(a, l, parts, false, &linked, &why))
		fatal("%s", why);

	struct hv_sha256 code = hash_parts(l, &linked, h->text, h->rodata);
	struct hv_sha256 data = hash_parts(l, &linked, h->data_bss,
					   h->data_bss);

	fputs(hash_runtime_text(a, &code, &data), out);
}
