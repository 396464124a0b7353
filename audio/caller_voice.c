#include "audio/caller_voice.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/caller_program.h"
#include "audio/frame.h"
#include "audio/line_effect.h"
#include "audio/noise.h"
#include "audio/wav.h"
#include "base/text.h"

#define PAUSE "[pause "

/* The milliseconds of "[pause 800ms]" at `tag`, and where it ends; -1 if it is written otherwise. */
static int pause_ms(const char *tag, const char **ret_end)
{
	char *end;
	const double number = strtod(tag + strlen(PAUSE), &end);
	double ms = -1;

	if (strncmp(end, "ms]", 3) == 0)
		ms = number, end += 3;
	else if (strncmp(end, "s]", 2) == 0)
		ms = number * 1000, end += 2;
	*ret_end = end;
	return ms >= 1 && ms <= SY_CALLER_VOICE_PAUSE_MAX_MS ? (int)ms : -1;
}

static bool sayable(const char *text)
{
	for (; *text; text++) {
		if (isalnum((unsigned char)*text) || (unsigned char)*text >= 0x80)
			return true;
	}
	return false;
}

int sy_caller_voice_check(const char *voice, const char *text, struct sy_problem *why)
{
	struct sy_caller_program program;
	const int err = sy_caller_program_from(voice, &program, why);

	if (err)
		return err;
	if (!sayable(text))
		return sy_problem_set(why, EINVAL, "say: \"%s\" has nothing to speak; use silence_ms", text);
	for (const char *tag = strchr(text, '['); tag; tag = strchr(tag, '[')) {
		if (strncmp(tag, PAUSE, strlen(PAUSE)) != 0 || pause_ms(tag, &tag) < 0)
			return sy_problem_set(why, EINVAL,
				"say: \"%.40s\" is no pause; write [pause 800ms] or [pause 1.5s], at most %d s", tag,
				SY_CALLER_VOICE_PAUSE_MAX_MS / 1000);
	}
	return 0;
}

static int add_silence(struct sy_sound *sound, int ms)
{
	static const int16_t silence[SY_FRAME_SAMPLES_MAX];
	size_t left = (size_t)ms * (size_t)sound->rate / 1000;
	int err = 0;

	while (!err && left > 0) {
		const size_t part = left < SY_FRAME_SAMPLES_MAX ? left : SY_FRAME_SAMPLES_MAX;
		err = sy_sound_append(sound, silence, part);
		left -= part;
	}
	return err;
}

static int add_speech(const struct sy_caller_program *program, const char *text, size_t n, struct sy_sound *sound,
	struct sy_problem *why)
{
	struct sy_sound part = {0};
	char *words = strndup(text, n);

	if (!words)
		return ENOMEM;
	int err = sayable(words) ? sy_caller_program_run(program, words, &part, why) : 0;
	if (!err)
		err = sy_sound_append(sound, part.pcm, part.n);
	sy_sound_reset(&part);
	free(words);
	return err;
}

int sy_caller_voice_say(const char *voice, const char *text, struct sy_sound *ret_sound, struct sy_problem *why)
{
	struct sy_sound sound = {.rate = SY_RATE_WIDE};
	struct sy_caller_program program;
	int err = sy_caller_voice_check(voice, text, why);

	if (!err)
		err = sy_caller_program_from(voice, &program, why);
	while (!err && *text) {
		const char *tag = strchr(text, '[');
		const size_t n = tag ? (size_t)(tag - text) : strlen(text);
		err = add_speech(&program, text, n, &sound, why);
		text += n;
		if (!err && tag)
			err = add_silence(&sound, pause_ms(tag, &text));
	}
	if (err) {
		sy_sound_reset(&sound);
		return err;
	}
	*ret_sound = sound;
	return 0;
}

static int make_effect(const struct sy_talk *talk, size_t index, struct sy_line_effect *effect, struct sy_problem *why)
{
	const struct sy_talk_line *line = &talk->turns[index].line;

	*effect = (struct sy_line_effect){.seed = talk->seed + (uint32_t)index};
	if (line->level_db)
		effect->level_db = *line->level_db;
	if (line->loss_percent)
		effect->loss = *line->loss_percent / 100;
	if (line->codec && strcmp(line->codec, "none") != 0) {
		effect->band = true;
		effect->coding = strcmp(line->codec, "alaw") == 0 ? SY_LINE_ALAW : SY_LINE_MULAW;
	}
	if (!line->noise)
		return 0;
	effect->snr_db = line->snr_db ? *line->snr_db : SY_CALLER_VOICE_SNR_DB;
	return sy_line_effect_noise_from(line->noise, effect, why);
}

/* Noise alone: the level is that of the noise, so it goes through the line as if it were the speech. */
static int make_noise(const struct sy_talk *talk, size_t index, struct sy_sound *ret_sound, struct sy_problem *why)
{
	const struct sy_talk_turn *turn = &talk->turns[index];
	struct sy_sound sound = {.rate = talk->rate};
	struct sy_line_effect effect = {.seed = talk->seed + (uint32_t)index};
	int err = sy_line_effect_noise_from(turn->noise, &effect, why);

	/* Where nobody speaks, noise is held against SY_LINE_SPEECH_DBFS. */
	effect.snr_db = SY_LINE_SPEECH_DBFS - turn->level_db;
	if (!err)
		err = add_silence(&sound, turn->ms);
	if (!err)
		err = sy_line_effect_apply(&effect, &sound);
	sy_line_effect_reset(&effect);
	if (err) {
		sy_sound_reset(&sound);
		return err;
	}
	*ret_sound = sound;
	return 0;
}

static int make_speech(const struct sy_talk *talk, size_t index, struct sy_sound *ret_sound, struct sy_problem *why)
{
	const struct sy_talk_turn *turn = &talk->turns[index];
	struct sy_sound wide = {0};

	if (turn->act == SY_TALK_WAV)
		return sy_wav_read(turn->wav, talk->rate, ret_sound, why);
	int err = sy_caller_voice_say(turn->voice, turn->say, &wide, why);
	if (!err)
		err = sy_sound_resample(&wide, talk->rate, ret_sound);
	sy_sound_reset(&wide);
	return err;
}

int sy_caller_voice_turn(const struct sy_talk *talk, size_t turn, struct sy_sound *ret_sound, struct sy_problem *why)
{
	const enum sy_talk_act act = talk->turns[turn].act;
	struct sy_line_effect effect = {0};
	struct sy_sound sound = {0};

	if (act == SY_TALK_NOISE)
		return make_noise(talk, turn, ret_sound, why);
	if (act != SY_TALK_SAY && act != SY_TALK_WAV)
		return EINVAL;
	int err = make_speech(talk, turn, &sound, why);
	if (!err)
		err = make_effect(talk, turn, &effect, why);
	if (!err)
		err = sy_line_effect_apply(&effect, &sound);
	sy_line_effect_reset(&effect);
	if (err) {
		sy_sound_reset(&sound);
		return err;
	}
	*ret_sound = sound;
	return 0;
}
