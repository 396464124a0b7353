#include "audio/bridge_script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/caller_voice.h"
#include "audio/line_effect.h"

/* A quiet line: what G.711 and a good room leave. Repeated each few seconds. */
#define LINE_NOISE_DBFS (-66.0)
#define LINE_NOISE_MS 4000
/* Between turns the noise of a bad line goes on this much softer, so that it is heard and yet no turn. */
#define BETWEEN_TURNS_DB 6.0

struct script {
	const struct sy_talk *talk;
	struct sy_sound *sounds; /* one for each turn; empty for keys, silence, hang-up */
	struct sy_sound line;    /* what runs between turns */
	size_t line_at;
	size_t frame_n;

	int turn;       /* begun last, -1 before the first */
	bool over;      /* it has been spoken to its end */
	size_t at;      /* samples of it that were spoken */
	size_t samples; /* how long it takes */
	size_t keys_sent;

	/* what was heard of the engine since the turn began */
	bool was_speaking;
	bool prompted;    /* a prompt began */
	bool answered;    /* and lasted beyond the turn's end, so that it is the answer to all of it */
	int prompt_ms;    /* since it began */
	int listening_ms; /* the engine has waited for so long */
};

static size_t samples_of(const struct script *script, int ms)
{
	return (size_t)ms * (size_t)script->talk->rate / 1000;
}

static bool is_sound(enum sy_talk_act act)
{
	return act == SY_TALK_SAY || act == SY_TALK_WAV || act == SY_TALK_NOISE;
}

/* Silence as well as noise may be answered while it lasts. */
static bool may_be_answered_early(enum sy_talk_act act)
{
	return act == SY_TALK_SILENCE || act == SY_TALK_NOISE;
}

static size_t length_of(const struct script *script, size_t index)
{
	const struct sy_talk_turn *turn = &script->talk->turns[index];

	switch (turn->act) {
	case SY_TALK_SAY:
	case SY_TALK_WAV:
	case SY_TALK_NOISE:
		return script->sounds[index].n;
	case SY_TALK_KEY:
		return samples_of(script, (int)(strlen(turn->keys) - 1) * turn->gap_ms + SY_FRAME_MS);
	case SY_TALK_SILENCE:
		return samples_of(script, turn->ms);
	default:
		return 0;
	}
}

static void destroy(void *bridge)
{
	struct script *script = bridge;

	if (!script)
		return;
	for (size_t i = 0; script->sounds && i < script->talk->n_turns; i++)
		sy_sound_reset(&script->sounds[i]);
	free(script->sounds);
	sy_sound_reset(&script->line);
	free(script);
}

static int make_sounds(struct script *script, struct sy_problem *why)
{
	const struct sy_talk *talk = script->talk;
	const size_t most = samples_of(script, 1000) * SY_TALK_SECONDS_MAX;
	size_t total = 0;

	for (size_t i = 0; i < talk->n_turns; i++) {
		int err = 0;
		if (is_sound(talk->turns[i].act))
			err = sy_caller_voice_turn(talk, i, &script->sounds[i], why);
		if (err)
			return err;
		total += length_of(script, i);
		if (total > most)
			return sy_problem_set(why, EFBIG,
				"%s: the turns are longer than %d seconds together; split the script", talk->path,
				SY_TALK_SECONDS_MAX);
	}
	return 0;
}

/* The noise of the script's own line, or the little that every line has. */
static int make_line(struct script *script, struct sy_problem *why)
{
	const struct sy_talk_line *from = &script->talk->line;
	const bool noisy = from->noise && strcmp(from->noise, "none") != 0;
	struct sy_line_effect effect = {.seed = script->talk->seed};
	int err = sy_line_effect_noise_from(noisy ? from->noise : "white", &effect, why);

	effect.snr_db = SY_LINE_SPEECH_DBFS - LINE_NOISE_DBFS;
	if (noisy)
		effect.snr_db = BETWEEN_TURNS_DB + (from->snr_db ? *from->snr_db : SY_CALLER_VOICE_SNR_DB);
	script->line.rate = script->talk->rate;
	script->line.n = samples_of(script, LINE_NOISE_MS);
	script->line.pcm = calloc(script->line.n, sizeof(int16_t));
	if (!err && !script->line.pcm)
		err = ENOMEM;
	if (!err)
		err = sy_line_effect_apply(&effect, &script->line);
	sy_line_effect_reset(&effect);
	return err;
}

