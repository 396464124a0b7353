#include "engine/hear/evidence.h"

#include <math.h>
#include <string.h>

/* A phone of ordinary speech lasts 80 ms. */
#define PHONE_FRAMES 8.0f
/* Words at most this many frames apart (0.2 s) are the same stretch of sound. */
#define SAME_PLACE 20
/* What a frame of noise costs more as silence than as phones, and a frame of speech. Of 473 commands over good and bad
 * lines 98 in a hundred hide a twentieth of their speech or less by that, none more than a quarter; of 42 other
 * sentences that passed for a short command three in four hid more. */
#define HIDDEN_NOISE 1.0f
#define HIDDEN_SPEECH 10.0f

static float excess(const struct sy_phone_loop *loop, int begin, int end, int cost)
{
	return end > begin ? (float)(cost - sy_phone_loop_cost(loop, begin, end)) / (float)(end - begin) : 0;
}

static bool same_word(const struct sy_heard_word *a, const struct sy_heard_word *b)
{
	return a->word && b->word && strcmp(a->word, b->word) == 0 && a->begin - b->begin < SAME_PLACE &&
	       b->begin - a->begin < SAME_PLACE;
}

/* Both run in time order, so one pass finds the pairs. */
float sy_path_agreement(const struct sy_path *path, const struct sy_path *other)
{
	size_t same = 0, j = 0;

	if (path->n_words + other->n_words == 0)
		return 0;
	for (size_t i = 0; i < path->n; i++)
		for (size_t k = j; k < other->n; k++)
			if (same_word(&path->at[i], &other->at[k])) {
				same++;
				j = k + 1;
				break;
			}
	return 2 * (float)same / (float)(path->n_words + other->n_words);
}

bool sy_path_shares(const struct sy_path *path, const bool *meant, const struct sy_path *other)
{
	size_t shared = 0;

	for (size_t i = 0; i < path->n; i++) {
		bool there = false;
		if (!meant[i] || !path->at[i].word)
			continue;
		for (size_t k = 0; k < other->n && !there; k++)
			there = same_word(&path->at[i], &other->at[k]);
		if (!there)
			return false;
		shared++;
	}
	return shared > 0;
}

float sy_path_doubt(const struct sy_path *path, const bool *meant)
{
	float sum = 0;

	for (size_t i = 0; i < path->n; i++)
		if (path->at[i].word && path->at[i].trust > 0 && (!meant || meant[i]))
			sum -= logf(path->at[i].trust);
	return fminf(sum, SY_DOUBT_MAX);
}

/* How many words from the i-th on spell `value`, fillers among them; 0: they do not. */
static size_t spells(const struct sy_path *path, size_t i, const char *value)
{
	const size_t begin = i;

	for (; i < path->n; i++) {
		const char *word = path->at[i].word;
		const size_t n = word ? strlen(word) : 0;
		if (!word)
			continue;
		if (strncmp(value, word, n) != 0 || (value[n] && value[n] != ' '))
			return 0;
		if (!value[n])
			return i + 1 - begin;
		value += n + 1;
	}
	return 0;
}

void sy_path_meant(const struct sy_path *path, const struct sy_pairs *slots, bool *ret_meant)
{
	for (size_t i = 0; i < path->n; i++)
		ret_meant[i] = slots->n == 0;
	for (size_t k = 0; k < slots->n; k++)
		for (size_t i = path->n; i-- > 0;) {
			const size_t n = path->at[i].word ? spells(path, i, slots->at[k].value) : 0;
			for (size_t j = i; j < i + n; j++)
				ret_meant[j] = true;
			if (n)
				break;
		}
}

static size_t phones_between(const struct sy_phone_loop *loop, int begin, int end)
{
	size_t n = 0;

	for (int t = begin; t < end; t++)
		n += loop->entry[t];
	return n;
}

