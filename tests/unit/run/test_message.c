/* message: what goes in comes out, whatever is cut off or changed is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "engine/run/message.h"

static struct sy_job *hear_job(void)
{
	static const int16_t pcm[3] = {1, -2, 32767};
	struct sy_hear_job what = {.pcm = pcm,
		.n = 3,
		.rate = 16000,
		.grammars = {"articles", "slot-1"},
		.n_grammars = 2,
		.universals = true,
		.voice = {.mean = {0.25F, -1}, .frames = 12}};
	struct sy_job *job = NULL;

	assert_int_equal(0, sy_job_hear(0xffffffffu, &what, &job));
	return job;
}

/* Every shorter message is refused, and one with a byte too many. */
static void refuse_all_but_whole(const struct sy_text *text)
{
	const char *body = text->s + SY_MESSAGE_HEAD;
	size_t n = text->len - SY_MESSAGE_HEAD;
	struct sy_job *job = NULL;

	for (size_t i = 0; i < n; i++)
		assert_int_equal(EBADMSG, sy_message_read_ask(body, i, &job));
	assert_int_equal(EBADMSG, sy_message_read_ask(body, n + 1, &job));
	assert_null(job);
}

static void a_turn_travels(void **state)
{
	struct sy_job *job = hear_job();
	struct sy_job *read = NULL;
	struct sy_text text = {0};
	size_t n = 0;

	(void)state;
	assert_int_equal(0, sy_message_ask(job, &text));
	assert_int_equal(0, sy_message_length(text.s, &n));
	assert_int_equal(text.len - SY_MESSAGE_HEAD, n);
	assert_int_equal(0, sy_message_read_ask(text.s + SY_MESSAGE_HEAD, n, &read));
	assert_int_equal(SY_JOB_HEAR, read->kind);
	assert_true(read->id == 0xffffffffu);
	assert_int_equal(3, read->hear.n);
	assert_memory_equal(job->hear.pcm, read->hear.pcm, 6);
	assert_int_equal(16000, read->hear.rate);
	assert_int_equal(2, read->hear.n_grammars);
	assert_string_equal("slot-1", read->hear.grammars[1]);
	assert_true(read->hear.universals);
	assert_memory_equal(&job->hear.voice, &read->hear.voice, sizeof job->hear.voice);
	refuse_all_but_whole(&text);
	sy_job_destroy(read);
	sy_job_destroy(job);
	sy_text_reset(&text);
}

static void texts_and_grammars_travel(void **state)
{
	char word[] = "lark";
	char phones[] = "L AA R K";
	struct sy_pair pair = {.name = word, .value = phones};
	const struct sy_pairs words = {.at = &pair, .n = 1};
	struct sy_say_job what = {.text = "", .pace = 0.85, .gain_db = -3, .rate = 8000};
	struct sy_job *job = NULL;
	struct sy_job *read = NULL;
	struct sy_text text = {0};

	(void)state;
	assert_int_equal(0, sy_job_say(1, &what, &job));
	assert_int_equal(0, sy_message_ask(job, &text));
	assert_int_equal(0, sy_message_read_ask(text.s + SY_MESSAGE_HEAD, text.len - SY_MESSAGE_HEAD, &read));
	assert_string_equal("", read->say.text);
	assert_null(read->say.voice);
	assert_true(read->say.pace == 0.85 && read->say.gain_db == -3);
	sy_job_destroy(read);
	sy_job_destroy(job);
	sy_text_reset(&text);
	assert_int_equal(0, sy_job_learn("a", "#JSGF", "b", &job));
	assert_int_equal(0, sy_job_learn_words(job, &words));
	assert_int_equal(0, sy_message_ask(job, &text));
	assert_int_equal(0, sy_message_read_ask(text.s + SY_MESSAGE_HEAD, text.len - SY_MESSAGE_HEAD, &read));
	assert_string_equal("a", read->grammar);
	assert_string_equal("#JSGF", read->jsgf);
	assert_string_equal("b", read->replaces);
	assert_true(read->pronounces);
	assert_int_equal(1, read->words.n);
	assert_string_equal("L AA R K", read->words.at[0].value);
	refuse_all_but_whole(&text);
	sy_job_destroy(read);
	sy_job_destroy(job);
	sy_text_reset(&text);
}

static void what_no_speech_worker_does_is_not_sent(void **state)
{
	struct sy_card card = {0};
	struct sy_job *job = NULL;
	struct sy_text text = {0};

	(void)state;
	assert_int_equal(0, sy_text_add(&text, "before"));
	assert_int_equal(0, sy_job_pass(1, &card, &job));
	assert_int_equal(EINVAL, sy_message_ask(job, &text));
	assert_string_equal("before", text.s);
	sy_job_destroy(job);
	sy_text_reset(&text);
}

static void give_result(struct sy_job *job)
{
	job->hypothesis = (struct sy_hypothesis){.text = strdup("on sunday"),
		.second = strdup(""),
		.confidence = 0.5,
		.decision = SY_CONFIRM,
		.completeness = SY_EXTENSIBLE,
		.sounded = SY_SOUNDED_CLIPPED,
		.audio_ms = 1,
		.decode_ms = 2,
		.words = {{1, 2, 0.5F}, {3, 4, 1}},
		.n_words = 2};
	assert_int_equal(0, sy_pairs_set(&job->hypothesis.slots, "day", "sunday"));
	assert_int_equal(0, sy_guesses_add(&job->hypothesis.guesses, "someday", 0.25F));
}

