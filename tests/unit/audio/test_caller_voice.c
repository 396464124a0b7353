#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/caller_voice.h"
#include "audio/frame.h"

static char home[] = "/tmp/test_caller_voice.XXXXXX";

static int own_cache(void **state)
{
	(void)state;
	return mkdtemp(home) && setenv("XDG_CACHE_HOME", home, 1) == 0 ? 0 : -1;
}

static int for_each_sound(void (*use)(const char *path))
{
	char folder[200], path[500];
	int n = 0;

	(void)snprintf(folder, sizeof(folder), "%s/sayso/callers", home);
	DIR *dir = opendir(folder);
	struct dirent *entry;
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		n++;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (use)
			use(path);
	}
	if (dir)
		(void)closedir(dir);
	return n;
}

static void remove_file(const char *path)
{
	(void)unlink(path);
}

static int drop_cache(void **state)
{
	char folder[200];

	(void)state;
	(void)for_each_sound(remove_file);
	(void)snprintf(folder, sizeof(folder), "%s/sayso/callers", home);
	(void)rmdir(folder);
	(void)snprintf(folder, sizeof(folder), "%s/sayso", home);
	(void)rmdir(folder);
	return rmdir(home);
}

/* skip() where the program of the voice is not installed */
static struct sy_sound say(const char *voice, const char *text)
{
	struct sy_sound sound = {0};
	struct sy_problem why = {0};
	const int err = sy_caller_voice_say(voice, text, &sound, &why);

	if (err == ENOENT) {
		print_message("%s\n", why.text);
		skip();
	}
	if (err)
		print_message("%s\n", why.text);
	assert_int_equal(err, 0);
	assert_int_equal(sound.rate, SY_RATE_WIDE);
	return sound;
}

static void espeak_speaks_and_is_kept(void **state)
{
	(void)state;
	struct sy_sound first = say("espeak:en-us", "When are you open?");
	assert_in_range(sy_sound_ms(&first), 600, 2500);
	assert_true(sy_level_dbfs(first.pcm, first.n) > -40);
	assert_int_equal(for_each_sound(NULL), 1);
	struct sy_sound again = say("espeak:en-us", "When are you open?");
	assert_int_equal(again.n, first.n);
	assert_memory_equal(again.pcm, first.pcm, first.n * sizeof(int16_t));
	assert_int_equal(for_each_sound(NULL), 1);
	sy_sound_reset(&first);
	sy_sound_reset(&again);
}

static void pace_and_voice_make_a_difference(void **state)
{
	(void)state;
	struct sy_sound usual = say("espeak:en-us", "I want to pay my bill.");
	struct sy_sound slow = say("espeak:en-us:100:60", "I want to pay my bill.");
	assert_true(slow.n > usual.n * 5 / 4);
	sy_sound_reset(&usual);
	sy_sound_reset(&slow);
	struct sy_sound flite = say("flite:slt", "-v I want to pay my bill.");
	assert_true(sy_sound_ms(&flite) > 800);
	sy_sound_reset(&flite);
}

static void a_pause_is_silence_of_that_length(void **state)
{
	(void)state;
	struct sy_sound one = say("espeak:en-us", "one"), two = say("espeak:en-us", " two");
	struct sy_sound both = say("espeak:en-us", "one[pause 1.5s] two[pause 250ms]");
	assert_int_equal(both.n, one.n + two.n + 24000 + 4000);
	for (size_t i = 0; i < 24000; i++)
		assert_int_equal(both.pcm[one.n + i], 0);
	sy_sound_reset(&one);
	sy_sound_reset(&two);
	sy_sound_reset(&both);
}

static void a_ruined_cache_is_spoken_anew(void **state)
{
	(void)state;
	struct sy_sound good = say("espeak:en-us", "a spoilt file");
	char path[500] = "";
	(void)snprintf(path, sizeof(path), "%s/sayso/callers", home);
	DIR *dir = opendir(path);
	struct dirent *entry;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/sayso/callers/%s", home, entry->d_name);
		assert_int_equal(truncate(path, 10), 0);
	}
	(void)closedir(dir);
	struct sy_sound again = say("espeak:en-us", "a spoilt file");
	assert_int_equal(again.n, good.n);
	sy_sound_reset(&good);
	sy_sound_reset(&again);
}

