#include "kb/search.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/place.h"
#include "base/rank.h"
#include "base/text.h"
#include "kb/phrase.h"
#include "kb/search_calibrate.h"
#include "kb/search_heard.h"
#include "prompts/spoken.h"

#define PHRASES_ENOUGH 70 /* from here on callers' own words say more than title and answer */
#define SENTENCE_MIN 12   /* letters; "Yes" is nobody's topic */
/* What else may have been said counts for so much of a score. */
#define GUESSES_SHARE 0.5f
#define TEXT_BYTES_MAX 2000 /* of a question; longer than anyone speaks in one turn */

static const char magic[8] = "SYSRCH3"; /* a new number where features, model or calibration change */

struct sy_search {
	struct sy_model *model;
	struct sy_calibration calibration;
	struct sy_heard_weights heard;
	const char **ids; /* by class, borrowed from the content */
};

struct head { /* how the bytes begin; the model follows */
	char magic[sizeof(magic)];
	uint64_t content; /* fingerprint of ids and phrases */
	uint64_t sum;     /* of all the rest */
	struct sy_calibration calibration;
};

struct corpus { /* an example a phrase; the first n_classes articles with phrases are the classes */
	struct sy_example *examples;
	size_t n;
	size_t room;
	uint32_t n_classes;
};

/* FNV-1a, 64 bits. */
static uint64_t add_to_sum(uint64_t sum, const void *bytes, size_t n)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < n; i++)
		sum = (sum ^ at[i]) * 1099511628211u;
	return sum;
}

static uint64_t add_text(uint64_t sum, const char *text)
{
	return text ? add_to_sum(sum, text, strlen(text) + 1) : add_to_sum(sum, "", 1);
}

static uint64_t fingerprint(const struct sy_content *content)
{
	uint64_t sum = 14695981039346656037u;

	for (size_t i = 0; i < content->n_articles; i++) {
		const struct sy_article *article = &content->articles[i];

		sum = add_text(sum, article->id);
		sum = add_text(sum, article->title);
		sum = add_text(sum, article->answer);
		for (size_t k = 0; k < article->phrases.n; k++)
			sum = add_text(sum, article->phrases.at[k]);
		for (size_t k = 0; k < article->n_slots; k++)
			sum = add_to_sum(sum, &article->slots[k].kind, sizeof(article->slots[k].kind));
	}
	return sum;
}

/* A text as a caller's words, so that typed and heard ones meet ("£20" is "twenty pounds"); as it is if it cannot be
 * spoken. */
static int add_spoken(struct sy_text *text, const char *typed)
{
	struct sy_problem unspoken;
	char *words = NULL;
	int err = sy_spoken_phrase(typed, &words, &unspoken);

	if (err == ENOMEM)
		return err;
	err = sy_text_addf(text, " %s", words ? words : typed);
	free(words);
	return err;
}

/* What stands for a slot while training: any number, any weekday, or words that nobody knows yet. */
static const char *stand_in(const struct sy_article *article, const char *name)
{
	const struct sy_slot *slot = sy_article_slot(article, name);

	if (!slot)
		return "{slot}";
	switch (slot->kind) {
	case SY_VALUE_DIGITS:
	case SY_VALUE_NUMBER:
	case SY_VALUE_MONEY:
	case SY_VALUE_TIME:
	case SY_VALUE_PHONE:
		return "0";
	case SY_VALUE_DAY:
		return "monday";
	default:
		return "{slot}";
	}
}

/* The phrase ready for training. Caller frees. A phrase that cannot be read is kept as it stands: lint names it. */
static int prepare(const struct sy_article *article, const char *phrase, char **ret_text)
{
	struct sy_phrase_piece piece;
	struct sy_problem why;
	struct sy_text text = {0};
	const char *at = phrase;
	int err;

	while (!(err = sy_phrase_next(&at, &piece, &why))) {
		err = piece.slot ? sy_text_addf(&text, " %s", stand_in(article, piece.text))
				 : add_spoken(&text, piece.text);
		if (err)
			break;
	}
	if (err == EINVAL) {
		sy_text_reset(&text);
		err = add_spoken(&text, phrase);
	}
	if (!err || err == ENOENT) {
		*ret_text = sy_text_take(&text);
		return *ret_text ? 0 : ENOMEM;
	}
	sy_text_reset(&text);
	return err;
}

static void forget(struct corpus *corpus)
{
	for (size_t i = 0; i < corpus->n; i++)
		free(corpus->examples[i].text);
	free(corpus->examples);
	*corpus = (struct corpus){0};
}

/* Adds an example of the last class. */
static int add(struct corpus *corpus, const struct sy_article *article, const char *phrase, bool aside)
{
	struct sy_example *example;
	int err = SY_GROW(&corpus->examples, corpus->n + 1, &corpus->room);

	if (err)
		return err;
	example = &corpus->examples[corpus->n];
	*example = (struct sy_example){.class = corpus->n_classes - 1, .aside = aside};
	err = prepare(article, phrase, &example->text);
	corpus->n += !err;
	return err;
}

