#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/wav.h"
#include "grammars/jsgf.h"
#include "prompts/spoken.h"
#include "tools/bench_hear_demo.h"
#include "tools/calibrate_parts.h"
#include "tools/progress.h"

/* The phrases were written with these sentences in sight. With one phrase in four left out the ranking finds as many of
 * them, as text, as it finds of sentences that nobody saw: 92 in a hundred. */
#define THINNED 4
#define PART "tuning" /* the other part judges */
#define WORDS_MAX 128
#define OWN_SENTENCES 160
#define UNIVERSALS 240
#define STRANGERS_EVERY 4 /* of the recordings: as many as there are natural sentences */
#define RANKED 2

/* Whole sentences, too, are judged in the halves of speakers. */
static unsigned half_of(const char *sentence)
{
	return sy_fit_part(sentence, SY_CALIBRATE_HALVES);
}

static size_t cut(char *text, const char **words)
{
	char *rest = NULL;
	size_t n = 0;

	for (char *word = strtok_r(text, " ", &rest); word && n < WORDS_MAX; word = strtok_r(NULL, " ", &rest))
		words[n++] = word;
	return n;
}

/* Of the words heard, those that were said, in their order (the longest common subsequence). */
static double share_right(const char *const *said, size_t n_said, const char *const *heard, size_t n_heard)
{
	size_t common[WORDS_MAX + 1] = {0};

	for (size_t i = 0; i < n_said; i++) {
		size_t before = 0;
		for (size_t j = 0; j < n_heard; j++) {
			const size_t here = common[j + 1];
			if (strcmp(said[i], heard[j]) == 0)
				common[j + 1] = before + 1;
			else if (common[j] > here)
				common[j + 1] = common[j];
			before = here;
		}
	}
	return n_heard ? (double)common[n_heard] / (double)n_heard : 0;
}

static int words_right(const char *said, const char *heard, double *ret_share)
{
	const char *ours[WORDS_MAX], *theirs[WORDS_MAX];
	char *spoken = NULL, *copy = strdup(heard);
	int err = copy ? sy_spoken_phrase(said, &spoken, NULL) : ENOMEM;
	const size_t n_said = err ? 0 : cut(spoken, theirs);

	if (!err)
		*ret_share = share_right(theirs, n_said, ours, cut(copy, ours));
	free(spoken);
	free(copy);
	return err;
}

struct company {
	double weight; /* of a recording of a natural sentence */
	struct sy_demo *demo;
	const struct sy_search *search;
	size_t which;
	char grammar[16];
};

struct heard {
	const struct company *company;
	const char *set;
	double weight; /* in the fit; 0: 1 */
	const char *text;
	const char *article; /* NULL: none answers it */
	struct sy_hypothesis hypothesis;
	struct sy_recogniser_evidence evidence;
};

static bool is_right(const char *wanted, const char *found)
{
	return wanted && found && strcmp(wanted, found) == 0;
}

static struct sy_fit_sample sample_of(const struct heard *heard, double right, unsigned part)
{
	struct sy_fit_sample sample = {.right = right, .weight = heard->weight, .part = part};

	(void)snprintf(sample.set, sizeof sample.set, "%s", heard->set);
	return sample;
}

static int add_evidence(struct sy_fit_samples *samples, struct sy_fit_sample sample, const struct sy_evidence *evidence)
{
	for (int i = 0; i < SY_EVIDENCE_COUNT; i++)
		sample.x[i] = (double)evidence->at[i];
	return sy_fit_add(samples, &sample, SY_EVIDENCE_COUNT);
}

/* Own words: how many are right, and what they lead to. */
static int add_words(struct sy_calibration_run *run, const struct heard *heard)
{
	const struct sy_hypothesis *hypothesis = &heard->hypothesis;
	const struct sy_heard_words words = {hypothesis->text, &hypothesis->guesses, 0.5, hypothesis->second};
	const unsigned part = sy_fit_part(heard->text, SY_CALIBRATE_PARTS);
	struct sy_fit_sample sample = sample_of(heard, 0, part);
	struct sy_heard_evidence evidence;
	struct sy_ranked ranked[RANKED];
	size_t n = 0, *grown;
	double right = 0;
	int err = words_right(heard->text, hypothesis->text, &right);

	if (!err)
		err = add_evidence(
			&run->results[SY_HEARD_AS_WORDS], sample_of(heard, right, part), &heard->evidence.words);
	if (!err)
		err = sy_search_heard(heard->company->search, &words, ranked, RANKED, &n, &evidence);
	if (err || n == 0)
		return err;
	memcpy(sample.x, evidence.at, sizeof evidence.at);
	sample.right = is_right(heard->article, ranked[0].article);
	grown = realloc(run->words_of, (run->joined.n + 1) * sizeof *grown);
	if (!grown)
		return ENOMEM;
	run->words_of = grown;
	run->words_of[run->joined.n] = run->results[SY_HEARD_AS_WORDS].n - 1;
	return sy_fit_add(&run->joined, &sample, SY_HEARD_COUNT);
}

