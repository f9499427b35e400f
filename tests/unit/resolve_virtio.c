/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtio devices in the model, and the channels that `bounce` makes. */
#include "resolving.h"

#define CELLS								\
	"board { cpu 0; cpu 1; memory 1G at 0x40000000; }\n"		\
	"root cell linux { cpus 0; memory ram 1M; }\n"			\
	"cell guest { cpus 1; memory ram 1M; }\n"

static struct resolving resolving_virtio(const char *devices)
{
	struct resolving r = resolving_new();
	char *text;

	cr_assert_geq(asprintf(&text, CELLS "%s\n", devices), 0);
	resolving_run(&r, text);
	free(text);
	return r;
}

static const struct virtio *virtio_of(const struct resolving *r, const char *name)
{
	const struct model *m = r->model;

	for (size_t i = 0; i < m->n_virtios; i++)
		if (!strcmp(m->virtios[i].name, name))
			return &m->virtios[i];
	cr_assert_fail("no virtio %s", name);
	return NULL;
}

static bool says(const struct resolving *r, const char *what)
{
	return strstr(r->printed, what);
}

Test(resolve_virtio, bounce_is_a_channel_behind_all_that_are_stated)
{
	struct resolving r = resolving_virtio(
		"virtio block d0 for guest from linux { file \"/a\"; bounce 1M; }\n"
		"virtio net n0 for guest from linux { tap \"t\"; share ram because \"x\"; }\n"
		"virtio console c0 for guest from linux { pty; bounce 64K; }\n"
		"channel last { between linux, guest; memory 4K; }\n"
		"policy { allow guest <-> linux via c0; only guest writes d0; }\n");
	const struct model *m = r.model;

	cr_expect_not(says(&r, "name-unknown"), "%s", r.printed);
	cr_assert_eq(m->n_virtios, 3);
	cr_assert_eq(m->n_channels, 3);
	cr_expect_str_eq(m->channels[0].name, "last");
	cr_expect_not(m->channels[0].is_bounce);
	for (size_t i = 1; i < 3; i++) {
		const struct channel *c = &m->channels[i];

		cr_expect(c->is_bounce);
		cr_expect_eq(c->index, i);
		cr_expect_eq(c->n_ends, 2);
		cr_expect_eq(c->ends[0].cell, &m->cells[1]);
		cr_expect_eq(c->ends[1].cell, &m->cells[0]);
		cr_expect(c->ends[0].may_write && c->ends[1].may_write);
		cr_expect_not(c->has_pa || c->has_doorbell || c->is_one_way);
	}
	cr_expect_eq(virtio_of(&r, "d0")->bounce, &m->channels[1]);
	cr_expect_str_eq(m->channels[1].name, "d0");
	cr_expect_eq(m->channels[1].size, 1 << 20);
	cr_expect_null(virtio_of(&r, "d0")->share_because);
	cr_expect_null(virtio_of(&r, "n0")->bounce);
	cr_expect_str_eq(virtio_of(&r, "n0")->share_because, "x");
	cr_expect_eq(virtio_of(&r, "c0")->bounce, &m->channels[2]);
	cr_assert_eq(m->n_policies, 2);
	cr_expect_eq(m->policies[0].via, &m->channels[2]);
	cr_expect_eq(m->policies[1].channel, &m->channels[1]);
	resolving_free(&r);
}

Test(resolve_virtio, what_is_left_out_has_its_default)
{
	struct resolving r = resolving_virtio(
		"virtio net n0 for guest from linux { tap \"t\"; bounce 1M; }\n"
		"virtio net n1 for guest from linux { tap \"u\"; queues 3;"
		" mac 52:54:00:00:00:1F; on loss fail; bounce 1M; }\n"
		"virtio block d0 for guest from linux { file \"/a\"; readonly;"
		" queues 0x1_0; bounce 1M; }\n"
		"virtio console c0 for guest from linux { terminal; bounce 1M; }\n");
	const struct virtio *n0 = virtio_of(&r, "n0"), *n1 = virtio_of(&r, "n1");
	const struct virtio *d0 = virtio_of(&r, "d0"), *c0 = virtio_of(&r, "c0");
	const uint8_t mac[6] = { 0x52, 0x54, 0, 0, 0, 0x1f };

	cr_expect_eq(n0->n_queues, 1);
	cr_expect_not(n0->fails_on_loss || n0->has_mac || n0->is_broken);
	/* One station's, and nobody has bought it. */
	cr_expect_eq(n0->mac[0] & 3, 2);
	cr_expect_eq(n1->n_queues, 3);
	cr_expect(n1->fails_on_loss && n1->has_mac);
	cr_expect_arr_eq(n1->mac, mac, 6);
	cr_expect(d0->is_readonly);
	cr_expect_eq(d0->n_queues, 16);
	cr_expect_str_eq(d0->path, "/a");
	cr_expect_eq(d0->backend, BACKEND_FILE);
	cr_expect_eq(c0->backend, BACKEND_TERMINAL);
	cr_expect_null(c0->path);
	cr_expect_eq(c0->front, &r.model->cells[1]);
	cr_expect_eq(c0->back, &r.model->cells[0]);
	resolving_free(&r);
}

Test(resolve_virtio, address_from_a_name_is_the_same_in_every_build)
{
	static const uint8_t net0[6] = { 0xfa, 0xb9, 0x31, 0xa0, 0xba, 0x28 };
	struct resolving r = resolving_virtio(
		"virtio net net1 for guest from linux { tap \"u\"; bounce 1M; }\n"
		"virtio net net0 for guest from linux { tap \"t\"; bounce 1M; }\n");

	cr_expect_arr_eq(virtio_of(&r, "net0")->mac, net0, 6);
	cr_expect_arr_neq(virtio_of(&r, "net1")->mac, net0, 6);
	resolving_free(&r);
}

/* Nothing that is missing is told a second time by who looks for it. */
Test(resolve_virtio, what_is_wrong_leaves_a_device_that_is_broken)
{
	static const char *const wrong[] = {
		"virtio block d0 for nobody from linux { file \"/a\"; bounce 1M; }",
		"virtio block d0 for guest from nobody { file \"/a\"; bounce 1M; }",
		"virtio blok d0 for guest from linux { file \"/a\"; bounce 1M; }",
		"virtio block d0 for guest from linux { file \"/a\"; bounce 0K; }",
		"virtio block d0 for guest from linux { file \"/a\"; bounce; }",
		"virtio block d0 for guest from linux { file \"/a\"; bounc 1M; }",
		"virtio block d0 for guest from linux { file \"/a\"; bounce 1M }",
		"virtio block d0 for guest from linux { bounce 1M; }",
		"virtio block d0 for guest from linux { file 5; share ram because \"x\"; }",
		"virtio block d0 for guest from linux { file \"/a\"; share rom because \"x\"; }",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct resolving r = resolving_virtio(wrong[i]);
		const struct virtio *v = virtio_of(&r, "d0");

		cr_expect_gt(diag_errors(r.diag), 0, "%s", wrong[i]);
		cr_expect(v->is_broken, "%s", wrong[i]);
		cr_expect(!v->bounce || (v->front && v->back), "%s", wrong[i]);
		resolving_free(&r);
	}
}

Test(resolve_virtio, one_cell_on_both_sides_shares_nothing)
{
	struct resolving r = resolving_virtio(
		"virtio block d0 for guest from guest { file \"/a\"; bounce 1M; }\n");

	cr_expect_eq(r.model->n_channels, 0);
	cr_expect_null(virtio_of(&r, "d0")->bounce);
	resolving_free(&r);
}
