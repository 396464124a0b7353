#include "engine/run/crew.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "audio/frame.h"
#include "engine/run/lore.h"
#include "engine/run/queue.h"
#include "engine/run/speech_process.h"
#include "grammars/pronounce.h"

/* One worker's place in the crew. */
struct hand {
	struct sy_speech_process *process; /* NULL: to be started */
	bool ready;                        /* it knows the articles */
	int64_t start_ms;                  /* when to start it */
	unsigned failures;                 /* deaths since it last did a job */
	char taught[SY_CREW_TAUGHT_MAX][SY_WORD_MAX];
	size_t next;
};

struct sy_crew {
	struct sy_crew_prm prm;
	struct sy_job *lesson; /* what every worker learns first */
	enum sy_crew_state state;
	struct sy_problem why;
	unsigned start_deaths; /* before it was ready */
	struct hand hands[SY_CREW_MAX];
	struct sy_queue queue;
	struct sy_lore *lore;
	struct sy_strings sayings;
	size_t said; /* of them ahead, by now */
	bool cold;   /* warming up has killed a worker: others begin without it */
};

static void count(struct sy_crew *crew, const struct sy_job *job, const char *result)
{
	struct sy_labels labels = {sy_job_name(job->kind), result};

	sy_metrics_add(crew->prm.metrics, SY_METRIC_WORKER_JOBS, &labels, 1);
}

static void finish(struct sy_crew *crew, struct sy_job *job)
{
	count(crew, job, job->err ? "failed" : "done");
	crew->prm.result(crew->prm.arg, job);
}

static void fail(struct sy_crew *crew, struct sy_job *job, int err, const char *text)
{
	job->err = sy_problem_set(&job->why, err, "%s", text);
	finish(crew, job);
}

/* Drops a call's jobs that wait: all, or those that a newer decode makes needless. */
static void drop(struct sy_crew *crew, uint64_t call, bool all)
{
	struct sy_job *job;

	while ((job = sy_queue_take_of(&crew->queue, call, !all))) {
		count(crew, job, "late");
		sy_job_destroy(job);
	}
}

/* A sentence that warms a worker up (call 0), or is said ahead (SY_CREW_NOBODY). */
struct saying {
	size_t nth;
	uint64_t call;
};

static int ask_saying(const struct sy_crew *crew, struct hand *hand, const struct saying *saying, int64_t now_ms)
{
	const struct sy_say_job what = {.text = crew->sayings.at[saying->nth], .pace = 1, .rate = SY_RATE_LINE};
	struct sy_job *job = NULL;
	int err = sy_job_say(0, &what, &job);

	if (!err) {
		job->call = saying->call;
		err = sy_speech_process_ask(hand->process, job, now_ms);
	}
	if (err)
		sy_job_destroy(job);
	return err;
}

/* What it has just said comes back to it. */
static int ask_hearing(const struct sy_crew *crew, struct hand *hand, const struct sy_sound *sound, int64_t now_ms)
{
	const struct sy_hear_job what = {.pcm = sound->pcm,
		.n = sound->n,
		.rate = sound->rate,
		.grammars = {crew->lesson->grammar},
		.n_grammars = 1,
		.universals = true};
	struct sy_job *job = NULL;
	int err = sound->n ? sy_job_hear(0, &what, &job) : ENODATA;

	if (!err)
		err = sy_speech_process_ask(hand->process, job, now_ms);
	if (err)
		sy_job_destroy(job);
	return err;
}

static int start(struct sy_crew *crew, struct hand *hand, int64_t now_ms, struct sy_problem *why)
{
	struct sy_job *learn = NULL;
	int err = sy_job_learn(crew->lesson->grammar, crew->lesson->jsgf, NULL, &learn);

	memset(hand->taught, 0, sizeof hand->taught);
	hand->ready = false;
	if (!err && crew->lesson->pronounces)
		err = sy_job_learn_words(learn, &crew->lesson->words);
	if (!err)
		err = sy_speech_process_start(crew->prm.argv, &hand->process, why);
	if (!err)
		err = sy_speech_process_ask(hand->process, learn, now_ms);
	if (err)
		sy_job_destroy(learn);
	return err;
}

