#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "engine/converse/telling.h"

#define SENTENCE_MS 1000

static struct sy_telling *telling;
static uint32_t next_job;
static uint32_t asked[64];
static char texts[64][64];
static size_t n_asked;
static int say_err;
static char told_text[256];
static struct sy_told last;
static size_t n_told;
static int64_t now_ms;

static int say(void *arg, uint32_t job, const struct sy_say_job *what)
{
	(void)arg;
	if (say_err)
		return say_err;
	strncpy(texts[n_asked], what->text, sizeof(texts[0]) - 1);
	asked[n_asked++] = job;
	return 0;
}

static void told(void *arg, const struct sy_told *what)
{
	(void)arg;
	last = *what;
	strncpy(told_text, what->text, sizeof(told_text) - 1);
	n_told++;
}

static int start(void **state)
{
	const struct sy_telling_prm prm = {.rate = SY_RATE_LINE, .next_job = &next_job, .say = say, .told = told};

	(void)state;
	next_job = 0;
	n_asked = n_told = 0;
	say_err = 0;
	now_ms = 0;
	return sy_telling_create(&prm, &telling);
}

static int stop(void **state)
{
	(void)state;
	sy_telling_destroy(telling);
	return 0;
}

/* The sound of the i-th sentence asked for: its samples are its number. */
static void give(size_t i, int err)
{
	struct sy_sound sound = {.rate = SY_RATE_LINE, .n = SY_RATE_LINE / 1000 * SENTENCE_MS};
	size_t k;

	sound.pcm = calloc(sound.n, sizeof(*sound.pcm));
	assert_non_null(sound.pcm);
	for (k = 0; k < sound.n; k++)
		sound.pcm[k] = (int16_t)(100 * (i + 1));
	sy_telling_said(telling, asked[i], err, &sound);
	assert_null(sound.pcm);
}

static enum sy_telling_news frame(int16_t *ret_first, bool *ret_voiced)
{
	int16_t pcm[SY_FRAME_SAMPLES_MAX];
	enum sy_telling_news news = sy_telling_frame(telling, now_ms, pcm, ret_voiced);

	*ret_first = pcm[0];
	now_ms += SY_FRAME_MS;
	return news;
}

static enum sy_telling_news frames(int n)
{
	enum sy_telling_news news = SY_TELLING_QUIET;
	int16_t first;
	bool voiced;

	while (n--)
		news = frame(&first, &voiced);
	return news;
}

static void sentences_are_asked_for_as_they_are_needed(void **state)
{
	int16_t first;
	bool voiced;

	(void)state;
	assert_int_equal(sy_telling_say(telling, "One here. Two here. Three here.", 0, 7), 0);
	assert_true(sy_telling_busy(telling));
	assert_int_equal(n_asked, 1);
	assert_string_equal(texts[0], "One here. ");
	assert_int_equal(frame(&first, &voiced), SY_TELLING_GOING);
	assert_false(voiced);
	give(0, 0);
	assert_int_equal(frame(&first, &voiced), SY_TELLING_GOING);
	assert_true(voiced); /* within one frame after the sound is there */
	assert_int_equal(first, 100);
	assert_int_equal(n_asked, 2);
	give(1, 0);
	assert_int_equal(frames(10), SY_TELLING_GOING);
	assert_int_equal(n_asked, 2); /* the third waits until the second begins */
	assert_int_equal(frames(45), SY_TELLING_GOING);
	assert_int_equal(n_asked, 3);
	give(2, 0);
	assert_int_equal(frames(3 * 50 - 56 - 1), SY_TELLING_GOING);
	assert_int_equal(frames(1), SY_TELLING_ENDED);
	assert_int_equal(n_told, 1);
	assert_string_equal(told_text, "One here. Two here. Three here.");
	assert_int_equal(last.duration_ms, 3 * SENTENCE_MS);
	assert_int_equal(last.begun_ms, SY_FRAME_MS);
	assert_int_equal(last.tag, 7);
	assert_false(last.interrupted);
	assert_int_equal(frames(1), SY_TELLING_QUIET);
}

static void what_was_stopped_goes_on_within_its_sentence(void **state)
{
	int16_t first;
	bool voiced;

	(void)state;
	assert_int_equal(sy_telling_say(telling, "One here. Two here.", 0, 0), 0);
	give(0, 0);
	assert_int_equal(frames(20), SY_TELLING_GOING);
	give(1, 0);
	assert_int_equal(frames(50), SY_TELLING_GOING); /* 400 ms into the second */
	sy_telling_stop(telling);
	assert_false(sy_telling_busy(telling));
	assert_true(last.interrupted);
	assert_int_equal(last.duration_ms, 1400);
	(void)frames(2);
	assert_int_equal(frame(&first, &voiced), SY_TELLING_QUIET);
	assert_false(voiced);
	assert_true(sy_telling_resume(telling));
	assert_int_equal(frame(&first, &voiced), SY_TELLING_GOING);
	assert_int_equal(first, 200); /* not the first sentence again */
	assert_int_equal(frames(49), SY_TELLING_ENDED);
	assert_int_equal(n_told, 2);
	assert_string_equal(told_text, "Two here.");
	assert_int_equal(last.duration_ms, SENTENCE_MS);
	assert_false(sy_telling_resume(telling));
}

