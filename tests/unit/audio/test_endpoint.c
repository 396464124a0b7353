#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/endpoint.h"
#include "audio/frame.h"

#define NOISE_DB (-62.0)

/* Sounds made by formula, the same each time; real voices are in test_endpoint_people.c. */
struct made {
	int rate;
	size_t n;
	unsigned seed;
	int16_t *pcm;
};

static double random_pm1(struct made *made)
{
	made->seed = made->seed * 1664525u + 1013904223u;
	return (double)(made->seed >> 8) / (1 << 23) - 1.0;
}

static int16_t sample(double x)
{
	return (int16_t)lrint(fmax(-1.0, fmin(1.0, x)) * 32767);
}

static double amplitude(double dbfs)
{
	return pow(10.0, dbfs / 20) * sqrt(3.0); /* of uniform noise with that root mean square */
}

/* `ms` more of line noise, onto which the others add. */
static size_t extend(struct made *made, int ms, double noise_db)
{
	const size_t from = made->n, add = (size_t)ms * (size_t)made->rate / 1000;

	made->pcm = realloc(made->pcm, (from + add) * sizeof(int16_t));
	assert_non_null(made->pcm);
	for (size_t i = 0; i < add; i++)
		made->pcm[from + i] = sample(random_pm1(made) * amplitude(noise_db));
	made->n += add;
	return from;
}

/* A voice: harmonics of a gliding pitch with a moving formant, swelling and fading. */
static void voice(struct made *made, int ms, double level_db)
{
	const size_t from = extend(made, ms, NOISE_DB), n = made->n - from;
	double phase = 0;

	for (size_t i = 0; i < n; i++) {
		const double t = (double)i / (double)n;
		const double formant = 500 + 600 * t;
		double x = 0;
		phase += 2 * M_PI * (130 - 30 * t) / made->rate;
		for (int k = 2; k <= 25; k++)
			x += sin(k * phase) / (1 + pow((k * 120 - formant) / 150, 2));
		x *= sin(M_PI * (0.1 + 0.8 * t)) * amplitude(level_db) / 2.5;
		made->pcm[from + i] = sample(made->pcm[from + i] / 32768.0 + x);
	}
}

/* A high voice whose fundamental is nearly all of it, just below 200 Hz: "who" and "no", as many women say them. */
static void high_voice(struct made *made, int ms, double level_db)
{
	const size_t from = extend(made, ms, NOISE_DB), n = made->n - from;
	double phase = 0;

	for (size_t i = 0; i < n; i++) {
		const double t = (double)i / (double)n;
		phase += 2 * M_PI * (195 - 25 * t) / made->rate;
		const double x = sin(phase) + 0.5 * sin(2 * phase) + 0.15 * sin(3 * phase) + 0.05 * sin(5 * phase);
		made->pcm[from + i] = sample(
			made->pcm[from + i] / 32768.0 + x * sin(M_PI * (0.1 + 0.8 * t)) * amplitude(level_db) / 1.5);
	}
}

/* A fricative: noise that leans to the high end. */
static void hiss(struct made *made, int ms, double level_db)
{
	const size_t from = extend(made, ms, NOISE_DB);
	double last = 0;

	for (size_t i = from; i < made->n; i++) {
		const double x = random_pm1(made);
		made->pcm[i] = sample((x - last) / 2 * amplitude(level_db));
		last = x;
	}
}

static void tones(struct made *made, int ms, const double *hz, double level_db)
{
	const size_t from = extend(made, ms, NOISE_DB);

	for (size_t i = from; i < made->n; i++) {
		double x = 0;
		for (int k = 0; hz[k] > 0; k++)
			x += sin(2 * M_PI * hz[k] * (double)i / made->rate);
		made->pcm[i] = sample(made->pcm[i] / 32768.0 + x * amplitude(level_db) / 2);
	}
}

static void clicks(struct made *made, int ms)
{
	const size_t from = extend(made, ms, NOISE_DB);
	const size_t step = (size_t)made->rate * 9 / 20;

	for (size_t i = from + 500; i + 1 < made->n; i += step) {
		made->pcm[i] = 25000;
		made->pcm[i + 1] = -20000;
	}
}