int sy_crew_create(const struct sy_crew_prm *prm, int64_t now_ms, struct sy_crew **ret_crew, struct sy_problem *why)
{
	struct sy_crew *crew = calloc(1, sizeof *crew);
	int err = crew ? sy_lore_create(SY_CREW_GRAMMARS_MAX, &crew->lore) : ENOMEM;

	if (!err) {
		crew->prm = *prm;
		crew->prm.lesson = NULL;
		err = sy_job_learn(prm->lesson->grammar, prm->lesson->jsgf, NULL, &crew->lesson);
	}
	if (!err && prm->lesson->words)
		err = sy_job_learn_words(crew->lesson, prm->lesson->words);
	for (size_t i = 0; !err && prm->lesson->sayings && i < prm->lesson->sayings->n; i++)
		err = sy_strings_add(&crew->sayings, prm->lesson->sayings->at[i]);
	for (size_t i = 0; !err && i < prm->n; i++)
		err = start(crew, &crew->hands[i], now_ms, why);
	if (err)
		sy_crew_destroy(crew);
	else
		*ret_crew = crew;
	return err;
}

void sy_crew_destroy(struct sy_crew *crew)
{
	struct sy_job *job;

	if (!crew)
		return;
	for (size_t i = 0; i < crew->prm.n; i++) {
		while (crew->hands[i].process && (job = sy_speech_process_take_back(crew->hands[i].process))) {
			if (job->call)
				sy_queue_put_back(&crew->queue, job);
			else
				sy_job_destroy(job);
		}
		sy_speech_process_end(crew->hands[i].process, NULL);
	}
	while ((job = sy_queue_take(&crew->queue, 0)))
		fail(crew, job, ECANCELED, "the speech workers were let go");
	sy_strings_reset(&crew->sayings);
	sy_lore_destroy(crew->lore);
	sy_job_destroy(crew->lesson);
	free(crew);
}

uint32_t sy_crew_edition(const struct sy_crew *crew)
{
	return crew->prm.edition;
}

enum sy_crew_state sy_crew_state(const struct sy_crew *crew, struct sy_problem *why)
{
	if (crew->state == SY_CREW_REFUSED && why)
		*why = crew->why;
	return crew->state;
}

void sy_crew_give(struct sy_crew *crew, struct sy_job *job, int64_t now_ms)
{
	job->due_ms = now_ms;
	if (job->kind == SY_JOB_LEARN) {
		job->err = sy_lore_keep(crew->lore, job->grammar, job->jsgf);
		finish(crew, job);
		return;
	}
	if (job->kind == SY_JOB_HEAR && job->call)
		drop(crew, job->call, false);
	if (crew->queue.n >= SY_CREW_QUEUE_MAX)
		fail(crew, job, EAGAIN, "too many jobs wait for the speech workers");
	else
		sy_queue_put(&crew->queue, job);
}

void sy_crew_forget(struct sy_crew *crew, uint64_t call)
{
	drop(crew, call, true);
}

size_t sy_crew_polls(const struct sy_crew *crew, struct pollfd *ret_fds)
{
	size_t n = 0;

	for (size_t i = 0; i < crew->prm.n; i++)
		if (crew->hands[i].process)
			ret_fds[n++] = sy_speech_process_poll(crew->hands[i].process);
	return n;
}

static int64_t limit_ms(const struct sy_crew *crew, const struct hand *hand)
{
	return hand->ready ? crew->prm.job_ms : SY_CREW_START_MS;
}

int64_t sy_crew_due_ms(const struct sy_crew *crew, int64_t now_ms)
{
	int64_t due_ms = now_ms + SY_CREW_PAUSE_MAX_MS;

	for (size_t i = 0; i < crew->prm.n; i++) {
		const struct hand *hand = &crew->hands[i];
		int64_t at_ms = hand->start_ms;
		int64_t since_ms;

		if (hand->process && !sy_speech_process_doing(hand->process, &since_ms))
			continue;
		if (hand->process)
			at_ms = since_ms + limit_ms(crew, hand);
		else if (crew->state == SY_CREW_REFUSED)
			continue;
		due_ms = at_ms < due_ms ? at_ms : due_ms;
	}
	return due_ms;
}

