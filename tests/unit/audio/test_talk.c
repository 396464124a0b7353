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
#include <sys/stat.h>
#include <unistd.h>

#include "audio/talk.h"
#include "base/text.h"

static struct sy_talk *load(const char *text)
{
	struct sy_talk *talk = NULL;
	struct sy_problem why = {0};
	const int err = sy_talk_load_bytes("calls/demo.yaml", text, strlen(text), &talk, &why);

	if (err)
		print_message("%s\n", why.text);
	assert_int_equal(err, 0);
	assert_non_null(talk);
	return talk;
}

static void refused(const char *text, int want, const char *part)
{
	struct sy_talk *talk = NULL;
	struct sy_problem why = {0};

	assert_int_equal(sy_talk_load_bytes("calls/demo.yaml", text, strlen(text), &talk, &why), want);
	assert_null(talk);
	if (!strstr(why.text, part))
		print_message("\"%s\" lacks \"%s\"\n", why.text, part);
	assert_non_null(strstr(why.text, part));
	assert_null(strchr(why.text, '\n'));
}

static void a_script_is_read_in_full(void **state)
{
	(void)state;
	struct sy_talk *talk = load("name: hours on Monday\n"
				    "about: what is asked most\n"
				    "voice: espeak:en-gb:140:40\n"
				    "rate: 16000\n"
				    "now: 2026-12-24T09:05\n"
				    "db: ../own.db\n"
				    "seed: 7\n"
				    "line: {codec: mulaw, noise: pink, snr_db: 25}\n"
				    "turns:\n"
				    "  - say: when are you open [pause 800ms] please\n"
				    "    line: {snr_db: 12, noise: kitchen.wav, loss_percent: 3}\n"
				    "    expect:\n"
				    "      intent: opening-hours\n"
				    "      decision: accept\n"
				    "      text: are you open\n"
				    "      slots: [day=monday, town=Ashford]\n"
				    "      answer: opening-hours\n"
				    "      say: [open from]\n"
				    "      not_say: [sorry, closed]\n"
				    "      state: follow-up\n"
				    "      within_ms: 800\n"
				    "  - key: \"12#\"\n"
				    "    gap_ms: 200\n"
				    "    during_ms: 800\n"
				    "    expect: {interrupted: true, silence: false, handoff: none}\n"
				    "  - silence_ms: 9000\n"
				    "    after_ms: 0\n"
				    "  - noise: {kind: babble, ms: 2000, level_db: -30}\n"
				    "  - {wav: yes.wav, voice: \"flite:slt\"}\n"
				    "  - hang_up: true\n"
				    "expect: {outcome: hangup, handoff: none, answers: [opening-hours], "
				    "case: [day=monday], max_ms: 60000}\n");

	assert_string_equal(talk->name, "hours on Monday");
	assert_int_equal(talk->rate, 16000);
	assert_int_equal(talk->seed, 7);
	assert_string_equal(talk->db, "calls/../own.db");
	assert_int_equal(talk->now.tm_hour, 9);
	assert_int_equal(talk->now.tm_min, 5);
	assert_int_equal(talk->now.tm_wday, 4);
	assert_int_equal(talk->n_turns, 6);

	const struct sy_talk_turn *turn = talk->turns;
	assert_int_equal(turn[0].act, SY_TALK_SAY);
	assert_int_equal(turn[0].line_number, 10);
	assert_string_equal(turn[0].voice, "espeak:en-gb:140:40");
	assert_string_equal(turn[0].line.codec, "mulaw");
	assert_string_equal(turn[0].line.noise, "calls/kitchen.wav");
	assert_true(*turn[0].line.snr_db == 12);
	assert_true(*turn[0].line.loss_percent == 3);
	assert_null(turn[0].line.level_db);
	assert_int_equal(turn[0].after_ms, SY_TALK_AFTER_MS);
	assert_int_equal(turn[0].during_ms, -1);
	assert_string_equal(turn[0].expect.intent, "opening-hours");
	assert_string_equal(sy_pairs_get(&turn[0].expect.slots, "town"), "Ashford");
	assert_int_equal(turn[0].expect.not_say.n, 2);
	assert_string_equal(turn[0].expect.not_say.at[1], "closed");
	assert_int_equal(*turn[0].expect.within_ms, 800);
	assert_null(turn[0].expect.interrupted);

	assert_int_equal(turn[1].act, SY_TALK_KEY);
	assert_string_equal(turn[1].keys, "12#");
	assert_int_equal(turn[1].gap_ms, 200);
	assert_int_equal(turn[1].after_ms, -1);
	assert_int_equal(turn[1].during_ms, 800);
	assert_true(*turn[1].expect.interrupted);
	assert_false(*turn[1].expect.silence);
	assert_true(*turn[1].line.snr_db == 25);
	assert_int_equal(turn[2].act, SY_TALK_SILENCE);
	assert_int_equal(turn[2].ms, 9000);
	assert_int_equal(turn[2].after_ms, 0);
	assert_int_equal(turn[3].act, SY_TALK_NOISE);
	assert_string_equal(turn[3].noise, "babble");
	assert_true(turn[3].level_db == -30);
	assert_int_equal(turn[4].act, SY_TALK_WAV);
	assert_string_equal(turn[4].wav, "calls/yes.wav");
	assert_int_equal(turn[5].act, SY_TALK_HANG_UP);
	assert_string_equal(talk->expect.outcome, "hangup");
	assert_string_equal(sy_pairs_get(&talk->expect.filled, "day"), "monday");
	assert_int_equal(*talk->expect.max_ms, 60000);
	sy_talk_destroy(talk);
}

