/* SPDX-License-Identifier: BSD-2-Clause */
/* What a device publishes of itself: once when it opens, and its config space. */
#include "virtio/device.h"

#define INTERRUPT_CONFIG 2u

static void fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void put_config(volatile struct hv_virtio_published *p, size_t offset,
		       const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		p->config[offset + i] = bytes[i];
}

static bool has_config(const volatile struct hv_virtio_published *p,
		       const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (p->config[i] != bytes[i])
			return false;
	return true;
}

/* All of it is there before it is taken; the driver is told after that. */
static void publish(const struct device_place *place, uint32_t interrupts)
{
	fence();
	place->interrupt(place->of, HV_VIRTIO_RING_PUBLISH | interrupts);
}

void device_configure(struct device *d, size_t offset, const void *bytes,
		      size_t size)
{
	volatile struct hv_virtio_published *p = d->place.published;

	put_config(p, offset, bytes, size);
	if (d->is_running && device_is_current(d))
		device_interrupt(d, HV_VIRTIO_RING_PUBLISH | INTERRUPT_CONFIG);
	else
		publish(&d->place, 0);
}

/*
 * What was kept may be gone with the cell behind, whose next life finds a driver that
 * the last one served: no driver comes so far without a backend. Which of its requests
 * are done with nobody knows, and so none is done again. True: it is so.
 */
static bool disown(struct device *d)
{
	const volatile struct hv_virtio_state *s = d->place.state;
	volatile struct hv_virtio_published *p = d->place.published;
	uint32_t epoch = __atomic_load_n(&s->epoch, __ATOMIC_ACQUIRE);

	if (!(s->registers.status & DEVICE_DRIVER_OK))
		return false;
	p->reset_epoch = epoch;
	fence();
	p->needs_reset = 1;
	fence();
	return true;
}

/* Is kept from another backend only if it is all of this kind. True: disown(). */
static bool find_kept(struct device *d)
{
	volatile struct kept *k = d->kept;
	bool is_gone;

	if (k->magic == KEPT_MAGIC && k->version == KEPT_VERSION)
		return false;
	/* Before there is something that the next one takes for kept. */
	is_gone = disown(d);
	for (size_t i = 0; i < sizeof(*k) / 4; i++)
		((volatile uint32_t *)k)[i] = 0;
	/* No epoch that runs: what is kept is cleared when one is seen. */
	k->epoch = 1;
	k->version = KEPT_VERSION;
	fence();
	k->magic = KEPT_MAGIC;
	return is_gone;
}

void device_open(struct device *d, const struct device_kind *kind, void *own,
		 const struct device_place *place,
		 const struct device_offer *offer)
{
	volatile struct hv_virtio_published *p = place->published;
	bool is_gone;
	uint32_t interrupts = 0;

	*d = (struct device){
		.place = *place, .kind = kind, .own = own, .epoch = 1,
		.kept = (volatile struct kept *)(p + 1),
		.offered = offer->features | DEVICE_F_VERSION_1 |
			   DEVICE_F_INDIRECT | DEVICE_F_EVENT_INDEX,
	};
	if (place->flags & HV_VIRTIO_BOUNCE)
		d->offered |= DEVICE_F_ACCESS_PLATFORM;
	is_gone = find_kept(d);
	p->device_features[0] = (uint32_t)d->offered;
	p->device_features[1] = (uint32_t)(d->offered >> 32);
	for (uint32_t i = 0; i < HV_VIRTIO_MAX_QUEUES; i++)
		p->queue_size_max[i] = i < place->n_queues ?
					kind->queue_size_max : 0;
	/* A driver that was told otherwise reads it again. */
	if (!has_config(p, offer->config, offer->config_size)) {
		put_config(p, 0, offer->config, offer->config_size);
		interrupts = p->is_published ? INTERRUPT_CONFIG : 0;
	}
	p->is_published = 1;
	if (is_gone)
		interrupts = INTERRUPT_CONFIG;
	publish(place, interrupts);
	if (is_gone)
		device_say(d, "what a backend knew of its driver is gone: nothing"
			   " more until it resets the device");
}