/* A cough: a burst of noise that dies away in 300 ms, twice. */
static void cough(struct made *made, double level_db)
{
	for (int burst = 0; burst < 2; burst++) {
		const size_t from = extend(made, 300, NOISE_DB);
		for (size_t i = from; i < made->n; i++) {
			const double decay = exp(-(double)(i - from) / (0.08 * made->rate));
			made->pcm[i] = sample(random_pm1(made) * amplitude(level_db) * decay);
		}
		extend(made, 150, NOISE_DB);
	}
}

struct seen {
	int onsets, pauses, resumes, too_long;
	int onset_ms, first_pause_ms; /* ends of their frames */
	int turn_begin_ms;
	struct sy_endpoint *endpoint; /* owned */
};

static void feed(struct seen *seen, const struct made *made, bool prompting)
{
	const size_t n = sy_frame_samples(made->rate);

	*seen = (struct seen){0};
	assert_int_equal(sy_endpoint_create(made->rate, &seen->endpoint), 0);
	for (size_t at = 0; at + n <= made->n; at += n) {
		enum sy_endpoint_event event = 99;
		const int ms = (int)((at + n) * 1000 / (size_t)made->rate);
		assert_int_equal(sy_endpoint_feed(seen->endpoint, made->pcm + at, prompting, &event), 0);
		if (event == SY_ENDPOINT_ONSET) {
			const int16_t *pcm;
			size_t turn;
			sy_endpoint_turn(seen->endpoint, &pcm, &turn);
			seen->onset_ms = ms;
			seen->turn_begin_ms = ms - (int)(turn * 1000 / (size_t)made->rate);
		}
		if (event == SY_ENDPOINT_PAUSE && !seen->pauses)
			seen->first_pause_ms = ms;
		seen->onsets += event == SY_ENDPOINT_ONSET;
		seen->pauses += event == SY_ENDPOINT_PAUSE;
		seen->resumes += event == SY_ENDPOINT_RESUME;
		seen->too_long += event == SY_ENDPOINT_TOO_LONG;
	}
}

static void done(struct seen *seen, struct made *made)
{
	sy_endpoint_destroy(seen->endpoint);
	free(made->pcm);
}

static void a_word_is_found_with_its_soft_edges(void **state)
{
	(void)state;
	for (int rate = SY_RATE_LINE; rate <= SY_RATE_WIDE; rate *= 2) {
		struct made made = {.rate = rate, .seed = 1};
		struct seen seen;

		extend(&made, 1000, NOISE_DB);
		hiss(&made, 140, -40);
		voice(&made, 300, -22);
		hiss(&made, 160, -40);
		extend(&made, 900, NOISE_DB);
		feed(&seen, &made, false);
		assert_int_equal(seen.onsets, 1);
		assert_int_equal(seen.pauses, 1);
		assert_int_equal(seen.resumes, 0);
		assert_in_range(seen.turn_begin_ms, 680, 740); /* 300 ms before the hiss */
		assert_in_range(seen.onset_ms, 1140, 1300);
		assert_in_range(
			seen.first_pause_ms, 1600 + SY_ENDPOINT_PAUSE_MS - 40, 1600 + SY_ENDPOINT_PAUSE_MS + 80);
		assert_in_range(sy_endpoint_silence_ms(seen.endpoint), 820, 960);
		assert_in_range(sy_endpoint_speech_ms(seen.endpoint), 540, 680);
		assert_true(sy_endpoint_in_speech(seen.endpoint));
		done(&seen, &made);
	}
}

static void a_pause_inside_is_followed_by_resume(void **state)
{
	(void)state;
	struct made made = {.rate = SY_RATE_LINE, .seed = 2};
	struct seen seen;

	extend(&made, 800, NOISE_DB);
	for (int word = 0; word < 3; word++) {
		voice(&made, 350, -25);
		extend(&made, 400, NOISE_DB);
	}
	feed(&seen, &made, false);
	assert_int_equal(seen.onsets, 1);
	assert_int_equal(seen.pauses, 3);
	assert_int_equal(seen.resumes, 2);
	done(&seen, &made);
}

