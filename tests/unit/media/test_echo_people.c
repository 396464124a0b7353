#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audio/caller_voice.h"
#include "audio/endpoint.h"
#include "audio/frame.h"
#include "audio/g711.h"
#include "audio/media/echo.h"
#include "audio/noise.h"
#include "audio/wav.h"

/*
 * Real callers who speak over a prompt, on lines with and without an echo of it. Those who are heard late are soft ones
 * whose first sounds lie 12 dB and more below the echo.
 */
#define EVERY 20 /* of the recordings */
#define CALLER_AT_MS 1500
#define ECHO_MS 130
#define LATE_MS 60

static struct {
	struct sy_sound prompt;
	int seen, callers;
	int heard_plain, heard_clean, heard_echo; /* no canceller and no echo; no echo; echo */
	int late, false_onsets, false_echoes;
} people;

struct line {
	const struct sy_sound *caller;
	double echo; /* its gain */
	bool cancel;
};

static int16_t sample_at(const struct sy_sound *sound, long i)
{
	return i >= 0 && i < (long)sound->n ? sound->pcm[i] : 0;
}

/* When the endpointer believes the caller, in ms after the recording began; -1: never. */
static int interrupt(const struct line *line)
{
	struct sy_noise_random random = {7};
	struct sy_endpoint *endpoint;
	struct sy_echo *echo;
	int onset_ms = -1;

	assert_int_equal(sy_endpoint_create(SY_RATE_LINE, &endpoint), 0);
	assert_int_equal(sy_echo_create(SY_RATE_LINE, &echo), 0);
	for (long at = 0; at + 160 <= (long)people.prompt.n && onset_ms < 0; at += 160) {
		int16_t ours[160], back[160];
		enum sy_endpoint_event event;
		for (long i = 0; i < 160; i++) {
			const double x = line->echo * sample_at(&people.prompt, at + i - ECHO_MS * 8) +
					 sample_at(line->caller, at + i - CALLER_AT_MS * 8) +
					 sy_noise_normal(&random) * 5;
			ours[i] = sample_at(&people.prompt, at + i);
			back[i] = sy_g711_from_mulaw(sy_g711_to_mulaw((int16_t)lrint(fmax(-32768, fmin(32767, x)))));
		}
		if (line->cancel)
			sy_echo_frame(echo, ours, back);
		assert_int_equal(sy_endpoint_feed(endpoint, back, true, &event), 0);
		if (event != SY_ENDPOINT_ONSET)
			continue;
		onset_ms = (int)(at + 160) / 8 - CALLER_AT_MS;
		people.false_onsets += onset_ms <= 0;
	}
	people.false_echoes += line->echo <= 0 && sy_echo_delay_ms(echo) >= 0;
	sy_endpoint_destroy(endpoint);
	sy_echo_destroy(echo);
	return onset_ms;
}

static int hear_file(const char *path, const struct stat *stat, int kind, struct FTW *at)
{
	struct sy_sound sound = {0};

	(void)stat;
	(void)at;
	if (kind != FTW_F || strstr(path, ".wav") == NULL || people.seen++ % EVERY != 0)
		return 0;
	assert_int_equal(sy_wav_read(path, SY_RATE_LINE, &sound, NULL), 0);
	const int plain = interrupt(&(struct line){.caller = &sound});
	const int clean = interrupt(&(struct line){.caller = &sound, .cancel = true});
	const int echo = interrupt(&(struct line){.caller = &sound, .echo = 0.5, .cancel = true});
	people.callers++;
	people.heard_plain += plain > 0;
	people.heard_clean += clean > 0;
	people.heard_echo += echo > 0;
	people.late += plain > 0 && echo > plain + LATE_MS;
	sy_sound_reset(&sound);
	return 0;
}

static void real_callers_get_through(void **state)
{
	const char *given = getenv("SAYSO_SPEECH");
	struct sy_sound wide = {0};
	struct sy_problem why = {0};
	struct stat there;
	char path[4096];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/operator", given ? given : SAYSO_TESTS_DIR "/../../shared/speech");
	if (stat(path, &there) != 0) {
		print_message("no recordings in %s: set SAYSO_SPEECH to their folder\n", path);
		skip();
	}
	const int err = sy_caller_voice_say("flite:slt",
		"You have reached the coffee company. I can tell you about opening hours, prices and orders. "
		"What would you like to know today? You can speak at any time.",
		&wide, &why);
	if (err == ENOENT) {
		print_message("%s\n", why.text);
		skip();
	}
	assert_int_equal(err, 0);
	assert_int_equal(sy_sound_resample(&wide, SY_RATE_LINE, &people.prompt), 0);
	assert_int_equal(nftw(path, hear_file, 16, FTW_PHYS), 0);
	print_message("of %d callers %d are heard, %d through the canceller, %d over an echo (%d of them over %d ms "
		      "later); %d false onsets, %d false echoes\n",
		people.callers, people.heard_plain, people.heard_clean, people.heard_echo, people.late, LATE_MS,
		people.false_onsets, people.false_echoes);
	assert_true(people.callers > 50);
	assert_int_equal(people.false_onsets, 0);
	assert_true(people.false_echoes * 50 <= people.callers);
	assert_true(people.heard_clean * 100 >= people.heard_plain * 98);
	assert_true(people.heard_echo * 100 >= people.heard_plain * 95);
	assert_true(people.late * 100 <= people.callers * 13);
	sy_sound_reset(&people.prompt);
	sy_sound_reset(&wide);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_callers_get_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
