#include "engine/converse/turn.h"

#include <errno.h>
#include <stdlib.h>

#include "audio/endpoint.h"
#include "audio/frame.h"

struct sy_turn {
	struct sy_endpoint *endpoint;
	int rate;
	uint32_t job; /* 0: none */
	int64_t asked_ms;
	bool under_way;
	bool too_long;
	bool paused; /* a decode of the present pause is still to be asked for */
	bool known;  /* a result that is not out of date is there */
	bool failed; /* and it is that the decode failed */
	struct sy_hypothesis hypothesis;
	int patience_ms;
	int64_t now_ms;
	int64_t begin_ms;
	int64_t end_ms;
};

int sy_turn_create(int rate, struct sy_turn **ret_turn)
{
	struct sy_turn *turn = calloc(1, sizeof(*turn));
	int err;

	if (!turn)
		return ENOMEM;
	turn->rate = rate;
	err = sy_endpoint_create(rate, &turn->endpoint);
	if (err) {
		free(turn);
		return err;
	}
	*ret_turn = turn;
	return 0;
}

void sy_turn_destroy(struct sy_turn *turn)
{
	if (!turn)
		return;
	sy_endpoint_destroy(turn->endpoint);
	sy_hypothesis_reset(&turn->hypothesis);
	free(turn);
}

static void forget_result(struct sy_turn *turn)
{
	turn->job = 0;
	turn->known = false;
	turn->failed = false;
	sy_hypothesis_reset(&turn->hypothesis);
}

static void begin(struct sy_turn *turn)
{
	const int16_t *pcm;
	size_t n;
	int64_t ms;

	sy_endpoint_turn(turn->endpoint, &pcm, &n);
	ms = (int64_t)n * 1000 / turn->rate - SY_ENDPOINT_PREROLL_MS;
	turn->under_way = true;
	turn->begin_ms = turn->now_ms - (ms > 0 ? ms : 0);
	if (turn->begin_ms < 0)
		turn->begin_ms = 0;
}

/* The pause is long enough for a decode of what came before it. */
static bool decode_due(struct sy_turn *turn)
{
	int silence_ms = sy_endpoint_silence_ms(turn->endpoint);
	bool early = turn->now_ms - silence_ms - turn->begin_ms <= SY_TURN_EARLY_MAX_MS;

	if (!turn->paused || (!early && silence_ms < SY_TURN_LATE_PAUSE_MS))
		return false;
	turn->paused = false;
	return true;
}

static bool over(struct sy_turn *turn)
{
	int silence_ms = sy_endpoint_silence_ms(turn->endpoint);

	if (!turn->known && turn->job && turn->now_ms - turn->asked_ms > SY_TURN_RESULT_MAX_MS) {
		forget_result(turn);
		turn->known = true;
		turn->failed = true;
	}
	if (!turn->known || (!turn->too_long && !turn->failed && silence_ms < turn->patience_ms))
		return false;
	turn->end_ms = turn->now_ms - (turn->too_long ? 0 : silence_ms);
	return true;
}

int sy_turn_frame(
	struct sy_turn *turn, const int16_t *frame, int64_t now_ms, bool prompting, enum sy_turn_news *ret_news)
{
	enum sy_endpoint_event event = SY_ENDPOINT_NOTHING;
	int err = sy_endpoint_feed(turn->endpoint, frame, prompting, &event);

	if (err)
		return err;
	turn->now_ms = now_ms;
	*ret_news = SY_TURN_QUIET;
	switch (event) {
	case SY_ENDPOINT_NOTHING:
		break;
	case SY_ENDPOINT_ONSET:
		begin(turn);
		*ret_news = SY_TURN_BEGAN;
		break;
	case SY_ENDPOINT_RESUME:
		turn->paused = false;
		forget_result(turn);
		break;
	case SY_ENDPOINT_TOO_LONG:
		turn->too_long = true;
		turn->paused = false;
		forget_result(turn);
		*ret_news = SY_TURN_DECODE;
		break;
	case SY_ENDPOINT_PAUSE:
		turn->paused = true;
		break;
	}
	if (decode_due(turn))
		*ret_news = SY_TURN_DECODE;
	else if (event == SY_ENDPOINT_NOTHING && turn->under_way && over(turn))
		*ret_news = SY_TURN_OVER;
	return 0;
}

void sy_turn_pcm(const struct sy_turn *turn, const int16_t **ret_pcm, size_t *ret_n)
{
	sy_endpoint_turn(turn->endpoint, ret_pcm, ret_n);
}

void sy_turn_asked(struct sy_turn *turn, uint32_t job)
{
	turn->job = job;
	turn->asked_ms = turn->now_ms;
}

bool sy_turn_awaits(const struct sy_turn *turn, uint32_t job)
{
	return job && turn->job == job && !turn->known;
}

void sy_turn_heard(struct sy_turn *turn, int err, const struct sy_hypothesis *hypothesis, int patience_ms)
{
	turn->failed = err || sy_hypothesis_copy(hypothesis, &turn->hypothesis);
	turn->known = true;
	turn->patience_ms = patience_ms;
}

int sy_turn_patience(const struct sy_hypothesis *hypothesis, bool number, bool known)
{
	if (hypothesis->sounded == SY_SOUNDED_SILENCE || hypothesis->sounded == SY_SOUNDED_NOISE)
		return SY_TURN_WHOLE_MS;
	switch (hypothesis->completeness) {
	case SY_COMPLETE:
		return hypothesis->decision == SY_ACCEPT ? SY_TURN_WHOLE_MS : SY_TURN_DOUBT_MS;
	case SY_EXTENSIBLE:
		return number ? SY_TURN_INCOMPLETE_MS : SY_TURN_DOUBT_MS;
	case SY_INCOMPLETE: /* with an intent: a sentence by one reading, the beginning of a longer one by another */
		return number || !hypothesis->intent ? SY_TURN_INCOMPLETE_MS : SY_TURN_DOUBT_MS;
	case SY_OUTSIDE:
		break;
	}
	return known ? SY_TURN_DOUBT_MS : SY_TURN_OUTSIDE_MS;
}

const struct sy_hypothesis *sy_turn_hypothesis(const struct sy_turn *turn)
{
	return turn->known && !turn->failed ? &turn->hypothesis : NULL;
}

bool sy_turn_too_long(const struct sy_turn *turn)
{
	return turn->too_long;
}

int64_t sy_turn_begin_ms(const struct sy_turn *turn)
{
	return turn->begin_ms;
}

int64_t sy_turn_end_ms(const struct sy_turn *turn)
{
	return turn->end_ms;
}

bool sy_turn_under_way(const struct sy_turn *turn)
{
	return turn->under_way;
}

void sy_turn_restart(struct sy_turn *turn)
{
	sy_endpoint_restart(turn->endpoint);
	forget_result(turn);
	turn->under_way = false;
	turn->too_long = false;
	turn->paused = false;
}
