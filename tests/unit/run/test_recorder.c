/* A live call's recording: what was spoken as files, and a script that would play it again. */
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

#include "audio/talk.h"
#include "audio/wav.h"
#include "engine/run/recorder.h"

/* The caller's samples count the milliseconds, so that a cut shows where it was made. */
static int exchange(void *state, struct sy_exchange *exchange)
{
	int *now_ms = state;

	for (int i = 0; i < 160; i++)
		exchange->caller[i] = (int16_t)(*now_ms + i / 8);
	*now_ms += SY_FRAME_MS;
	return 0;
}

static void nothing(void *state)
{
	(void)state;
}

static const struct sy_bridge_impl impl = {.name = "test", .real_time = true, .exchange = exchange, .destroy = nothing};

struct fixture {
	char folder[64];
	int now_ms;
	struct sy_bridge *bridge;
	struct sy_recorder *recorder;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	*state = f;
	(void)snprintf(f->folder, sizeof f->folder, "/tmp/sayso-recorder-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	f->bridge = calloc(1, sizeof *f->bridge);
	assert_non_null(f->bridge);
	*f->bridge = (struct sy_bridge){&impl, &f->now_ms, 8000};
	return 0;
}

static int tear_down(void **state)
{
	static const char *const files[] = {"talk.yaml", "turn-01.wav", "turn-02.wav"};
	struct fixture *f = *state;
	char path[128];

	sy_bridge_destroy(f->bridge);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", f->folder, files[i]);
		(void)unlink(path);
	}
	(void)rmdir(f->folder);
	free(f);
	return 0;
}

static void pass_time(struct fixture *f, int until_ms, bool speaking)
{
	const int16_t silence[160] = {0};

	while (f->now_ms < until_ms) {
		struct sy_exchange exchange_ = {.ours = silence, .speaking = speaking, .listening = !speaking};

		assert_int_equal(0, sy_bridge_exchange(f->bridge, &exchange_));
	}
}

static void happen(struct fixture *f, struct sy_event event)
{
	sy_recorder_event(&event, f->recorder);
}

static void heard(struct fixture *f, int64_t begin_ms, int64_t end_ms)
{
	char text[] = "when are you open";
	char intent[] = "hours";
	struct sy_hypothesis hypothesis = {.text = text, .intent = intent, .decision = SY_ACCEPT};

	happen(f, (struct sy_event){.kind = SY_EVENT_HEARD,
			  .t_ms = f->now_ms,
			  .hypothesis = &hypothesis,
			  .turn_begin_ms = begin_ms,
			  .turn_end_ms = end_ms});
}

static void a_call_can_be_played_again(void **state)
{
	struct fixture *f = *state;
	struct sy_problem why = {0};
	struct sy_sound sound = {0};
	struct sy_talk *talk = NULL;
	char path[128];

	assert_int_equal(0, sy_recorder_create(f->folder, &f->bridge, &f->recorder, &why));
	assert_true(f->bridge->impl->real_time);
	pass_time(f, 2000, true);
	pass_time(f, 4500, false);
	heard(f, 3000, 4000);
	happen(f, (struct sy_event){.kind = SY_EVENT_ANSWER, .t_ms = 4500, .article = "hours", .text = "x"});
	pass_time(f, 5500, true);
	happen(f, (struct sy_event){.kind = SY_EVENT_KEY, .t_ms = 5500, .key = '#'});
	pass_time(f, 8000, false);
	happen(f, (struct sy_event){.kind = SY_EVENT_END, .t_ms = 8000, .outcome = "hangup"});
	assert_int_equal(0, sy_recorder_finish(f->recorder, &why));

	/* From 200 ms before the first speech to 200 ms after the last. */
	(void)snprintf(path, sizeof path, "%s/turn-01.wav", f->folder);
	assert_int_equal(0, sy_wav_read(path, 0, &sound, &why));
	assert_int_equal(1400, sy_sound_ms(&sound));
	assert_int_equal(2800, sound.pcm[0]);
	sy_sound_reset(&sound);

	(void)snprintf(path, sizeof path, "%s/talk.yaml", f->folder);
	assert_int_equal(0, sy_talk_load(path, &talk, &why));
	assert_int_equal(3, talk->n_turns);
	assert_int_equal(SY_TALK_WAV, talk->turns[0].act);
	assert_int_equal(800, talk->turns[0].after_ms); /* the prompt ended at 2 s */
	assert_string_equal("hours", talk->turns[0].expect.intent);
	assert_string_equal("hours", talk->turns[0].expect.answer);
	assert_int_equal(SY_TALK_KEY, talk->turns[1].act);
	assert_string_equal("#", talk->turns[1].keys);
	assert_int_equal(1000, talk->turns[1].during_ms); /* the prompt began at 4.5 s */
	assert_int_equal(SY_TALK_HANG_UP, talk->turns[2].act);
	assert_string_equal("hangup", talk->expect.outcome);
	sy_talk_destroy(talk);
}