/* What the sentence that fits best asks for. */
static const char *sentence_of(const struct heard *heard)
{
	return heard->evidence.kind == SY_HEARD_AS_WORDS ? heard->hypothesis.second : heard->hypothesis.intent;
}

static int hear_one(
	struct sy_calibration_run *run, struct heard *heard, const struct sy_sound *sound, struct sy_problem *why)
{
	int err = sy_recogniser_hear(run->recogniser,
		&(struct sy_hear_job){.pcm = sound->pcm,
			.n = sound->n,
			.rate = sound->rate,
			.grammars = {heard->company->grammar},
			.n_grammars = 1,
			.universals = true},
		&heard->hypothesis, NULL, why);

	sy_recogniser_sphinx_evidence(run->recogniser, &heard->evidence);
	/* A sentence that gave way to the words is not what was answered. */
	if (!err && heard->evidence.kind == SY_HEARD_AS_WORDS)
		err = add_words(run, heard);
	else if (!err && sy_calibrate_counts(&heard->evidence))
		err = add_evidence(&run->results[heard->evidence.kind],
			sample_of(heard,
				!heard->evidence.replaced && is_right(heard->article, heard->hypothesis.intent),
				half_of(heard->text)),
			&heard->evidence.sentence);
	sy_hypothesis_reset(&heard->hypothesis);
	return err;
}

static int hear_label(
	struct sy_calibration_run *run, const struct company *company, const json_t *label, struct sy_problem *why)
{
	struct heard heard = {.company = company,
		.set = "natural",
		.weight = company->weight,
		.text = json_string_value(json_object_get(label, "text")),
		.article = json_string_value(json_object_get(label, "article"))};
	const char *file = json_string_value(json_object_get(label, "file"));
	struct sy_sound sound = {0};
	char path[1024];
	int err;

	(void)snprintf(path, sizeof path, "%s/%s", run->natural, file ? file : "");
	err = heard.text ? sy_wav_read(path, SY_RATE_LINE, &sound, why) : EINVAL;
	if (!err)
		err = hear_one(run, &heard, &sound, why);
	sy_sound_reset(&sound);
	return err;
}

/* Read aloud, single words, and what people say on the telephone to others; where it is known in words. */
static bool is_strange(const json_t *label)
{
	const char *file = json_string_value(json_object_get(label, "file"));
	const char *said = json_string_value(json_object_get(label, "transcript"));
	char *spoken = NULL;
	bool is = said && *said && file && strncmp(file, "coffee/", 7) != 0 &&
		  !json_is_true(json_object_get(label, "says_operator")) && !sy_spoken_phrase(said, &spoken, NULL);

	free(spoken);
	return is;
}

/* What no article answers: so that an open question is not answered to everybody. */
static int hear_strangers(struct sy_calibration_run *run, const struct company *company, struct sy_problem *why)
{
	static const char *const sets[] = {"wide", "other", "operator"};
	struct sy_items items = {0};
	int err = 0;

	for (size_t i = 0; i < sizeof sets / sizeof *sets && !err; i++)
		err = sy_items_read(&(struct sy_items_prm){.folder = run->folder,
					    .set = sets[i],
					    .every = STRANGERS_EVERY * (size_t)run->every,
					    .wanted = is_strange},
			&items, why);
	for (size_t i = company->which; i < items.n && !err; i += THINNED) {
		struct heard heard = {.company = company,
			.set = "strangers",
			.weight = SY_CALIBRATE_STRANGER * company->weight,
			.text = sy_item_text(&items.at[i], "transcript")};
		struct sy_sound sound = {0};
		err = sy_item_sound(&items.at[i], &sound, why);
		if (!err)
			err = hear_one(run, &heard, &sound, why);
		sy_sound_reset(&sound);
		sy_tool_progress("strangers", i + 1, items.n);
	}
	sy_items_reset(&items);
	return err;
}

