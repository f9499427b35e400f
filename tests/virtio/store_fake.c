/* SPDX-License-Identifier: BSD-2-Clause */
#include "store_fake.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPERATIONS_MAX 256u

struct store {
	int nothing;
};

struct operation {
	enum store_operation is;
	uint32_t tag;
	uint8_t *buffer;
	uint64_t offset, size;
	int64_t result;
};

struct store_fake store_fake;
static struct operation begun[OPERATIONS_MAX], ended[OPERATIONS_MAX];
static uint32_t n_begun, n_ended;
static struct store one;

static void must(bool claim)
{
	if (!claim)
		abort();
}

void store_fake_forget(void)
{
	n_begun = n_ended = 0;
	store_fake.n_open = 0;
}

void store_fake_reset(void)
{
	memset(&store_fake, 0, sizeof(store_fake));
	store_fake_forget();
}

struct store *store_open(const char *path, bool is_readonly, uint32_t n_max)
{
	(void)is_readonly;
	must(n_max <= OPERATIONS_MAX);
	if (!strcmp(path, "none")) {
		errno = ENOENT;
		return NULL;
	}
	store_fake.n_open++;
	return &one;
}

void store_close(struct store *s)
{
	(void)s;
	must(!n_begun && !n_ended);
	store_fake.n_open--;
}

uint64_t store_size(const struct store *s)
{
	(void)s;
	return STORE_FAKE_SIZE;
}

uint32_t store_block_size(const struct store *s)
{
	(void)s;
	return 512;
}

static void perform(struct operation *o)
{
	uint64_t n = o->size;

	/* What no device may ask for. */
	must(o->offset <= STORE_FAKE_SIZE && n <= STORE_FAKE_SIZE - o->offset);
	if (store_fake.error) {
		o->result = store_fake.error;
		return;
	}
	if (store_fake.is_short && o->is == STORE_READ)
		n = 0;
	if (store_fake.most && n > store_fake.most)
		n = store_fake.most;
	o->result = o->buffer ? (int64_t)n : 0;
	switch (o->is) {
	case STORE_READ:
		memcpy(o->buffer, store_fake.bytes + o->offset, n);
		break;
	case STORE_WRITE:
	case STORE_WRITE_THROUGH:
		store_fake.n_writes++;
		store_fake.n_through += o->is == STORE_WRITE_THROUGH;
		memcpy(store_fake.bytes + o->offset, o->buffer, n);
		break;
	case STORE_FLUSH:
		store_fake.n_flushes++;
		break;
	case STORE_DISCARD:
	case STORE_ZERO:
	case STORE_ZERO_FREE:
		store_fake.n_clears++;
		memset(store_fake.bytes + o->offset, 0, o->size);
		break;
	}
}

bool store_fake_end(uint32_t i)
{
	if (i >= n_begun)
		return false;
	must(n_ended < OPERATIONS_MAX);
	perform(&begun[i]);
	ended[n_ended++] = begun[i];
	memmove(begun + i, begun + i + 1, (--n_begun - i) * sizeof(begun[0]));
	return true;
}

uint32_t store_fake_n_under_way(void)
{
	return n_begun;
}

void store_begin(struct store *s, enum store_operation operation, uint32_t tag,
		 void *buffer, uint64_t offset, uint64_t size)
{
	(void)s;
	must(n_begun < OPERATIONS_MAX);
	begun[n_begun++] = (struct operation){
		.is = operation, .tag = tag, .buffer = buffer,
		.offset = offset, .size = size,
	};
}

void store_submit(struct store *s)
{
	(void)s;
	while (!store_fake.is_held && store_fake_end(0))
		;
}

bool store_next(struct store *s, uint32_t *tag, int64_t *result)
{
	(void)s;
	if (!n_ended)
		return false;
	*tag = ended[0].tag;
	*result = ended[0].result;
	memmove(ended, ended + 1, --n_ended * sizeof(ended[0]));
	return true;
}

int store_fd(const struct store *s)
{
	(void)s;
	return -1;
}