static void a_click_in_a_pause_does_not_resume(void **state)
{
	(void)state;
	struct made made = {.rate = SY_RATE_LINE, .seed = 3};
	struct seen seen;

	extend(&made, 800, NOISE_DB);
	voice(&made, 400, -25);
	extend(&made, 300, NOISE_DB);
	clicks(&made, 1500);
	feed(&seen, &made, false);
	assert_int_equal(seen.onsets, 1);
	assert_int_equal(seen.resumes, 0);
	assert_true(sy_endpoint_silence_ms(seen.endpoint) >= 1600);
	done(&seen, &made);
}

static void sounds_that_are_no_speech_give_no_onset(void **state)
{
	static const double hum[] = {50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 550, 600, 0};
	static const double beep[] = {1000, 0}, low_beep[] = {250, 0}, dial[] = {350, 440, 0},
			    key_five[] = {770, 1336, 0};

	(void)state;
	for (int kind = 0; kind < 10; kind++) {
		struct made made = {.rate = SY_RATE_LINE, .seed = 4};
		struct seen seen;

		extend(&made, 1000, NOISE_DB);
		switch (kind) {
		case 0:
			extend(&made, 4000, -25);
			break;
		case 1:
			hiss(&made, 3000, -25);
			break;
		case 2:
			tones(&made, 3000, hum, -35);
			break;
		case 3:
			tones(&made, 1000, beep, -20);
			break;
		case 4:
			tones(&made, 2000, dial, -20);
			break;
		case 5:
			tones(&made, 120, key_five, -15);
			break;
		case 6:
			clicks(&made, 3000);
			break;
		case 7:
			cough(&made, -15);
			break;
		case 8:
			tones(&made, 1000, low_beep, -20);
			break;
		default: /* digital silence: a muted line */
			extend(&made, 3000, -120);
			break;
		}
		extend(&made, 1000, NOISE_DB);
		feed(&seen, &made, false);
		if (seen.onsets)
			print_message("sound %d gave an onset at %d ms\n", kind, seen.onset_ms);
		assert_int_equal(seen.onsets, 0);
		assert_false(sy_endpoint_in_speech(seen.endpoint));
		done(&seen, &made);
	}
}

/* "We" in a clear high voice: its pitch and the octave above are all there is. */
static void a_pitch_and_its_octave_are_no_tone(void **state)
{
	(void)state;
	for (int prompting = 0; prompting < 2; prompting++) {
		struct made made = {.rate = SY_RATE_LINE, .seed = 14};
		struct seen seen;
		double phase = 0;

		extend(&made, 1000, NOISE_DB);
		const size_t from = extend(&made, 500, NOISE_DB), n = made.n - from;
		for (size_t i = 0; i < n; i++) {
			const double swell = sin(M_PI * (0.1 + 0.8 * (double)i / (double)n));
			phase += 2 * M_PI * (235 + 40 * (double)i / (double)n) / made.rate;
			made.pcm[from + i] = sample(
				made.pcm[from + i] / 32768.0 + (sin(phase) + 0.4 * sin(2 * phase)) * swell * 0.1);
		}
		extend(&made, 500, NOISE_DB);
		feed(&seen, &made, prompting);
		assert_int_equal(seen.onsets, 1);
		assert_in_range(seen.onset_ms, 1000, 1200);
		done(&seen, &made);
	}
}

static void high_voices_are_no_tones(void **state)
{
	(void)state;
	for (int rate = SY_RATE_LINE; rate <= SY_RATE_WIDE; rate *= 2) {
		for (int prompting = 0; prompting < 2; prompting++) {
			struct made made = {.rate = rate, .seed = 13};
			struct seen seen;
			extend(&made, 1000, NOISE_DB);
			high_voice(&made, 500, -22);
			extend(&made, 500, NOISE_DB);
			feed(&seen, &made, prompting);
			assert_int_equal(seen.onsets, 1);
			assert_in_range(seen.onset_ms, 1000, 1240);
			done(&seen, &made);
		}
	}
}

static void quiet_callers_are_heard(void **state)
{
	(void)state;
	struct made made = {.rate = SY_RATE_LINE, .seed = 5};
	struct seen seen;

	extend(&made, 1000, -72);
	voice(&made, 500, -44);
	extend(&made, 500, -72);
	feed(&seen, &made, false);
	assert_int_equal(seen.onsets, 1);
	done(&seen, &made);
}

