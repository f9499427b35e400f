/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio devices. `bounce` makes a channel that no statement of its own has: it
 * has the device's name and, as its ends, the device's cells. So whatever holds
 * for the memory of a channel holds for it.
 */
#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/units.h"
#include "model/virtio.h"
#include "read/resolve_parts.h"

enum setting {
	SETTING_FILE, SETTING_TAP, SETTING_PTY, SETTING_TERMINAL,
	SETTING_READONLY, SETTING_QUEUES, SETTING_MAC, SETTING_BOUNCE,
};

static const char *const settings[] = {
	[SETTING_FILE] = "file", [SETTING_TAP] = "tap", [SETTING_PTY] = "pty",
	[SETTING_TERMINAL] = "terminal", [SETTING_READONLY] = "readonly",
	[SETTING_QUEUES] = "queues", [SETTING_MAC] = "mac",
	[SETTING_BOUNCE] = "bounce",
};

#define SETTINGS_N ARRAY_SIZE(settings)

#define IN(kind) (1u << (kind))
#define IN_ALL (IN(VIRTIO_BLOCK) | IN(VIRTIO_NET) | IN(VIRTIO_CONSOLE))

/* Which kinds of devices have it. */
static const unsigned has_setting[] = {
	[SETTING_FILE] = IN(VIRTIO_BLOCK) | IN(VIRTIO_CONSOLE),
	[SETTING_TAP] = IN(VIRTIO_NET),
	[SETTING_PTY] = IN(VIRTIO_CONSOLE),
	[SETTING_TERMINAL] = IN(VIRTIO_CONSOLE),
	[SETTING_READONLY] = IN(VIRTIO_BLOCK),
	[SETTING_QUEUES] = IN(VIRTIO_BLOCK) | IN(VIRTIO_NET),
	[SETTING_MAC] = IN(VIRTIO_NET),
	[SETTING_BOUNCE] = IN_ALL,
};

/* One device while its block is read. */
struct virtio_block {
	struct resolve *r;
	struct virtio *v;
	const struct ast_stmt *said[SETTINGS_N];
	const struct ast_stmt *share, *on;
	bool has_bounce_size;
	uint64_t bounce_size;
};

static bool kind_read(const struct virtio_block *b, const struct ast_word *word)
{
	const char *names[] = {
		virtio_kind_name(VIRTIO_BLOCK), virtio_kind_name(VIRTIO_NET),
		virtio_kind_name(VIRTIO_CONSOLE),
	};
	size_t i = word_find(b->r, word, "a kind of virtio device", names,
			     ARRAY_SIZE(names));

	b->v->kind = i < ARRAY_SIZE(names) ? (enum virtio_kind)i : VIRTIO_BLOCK;
	return i < ARRAY_SIZE(names);
}

/* ---- which statements there are ------------------------------------------ */

static void twice_tell(const struct virtio_block *b, const struct ast_stmt *s,
		       const struct ast_stmt *first, const char *what)
{
	struct diag *d = b->r->read->diag;

	diag_error(d, &rule_attribute_twice, s->at, "'%s' has a second '%s'",
		   b->v->name, what);
	diag_note(d, first->at, "the first is here");
}

/* Keeps the statement, unless it is the second. */
static void keep(const struct virtio_block *b, const struct ast_stmt **first,
		 const struct ast_stmt *s, const char *what)
{
	if (*first)
		twice_tell(b, s, *first, what);
	else
		*first = s;
}

/* Whatever the kind, 'bounce' is one of several. */
static void help_settings(const struct virtio_block *b)
{
	const char *list = "";

	for (size_t i = 0; i < SETTINGS_N; i++)
		if (has_setting[i] & IN(b->v->kind))
			list = arena_printf(b->r->read->arena, "%s%s%s", list,
					    *list ? ", " : "", settings[i]);
	diag_help(b->r->read->diag, "a virtio %s takes %s",
		  virtio_kind_name(b->v->kind), list);
}

static void setting_keep(struct virtio_block *b, const struct ast_stmt *s)
{
	size_t i = word_find(b->r, &s->setting.name,
			     "a setting of a virtio device", settings,
			     SETTINGS_N);

	if (i == SETTINGS_N) {
		b->v->is_broken = true;
		return;
	}
	if (has_setting[i] & IN(b->v->kind)) {
		keep(b, &b->said[i], s, settings[i]);
		return;
	}
	diag_error(b->r->read->diag, &rule_type_mismatch, s->at, "'%s', a"
		   " virtio %s, takes no %s", b->v->name,
		   virtio_kind_name(b->v->kind), settings[i]);
	help_settings(b);
}

