#include "audio/line_effect.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audio/frame.h"
#include "audio/g711.h"
#include "audio/wav.h"

#define FULL_SCALE 32768.0
#define BAND_LOW_HZ 300.0
#define BAND_HIGH_HZ 3400.0
/* A Hamming window of n taps falls off within 3.3 / n of the rate; this is narrow enough to be rid of a 150 Hz tone. */
#define BAND_EDGE_HZ 150.0
#define BAND_RATE_MIN 8000
#define RATE_MIN 4000
/* ITU-T P.56: a stretch counts as speech when it is no more than this below the active level. */
#define ACTIVE_MARGIN_DB 15.9
#define ACTIVE_ROUNDS 20
#define SILENCE_DBFS (-96.0)
/* A lost packet is filled with the last one heard at these levels, then silence (as G.711 appendix I fades). */
static const double concealed[] = {1.0, 0.6, 0.2};

static double from_db(double db)
{
	return pow(10, db / 20);
}

static bool is_within(double value, double low, double high)
{
	return value >= low && value <= high; /* false for NaN */
}

static bool is_valid(const struct sy_line_effect *effect, const struct sy_sound *sound)
{
	return is_within(effect->level_db, -SY_LINE_LEVEL_MAX_DB, SY_LINE_LEVEL_MAX_DB) &&
	       is_within(effect->snr_db, SY_LINE_SNR_MIN_DB, SY_LINE_SNR_MAX_DB) &&
	       is_within(effect->clip_dbfs, SILENCE_DBFS, 0) && is_within(effect->loss, 0, 1) &&
	       sound->rate >= RATE_MIN && (!effect->band || sound->rate >= BAND_RATE_MIN);
}

static double power_dbfs(double power)
{
	double level = power > 0 ? 10 * log10(power / (FULL_SCALE * FULL_SCALE)) : SILENCE_DBFS;

	return level > SILENCE_DBFS ? level : SILENCE_DBFS;
}

/* Mean power of the frames that reach `least`. */
static double mean_power(const double *power, size_t n, double least)
{
	double sum = 0;
	size_t active = 0;

	for (size_t i = 0; i < n; i++) {
		if (power[i] < least)
			continue;
		sum += power[i];
		active++;
	}
	return active > 0 ? sum / (double)active : 0;
}

/* The level whose own margin selects the frames it is the mean of; reached in a few rounds. */
static int active_level(const double *samples, size_t n, int rate, double *ret_dbfs)
{
	size_t length = sy_frame_samples(rate);
	size_t frames = (n + length - 1) / length;
	double *power = calloc(frames + 1, sizeof(*power));

	if (power == NULL)
		return ENOMEM;
	for (size_t f = 0; f < frames; f++) {
		size_t end = (f + 1) * length < n ? (f + 1) * length : n;
		for (size_t i = f * length; i < end; i++)
			power[f] += samples[i] * samples[i] / (double)(end - f * length);
	}
	double mean = mean_power(power, frames, 0);
	for (int i = 0; i < ACTIVE_ROUNDS; i++)
		mean = mean_power(power, frames, mean * pow(10, -ACTIVE_MARGIN_DB / 10));
	free(power);
	*ret_dbfs = power_dbfs(mean);
	return 0;
}

/* A band-pass as the difference of two windowed sincs; `half` taps on either side of the middle. */
static void make_band(double *taps, size_t half, int rate)
{
	double low = BAND_LOW_HZ / rate, high = BAND_HIGH_HZ / rate;

	for (size_t i = 0; i <= 2 * half; i++) {
		double t = (double)i - (double)half;
		double ideal =
			t == 0 ? 2 * (high - low) : (sin(2 * M_PI * high * t) - sin(2 * M_PI * low * t)) / (M_PI * t);
		taps[i] = ideal * (0.54 + 0.46 * cos(M_PI * t / (double)half));
	}
}

