/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio_parts.c - what virtio devices are made of in the cell behind: files,
 * interfaces, addresses on the wire, queues. hvcc does not look at them, it
 * asks whether they could be there and are one device's.
 */
#include "check/families.h"

#include <inttypes.h>
#include <string.h>

#include "model/virtio.h"

/* Of a path; what runs in the cell behind has room for it and a NUL. */
#define PATH_SIZE_MAX 255u
/* Of an interface's name, as Linux has it (IFNAMSIZ, less the NUL). */
#define TAP_SIZE_MAX 15u
#define BLOCK_QUEUES_MAX 8u
#define NET_PAIRS_MAX 4u

/* ---- names ----------------------------------------------------------------- */

/* What is wrong with it, or NULL. */
static const char *path_fault(const char *path)
{
	if (path[0] != '/')
		return "does not begin with '/', and would be looked for"
		       " wherever the backend was started";
	if (strlen(path) > PATH_SIZE_MAX)
		return "has more than 255 bytes";
	return NULL;
}

static const char *tap_fault(const char *name)
{
	if (!*name)
		return "is empty";
	if (strlen(name) > TAP_SIZE_MAX)
		return "has more than 15 bytes";
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return "is a name of a folder";
	/* Linux takes a % as a pattern to make names of. */
	for (; *name; name++)
		if (*name <= ' ' || *name > '~' || strchr("/:%", *name))
			return "has a character that no interface's name has";
	return NULL;
}

static void virtio_path(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	for (size_t i = 0; i < f->model->n_virtios; i++) {
		const struct virtio *v = &f->model->virtios[i];
		bool is_tap = v->backend == BACKEND_TAP;
		const char *fault = !v->path ? NULL : is_tap ?
				    tap_fault(v->path) : path_fault(v->path);

		if (!fault)
			continue;
		diag_error(d, r, v->at_backend, "the %s of '%s' %s",
			   is_tap ? "interface" : "file", v->name, fault);
		diag_help(d, is_tap ? "an interface is \"tap0\", or what 'ip"
			  " tuntap' in '%s' calls it" : "a file has its whole"
			  " path in '%s'", v->back ? v->back->name : "the root"
			  " cell");
	}
}

/* ---- numbers --------------------------------------------------------------- */

static void virtio_queues(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	for (size_t i = 0; i < f->model->n_virtios; i++) {
		const struct virtio *v = &f->model->virtios[i];
		bool is_net = v->kind == VIRTIO_NET;
		uint32_t max = is_net ? NET_PAIRS_MAX : BLOCK_QUEUES_MAX;

		if (v->n_queues && v->n_queues <= max)
			continue;
		diag_error(d, r, v->at_queues, "'%s' has %" PRIu32 " %s",
			   v->name, v->n_queues, is_net ? "pairs of queues" :
			   "queues");
		diag_help(d, "a virtio %s has 1 to %" PRIu32 "; as many as '%s'"
			  " has CPUs are of use", virtio_kind_name(v->kind),
			  max, v->front ? v->front->name : "its cell");
	}
}

static bool is_zero(const uint8_t mac[6])
{
	static const uint8_t none[6];

	return !memcmp(mac, none, sizeof(none));
}

static void virtio_mac(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	for (size_t i = 0; i < f->model->n_virtios; i++) {
		const struct virtio *v = &f->model->virtios[i];
		bool is_group = v->mac[0] & 1;

		if (!v->has_mac || (!is_group && !is_zero(v->mac)))
			continue;
		diag_error(d, r, v->at_mac, is_group ? "the address of '%s' is"
			   " one of a group: its first byte is odd" :
			   "the address of '%s' is zero", v->name);
		diag_help(d, "leave out 'mac', and hvcc makes one from the name"
			  " of the device");
	}
}

/* ---- of two devices --------------------------------------------------------- */

static bool is_same_mac(const struct virtio *a, const struct virtio *b)
{
	return a->kind == VIRTIO_NET && b->kind == VIRTIO_NET &&
	       !memcmp(a->mac, b->mac, sizeof(a->mac));
}

static void virtio_mac_twice(const struct facts *f, const struct rule *r,
			     struct diag *d)
{
	const struct model *m = f->model;

	for (size_t i = 0; i < m->n_virtios; i++)
		for (size_t k = 0; k < i; k++) {
			const struct virtio *a = &m->virtios[k];
			const struct virtio *b = &m->virtios[i];

			if (!is_same_mac(a, b))
				continue;
			diag_error(d, r, b->has_mac ? b->at_mac : b->at, "'%s'"
				   " has the address %s, and so has '%s'",
				   b->name, virtio_mac_text(f->arena, b), a->name);
			diag_note(d, a->has_mac ? a->at_mac : a->at,
				  "'%s' is here", a->name);
			break;
		}
}

/* Of one kind both have a path, or neither; a pty is made for each. */
static bool is_same_backend(const struct virtio *a, const struct virtio *b)
{
	if (a->backend != b->backend)
		return false;
	if (a->backend == BACKEND_TERMINAL)
		return true;
	return a->path && !strcmp(a->path, b->path) &&
	       !(a->is_readonly && b->is_readonly);
}

static void virtio_backend_twice(const struct facts *f, const struct rule *r,
				 struct diag *d)
{
	const struct model *m = f->model;

	for (size_t i = 0; i < m->n_virtios; i++)
		for (size_t k = 0; k < i; k++) {
			const struct virtio *a = &m->virtios[k];
			const struct virtio *b = &m->virtios[i];

			if (!is_same_backend(a, b))
				continue;
			diag_error(d, r, b->at_backend, "'%s' and '%s' have one"
				   " %s", b->name, a->name,
				   virtio_backend_name(b->backend));
			diag_note(d, a->at_backend, "'%s' has it here", a->name);
			if (a->kind == VIRTIO_BLOCK && b->kind == VIRTIO_BLOCK)
				diag_help(d, "what both only read both may"
					  " have: write 'readonly;' in both");
			break;
		}
}

static const struct check checks[] = {
	{ .rule = { "virtio-path", "a virtio device's file has a whole path, and"
	    " its interface a name that Linux takes" }, .run = virtio_path },
	{ .rule = { "virtio-queues", "a virtio device has as many queues as its"
	    " backend serves" }, .run = virtio_queues },
	{ .rule = { "virtio-mac", "a network device's address is one"
	    " station's" }, .run = virtio_mac },
	{ .rule = { "virtio-mac-twice", "no two network devices have one"
	    " address" }, .run = virtio_mac_twice },
	{ .rule = { "virtio-backend-twice", "a file that is written, a tap and"
	    " the terminal are one virtio device's" },
	  .run = virtio_backend_twice },
};

const struct check_family family_virtio_parts = {
	"virtio_parts", checks, ARRAY_SIZE(checks),
};
