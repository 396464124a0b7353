#include "engine/run/line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/pronounce.h"
#include "kb/lookup.h"

/* How far a hand-off has come; the desk's own part is a job. */
enum passing {
	PASSING_NOT,
	PASSING_DESK,   /* the desk alone */
	PASSING_WANTED, /* by the bridge, once what was said about it has been heard */
	PASSING_TRYING, /* by the bridge, under way */
};

struct passage {
	enum passing how;
	uint32_t job;
	int64_t since_ms;
	bool desk_done;
	int desk_err;
	enum sy_handed desk_handed;
};

/* The last look-up that was asked for as a job. */
struct asked {
	bool asked;
	bool done;
	uint32_t id;
	char *name;
	struct sy_pairs params;
	int err;
	struct sy_pairs row;
	size_t n_rows;
};

struct sy_line {
	struct sy_line_prm prm;
	char *case_key;
	char *articles_grammar;
	struct sy_call *call;
	char learnt[SY_LINE_SLOTS_MAX][SY_WORD_MAX]; /* names of slot grammars; "": free */
	size_t next_slot;
	struct passage passage;
	struct asked look_up;
	uint32_t look_ups;
	bool over;
	struct sy_wav_writer *reply;
	int reply_err;
	int16_t ours[SY_FRAME_SAMPLES_MAX];
};

static int64_t now_ms(const struct sy_line *line)
{
	return line->call ? sy_call_ms(line->call) : 0;
}

static int on_hear(void *arg, uint32_t id, const struct sy_hear_job *what)
{
	struct sy_line *line = arg;
	struct sy_job *job;
	int err = sy_job_hear(id, what, &job);

	return err ? err : sy_worker_give(line->prm.worker, job, now_ms(line));
}

static int on_say(void *arg, uint32_t id, const struct sy_say_job *what)
{
	struct sy_line *line = arg;
	struct sy_job *job;
	int err = sy_job_say(id, what, &job);

	return err ? err : sy_worker_give(line->prm.worker, job, now_ms(line));
}

/* The card goes to the desk in any case: a caller who is passed on is still a case that somebody may look up. */
static int on_pass(void *arg, uint32_t id, const struct sy_card *card)
{
	struct sy_line *line = arg;
	struct sy_job *job;
	int err = sy_job_pass(id, card, &job);

	if (!err)
		err = sy_worker_give(line->prm.worker, job, now_ms(line));
	if (err)
		return err;
	line->passage = (struct passage){
		.how = line->prm.pass_to ? PASSING_WANTED : PASSING_DESK, .job = id, .since_ms = now_ms(line)};
	return 0;
}

static void forget_look_up(struct asked *look_up)
{
	free(look_up->name);
	sy_pairs_reset(&look_up->params);
	sy_pairs_reset(&look_up->row);
	*look_up = (struct asked){0};
}

/* EAGAIN once it is under way. */
static int ask_look_up(
	struct sy_line *line, const struct sy_lookup *named, const struct sy_pairs *params, const struct tm *now)
{
	struct sy_job *job = NULL;
	int err;

	forget_look_up(&line->look_up);
	line->look_up.name = strdup(named->name);
	err = line->look_up.name ? sy_pairs_copy(params, &line->look_up.params) : ENOMEM;
	if (!err)
		err = sy_job_look_up(++line->look_ups, named, params, now, &job);
	if (!err)
		err = sy_worker_give(line->prm.worker, job, now_ms(line));
	if (err)
		return err;
	line->look_up.asked = true;
	line->look_up.id = line->look_ups;
	return EAGAIN;
}

static int look_up_as_job(struct sy_line *line, const struct sy_lookup *named, const struct sy_pairs *params,
	const struct tm *now, struct sy_pairs *ret_row, size_t *ret_n)
{
	struct asked *asked = &line->look_up;
	bool same = asked->asked && !strcmp(asked->name, named->name) && sy_pairs_equal(&asked->params, params);
	int err;

	if (!same)
		return ask_look_up(line, named, params, now);
	if (!asked->done)
		return EAGAIN;
	err = asked->err ? asked->err : sy_pairs_copy(&asked->row, ret_row);
	if (!err)
		*ret_n = asked->n_rows;
	/* The next question, if it is the same one, wants the state of then. */
	forget_look_up(asked);
	return err;
}

