#include "audio/media/echo.h"

#include <errno.h>
#include <math.h>
#include <speex/speex_echo.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/media/echo_watch.h"

/* The canceller's own reach: an echo's tail in a room or a hybrid; the delay before it is taken off beforehand. */
#define TAIL_MS 64
/* Of the reach, before the delay found: the strongest part of an echo is not always its first. */
#define LEAD_MS 8
/* The echo may move by so much of the reach before the canceller must learn anew. */
#define MOVE_MS 24
/* Weaker sound of the caller's neither stops a prompt (audio/endpoint) nor is worth the work. */
#define CALLER_MIN_DBFS (-54.0)
#define OURS_MIN_DBFS (-60.0)
/*
 * Ours explains so much of a frame: nobody else speaks, or so softly that it cannot be told. Halfway between what it
 * explains of an echo and of a voice (echo_watch.h); 0.7 let an echo from a room through before the room was learnt.
 */
#define ECHO_SHARE 0.6
/* What the canceller takes off is trusted as a measure from here on; a voice leaves this much more. */
#define LEARNT_DB 12.0
#define VOICE_DB 8.0
#define LEARN_UP 0.2
#define LEARN_DOWN 0.01
/* How far frames of echo are turned down: -6 dB of a prompt at -20 dBFS end far below any voice. */
#define SHUT_GAIN 0.03

#define SENT_MS (SY_ECHO_WATCH_LAG_MS + 2 * SY_FRAME_MS)
/* What was sent slides when so much more has come: to move it for each frame would fetch all of it each time. */
#define SLIDE_MS (8 * SY_FRAME_MS)
#define SENT_MAX ((SENT_MS + SLIDE_MS) * (SY_RATE_WIDE / 1000))

struct sy_echo {
	int rate;
	size_t frame;
	struct sy_echo_watch *watch;
	SpeexEchoState *canceller; /* NULL: no echo was found yet */
	int16_t sent[SENT_MAX];    /* ours, the oldest first, as far as it was written; silence before it */
	size_t n_sent;
	int since_ours_ms;
	int delay_ms;    /* of the echo; -1: none */
	int set_to_ms;   /* what the canceller's reference is delayed by */
	double taken_db; /* what it takes off an echo, as a rule */
	double gain;     /* of the last frame given */
};

int sy_echo_create(int rate, struct sy_echo **ret_echo)
{
	struct sy_echo *echo = calloc(1, sizeof(*echo));

	if (echo == NULL)
		return ENOMEM;
	echo->rate = rate;
	echo->frame = sy_frame_samples(rate);
	echo->delay_ms = -1;
	echo->since_ours_ms = SENT_MS;
	echo->gain = 1;
	echo->n_sent = (size_t)(rate / 1000 * SENT_MS);
	const int err = sy_echo_watch_create(rate, &echo->watch);
	if (err != 0) {
		sy_echo_destroy(echo);
		return err;
	}
	*ret_echo = echo;
	return 0;
}

void sy_echo_destroy(struct sy_echo *echo)
{
	if (echo == NULL)
		return;
	if (echo->canceller != NULL)
		speex_echo_state_destroy(echo->canceller);
	sy_echo_watch_destroy(echo->watch);
	free(echo);
}

int sy_echo_delay_ms(const struct sy_echo *echo)
{
	return echo->delay_ms;
}

static size_t samples(const struct sy_echo *echo, int ms)
{
	return (size_t)(echo->rate / 1000 * ms);
}

static void keep_ours(struct sy_echo *echo, const int16_t *ours)
{
	const size_t kept = samples(echo, SENT_MS) - echo->frame;

	if (echo->n_sent + echo->frame > samples(echo, SENT_MS + SLIDE_MS)) {
		memmove(echo->sent, echo->sent + echo->n_sent - kept, kept * sizeof(*ours));
		echo->n_sent = kept;
	}
	memcpy(echo->sent + echo->n_sent, ours, echo->frame * sizeof(*ours));
	echo->n_sent += echo->frame;
	echo->since_ours_ms = sy_level_dbfs(ours, echo->frame) > OURS_MIN_DBFS ? 0 : echo->since_ours_ms + SY_FRAME_MS;
}

