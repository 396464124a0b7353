#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/bridge_script.h"
#include "audio/frame.h"
#include "audio/wav.h"

/* An engine that only speaks and listens on command, against a caller of a script. */
struct stage {
	struct sy_talk *talk;
	struct sy_bridge *bridge;
	struct sy_exchange exchange;
	int ms;
	char keys[64]; /* all that came */
	int key_ms[64];
};

static char wav[] = "/tmp/test_bridge_script.XXXXXX.wav";

static int make_wav(void **state)
{
	struct sy_sound sound = {.rate = SY_RATE_LINE, .n = 4000, .pcm = malloc(4000 * sizeof(int16_t))};

	(void)state;
	const int fd = mkstemps(wav, 4);
	if (fd < 0 || !sound.pcm)
		return -1;
	(void)close(fd);
	for (size_t i = 0; i < sound.n; i++)
		sound.pcm[i] = i % 2 ? 12000 : -12000;
	const int err = sy_wav_write(wav, &sound, NULL);
	sy_sound_reset(&sound);
	return err;
}

static int remove_wav(void **state)
{
	(void)state;
	return unlink(wav);
}

/* "@" in the script stands for the recording. */
static void open_stage(struct stage *stage, const char *script)
{
	char text[2000] = "";
	struct sy_problem why = {0};

	memset(stage, 0, sizeof(*stage));
	for (size_t n = 0; *script; script++) {
		(void)snprintf(
			text + n, sizeof(text) - n, "%.*s", *script == '@' ? 100 : 1, *script == '@' ? wav : script);
		n = strlen(text);
	}
	assert_int_equal(sy_talk_load_bytes("stage.yaml", text, strlen(text), &stage->talk, &why), 0);
	assert_int_equal(sy_bridge_script_create(stage->talk, &stage->bridge, &why), 0);
	assert_int_equal(stage->bridge->rate, SY_RATE_LINE);
	assert_false(stage->bridge->impl->real_time);
	assert_int_equal(sy_bridge_script_turn(stage->bridge), -1);
	assert_false(sy_bridge_script_turn_over(stage->bridge));
}

static void close_stage(struct stage *stage)
{
	sy_bridge_destroy(stage->bridge);
	sy_talk_destroy(stage->talk);
}

static bool loud(const struct stage *stage)
{
	return sy_level_dbfs(stage->exchange.caller, sy_frame_samples(SY_RATE_LINE)) > -30;
}

static void frame(struct stage *stage, bool speaking, bool listening)
{
	static const int16_t ours[SY_FRAME_SAMPLES_MAX];

	stage->exchange.ours = ours;
	stage->exchange.speaking = speaking;
	stage->exchange.listening = listening;
	assert_int_equal(sy_bridge_exchange(stage->bridge, &stage->exchange), 0);
	stage->ms += SY_FRAME_MS;
	for (const char *key = stage->exchange.keys; *key; key++) {
		const size_t n = strlen(stage->keys);
		stage->keys[n] = *key;
		stage->key_ms[n] = stage->ms;
	}
}

static void speak(struct stage *stage, int ms)
{
	for (; ms > 0; ms -= SY_FRAME_MS)
		frame(stage, true, false);
}

static void work(struct stage *stage, int ms)
{
	for (; ms > 0; ms -= SY_FRAME_MS)
		frame(stage, false, false);
}

/* How long until the caller is heard; `most` if not. */
static int listen(struct stage *stage, int most)
{
	int ms = 0;

	while (ms < most) {
		frame(stage, false, true);
		if (loud(stage) || stage->exchange.gone)
			break;
		ms += SY_FRAME_MS;
	}
	return ms;
}

static void a_turn_follows_the_end_of_the_prompt(void **state)
{
	struct stage stage;

	(void)state;
	open_stage(&stage, "turns:\n  - wav: @\n  - {wav: @, after_ms: 1000}\n");
	/* Nobody speaks before the greeting, nor over it. */
	assert_int_equal(listen(&stage, 2000), 2000);
	speak(&stage, 1000);
	assert_false(loud(&stage));
	assert_int_equal(listen(&stage, 2000), SY_TALK_AFTER_MS);
	assert_int_equal(sy_bridge_script_turn(stage.bridge), 0);
	assert_false(sy_bridge_script_turn_over(stage.bridge));
	for (int i = 1; i < 25; i++) {
		frame(&stage, false, true);
		assert_true(loud(&stage));
	}
	assert_true(sy_bridge_script_turn_over(stage.bridge));

	/* The engine still waits whether more comes: that is no cue. */
	assert_int_equal(listen(&stage, 5000), 5000);
	work(&stage, 200);
	speak(&stage, 500);
	work(&stage, 300); /* between two parts of its answer */
	speak(&stage, 500);
	assert_int_equal(listen(&stage, 2000), 1000);
	assert_int_equal(sy_bridge_script_turn(stage.bridge), 1);

	/* After the last turn there is only the line. */
	work(&stage, 600);
	speak(&stage, 500);
	assert_int_equal(listen(&stage, 20000), 20000);
	assert_false(stage.exchange.gone);
	close_stage(&stage);
}