static void what_is_left_out_has_a_fixed_value(void **state)
{
	(void)state;
	struct sy_talk *talk = load("turns:\n  - hang_up: true\n");

	assert_string_equal(talk->name, "demo");
	assert_int_equal(talk->rate, 8000);
	assert_int_equal(talk->now.tm_year, 126);
	assert_int_equal(talk->now.tm_wday, 3);
	assert_null(talk->db);
	assert_int_equal(talk->n_turns, 1);
	sy_talk_destroy(talk);
	sy_talk_destroy(NULL);
}

static void mistakes_are_named_with_their_line(void **state)
{
	(void)state;
	refused("turns:\n  - say: hi\n  - say: yes\n    key: \"1\"\n", EINVAL,
		"calls/demo.yaml:3: turn 2: does two things, say and key");
	refused("turns:\n  - {after_ms: 3}\n", EINVAL, ":2: turn 1: does nothing");
	refused("turns:\n  - key: \"12x\"\n", EINVAL, ":2: turn 1: key: \"12x\"");
	refused("turns:\n  - say: \"...\"\n", EINVAL, "nothing to speak");
	refused("turns:\n  - say: hello [pause 3m]\n", EINVAL, "no pause");
	refused("turns:\n  - say: hello [pause 61s]\n", EINVAL, "at most 60 s");
	refused("turns:\n  - {say: hello, voice: \"sam:1\"}\n", EINVAL, "no voice like");
	refused("turns:\n  - {say: hello, after_ms: 1, during_ms: 1}\n", EINVAL, "exclude each other");
	refused("turns:\n  - hang_up: true\n  - say: hello\n", EINVAL, ":2: turn 1: nothing can follow");
	refused("turns:\n  - {say: hello, gap_ms: 100}\n", EINVAL, "gap_ms belongs to key");
	refused("turns:\n  - {say: hello, expect: {decision: maybe}}\n", EINVAL, "none of accept, confirm, reject");
	refused("turns:\n  - {say: hello, expect: {slots: [monday]}}\n", EINVAL, "not written name=value");
	refused("turns:\n  - {say: hello, line: {noise: rain}}\n", EINVAL, "noise: \"rain\" is none of");
	refused("turns:\n  - {say: hello, line: {loss_percent: 101}}\n", EINVAL, "not between 0 and 100");
	refused("rate: 44100\nturns: []\n", EINVAL, "rate: 44100");
	refused("now: yesterday\nturns: []\n", EINVAL, "now: \"yesterday\"");
	refused("now: 2026-02-30T10:00\nturns: []\n", EINVAL, "is no moment");
	refused("turns: []\nexpect: {outcome: fine}\n", EINVAL, "outcome: \"fine\"");
	refused("turns:\n  - sya: hello\n", EINVAL, "demo.yaml:2");
	refused("name: x\n", EINVAL, "turns");
	refused("turns: []\n", EINVAL, "turns: there is none");
	refused("turns: [\n", EINVAL, "demo.yaml");
}

