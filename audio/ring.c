#include "audio/ring.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Written and read only ever grow; at 192 kHz a 64-bit count lasts three million years. */
struct sy_ring {
	atomic_size_t written; /* stored by the writer alone */
	atomic_size_t read;    /* stored by the reader alone */
	atomic_size_t overrun;
	atomic_size_t underrun;
	size_t capacity;
	int16_t pcm[];
};

int sy_ring_create(size_t samples, struct sy_ring **ret_ring)
{
	if (samples == 0 || samples > SY_RING_SAMPLES_MAX)
		return EINVAL;
	struct sy_ring *ring = calloc(1, sizeof(*ring) + samples * sizeof(ring->pcm[0]));
	if (ring == NULL)
		return ENOMEM;
	ring->capacity = samples;
	*ret_ring = ring;
	return 0;
}

void sy_ring_destroy(struct sy_ring *ring)
{
	free(ring);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t sy_ring_write(struct sy_ring *ring, const int16_t *pcm, size_t n)
{
	size_t written = atomic_load_explicit(&ring->written, memory_order_relaxed);
	size_t read = atomic_load_explicit(&ring->read, memory_order_acquire);
	size_t fits = least(n, ring->capacity - (written - read));
	size_t at = written % ring->capacity;
	size_t first = least(fits, ring->capacity - at);

	if (first > 0)
		memcpy(ring->pcm + at, pcm, first * sizeof(*pcm));
	if (fits > first)
		memcpy(ring->pcm, pcm + first, (fits - first) * sizeof(*pcm));
	atomic_store_explicit(&ring->written, written + fits, memory_order_release);
	atomic_fetch_add_explicit(&ring->overrun, n - fits, memory_order_relaxed);
	return fits;
}

size_t sy_ring_read(struct sy_ring *ring, int16_t *ret_pcm, size_t n)
{
	size_t read = atomic_load_explicit(&ring->read, memory_order_relaxed);
	size_t written = atomic_load_explicit(&ring->written, memory_order_acquire);
	size_t there = least(n, written - read);
	size_t at = read % ring->capacity;
	size_t first = least(there, ring->capacity - at);

	memcpy(ret_pcm, ring->pcm + at, first * sizeof(*ret_pcm));
	memcpy(ret_pcm + first, ring->pcm, (there - first) * sizeof(*ret_pcm));
	memset(ret_pcm + there, 0, (n - there) * sizeof(*ret_pcm));
	atomic_store_explicit(&ring->read, read + there, memory_order_release);
	atomic_fetch_add_explicit(&ring->underrun, n - there, memory_order_relaxed);
	return there;
}

size_t sy_ring_skip(struct sy_ring *ring, size_t n)
{
	size_t read = atomic_load_explicit(&ring->read, memory_order_relaxed);
	size_t written = atomic_load_explicit(&ring->written, memory_order_acquire);
	size_t there = least(n, written - read);

	atomic_store_explicit(&ring->read, read + there, memory_order_release);
	return there;
}

size_t sy_ring_filled(const struct sy_ring *ring)
{
	/* read first: it never passes written, so the difference cannot go below zero */
	size_t read = atomic_load_explicit(&ring->read, memory_order_acquire);
	size_t written = atomic_load_explicit(&ring->written, memory_order_acquire);

	return least(written - read, ring->capacity);
}

size_t sy_ring_overrun(const struct sy_ring *ring)
{
	return atomic_load_explicit(&ring->overrun, memory_order_relaxed);
}

size_t sy_ring_underrun(const struct sy_ring *ring)
{
	return atomic_load_explicit(&ring->underrun, memory_order_relaxed);
}