/* A grammar killed so many workers that no turn is given to one with it again. */
static void set_aside(struct sy_crew *crew, const char *grammar)
{
	sy_lore_set_aside(crew->lore, grammar);
	sy_log(crew->prm.log, SY_LOG_ERROR, "grammar-set-aside", NULL,
		SY_LOG_FIELDS(SY_LOG_WHOLE("edition", crew->prm.edition), SY_LOG_TEXT("grammar", grammar)));
}

/* Whose fault is it? A detail's grammar is blamed before the articles', which every other turn was heard with. */
static void blame(struct sy_crew *crew, const struct sy_job *job)
{
	if (job->kind != SY_JOB_HEAR)
		return;
	for (size_t i = 0; i < job->hear.n_grammars; i++) {
		if (strcmp(job->hear.grammars[i], crew->lesson->grammar) != 0) {
			set_aside(crew, job->hear.grammars[i]);
			return;
		}
	}
	if (job->hear.n_grammars)
		crew->prm.blamed(crew->prm.arg, crew->prm.edition);
}

/* The job that its worker died over: once more, or never again. */
static void retry(struct sy_crew *crew, struct sy_job *job)
{
	if (++job->tries < SY_CREW_DEATHS_MAX) {
		count(crew, job, "retried");
		sy_queue_put_back(&crew->queue, job);
		return;
	}
	blame(crew, job);
	fail(crew, job, EIO, "two speech workers died over it");
}

static void learning_died(struct sy_crew *crew, struct sy_job *job)
{
	if (!strcmp(job->grammar, crew->lesson->grammar)) {
		if (crew->state == SY_CREW_STARTING && ++crew->start_deaths >= SY_CREW_DEATHS_MAX) {
			crew->state = SY_CREW_REFUSED;
			(void)sy_problem_set(
				&crew->why, EIO, "two speech workers died while they learnt the articles' grammar");
		}
	} else if (sy_lore_died(crew->lore, job->grammar) >= SY_CREW_DEATHS_MAX) {
		set_aside(crew, job->grammar);
	}
	sy_job_destroy(job);
}

static void log_death(struct sy_crew *crew, const struct hand *hand, const char *by, int status)
{
	char how[64];

	if (WIFSIGNALED(status))
		(void)snprintf(how, sizeof how, "SIG%s", sigabbrev_np(WTERMSIG(status)));
	else
		(void)snprintf(how, sizeof how, "exit-%d", WEXITSTATUS(status));
	sy_metrics_add(crew->prm.metrics, SY_METRIC_WORKER_RESTARTS, NULL, 1);
	sy_log(crew->prm.log, SY_LOG_WARNING, "worker-died", NULL,
		SY_LOG_FIELDS(SY_LOG_WHOLE("worker", hand - crew->hands), SY_LOG_WHOLE("edition", crew->prm.edition),
			SY_LOG_TEXT("by", by), SY_LOG_TEXT("how", how)));
}

static void died(struct sy_crew *crew, struct hand *hand, const char *by, int64_t now_ms)
{
	struct sy_speech_process *process = hand->process;
	struct sy_job *first = sy_speech_process_take_back(process);
	struct sy_job *job;
	int status = 0;

	/* Behind a lesson stands the turn that it was for, which has nothing to do with the death. */
	while ((job = sy_speech_process_take_back(process))) {
		if (job->kind == SY_JOB_LEARN)
			sy_job_destroy(job);
		else
			sy_queue_put_back(&crew->queue, job);
	}
	hand->process = NULL;
	hand->ready = false;
	hand->start_ms = now_ms;
	if (hand->failures)
		hand->start_ms += hand->failures > 6 ? SY_CREW_PAUSE_MAX_MS : SY_CREW_PAUSE_MS << (hand->failures - 1);
	hand->failures++;
	sy_speech_process_end(process, &status);
	log_death(crew, hand, by, status);
	if (first && first->kind == SY_JOB_LEARN) {
		learning_died(crew, first);
	} else if (first && !first->call) {
		crew->cold = true;
		sy_job_destroy(first);
	} else if (first) {
		retry(crew, first);
	}
}