static char *script_of(int turns, const char *turn)
{
	struct sy_text text = {0};

	assert_int_equal(sy_text_add(&text, "turns:\n"), 0);
	for (int i = 0; i < turns; i++)
		assert_int_equal(sy_text_add(&text, turn), 0);
	return sy_text_take(&text);
}

static void limits_hold_at_their_edges(void **state)
{
	(void)state;
	char *text = script_of(SY_TALK_TURNS_MAX, "  - key: \"1\"\n");
	sy_talk_destroy(load(text));
	free(text);
	text = script_of(SY_TALK_TURNS_MAX + 1, "  - key: \"1\"\n");
	refused(text, EINVAL, "demo.yaml");
	free(text);
	/* 1,800 s: three times 600, less the waits before them */
	text = script_of(3, "  - {silence_ms: 599999, after_ms: 0}\n");
	sy_talk_destroy(load(text));
	free(text);
	text = script_of(3, "  - {silence_ms: 600000, after_ms: 1}\n");
	refused(text, EINVAL, "longer than 1800 seconds");
	free(text);

	char *big = malloc(SY_TALK_BYTES_MAX + 1);
	assert_non_null(big);
	memset(big, ' ', SY_TALK_BYTES_MAX + 1);
	memcpy(big, "turns: [{key: \"1\"}]\n#", 21);
	struct sy_talk *talk = NULL;
	assert_int_equal(sy_talk_load_bytes("big", big, SY_TALK_BYTES_MAX, &talk, NULL), 0);
	sy_talk_destroy(talk);
	talk = NULL;
	assert_int_equal(sy_talk_load_bytes("big", big, SY_TALK_BYTES_MAX + 1, &talk, NULL), EFBIG);
	assert_null(talk);
	free(big);
}

static void recordings_make_a_script(void **state)
{
	static const char *const paths[] = {"one.wav", "/two.wav"};
	static const char *many[SY_TALK_TURNS_MAX + 1];
	struct sy_talk *talk = NULL;
	struct sy_problem why = {0};

	(void)state;
	assert_int_equal(sy_talk_from_wavs(paths, 2, 8000, &talk, &why), 0);
	assert_int_equal(talk->n_turns, 2);
	assert_int_equal(talk->turns[1].act, SY_TALK_WAV);
	assert_string_equal(talk->turns[0].wav, "one.wav");
	assert_string_equal(talk->turns[1].wav, "/two.wav");
	assert_int_equal(talk->turns[0].after_ms, SY_TALK_AFTER_MS);
	sy_talk_destroy(talk);
	talk = NULL;
	for (int i = 0; i <= SY_TALK_TURNS_MAX; i++)
		many[i] = "one.wav";
	assert_int_equal(sy_talk_from_wavs(many, SY_TALK_TURNS_MAX + 1, 8000, &talk, &why), E2BIG);
	assert_null(talk);
	assert_true(why.text[0] != '\0');
}

