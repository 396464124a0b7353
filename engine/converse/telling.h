/*
 * telling: what we say: prompts, sentence by sentence, from text to frames.
 *
 * A prompt's first sentence is asked for at once and each next one when the one before it begins, so the first sound
 * comes early and nothing is synthesised that an interruption makes needless. Sounds are kept until the next prompt, so
 * that one stopped by a cough goes on where it was. Pace and loudness belong to the caller and last for the call.
 *
 * Owner: the call; one thread. Times are the call's, in ms.
 */
#ifndef SY_CONVERSE_TELLING_H
#define SY_CONVERSE_TELLING_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/sound.h"
#include "engine/speak/synthesiser.h"

/* Sentences of one prompt: a page of choices has five, a long answer a dozen; the rest is said as one. */
#define SY_TELLING_SENTENCES_MAX 24
/* Prompts that wait behind the one being spoken. */
#define SY_TELLING_QUEUE_MAX 4
/* A prompt that was stopped goes on a little before that place, so that no half word is lost, and within its sentence.
 */
#define SY_TELLING_REWIND_MS 1000
/* "slower" and "louder": steps small enough to be asked for twice, bounds that are still pleasant. */
#define SY_PACE_STEP 0.85
#define SY_PACE_SLOWEST 0.6
#define SY_GAIN_STEP_DB 3.0
#define SY_GAIN_LOUDEST_DB 9.0

struct sy_telling;

/* One prompt, or the part of it up to where it was stopped, has been heard. */
struct sy_told {
	const char *text;
	int tag; /* as given to sy_telling_say() */
	int64_t begun_ms;
	int duration_ms;
	bool interrupted;
};

struct sy_telling_prm {
	int rate;
	uint32_t *next_job; /* the call's counter of jobs, borrowed */
	int (*say)(void *arg, uint32_t job, const struct sy_say_job *what);
	void *say_arg;
	void (*told)(void *arg, const struct sy_told *told);
	void *told_arg;
};

/* What a frame brought. */
enum sy_telling_news {
	SY_TELLING_QUIET,
	SY_TELLING_GOING, /* a prompt is under way, be it that its sound is still awaited */
	SY_TELLING_ENDED, /* the last prompt has just been spoken to its end */
	SY_TELLING_FAILED /* the same, but the voice failed and not all of it was heard */
};

int sy_telling_create(const struct sy_telling_prm *prm, struct sy_telling **ret_telling);
void sy_telling_destroy(struct sy_telling *telling);

/* Queues a prompt. `slowed` is how many failures in a row it follows: each slows this prompt a little (promise P8).
 * `tag` comes back when it was told. */
int sy_telling_say(struct sy_telling *telling, const char *text, unsigned slowed, int tag);
/* The last prompt once more, at the present pace and loudness. */
int sy_telling_repeat(struct sy_telling *telling);

/* Stops what is being said; it can be resumed until something else is said. */
void sy_telling_stop(struct sy_telling *telling);
/* Goes on with what was stopped; false if there is nothing to go on with. */
bool sy_telling_resume(struct sy_telling *telling);

/* The sound (taken) of a sentence. A job of nobody is dropped. */
void sy_telling_said(struct sy_telling *telling, uint32_t job, int err, struct sy_sound *sound);

/* One frame; *ret_voiced: it carries a prompt. */
enum sy_telling_news sy_telling_frame(struct sy_telling *telling, int64_t now_ms, int16_t *ret_frame, bool *ret_voiced);

bool sy_telling_busy(const struct sy_telling *telling);

/* false: it is at its bound already. */
bool sy_telling_slower(struct sy_telling *telling);
bool sy_telling_louder(struct sy_telling *telling);

#endif
