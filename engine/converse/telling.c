#include "engine/converse/telling.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/playout.h"
#include "base/text.h"
#include "engine/speak/sentence.h"
#include "prompts/marks.h"

/* Each failure in a row slows what follows by so much (promise P8). */
#define PACE_AFTER_FAILURE 0.95
/* A sentence whose synthesis failed is asked for once more. */
#define TRIES 2

struct sentence {
	char *text;
	uint32_t job; /* 0: not asked for yet */
	int tries;
	bool done;
	bool failed;
	struct sy_sound sound;
};

struct prompt {
	char *text;
	int tag;
	double pace;
	struct sentence sentences[SY_TELLING_SENTENCES_MAX];
	size_t n;
	size_t fed;    /* sentences given to the playout */
	size_t from;   /* sample of the whole prompt at which it began this time */
	size_t frames; /* voiced since then */
	int64_t begun_ms;
	bool begun;
};

struct sy_telling {
	struct sy_telling_prm prm;
	struct sy_playout *playout;
	struct prompt *current;
	struct prompt *held; /* was stopped; may go on */
	struct prompt *queue[SY_TELLING_QUEUE_MAX];
	size_t n_queue;
	char *last;
	unsigned last_slowed;
	int last_tag;
	double pace;
	double gain_db;
};

static void free_prompt(struct prompt *prompt)
{
	size_t i;

	if (!prompt)
		return;
	for (i = 0; i < prompt->n; i++) {
		free(prompt->sentences[i].text);
		sy_sound_reset(&prompt->sentences[i].sound);
	}
	free(prompt->text);
	free(prompt);
}

static int split(struct prompt *prompt)
{
	const char *at = prompt->text;

	while (*at) {
		size_t n = prompt->n + 1 < SY_TELLING_SENTENCES_MAX ? sy_say_split(at) : strlen(at);
		char *text = strndup(at, n ? n : strlen(at));

		if (!text)
			return ENOMEM;
		prompt->sentences[prompt->n++].text = text;
		at += n ? n : strlen(at);
	}
	return 0;
}

static int make_prompt(const struct sy_telling *telling, const char *text, unsigned slowed, struct prompt **ret_prompt)
{
	struct prompt *prompt = calloc(1, sizeof(*prompt));

	if (!prompt)
		return ENOMEM;
	prompt->pace = telling->pace;
	while (slowed--)
		prompt->pace *= PACE_AFTER_FAILURE;
	if (prompt->pace < SY_PACE_SLOWEST)
		prompt->pace = SY_PACE_SLOWEST;
	prompt->text = strdup(text);
	if (!prompt->text || split(prompt)) {
		free_prompt(prompt);
		return ENOMEM;
	}
	*ret_prompt = prompt;
	return 0;
}

int sy_telling_create(const struct sy_telling_prm *prm, struct sy_telling **ret_telling)
{
	struct sy_telling *telling = calloc(1, sizeof(*telling));
	int err;

	if (!telling)
		return ENOMEM;
	telling->prm = *prm;
	telling->pace = 1.0;
	err = sy_playout_create(prm->rate, &telling->playout);
	if (err) {
		sy_telling_destroy(telling);
		return err;
	}
	*ret_telling = telling;
	return 0;
}

static void drop_queue(struct sy_telling *telling)
{
	while (telling->n_queue)
		free_prompt(telling->queue[--telling->n_queue]);
}

static void drop_held(struct sy_telling *telling)
{
	if (!telling->held)
		return;
	free_prompt(telling->held);
	telling->held = NULL;
	drop_queue(telling);
}

void sy_telling_destroy(struct sy_telling *telling)
{
	if (!telling)
		return;
	drop_held(telling);
	drop_queue(telling);
	free_prompt(telling->current);
	sy_playout_destroy(telling->playout);
	free(telling->last);
	free(telling);
}

static void ask(struct sy_telling *telling, const struct prompt *prompt, struct sentence *sentence)
{
	const struct sy_say_job job = {
		.text = sentence->text, .pace = prompt->pace, .gain_db = telling->gain_db, .rate = telling->prm.rate};

	do {
		sentence->tries++;
		sentence->job = ++*telling->prm.next_job;
		if (!telling->prm.say(telling->prm.say_arg, sentence->job, &job))
			return;
	} while (sentence->tries < TRIES);
	sentence->done = true;
	sentence->failed = true;
}

