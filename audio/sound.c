#include "audio/sound.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <soxr.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define RATE_MIN 4000
#define RATE_MAX 192000

struct sy_sound_block {
	atomic_uint holders;
	int16_t *pcm;
};

int sy_sound_copy(const struct sy_sound *sound, struct sy_sound *ret_copy)
{
	struct sy_sound copy = {.rate = sound->rate};
	int err = sy_sound_append(&copy, sound->pcm, sound->n);

	if (err == 0)
		*ret_copy = copy;
	return err;
}

static void let_go(struct sy_sound_block *block)
{
	if (block == NULL || atomic_fetch_sub(&block->holders, 1) > 1)
		return;
	free(block->pcm);
	free(block);
}

int sy_sound_append(struct sy_sound *sound, const int16_t *pcm, size_t n)
{
	if (n == 0)
		return 0;
	if (n > SY_SOUND_SAMPLES_MAX || sound->n > SY_SOUND_SAMPLES_MAX - n)
		return E2BIG;
	int16_t *grown = realloc(sound->block == NULL ? sound->pcm : NULL, (sound->n + n) * sizeof(*grown));
	if (grown == NULL)
		return ENOMEM;
	if (sound->block != NULL && sound->n > 0)
		memcpy(grown, sound->pcm, sound->n * sizeof(*grown));
	memcpy(grown + sound->n, pcm, n * sizeof(*pcm));
	let_go(sound->block);
	sound->block = NULL;
	sound->pcm = grown;
	sound->n += n;
	return 0;
}

int sy_sound_part(struct sy_sound *sound, size_t from, struct sy_sound *ret_part)
{
	if (sound->block == NULL) {
		struct sy_sound_block *block = malloc(sizeof(*block));
		if (block == NULL)
			return ENOMEM;
		atomic_init(&block->holders, 1);
		block->pcm = sound->pcm;
		sound->block = block;
	}
	atomic_fetch_add(&sound->block->holders, 1);
	*ret_part = (struct sy_sound){.rate = sound->rate,
		.n = sound->n - from,
		.pcm = sound->pcm != NULL ? sound->pcm + from : NULL,
		.block = sound->block};
	return 0;
}

int sy_sound_ms(const struct sy_sound *sound)
{
	if (sound->rate <= 0)
		return 0;
	uint64_t ms = (uint64_t)sound->n * 1000 / (uint64_t)sound->rate;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

void sy_sound_reset(struct sy_sound *sound)
{
	if (sound->block != NULL)
		let_go(sound->block);
	else
		free(sound->pcm);
	*sound = (struct sy_sound){0};
}

static bool is_rate(int rate)
{
	return rate >= RATE_MIN && rate <= RATE_MAX;
}

/* soxr itself rounds with a dither seeded by the clock, and finds clipping by the processor's exception flags; the same
 * file must give the same samples each time, on every machine. */
static void to_samples(const float *from, int16_t *pcm, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		float value = from[i] * 32768.0f;
		if (value >= INT16_MAX)
			pcm[i] = INT16_MAX;
		else
			pcm[i] = value <= INT16_MIN ? INT16_MIN : (int16_t)lrintf(value);
	}
}

/* Fills `out`, which has room for `room` samples. */
static int convert(const struct sy_sound *sound, struct sy_sound *out, size_t room)
{
	soxr_io_spec_t io = soxr_io_spec(SOXR_INT16_I, SOXR_FLOAT32_I);
	soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
	soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
	size_t used = 0;
	float *samples = malloc(room * sizeof(*samples));

	if (samples == NULL)
		return ENOMEM;
	soxr_error_t failed = soxr_oneshot(sound->rate, out->rate, 1, sound->pcm, sound->n, &used, samples, room,
		&out->n, &io, &quality, &runtime);
	if (failed == NULL)
		to_samples(samples, out->pcm, out->n);
	free(samples);
	return failed != NULL ? ENOMEM : 0;
}

int sy_sound_resample(const struct sy_sound *sound, int rate, struct sy_sound *ret_sound)
{
	struct sy_sound out = {.rate = rate};

	if (!is_rate(rate) || !is_rate(sound->rate))
		return EINVAL;
	if (rate == sound->rate || sound->n == 0) {
		int err = sy_sound_copy(sound, &out);
		if (err != 0)
			return err;
		out.rate = rate;
		*ret_sound = out;
		return 0;
	}
	uint64_t room = ((uint64_t)sound->n * (uint64_t)rate + (uint64_t)sound->rate - 1) / (uint64_t)sound->rate;
	if (room > SY_SOUND_SAMPLES_MAX)
		return E2BIG;
	out.pcm = malloc((size_t)room * sizeof(*out.pcm));
	if (out.pcm == NULL)
		return ENOMEM;
	int err = convert(sound, &out, (size_t)room);
	if (err != 0) {
		sy_sound_reset(&out);
		return err;
	}
	*ret_sound = out;
	return 0;
}
