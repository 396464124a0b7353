#include "tools/bench_hear_trial.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audio/frame.h"
#include "engine/hear/recogniser.h"
#include "tools/progress.h"

#define GRAMMAR "bench"
#define WORKERS_MAX 64

struct running {
	const struct sy_trial *trial;
	struct sy_outcome *outcomes;
	atomic_size_t next;
	atomic_bool failed;
	pthread_mutex_t lock; /* err, why */
	int err;
	struct sy_problem why;
};

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

bool sy_trial_right(const struct sy_item *item, const char *text, const char *intent, const struct sy_pairs *slots)
{
	const char *wanted = json_string_value(json_object_get(item->label, "intent")), *name;
	json_t *value;

	if (!wanted) {
		const char *said = json_string_value(json_object_get(item->label, "transcript"));
		return said && text && strcmp(said, text) == 0;
	}
	if (!intent || strcmp(intent, wanted) != 0)
		return false;
	json_object_foreach(json_object_get(item->label, "slots"), name, value)
	{
		const char *heard = sy_pairs_get(slots, name);
		if (!heard || strcmp(heard, json_string_value(value)) != 0)
			return false;
	}
	return true;
}

static void understand(const struct sy_trial *trial, const struct sy_item *item, const struct sy_hypothesis *heard,
	struct sy_outcome *outcome)
{
	const struct sy_understand_prm prm = {
		.state = SY_STATE_OPEN, .content = trial->content, .search = trial->search};
	struct sy_meaning meaning;

	sy_understand(&prm, heard, &meaning);
	outcome->on = meaning.on;
	outcome->right_article = meaning.article && strcmp(meaning.article->id, sy_item_text(item, "article")) == 0;
	outcome->right_second = (meaning.on == SY_ON_ARTICLE_MAYBE || meaning.on == SY_ON_ARTICLE_EITHER) &&
				meaning.second && strcmp(meaning.second->id, sy_item_text(item, "article")) == 0;
}

static int hear(const struct running *running, struct sy_recogniser *recogniser, size_t i, struct sy_problem *why)
{
	const struct sy_trial *trial = running->trial;
	const struct sy_item *item = &trial->items->at[i];
	struct sy_outcome *outcome = &running->outcomes[i];
	struct sy_hypothesis heard = {0};
	struct sy_sound sound = {0};
	int err = sy_item_sound(item, &sound, why);
	struct sy_hear_job job = {.pcm = sound.pcm,
		.n = sound.n,
		.rate = sound.rate,
		.grammars = {GRAMMAR},
		.n_grammars = 1,
		.universals = trial->universals};
	double begin = cpu_ms();

	if (!err)
		err = sy_recogniser_hear(recogniser, &job, &heard, NULL, why);
	if (!err) {
		*outcome = (struct sy_outcome){.right = sy_trial_right(item, heard.text, heard.intent, &heard.slots),
			.sentence = heard.intent,
			.person = heard.intent && strcmp(heard.intent, "agent") == 0,
			.confidence = heard.confidence,
			.decision = heard.decision,
			.audio_s = (double)sound.n / sound.rate,
			.cpu_ms = cpu_ms() - begin};
		if (trial->content)
			understand(trial, item, &heard, outcome);
	}
	sy_hypothesis_reset(&heard);
	sy_sound_reset(&sound);
	return err;
}

static int open_recogniser(const struct sy_trial *trial, struct sy_recogniser **ret_recogniser, struct sy_problem *why)
{
	struct sy_recogniser *recogniser = NULL;
	int err = sy_recogniser_sphinx_create(&recogniser, why);

	if (!err && trial->words)
		err = sy_recogniser_pronounce(recogniser, trial->words, why);
	if (!err)
		err = sy_recogniser_load(recogniser, GRAMMAR, trial->graph, why);
	if (err)
		sy_recogniser_destroy(recogniser);
	else
		*ret_recogniser = recogniser;
	return err;
}

static void *work(void *arg)
{
	struct running *running = arg;
	struct sy_recogniser *recogniser = NULL;
	struct sy_problem why = {""};
	const size_t n = running->trial->items->n;
	int err = open_recogniser(running->trial, &recogniser, &why);

	for (size_t i; !err && !running->failed && (i = running->next++) < n;) {
		err = hear(running, recogniser, i, &why);
		sy_tool_progress(running->trial->what, i + 1, n);
	}
	if (err) {
		pthread_mutex_lock(&running->lock);
		if (!running->err) {
			running->err = err;
			running->why = why;
		}
		pthread_mutex_unlock(&running->lock);
		running->failed = true;
	}
	sy_recogniser_destroy(recogniser);
	return NULL;
}

int sy_trial_run(const struct sy_trial *trial, struct sy_outcome *ret_outcomes, struct sy_problem *why)
{
	struct running running = {.trial = trial, .outcomes = ret_outcomes, .lock = PTHREAD_MUTEX_INITIALIZER};
	pthread_t threads[WORKERS_MAX];
	size_t n = 0;

	while (n < WORKERS_MAX && n < trial->workers && pthread_create(&threads[n], NULL, work, &running) == 0)
		n++;
	if (n == 0)
		return sy_problem_set(why, EAGAIN, "no thread could be started");
	for (size_t i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	if (running.err && why)
		*why = running.why;
	return running.err;
}
