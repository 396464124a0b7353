/*
 * ring: samples on their way between two threads.
 *
 * One thread writes, one reads; neither ever waits, locks or allocates, so the sound
 * card's callback may be either. Bounded: what does not fit is dropped and counted
 * (overrun), what is not there yet reads as silence and is counted (underrun).
 */
#ifndef SY_AUDIO_RING_H
#define SY_AUDIO_RING_H

#include <stddef.h>
#include <stdint.h>

/* Ten seconds at the highest rate: a ring is for jitter, not for storing. */
#define SY_RING_SAMPLES_MAX ((size_t)10 * 192000)

struct sy_ring;

/* EINVAL for 0 or more than SY_RING_SAMPLES_MAX samples. */
int sy_ring_create(size_t samples, struct sy_ring **ret_ring);
void sy_ring_destroy(struct sy_ring *ring); /* when neither thread uses it any more; NULL is allowed */

/* Writing thread: returns how many of the n fitted. */
size_t sy_ring_write(struct sy_ring *ring, const int16_t *pcm, size_t n);

/* Reading thread: always fills n samples; returns how many came from the ring. */
size_t sy_ring_read(struct sy_ring *ring, int16_t *ret_pcm, size_t n);
/* Reading thread: forgets up to n samples; returns how many. */
size_t sy_ring_skip(struct sy_ring *ring, size_t n);

/* Either thread: samples in the ring. The reader may find more, the writer less, a moment later. */
size_t sy_ring_filled(const struct sy_ring *ring);
/* Any thread: samples dropped, samples of silence given, since it was made. */
size_t sy_ring_overrun(const struct sy_ring *ring);
size_t sy_ring_underrun(const struct sy_ring *ring);

#endif