static void a_saved_script_reads_back_the_same(void **state)
{
	char folder[] = "/tmp/test_talk.XXXXXX", path[64], wav[64];
	struct sy_problem why = {0};
	struct sy_talk *back = NULL;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/call.yaml", folder);
	(void)snprintf(wav, sizeof(wav), "  - wav: %s/turn-1.wav\n", folder);
	struct sy_text text = {0};
	assert_int_equal(sy_text_add(&text, "about: \"a: b # c\"\nseed: 9\nline: {codec: alaw}\nturns:\n"), 0);
	assert_int_equal(sy_text_add(&text, wav), 0);
	assert_int_equal(sy_text_add(&text, "    expect: {slots: [a=b=c], say: [\"x, y\"], interrupted: false}\n"
					    "  - {key: \"0\", during_ms: 500}\n"
					    "  - noise: {kind: white, ms: 100}\n"
					    "  - {silence_ms: 40, after_ms: 0}\n"
					    "  - hang_up: true\n"
					    "expect: {outcome: hangup, case: [q=r]}\n"),
		0);
	struct sy_talk *talk = load(sy_text_str(&text));
	sy_text_reset(&text);

	assert_int_equal(sy_talk_save(talk, path, &why), 0);
	assert_int_equal(sy_talk_load(path, &back, &why), 0);
	assert_string_equal(back->about, "a: b # c");
	assert_int_equal(back->seed, 9);
	assert_int_equal(mktime(&back->now), mktime(&talk->now));
	assert_string_equal(back->line.codec, "alaw");
	assert_int_equal(back->n_turns, 5);
	assert_string_equal(back->turns[0].wav, talk->turns[0].wav);
	assert_string_equal(sy_pairs_get(&back->turns[0].expect.slots, "a"), "b=c");
	assert_string_equal(back->turns[0].expect.say.at[0], "x, y");
	assert_false(*back->turns[0].expect.interrupted);
	assert_int_equal(back->turns[1].during_ms, 500);
	assert_int_equal(back->turns[1].after_ms, -1);
	assert_string_equal(back->turns[1].keys, "0");
	assert_int_equal(back->turns[2].ms, 100);
	assert_int_equal(back->turns[3].after_ms, 0);
	assert_int_equal(back->turns[4].act, SY_TALK_HANG_UP);
	assert_string_equal(back->expect.outcome, "hangup");
	assert_string_equal(sy_pairs_get(&back->expect.filled, "q"), "r");
	sy_talk_destroy(back);

	/* Nothing half-written where the folder is gone. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(sy_talk_save(talk, path, &why), ENOENT);
	assert_non_null(strstr(why.text, path));
	sy_talk_destroy(talk);
}

static void a_missing_file_is_one_line(void **state)
{
	struct sy_talk *talk = NULL;
	struct sy_problem why = {0};

	(void)state;
	assert_int_equal(sy_talk_load("/nonexistent/x.yaml", &talk, &why), ENOENT);
	assert_non_null(strstr(why.text, "/nonexistent/x.yaml"));
	assert_null(talk);
}

/* Every script that comes with the project loads. */
static void the_projects_scripts_load(void **state)
{
	DIR *folder = opendir(SAYSO_TESTS_DIR "/talk");
	struct dirent *entry;
	char path[4096];

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		struct sy_talk *talk = NULL;
		struct sy_problem why = {0};
		if (!strstr(entry->d_name, ".yaml"))
			continue;
		(void)snprintf(path, sizeof(path), SAYSO_TESTS_DIR "/talk/%s", entry->d_name);
		if (sy_talk_load(path, &talk, &why))
			fail_msg("%s", why.text);
		assert_true(talk->n_turns > 0);
		sy_talk_destroy(talk);
	}
	(void)closedir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_script_is_read_in_full),
		cmocka_unit_test(what_is_left_out_has_a_fixed_value),
		cmocka_unit_test(mistakes_are_named_with_their_line),
		cmocka_unit_test(limits_hold_at_their_edges),
		cmocka_unit_test(recordings_make_a_script),
		cmocka_unit_test(a_saved_script_reads_back_the_same),
		cmocka_unit_test(a_missing_file_is_one_line),
		cmocka_unit_test(the_projects_scripts_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
