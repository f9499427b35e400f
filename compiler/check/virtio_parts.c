/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio_parts.c - what virtio devices are made of in the cell behind: files,
 * interfaces, addresses on the wire, queues. hvcc does not look at them, it
 * asks whether they could be there and are one device's.
 */
#include "check/families.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "model/virtio.h"

/* Of a path; what runs in the cell behind has room for it and a NUL. */
#define PATH_SIZE_MAX 255u
/* Of an interface's name, as Linux has it (IFNAMSIZ, less the NUL). */
#define TAP_SIZE_MAX 15u
#define BLOCK_QUEUES_MAX 8u
#define NET_PAIRS_MAX 4u

/* ---- names ----------------------------------------------------------------- */

/* An empty one, '.' and '..' are ways to spell other paths. */
static bool is_plain_part(const char *part, size_t size)
{
	return size > 2 || strspn(part, ".") < size;
}

/*
 * What is wrong with it, or NULL. Of all spellings of a path one is taken, so
 * that two are one file only where a link makes them so.
 */
static const char *path_fault(const char *path)
{
	if (path[0] != '/')
		return "does not begin with '/', and would be looked for"
		       " wherever the backend was started";
	if (strlen(path) > PATH_SIZE_MAX)
		return "has more than 255 bytes";
	for (const char *c = path; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return "has a control character";
	for (const char *slash = path; slash; slash = strchr(slash + 1, '/'))
		if (!is_plain_part(slash + 1, strcspn(slash + 1, "/")))
			return "has a part that is empty, '.' or '..'";
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
			  " tuntap' calls it in the root cell" : "write the"
			  " whole path as 'realpath' prints it in the root"
			  " cell, with at most 255 bytes and no control"
			  " characters");
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

/* Whoever had the key first; v is the first where nobody had. */
static const struct virtio *first_of(struct map *map, const char *key,
				     const struct virtio *v)
{
	const struct virtio *first = map_get(map, key);

	if (!first)
		map_put(map, key, (void *)v);
	return first;
}

static void virtio_mac_twice(const struct facts *f, const struct rule *r,
			     struct diag *d)
{
	struct map *macs = map_new(f->arena);

	for (size_t i = 0; i < f->model->n_virtios; i++) {
		const struct virtio *v = &f->model->virtios[i];
		const struct virtio *first;
		const char *mac;

		if (v->kind != VIRTIO_NET)
			continue;
		mac = virtio_mac_text(f->arena, v);
		first = first_of(macs, mac, v);
		if (!first)
			continue;
		diag_error(d, r, v->has_mac ? v->at_mac : v->at, "'%s' has the"
			   " address %s, and so has '%s'", v->name, mac,
			   first->name);
		diag_note(d, first->has_mac ? first->at_mac : first->at,
			  "'%s' is here", first->name);
		diag_help(d, v->has_mac ? "leave out 'mac', and hvcc makes one"
			  " from the name of the device" : "write 'mac' in one"
			  " of them, with another address");
	}
}

/* What one device has alone; NULL: a pty, which is made for each. */
static const char *backend_key(const struct facts *f, const struct virtio *v)
{
	switch (v->backend) {
	case BACKEND_FILE:
	case BACKEND_TAP:
		return arena_printf(f->arena, "%s %s",
				    virtio_backend_name(v->backend), v->path);
	case BACKEND_TERMINAL:
		return "";
	case BACKEND_PTY:
	case BACKEND_NONE:
		break;
	}
	return NULL;
}

static void help_backend(struct diag *d, const struct virtio *a,
			 const struct virtio *b)
{
	if (a->kind == VIRTIO_BLOCK && b->kind == VIRTIO_BLOCK)
		diag_help(d, "what both only read both may have: write"
			  " 'readonly;' in both");
	else if (b->backend == BACKEND_TERMINAL)
		diag_help(d, "write 'pty;' in one of them");
	else
		diag_help(d, "give each %s of its own",
			  b->backend == BACKEND_TAP ? "an interface" : "a file");
}

/* What is only read any number may read, and then nobody writes it. */
static const struct virtio *rival_of(struct map *all, struct map *writers,
				     const char *key, const struct virtio *v)
{
	const struct virtio *first = first_of(all, key, v);

	if (v->is_readonly)
		return map_get(writers, key);
	first_of(writers, key, v);
	return first;
}

static void virtio_backend_twice(const struct facts *f, const struct rule *r,
				 struct diag *d)
{
	struct map *all = map_new(f->arena), *writers = map_new(f->arena);

	for (size_t i = 0; i < f->model->n_virtios; i++) {
		const struct virtio *v = &f->model->virtios[i];
		const char *key = backend_key(f, v);
		const struct virtio *rival = key ?
			rival_of(all, writers, key, v) : NULL;

		if (!rival)
			continue;
		diag_error(d, r, v->at_backend, "'%s' and '%s' have one %s",
			   v->name, rival->name,
			   virtio_backend_name(v->backend));
		diag_note(d, rival->at_backend, "'%s' has it here",
			  rival->name);
		help_backend(d, rival, v);
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