static void speech_is_found_after_noise_has_risen(void **state)
{
	(void)state;
	struct made made = {.rate = SY_RATE_LINE, .seed = 6};
	struct seen seen;

	extend(&made, 1000, NOISE_DB);
	extend(&made, 3000, -38);
	const int begin = (int)(made.n / 8);
	voice(&made, 500, -20);
	extend(&made, 1000, -38);
	feed(&seen, &made, false);
	assert_int_equal(seen.onsets, 1);
	assert_in_range(seen.onset_ms, begin, begin + 240);
	assert_int_equal(seen.pauses, 1);
	assert_true(sy_endpoint_noise_dbfs(seen.endpoint) > -44 && sy_endpoint_noise_dbfs(seen.endpoint) < -32);
	done(&seen, &made);
}

static void noise_that_starts_in_a_turn_does_not_keep_it_open(void **state)
{
	(void)state;
	struct made made = {.rate = SY_RATE_LINE, .seed = 7};
	struct seen seen;

	extend(&made, 1000, NOISE_DB);
	voice(&made, 500, -25);
	extend(&made, 2500, -40);
	feed(&seen, &made, false);
	assert_int_equal(seen.onsets, 1);
	assert_int_equal(seen.pauses, 1);
	assert_true(seen.first_pause_ms <= 1500 + 400 + SY_ENDPOINT_PAUSE_MS + 80);
	done(&seen, &made);
}

static void a_prompt_is_stopped_within_200_ms(void **state)
{
	(void)state;
	struct made made = {.rate = SY_RATE_LINE, .seed = 8};
	struct seen open, prompting;

	extend(&made, 1000, NOISE_DB);
	voice(&made, 600, -22);
	extend(&made, 300, NOISE_DB);
	feed(&open, &made, false);
	feed(&prompting, &made, true);
	assert_int_equal(prompting.onsets, 1);
	assert_in_range(prompting.onset_ms, 1000, 1200);
	assert_true(prompting.onset_ms >= open.onset_ms);
	assert_int_equal(prompting.turn_begin_ms, open.turn_begin_ms);
	sy_endpoint_destroy(open.endpoint);
	done(&prompting, &made);
}

/* A hoarse voice: of 180 ms only two frames have a pitch. */
static void a_hoarse_voice_stops_a_prompt(void **state)
{
	(void)state;
	for (int voiced = 0; voiced < 2; voiced++) {
		struct made made = {.rate = SY_RATE_LINE, .seed = 15};
		struct seen seen;

		extend(&made, 1000, NOISE_DB);
		hiss(&made, 80, -25);
		if (voiced)
			voice(&made, 80, -22);
		hiss(&made, 240, -25);
		extend(&made, 300, NOISE_DB);
		feed(&seen, &made, true);
		assert_int_equal(seen.onsets, voiced); /* without any it is a breath */
		if (voiced)
			assert_in_range(seen.onset_ms, 1000, 1240);
		done(&seen, &made);
	}
}

static void a_cough_does_not_stop_a_prompt(void **state)
{
	(void)state;
	struct made made = {.rate = SY_RATE_LINE, .seed = 16};
	struct seen seen;

	extend(&made, 1000, NOISE_DB);
	cough(&made, -15);
	extend(&made, 500, NOISE_DB);
	feed(&seen, &made, true);
	assert_int_equal(seen.onsets, 0);
	done(&seen, &made);
}

static void an_echo_of_the_prompt_does_not_stop_it(void **state)
{
	(void)state;
	struct made made = {.rate = SY_RATE_LINE, .seed = 9};
	struct seen open, prompting;

	extend(&made, 1000, NOISE_DB);
	voice(&made, 600, -49);
	extend(&made, 300, NOISE_DB);
	feed(&open, &made, false);
	feed(&prompting, &made, true);
	assert_int_equal(prompting.onsets, 0);
	sy_endpoint_destroy(open.endpoint);
	done(&prompting, &made);
}