static void something_else_takes_the_place_of_what_was_stopped(void **state)
{
	(void)state;
	assert_int_equal(sy_telling_say(telling, "One here.", 0, 0), 0);
	give(0, 0);
	(void)frames(5);
	sy_telling_stop(telling);
	assert_int_equal(sy_telling_say(telling, "Other.", 0, 0), 0);
	assert_false(sy_telling_resume(telling));
	assert_string_equal(texts[1], "Other.");
	assert_int_equal(sy_telling_repeat(telling), 0);
	give(1, 0);
	assert_int_equal(frames(50), SY_TELLING_GOING); /* the repetition is next */
	assert_string_equal(texts[2], "Other.");
}

static void a_stop_before_the_first_sound_is_not_told(void **state)
{
	(void)state;
	assert_int_equal(sy_telling_repeat(telling), ENOENT);
	assert_int_equal(sy_telling_say(telling, "One here.", 0, 0), 0);
	sy_telling_stop(telling);
	assert_int_equal(n_told, 0);
	give(0, 0); /* comes while it is stopped, and is kept */
	assert_true(sy_telling_resume(telling));
	assert_int_equal(frames(50), SY_TELLING_ENDED);
	assert_int_equal(n_told, 1);
}

static void a_sentence_that_fails_is_tried_twice(void **state)
{
	(void)state;
	assert_int_equal(sy_telling_say(telling, "One here.", 0, 0), 0);
	give(0, EIO);
	assert_int_equal(n_asked, 2);
	give(1, 0);
	assert_int_equal(frames(50), SY_TELLING_ENDED);
	assert_int_equal(sy_telling_say(telling, "Two here.", 0, 0), 0);
	give(2, EIO);
	give(3, EIO);
	assert_int_equal(n_asked, 4);
	assert_int_equal(frames(1), SY_TELLING_FAILED);
	assert_int_equal(n_told, 1);
	say_err = EAGAIN;
	assert_int_equal(sy_telling_say(telling, "Three here.", 0, 0), 0);
	assert_int_equal(frames(1), SY_TELLING_FAILED);
}

static void the_queue_has_a_bound(void **state)
{
	int i;

	(void)state;
	for (i = 0; i <= SY_TELLING_QUEUE_MAX; i++) /* one is spoken, the others wait */
		assert_int_equal(sy_telling_say(telling, "One here.", 0, 0), 0);
	assert_int_equal(sy_telling_say(telling, "One here.", 0, 0), E2BIG);
}

static void more_sentences_than_the_bound_are_one(void **state)
{
	char text[(SY_TELLING_SENTENCES_MAX + 2) * 10 + 1] = "";
	int i;

	(void)state;
	for (i = 0; i < SY_TELLING_SENTENCES_MAX + 2; i++)
		strcat(text, "So it is. ");
	assert_int_equal(sy_telling_say(telling, text, 0, 0), 0);
	for (i = 0; i < SY_TELLING_SENTENCES_MAX; i++) {
		give((size_t)i, 0);
		assert_int_equal(frames(50), i + 1 < SY_TELLING_SENTENCES_MAX ? SY_TELLING_GOING : SY_TELLING_ENDED);
	}
	assert_int_equal(n_asked, SY_TELLING_SENTENCES_MAX);
	assert_string_equal(texts[n_asked - 1], "So it is. So it is. So it is. ");
}

static void pace_and_loudness_have_bounds(void **state)
{
	int slower = 0;
	int louder = 0;

	(void)state;
	while (sy_telling_slower(telling))
		slower++;
	while (sy_telling_louder(telling))
		louder++;
	assert_int_equal(slower, 3); /* 0.85, 0.72, 0.61 */
	assert_int_equal(louder, 3); /* 3, 6, 9 dB */
}

#define TELLING_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TELLING_TEST(sentences_are_asked_for_as_they_are_needed),
		TELLING_TEST(what_was_stopped_goes_on_within_its_sentence),
		TELLING_TEST(something_else_takes_the_place_of_what_was_stopped),
		TELLING_TEST(a_stop_before_the_first_sound_is_not_told),
		TELLING_TEST(a_sentence_that_fails_is_tried_twice),
		TELLING_TEST(the_queue_has_a_bound),
		TELLING_TEST(more_sentences_than_the_bound_are_one),
		TELLING_TEST(pace_and_loudness_have_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