/* Without delay: the filter looks as far ahead as back. */
static double filtered(const double *samples, size_t n, size_t at, const double *taps, size_t half)
{
	double sum = 0;
	size_t first = at > half ? at - half : 0;
	size_t last = n - at > half ? at + half : n - 1;

	for (size_t i = first; i <= last; i++)
		sum += samples[i] * taps[half + at - i];
	return sum;
}

static int limit_band(double *samples, size_t n, int rate)
{
	size_t half = (size_t)(3.3 * rate / BAND_EDGE_HZ / 2);
	double *taps = calloc(2 * half + 1, sizeof(*taps));
	double *out = calloc(n + 1, sizeof(*out));
	int err = taps != NULL && out != NULL ? 0 : ENOMEM;

	if (err == 0) {
		make_band(taps, half, rate);
		for (size_t i = 0; i < n; i++)
			out[i] = filtered(samples, n, i, taps, half);
		memcpy(samples, out, n * sizeof(*samples));
	}
	free(out);
	free(taps);
	return err;
}

/* The recording at the sound's rate, from a place that the seed chooses, again from its start at its end. */
static int fill_from_recording(const struct sy_line_effect *effect, int rate, double *noise, size_t n)
{
	struct sy_noise_random random = {.state = effect->seed};
	struct sy_sound sound = {0};
	int err = sy_sound_resample(&effect->recording, rate, &sound);

	if (err != 0)
		return err;
	size_t start = (size_t)(sy_noise_uniform(&random) * (double)sound.n);
	for (size_t i = 0; i < n; i++)
		noise[i] = sound.n > 0 ? sound.pcm[(start + i) % sound.n] : 0;
	sy_sound_reset(&sound);
	return 0;
}

static int make_noise(const struct sy_line_effect *effect, int rate, double *noise, size_t n)
{
	int err = 0;

	if (effect->recording.n > 0)
		err = fill_from_recording(effect, rate, noise, n);
	else
		sy_noise_fill(effect->noise, rate, effect->seed, noise, n);
	if (err == 0 && effect->band)
		err = limit_band(noise, n, rate);
	return err;
}

static double root_mean_square(const double *samples, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += samples[i] * samples[i];
	return n > 0 ? sqrt(sum / (double)n) : 0;
}

static int add_noise(const struct sy_line_effect *effect, int rate, double *samples, size_t n)
{
	double speech = SILENCE_DBFS;

	if (effect->noise == SY_NOISE_NONE && effect->recording.n == 0)
		return 0;
	double *noise = calloc(n + 1, sizeof(*noise));
	int err = noise != NULL ? make_noise(effect, rate, noise, n) : ENOMEM;
	if (err == 0)
		err = active_level(samples, n, rate, &speech);
	if (err == 0) {
		if (speech <= SILENCE_DBFS)
			speech = SY_LINE_SPEECH_DBFS;
		double level = root_mean_square(noise, n);
		double gain = level > 0 ? FULL_SCALE * from_db(speech - effect->snr_db) / level : 0;
		for (size_t i = 0; i < n; i++)
			samples[i] += gain * noise[i];
	}
	free(noise);
	return err;
}

static int16_t to_sample(double value, double ceiling)
{
	if (value > ceiling)
		value = ceiling;
	if (value < -ceiling)
		value = -ceiling;
	return value >= INT16_MAX ? INT16_MAX : (int16_t)lrint(value);
}

static int16_t code(enum sy_line_coding coding, int16_t sample)
{
	switch (coding) {
	case SY_LINE_MULAW:
		return sy_g711_from_mulaw(sy_g711_to_mulaw(sample));
	case SY_LINE_ALAW:
		return sy_g711_from_alaw(sy_g711_to_alaw(sample));
	case SY_LINE_LINEAR:
		break;
	}
	return sample;
}

static void fill_packet(int16_t *packet, size_t n, const int16_t *last, double level)
{
	for (size_t i = 0; i < n; i++)
		packet[i] = last != NULL ? (int16_t)lrint(last[i] * level) : 0;
}