/* Out of memory: the echo stays, and is turned down as long as it is all that sounds. */
static void set_canceller(struct sy_echo *echo, double lag_ms)
{
	int rate = echo->rate;

	echo->delay_ms = (int)lag_ms;
	if (echo->canceller != NULL && lag_ms >= echo->set_to_ms && lag_ms <= echo->set_to_ms + MOVE_MS)
		return;
	echo->set_to_ms = lag_ms > LEAD_MS ? (int)lag_ms - LEAD_MS : 0;
	echo->taken_db = 0;
	if (echo->canceller != NULL) {
		speex_echo_state_reset(echo->canceller);
		return;
	}
	echo->canceller = speex_echo_state_init((int)echo->frame, (int)samples(echo, TAIL_MS));
	if (echo->canceller != NULL)
		(void)speex_echo_ctl(echo->canceller, SPEEX_ECHO_SET_SAMPLING_RATE, &rate);
}

static void cancel(struct sy_echo *echo, const int16_t *caller, int16_t *ret_clear)
{
	const size_t end = echo->n_sent - samples(echo, echo->set_to_ms);

	if (echo->canceller != NULL)
		speex_echo_cancellation(echo->canceller, caller, echo->sent + end - echo->frame, ret_clear);
	else
		memcpy(ret_clear, caller, echo->frame * sizeof(*caller));
}

/* Is there more in the frame than our own sound? */
static bool is_voice(struct sy_echo *echo, double share, double taken_db)
{
	const bool echo_alone = share >= ECHO_SHARE;

	if (echo->taken_db >= LEARNT_DB && taken_db < echo->taken_db - VOICE_DB)
		return true;
	if (echo_alone)
		echo->taken_db += (taken_db - echo->taken_db) * (taken_db > echo->taken_db ? LEARN_UP : LEARN_DOWN);
	return !echo_alone && echo->taken_db < LEARNT_DB;
}

static void turn(struct sy_echo *echo, double gain, const int16_t *clear, int16_t *ret_caller)
{
	const double step = (gain - echo->gain) / (double)echo->frame;

	for (size_t i = 0; i < echo->frame; i++)
		ret_caller[i] = (int16_t)lrint(clear[i] * (echo->gain + step * (double)(i + 1)));
	echo->gain = gain;
}

void sy_echo_frame(struct sy_echo *echo, const int16_t *ours, int16_t *caller)
{
	const double level_db = sy_level_dbfs(caller, echo->frame);
	struct sy_echo_watch_seen seen = {0};
	int16_t clear[SY_FRAME_SAMPLES_MAX];

	keep_ours(echo, ours);
	sy_echo_watch_ours(echo->watch, ours);
	if (echo->since_ours_ms > SY_ECHO_WATCH_LAG_MS) {
		echo->gain = 1;
		return;
	}
	const bool loud = level_db > CALLER_MIN_DBFS;
	if (loud)
		sy_echo_watch_caller(echo->watch, caller, &seen);
	if (seen.found)
		set_canceller(echo, seen.lag_ms);
	if (echo->delay_ms < 0) {
		/* What must be an echo, though its delay is not sure yet, does not seem a voice until it is. */
		memcpy(clear, caller, echo->frame * sizeof(*clear));
		turn(echo, seen.likely ? SHUT_GAIN : 1, clear, caller);
		return;
	}
	cancel(echo, caller, clear);
	const double taken_db = level_db - sy_level_dbfs(clear, echo->frame);
	turn(echo, !loud || is_voice(echo, seen.share, taken_db) ? 1 : SHUT_GAIN, clear, caller);
}
