#include "audio/spectrum.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "audio/fft.h"

#define N SY_SPECTRUM_FFT
#define FULL_SCALE 32768.0f
#define HIGHPASS_HZ 120.0f
#define PITCH_MIN_HZ 70
#define PITCH_MAX_HZ 400
/* A second peak weaker than the first by more than this is no tone of its own. */
#define PEAK_SHARE_MIN 0.01f
/* What is so near to a peak belongs to it. */
#define PEAK_BINS 6

#define LANES 4
typedef int32_t lanes __attribute__((vector_size(LANES * sizeof(int32_t)), aligned(sizeof(int32_t)), may_alias));

/* Edges in Hz: first formant, second formant twice, and two for fricatives. Below 200 Hz lies hum. */
static const int band_edges[SY_SPECTRUM_BANDS + 1] = {200, 500, 1000, 1700, 2600, 3800};

/* Read-only once made. */
static struct {
	float hann[SY_SPECTRUM_WINDOW];
	float hann_correlation[SY_SPECTRUM_WINDOW]; /* of the window with itself, 1 at lag 0 */
	float hann_power;
	float halfband[SY_SPECTRUM_TAPS];
} tables;

static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void make_window_tables(void)
{
	const int n = SY_SPECTRUM_WINDOW;

	for (int i = 0; i < n; i++) {
		tables.hann[i] = (float)(0.5 - 0.5 * cos(2 * M_PI * (i + 0.5) / n));
		tables.hann_power += tables.hann[i] * tables.hann[i];
	}
	for (int lag = 0; lag < n; lag++) {
		float sum = 0;
		for (int i = lag; i < n; i++)
			sum += tables.hann[i] * tables.hann[i - lag];
		tables.hann_correlation[lag] = sum / tables.hann_power;
	}
}

static void make_filter_table(void)
{
	const int middle = SY_SPECTRUM_TAPS / 2;
	float sum = 0;

	for (int i = 0; i < SY_SPECTRUM_TAPS; i++) {
		const double x = M_PI / 2 * (i - middle);
		const double window = 0.54 + 0.46 * cos(M_PI * (i - middle) / (middle + 1));
		tables.halfband[i] = (float)(window * (i == middle ? 1.0 : sin(x) / x));
		sum += tables.halfband[i];
	}
	for (int i = 0; i < SY_SPECTRUM_TAPS; i++)
		tables.halfband[i] /= sum;
}

static void make_tables(void)
{
	make_window_tables();
	make_filter_table();
}

int sy_spectrum_init(struct sy_spectrum *spectrum, int rate)
{
	if (rate != SY_RATE_LINE && rate != SY_RATE_WIDE)
		return EINVAL;
	const int err = pthread_once(&tables_once, make_tables);
	if (err)
		return err;

	memset(spectrum, 0, sizeof(*spectrum));
	spectrum->rate = rate;
	return 0;
}

/* One 20 ms frame at 8 kHz from one at 16 kHz. */
static void halve(struct sy_spectrum *spectrum, const int16_t *frame, float *ret_half)
{
	enum { TAIL = SY_SPECTRUM_TAPS - 1, IN = SY_FRAME_SAMPLES_MAX };
	float in[TAIL + IN];

	memcpy(in, spectrum->tail, sizeof(spectrum->tail));
	for (int i = 0; i < IN; i++)
		in[TAIL + i] = frame[i];
	for (int i = 0; i < IN / 2; i++) {
		float sum = 0;
		for (int tap = 0; tap < SY_SPECTRUM_TAPS; tap++)
			sum += tables.halfband[tap] * in[2 * i + tap];
		ret_half[i] = sum;
	}
	memcpy(spectrum->tail, in + IN, sizeof(spectrum->tail));
}

static void slide_in(struct sy_spectrum *spectrum, const int16_t *frame)
{
	enum { HALF = SY_SPECTRUM_WINDOW / 2 };
	float *fresh = spectrum->window + HALF;
	const float pole = 1.0f - 2.0f * (float)M_PI * HIGHPASS_HZ / SY_RATE_LINE;

	memmove(spectrum->window, fresh, HALF * sizeof(float));
	if (spectrum->rate == SY_RATE_WIDE) {
		halve(spectrum, frame, fresh);
	} else {
		for (int i = 0; i < HALF; i++)
			fresh[i] = frame[i];
	}
	for (int i = 0; i < HALF; i++) {
		const float x = fresh[i] / FULL_SCALE;
		spectrum->highpass_y = pole * spectrum->highpass_y + x - spectrum->highpass_x;
		spectrum->highpass_x = x;
		fresh[i] = spectrum->highpass_y;
	}
}

