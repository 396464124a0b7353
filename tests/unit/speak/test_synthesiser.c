#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "engine/speak/loudness.h"
#include "engine/speak/synthesiser.h"

static struct sy_synthesiser *flite;

static int open_flite(void **state)
{
	(void)state;
	return sy_synthesiser_flite_create(&flite, NULL);
}

static int close_flite(void **state)
{
	(void)state;
	sy_synthesiser_destroy(flite);
	return 0;
}

static struct sy_sound say(struct sy_say_job job)
{
	struct sy_problem why = {""};
	struct sy_sound sound = {0};
	int err = sy_synthesiser_say(flite, &job, &sound, &why);

	if (err)
		print_error("%s\n", why.text);
	assert_int_equal(err, 0);
	assert_int_equal(sound.rate, job.rate);
	return sound;
}

static int length_ms(struct sy_say_job job)
{
	struct sy_sound sound = say(job);
	int ms = sy_sound_ms(&sound);

	sy_sound_reset(&sound);
	return ms;
}

static void fails(struct sy_say_job job, int wanted, const char *part)
{
	struct sy_problem why = {""};
	struct sy_sound sound = {0};

	assert_int_equal(sy_synthesiser_say(flite, &job, &sound, &why), wanted);
	assert_null(sound.pcm);
	assert_non_null(strstr(why.text, part));
}

static int peak_of(const struct sy_sound *sound)
{
	int peak = 0;

	for (size_t i = 0; i < sound->n; i++)
		peak = abs(sound->pcm[i]) > peak ? abs(sound->pcm[i]) : peak;
	return peak;
}

static void speaks_in_every_voice(void **state)
{
	static const char *const voices[] = {NULL, "slt", "rms", "awb", "kal16"};
	static const int rates[] = {SY_RATE_LINE, SY_RATE_WIDE};

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		struct sy_sound sound = say((struct sy_say_job){
			.text = "Your bill is £20.50.", .voice = voices[i / 2], .rate = rates[i % 2]});

		assert_in_range(sy_sound_ms(&sound), 1200, 4000);
		assert_true(fabs(sy_loudness_active(&sound) - SY_LOUDNESS_DBFS) < 1.5);
		assert_true(peak_of(&sound) <= (int)(32768 * pow(10, SY_PEAK_DBFS / 20)) + 1);
		/* The first sound comes at once. */
		assert_true(sy_level_dbfs(sound.pcm, (size_t)sound.rate / 10) > -55);
		sy_sound_reset(&sound);
	}
}

static void gives_the_same_each_time(void **state)
{
	struct sy_say_job job = {.text = "Hello. How can I help?", .rate = SY_RATE_LINE};
	struct sy_sound first = say(job), again;

	(void)state;
	(void)length_ms((struct sy_say_job){.text = "Other words", .voice = "rms", .pace = 0.7, .rate = SY_RATE_WIDE});
	again = say(job);
	assert_int_equal(first.n, again.n);
	assert_memory_equal(first.pcm, again.pcm, first.n * sizeof(*first.pcm));
	sy_sound_reset(&first);
	sy_sound_reset(&again);
}

static void keeps_to_pace_and_loudness(void **state)
{
	const char *text = "Please tell me your account number, one digit at a time.";
	int normal = length_ms((struct sy_say_job){.text = text, .rate = SY_RATE_LINE});
	int slow = length_ms((struct sy_say_job){.text = text, .pace = SY_PACE_MIN, .rate = SY_RATE_LINE});
	int fast = length_ms((struct sy_say_job){.text = text, .pace = SY_PACE_MAX, .rate = SY_RATE_LINE});
	struct sy_sound loud = say((struct sy_say_job){.text = text, .gain_db = 12, .rate = SY_RATE_LINE});
	struct sy_sound soft = say((struct sy_say_job){.text = text, .gain_db = -20, .rate = SY_RATE_LINE});

	(void)state;
	assert_in_range(slow, normal * 17 / 10, normal * 23 / 10);
	assert_in_range(fast, normal * 4 / 10, normal * 6 / 10);
	assert_true(sy_loudness_active(&loud) > SY_LOUDNESS_DBFS + 8);
	assert_true(peak_of(&loud) <= (int)(32768 * pow(10, SY_PEAK_DBFS / 20)) + 1);
	assert_true(fabs(sy_loudness_active(&soft) - (SY_LOUDNESS_DBFS - 20)) < 1.5);
	sy_sound_reset(&loud);
	sy_sound_reset(&soft);
}

