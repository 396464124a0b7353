#include "audio/media/echo_watch.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"

#define RATE 4000
#define N 80      /* of a frame */
#define LAGS 1280 /* of SY_ECHO_WATCH_LAG_MS */
_Static_assert(N * 1000 == RATE * SY_FRAME_MS && LAGS * 1000 == RATE * SY_ECHO_WATCH_LAG_MS, "at 4 kHz");
#define FACTOR_MAX (SY_RATE_WIDE / RATE)
/* Share of the past kept for the next frame: a window of 2.5 frames. */
#define KEPT 0.6f
/* High sounds are weak, but they tell delays apart best. */
#define EMPHASIS 0.5f
/* Energy of a frame at about -75 dBFS; below it our side counts as silent. */
#define SILENCE ((float)N * 30)
#define FOUND_SHARE 0.6f
#define LIKELY_SHARE 0.85f
#define FOUND_FRAMES 3
/* A delay between two samples may show at either. */
#define SAME_LAG 2

/* What was sent slides when so much more has come: to move it for each frame would fetch all of it each time. */
#define SLIDE (8 * N)

/* Delays side by side; their sums are fetched from anywhere in an array. */
#define LANES 8
typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

struct side {
	int16_t past[2 * FACTOR_MAX]; /* of the low-pass filter */
	float last;                   /* of the emphasis */
};

struct sy_echo_watch {
	int rate;
	struct side caller, ours;
	/* Ours, the oldest first, LAGS + N of it up to n_sent: what sounds at index i of these comes back with a lag of
	 * LAGS - i. */
	float sent[LAGS + N + SLIDE];
	size_t n_sent;
	float product[LAGS], sent_energy[LAGS]; /* by that index */
	float energy;
	int at, frames; /* the best index, and for how many frames it has been so */
};

int sy_echo_watch_create(int rate, struct sy_echo_watch **ret_watch)
{
	if (rate != SY_RATE_LINE && rate != SY_RATE_WIDE)
		return EINVAL;
	struct sy_echo_watch *watch = calloc(1, sizeof(*watch));
	if (watch == NULL)
		return ENOMEM;
	watch->rate = rate;
	watch->n_sent = LAGS + N;
	*ret_watch = watch;
	return 0;
}

void sy_echo_watch_destroy(struct sy_echo_watch *watch)
{
	free(watch);
}

/* Down to 4 kHz through a triangle of 2 * factor - 1 taps. */
static void narrow(const struct sy_echo_watch *watch, struct side *side, const int16_t *frame, float *ret_x)
{
	const int factor = watch->rate / RATE, past = 2 * factor;
	const size_t n = sy_frame_samples(watch->rate);
	int16_t pcm[2 * FACTOR_MAX + SY_FRAME_SAMPLES_MAX];

	memcpy(pcm, side->past, (size_t)past * sizeof(*pcm));
	memcpy(pcm + past, frame, n * sizeof(*pcm));
	for (int i = 0; i < N; i++) {
		int sum = 0;
		for (int tap = 1 - factor; tap < factor; tap++)
			sum += (factor - abs(tap)) * pcm[i * factor + factor + tap];
		const float x = (float)sum / (float)(factor * factor);
		ret_x[i] = x - EMPHASIS * side->last;
		side->last = x;
	}
	memcpy(side->past, pcm + n, (size_t)past * sizeof(*pcm));
}

void sy_echo_watch_ours(struct sy_echo_watch *watch, const int16_t *frame)
{
	if (watch->n_sent + N > LAGS + N + SLIDE) {
		memmove(watch->sent, watch->sent + watch->n_sent - LAGS, LAGS * sizeof(*watch->sent));
		watch->n_sent = LAGS;
	}
	narrow(watch, &watch->ours, frame, watch->sent + watch->n_sent);
	watch->n_sent += N;
}

static const float *sent_of(const struct sy_echo_watch *watch)
{
	return watch->sent + watch->n_sent - (LAGS + N);
}

/* Four samples a pass, so that a delay's sum is fetched and stored once for them. */
static void add_products(struct sy_echo_watch *watch, const float *x)
{
	for (int i = 0; i < N; i += 4) {
		const float keep = i == 0 ? KEPT : 1;
		for (int at = 0; at < LAGS; at += LANES) {
			const float *sent = sent_of(watch) + i + at;
			lanes *sum = (lanes *)(watch->product + at);
			*sum = *sum * keep + x[i] * *(const lanes *)sent + x[i + 1] * *(const lanes *)(sent + 1) +
			       x[i + 2] * *(const lanes *)(sent + 2) + x[i + 3] * *(const lanes *)(sent + 3);
		}
	}
}

static void add_energies(struct sy_echo_watch *watch, const float *x)
{
	const float *sent = sent_of(watch);
	float sum = 0, energy = 0;

	for (int i = 0; i < N; i++) {
		energy += x[i] * x[i];
		sum += sent[i] * sent[i];
	}
	watch->energy = KEPT * watch->energy + energy;
	for (int at = 0; at < LAGS; at++) {
		watch->sent_energy[at] = KEPT * watch->sent_energy[at] + (sum > 0 ? sum : 0);
		sum += sent[at + N] * sent[at + N] - sent[at] * sent[at];
	}
}

static float find_best(const struct sy_echo_watch *watch, int *ret_at)
{
	float best = 0;

	for (int at = 0; at < LAGS; at++) {
		const float product = watch->product[at];
		const float both = watch->energy * watch->sent_energy[at];
		if (watch->sent_energy[at] > SILENCE && product * product > best * both) {
			best = product * product / both;
			*ret_at = at;
		}
	}
	return best;
}

void sy_echo_watch_caller(struct sy_echo_watch *watch, const int16_t *frame, struct sy_echo_watch_seen *ret_seen)
{
	float x[N];
	int at = 0;

	narrow(watch, &watch->caller, frame, x);
	add_products(watch, x);
	add_energies(watch, x);
	const float share = find_best(watch, &at);
	const bool same = share >= FOUND_SHARE && abs(at - watch->at) <= SAME_LAG;
	watch->frames = same ? watch->frames + 1 : share >= FOUND_SHARE;
	watch->at = at;
	*ret_seen = (struct sy_echo_watch_seen){
		.share = (double)share,
		.lag_ms = (double)(LAGS - at) * 1000 / RATE,
		.likely = share >= LIKELY_SHARE,
		.found = watch->frames >= FOUND_FRAMES,
	};
}