static int on_look_up(void *arg, const char *lookup, const struct sy_pairs *params, const struct tm *now,
	struct sy_pairs *ret_row, size_t *ret_n, struct sy_problem *why)
{
	struct sy_line *line = arg;
	const struct sy_lookup *named = sy_content_lookup(sy_snapshot_content(line->prm.snapshot), lookup);

	if (!named)
		return sy_problem_set(why, ENOENT, "there is no look-up \"%s\" in this version", lookup);
	if (line->prm.store)
		return sy_lookup_run(line->prm.store, named, params, now, ret_row, ret_n, why);
	return look_up_as_job(line, named, params, now, ret_row, ret_n);
}

/* The slot's grammar and choices; the caller frees. */
static int slot_facts(struct sy_line *line, const struct sy_article *article, const struct sy_slot *slot,
	char **ret_jsgf, struct sy_strings *ret_choices, struct sy_problem *why)
{
	char *jsgf = NULL;
	int err;

	/* The question about a part of a value has a slot of its own, of no article, and never a look-up. */
	if (line->prm.book && sy_article_slot(article, slot->name) == slot)
		return sy_slot_book_find(line->prm.book, slot, ret_jsgf, ret_choices, why);
	err = sy_snapshot_slot_grammar(line->prm.snapshot, line->prm.store, article, slot, &jsgf, why);
	if (!err && sy_slot_is_chosen(slot))
		err = sy_snapshot_choices(line->prm.snapshot, line->prm.store, slot, ret_choices, why);
	if (err)
		free(jsgf);
	else
		*ret_jsgf = jsgf;
	return err;
}

/* A name that says what the grammar holds, so that whoever does the job may know it from another call. FNV-1a, 64 bits
 * (draft-eastlake-fnv). */
static void name_grammar(const char *jsgf, char name[SY_WORD_MAX])
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *jsgf; jsgf++)
		hash = (hash ^ (unsigned char)*jsgf) * 0x100000001b3u;
	(void)snprintf(name, SY_WORD_MAX, "slot-%016llx", (unsigned long long)hash);
}

static int teach(struct sy_line *line, const char *name, const char *jsgf)
{
	char *place;
	struct sy_job *job = NULL;
	int err;

	for (size_t i = 0; i < SY_LINE_SLOTS_MAX; i++)
		if (!strcmp(line->learnt[i], name))
			return 0;
	place = line->learnt[line->next_slot++ % SY_LINE_SLOTS_MAX];
	err = sy_job_learn(name, jsgf, place[0] ? place : NULL, &job);
	if (!err)
		err = sy_worker_give(line->prm.worker, job, now_ms(line));
	(void)snprintf(place, SY_WORD_MAX, "%s", err ? "" : name);
	return err;
}

static int on_slot_grammar(void *arg, const struct sy_article *article, const struct sy_slot *slot, char *ret_grammar,
	struct sy_strings *ret_choices, struct sy_problem *why)
{
	struct sy_line *line = arg;
	struct sy_strings choices = {0};
	char name[SY_WORD_MAX];
	char *jsgf = NULL;
	int err = slot_facts(line, article, slot, &jsgf, &choices, why);

	if (err)
		return err;
	name_grammar(jsgf, name);
	err = teach(line, name, jsgf);
	free(jsgf);
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
	const struct sy_line *line = arg;

	if (line->prm.event)
		line->prm.event(event, line->prm.arg);
}

/* A grammar that could not be learnt is tried again when it is asked for next; a turn meanwhile fails as a job. */
static void forget_slot(struct sy_line *line, const char *grammar)
{
	for (size_t i = 0; i < SY_LINE_SLOTS_MAX; i++)
		if (!strcmp(line->learnt[i], grammar))
			line->learnt[i][0] = '\0';
}

static void passage_over(struct sy_line *line, int err, enum sy_handed handed)
{
	uint32_t job = line->passage.job;

	line->passage = (struct passage){.how = PASSING_NOT};
	sy_call_passed(line->call, job, err, handed);
}

