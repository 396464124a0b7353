#include "engine/run/job.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/jsgf.h"
#include "kb/lookup.h"

/* glibc would raise the bound by itself, to 32 MB, mallopt(3). */
#define PIECE_BYTES (512 << 10)

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

static int copy_text(const char *from, char **ret_copy)
{
	*ret_copy = from ? strdup(from) : NULL;
	return from && !*ret_copy ? ENOMEM : 0;
}

int sy_job_learn(const char *grammar, const char *jsgf, const char *replaces, struct sy_job **ret_job)
{
	struct sy_job *job = blank(SY_JOB_LEARN, 0);
	int err = job ? copy_text(grammar, &job->grammar) : ENOMEM;

	if (!err)
		err = copy_text(jsgf, &job->jsgf);
	if (!err)
		err = copy_text(replaces, &job->replaces);
	if (err)
		sy_job_destroy(job);
	else
		*ret_job = job;
	return err;
}

/* Not sy_pairs_copy(): an editor may have more words than a sentence has slots (SY_WORDS_MAX). */
int sy_job_learn_words(struct sy_job *job, const struct sy_pairs *words)
{
	struct sy_pair *at = calloc(words->n + 1, sizeof *at);
	int err = at ? 0 : ENOMEM;

	if (err)
		return err;
	sy_pairs_reset(&job->words);
	job->pronounces = true;
	job->words.at = at;
	for (size_t i = 0; i < words->n && !err; i++) {
		err = copy_text(words->at[i].name, &at[i].name);
		if (!err)
			err = copy_text(words->at[i].value, &at[i].value);
		job->words.n++;
	}
	return err;
}

int sy_job_look_up(uint32_t id, const struct sy_lookup *lookup, const struct sy_pairs *params, const struct tm *now,
	struct sy_job **ret_job)
{
	struct sy_job *job = blank(SY_JOB_LOOK_UP, id);
	int err = job ? copy_text(lookup->name, &job->lookup.name) : ENOMEM;

	if (!err)
		err = copy_text(lookup->sql, &job->lookup.sql);
	if (!err)
		err = sy_pairs_copy(params, &job->params);
	if (err) {
		sy_job_destroy(job);
		return err;
	}
	job->now = *now;
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
	free(job->jsgf);
	free(job->replaces);
	sy_pairs_reset(&job->words);
	free(job->lookup.name);
	free(job->lookup.sql);
	sy_pairs_reset(&job->params);
	sy_pairs_reset(&job->row);
	sy_hypothesis_reset(&job->hypothesis);
	sy_sound_reset(&job->sound);
	free(job);
}

static int learn(struct sy_job *job, struct sy_recogniser *recogniser)
{
	struct sy_graph *graph = NULL;
	int err;

	if (job->replaces)
		sy_recogniser_unload(recogniser, job->replaces);
	err = job->pronounces ? sy_recogniser_pronounce(recogniser, &job->words, &job->why) : 0;
	if (!err)
		err = sy_jsgf_graph_text(job->grammar, job->jsgf, strlen(job->jsgf), &graph, &job->why);
	if (!err)
		err = sy_recogniser_load(recogniser, job->grammar, graph, &job->why);
	sy_graph_destroy(graph);
	return err;
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
		job->err = learn(job, tools->recogniser);
		break;
	case SY_JOB_LOOK_UP:
		job->err = sy_lookup_run(
			tools->store, &job->lookup, &job->params, &job->now, &job->row, &job->n_rows, &job->why);
		break;
	}
}

const char *sy_job_name(enum sy_job_kind kind)
{
	static const char *const names[SY_JOB_KINDS] = {[SY_JOB_HEAR] = "hear",
		[SY_JOB_SAY] = "say",
		[SY_JOB_PASS] = "pass",
		[SY_JOB_LEARN] = "learn",
		[SY_JOB_LOOK_UP] = "look-up"};

	return names[kind];
}

void sy_job_return_memory(void)
{
	(void)mallopt(M_MMAP_THRESHOLD, PIECE_BYTES);
}