/* Title and answer name what the phrases are about in other words: with ten phrases an article that finds one question
 * in twenty more. Sentences with values are left out, for a value says nothing. */
static int add_aside(struct corpus *corpus, const struct sy_article *article)
{
	const char *at = article->answer ? article->answer : "";
	int err = article->title ? add(corpus, article, article->title, true) : 0;

	while (*at && !err) {
		size_t n = strcspn(at, ".!?");
		char *sentence = strndup(at, n);

		if (!sentence)
			return ENOMEM;
		if (n >= SENTENCE_MIN && !strchr(sentence, '{'))
			err = add(corpus, article, sentence, true);
		free(sentence);
		at += n + (at[n] != '\0');
	}
	return err;
}

static int collect(const struct sy_content *content, struct corpus *corpus)
{
	int err = 0;

	for (size_t i = 0; i < content->n_articles && !err; i++) {
		const struct sy_article *article = &content->articles[i];

		corpus->n_classes += article->phrases.n > 0;
		for (size_t k = 0; k < article->phrases.n && !err; k++)
			err = add(corpus, article, article->phrases.at[k], false);
		if (!err && article->phrases.n && article->phrases.n < PHRASES_ENOUGH)
			err = add_aside(corpus, article);
	}
	return err;
}

static uint64_t sum_of(const struct head *head, const char *bytes, size_t n)
{
	uint64_t sum = add_to_sum(head->content, &head->calibration, sizeof(head->calibration));

	return add_to_sum(sum, bytes + sizeof(*head), n - sizeof(*head));
}

static int save(const struct sy_content *content, const struct sy_model *model,
	const struct sy_calibration *calibration, struct sy_text *bytes)
{
	struct head head = {.content = fingerprint(content), .calibration = *calibration};
	int err = sy_text_add_n(bytes, (const char *)&head, sizeof(head));

	if (!err)
		err = sy_model_save(model, bytes);
	if (err)
		return err;
	memcpy(head.magic, magic, sizeof(magic));
	head.sum = sum_of(&head, bytes->s, bytes->len);
	memcpy(bytes->s, &head, sizeof(head));
	return 0;
}

int sy_search_train(const struct sy_content *content, void **ret_bytes, size_t *ret_n, struct sy_problem *why)
{
	struct corpus corpus = {0};
	struct sy_model *model = NULL;
	struct sy_calibration calibration;
	struct sy_text bytes = {0};
	int err = collect(content, &corpus);

	if (!err)
		err = sy_calibrate(corpus.examples, corpus.n, corpus.n_classes, &calibration);
	if (!err)
		err = sy_model_train(corpus.examples, corpus.n, corpus.n_classes, &model);
	if (!err)
		err = save(content, model, &calibration, &bytes);
	if (err) {
		(void)sy_problem_set(why, err, "cannot make the search model of %u articles and %zu phrases: %s",
			corpus.n_classes, corpus.n, strerror(err));
	} else {
		*ret_n = bytes.len;
		*ret_bytes = sy_text_take(&bytes);
	}
	sy_model_destroy(model);
	sy_text_reset(&bytes);
	forget(&corpus);
	return err;
}

static int name_classes(const struct sy_content *content, struct sy_search *search)
{
	uint32_t n = 0;

	search->ids = calloc(content->n_articles + 1, sizeof(*search->ids));
	if (!search->ids)
		return ENOMEM;
	for (size_t i = 0; i < content->n_articles; i++) {
		if (content->articles[i].phrases.n)
			search->ids[n++] = content->articles[i].id;
	}
	return n == search->model->n_classes ? 0 : EBADMSG;
}

static int read_head(const struct sy_content *content, const char *bytes, size_t n, struct head *ret_head)
{
	if (n < sizeof(*ret_head))
		return EBADMSG;
	memcpy(ret_head, bytes, sizeof(*ret_head));
	if (memcmp(ret_head->magic, magic, sizeof(magic)) != 0 || ret_head->content != fingerprint(content))
		return EBADMSG;
	return ret_head->sum == sum_of(ret_head, bytes, n) ? 0 : EBADMSG;
}

static int load_heard(struct sy_search *search, struct sy_problem *why)
{
	char *path = NULL;
	int err = sy_place_data("kb/heard.weights", &path, why);

	if (!err)
		err = sy_heard_weights_load(path, &search->heard, why);
	free(path);
	return err;
}

int sy_search_load(const struct sy_content *content, const void *bytes, size_t n, struct sy_search **ret_search,
	struct sy_problem *why)
{
	struct sy_search *search = calloc(1, sizeof(*search));
	const char *at = bytes;
	struct head head;
	int err = search ? read_head(content, bytes, n, &head) : ENOMEM;

