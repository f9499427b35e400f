/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/utf8.h"

size_t utf8_decode(const char *s, size_t size, uint32_t *out)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (!size)
		return 0;

	unsigned char first = (unsigned char)s[0];
	size_t n = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 :
		   first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;

	if (!n || n > size)
		return 0;

	uint32_t c = n == 1 ? first : first & (0xffu >> (n + 1));

	for (size_t i = 1; i < n; i++) {
		unsigned char b = (unsigned char)s[i];

		if ((b & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (b & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*out = c;
	return n;
}

bool utf8_is_deceptive(uint32_t c)
{
	return c == 0x061c ||				/* arabic letter mark */
	       (c >= 0x200b && c <= 0x200f) ||		/* zero width, marks */
	       (c >= 0x2028 && c <= 0x202e) ||		/* line ends, embeddings */
	       (c >= 0x2060 && c <= 0x206f) ||		/* joiners, isolates */
	       c == 0xfeff ||				/* byte order mark */
	       (c >= 0xfff9 && c <= 0xfffb) ||		/* annotations */
	       (c >= 0xe0000 && c <= 0xe007f);		/* tags */
}

bool utf8_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}