static void lose_packets(const struct sy_line_effect *effect, struct sy_sound *sound)
{
	/* another sequence than the noise's, or loud noise and loss would fall together */
	struct sy_noise_random random = {.state = ~(uint64_t)effect->seed};
	size_t length = sy_frame_samples(sound->rate), missing = 0;
	const int16_t *last = NULL;

	for (size_t at = 0; at < sound->n && length > 0 && effect->loss > 0; at += length) {
		size_t n = sound->n - at < length ? sound->n - at : length;
		if (sy_noise_uniform(&random) >= effect->loss) {
			last = sound->pcm + at;
			missing = 0;
			continue;
		}
		double level = missing < sizeof(concealed) / sizeof(concealed[0]) ? concealed[missing] : 0;
		fill_packet(sound->pcm + at, n, last, level);
		missing++;
	}
}

static int make_samples(const struct sy_line_effect *effect, const struct sy_sound *sound, double *samples)
{
	double gain = from_db(effect->level_db);
	int err = 0;

	for (size_t i = 0; i < sound->n; i++)
		samples[i] = gain * sound->pcm[i];
	if (effect->band)
		err = limit_band(samples, sound->n, sound->rate);
	if (err == 0)
		err = add_noise(effect, sound->rate, samples, sound->n);
	return err;
}

int sy_line_effect_apply(const struct sy_line_effect *effect, struct sy_sound *sound)
{
	double ceiling = FULL_SCALE * from_db(effect->clip_dbfs);

	if (!is_valid(effect, sound))
		return EINVAL;
	if (sound->n == 0)
		return 0;
	double *samples = calloc(sound->n, sizeof(*samples));
	int err = samples != NULL ? make_samples(effect, sound, samples) : ENOMEM;
	if (err == 0) {
		for (size_t i = 0; i < sound->n; i++)
			sound->pcm[i] = code(effect->coding, to_sample(samples[i], ceiling));
		lose_packets(effect, sound);
	}
	free(samples);
	return err;
}

static bool is_file_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && (strcasecmp(dot, ".wav") == 0 || strcasecmp(dot, ".flac") == 0);
}

int sy_line_effect_noise_from(const char *name, struct sy_line_effect *effect, struct sy_problem *why)
{
	static const char *const names[] = {[SY_NOISE_NONE] = "none",
		[SY_NOISE_WHITE] = "white",
		[SY_NOISE_PINK] = "pink",
		[SY_NOISE_BABBLE] = "babble",
		[SY_NOISE_HUM] = "hum",
		[SY_NOISE_CLATTER] = "clatter",
		[SY_NOISE_DRONE] = "drone"};
	struct sy_sound recording = {0};

	if (is_file_name(name)) {
		int err = sy_wav_read(name, 0, &recording, why);
		if (err != 0)
			return err;
		sy_line_effect_reset(effect);
		effect->recording = recording;
		return 0;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		sy_line_effect_reset(effect);
		effect->noise = (enum sy_noise_kind)i;
		return 0;
	}
	return sy_problem_set(why, EINVAL,
		"no noise called \"%s\"; expected none, white, pink, babble, hum, clatter, drone or a .wav or .flac "
		"file",
		name);
}

double sy_line_effect_active_dbfs(const struct sy_sound *sound)
{
	double level = SILENCE_DBFS;
	double *samples = calloc(sound->n + 1, sizeof(*samples));

	if (samples == NULL || sound->rate < RATE_MIN)
		goto out;
	for (size_t i = 0; i < sound->n; i++)
		samples[i] = sound->pcm[i];
	(void)active_level(samples, sound->n, sound->rate, &level);
out:
	free(samples);
	return level;
}

void sy_line_effect_reset(struct sy_line_effect *effect)
{
	sy_sound_reset(&effect->recording);
	effect->noise = SY_NOISE_NONE;
}
