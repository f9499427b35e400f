/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/look.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/os.h"
#include "cli/say.h"

#define STATUS_DRIVER_OK 4u	/* Virtual I/O Device 1.2, 2.1 */

const char *look_kind_word(uint32_t kind)
{
	switch (kind) {
	case HV_VIRTIO_NET:
		return "net";
	case HV_VIRTIO_BLOCK:
		return "block";
	case HV_VIRTIO_CONSOLE:
		return "console";
	}
	return "unknown";
}

static const void *map(int fd, uint64_t offset, const char *name)
{
	const void *at = os_virtio_map(fd, offset, HV_VIRTIO_SIZE, false, NULL);

	if (!at)
		fail(EXIT_ENVIRONMENT, "cannot look at device '%s': %s", name,
		     strerror(errno));
	return at;
}

static void read_pages(int fd, struct look *out)
{
	struct hvisor_virtio told;

	if (os_ioctl(fd, HVISOR_VIRTIO, &told))
		fail(EXIT_ENVIRONMENT, OS_VIRTIO "%s does not say what it is:"
		     " %s", out->name, strerror(errno));

	const volatile struct hv_virtio_state *state =
		map(fd, told.state, out->name);
	const volatile struct hv_virtio_published *published =
		map(fd, told.published, out->name);
	struct kept kept;

	out->has_backend = told.has_backend;
	out->is_published = published->is_published == 1;
	out->is_driven = state->registers.status & STATUS_DRIVER_OK;
	memcpy(&kept, (const char *)published + sizeof(*published), sizeof(kept));
	if (kept.magic == KEPT_MAGIC && kept.version == KEPT_VERSION)
		out->counters = kept.counters;
	os_virtio_unmap(published, HV_VIRTIO_SIZE);
	os_virtio_unmap(state, HV_VIRTIO_SIZE);
}

bool look_at(const struct session *s, uint32_t i, struct look *out)
{
	uint64_t x[17] = { 0, i };

	if (session_call(s, HV_CALL_VIRTIO, x))
		return false;
	*out = (struct look){ .kind = (uint32_t)x[5], .front = (uint32_t)x[7] };
	memcpy(out->name, x + 1, sizeof(out->name));
	out->name[sizeof(out->name) - 1] = 0;

	int fd = os_virtio_open(out->name, false);

	if (fd < 0)
		fail(EXIT_ENVIRONMENT, "cannot open " OS_VIRTIO "%s: %s",
		     out->name, strerror(errno));
	read_pages(fd, out);
	close(fd);
	return true;
}