static void block_keep(struct virtio_block *b, const struct ast_block *block)
{
	for (const struct ast_stmt *s = block->first; s; s = s->next) {
		if (s->kind == AST_SETTING)
			setting_keep(b, s);
		else if (s->kind == AST_SHARE)
			keep(b, &b->share, s, "share");
		else
			keep(b, &b->on, s, "on");
	}
}

/* ---- what stands behind them --------------------------------------------- */

static bool wants(const struct virtio_block *b, const struct ast_stmt *s,
		  const char *what)
{
	diag_error(b->r->read->diag, &rule_type_mismatch, s->at, "%s takes %s",
		   s->setting.name.text, what);
	b->v->is_broken = true;
	return false;
}

static bool is_bare(const struct virtio_block *b, enum setting i)
{
	const struct ast_stmt *s = b->said[i];

	if (!s)
		return false;
	return (!s->setting.value && !s->setting.mac) ||
	       wants(b, s, "nothing behind it");
}

static const struct expr *value_of(const struct virtio_block *b, enum setting i,
				   const char *what)
{
	const struct ast_stmt *s = b->said[i];

	if (!s)
		return NULL;
	if (!s->setting.value)
		wants(b, s, what);
	return s->setting.value;
}

static void string_read(const struct virtio_block *b, enum setting i,
			enum virtio_backend backend)
{
	const struct expr *e = value_of(b, i, "a string in double quotes");

	if (!e)
		return;
	b->v->path = read_string(b->r->read, e, settings[i]);
	b->v->backend = b->v->path ? backend : BACKEND_NONE;
	b->v->is_broken |= !b->v->path;
}

/* The only one of those that say where the device's data is; NULL after an error. */
static const struct ast_stmt *backend_find(const struct virtio_block *b)
{
	const struct ast_stmt *found = NULL;
	struct diag *d = b->r->read->diag;

	for (size_t i = SETTING_FILE; i <= SETTING_TERMINAL; i++) {
		const struct ast_stmt *s = b->said[i];

		if (found && s) {
			diag_error(d, &rule_attribute_twice, s->at,
				   "'%s' has its backend already", b->v->name);
			diag_note(d, found->at, "it is here");
		} else if (s) {
			found = s;
		}
	}
	return found;
}

static void backend_missing(const struct virtio_block *b)
{
	static const struct { const char *what, *example; } wanted[] = {
		[VIRTIO_BLOCK] = { "file", "file \"/srv/disk.img\";" },
		[VIRTIO_NET] = { "tap", "tap \"tap0\";" },
		[VIRTIO_CONSOLE] = { "pty, file or terminal", "pty;" },
	};
	struct diag *d = b->r->read->diag;

	/* What is missing may be in a statement that was wrong. */
	if (b->v->is_broken)
		return;
	diag_error(d, &rule_attribute_missing, b->v->at, "'%s', a virtio %s,"
		   " has no %s", b->v->name, virtio_kind_name(b->v->kind),
		   wanted[b->v->kind].what);
	diag_help(d, "write '%s'", wanted[b->v->kind].example);
	b->v->is_broken = true;
}

static void backend_read(const struct virtio_block *b)
{
	const struct ast_stmt *s = backend_find(b);

	if (!s) {
		backend_missing(b);
		return;
	}
	b->v->at_backend = s->at;
	if (s == b->said[SETTING_FILE])
		string_read(b, SETTING_FILE, BACKEND_FILE);
	else if (s == b->said[SETTING_TAP])
		string_read(b, SETTING_TAP, BACKEND_TAP);
	else if (s == b->said[SETTING_PTY] && is_bare(b, SETTING_PTY))
		b->v->backend = BACKEND_PTY;
	else if (s == b->said[SETTING_TERMINAL] && is_bare(b, SETTING_TERMINAL))
		b->v->backend = BACKEND_TERMINAL;
}

static void queues_read(const struct virtio_block *b)
{
	const struct expr *e = value_of(b, SETTING_QUEUES, "a number");
	uint64_t n;

	if (!e)
		return;
	b->v->at_queues = b->said[SETTING_QUEUES]->at;
	if (!read_number(b->r->read, e, "queues", &n))
		return;
	/* How many there may be the checks know. */
	if (n <= UINT32_MAX)
		b->v->n_queues = (uint32_t)n;
	else
		diag_error(b->r->read->diag, &rule_value_range, e->at,
			   "queues takes a number below 2^32");
}