/* A lesson of our own is over. */
static void learnt(struct sy_crew *crew, struct hand *hand, const struct sy_job *job, int64_t now_ms)
{
	if (!strcmp(job->grammar, crew->lesson->grammar)) {
		bool warms = !job->err && !crew->cold && crew->sayings.n;
		struct saying first = {.nth = 0, .call = 0};

		hand->ready = !job->err && !(warms && !ask_saying(crew, hand, &first, now_ms));
		if (job->err && crew->state == SY_CREW_STARTING) {
			crew->state = SY_CREW_REFUSED;
			crew->why = job->why;
		}
	} else if (job->err) {
		for (size_t i = 0; i < SY_CREW_TAUGHT_MAX; i++)
			if (!strcmp(hand->taught[i], job->grammar))
				hand->taught[i][0] = '\0';
	}
}

/* A lesson, or a worker's way to its first caller: it has said something, then heard it. Whether well or not does not
 * matter. */
static void answered_us(struct sy_crew *crew, struct hand *hand, struct sy_job *job, int64_t now_ms)
{
	if (job->kind == SY_JOB_LEARN) {
		learnt(crew, hand, job, now_ms);
	} else if (job->kind == SY_JOB_SAY) {
		hand->ready = job->err || ask_hearing(crew, hand, &job->sound, now_ms);
		job->call = SY_CREW_NOBODY;
		finish(crew, job);
		return;
	} else {
		hand->ready = true;
	}
	sy_job_destroy(job);
}

static void collect(struct sy_crew *crew, struct hand *hand, int64_t now_ms)
{
	struct sy_job *job;

	while ((job = sy_speech_process_answered(hand->process))) {
		if (!job->call) {
			answered_us(crew, hand, job, now_ms);
			continue;
		}
		hand->failures = 0;
		if (job->kind == SY_JOB_SAY && job->call != SY_CREW_NOBODY)
			sy_metrics_observe(crew->prm.metrics, SY_METRIC_SYNTHESIS_SECONDS, NULL,
				(double)(now_ms - job->due_ms) / 1000.0);
		finish(crew, job);
	}
}

/* Has the worker know a detail's grammar before the turn that names it. */
static int teach(struct sy_crew *crew, struct hand *hand, const char *grammar, int64_t now_ms)
{
	const char *jsgf = NULL;
	struct sy_job *job = NULL;
	char *place;
	int err;

	if (!strcmp(grammar, crew->lesson->grammar))
		return 0;
	err = sy_lore_find(crew->lore, grammar, &jsgf);
	for (size_t i = 0; !err && i < SY_CREW_TAUGHT_MAX; i++)
		if (!strcmp(hand->taught[i], grammar))
			return 0;
	place = hand->taught[hand->next++ % SY_CREW_TAUGHT_MAX];
	if (!err)
		err = sy_job_learn(grammar, jsgf, place[0] ? place : NULL, &job);
	if (!err)
		err = sy_speech_process_ask(hand->process, job, now_ms);
	if (err) {
		sy_job_destroy(job);
		return err;
	}
	(void)snprintf(place, SY_WORD_MAX, "%s", grammar);
	return 0;
}

static int ask(struct sy_crew *crew, struct hand *hand, struct sy_job *job, int64_t now_ms)
{
	int err = 0;

	if (sy_queue_is_stale(job, now_ms))
		return ETIMEDOUT;
	for (size_t i = 0; !err && job->kind == SY_JOB_HEAR && i < job->hear.n_grammars; i++)
		err = teach(crew, hand, job->hear.grammars[i], now_ms);
	return err ? err : sy_speech_process_ask(hand->process, job, now_ms);
}