static void keeps_to_marks(void **state)
{
	int plain = length_ms((struct sy_say_job){.text = "one two", .rate = SY_RATE_LINE});
	int paused = length_ms((struct sy_say_job){.text = "one two[pause 2s]", .rate = SY_RATE_LINE});
	int slow =
		length_ms((struct sy_say_job){.text = "<prosody rate=\"50%\">one two</prosody>", .rate = SY_RATE_LINE});
	int digits = length_ms(
		(struct sy_say_job){.text = "<say-as interpret-as=\"digits\">12</say-as>", .rate = SY_RATE_LINE});

	(void)state;
	assert_int_equal(paused, plain + 2000);
	assert_in_range(slow, plain * 3 / 2, plain * 5 / 2);
	assert_true(digits > plain); /* a pause between them */
	assert_int_equal(length_ms((struct sy_say_job){.text = "[pause 1s]", .pace = 2, .rate = SY_RATE_LINE}), 500);
}

static void gives_nothing_for_nothing(void **state)
{
	static const char *const texts[] = {"", "  \n", "...", "<speak></speak>", "\xf0\x9f\x99\x82"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(length_ms((struct sy_say_job){.text = texts[i], .rate = SY_RATE_LINE}), 0);
}

static void refuses_bad_jobs(void **state)
{
	char text[SY_SAY_TEXT_MAX + 2];

	(void)state;
	fails((struct sy_say_job){.text = "a", .voice = "hal", .rate = SY_RATE_LINE}, EINVAL, "voice \"hal\"");
	fails((struct sy_say_job){.text = "a", .rate = 11025}, EINVAL, "11025 Hz");
	fails((struct sy_say_job){.text = "a", .rate = SY_RATE_LINE, .pace = 0.49}, EINVAL, "pace 0.49");
	fails((struct sy_say_job){.text = "a", .rate = SY_RATE_LINE, .pace = 2.01}, EINVAL, "pace 2.01");
	fails((struct sy_say_job){.text = "a", .rate = SY_RATE_LINE, .pace = NAN}, EINVAL, "pace nan");
	fails((struct sy_say_job){.text = "a", .rate = SY_RATE_LINE, .gain_db = -20.1}, EINVAL, "loudness -20.1");
	fails((struct sy_say_job){.text = "a", .rate = SY_RATE_LINE, .gain_db = NAN}, EINVAL, "loudness nan");
	fails((struct sy_say_job){.text = "a <b>", .rate = SY_RATE_LINE}, EINVAL, "<b> at character 3");
	memset(text, ' ', sizeof(text));
	text[SY_SAY_TEXT_MAX + 1] = '\0';
	fails((struct sy_say_job){.text = text, .rate = SY_RATE_LINE}, E2BIG, "too long");
	text[SY_SAY_TEXT_MAX] = '\0';
	assert_int_equal(length_ms((struct sy_say_job){.text = text, .rate = SY_RATE_LINE}), 0);
	memset(text, '7', SY_SAY_TEXT_MAX);
	fails((struct sy_say_job){.text = text, .rate = SY_RATE_LINE}, E2BIG, "when spoken");
}

static void survives_odd_words(void **state)
{
	char text[1201];

	(void)state;
	memset(text, 'a', 1200); /* one word without an end */
	text[1200] = '\0';
	assert_true(length_ms((struct sy_say_job){.text = text, .voice = "kal16", .rate = SY_RATE_LINE}) > 0);
	assert_true(length_ms((struct sy_say_job){.text = "a'b'c zzzzzzzz x", .rate = SY_RATE_LINE}) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(speaks_in_every_voice),
		cmocka_unit_test(gives_the_same_each_time),
		cmocka_unit_test(keeps_to_pace_and_loudness),
		cmocka_unit_test(keeps_to_marks),
		cmocka_unit_test(gives_nothing_for_nothing),
		cmocka_unit_test(refuses_bad_jobs),
		cmocka_unit_test(survives_odd_words),
	};

	return cmocka_run_group_tests(tests, open_flite, close_flite);
}