	if (!err) {
		at += sizeof(head);
		search->calibration = head.calibration;
		err = sy_model_load(&at, (const char *)bytes + n, &search->model);
	}
	if (!err)
		err = name_classes(content, search);
	if (err)
		(void)sy_problem_set(why, err, "the search model %s",
			err == EBADMSG ? "does not belong to this content, or is damaged; publish again"
				       : "needs more memory");
	else
		err = load_heard(search, why);
	if (err)
		sy_search_destroy(search);
	else
		*ret_search = search;
	return err;
}

const struct sy_heard_weights *sy_search_heard_weights(const struct sy_search *search)
{
	return &search->heard;
}

int sy_search_create(const struct sy_snapshot *snapshot, struct sy_search **ret_search, struct sy_problem *why)
{
	const struct sy_content *content = sy_snapshot_all(snapshot);
	size_t n = 0;
	const void *kept = sy_snapshot_model(snapshot, &n);
	void *bytes = NULL;
	int err;

	if (kept && !sy_search_load(content, kept, n, ret_search, why))
		return 0;
	err = sy_search_train(content, &bytes, &n, why);
	if (!err)
		err = sy_search_load(content, bytes, n, ret_search, why);
	free(bytes);
	return err;
}

void sy_search_destroy(struct sy_search *search)
{
	if (!search)
		return;
	sy_model_destroy(search->model);
	free(search->ids);
	free(search);
}

/* Scratch of one question: too much for a small thread's stack. */
struct question {
	struct sy_features features;
	struct sy_model_vector vector;
	float scores[];
};

static int weigh(const struct sy_search *search, const char *text, struct question *question)
{
	char *cut = strndup(text, TEXT_BYTES_MAX);
	struct sy_text words = {0};
	int err = cut ? add_spoken(&words, cut) : ENOMEM;

	if (!err) {
		sy_features_read(sy_text_str(&words), &question->features);
		sy_model_vector(search->model, &question->features, &question->vector);
		sy_model_scores(search->model, &question->vector, SY_MODEL_ODDS_TYPED, question->scores);
	}
	sy_text_reset(&words);
	free(cut);
	return err;
}

/* What else may have been said tells as much as the words that were most likely said. */
static int weigh_guesses(const struct sy_search *search, const struct sy_guesses *guesses, struct question *question)
{
	const uint32_t n = search->model->stride;
	float *scores = malloc((n + 1) * sizeof(*scores));

	if (!scores)
		return ENOMEM;
	sy_features_guess(guesses, &question->features);
	sy_model_vector(search->model, &question->features, &question->vector);
	sy_model_scores(search->model, &question->vector, SY_MODEL_ODDS_GUESSED, scores);
	for (uint32_t c = 0; c < n && question->vector.n; c++)
		question->scores[c] = (1 - GUESSES_SHARE) * question->scores[c] + GUESSES_SHARE * scores[c];
	free(scores);
	return 0;
}

static enum sy_found judge(const struct sy_calibration *calibration, double confidence)
{
	if (confidence < calibration->floor)
		return SY_FOUND_NOTHING;
	return confidence < calibration->sure ? SY_FOUND_MAYBE : SY_FOUND_SURE;
}

int sy_search_rank_guesses(const struct sy_search *search, const char *text, const struct sy_guesses *guesses,
	struct sy_ranked *ret_ranked, size_t max, size_t *ret_n)
{
	const struct sy_model *model = search->model;
	struct question *question = malloc(sizeof(*question) + model->stride * sizeof(*question->scores));
	struct sy_rank *best = calloc(max + 1, sizeof(*best));
	size_t n = 0, n_known = 0;
	int err = question && best ? weigh(search, text, question) : ENOMEM;

	if (!err)
		n_known = question->vector.n;
	if (!err && guesses && guesses->n && !(err = weigh_guesses(search, guesses, question)))
		n_known += question->vector.n;
	if (err)
		goto out;
	/* Nothing that the model knows: no article is better than another. */
	for (uint32_t c = 0; c < model->n_classes && n_known; c++)
		sy_rank_place(best, &n, max, c, (double)question->scores[c]);
	for (size_t i = 0; i < n; i++) {
		ret_ranked[i].article = search->ids[best[i].id];
		ret_ranked[i].confidence = sy_calibration_confidence(
			&search->calibration, sy_model_odds(model, question->scores, (uint32_t)best[i].id));
	}
	*ret_n = n;
out:
	free(question);
	free(best);
	return err;
}

int sy_search_rank(const struct sy_search *search, const char *text, struct sy_ranked *ret_ranked, size_t max,
	size_t *ret_n, enum sy_found *ret_found)
{
	int err = sy_search_rank_guesses(search, text, NULL, ret_ranked, max, ret_n);

	if (!err)
		*ret_found = *ret_n ? judge(&search->calibration, ret_ranked[0].confidence) : SY_FOUND_NOTHING;
	return err;
}