/* A sentence counts once, however many voices said it (one after another). */
static double weight_of(FILE *labels)
{
	char line[8192], before[sizeof line] = "";
	size_t n = 0, sentences = 0;

	while (fgets(line, sizeof line, labels)) {
		json_t *label = json_loads(line, 0, NULL);
		const char *text = json_string_value(json_object_get(label, "text"));
		sentences += text && strcmp(text, before) != 0;
		n++;
		(void)snprintf(before, sizeof before, "%s", text ? text : "");
		json_decref(label);
	}
	rewind(labels);
	return n ? (double)sentences / (double)n : 1;
}

/* Those that are this company's: every so many lines. */
static int hear_labels(struct sy_calibration_run *run, struct company *company, struct sy_problem *why)
{
	char path[1024], line[8192];
	FILE *labels;
	int err = 0;

	(void)snprintf(path, sizeof path, "%s/labels.jsonl", run->natural);
	labels = fopen(path, "re");
	if (!labels)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	company->weight = weight_of(labels);
	for (size_t n = 0; !err && fgets(line, sizeof line, labels); n++) {
		json_t *label = n % THINNED == company->which ? json_loads(line, 0, NULL) : NULL;
		const char *part = json_string_value(json_object_get(label, "part"));
		if (part && strcmp(part, PART) == 0)
			err = hear_label(run, company, label, why);
		json_decref(label);
	}
	(void)fclose(labels);
	return err;
}

static int open_company(struct sy_calibration_run *run, size_t which, struct company *company, struct sy_problem *why)
{
	struct sy_trial trial = {.what = "natural"};
	int err = sy_demo_open_thinned(which, THINNED, &company->demo, why);

	if (err)
		return err;
	sy_demo_listen(company->demo, &trial);
	company->search = trial.search;
	company->which = which;
	(void)snprintf(company->grammar, sizeof company->grammar, "articles%zu", which);
	err = sy_recogniser_pronounce(run->recogniser, trial.words, why);
	return err ? err : sy_recogniser_load(run->recogniser, company->grammar, trial.graph, why);
}

/* One company after the other: a recogniser keeps few graphs of that size at once. */
int sy_calibrate_natural_hear(struct sy_calibration_run *run, struct sy_problem *why)
{
	int err = 0;

	for (size_t i = 0; i < THINNED && !err; i++) {
		struct company company = {0};
		err = open_company(run, i, &company, why);
		if (!err)
			err = hear_labels(run, &company, why);
		if (!err)
			err = hear_strangers(run, &company, why);
		if (!err)
			sy_recogniser_unload(run->recogniser, company.grammar);
		sy_demo_close(company.demo);
	}
	return err;
}

/* Sentences of a grammar's own. */
struct spoken {
	const char *set;
	const char *grammar; /* over which they are heard */
};

static int hear_own(
	struct sy_calibration_run *run, const struct spoken *spoken, const struct sy_item *item, struct sy_problem *why)
{
	struct heard heard = {.text = sy_item_text(item, "text"), .article = sy_item_text(item, "article")};
	struct sy_sound sound = {0};
	struct sy_fit_sample sample = {0};
	int err = sy_item_sound(item, &sound, why);

	if (!err)
		err = sy_recogniser_hear(run->recogniser,
			&(struct sy_hear_job){.pcm = sound.pcm,
				.n = sound.n,
				.rate = sound.rate,
				.grammars = {spoken->grammar},
				.n_grammars = 1,
				.universals = true},
			&heard.hypothesis, NULL, why);
	sy_recogniser_sphinx_evidence(run->recogniser, &heard.evidence);
	sample.right = !heard.evidence.replaced && is_right(heard.article, sentence_of(&heard));
	sample.part = half_of(heard.text);
	(void)snprintf(sample.set, sizeof sample.set, "%s", spoken->set);
	for (int i = 0; i < SY_EVIDENCE_COUNT; i++)
		sample.x[i] = (double)heard.evidence.sentence.at[i];
	if (!err && sy_calibrate_counts(&heard.evidence))
		err = sy_fit_add(&run->results[heard.evidence.sentence_kind], &sample, SY_EVIDENCE_COUNT);
	sy_hypothesis_reset(&heard.hypothesis);
	sy_sound_reset(&sound);
	return err;
}