static void bad_voices_are_refused(void **state)
{
	static const char *const bad[] = {"", "espeak:", "espeak", "en-us", "espeak:en us", "espeak:../x", "espeak:-v",
		"espeak:en-us:10", "espeak:en-us:150:100", "espeak:en-us:150:50:1", "flite:nobody", "flite:slt;ls",
		"espeak:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sy_problem why = {0};
		assert_int_equal(sy_caller_voice_check(bad[i], "hello", &why), EINVAL);
		assert_non_null(strstr(why.text, "no voice like"));
	}
	assert_int_equal(sy_caller_voice_check("espeak:en-gb+f3:140:60", "hello", NULL), 0);
	assert_int_equal(sy_caller_voice_check("espeak:en-us", "[pause 60s] hello", NULL), 0);
	assert_int_equal(sy_caller_voice_check("espeak:en-us", "[pause 61s] hello", NULL), EINVAL);
	assert_int_equal(sy_caller_voice_check("espeak:en-us", "[pause 0ms] hello", NULL), EINVAL);
	assert_int_equal(sy_caller_voice_check("espeak:en-us", "hello [there]", NULL), EINVAL);
}

static void an_unknown_voice_of_espeak_is_named(void **state)
{
	struct sy_sound sound = {0};
	struct sy_problem why = {0};

	(void)state;
	const int err = sy_caller_voice_say("espeak:xx-nobody", "hello", &sound, &why);
	assert_true(err == EIO || err == ENOENT);
	assert_non_null(strstr(why.text, err == EIO ? "xx-nobody" : "apt install"));
	assert_null(sound.pcm);
}

static void a_missing_program_says_what_to_install(void **state)
{
	struct sy_sound sound = {0};
	struct sy_problem why = {0};
	char *path = strdup(getenv("PATH"));

	(void)state;
	assert_int_equal(setenv("PATH", "/nonexistent", 1), 0);
	assert_int_equal(sy_caller_voice_say("espeak:en-us", "never heard before", &sound, &why), ENOENT);
	assert_non_null(strstr(why.text, "apt install espeak-ng"));
	assert_int_equal(setenv("PATH", path, 1), 0);
	free(path);
}

static void noise_has_the_level_asked_for(void **state)
{
	const char *text = "turns:\n  - noise: {kind: white, ms: 1000, level_db: -35}\n  - key: \"1\"\n";
	struct sy_talk *talk = NULL;
	struct sy_sound sound = {0};

	(void)state;
	assert_int_equal(sy_talk_load_bytes("x", text, strlen(text), &talk, NULL), 0);
	assert_int_equal(sy_caller_voice_turn(talk, 0, &sound, NULL), 0);
	assert_int_equal(sy_sound_ms(&sound), 1000);
	assert_float_equal(sy_level_dbfs(sound.pcm, sound.n), -35, 1);
	sy_sound_reset(&sound);
	assert_int_equal(sy_caller_voice_turn(talk, 1, &sound, NULL), EINVAL);
	sy_talk_destroy(talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(espeak_speaks_and_is_kept),
		cmocka_unit_test(pace_and_voice_make_a_difference),
		cmocka_unit_test(a_pause_is_silence_of_that_length),
		cmocka_unit_test(a_ruined_cache_is_spoken_anew),
		cmocka_unit_test(bad_voices_are_refused),
		cmocka_unit_test(an_unknown_voice_of_espeak_is_named),
		cmocka_unit_test(a_missing_program_says_what_to_install),
		cmocka_unit_test(noise_has_the_level_asked_for),
	};

	return cmocka_run_group_tests(tests, own_cache, drop_cache);
}
