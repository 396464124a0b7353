#include "audio/media/tone_keys.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"

#define TONES 8
#define GROUP 4
/* Sound is looked at at 8 kHz in steps of 5 ms, two of them at a time. */
#define STEP 40
#define WINDOW (2 * STEP)
#define STEPS_A_FRAME (SY_RATE_LINE / 1000 * SY_FRAME_MS / STEP)

/* Two tones hold this share of a window's energy: 0.74 of it inside a key suffices at 1.5 % beside the mark. */
#define WINDOW_SHARE 0.55f
/*
 * And so much of the whole key's, measured at the frequencies found: noise 15 dB below (Q.24) leaves 0.97. In 7 hours
 * of recorded speech all pairs that come near leave 0.92 at most, and are off in level against each other besides.
 */
#define KEY_SHARE 0.94
/* Root mean square of both; the weakest to be taken have -28 each (-25 dBm0, Bellcore). */
#define LEVEL_MIN_DBFS (-34.0)
/* Windows in a row: 6 need 27 ms of a key, and 35 ms have at least as many wherever they begin. */
#define RUN 6
/* The steps of a run but for its first and last one lie wholly within the key. */
#define KEPT ((RUN + 1) * STEP)
#define INSIDE ((RUN - 1) * STEP)
/* They slide when so much more has come. */
#define SLIDE (8 * STEP)
/* A gap of so many windows ends a key: 20 ms. */
#define GAP 4
/* Between 1.5 % and 3.5 %; it is measured to 0.2 %. */
#define OFF_MAX 0.022
#define TWIST_LOW_DB 8.7  /* 8 promised */
#define TWIST_HIGH_DB 4.7 /* 4 promised */

/* Half-band filter before every second sample is taken: flat to 1.7 kHz, -30 dB at what would fall on the tones. */
#define TAPS 7
static const float taps[TAPS] = {-1 / 32.0f, 0, 9 / 32.0f, 16 / 32.0f, 9 / 32.0f, 0, -1 / 32.0f};

static const double tone_hz[TONES] = {697, 770, 852, 941, 1209, 1336, 1477, 1633};
static const char symbols[GROUP][GROUP + 1] = {"123A", "456B", "789C", "*0#D"};

/* One for each tone, so that all are filtered at once. */
typedef float tones __attribute__((vector_size(TONES * sizeof(float))));

struct window {
	tones re, im;
	float energy;
	int low, high; /* the strongest tones */
};

struct sy_tone_keys {
	int rate;
	tones turn_re, turn_im; /* a tone's phase after one step */
	tones cos, sin;         /* and after one sample */
	tones step_re, step_im; /* the last step's */
	float step_energy;
	int16_t past[TAPS - 1];   /* of the half-band filter */
	float kept[KEPT + SLIDE]; /* the last KEPT samples up to n_kept */
	size_t n_kept;
	struct window run[RUN];
	int n;      /* in the run */
	int gap;    /* windows since the last that fitted */
	char held;  /* the key that is being held */
	bool begun; /* no key was held, once */
};

int sy_tone_keys_create(int rate, struct sy_tone_keys **ret_keys)
{
	struct sy_tone_keys *keys = NULL;

	if (rate != SY_RATE_LINE && rate != SY_RATE_WIDE)
		return EINVAL;
	/* Vectors want their own alignment, which is more than calloc() promises. */
	const size_t bytes = (sizeof(*keys) + sizeof(tones) - 1) / sizeof(tones) * sizeof(tones);
	keys = aligned_alloc(sizeof(tones), bytes);
	if (keys == NULL)
		return ENOMEM;
	memset(keys, 0, sizeof(*keys));
	keys->rate = rate;
	keys->n_kept = KEPT;
	for (int i = 0; i < TONES; i++) {
		const double turn = 2 * M_PI * tone_hz[i] / SY_RATE_LINE;
		keys->cos[i] = (float)cos(turn);
		keys->sin[i] = (float)sin(turn);
		keys->turn_re[i] = (float)cos(turn * STEP);
		keys->turn_im[i] = (float)sin(turn * STEP);
	}
	*ret_keys = keys;
	return 0;
}