/* Who goes on is played again as one. */
static void a_turn_that_was_gone_on_with_is_one(void **state)
{
	struct fixture *f = *state;
	struct sy_hypothesis whole = {.text = (char[]){"when are you open on sunday"}, .decision = SY_REJECT};
	struct sy_sound sound = {0};
	struct sy_talk *talk = NULL;
	char path[128];

	assert_int_equal(0, sy_recorder_create(f->folder, &f->bridge, &f->recorder, NULL));
	pass_time(f, 2000, true);
	pass_time(f, 4300, false);
	heard(f, 3000, 4000);
	happen(f, (struct sy_event){.kind = SY_EVENT_ANSWER, .t_ms = 4300, .article = "hours", .text = "x"});
	pass_time(f, 4500, true);
	pass_time(f, 6000, false);
	happen(f, (struct sy_event){.kind = SY_EVENT_HEARD,
			  .t_ms = 6000,
			  .hypothesis = &whole,
			  .turn_begin_ms = 3000,
			  .turn_end_ms = 5500,
			  .goes_on = true});
	happen(f, (struct sy_event){.kind = SY_EVENT_END, .t_ms = 8000, .outcome = "goodbye"});
	assert_int_equal(0, sy_recorder_finish(f->recorder, NULL));
	(void)snprintf(path, sizeof path, "%s/turn-01.wav", f->folder);
	assert_int_equal(0, sy_wav_read(path, 0, &sound, NULL));
	assert_int_equal(2900, sy_sound_ms(&sound));
	sy_sound_reset(&sound);
	(void)snprintf(path, sizeof path, "%s/talk.yaml", f->folder);
	assert_int_equal(0, sy_talk_load(path, &talk, NULL));
	assert_int_equal(1, talk->n_turns);
	assert_int_equal(800, talk->turns[0].after_ms);
	assert_null(talk->turns[0].expect.intent);
	assert_null(talk->turns[0].expect.answer);
	sy_talk_destroy(talk);
}

static void old_sound_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct sy_problem why = {0};
	struct sy_sound sound = {0};
	char path[128];

	assert_int_equal(0, sy_recorder_create(f->folder, &f->bridge, &f->recorder, &why));
	pass_time(f, (SY_RECORDER_MEMORY_S + 10) * 1000, false);
	heard(f, 1000, 11000);
	heard(f, (SY_RECORDER_MEMORY_S + 5) * 1000, (SY_RECORDER_MEMORY_S + 6) * 1000);
	assert_int_equal(0, sy_recorder_finish(f->recorder, &why));
	(void)snprintf(path, sizeof path, "%s/turn-01.wav", f->folder);
	assert_int_equal(0, sy_wav_read(path, 0, &sound, &why));
	assert_int_equal(1200, sy_sound_ms(&sound)); /* only what is left of it */
	sy_sound_reset(&sound);
	(void)snprintf(path, sizeof path, "%s/turn-02.wav", f->folder);
	assert_int_equal(0, sy_wav_read(path, 0, &sound, &why));
	assert_int_equal(1400, sy_sound_ms(&sound));
	sy_sound_reset(&sound);
}

static void a_recording_is_not_overwritten(void **state)
{
	struct fixture *f = *state;
	struct sy_bridge *before = f->bridge;
	struct sy_problem why = {0};
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/talk.yaml", f->folder);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(0, fclose(file));
	assert_int_equal(EEXIST, sy_recorder_create(f->folder, &f->bridge, &f->recorder, &why));
	assert_non_null(strstr(why.text, "talk.yaml is there already"));
	assert_ptr_equal(before, f->bridge);
	assert_int_equal(0, sy_recorder_finish(NULL, &why));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_call_can_be_played_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_turn_that_was_gone_on_with_is_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(old_sound_is_forgotten, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_recording_is_not_overwritten, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
