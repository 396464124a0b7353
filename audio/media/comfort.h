/*
 * comfort: the noise of a line on which nobody speaks, while the sender sends none.
 *
 * With comfort noise packets (RFC 3389) as they say, else as loud as the quietest the line was lately. A plain value
 * with no memory of its own; one thread.
 */
#ifndef SY_AUDIO_MEDIA_COMFORT_H
#define SY_AUDIO_MEDIA_COMFORT_H

#include <stddef.h>
#include <stdint.h>

#include "audio/noise.h"

/* More reflection coefficients than 10 say nothing at 8 kHz (RFC 3389, 3.2 leaves the order open). */
#define SY_COMFORT_ORDER_MAX 10

struct sy_comfort {
	int rate;
	struct sy_noise_random random;
	double told_dbfs; /* by packets; above 0: none came */
	double quiet_dbfs;
	int order;
	float k[SY_COMFORT_ORDER_MAX]; /* reflection coefficients */
	float b[SY_COMFORT_ORDER_MAX + 1];
	float gain; /* of white noise, so that the shaped noise is as loud as told */
};

void sy_comfort_init(struct sy_comfort *comfort, int rate);

/* A comfort noise packet. EBADMSG for an empty one. */
int sy_comfort_tell(struct sy_comfort *comfort, const uint8_t *bytes, size_t n);
/* A new stream: what the packets before said is forgotten. */
void sy_comfort_forget(struct sy_comfort *comfort);

/* Real sound: learns the line's own level. */
void sy_comfort_hear(struct sy_comfort *comfort, const int16_t *pcm, size_t n);

/* Adds noise to what is there (zeros, or a voice that fades). */
void sy_comfort_add(struct sy_comfort *comfort, int16_t *pcm, size_t n);

#endif