static float to_db(float power)
{
	return power > 1e-10f ? 10.0f * log10f(power) : -100.0f;
}

static int bin_of(int hz)
{
	return hz * N / SY_RATE_LINE;
}

static int32_t bits_of(float x)
{
	int32_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

/* The first of the strongest from `first` up to `end`, -1: there is none. Powers are not negative, so that their bits
 * compare as they do. */
static int strongest(const float *power, int first, int end)
{
	lanes most = {0};
	int32_t best = 0;
	int k = first;

	for (; k + LANES <= end; k += LANES) {
		const lanes here = *(const lanes *)&power[k], more = here > most;
		most = (here & more) | (most & ~more);
	}
	for (int i = 0; i < LANES; i++)
		best = most[i] > best ? most[i] : best;
	for (; k < end; k++)
		best = bits_of(power[k]) > best ? bits_of(power[k]) : best;
	for (k = first; k < end && bits_of(power[k]) != best; k++)
		;
	return k < end ? k : end > first ? first : -1;
}

/*
 * Power of the strongest peak between the band limits, which is then passed over by the next search. What lies beyond
 * the limits is no part of it, as it is none of the level: else a high voice, whose fundamental is just below, seems a
 * tone.
 */
static float take_peak(const float *power, int *skip)
{
	const int first = bin_of(band_edges[0]), end = bin_of(band_edges[SY_SPECTRUM_BANDS]);
	int best = *skip < 0 ? strongest(power, first, end) : strongest(power, first, *skip - PEAK_BINS);

	if (*skip >= 0) {
		const int above = strongest(power, *skip + PEAK_BINS + 1, end);
		best = best < 0 || (above >= 0 && power[above] > power[best]) ? above : best;
	}
	float sum = 0;
	for (int k = best - 3; k <= best + 3; k++) /* a Hann window's main lobe, at this padding */
		sum += k >= first && k < end ? power[k] : 0;
	*skip = best;
	return sum;
}

static void measure(struct sy_spectrum *spectrum)
{
	/* One-sided: each bin but the outermost stands for two. Divided so that the bands add up to the mean square. */
	const float scale = 2.0f / (N * tables.hann_power);
	float all = 0;

	for (int band = 0; band < SY_SPECTRUM_BANDS; band++) {
		float sum = 0;
		for (int k = bin_of(band_edges[band]); k < bin_of(band_edges[band + 1]); k++)
			sum += spectrum->power[k];
		spectrum->band_db[band] = to_db(sum * scale);
		all += sum;
	}
	spectrum->level_db = to_db(all * scale);
	int at = -1;
	const float first = take_peak(spectrum->power, &at);
	int second_at = at;
	const float second = take_peak(spectrum->power, &second_at);
	const int lower = second_at < at && second >= first * PEAK_SHARE_MIN ? second_at : at;
	spectrum->peak_share = all > 0 ? fminf(1.0f, (first + second) / all) : 0;
	spectrum->peak_hz = all > 0 ? (float)lower * SY_RATE_LINE / N : 0;
}

void sy_spectrum_feed(struct sy_spectrum *spectrum, const int16_t *frame)
{
	float x[N] = {0}, re[N / 2 + 1], im[N / 2 + 1];

	slide_in(spectrum, frame);
	for (int i = 0; i < SY_SPECTRUM_WINDOW; i++)
		x[i] = spectrum->window[i] * tables.hann[i];
	(void)sy_fft_real(x, N, re, im);
	for (int k = 0; k <= N / 2; k++)
		spectrum->power[k] = re[k] * re[k] + im[k] * im[k];
	measure(spectrum);
}

float sy_spectrum_periodicity(struct sy_spectrum *spectrum)
{
	float x[N], re[N / 2 + 1], im[N / 2 + 1], best = 0;

	for (int k = 0; k < N; k++)
		x[k] = spectrum->power[k <= N / 2 ? k : N - k];
	(void)sy_fft_real(x, N, re, im); /* of a real even spectrum: forward and inverse are the same */
	if (re[0] <= 0)
		return 0;
	for (int lag = SY_RATE_LINE / PITCH_MAX_HZ; lag <= SY_RATE_LINE / PITCH_MIN_HZ; lag++) {
		const float r = re[lag] / re[0] / tables.hann_correlation[lag];
		/* A peak, not the slope of the one at lag 0. */
		if (r > best && re[lag] >= re[lag - 1] && re[lag] >= re[lag + 1])
			best = r;
	}
	return fminf(best, 1.0f);
}
