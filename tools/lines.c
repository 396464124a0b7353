#include "tools/lines.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/line_effect.h"

#define SNR_LOW_DB 2.0 /* the noisiest line people still talk on, to one that is nearly clean */
#define SNR_HIGH_DB 28.0
#define SNR_REAL_DB 8.0 /* a real line has noise of its own: at least this far above it */
#define LEVEL_LOW_DB (-16.0)
#define LEVEL_HIGH_DB 8.0
#define ROOM_TAPS 40
#define ROOM_MS 250
#define BABBLE_MAX 3

static double between(struct sy_noise_random *random, double low, double high)
{
	return low + (high - low) * sy_noise_uniform(random);
}

static bool with(struct sy_noise_random *random, double probability)
{
	return sy_noise_uniform(random) < probability;
}

/* A few reflections that die away: a speakerphone, a kitchen, a hall. */
static int add_room(struct sy_noise_random *random, struct sy_sound *sound)
{
	const double decay_ms = between(random, 20, 90), strength = between(random, 0.1, 0.5);
	float *sum = malloc((sound->n ? sound->n : 1) * sizeof *sum);

	if (!sum)
		return ENOMEM;
	for (size_t i = 0; i < sound->n; i++)
		sum[i] = sound->pcm[i];
	for (int tap = 0; tap < ROOM_TAPS; tap++) {
		const double ms = between(random, 2, ROOM_MS);
		const size_t delay = (size_t)(ms * sound->rate / 1000);
		const float gain = (float)(strength * exp(-ms / decay_ms) * (with(random, 0.5) ? 1 : -1));
		for (size_t i = delay; i < sound->n; i++)
			sum[i] += gain * sound->pcm[i - delay];
	}
	for (size_t i = 0; i < sound->n; i++)
		sound->pcm[i] = (int16_t)fmaxf(INT16_MIN, fminf(INT16_MAX, sum[i]));
	free(sum);
	return 0;
}

/* A piece of a recorded noise, from anywhere in it. */
static int take_noise(const struct sy_corpus *corpus, struct sy_noise_random *random, struct sy_sound *ret_noise)
{
	const struct sy_sound *noise = &corpus->noises[(size_t)between(random, 0, (double)corpus->n_noises)];
	size_t at = (size_t)between(random, 0, (double)noise->n);
	int err = 0;

	ret_noise->rate = SY_RATE_LINE;
	if (!(err = sy_sound_append(ret_noise, noise->pcm + at, noise->n - at)))
		err = sy_sound_append(ret_noise, noise->pcm, at);
	return err;
}

static void mix(struct sy_sound *sum, const struct sy_sound *more)
{
	for (size_t i = 0; i < sum->n && more->n > 0; i++)
		sum->pcm[i] = (int16_t)(sum->pcm[i] / 2 + more->pcm[i % more->n] / 2);
}

/* Other people of the corpus talking near the caller. */
static int take_babble(const struct sy_corpus *corpus, struct sy_noise_random *random, struct sy_sound *ret_noise)
{
	const int voices = 1 + (int)between(random, 0, BABBLE_MAX);
	int err = 0;

	for (int voice = 0; voice < voices && !err; voice++) {
		const struct sy_utterance *other = &corpus->utterances[(size_t)between(random, 0, (double)corpus->n)];
		struct sy_sound sound = {0};
		if ((err = sy_sound_resample(&other->sound, SY_RATE_LINE, &sound)))
			break;
		if (voice == 0) {
			*ret_noise = sound;
			continue;
		}
		mix(ret_noise, &sound);
		sy_sound_reset(&sound);
	}
	return err;
}

static int draw_noise(const struct sy_corpus *corpus, struct sy_noise_random *random, struct sy_line_effect *effect)
{
	/* A street is nearest to pink noise, a kitchen to clatter: the two heard most. */
	static const enum sy_noise_kind kinds[] = {SY_NOISE_PINK, SY_NOISE_PINK, SY_NOISE_PINK, SY_NOISE_CLATTER,
		SY_NOISE_CLATTER, SY_NOISE_CLATTER, SY_NOISE_WHITE, SY_NOISE_DRONE, SY_NOISE_HUM, SY_NOISE_BABBLE};
	const double which = sy_noise_uniform(random);

	if (which < 0.2)
		return 0;
	if (which < 0.42 && corpus->n_noises > 0)
		return take_noise(corpus, random, &effect->recording);
	if (which < 0.54)
		return take_babble(corpus, random, &effect->recording);
	effect->noise = kinds[(int)between(random, 0, sizeof kinds / sizeof *kinds)];
	return 0;
}

static int draw_effect(const struct sy_corpus *corpus, const struct sy_utterance *utterance,
	struct sy_noise_random *random, struct sy_line_effect *effect)
{
	const bool real = utterance->sound.rate == SY_RATE_LINE;

	effect->level_db = between(random, LEVEL_LOW_DB, LEVEL_HIGH_DB);
	effect->snr_db = between(random, real ? SNR_REAL_DB : SNR_LOW_DB, SNR_HIGH_DB);
	effect->band = with(random, 0.4);
	effect->coding = with(random, 0.6) ? SY_LINE_MULAW : with(random, 0.6) ? SY_LINE_ALAW : SY_LINE_LINEAR;
	effect->loss = with(random, 0.12) ? between(random, 0, 0.06) : 0;
	effect->seed = (uint32_t)between(random, 1, 1e9);
	return draw_noise(corpus, random, effect);
}

int sy_lines_draw(const struct sy_corpus *corpus, const struct sy_utterance *utterance, uint64_t seed, bool plain,
	struct sy_line_drawn *ret_drawn)
{
	static const double speeds[] = {1, 0.9, 1.1, 0.95, 1.06, 1.14, 0.86};
	struct sy_noise_random random = {.state = seed};
	struct sy_line_drawn drawn = {
		.speed = plain ? 1 : speeds[(int)between(&random, 0, sizeof speeds / sizeof *speeds)]};
	struct sy_line_effect effect = {.coding = SY_LINE_MULAW};
	/* The same samples, said to be at another rate. */
	struct sy_sound quicker = utterance->sound;
	int err;

	quicker.rate = (int)(quicker.rate * drawn.speed + 0.5);
	if ((err = sy_sound_resample(&quicker, SY_RATE_LINE, &drawn.sound)) ||
		(!plain && with(&random, 0.25) && (err = add_room(&random, &drawn.sound))) ||
		(!plain && (err = draw_effect(corpus, utterance, &random, &effect))))
		goto out;
	err = sy_line_effect_apply(&effect, &drawn.sound);
	if (err == EINVAL) /* nobody speaks in it: no level to hold noise against */
		err = 0;
out:
	sy_line_effect_reset(&effect);
	if (err)
		sy_sound_reset(&drawn.sound);
	else
		*ret_drawn = drawn;
	return err;
}