void sy_evidence_gather(const struct sy_path *path, const struct sy_path *loose, const struct sy_phone_loop *loop,
	struct sy_evidence *ret_evidence)
{
	struct sy_evidence evidence = {.at = {[SY_EVIDENCE_ONE] = 1,
					       [SY_EVIDENCE_AGREEMENT] = SY_AGREEMENT_UNKNOWN,
					       [SY_EVIDENCE_LOOSE] = SY_LOOSE_UNKNOWN}};
	float worst = 0, total = 0, hidden = 0;
	int frames = 0, filler = 0;
	size_t phones = 0;

	for (size_t i = 0; i < path->n; i++) {
		const struct sy_heard_word *heard = &path->at[i];
		int end = heard->end > (int)loop->n ? (int)loop->n : heard->end;
		float over = excess(loop, heard->begin, end, heard->cost);
		if (!heard->word) {
			filler += heard->silence == 2 ? end - heard->begin : 0;
			hidden += fmaxf(0, over - HIDDEN_NOISE) * (float)(end - heard->begin) / HIDDEN_SPEECH;
			continue;
		}
		total += over * (float)(end - heard->begin);
		frames += end - heard->begin;
		phones += phones_between(loop, heard->begin, end);
		worst = fmaxf(worst, over);
	}
	if (frames > 0) {
		evidence.at[SY_EVIDENCE_HIDDEN] = fminf(hidden / (float)frames, SY_HIDDEN_MAX);
		evidence.at[SY_EVIDENCE_EXCESS] = total / (float)frames;
		evidence.at[SY_EVIDENCE_WORST] = worst;
		evidence.at[SY_EVIDENCE_FILLER] = (float)filler / (float)(frames + filler);
		evidence.at[SY_EVIDENCE_SHORT] = 1 / (float)(phones ? phones : 1);
		evidence.at[SY_EVIDENCE_PACE] =
			fabsf(logf((float)frames / (float)(phones ? phones : 1) / PHONE_FRAMES));
	}
	if (loose && loose->n && frames > 0) {
		evidence.at[SY_EVIDENCE_AGREEMENT] = sy_path_agreement(path, loose);
		evidence.at[SY_EVIDENCE_LOOSE] = (float)(path->cost - loose->cost) / (float)loop->n;
	}
	evidence.at[SY_EVIDENCE_DOUBT] = evidence.at[SY_EVIDENCE_MEANING] = sy_path_doubt(path, NULL);
	*ret_evidence = evidence;
}

/* In noise all phones fit alike: a phrase must beat what the grammar's own words cost over the same frames. */
static float margin(const struct sy_spot *spot, const struct sy_path *path, const struct sy_phone_loop *loop)
{
	int frames = spot->end - spot->begin;
	float cost = 0;

	if (frames <= 0)
		return 0;
	for (size_t i = 0; i < path->n; i++) {
		const struct sy_heard_word *heard = &path->at[i];
		int begin = heard->begin > spot->begin ? heard->begin : spot->begin;
		int end = heard->end < spot->end ? heard->end : spot->end;
		if (end > begin && heard->end > heard->begin)
			cost += (float)heard->cost * (float)(end - begin) / (float)(heard->end - heard->begin);
	}
	return (cost - (float)(loop->best[spot->end] - loop->best[spot->begin])) / (float)frames - spot->excess;
}

void sy_request_gather(const struct sy_spot *spot, const struct sy_path *path, const struct sy_phone_loop *loop,
	struct sy_request *ret_request)
{
	struct sy_request request = {.at = {[SY_REQUEST_ONE] = 1}};

	if (spot->phrase && spot->pace > 0) {
		request.at[SY_REQUEST_EXCESS] = spot->excess;
		request.at[SY_REQUEST_WORST] = spot->worst;
		request.at[SY_REQUEST_MARGIN] = margin(spot, path, loop);
		request.at[SY_REQUEST_PACE] = fabsf(logf(spot->pace / PHONE_FRAMES));
		request.at[SY_REQUEST_SHORT] = spot->pace / (float)(spot->end - spot->begin);
	}
	*ret_request = request;
}
