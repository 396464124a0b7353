#include "engine/run/line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/run/worker.h"
#include "grammars/jsgf.h"
#include "grammars/pronounce.h"
#include "kb/lookup.h"

/* After the caller has gone the call needs a few frames to say goodbye to its owner; past this it never will. */
#define FRAMES_AFTER_GONE 500

struct line {
	const struct sy_line_prm *prm;
	struct sy_call *call;
	struct sy_worker *worker;
	const struct sy_slot *slots[SY_LINE_SLOTS_MAX]; /* the recogniser knows the grammar of the i-th as "slot-<i>" */
	size_t next_slot;
	struct sy_wav_writer *reply;
	int reply_err;
	int16_t both[2 * SY_FRAME_SAMPLES_MAX];
};

static int64_t now_ms(const struct line *line)
{
	return line->call ? sy_call_ms(line->call) : 0;
}

static int on_hear(void *arg, uint32_t id, const struct sy_hear_job *what)
{
	struct line *line = arg;
	struct sy_job *job;
	int err = sy_job_hear(id, what, &job);

	return err ? err : sy_worker_give(line->worker, job, now_ms(line));
}

static int on_say(void *arg, uint32_t id, const struct sy_say_job *what)
{
	struct line *line = arg;
	struct sy_job *job;
	int err = sy_job_say(id, what, &job);

	return err ? err : sy_worker_give(line->worker, job, now_ms(line));
}

static int on_pass(void *arg, uint32_t id, const struct sy_card *card)
{
	struct line *line = arg;
	struct sy_job *job;
	int err = sy_job_pass(id, card, &job);

	return err ? err : sy_worker_give(line->worker, job, now_ms(line));
}

static int on_look_up(void *arg, const char *lookup, const struct sy_pairs *params, const struct tm *now,
	struct sy_pairs *ret_row, size_t *ret_n, struct sy_problem *why)
{
	const struct line *line = arg;
	const struct sy_lookup *named = sy_content_lookup(sy_snapshot_content(line->prm->snapshot), lookup);

	if (!named)
		return sy_problem_set(why, ENOENT, "there is no look-up \"%s\" in this version", lookup);
	return sy_lookup_run(line->prm->store, named, params, now, ret_row, ret_n, why);
}

/* Has the recogniser learn the slot's grammar as `name`. */
static int teach_slot(struct line *line, const struct sy_article *article, const struct sy_slot *slot, const char *name,
	struct sy_problem *why)
{
	struct sy_graph *graph = NULL;
	struct sy_job *job = NULL;
	char *jsgf = NULL;
	int err;

	err = sy_snapshot_slot_grammar(line->prm->snapshot, line->prm->store, article, slot, &jsgf, why);
	if (!err)
		err = sy_jsgf_graph_text(name, jsgf, strlen(jsgf), &graph, why);
	if (!err)
		err = sy_job_learn(name, graph, &job);
	if (!err)
		err = sy_worker_give(line->worker, job, now_ms(line));
	free(jsgf);
	return err;
}

static int on_slot_grammar(void *arg, const struct sy_article *article, const struct sy_slot *slot, char *ret_grammar,
	struct sy_strings *ret_choices, struct sy_problem *why)
{
	struct line *line = arg;
	struct sy_strings choices = {0};
	char name[SY_WORD_MAX];
	size_t i = 0;
	int err = 0;

	if (slot->kind == SY_VALUE_TEXT)
		err = sy_snapshot_choices(line->prm->snapshot, line->prm->store, slot, &choices, why);
	while (i < SY_LINE_SLOTS_MAX && line->slots[i] != slot)
		i++;
	if (i < SY_LINE_SLOTS_MAX) {
		(void)snprintf(name, sizeof name, "slot-%zu", i);
	} else {
		i = line->next_slot++ % SY_LINE_SLOTS_MAX;
		(void)snprintf(name, sizeof name, "slot-%zu", i);
		line->slots[i] = NULL;
		if (!err)
			err = teach_slot(line, article, slot, name, why);
		if (!err)
			line->slots[i] = slot;
	}
	if (err) {
		sy_strings_reset(&choices);
		return err;
	}
	memcpy(ret_grammar, name, sizeof name);
	*ret_choices = choices;
	return 0;
}

static void on_event(const struct sy_event *event, void *arg)
{
	const struct line *line = arg;

	if (line->prm->event)
		line->prm->event(event, line->prm->arg);
}

/* A grammar that could not be learnt is tried again when it is asked for next; a turn meanwhile fails as a job. */
static void forget_slot(struct line *line, const char *grammar)
{
	size_t i = strtoul(grammar + strlen("slot-"), NULL, 10);

	line->slots[i] = NULL;
}

