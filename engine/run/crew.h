/*
 * crew: the speech workers of one edition, and the jobs that wait for them.
 *
 * Jobs wait in one queue (engine/run/queue.h) and go to whichever worker is idle, so none waits while another worker
 * could do it. A decode that its call has overtaken with a newer one is dropped, and so is one that waited longer than
 * its call does.
 *
 * A worker that dies or takes longer than it may is seen at once and replaced, and its job is done once more. What
 * kills two workers is set aside: a detail's grammar (turns that name it fail as jobs from then on), or, when the
 * articles' grammar is to blame, the whole edition, which whoever owns the crew is told. A worker is taught the grammar
 * of a detail when a turn first names it.
 *
 * Before its first caller a worker says a sentence and hears it: what recognition makes when a doubt first asks for it
 * is there then. While nothing else waits, one worker at a time says what callers will hear.
 *
 * Owner: the pool; one thread. `now_ms` is of CLOCK_MONOTONIC.
 */
#ifndef SY_RUN_CREW_H
#define SY_RUN_CREW_H

#include <poll.h>

#include "engine/run/job.h"
#include "engine/run/log.h"
#include "engine/run/metrics.h"

/* Workers of one edition. */
#define SY_CREW_MAX 64
/* Grammars of details that are kept for workers; those used last. */
#define SY_CREW_GRAMMARS_MAX 512
/* And what one worker is taught at a time: a grammar takes it 0.1 to 1 MB. */
#define SY_CREW_TAUGHT_MAX 32
/* Jobs that wait: several seconds of work for a machine that is far too small; more is refused. */
#define SY_CREW_QUEUE_MAX 2000
/* Opening the model and a large base's grammar takes 2 s on a slow machine. */
#define SY_CREW_START_MS 60000
/* A worker that dies as soon as it starts is started again after a growing time. */
#define SY_CREW_PAUSE_MS 100
#define SY_CREW_PAUSE_MAX_MS 5000
/* What kills so many workers is set aside. */
#define SY_CREW_DEATHS_MAX 2

/* The articles. */
struct sy_lesson {
	const char *grammar; /* its name, and the grammar as JSGF */
	const char *jsgf;
	const struct sy_pairs *words; /* as an editor has them spoken; NULL: none */
	/* What callers will hear, first of all what every caller does; their results come as those of SY_CREW_NOBODY.
	 * NULL: nothing is said ahead, and no worker hears anything before its first turn. */
	const struct sy_strings *sayings;
};

/* The call of a sentence that is said ahead. */
#define SY_CREW_NOBODY UINT64_MAX

struct sy_crew_prm {
	const char *const *argv; /* of a worker, ended by NULL; borrowed */
	size_t n;                /* 1 .. SY_CREW_MAX */
	int64_t job_ms;          /* a worker that is longer at one job is hung */
	uint32_t edition;
	const struct sy_lesson *lesson; /* what every worker must know; borrowed for create */
	/* Takes a job whose result is there. */
	void (*result)(void *arg, struct sy_job *job);
	/* Two workers died over a job that names no grammar but the articles'. */
	void (*blamed)(void *arg, uint32_t edition);
	void *arg;
	struct sy_metrics *metrics; /* borrowed; NULL: none */
	struct sy_log *log;         /* borrowed; NULL: none */
};

enum sy_crew_state {
	SY_CREW_STARTING,
	SY_CREW_READY,  /* every worker has learnt the articles' grammar once */
	SY_CREW_REFUSED /* it could not be learnt, or killed two workers that tried */
};

struct sy_crew;

/* Starts the workers. */
int sy_crew_create(const struct sy_crew_prm *prm, int64_t now_ms, struct sy_crew **ret_crew, struct sy_problem *why);
/* Jobs that wait are answered with ECANCELED. NULL is allowed. */
void sy_crew_destroy(struct sy_crew *crew);

uint32_t sy_crew_edition(const struct sy_crew *crew);
enum sy_crew_state sy_crew_state(const struct sy_crew *crew, struct sy_problem *why);

/* Takes the job, whose `call` is not 0; its result comes, sooner or later, unless a newer decode of its call comes
 * first. */
void sy_crew_give(struct sy_crew *crew, struct sy_job *job, int64_t now_ms);
/* Drops what waits for a call that has ended. */
void sy_crew_forget(struct sy_crew *crew, uint64_t call);

/* What to wait for: at most SY_CREW_MAX descriptors, and no longer than until the time returned. */
size_t sy_crew_polls(const struct sy_crew *crew, struct pollfd *ret_fds);
int64_t sy_crew_due_ms(const struct sy_crew *crew, int64_t now_ms);
/* Exchanges what can be without waiting, and does all that follows from it. */
void sy_crew_run(struct sy_crew *crew, int64_t now_ms);

size_t sy_crew_alive(const struct sy_crew *crew);
size_t sy_crew_waiting(const struct sy_crew *crew);

#endif
