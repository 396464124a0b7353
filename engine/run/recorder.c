#include "engine/run/recorder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audio/talk.h"
#include "audio/wav.h"
#include "base/text.h"

/* What stands before the bridge: it belongs to the bridge, and the recorder only looks at it. */
struct ear {
	struct sy_bridge *inner; /* owned */
	struct sy_bridge_impl impl;
	int16_t *ring; /* the last n samples of the caller's */
	size_t n;
	int64_t now_ms;
	bool speaking;
	int64_t prompt_begin_ms;
	int64_t prompt_end_ms;
};

struct sy_recorder {
	char *folder;
	struct ear *ear; /* borrowed */
	int rate;
	struct tm now;
	struct sy_talk_turn turns[SY_TALK_TURNS_MAX];
	size_t n_turns;
	const char *outcome; /* a literal's copy below */
	char outcome_text[32];
	int err; /* the first that a recording met */
	struct sy_problem why;
};

static int exchange(void *state, struct sy_exchange *exchange)
{
	struct ear *ear = state;
	size_t n = sy_frame_samples(ear->inner->rate);
	int err = sy_bridge_exchange(ear->inner, exchange);

	if (err)
		return err;
	memcpy(ear->ring + (size_t)(ear->now_ms / SY_FRAME_MS) * n % ear->n, exchange->caller, n * sizeof *ear->ring);
	if (exchange->speaking && !ear->speaking)
		ear->prompt_begin_ms = ear->now_ms;
	if (!exchange->speaking && ear->speaking)
		ear->prompt_end_ms = ear->now_ms;
	ear->speaking = exchange->speaking;
	ear->now_ms += SY_FRAME_MS;
	return 0;
}

static void destroy(void *state)
{
	struct ear *ear = state;

	if (!ear)
		return;
	sy_bridge_destroy(ear->inner);
	free(ear->ring);
	free(ear);
}

static int make_folder(const char *folder, struct sy_problem *why)
{
	struct sy_text path = {0};
	int err = 0;

	if (mkdir(folder, 0777) && errno != EEXIST)
		return sy_problem_set(why, errno, "%s cannot be made: %s", folder, strerror(errno));
	if (sy_text_addf(&path, "%s/talk.yaml", folder))
		return ENOMEM;
	if (!access(sy_text_str(&path), F_OK))
		err = sy_problem_set(
			why, EEXIST, "%s is there already; record into another folder", sy_text_str(&path));
	sy_text_reset(&path);
	return err;
}

/* Puts an ear before the bridge. */
static int listen_in(struct sy_bridge **bridge, struct ear **ret_ear)
{
	struct ear *ear = calloc(1, sizeof *ear);
	struct sy_bridge *outer = calloc(1, sizeof *outer);

	if (ear) {
		ear->n = sy_frame_samples((*bridge)->rate) * (SY_RECORDER_MEMORY_S * 1000 / SY_FRAME_MS);
		ear->ring = calloc(ear->n, sizeof *ear->ring);
	}
	if (!outer || !ear || !ear->ring) {
		free(outer);
		destroy(ear);
		return ENOMEM;
	}
	ear->inner = *bridge;
	ear->impl = (struct sy_bridge_impl){.name = (*bridge)->impl->name,
		.real_time = (*bridge)->impl->real_time,
		.exchange = exchange,
		.destroy = destroy};
	*outer = (struct sy_bridge){.impl = &ear->impl, .state = ear, .rate = (*bridge)->rate};
	*bridge = outer;
	*ret_ear = ear;
	return 0;
}

int sy_recorder_create(
	const char *folder, struct sy_bridge **bridge, struct sy_recorder **ret_recorder, struct sy_problem *why)
{
	struct sy_recorder *recorder;
	time_t now = time(NULL);
	int err = make_folder(folder, why);

	if (err)
		return err;
	recorder = calloc(1, sizeof *recorder);
	if (!recorder)
		return ENOMEM;
	recorder->folder = strdup(folder);
	recorder->rate = (*bridge)->rate;
	(void)localtime_r(&now, &recorder->now);
	err = recorder->folder ? listen_in(bridge, &recorder->ear) : ENOMEM;
	if (err) {
		free(recorder->folder);
		free(recorder);
		return err;
	}
	*ret_recorder = recorder;
	return 0;
}