static void deliver(struct line *line)
{
	struct sy_job *job;

	while ((job = sy_worker_finished(line->worker, now_ms(line)))) {
		switch (job->kind) {
		case SY_JOB_HEAR:
			sy_call_heard(line->call, job->id, job->err, &job->hypothesis, &job->voice);
			break;
		case SY_JOB_SAY:
			sy_call_said(line->call, job->id, job->err, &job->sound);
			break;
		case SY_JOB_PASS:
			sy_call_passed(line->call, job->id, job->err, job->handed);
			break;
		case SY_JOB_LEARN:
			if (job->err)
				forget_slot(line, job->grammar);
			break;
		}
		sy_job_destroy(job);
	}
}

/* A reply that cannot be written does not stop the call; sy_line_run() reports it at the end. */
static void write_reply(struct line *line, const int16_t *caller, const int16_t *ours)
{
	size_t n = sy_frame_samples(line->prm->bridge->rate);

	if (!line->reply || line->reply_err)
		return;
	for (size_t i = 0; i < n; i++) {
		line->both[2 * i] = caller[i];
		line->both[2 * i + 1] = ours[i];
	}
	line->reply_err = sy_wav_writer_add(line->reply, line->both, n);
}

static int one_frame(struct line *line, int16_t *ours, bool *ret_gone)
{
	struct sy_exchange exchange = {
		.ours = ours, .speaking = sy_call_speaking(line->call), .listening = sy_call_listening(line->call)};
	int err = sy_bridge_exchange(line->prm->bridge, &exchange);

	if (err)
		return err;
	write_reply(line, exchange.caller, ours);
	for (const char *key = exchange.keys; *key && !err; key++)
		err = sy_call_key(line->call, *key);
	if (!err)
		err = sy_call_frame(line->call, exchange.caller, ours);
	*ret_gone = exchange.gone;
	return err;
}

/* The caller has gone: lets the call finish what it still has to do (its record, its card). */
static int wind_up(struct line *line, int16_t *ours)
{
	const int16_t silence[SY_FRAME_SAMPLES_MAX] = {0};
	int err = 0;

	sy_call_gone(line->call);
	for (int i = 0; i < FRAMES_AFTER_GONE && !err && !sy_call_ended(line->call); i++) {
		deliver(line);
		err = sy_call_frame(line->call, silence, ours);
	}
	return err;
}

static int run_frames(struct line *line, struct sy_problem *why)
{
	int16_t ours[SY_FRAME_SAMPLES_MAX] = {0};
	int max_s = line->prm->max_s ? line->prm->max_s : SY_LINE_MAX_S;
	bool gone = false;
	int err = 0;

	while (!err && !gone && !sy_call_ended(line->call)) {
		if (line->prm->stop && *line->prm->stop)
			break;
		if (now_ms(line) >= (int64_t)max_s * 1000) {
			(void)wind_up(line, ours);
			return sy_problem_set(
				why, ETIMEDOUT, "the call was put down after %d s, the longest that is allowed", max_s);
		}
		deliver(line);
		err = one_frame(line, ours, &gone);
	}
	if (!sy_call_ended(line->call)) {
		int left = wind_up(line, ours);

		err = err ? err : left;
	}
	if (err)
		(void)sy_problem_set(
			why, err, "the call broke off at %.1f s: %s", (double)now_ms(line) / 1000.0, strerror(err));
	return err;
}

static int set_up(struct line *line, struct sy_problem *why)
{
	const struct sy_line_prm *prm = line->prm;
	struct sy_job_tools tools = {prm->recogniser, prm->synthesiser, prm->handoff};
	struct sy_call_prm call = {.rate = prm->bridge->rate,
		.case_key = prm->case_key,
		.now = prm->now,
		.snapshot = prm->snapshot,
		.search = prm->search,
		.prompts = prm->prompts,
		.articles_grammar = prm->articles_grammar,
		.handlers = {on_hear, on_say, on_look_up, on_slot_grammar, on_pass, on_event, line}};
	int err = 0;

	if (prm->reply)
		err = sy_wav_writer_create(prm->reply, prm->bridge->rate, 2, &line->reply, why);
	if (!err)
		err = sy_worker_create(&tools, prm->bridge->impl->real_time, &line->worker);
	if (!err)
		err = sy_call_create(&call, &line->call, why);
	return err;
}

static int finish_reply(struct line *line, int err, struct sy_problem *why)
{
	if (!line->reply)
		return err;
	if (!line->reply_err) {
		line->reply_err = sy_wav_writer_finish(line->reply, err ? NULL : why);
		return err ? err : line->reply_err;
	}
	sy_wav_writer_discard(line->reply);
	if (err)
		return err;
	return sy_problem_set(why, line->reply_err, "%s: the reply cannot be written: %s", line->prm->reply,
		strerror(line->reply_err));
}

int sy_line_run(const struct sy_line_prm *prm, struct sy_problem *why)
{
	struct line line = {.prm = prm};
	int err = set_up(&line, why);

	if (!err) {
		err = run_frames(&line, why);
		err = finish_reply(&line, err, why);
	} else {
		sy_wav_writer_discard(line.reply);
	}
	/* The worker first: it may still be at a job, but no longer for this call. */
	sy_worker_destroy(line.worker);
	sy_call_destroy(line.call);
	return err;
}