static void desk_done(struct sy_line *line, const struct sy_job *job)
{
	struct passage *passage = &line->passage;

	if (passage->how == PASSING_NOT || job->id != passage->job)
		return;
	passage->desk_done = true;
	passage->desk_err = job->err;
	passage->desk_handed = job->handed;
	if (passage->how == PASSING_DESK)
		passage_over(line, job->err, job->handed);
}

static void looked_up(struct sy_line *line, struct sy_job *job)
{
	struct asked *asked = &line->look_up;

	if (!asked->asked || asked->done || asked->id != job->id)
		return;
	asked->done = true;
	asked->err = job->err == EAGAIN ? EIO : job->err;
	asked->row = job->row;
	asked->n_rows = job->n_rows;
	job->row = (struct sy_pairs){0};
	sy_call_looked_up(line->call);
}

static void deliver(struct sy_line *line)
{
	struct sy_job *job;

	while ((job = sy_worker_finished(line->prm.worker, now_ms(line)))) {
		switch (job->kind) {
		case SY_JOB_HEAR:
			sy_call_heard(line->call, job->id, job->err, &job->hypothesis, &job->voice);
			break;
		case SY_JOB_SAY:
			sy_call_said(line->call, job->id, job->err, &job->sound);
			break;
		case SY_JOB_PASS:
			desk_done(line, job);
			break;
		case SY_JOB_LEARN:
			if (job->err)
				forget_slot(line, job->grammar);
			break;
		case SY_JOB_LOOK_UP:
			looked_up(line, job);
			break;
		}
		sy_job_destroy(job);
	}
}

/* The bridge cannot: what the desk says counts. */
static void leave_to_desk(struct sy_line *line)
{
	struct passage *passage = &line->passage;

	passage->how = PASSING_DESK;
	if (passage->desk_done)
		passage_over(line, passage->desk_err, passage->desk_handed);
}

static void pass_on(struct sy_line *line)
{
	struct sy_bridge_pass to = {.target = line->prm.pass_to, .case_key = line->case_key};
	struct passage *passage = &line->passage;
	int64_t waited = now_ms(line) - passage->since_ms;

	if (sy_call_saying(line->call) && waited < SY_LINE_PASS_AFTER_MS)
		return;
	if (sy_bridge_pass(line->prm.bridge, &to)) {
		leave_to_desk(line);
		return;
	}
	passage->how = PASSING_TRYING;
	passage->since_ms = now_ms(line);
}

static void watch_passage(struct sy_line *line, const struct sy_exchange *exchange)
{
	if (line->passage.how == PASSING_WANTED)
		pass_on(line);
	if (line->passage.how != PASSING_TRYING)
		return;
	if (exchange->passing == SY_PASSING_DONE) {
		/* The caller hears the person from now on, and nothing more of us. */
		passage_over(line, 0, SY_HANDED_OVER);
		sy_line_put_down(line);
	} else if (exchange->passing == SY_PASSING_FAILED ||
		   now_ms(line) - line->passage.since_ms >= SY_LINE_PASS_MAX_MS)
		passage_over(line, 0, SY_HANDED_FAILED);
}

/* A reply that cannot be written does not stop the call; the line's end reports it. */
static void write_reply(struct sy_line *line, const int16_t *caller)
{
	size_t n = sy_frame_samples(line->prm.bridge->rate);
	int16_t both[2 * SY_FRAME_SAMPLES_MAX];

	if (!line->reply || line->reply_err)
		return;
	for (size_t i = 0; i < n; i++) {
		both[2 * i] = caller[i];
		both[2 * i + 1] = line->ours[i];
	}
	line->reply_err = sy_wav_writer_add(line->reply, both, n);
}

static int one_frame(struct sy_line *line)
{
	struct sy_exchange exchange = {.ours = line->ours,
		.speaking = sy_call_speaking(line->call),
		.listening = sy_call_listening(line->call)};
	int err = sy_bridge_exchange(line->prm.bridge, &exchange);

	if (err)
		return err;
	write_reply(line, exchange.caller);
	if (line->prm.frame)
		line->prm.frame(line->prm.arg, exchange.caller, line->ours);
	for (const char *key = exchange.keys; *key && !err; key++)
		err = sy_call_key(line->call, *key);
	if (!err)
		err = sy_call_frame(line->call, exchange.caller, line->ours);
	if (!err)
		watch_passage(line, &exchange);
	if (exchange.gone)
		sy_line_put_down(line);
	return err;
}