/* Gives the oldest job to an idle worker; false when there is none, or it could be sent to nobody. */
static void give_work(struct sy_crew *crew, struct hand *hand, int64_t now_ms)
{
	int64_t since_ms;

	while (hand->process && hand->ready && !sy_speech_process_doing(hand->process, &since_ms)) {
		struct sy_job *job = sy_queue_take(&crew->queue, now_ms);
		int err;

		if (!job)
			return;
		sy_metrics_observe(crew->prm.metrics, SY_METRIC_WORKER_WAIT_SECONDS, NULL,
			(double)(now_ms - job->due_ms) / 1000.0);
		err = ask(crew, hand, job, now_ms);
		if (err)
			fail(crew, job, err, "it could not be given to a speech worker");
	}
}

static void run_hand(struct sy_crew *crew, struct hand *hand, int64_t now_ms)
{
	struct sy_problem why = {0};
	int64_t since_ms = now_ms;
	int err;

	if (!hand->process) {
		if (crew->state == SY_CREW_REFUSED || now_ms < hand->start_ms)
			return;
		if (start(crew, hand, now_ms, &why)) {
			sy_log(crew->prm.log, SY_LOG_ERROR, "worker-not-started", NULL,
				SY_LOG_FIELDS(SY_LOG_TEXT("why", why.text)));
			sy_speech_process_end(hand->process, NULL);
			hand->process = NULL;
			hand->start_ms = now_ms + SY_CREW_PAUSE_MAX_MS;
			return;
		}
	}
	err = sy_speech_process_exchange(hand->process, now_ms);
	collect(crew, hand, now_ms);
	if (err)
		died(crew, hand, err == EPIPE ? "itself" : "nonsense", now_ms);
	else if (sy_speech_process_doing(hand->process, &since_ms) && now_ms - since_ms >= limit_ms(crew, hand))
		died(crew, hand, "time-limit", now_ms);
}

static bool is_idle(const struct hand *hand)
{
	int64_t since_ms;

	return hand->process && hand->ready && !sy_speech_process_doing(hand->process, &since_ms);
}

/* One says what callers will hear, if another is left for whoever calls now. */
static void rehearse(struct sy_crew *crew, int64_t now_ms)
{
	struct hand *idle = NULL;
	size_t n = 0;

	for (size_t i = 0; i < crew->prm.n; i++) {
		n += is_idle(&crew->hands[i]);
		idle = is_idle(&crew->hands[i]) ? &crew->hands[i] : idle;
	}
	if (crew->queue.n || crew->said == crew->sayings.n || n < (crew->prm.n > 1 ? 2 : 1))
		return;
	if (!ask_saying(crew, idle, &(struct saying){crew->said, SY_CREW_NOBODY}, now_ms))
		crew->said++;
}

/* Every worker has been ready once: from then on a death is one worker's affair. */
static void check_ready(struct sy_crew *crew)
{
	if (crew->state == SY_CREW_STARTING && sy_crew_alive(crew) == crew->prm.n)
		crew->state = SY_CREW_READY;
}

void sy_crew_run(struct sy_crew *crew, int64_t now_ms)
{
	for (size_t i = 0; i < crew->prm.n; i++)
		run_hand(crew, &crew->hands[i], now_ms);
	check_ready(crew);
	for (size_t i = 0; i < crew->prm.n; i++)
		give_work(crew, &crew->hands[i], now_ms);
	rehearse(crew, now_ms);
	/* A death that this meets is seen at the next run. */
	for (size_t i = 0; i < crew->prm.n; i++)
		if (crew->hands[i].process)
			(void)sy_speech_process_send(crew->hands[i].process);
}

size_t sy_crew_alive(const struct sy_crew *crew)
{
	size_t n = 0;

	for (size_t i = 0; i < crew->prm.n; i++)
		n += crew->hands[i].process && crew->hands[i].ready;
	return n;
}

size_t sy_crew_waiting(const struct sy_crew *crew)
{
	return crew->queue.n;
}