static void watch(struct script *script, const struct sy_exchange *exchange)
{
	if (exchange->speaking && !script->was_speaking && !script->prompted) {
		script->prompted = true;
		script->prompt_ms = 0;
	} else if (script->prompted) {
		script->prompt_ms += SY_FRAME_MS;
	}
	const bool early = script->turn >= 0 && may_be_answered_early(script->talk->turns[script->turn].act);
	if (script->prompted && exchange->speaking && (script->over || early))
		script->answered = true;
	script->was_speaking = exchange->speaking;
	script->listening_ms = exchange->listening && script->answered ? script->listening_ms + SY_FRAME_MS : 0;
}

static bool due(const struct script *script)
{
	const struct sy_talk *talk = script->talk;

	if (!script->over || (size_t)(script->turn + 1) >= talk->n_turns)
		return false;
	const struct sy_talk_turn *next = &talk->turns[script->turn + 1];
	if (next->during_ms < 0)
		return script->listening_ms > next->after_ms;
	return script->answered && (script->prompt_ms >= next->during_ms || script->listening_ms > 0);
}

static void begin_next(struct script *script)
{
	script->turn++;
	script->over = false;
	script->at = script->keys_sent = 0;
	script->samples = length_of(script, (size_t)script->turn);
	script->prompted = script->answered = false;
	script->prompt_ms = script->listening_ms = 0;
}

static int16_t add(int16_t a, int16_t b)
{
	const int sum = a + b;

	return (int16_t)(sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum);
}

static void line_frame(struct script *script, int16_t *pcm)
{
	for (size_t i = 0; i < script->frame_n; i++) {
		pcm[i] = script->line.pcm[script->line_at];
		script->line_at = (script->line_at + 1) % script->line.n;
	}
}

static void speak_frame(struct script *script, struct sy_exchange *exchange)
{
	const struct sy_talk_turn *turn = &script->talk->turns[script->turn];
	const struct sy_sound *sound = &script->sounds[script->turn];

	for (size_t i = 0; i < script->frame_n && script->at + i < sound->n; i++)
		exchange->caller[i] = add(exchange->caller[i], sound->pcm[script->at + i]);
	if (turn->act == SY_TALK_KEY && turn->keys[script->keys_sent] &&
		script->at >= samples_of(script, (int)script->keys_sent * turn->gap_ms))
		exchange->keys[0] = turn->keys[script->keys_sent++];
	if (turn->act == SY_TALK_HANG_UP)
		exchange->gone = true;
	script->at += script->frame_n;
	script->over = script->at >= script->samples && !(turn->act == SY_TALK_KEY && turn->keys[script->keys_sent]);
}

static int exchange_frame(void *bridge, struct sy_exchange *exchange)
{
	struct script *script = bridge;

	line_frame(script, exchange->caller);
	watch(script, exchange);
	if (due(script))
		begin_next(script);
	if (!script->over)
		speak_frame(script, exchange);
	return 0;
}

static const struct sy_bridge_impl bridge_script = {
	.name = "script",
	.real_time = false,
	.exchange = exchange_frame,
	.destroy = destroy,
};

int sy_bridge_script_create(const struct sy_talk *talk, struct sy_bridge **ret_bridge, struct sy_problem *why)
{
	struct sy_bridge *bridge = calloc(1, sizeof(*bridge));
	struct script *script = calloc(1, sizeof(*script));
	int err = ENOMEM;

	if (!bridge || !script)
		goto out;
	script->talk = talk;
	script->turn = -1;
	script->over = true;
	script->frame_n = sy_frame_samples(talk->rate);
	script->sounds = calloc(talk->n_turns ? talk->n_turns : 1, sizeof(*script->sounds));
	if (!script->sounds)
		goto out;
	err = make_sounds(script, why);
	if (!err)
		err = make_line(script, why);
	if (err)
		goto out;
	*bridge = (struct sy_bridge){.impl = &bridge_script, .state = script, .rate = talk->rate};
	*ret_bridge = bridge;
	return 0;
out:
	destroy(script);
	free(bridge);
	return err;
}

int sy_bridge_script_turn(const struct sy_bridge *bridge)
{
	const struct script *script = bridge->state;

	return script->turn;
}

bool sy_bridge_script_turn_over(const struct sy_bridge *bridge)
{
	const struct script *script = bridge->state;

	return script->turn >= 0 && script->over;
}