/* Feeds on; the time of the onset in ms from here, 0: none. */
static int onset_in(struct seen *seen, const struct made *made)
{
	for (size_t at = 0; at + 160 <= made->n; at += 160) {
		enum sy_endpoint_event event;
		assert_int_equal(sy_endpoint_feed(seen->endpoint, made->pcm + at, false, &event), 0);
		if (event == SY_ENDPOINT_ONSET)
			return (int)(at / 8) + SY_FRAME_MS;
	}
	return 0;
}

static void restart_waits_anew_and_keeps_the_silence(void **state)
{
	(void)state;
	struct made made = {.rate = SY_RATE_LINE, .seed = 10};
	struct seen seen;
	const int16_t *pcm;
	size_t n;

	extend(&made, 1000, NOISE_DB);
	voice(&made, 400, -25);
	extend(&made, 600, NOISE_DB);
	feed(&seen, &made, false);
	const double noise = sy_endpoint_noise_dbfs(seen.endpoint);
	sy_endpoint_restart(seen.endpoint);
	assert_false(sy_endpoint_in_speech(seen.endpoint));
	assert_int_equal(sy_endpoint_silence_ms(seen.endpoint), 0);
	assert_int_equal(sy_endpoint_speech_ms(seen.endpoint), 0);
	sy_endpoint_turn(seen.endpoint, &pcm, &n);
	assert_int_equal(n, 0);
	assert_true(sy_endpoint_noise_dbfs(seen.endpoint) == noise);

	/* The next word comes at once: its pre-roll is the silence that ended the turn before. */
	struct made next = {.rate = SY_RATE_LINE, .seed = 11};
	voice(&next, 400, -25);
	const int onset = onset_in(&seen, &next);
	sy_endpoint_turn(seen.endpoint, &pcm, &n);
	assert_true(onset > 0);
	assert_in_range(
		n / 8, (size_t)onset + SY_ENDPOINT_PREROLL_MS - 60, (size_t)onset + SY_ENDPOINT_PREROLL_MS + 60);
	free(next.pcm);
	done(&seen, &made);
}

#define KEPT_MS 1000

/* Speech that is found in time goes on with the turn before: its sound, the pause and its own are one. */
static void a_turn_that_is_kept_is_gone_on_with(void **state)
{
	static const int pauses_ms[] = {200, 860, 1200};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct made made = {.rate = SY_RATE_LINE, .seed = 10}, next = {.rate = SY_RATE_LINE, .seed = 11};
		struct seen seen;
		const int16_t *pcm;
		size_t before, n;

		extend(&made, 1000, NOISE_DB);
		voice(&made, 400, -25);
		extend(&made, 400, NOISE_DB);
		feed(&seen, &made, false);
		sy_endpoint_turn(seen.endpoint, &pcm, &before);
		int16_t *first = malloc(before * sizeof(*first));
		assert_non_null(first);
		memcpy(first, pcm, before * sizeof(*first));
		sy_endpoint_restart_kept(seen.endpoint, KEPT_MS);
		assert_false(sy_endpoint_in_speech(seen.endpoint));
		assert_int_equal(sy_endpoint_added(seen.endpoint), 0);
		extend(&next, pauses_ms[i], NOISE_DB);
		voice(&next, 400, -25);
		const size_t onset = (size_t)onset_in(&seen, &next);
		assert_true(onset > (size_t)pauses_ms[i]);
		sy_endpoint_turn(seen.endpoint, &pcm, &n);
		if (onset <= KEPT_MS) {
			assert_int_equal(n, before + onset * 8);
			assert_memory_equal(pcm, first, before * sizeof(*first));
			assert_memory_equal(pcm + before, next.pcm, onset * 8 * sizeof(*pcm));
			assert_in_range(sy_endpoint_added(seen.endpoint) / 8,
				before / 8 + (size_t)pauses_ms[i] - SY_ENDPOINT_PREROLL_MS - 60,
				before / 8 + (size_t)pauses_ms[i] - SY_ENDPOINT_PREROLL_MS + 60);
		} else {
			assert_int_equal(sy_endpoint_added(seen.endpoint), 0);
			assert_in_range(n / 8, SY_ENDPOINT_PREROLL_MS, SY_ENDPOINT_PREROLL_MS + 260);
		}
		assert_int_equal(onset <= KEPT_MS, i < 2);
		sy_endpoint_restart(seen.endpoint);
		assert_int_equal(sy_endpoint_added(seen.endpoint), 0);
		free(first);
		free(next.pcm);
		done(&seen, &made);
	}
}