void sy_tone_keys_destroy(struct sy_tone_keys *keys)
{
	free(keys);
}

static int strongest(const tones *power, int from)
{
	int best = from;

	for (int i = from + 1; i < from + GROUP; i++)
		best = (*power)[i] > (*power)[best] ? i : best;
	return best;
}

/* Goertzel 1958, with the phase: the filter's end is the sum of x[m] e^(jw(STEP-1-m)). */
static void take_step(struct sy_tone_keys *keys, const float *x, struct window *ret_window)
{
	const tones twice = keys->cos + keys->cos;
	tones s1 = {0}, s2 = {0};
	float energy = 0;

	if (keys->n_kept == KEPT + SLIDE) {
		memmove(keys->kept, keys->kept + SLIDE + STEP, (KEPT - STEP) * sizeof(*x));
		keys->n_kept = KEPT - STEP;
	}
	memcpy(keys->kept + keys->n_kept, x, STEP * sizeof(*x));
	keys->n_kept += STEP;
	for (int m = 0; m < STEP; m++) {
		const tones s = twice * s1 + (x[m] - s2); /* the sooner s1 is needed the longer all wait */
		s2 = s1;
		s1 = s;
		energy += x[m] * x[m];
	}
	const tones re = s1 - keys->cos * s2, im = keys->sin * s2;
	ret_window->re = keys->step_re * keys->turn_re - keys->step_im * keys->turn_im + re;
	ret_window->im = keys->step_re * keys->turn_im + keys->step_im * keys->turn_re + im;
	ret_window->energy = keys->step_energy + energy;
	keys->step_re = re;
	keys->step_im = im;
	keys->step_energy = energy;
}

static bool fits(struct window *window)
{
	const tones power = window->re * window->re + window->im * window->im;

	window->low = strongest(&power, 0);
	window->high = strongest(&power, GROUP);
	return 2 * (power[window->low] + power[window->high]) / WINDOW > WINDOW_SHARE * window->energy;
}

/* How far beside its mark a tone lies, in Hz: the slope of its phase over the run, by least squares. */
static double hz_off(const struct sy_tone_keys *keys, int tone)
{
	const double middle = (RUN - 1) / 2.0;
	double phase = 0, products = 0, squares = 0;

	for (int i = 0; i < RUN; i++) {
		const struct window *now = &keys->run[i], *before = &keys->run[i > 0 ? i - 1 : 0];
		const double re = (double)(now->re[tone] * before->re[tone] + now->im[tone] * before->im[tone]);
		const double im = (double)(now->im[tone] * before->re[tone] - now->re[tone] * before->im[tone]);
		const double turn_re = (double)keys->turn_re[tone], turn_im = (double)keys->turn_im[tone];
		if (i > 0)
			phase += atan2(im * turn_re - re * turn_im, re * turn_re + im * turn_im);
		products += (i - middle) * phase;
		squares += (i - middle) * (i - middle);
	}
	return products / squares * SY_RATE_LINE / STEP / (2 * M_PI);
}

struct sine {
	double hz, cos, sin;
};

/* Takes the sine out of x; least squares as far as the other sine, many periods away, is out already. */
static void take_out(double *x, struct sine *sine)
{
	const double turn = 2 * M_PI * sine->hz / SY_RATE_LINE;
	double cos_sum = 0, sin_sum = 0;

	for (int i = 0; i < INSIDE; i++) {
		cos_sum += x[i] * cos(turn * i);
		sin_sum += x[i] * sin(turn * i);
	}
	sine->cos += cos_sum * 2 / INSIDE;
	sine->sin += sin_sum * 2 / INSIDE;
	for (int i = 0; i < INSIDE; i++)
		x[i] -= (cos_sum * cos(turn * i) + sin_sum * sin(turn * i)) * 2 / INSIDE;
}

