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
	int64_t added_ms;           /* where what was added begins */
	bool is_added;              /* job and hypothesis are of what was added */
	struct sy_hypothesis whole; /* and this is what the whole was heard as */
	int whole_patience_ms;
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
	sy_hypothesis_reset(&turn->whole);
	free(turn);
}

static void forget_result(struct sy_turn *turn)
{
	turn->job = 0;
	turn->known = false;
	turn->failed = false;
	turn->is_added = false;
	sy_hypothesis_reset(&turn->hypothesis);
	sy_hypothesis_reset(&turn->whole);
}

static void begin(struct sy_turn *turn)
{
	const size_t added = sy_endpoint_added(turn->endpoint);
	const int16_t *pcm;
	size_t n;
	int64_t ms;

	sy_endpoint_turn(turn->endpoint, &pcm, &n);
	ms = (int64_t)(n - added) * 1000 / turn->rate - SY_ENDPOINT_PREROLL_MS;
	turn->under_way = true;
	turn->added_ms = turn->now_ms - (ms > 0 ? ms : 0);
	if (turn->added_ms < 0)
		turn->added_ms = 0;
	if (!added)
		turn->begin_ms = turn->added_ms;
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

	if (!turn->known && turn->job && turn->now_ms - turn->asked_ms > SY_TURN_RESULT_MAX_MS)
		sy_turn_heard(turn, ETIMEDOUT, NULL, 0);
	if (!turn->known || (!turn->too_long && !turn->failed && silence_ms < turn->patience_ms))
		return false;
	if (turn->too_long)
		turn->end_ms = turn->now_ms;
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
		turn->end_ms = now_ms - sy_endpoint_silence_ms(turn->endpoint);
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
	const size_t from = turn->is_added ? sy_endpoint_added(turn->endpoint) : 0;

	sy_endpoint_turn(turn->endpoint, ret_pcm, ret_n);
	*ret_pcm += from;
	*ret_n -= from;
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
	if (err && turn->is_added) {
		sy_turn_take_whole(turn);
		return;
	}
	sy_hypothesis_reset(&turn->hypothesis);
	turn->failed = err || sy_hypothesis_copy(hypothesis, &turn->hypothesis);
	turn->known = true;
	turn->patience_ms = patience_ms;
}

int sy_turn_patience(const struct sy_hypothesis *hypothesis, bool number)
{
	const enum sy_completeness completeness = hypothesis->completeness;
	const bool sentence = completeness == SY_COMPLETE || completeness == SY_EXTENSIBLE;

	if (hypothesis->sounded == SY_SOUNDED_SILENCE || hypothesis->sounded == SY_SOUNDED_NOISE)
		return SY_TURN_WHOLE_MS;
	if (number && (completeness == SY_EXTENSIBLE || completeness == SY_INCOMPLETE))
		return SY_TURN_NUMBER_MS;
	if (sentence && hypothesis->decision == SY_ACCEPT)
		return SY_TURN_WHOLE_MS;
	/* With an intent it is a sentence by one reading and the beginning of a longer one by another. */
	return completeness == SY_INCOMPLETE && !hypothesis->intent ? SY_TURN_BEGUN_MS : SY_TURN_DOUBT_MS;
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
	return turn->is_added ? turn->added_ms : turn->begin_ms;
}

int64_t sy_turn_end_ms(const struct sy_turn *turn)
{
	return turn->end_ms;
}

bool sy_turn_under_way(const struct sy_turn *turn)
{
	return turn->under_way;
}

static void wait_for_next(struct sy_turn *turn)
{
	forget_result(turn);
	turn->under_way = false;
	turn->too_long = false;
	turn->paused = false;
}

void sy_turn_restart(struct sy_turn *turn)
{
	sy_endpoint_restart(turn->endpoint);
	wait_for_next(turn);
}

void sy_turn_keep(struct sy_turn *turn)
{
	sy_endpoint_restart_kept(turn->endpoint, SY_TURN_GO_ON_MS);
	wait_for_next(turn);
}

void sy_turn_let_go(struct sy_turn *turn)
{
	sy_endpoint_let_go(turn->endpoint);
}

bool sy_turn_goes_on(const struct sy_turn *turn)
{
	return turn->under_way && sy_endpoint_added(turn->endpoint) > 0;
}

void sy_turn_hear_added(struct sy_turn *turn)
{
	turn->whole = turn->hypothesis;
	turn->whole_patience_ms = turn->patience_ms;
	turn->hypothesis = (struct sy_hypothesis){0};
	turn->is_added = true;
	turn->known = false;
	turn->job = 0;
}

bool sy_turn_is_added(const struct sy_turn *turn)
{
	return turn->is_added;
}

void sy_turn_take_whole(struct sy_turn *turn)
{
	sy_hypothesis_reset(&turn->hypothesis);
	turn->hypothesis = turn->whole;
	turn->patience_ms = turn->whole_patience_ms;
	turn->whole = (struct sy_hypothesis){0};
	turn->is_added = false;
	turn->known = true;
}