static void a_result_travels(void **state)
{
	struct sy_job *job = hear_job();
	struct sy_job *asked = hear_job();
	struct sy_text text = {0};
	size_t n;

	(void)state;
	give_result(job);
	assert_int_equal(0, sy_message_answer(job, &text));
	n = text.len - SY_MESSAGE_HEAD;
	for (size_t i = 0; i < n; i++)
		assert_int_equal(EBADMSG, sy_message_read_answer(text.s + SY_MESSAGE_HEAD, i, asked));
	assert_null(asked->hypothesis.text);
	assert_int_equal(0, sy_message_read_answer(text.s + SY_MESSAGE_HEAD, n, asked));
	assert_string_equal("on sunday", asked->hypothesis.text);
	assert_null(asked->hypothesis.intent);
	assert_string_equal("", asked->hypothesis.second);
	assert_string_equal("sunday", sy_pairs_get(&asked->hypothesis.slots, "day"));
	assert_int_equal(SY_CONFIRM, asked->hypothesis.decision);
	assert_int_equal(SY_SOUNDED_CLIPPED, asked->hypothesis.sounded);
	assert_int_equal(2, asked->hypothesis.n_words);
	assert_int_equal(4, asked->hypothesis.words[1].end_ms);
	assert_int_equal(1, asked->hypothesis.guesses.n);
	assert_string_equal("someday", asked->hypothesis.guesses.at[0].word);
	assert_true(asked->hypothesis.guesses.at[0].times == 0.25F);
	sy_job_destroy(job);
	sy_job_destroy(asked);
	sy_text_reset(&text);
}

/* Nothing is said less often than never. */
static void a_guess_that_cannot_be_is_refused(void **state)
{
	static const float times[] = {0, -1};
	struct sy_job *asked = hear_job();

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		struct sy_job *job = hear_job();
		struct sy_text text = {0};

		give_result(job);
		job->hypothesis.guesses.at[0].times = times[i];
		assert_int_equal(0, sy_message_answer(job, &text));
		assert_int_equal(
			EBADMSG, sy_message_read_answer(text.s + SY_MESSAGE_HEAD, text.len - SY_MESSAGE_HEAD, asked));
		assert_int_equal(0, asked->hypothesis.guesses.n);
		sy_job_destroy(job);
		sy_text_reset(&text);
	}
	sy_job_destroy(asked);
}

static void the_answer_to_another_job_is_refused(void **state)
{
	struct sy_job *job = hear_job();
	struct sy_text text = {0};

	(void)state;
	job->err = EIO;
	assert_int_equal(0, sy_message_answer(job, &text));
	job->id = 7;
	job->err = 0;
	assert_int_equal(EBADMSG, sy_message_read_answer(text.s + SY_MESSAGE_HEAD, text.len - SY_MESSAGE_HEAD, job));
	assert_int_equal(0, job->err);
	sy_job_destroy(job);
	sy_text_reset(&text);
}

static void numbers_that_are_none_are_refused(void **state)
{
	struct sy_job *job = hear_job();
	struct sy_job *asked = hear_job();
	struct sy_text text = {0};

	(void)state;
	give_result(job);
	job->hypothesis.confidence = (double)NAN;
	assert_int_equal(0, sy_message_answer(job, &text));
	assert_int_equal(EBADMSG, sy_message_read_answer(text.s + SY_MESSAGE_HEAD, text.len - SY_MESSAGE_HEAD, asked));
	sy_job_destroy(job);
	sy_job_destroy(asked);
	sy_text_reset(&text);
}

/* Puts `value` in the place of the one guess's number. */
static void put_times(struct sy_text *text, double value)
{
	const double there = 0.25;

	for (size_t i = SY_MESSAGE_HEAD; i + sizeof there <= text->len; i++)
		if (memcmp(text->s + i, &there, sizeof there) == 0) {
			memcpy(text->s + i, &value, sizeof value);
			return;
		}
	fail_msg("the number is not in the message");
}

/* What a float cannot hold would be written as infinite, and refused by the next who reads it. */
static void numbers_too_large_for_their_place_are_refused(void **state)
{
	struct sy_job *job = hear_job();
	struct sy_job *asked = hear_job();
	struct sy_text text = {0};

	(void)state;
	give_result(job);
	assert_int_equal(0, sy_message_answer(job, &text));
	put_times(&text, (double)FLT_MAX * 1.01);
	assert_int_equal(EBADMSG, sy_message_read_answer(text.s + SY_MESSAGE_HEAD, text.len - SY_MESSAGE_HEAD, asked));
	sy_text_reset(&text);
	assert_int_equal(0, sy_message_answer(job, &text));
	put_times(&text, (double)FLT_MAX);
	assert_int_equal(0, sy_message_read_answer(text.s + SY_MESSAGE_HEAD, text.len - SY_MESSAGE_HEAD, asked));
	assert_true(asked->hypothesis.guesses.at[0].times == FLT_MAX);
	sy_job_destroy(job);
	sy_job_destroy(asked);
	sy_text_reset(&text);
}

static void a_body_is_bounded(void **state)
{
	const uint32_t most = SY_MESSAGE_BYTES_MAX;
	const uint32_t more = SY_MESSAGE_BYTES_MAX + 1;
	size_t n = 0;

	(void)state;
	assert_int_equal(0, sy_message_length(&most, &n));
	assert_int_equal(SY_MESSAGE_BYTES_MAX, n);
	assert_int_equal(E2BIG, sy_message_length(&more, &n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_turn_travels),
		cmocka_unit_test(texts_and_grammars_travel), cmocka_unit_test(what_no_speech_worker_does_is_not_sent),
		cmocka_unit_test(a_result_travels), cmocka_unit_test(a_guess_that_cannot_be_is_refused),
		cmocka_unit_test(the_answer_to_another_job_is_refused),
		cmocka_unit_test(numbers_that_are_none_are_refused),
		cmocka_unit_test(numbers_too_large_for_their_place_are_refused), cmocka_unit_test(a_body_is_bounded)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