/* Where a place of the whole prompt lies: its sentence, and that sentence's first sample. Only sentences whose sound is
 * there count; past them it is the one that is awaited. */
static size_t sentence_at(const struct prompt *prompt, size_t sample, size_t *ret_start)
{
	size_t start = 0;
	size_t i;

	for (i = 0; i + 1 < prompt->n && prompt->sentences[i].done; i++) {
		if (sample < start + prompt->sentences[i].sound.n)
			break;
		start += prompt->sentences[i].sound.n;
	}
	*ret_start = start;
	return i;
}

static size_t place(const struct sy_telling *telling, const struct prompt *prompt)
{
	return prompt->from + prompt->frames * sy_frame_samples(telling->prm.rate);
}

static void ask_ahead(struct sy_telling *telling, struct prompt *prompt)
{
	size_t start;
	size_t playing = sentence_at(prompt, place(telling, prompt), &start);
	size_t last = prompt->begun ? playing + 1 : playing;
	size_t i;

	for (i = 0; i <= last && i < prompt->n; i++) {
		if (!prompt->sentences[i].job)
			ask(telling, prompt, &prompt->sentences[i]);
	}
}

static int feed_sentence(struct sy_telling *telling, const struct prompt *prompt, struct sentence *sentence)
{
	struct sy_sound rest = {0};
	size_t start = 0;
	size_t skip;
	const struct sentence *before;
	int err;

	for (before = prompt->sentences; before < sentence; before++)
		start += before->sound.n;
	skip = prompt->from > start ? prompt->from - start : 0;
	if (skip >= sentence->sound.n)
		return 0;
	err = sy_sound_part(&sentence->sound, skip, &rest);
	if (!err)
		err = sy_playout_add(telling->playout, &rest);
	sy_sound_reset(&rest);
	return err;
}

static void feed(struct sy_telling *telling, struct prompt *prompt)
{
	while (prompt->fed < prompt->n && prompt->sentences[prompt->fed].done) {
		struct sentence *sentence = &prompt->sentences[prompt->fed++];

		if (!sentence->failed && feed_sentence(telling, prompt, sentence))
			sentence->failed = true;
	}
}

static void begin_next(struct sy_telling *telling)
{
	if (telling->current || telling->held || !telling->n_queue)
		return;
	telling->current = telling->queue[0];
	telling->n_queue--;
	memmove(telling->queue, telling->queue + 1, telling->n_queue * sizeof(telling->queue[0]));
	ask_ahead(telling, telling->current);
}

int sy_telling_say(struct sy_telling *telling, const char *text, unsigned slowed, int tag)
{
	struct prompt *prompt = NULL;
	char *last;
	int err;

	drop_held(telling);
	if (telling->n_queue == SY_TELLING_QUEUE_MAX)
		return E2BIG;
	err = make_prompt(telling, text, slowed, &prompt);
	if (err)
		return err;
	last = strdup(text);
	if (!last) {
		free_prompt(prompt);
		return ENOMEM;
	}
	free(telling->last);
	telling->last = last;
	telling->last_slowed = slowed;
	telling->last_tag = tag;
	prompt->tag = tag;
	telling->queue[telling->n_queue++] = prompt;
	begin_next(telling);
	return 0;
}

int sy_telling_repeat(struct sy_telling *telling)
{
	char *text;
	int err;

	if (!telling->last)
		return ENOENT;
	text = strdup(telling->last);
	if (!text)
		return ENOMEM;
	err = sy_telling_say(telling, text, telling->last_slowed, telling->last_tag);
	free(text);
	return err;
}

static void tell(const struct sy_telling *telling, const struct prompt *prompt, bool interrupted)
{
	struct sy_told told = {.tag = prompt->tag,
		.begun_ms = prompt->begun_ms,
		.duration_ms = (int)prompt->frames * SY_FRAME_MS,
		.interrupted = interrupted};
	struct sy_text rest = {0};
	char *plain = NULL;
	size_t start;
	size_t i;
	int err = 0;

	if (!prompt->begun)
		return;
	for (i = sentence_at(prompt, prompt->from, &start); i < prompt->n && !err; i++)
		err = sy_text_add(&rest, prompt->sentences[i].text);
	told.text = err || sy_marks_plain(sy_text_str(&rest), &plain, NULL) ? prompt->text : plain;
	telling->prm.told(telling->prm.told_arg, &told);
	free(plain);
	sy_text_reset(&rest);
}