static double power_of(const struct sine *sine)
{
	return (sine->cos * sine->cos + sine->sin * sine->sin) / 2;
}

static double mean_square(const double *x)
{
	double sum = 0;

	for (int i = 0; i < INSIDE; i++)
		sum += x[i] * x[i];
	return sum / INSIDE;
}

/* Two steady sines beside no more than a little noise. */
static bool is_pair(const struct sy_tone_keys *keys, struct sine *low, struct sine *high)
{
	double x[INSIDE];

	for (int i = 0; i < INSIDE; i++)
		x[i] = (double)keys->kept[keys->n_kept - KEPT + STEP + i];
	const double all = mean_square(x);
	for (int pass = 0; pass < 2; pass++) {
		take_out(x, low);
		take_out(x, high);
	}
	const double twist_db = 10 * log10(power_of(high) / power_of(low));
	return mean_square(x) <= (1 - KEY_SHARE) * all && twist_db >= -TWIST_LOW_DB && twist_db <= TWIST_HIGH_DB &&
	       10 * log10(all / (32768.0 * 32768.0)) >= LEVEL_MIN_DBFS;
}

static bool is_key(const struct sy_tone_keys *keys)
{
	const int low = keys->run[0].low, high = keys->run[0].high;
	const double low_off = hz_off(keys, low), high_off = hz_off(keys, high);
	struct sine low_sine = {.hz = tone_hz[low] + low_off}, high_sine = {.hz = tone_hz[high] + high_off};

	return fabs(low_off) <= OFF_MAX * tone_hz[low] && fabs(high_off) <= OFF_MAX * tone_hz[high] &&
	       is_pair(keys, &low_sine, &high_sine);
}

static void follow_run(struct sy_tone_keys *keys, const struct window *window)
{
	if (keys->n > 0 && (keys->run[0].low != window->low || keys->run[0].high != window->high))
		keys->n = 0;
	if (keys->n == RUN)
		memmove(keys->run, keys->run + 1, --keys->n * sizeof(*keys->run));
	keys->run[keys->n++] = *window;
}

static char judge(struct sy_tone_keys *keys, struct window *window)
{
	if (!fits(window)) {
		keys->n = 0;
		if (++keys->gap >= GAP) {
			keys->held = 0;
			keys->begun = true;
		}
		return 0;
	}
	follow_run(keys, window);
	const char key = symbols[window->low][window->high - GROUP];
	if (key == keys->held)
		keys->gap = 0;
	if (keys->n < RUN || key == keys->held || !is_key(keys))
		return 0;
	keys->gap = 0;
	keys->held = key;
	return keys->begun ? key : 0;
}

static void narrow(struct sy_tone_keys *keys, const int16_t *frame, float *ret_x)
{
	const size_t n = sy_frame_samples(SY_RATE_WIDE);
	int16_t pcm[TAPS - 1 + SY_FRAME_SAMPLES_MAX];

	memcpy(pcm, keys->past, sizeof(keys->past));
	memcpy(pcm + TAPS - 1, frame, n * sizeof(*frame));
	for (size_t i = 0; i < n / 2; i++) {
		ret_x[i] = 0;
		for (size_t tap = 0; tap < TAPS; tap++)
			ret_x[i] += taps[tap] * (float)pcm[2 * i + tap];
	}
	memcpy(keys->past, pcm + n, sizeof(keys->past));
}

char sy_tone_keys_hear(struct sy_tone_keys *keys, const int16_t *frame)
{
	float x[STEPS_A_FRAME * STEP];
	char found = 0;

	if (keys->rate == SY_RATE_WIDE)
		narrow(keys, frame, x);
	for (size_t i = 0; i < STEPS_A_FRAME * STEP && keys->rate == SY_RATE_LINE; i++)
		x[i] = (float)frame[i];
	for (int step = 0; step < STEPS_A_FRAME; step++) {
		struct window window;
		take_step(keys, x + (ptrdiff_t)step * STEP, &window);
		const char key = judge(keys, &window);
		found = key != 0 ? key : found;
	}
	return found;
}