static void barge_in_counts_from_the_beginning_of_the_prompt(void **state)
{
	struct stage stage;

	(void)state;
	open_stage(&stage, "turns:\n  - {wav: @, during_ms: 400}\n  - {key: \"0\", during_ms: 200}\n");
	work(&stage, 400);
	speak(&stage, 400);
	assert_false(loud(&stage));
	speak(&stage, SY_FRAME_MS);
	assert_true(loud(&stage));
	/* The prompt stops, the turn goes on to its end, and the answer is barged into again. */
	speak(&stage, 100);
	for (int ms = 0; ms < 800; ms += SY_FRAME_MS)
		frame(&stage, false, true);
	assert_string_equal(stage.keys, "");
	speak(&stage, 200);
	assert_string_equal(stage.keys, "");
	speak(&stage, SY_FRAME_MS);
	assert_string_equal(stage.keys, "0");
	close_stage(&stage);
}

static void a_prompt_shorter_than_the_wait_does_not_stall_the_call(void **state)
{
	struct stage stage;

	(void)state;
	open_stage(&stage, "turns:\n  - {wav: @, during_ms: 5000}\n");
	speak(&stage, 400);
	assert_int_equal(listen(&stage, 1000), 0);
	close_stage(&stage);
}

static void keys_come_one_by_one(void **state)
{
	struct stage stage;

	(void)state;
	open_stage(&stage, "turns:\n  - {key: \"12#\", gap_ms: 200, after_ms: 0}\n  - hang_up: true\n");
	speak(&stage, 200);
	for (int ms = 0; ms < 1000; ms += SY_FRAME_MS)
		frame(&stage, false, true);
	assert_string_equal(stage.keys, "12#");
	assert_int_equal(stage.key_ms[1] - stage.key_ms[0], 200);
	assert_int_equal(stage.key_ms[2] - stage.key_ms[1], 200);
	assert_true(sy_bridge_script_turn_over(stage.bridge));
	speak(&stage, 200);
	assert_int_equal(listen(&stage, 2000), SY_TALK_AFTER_MS);
	assert_true(stage.exchange.gone);
	assert_int_equal(sy_bridge_script_turn(stage.bridge), 1);
	close_stage(&stage);
}

static void silence_may_be_answered_while_it_lasts(void **state)
{
	struct stage stage;

	(void)state;
	open_stage(&stage, "turns:\n  - silence_ms: 3000\n  - {wav: @}\n");
	speak(&stage, 200);
	assert_int_equal(listen(&stage, 2000), 2000);
	assert_int_equal(sy_bridge_script_turn(stage.bridge), 0);
	speak(&stage, 400); /* "Sorry, I could not hear you." */
	assert_int_equal(listen(&stage, 5000), 3000 - 2000 - 400 + SY_TALK_AFTER_MS);
	assert_int_equal(sy_bridge_script_turn(stage.bridge), 1);
	close_stage(&stage);
}

static void the_line_is_never_digitally_silent(void **state)
{
	struct stage stage;

	(void)state;
	open_stage(&stage, "turns:\n  - silence_ms: 100\n");
	for (int i = 0; i < 500; i++) {
		frame(&stage, false, false);
		const double level = sy_level_dbfs(stage.exchange.caller, sy_frame_samples(SY_RATE_LINE));
		assert_true(level > -75 && level < -55);
	}
	close_stage(&stage);
	open_stage(&stage, "line: {noise: white, snr_db: 10}\nturns:\n  - silence_ms: 100\n");
	frame(&stage, false, false);
	const double noisy = sy_level_dbfs(stage.exchange.caller, sy_frame_samples(SY_RATE_LINE));
	assert_true(noisy > -46 && noisy < -38);
	close_stage(&stage);
}

static void the_same_script_gives_the_same_samples(void **state)
{
	const char *script = "line: {noise: pink, snr_db: 15, loss_percent: 10, codec: mulaw}\nturns:\n  - wav: @\n"
			     "  - noise: {kind: babble, ms: 500}\n";
	struct stage one, two;

	(void)state;
	open_stage(&one, script);
	open_stage(&two, script);
	for (int i = 0; i < 300; i++) {
		const bool speaking = i % 100 < 20;
		frame(&one, speaking, !speaking);
		frame(&two, speaking, !speaking);
		assert_memory_equal(one.exchange.caller, two.exchange.caller, sizeof(one.exchange.caller));
	}
	assert_int_equal(sy_bridge_script_turn(one.bridge), 1);
	close_stage(&one);
	close_stage(&two);
}

static void bad_sounds_are_refused_before_the_call(void **state)
{
	const char *text = "turns:\n  - wav: nowhere.wav\n";
	struct sy_talk *talk = NULL;
	struct sy_bridge *bridge = NULL;
	struct sy_problem why = {0};

	(void)state;
	assert_int_equal(sy_talk_load_bytes("x.yaml", text, strlen(text), &talk, &why), 0);
	assert_int_equal(sy_bridge_script_create(talk, &bridge, &why), ENOENT);
	assert_null(bridge);
	assert_non_null(strstr(why.text, "nowhere.wav"));
	sy_talk_destroy(talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_turn_follows_the_end_of_the_prompt),
		cmocka_unit_test(barge_in_counts_from_the_beginning_of_the_prompt),
		cmocka_unit_test(a_prompt_shorter_than_the_wait_does_not_stall_the_call),
		cmocka_unit_test(keys_come_one_by_one),
		cmocka_unit_test(silence_may_be_answered_while_it_lasts),
		cmocka_unit_test(the_line_is_never_digitally_silent),
		cmocka_unit_test(the_same_script_gives_the_same_samples),
		cmocka_unit_test(bad_sounds_are_refused_before_the_call),
	};

	return cmocka_run_group_tests(tests, make_wav, remove_wav);
}