/* When the caller began, as a script says it: after the prompt, or while it was spoken. */
static void set_begin(const struct sy_recorder *recorder, struct sy_talk_turn *turn, int64_t begin_ms)
{
	const struct ear *ear = recorder->ear;
	bool over_prompt = ear->prompt_begin_ms <= begin_ms && (ear->speaking || ear->prompt_end_ms > begin_ms);
	int64_t since_ms = begin_ms - (over_prompt ? ear->prompt_begin_ms : ear->prompt_end_ms);

	turn->after_ms = over_prompt ? -1 : (int)(since_ms < 0 ? 0 : since_ms);
	turn->during_ms = over_prompt ? (int)since_ms : -1;
}

static struct sy_talk_turn *add_turn(struct sy_recorder *recorder, enum sy_talk_act act, int64_t begin_ms)
{
	struct sy_talk_turn *turn;

	if (recorder->n_turns == SY_TALK_TURNS_MAX)
		return NULL;
	turn = &recorder->turns[recorder->n_turns++];
	*turn = (struct sy_talk_turn){.act = act, .gap_ms = SY_TALK_KEY_GAP_MS};
	set_begin(recorder, turn, begin_ms);
	return turn;
}

/* The caller's sound from begin to end, as far as it is still remembered. */
static int cut(const struct ear *ear, int rate, int64_t begin_ms, int64_t end_ms, struct sy_sound *ret_sound)
{
	int64_t oldest_ms = ear->now_ms - SY_RECORDER_MEMORY_S * 1000;
	struct sy_sound sound = {.rate = rate};
	int err = 0;

	begin_ms = begin_ms < oldest_ms ? oldest_ms : begin_ms;
	begin_ms = begin_ms < 0 ? 0 : begin_ms;
	end_ms = end_ms > ear->now_ms ? ear->now_ms : end_ms;
	for (int64_t i = begin_ms * rate / 1000; i < end_ms * rate / 1000 && !err;) {
		size_t at = (size_t)i % ear->n;
		size_t left = (size_t)(end_ms * rate / 1000 - i);
		size_t n = ear->n - at < left ? ear->n - at : left;

		err = sy_sound_append(&sound, ear->ring + at, n);
		i += (int64_t)n;
	}
	if (err)
		sy_sound_reset(&sound);
	else
		*ret_sound = sound;
	return err;
}

static char *copy(const char *s)
{
	return s ? strdup(s) : NULL;
}

/* Strings of the turns are ours, behind const pointers as the talk names them. */
static void free_const(const void *p)
{
	free((void *)(uintptr_t)p);
}

static void free_turn(const struct sy_talk_turn *turn)
{
	free_const(turn->wav);
	free_const(turn->keys);
	free_const(turn->expect.intent);
	free_const(turn->expect.answer);
	free_const(turn->expect.handoff);
}

/* The turn that a caller went on with becomes both, and begins where it began. */
static struct sy_talk_turn *extend_turn(struct sy_recorder *recorder)
{
	struct sy_talk_turn *turn = recorder->n_turns ? &recorder->turns[recorder->n_turns - 1] : NULL;

	if (!turn || turn->act != SY_TALK_WAV)
		return NULL;
	free_turn(turn);
	turn->wav = NULL;
	turn->expect = (struct sy_talk_expect){0};
	return turn;
}

