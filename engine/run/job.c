#include "engine/run/job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct sy_job *blank(enum sy_job_kind kind, uint32_t id)
{
	struct sy_job *job = calloc(1, sizeof *job);

	if (job) {
		job->kind = kind;
		job->id = id;
	}
	return job;
}

/* The job's copies stand behind const pointers, because that is how the interfaces name them. */
static void free_const(const void *p)
{
	free((void *)(uintptr_t)p);
}

static int copy_samples(struct sy_job *job, const struct sy_hear_job *what)
{
	int16_t *pcm = malloc(what->n ? what->n * sizeof *pcm : 1);

	if (!pcm)
		return ENOMEM;
	if (what->n)
		memcpy(pcm, what->pcm, what->n * sizeof *pcm);
	job->hear.pcm = pcm;
	return 0;
}

int sy_job_hear(uint32_t id, const struct sy_hear_job *what, struct sy_job **ret_job)
{
	struct sy_job *job;
	int err;

	if (what->n_grammars > SY_HEAR_GRAMMARS_MAX)
		return E2BIG;
	job = blank(SY_JOB_HEAR, id);
	if (!job)
		return ENOMEM;
	job->hear = *what;
	job->hear.pcm = NULL;
	job->hear.n_grammars = 0;
	memset(job->hear.grammars, 0, sizeof job->hear.grammars);
	err = copy_samples(job, what);
	for (size_t i = 0; !err && i < what->n_grammars; i++) {
		job->hear.grammars[i] = strdup(what->grammars[i]);
		err = job->hear.grammars[i] ? 0 : ENOMEM;
		job->hear.n_grammars += !err;
	}
	if (err)
		sy_job_destroy(job);
	else
		*ret_job = job;
	return err;
}

int sy_job_say(uint32_t id, const struct sy_say_job *what, struct sy_job **ret_job)
{
	struct sy_job *job = blank(SY_JOB_SAY, id);

	if (!job)
		return ENOMEM;
	job->say = *what;
	job->say.text = strdup(what->text);
	job->say.voice = what->voice ? strdup(what->voice) : NULL;
	if (!job->say.text || (what->voice && !job->say.voice)) {
		sy_job_destroy(job);
		return ENOMEM;
	}
	*ret_job = job;
	return 0;
}

int sy_job_pass(uint32_t id, const struct sy_card *card, struct sy_job **ret_job)
{
	struct sy_job *job = blank(SY_JOB_PASS, id);
	int err;

	if (!job)
		return ENOMEM;
	err = sy_card_copy(card, &job->card);
	if (err)
		sy_job_destroy(job);
	else
		*ret_job = job;
	return err;
}

int sy_job_learn(const char *grammar, struct sy_graph *graph, struct sy_job **ret_job)
{
	struct sy_job *job = blank(SY_JOB_LEARN, 0);

	if (job)
		job->grammar = strdup(grammar);
	if (!job || !job->grammar) {
		sy_job_destroy(job);
		sy_graph_destroy(graph);
		return ENOMEM;
	}
	job->graph = graph;
	*ret_job = job;
	return 0;
}

void sy_job_destroy(struct sy_job *job)
{
	if (!job)
		return;
	if (job->kind == SY_JOB_HEAR) {
		free_const(job->hear.pcm);
		for (size_t i = 0; i < job->hear.n_grammars; i++)
			free_const(job->hear.grammars[i]);
	} else if (job->kind == SY_JOB_SAY) {
		free_const(job->say.text);
		free_const(job->say.voice);
	}
	sy_card_reset(&job->card);
	free(job->grammar);
	sy_graph_destroy(job->graph);
	sy_hypothesis_reset(&job->hypothesis);
	sy_sound_reset(&job->sound);
	free(job);
}

void sy_job_do(struct sy_job *job, const struct sy_job_tools *tools)
{
	switch (job->kind) {
	case SY_JOB_HEAR:
		job->err = sy_recogniser_hear(tools->recogniser, &job->hear, &job->hypothesis, &job->voice, &job->why);
		break;
	case SY_JOB_SAY:
		job->err = sy_synthesiser_say(tools->synthesiser, &job->say, &job->sound, &job->why);
		break;
	case SY_JOB_PASS:
		job->err = sy_handoff_pass(tools->handoff, &job->card, &job->handed, &job->why);
		break;
	case SY_JOB_LEARN:
		job->err = sy_recogniser_load(tools->recogniser, job->grammar, job->graph, &job->why);
		break;
	}
}