void sy_line_put_down(struct sy_line *line)
{
	sy_call_gone(line->call);
	line->over = true;
}

bool sy_line_over(const struct sy_line *line)
{
	return line->over || sy_call_ended(line->call);
}

const struct sy_call *sy_line_call(const struct sy_line *line)
{
	return line->call;
}

int sy_line_step(struct sy_line *line, struct sy_problem *why)
{
	int max_s = line->prm.max_s ? line->prm.max_s : SY_LINE_MAX_S;
	int err;

	if (now_ms(line) >= (int64_t)max_s * 1000) {
		sy_line_put_down(line);
		return sy_problem_set(
			why, ETIMEDOUT, "the call was put down after %d s, the longest that is allowed", max_s);
	}
	deliver(line);
	err = one_frame(line);
	if (!err)
		return 0;
	sy_line_put_down(line);
	return sy_problem_set(
		why, err, "the call broke off at %.1f s: %s", (double)now_ms(line) / 1000.0, strerror(err));
}

static int set_up(struct sy_line *line, struct sy_problem *why)
{
	const struct sy_line_prm *prm = &line->prm;
	struct sy_call_prm call = {.rate = prm->bridge->rate,
		.case_key = line->case_key,
		.earlier = prm->earlier,
		.now = prm->now,
		.snapshot = prm->snapshot,
		.search = prm->search,
		.prompts = prm->prompts,
		.articles_grammar = line->articles_grammar,
		.costs = prm->costs,
		.handlers = {on_hear, on_say, on_look_up, on_slot_grammar, on_pass, on_event, line}};
	int err = 0;

	if (prm->reply)
		err = sy_wav_writer_create(prm->reply, prm->bridge->rate, 2, &line->reply, why);
	if (!err)
		err = sy_call_create(&call, &line->call, why);
	return err;
}

static void destroy(struct sy_line *line)
{
	sy_wav_writer_discard(line->reply);
	sy_call_destroy(line->call);
	forget_look_up(&line->look_up);
	free(line->case_key);
	free(line->articles_grammar);
	free(line);
}

int sy_line_start(const struct sy_line_prm *prm, struct sy_line **ret_line, struct sy_problem *why)
{
	struct sy_line *line = calloc(1, sizeof *line);
	int err;

	if (!line)
		return ENOMEM;
	line->prm = *prm;
	line->case_key = strdup(prm->case_key);
	line->articles_grammar = strdup(prm->articles_grammar);
	err = line->case_key && line->articles_grammar ? set_up(line, why) : ENOMEM;
	line->prm.earlier = NULL;
	if (err)
		destroy(line);
	else
		*ret_line = line;
	return err;
}

static int finish_reply(struct sy_line *line, struct sy_problem *why)
{
	struct sy_wav_writer *reply = line->reply;

	if (!reply)
		return 0;
	line->reply = NULL;
	if (!line->reply_err)
		return sy_wav_writer_finish(reply, why);
	sy_wav_writer_discard(reply);
	return sy_problem_set(why, line->reply_err, "%s: the reply cannot be written: %s", line->prm.reply,
		strerror(line->reply_err));
}

int sy_line_end(struct sy_line *line, struct sy_problem *why)
{
	int err;

	if (!line)
		return 0;
	if (!sy_call_ended(line->call))
		sy_line_put_down(line);
	err = finish_reply(line, why);
	destroy(line);
	return err;
}

int sy_line_run(const struct sy_line_prm *prm, struct sy_problem *why)
{
	struct sy_line *line = NULL;
	int err = sy_line_start(prm, &line, why);
	int left;

	if (err)
		return err;
	while (!err && !sy_line_over(line) && !(prm->stop && *prm->stop))
		err = sy_line_step(line, why);
	left = sy_line_end(line, err ? NULL : why);
	return err ? err : left;
}
