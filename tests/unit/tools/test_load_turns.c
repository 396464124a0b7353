#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/wav.h"
#include "tools/load/turns.h"

static struct sy_load_turns turns;
static char folder[] = "/tmp/sayso-test-XXXXXX";
static char questions[64];

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int setup(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/sayso-test-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(questions, sizeof(questions), "%s/questions.txt", folder);
	return 0;
}

static int teardown(void **state)
{
	char command[128];
	(void)state;
	sy_load_turns_reset(&turns);
	(void)snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

/* 0.3 s of silence, 1 s of tone, 0.4 s of silence. */
static void write_recording(const char *name)
{
	struct sy_sound sound = {.rate = 8000, .n = 13600, .pcm = calloc(13600, sizeof(int16_t))};
	char path[128];

	assert_non_null(sound.pcm);
	for (size_t i = 2400; i < 10400; i++)
		sound.pcm[i] = (int16_t)(9000 * sin((double)i / 4));
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(sy_wav_write(path, &sound, NULL), 0);
	sy_sound_reset(&sound);
}

static void recordings_are_whole_packets_with_their_speech_found(void **state)
{
	(void)state;
	char path[128], command[160];

	(void)snprintf(command, sizeof(command), "mkdir -p %s/coffee/clean %s/operator", folder, folder);
	assert_int_equal(system(command), 0);
	write_recording("coffee/clean/a.wav");
	write_recording("operator/b.wav");
	(void)snprintf(path, sizeof(path), "%s/coffee/labels.jsonl", folder);
	write_file(path, "{\"file\": \"kitchen-18db/a.wav\"}\n{\"file\": \"clean/a.wav\"}\nnonsense\n");
	(void)snprintf(path, sizeof(path), "%s/operator/labels.jsonl", folder);
	write_file(path,
		"{\"file\": \"b.wav\", \"says_operator\": true, \"transcript\": \"an operator please\"}\n"
		"{\"file\": \"b.wav\", \"says_operator\": false, \"transcript\": \"one two\", \"start_s\": 0.5, "
		"\"end_s\": 1.0}\n");
	write_file(questions, "# nothing asked\n\n");
	assert_int_equal(sy_load_turns_read(&turns, questions, folder, NULL), 0);
	assert_int_equal(turns.n, 2);
	assert_int_equal(turns.of_kind[SY_LOAD_ORDER], 1);
	assert_int_equal(turns.of_kind[SY_LOAD_SENTENCE], 1);
	assert_int_equal(turns.at[0].n % 160, 0);
	assert_true(turns.at[0].n >= 13600);
	assert_float_equal(turns.at[0].onset_ms, 300, 20);
	assert_float_equal(turns.at[0].end_ms, 1300, 20);
	/* A label's times are those of one word. */
	assert_float_equal(turns.at[1].onset_ms, 300, 20);
	assert_float_equal(turns.at[1].end_ms, 1300, 20);
}

static void questions_are_spoken_by_several_voices(void **state)
{
	(void)state;
	struct sy_problem why = {0};

	if (system("command -v flite espeak-ng >/dev/null") != 0) {
		print_message("skipped: flite or espeak-ng is not installed\n");
		skip();
	}
	write_file(questions, "question: where is my nearest shop\nnumber: my account is one two\n");
	if (sy_load_turns_read(&turns, questions, folder, &why) != 0)
		fail_msg("%s", why.text);
	assert_true(turns.of_kind[SY_LOAD_QUESTION] >= 2);
	assert_int_equal(turns.of_kind[SY_LOAD_QUESTION], turns.of_kind[SY_LOAD_NUMBER]);
	for (size_t i = 0; i < turns.n; i++)
		assert_true(turns.at[i].end_ms - turns.at[i].onset_ms > 500);
}

static void a_reply_follows_what_the_same_voice_asked(void **state)
{
	(void)state;
	if (system("command -v flite espeak-ng >/dev/null") != 0) {
		print_message("skipped: flite or espeak-ng is not installed\n");
		skip();
	}
	write_file(questions, "question: when is my bill due\nthen number: one two\nthen question: yes\n");
	assert_int_equal(sy_load_turns_read(&turns, questions, folder, NULL), 0);
	const size_t voices = turns.of_kind[SY_LOAD_QUESTION];
	assert_true(voices >= 2);
	assert_int_equal(turns.n, 3 * voices);
	assert_int_equal(turns.of_kind[SY_LOAD_NUMBER], 0); /* none to begin with */
	assert_null(sy_load_turns_pick(&turns, SY_LOAD_NUMBER, 0));
	for (size_t i = 0; i < voices; i++) {
		const struct sy_load_turn *asked = sy_load_turns_pick(&turns, SY_LOAD_QUESTION, i);
		assert_false(asked->is_reply);
		assert_int_equal(asked->then, voices + i);
		assert_int_equal(turns.at[asked->then].kind, SY_LOAD_NUMBER);
		assert_int_equal(turns.at[asked->then].then, 2 * voices + i);
		assert_int_equal(turns.at[2 * voices + i].then, 0);
	}
	assert_ptr_equal(sy_load_turns_pick(&turns, SY_LOAD_QUESTION, voices), &turns.at[0]);
}

static void slips_are_named_with_their_line(void **state)
{
	(void)state;
	struct sy_problem why = {0};

	write_file(questions, "# fine\nquestoin: what is this\n");
	assert_int_equal(sy_load_turns_read(&turns, questions, folder, &why), EINVAL);
	assert_non_null(strstr(why.text, "questions.txt:2: expected"));
	write_file(questions, "then number: one two\n");
	assert_int_equal(sy_load_turns_read(&turns, questions, folder, &why), EINVAL);
	assert_non_null(strstr(why.text, "questions.txt:1: expected"));
	write_file(questions, "# nothing\n");
	assert_int_equal(sy_load_turns_read(&turns, questions, folder, &why), ENODATA);
	assert_int_equal(sy_load_turns_read(&turns, "/nowhere/questions.txt", folder, &why), ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(recordings_are_whole_packets_with_their_speech_found, setup, teardown),
		cmocka_unit_test_setup_teardown(questions_are_spoken_by_several_voices, setup, teardown),
		cmocka_unit_test_setup_teardown(a_reply_follows_what_the_same_voice_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(slips_are_named_with_their_line, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