static int save_turn(struct sy_recorder *recorder, const struct sy_event *event)
{
	int64_t begin_ms = event->turn_begin_ms - SY_RECORDER_MARGIN_MS;
	struct sy_talk_turn *turn = event->goes_on ? extend_turn(recorder) : NULL;
	struct sy_text path = {0};
	struct sy_sound sound = {0};
	int err;

	turn = turn ? turn : add_turn(recorder, SY_TALK_WAV, begin_ms < 0 ? 0 : begin_ms);
	if (!turn)
		return E2BIG;
	err = sy_text_addf(&path, "%s/turn-%02zu.wav", recorder->folder, recorder->n_turns);
	if (!err)
		err = cut(recorder->ear, recorder->rate, begin_ms, event->turn_end_ms + SY_RECORDER_MARGIN_MS, &sound);
	if (!err)
		err = sy_wav_write(sy_text_str(&path), &sound, &recorder->why);
	turn->wav = sy_text_take(&path);
	if (event->hypothesis->decision != SY_REJECT)
		turn->expect.intent = copy(event->hypothesis->intent);
	sy_sound_reset(&sound);
	return err;
}

static void save_key(struct sy_recorder *recorder, const struct sy_event *event)
{
	struct sy_talk_turn *turn = add_turn(recorder, SY_TALK_KEY, event->t_ms);
	const char keys[] = {event->key, '\0'};

	if (turn)
		turn->keys = strdup(keys);
}

static void save_silence(struct sy_recorder *recorder, const struct sy_event *event)
{
	struct sy_talk_turn *turn = add_turn(recorder, SY_TALK_SILENCE, event->t_ms - event->duration_ms);

	if (turn)
		turn->ms = event->duration_ms;
}

void sy_recorder_event(const struct sy_event *event, void *arg)
{
	struct sy_recorder *recorder = arg;
	struct sy_talk_turn *turn = recorder->n_turns ? &recorder->turns[recorder->n_turns - 1] : NULL;
	int err = 0;

	switch (event->kind) {
	case SY_EVENT_HEARD:
		err = save_turn(recorder, event);
		break;
	case SY_EVENT_KEY:
		save_key(recorder, event);
		break;
	case SY_EVENT_SILENCE:
		save_silence(recorder, event);
		break;
	case SY_EVENT_ANSWER:
		if (turn && !turn->expect.answer)
			turn->expect.answer = copy(event->article);
		break;
	case SY_EVENT_HANDOFF:
		if (turn && !turn->expect.handoff)
			turn->expect.handoff = copy(event->reason);
		break;
	case SY_EVENT_END:
		(void)snprintf(recorder->outcome_text, sizeof recorder->outcome_text, "%s", event->outcome);
		recorder->outcome = recorder->outcome_text;
		break;
	case SY_EVENT_CALL:
	case SY_EVENT_SAY:
		break;
	}
	recorder->err = recorder->err ? recorder->err : err;
}

static void free_recorder(struct sy_recorder *recorder)
{
	for (size_t i = 0; i < recorder->n_turns; i++)
		free_turn(&recorder->turns[i]);
	free(recorder->folder);
	free(recorder);
}

/* A caller who hung up did so: without it a replay would stay on the line. */
static void hang_up(struct sy_recorder *recorder)
{
	if (recorder->outcome && !strcmp(recorder->outcome, "hangup"))
		(void)add_turn(recorder, SY_TALK_HANG_UP, recorder->ear->now_ms);
}

int sy_recorder_finish(struct sy_recorder *recorder, struct sy_problem *why)
{
	struct sy_talk talk = {.name = "recorded call", .path = "", .line = {.codec = "none"}};
	struct sy_text path = {0};
	int err;

	if (!recorder)
		return 0;
	hang_up(recorder);
	talk.rate = recorder->rate;
	talk.now = recorder->now;
	talk.turns = recorder->turns;
	talk.n_turns = recorder->n_turns;
	talk.expect.outcome = recorder->outcome;
	err = sy_text_addf(&path, "%s/talk.yaml", recorder->folder);
	if (!err)
		err = sy_talk_save(&talk, sy_text_str(&path), why);
	if (!err && recorder->err)
		err = sy_problem_set(why, recorder->err, "not all of the call was recorded: %s",
			recorder->why.text[0] ? recorder->why.text : strerror(recorder->err));
	sy_text_reset(&path);
	free_recorder(recorder);
	return err;
}
