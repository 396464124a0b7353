#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audio/frame.h"
#include "audio/media/tone_keys.h"
#include "audio/wav.h"

/* No false key in any recording of any set, at both rates of a call: the promise is for all of them. */
static int files, false_keys;
static double seconds;

static bool ends_in(const char *path, const char *end)
{
	const size_t n = strlen(path), n_end = strlen(end);

	return n > n_end && strcmp(path + n - n_end, end) == 0;
}

static int listen(const struct sy_sound *sound, const char *path)
{
	const size_t frame = sy_frame_samples(sound->rate);
	struct sy_tone_keys *keys;
	int found = 0;

	assert_int_equal(sy_tone_keys_create(sound->rate, &keys), 0);
	for (size_t at = 0; at + frame <= sound->n; at += frame) {
		const char key = sy_tone_keys_hear(keys, sound->pcm + at);
		if (key == 0)
			continue;
		print_message(
			"false key %c at %.2f s of %s (%d Hz)\n", key, (double)at / sound->rate, path, sound->rate);
		found++;
	}
	sy_tone_keys_destroy(keys);
	return found;
}

static int hear_file(const char *path, const struct stat *stat, int kind, struct FTW *at)
{
	(void)stat;
	(void)at;
	if (kind != FTW_F || !(ends_in(path, ".wav") || ends_in(path, ".flac")))
		return 0;
	for (int rate = SY_RATE_LINE; rate <= SY_RATE_WIDE; rate *= 2) {
		struct sy_sound sound = {0};
		assert_int_equal(sy_wav_read(path, rate, &sound, NULL), 0);
		false_keys += listen(&sound, path);
		if (rate == SY_RATE_LINE)
			seconds += (double)sound.n / rate;
		sy_sound_reset(&sound);
	}
	files++;
	return 0;
}

static void no_voice_is_a_key(void **state)
{
	static const char *const sets[] = {"coffee", "operator", "digits", "spelled", "other", "wide"};
	const char *given = getenv("SAYSO_SPEECH");
	struct stat there;
	char path[4096];

	(void)state;
	if (given == NULL)
		given = SAYSO_TESTS_DIR "/../../shared/speech";
	if (stat(given, &there) != 0) {
		print_message("no recordings in %s: set SAYSO_SPEECH to their folder\n", given);
		skip();
	}
	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		files = 0;
		seconds = 0;
		(void)snprintf(path, sizeof(path), "%s/%s", given, sets[i]);
		assert_int_equal(nftw(path, hear_file, 16, FTW_PHYS), 0);
		print_message("%s: %d recordings, %.1f minutes\n", sets[i], files, seconds / 60);
		assert_true(files > 0);
	}
	assert_int_equal(false_keys, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_voice_is_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