int sy_calibrate_company_hear(struct sy_calibration_run *run, const char *folder, struct sy_problem *why)
{
	struct sy_trial trial = {.what = "company"};
	struct sy_items items = {0};
	const struct spoken company = {"company", "company"};
	struct sy_demo *demo = NULL;
	int err = sy_demo_open(&demo, why);

	if (!err)
		sy_demo_listen(demo, &trial);
	if (!err)
		err = sy_demo_speak(trial.graph, folder, OWN_SENTENCES, &items, why);
	if (!err)
		err = sy_recogniser_pronounce(run->recogniser, trial.words, why);
	if (!err)
		err = sy_recogniser_load(run->recogniser, "company", trial.graph, why);
	for (size_t i = 0; i < items.n && !err; i++)
		err = hear_own(run, &company, &items.at[i], why);
	sy_items_reset(&items);
	sy_demo_close(demo);
	return err;
}

/*
 * The recordings of people hold few single words that answer a question ("yes", "goodbye"), and many that answer none;
 * on them alone whatever is short would be taken for foreign. So the words that work everywhere are spoken, too, and
 * heard over an open question and over one for a number.
 */
int sy_calibrate_universals_hear(struct sy_calibration_run *run, const char *folder, struct sy_problem *why)
{
	static const struct spoken over[] = {{"universals", "company"}, {"universals", "digits"}};
	struct sy_items items = {0};
	struct sy_graph *graph = NULL;
	int err = sy_jsgf_graph_data("universals.gram", &graph, why);

	if (!err)
		err = sy_demo_speak(graph, folder, UNIVERSALS, &items, why);
	for (size_t i = 0; i < items.n && !err; i++)
		err = hear_own(run, &over[i % 2], &items.at[i], why);
	sy_items_reset(&items);
	sy_graph_destroy(graph);
	return err;
}

/* The words' confidence is that of weights which were fitted to other sentences. */
static void fill_words(struct sy_calibration_run *run, const struct sy_claim *words)
{
	for (size_t i = 0; i < run->joined.n; i++) {
		const double p = words[run->words_of[i]].p;
		run->joined.at[i].x[SY_HEARD_WORDS] = log(p / (1 - p));
	}
}

/* Searches that agree never speak against an article, whatever the chance of few sentences is. */
static const struct sy_fit_range ranges[SY_HEARD_COUNT] = {
	[SY_HEARD_ONE] = {-INFINITY, INFINITY},
	[SY_HEARD_RANKED] = {0.1, INFINITY},
	[SY_HEARD_AHEAD] = {0.1, INFINITY},
	[SY_HEARD_WORDS] = {0.1, INFINITY},
	[SY_HEARD_SENTENCE] = {0.1, INFINITY},
	[SY_HEARD_LENGTH] = {-INFINITY, INFINITY},
};

int sy_calibrate_natural_fit(struct sy_calibration_run *run)
{
	const struct sy_fit_samples *words = &run->results[SY_HEARD_AS_WORDS];
	struct sy_claim *claims = calloc(words->n + 1, sizeof *claims);

	if (!claims)
		return ENOMEM;
	if (run->joined.n > 0) {
		sy_fit_crossed(words, SY_CALIBRATE_PARTS, run->ranges[SY_HEARD_AS_WORDS], claims);
		fill_words(run, claims);
		sy_fit(words, SY_FIT_ALL, run->ranges[SY_HEARD_AS_WORDS], run->weights[SY_HEARD_AS_WORDS]);
		sy_fit(&run->joined, SY_FIT_ALL, ranges, run->joined_weights);
	}
	free(claims);
	return 0;
}

int sy_calibrate_natural_write(const struct sy_calibration_run *run, const char *path, struct sy_problem *why)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	(void)fprintf(file, "# Weights of what was heard for the article that it leads to (kb/search_heard.h).\n"
			    "# Written by tools/calibrate.\n");
	for (int i = 0; i < SY_HEARD_COUNT; i++)
		(void)fprintf(file, "%s %.5g\n", sy_heard_name((enum sy_heard_id)i), run->joined_weights[i]);
	return fclose(file) == 0 ? 0 : sy_problem_set(why, EIO, "%s: could not be written whole", path);
}