static void a_turn_that_is_let_go_is_not(void **state)
{
	(void)state;
	struct made made = {.rate = SY_RATE_LINE, .seed = 10}, next = {.rate = SY_RATE_LINE, .seed = 11};
	struct seen seen;
	const int16_t *pcm;
	size_t n;

	extend(&made, 1000, NOISE_DB);
	voice(&made, 400, -25);
	extend(&made, 400, NOISE_DB);
	feed(&seen, &made, false);
	sy_endpoint_restart_kept(seen.endpoint, KEPT_MS);
	sy_endpoint_let_go(seen.endpoint);
	voice(&next, 400, -25);
	const int onset = onset_in(&seen, &next);
	assert_true(onset > 0);
	sy_endpoint_turn(seen.endpoint, &pcm, &n);
	assert_int_equal(sy_endpoint_added(seen.endpoint), 0);
	/* Its pre-roll is the silence that ended the turn before. */
	assert_in_range(
		n / 8, (size_t)onset + SY_ENDPOINT_PREROLL_MS - 60, (size_t)onset + SY_ENDPOINT_PREROLL_MS + 60);
	sy_endpoint_let_go(seen.endpoint); /* of a turn that is under way: too late */
	assert_true(sy_endpoint_in_speech(seen.endpoint));
	free(next.pcm);
	done(&seen, &made);
}

static void a_turn_of_30_s_is_cut_and_grows_no_more(void **state)
{
	(void)state;
	struct made made = {.rate = SY_RATE_LINE, .seed = 12};
	struct seen seen;
	const int16_t *pcm;
	size_t n;

	extend(&made, 1000, NOISE_DB);
	for (int i = 0; i < 80; i++) {
		voice(&made, 420, -25);
		extend(&made, 60, NOISE_DB);
	}
	feed(&seen, &made, false);
	assert_int_equal(seen.onsets, 1);
	assert_int_equal(seen.too_long, 1);
	sy_endpoint_turn(seen.endpoint, &pcm, &n);
	assert_in_range(n / 8, SY_ENDPOINT_TURN_MAX_MS, SY_ENDPOINT_TURN_MAX_MS + SY_ENDPOINT_PREROLL_MS);
	sy_endpoint_restart(seen.endpoint);
	assert_false(sy_endpoint_in_speech(seen.endpoint));
	done(&seen, &made);
}

static void other_rates_are_refused(void **state)
{
	struct sy_endpoint *endpoint = NULL;

	(void)state;
	assert_int_equal(sy_endpoint_create(11025, &endpoint), EINVAL);
	assert_null(endpoint);
	sy_endpoint_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_found_with_its_soft_edges),
		cmocka_unit_test(a_pause_inside_is_followed_by_resume),
		cmocka_unit_test(a_click_in_a_pause_does_not_resume),
		cmocka_unit_test(sounds_that_are_no_speech_give_no_onset),
		cmocka_unit_test(a_pitch_and_its_octave_are_no_tone),
		cmocka_unit_test(high_voices_are_no_tones),
		cmocka_unit_test(quiet_callers_are_heard),
		cmocka_unit_test(speech_is_found_after_noise_has_risen),
		cmocka_unit_test(noise_that_starts_in_a_turn_does_not_keep_it_open),
		cmocka_unit_test(a_prompt_is_stopped_within_200_ms),
		cmocka_unit_test(a_hoarse_voice_stops_a_prompt),
		cmocka_unit_test(a_cough_does_not_stop_a_prompt),
		cmocka_unit_test(an_echo_of_the_prompt_does_not_stop_it),
		cmocka_unit_test(restart_waits_anew_and_keeps_the_silence),
		cmocka_unit_test(a_turn_that_is_kept_is_gone_on_with),
		cmocka_unit_test(a_turn_that_is_let_go_is_not),
		cmocka_unit_test(a_turn_of_30_s_is_cut_and_grows_no_more),
		cmocka_unit_test(other_rates_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