void sy_telling_stop(struct sy_telling *telling)
{
	if (!telling->current)
		return;
	sy_playout_stop(telling->playout);
	tell(telling, telling->current, true);
	telling->held = telling->current;
	telling->current = NULL;
}

bool sy_telling_resume(struct sy_telling *telling)
{
	struct prompt *prompt = telling->held;
	size_t rewind = (size_t)(telling->prm.rate / 1000 * SY_TELLING_REWIND_MS);
	size_t start;
	size_t at;

	if (!prompt)
		return false;
	at = place(telling, prompt);
	prompt->fed = sentence_at(prompt, at, &start);
	prompt->from = at > start + rewind ? at - rewind : start;
	prompt->frames = 0;
	prompt->begun = false;
	telling->current = prompt;
	telling->held = NULL;
	return true;
}

static struct sentence *find_job(const struct sy_telling *telling, uint32_t job, struct prompt **ret_prompt)
{
	struct prompt *const prompts[] = {telling->current, telling->held};
	size_t i;
	size_t k;

	for (i = 0; i < 2; i++) {
		for (k = 0; prompts[i] && k < prompts[i]->n; k++) {
			if (prompts[i]->sentences[k].job == job && !prompts[i]->sentences[k].done) {
				*ret_prompt = prompts[i];
				return &prompts[i]->sentences[k];
			}
		}
	}
	return NULL;
}

static void drop_sound(struct sy_sound *sound)
{
	if (sound)
		sy_sound_reset(sound);
}

void sy_telling_said(struct sy_telling *telling, uint32_t job, int err, struct sy_sound *sound)
{
	struct prompt *prompt;
	struct sentence *sentence = find_job(telling, job, &prompt);

	if (!sentence) {
		drop_sound(sound);
		return;
	}
	if (!err && (!sound || sound->rate != telling->prm.rate))
		err = EINVAL;
	if (err) {
		drop_sound(sound);
		if (sentence->tries < TRIES) {
			ask(telling, prompt, sentence);
			return;
		}
		sentence->failed = true;
	} else {
		sentence->sound = *sound;
		*sound = (struct sy_sound){0};
	}
	sentence->done = true;
}

static enum sy_telling_news finish(struct sy_telling *telling)
{
	struct prompt *prompt = telling->current;
	bool failed = false;
	size_t i;

	for (i = 0; i < prompt->n; i++)
		failed |= prompt->sentences[i].failed;
	telling->current = NULL;
	tell(telling, prompt, false);
	free_prompt(prompt);
	begin_next(telling);
	if (telling->current)
		return SY_TELLING_GOING;
	return failed ? SY_TELLING_FAILED : SY_TELLING_ENDED;
}

enum sy_telling_news sy_telling_frame(struct sy_telling *telling, int64_t now_ms, int16_t *ret_frame, bool *ret_voiced)
{
	struct prompt *prompt = telling->current;

	if (prompt)
		feed(telling, prompt);
	*ret_voiced = sy_playout_frame(telling->playout, ret_frame);
	if (!prompt)
		return SY_TELLING_QUIET;
	/* The fade of the prompt before is not yet this one. */
	if (*ret_voiced && prompt->fed && !prompt->begun) {
		prompt->begun = true;
		prompt->begun_ms = now_ms;
	}
	prompt->frames += *ret_voiced && prompt->begun;
	if (prompt->fed == prompt->n && !sy_playout_busy(telling->playout))
		return finish(telling);
	ask_ahead(telling, prompt);
	return SY_TELLING_GOING;
}

bool sy_telling_busy(const struct sy_telling *telling)
{
	return telling->current != NULL;
}

bool sy_telling_slower(struct sy_telling *telling)
{
	if (telling->pace * SY_PACE_STEP < SY_PACE_SLOWEST)
		return false;
	telling->pace *= SY_PACE_STEP;
	return true;
}

bool sy_telling_louder(struct sy_telling *telling)
{
	if (telling->gain_db + SY_GAIN_STEP_DB > SY_GAIN_LOUDEST_DB)
		return false;
	telling->gain_db += SY_GAIN_STEP_DB;
	return true;
}
