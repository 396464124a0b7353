#include "kb/search_heard.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/weights.h"

/* Log-odds are held to those of one in ten thousand: what is surer is as sure. */
#define SURE 1e-4
/* A first article without a second is ahead of one that has no chance. */
#define NO_CHANCE SURE
/* Words; few of the sentences that the weights were fitted to have more. */
#define LENGTH_MAX 16.0

static const char *const names[SY_HEARD_COUNT] = {
	[SY_HEARD_ONE] = "one",
	[SY_HEARD_RANKED] = "ranked",
	[SY_HEARD_AHEAD] = "ahead",
	[SY_HEARD_WORDS] = "words",
	[SY_HEARD_SENTENCE] = "sentence",
	[SY_HEARD_LENGTH] = "length",
};

const char *sy_heard_name(enum sy_heard_id id)
{
	return names[id];
}

int sy_heard_weights_load(const char *path, struct sy_heard_weights *ret_weights, struct sy_problem *why)
{
	return sy_weights_read(path, names, SY_HEARD_COUNT, ret_weights->at, why);
}

static double log_odds(double p)
{
	return log(fmax(p, SURE) / fmax(1 - p, SURE));
}

static size_t count_words(const char *text)
{
	size_t n = 0;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		text += strcspn(text, " ");
		n++;
	}
	return n;
}

/* For `one` of two articles; NULL: there is no other. */
static void gather(const struct sy_heard_words *heard, const struct sy_ranked *one, const struct sy_ranked *other,
	struct sy_heard_evidence *ret_evidence)
{
	const double ranked = log_odds(one->confidence);

	*ret_evidence = (struct sy_heard_evidence){
		.at = {[SY_HEARD_ONE] = 1,
			[SY_HEARD_RANKED] = ranked,
			[SY_HEARD_AHEAD] = ranked - log_odds(other ? other->confidence : NO_CHANCE),
			[SY_HEARD_WORDS] = log_odds(heard->confidence),
			[SY_HEARD_SENTENCE] = heard->sentence && strcmp(heard->sentence, one->article) == 0,
			[SY_HEARD_LENGTH] = log(fmin((double)count_words(heard->text), LENGTH_MAX))}};
}

static double join(const struct sy_heard_weights *weights, const struct sy_heard_evidence *evidence)
{
	double sum = 0;

	for (int i = 0; i < SY_HEARD_COUNT; i++)
		sum += weights->at[i] * evidence->at[i];
	return 1 / (1 + exp(-sum));
}

int sy_search_heard(const struct sy_search *search, const struct sy_heard_words *heard, struct sy_ranked *ret_ranked,
	size_t max, size_t *ret_n, struct sy_heard_evidence *ret_evidence)
{
	const struct sy_heard_weights *weights = sy_search_heard_weights(search);
	struct sy_heard_evidence first, second;
	size_t n = 0;
	int err = max < SY_HEARD_RANKED_MIN
			  ? EINVAL
			  : sy_search_rank_guesses(search, heard->text, heard->guesses, ret_ranked, max, &n);

	if (err)
		return err;
	*ret_n = n;
	if (!n)
		return 0;
	gather(heard, &ret_ranked[0], n > 1 ? &ret_ranked[1] : NULL, &first);
	if (n > 1)
		gather(heard, &ret_ranked[1], &ret_ranked[0], &second);
	ret_ranked[0].confidence = join(weights, &first);
	if (n > 1)
		ret_ranked[1].confidence =
			fmin(SY_HEARD_SECOND_SHARE * join(weights, &second), 1 - ret_ranked[0].confidence);
	if (ret_evidence)
		*ret_evidence = first;
	return 0;
}