static void mac_read(const struct virtio_block *b)
{
	const struct ast_stmt *s = b->said[SETTING_MAC];
	struct virtio *v = b->v;

	if (v->kind != VIRTIO_NET)
		return;
	virtio_mac_make(v->name, v->mac);
	if (!s) {
		diag_say(b->r->read->diag, "made the address %s from the name"
			 " '%s'", virtio_mac_text(b->r->read->arena, v), v->name);
		return;
	}
	v->at_mac = s->at;
	if (!s->setting.mac) {
		wants(b, s, "an address like 52:54:00:00:00:10");
		return;
	}
	if (s->setting.mac->is_bad)
		return;
	v->has_mac = true;
	for (size_t i = 0; i < sizeof(v->mac); i++)
		v->mac[i] = s->setting.mac->b[i];
}

static void loss_read(const struct virtio_block *b)
{
	static const char *const events[] = { "loss" };
	static const char *const actions[] = { "fail" };
	struct resolve *r = b->r;

	if (b->on && word_find(r, &b->on->on.event,
			       "an event of a virtio device", events,
			       ARRAY_SIZE(events)) == 0)
		b->v->fails_on_loss = word_find(r, &b->on->on.action,
			"what to do on loss", actions,
			ARRAY_SIZE(actions)) == 0;
}

/* ---- what the cell behind sees -------------------------------------------- */

static void share_read(const struct virtio_block *b)
{
	static const char *const words[] = { "ram" };

	if (!b->share)
		return;
	b->v->at_view = b->share->at;
	if (word_find(b->r, &b->share->share.what, "something to share", words,
		      ARRAY_SIZE(words)) == 0)
		b->v->share_because = waiver_reason(b->r,
						    &b->share->share.waiver);
	else
		b->v->is_broken = true;
}

static void bounce_read(struct virtio_block *b)
{
	const struct expr *e = value_of(b, SETTING_BOUNCE, "a size");

	if (!e)
		return;
	b->v->at_view = b->said[SETTING_BOUNCE]->at;
	b->has_bounce_size = size_read(b->r, e, "bounce", &b->bounce_size);
	b->v->is_broken |= !b->has_bounce_size;
}

/* Only between two cells; that they are two the checks ask for. */
static void bounce_make(const struct virtio_block *b)
{
	struct model *m = b->r->model;
	struct virtio *v = b->v;
	struct channel *ch = &b->r->channels[m->n_channels];
	struct channel_end *ends;

	if (!b->has_bounce_size || !v->front || !v->back ||
	    v->front == v->back)
		return;
	ends = arena_array(b->r->read->arena, 2, sizeof(*ends));
	ends[0] = (struct channel_end){ .cell = v->front, .may_write = true,
					.at = v->at_front };
	ends[1] = (struct channel_end){ .cell = v->back, .may_write = true,
					.at = v->at_back };
	*ch = (struct channel){
		.name = v->name, .index = (uint32_t)m->n_channels++,
		.ends = ends, .n_ends = 2, .is_bounce = true,
		.size = b->bounce_size, .at = v->at,
		.at_size = b->said[SETTING_BOUNCE]->setting.value->at,
	};
	v->bounce = ch;
}

/* -------------------------------------------------------------------------- */

static void virtio_read(struct resolve *r, const struct ast_stmt *s,
			struct virtio *v)
{
	struct virtio_block b = { .r = r, .v = v };

	v->name = s->virtio.name.text;
	v->at = s->virtio.name.at;
	v->n_queues = 1;
	v->at_front = s->virtio.front.at;
	v->at_back = s->virtio.back.at;
	v->front = cell_find(r, &s->virtio.front);
	v->back = cell_find(r, &s->virtio.back);
	v->is_broken = s->virtio.block.is_broken || !v->front || !v->back;

	if (!kind_read(&b, &s->virtio.kind)) {
		/* What its settings mean nobody knows then. */
		v->is_broken = true;
		return;
	}
	block_keep(&b, &s->virtio.block);
	backend_read(&b);
	v->is_readonly = is_bare(&b, SETTING_READONLY);
	queues_read(&b);
	mac_read(&b);
	loss_read(&b);
	share_read(&b);
	bounce_read(&b);
	bounce_make(&b);
}

void resolve_virtios(struct resolve *r, size_t n)
{
	struct model *m = r->model;
	struct virtio *list = arena_array(r->read->arena, n, sizeof(*list));

	m->virtios = list;
	for (const struct ast_stmt *s = r->ast->first; s; s = s->next) {
		if (s->kind != AST_VIRTIO)
			continue;
		list[m->n_virtios].index = (uint32_t)m->n_virtios;
		virtio_read(r, s, &list[m->n_virtios]);
		m->n_virtios++;
	}
}
