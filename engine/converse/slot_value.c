#include "engine/converse/slot_value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/part.h"
#include "grammars/check_digit.h"
#include "grammars/spelling.h"
#include "prompts/spoken.h"

/* What is kept beside a part is right so often together, or the whole is read back. */
#define KEPT_SURE 0.9

int sy_slot_value_read(
	const struct sy_slot *slot, const struct sy_slot_value_prm *prm, const char *words, struct sy_value *ret_value)
{
	const struct sy_value_prm value_prm = {
		.kind = slot->kind, .now = prm->now, .length = slot->length, .month_first = prm->month_first};

	return sy_value_read(&value_prm, words, ret_value);
}

/* The written choice whose spoken form the words are; NULL if none is. */
static char *find_choice(const struct sy_strings *choices, const char *words)
{
	char *found = NULL;
	size_t i;

	for (i = 0; i < choices->n && !found; i++) {
		char *spoken = NULL;

		if (!strcasecmp(choices->at[i], words) ||
			(!sy_spoken_phrase(choices->at[i], &spoken, NULL) && !strcasecmp(spoken, words)))
			found = strdup(choices->at[i]);
		free(spoken);
	}
	return found;
}

/* The choice that was spelled; in doubt where another one is as near. */
static char *find_spelled(const struct sy_strings *choices, const char *letters, bool *ret_doubt)
{
	struct sy_spelling_match match;

	if (sy_spelling_nearest(letters, choices->at, choices->n, &match))
		return NULL;
	*ret_doubt = match.margin < SY_SPELLING_MARGIN;
	return strdup(choices->at[match.nearest]);
}

int sy_slot_value_choose(
	const struct sy_slot *slot, const struct sy_strings *choices, const char *words, struct sy_value *value)
{
	char *choice = slot->kind == SY_VALUE_SPELLED ? find_spelled(choices, value->text, &value->corrected)
		       : choices->n                   ? find_choice(choices, words)
						      : strdup(words);

	free(value->text);
	value->text = choice;
	value->n_parts = 0;
	return choice ? 0 : EINVAL;
}

/* A telephone number has at most so many digits (ITU-T E.164), and nobody is reached by fewer than three. */
#define PHONE_DIGITS_MIN 3
#define PHONE_DIGITS_MAX 15

static bool is_phone(const char *value)
{
	size_t n = strspn(value, "+0123456789") - (value[0] == '+');

	return n >= PHONE_DIGITS_MIN && n <= PHONE_DIGITS_MAX;
}

enum sy_on sy_slot_value_judge(const struct sy_slot *slot, const char *value)
{
	struct sy_check_digit check;

	if (slot->kind == SY_VALUE_PHONE)
		return is_phone(value) ? SY_ON_VALUE_SURE : SY_ON_VALUE_BAD;
	if (slot->kind != SY_VALUE_DIGITS)
		return SY_ON_VALUE_SURE;
	if (slot->length && strlen(value) != (size_t)slot->length)
		return SY_ON_VALUE_LENGTH;
	if (!slot->check_digit || sy_check_digit_from(slot->check_digit, &check, NULL))
		return SY_ON_VALUE_SURE;
	return sy_check_digit_holds(&check, value) ? SY_ON_VALUE_SURE : SY_ON_VALUE_CHECK_DIGIT;
}

/* The words of a part, as the hypothesis scored them: as sure as the least sure of them. */
static double part_confidence(const struct sy_value_part *part, const struct sy_word_score *scores)
{
	double confidence = 1;
	size_t i;

	for (i = part->word; i < part->word + part->n_words; i++) {
		if (scores[i].confidence < confidence)
			confidence = scores[i].confidence;
	}
	return confidence;
}

static size_t count_words(const char *text)
{
	size_t n = 0;

	while (*(text += strspn(text, " "))) {
		text += strcspn(text, " ");
		n++;
	}
	return n;
}

const struct sy_word_score *sy_slot_value_scores(const struct sy_hypothesis *heard, const char *words)
{
	size_t n = strlen(words);
	const char *found = NULL;
	const char *at;

	if (!heard || !heard->n_words || !heard->text || heard->n_words != count_words(heard->text))
		return NULL;
	for (at = heard->text; (at = strstr(at, words)) != NULL; at++) {
		if ((at == heard->text || at[-1] == ' ') && (!at[n] || at[n] == ' '))
			found = at;
	}
	if (!found)
		return NULL;
	for (n = 0, at = heard->text; at < found; at++)
		n += *at == ' ';
	return &heard->words[n];
}

void sy_slot_value_confidence(const struct sy_value *value, const struct sy_word_score *scores, double *ret_confidence)
{
	size_t i;

	for (i = 0; i < value->n_parts; i++)
		ret_confidence[i] = scores ? part_confidence(&value->parts[i], scores) : SY_PART_SURE;
}

bool sy_slot_value_kept_sure(const struct sy_value *value, const double *confidence)
{
	double right = 1;
	size_t i;

	for (i = 0; i < value->n_parts; i++) {
		if (confidence[i] >= SY_PART_SURE)
			right *= confidence[i];
	}
	return right >= KEPT_SURE;
}

char *sy_slot_value_repair(const struct sy_slot *slot, const struct sy_value *value, const double *confidence)
{
	double each[SY_CHECK_WEIGHTS_MAX + 1];
	char repaired[SY_CHECK_WEIGHTS_MAX + 1];
	struct sy_check_digit check;
	size_t i;
	size_t k;

	if (strlen(value->text) > SY_CHECK_WEIGHTS_MAX || sy_check_digit_from(slot->check_digit, &check, NULL))
		return NULL;
	for (i = 0; i < value->n_parts; i++) {
		for (k = value->parts[i].at; k < value->parts[i].at + value->parts[i].n; k++)
			each[k] = confidence[i];
	}
	return sy_check_digit_repair(&check, value->text, each, repaired) < 0.5 ? NULL : strdup(repaired);
}

void sy_slot_value_keep_month(const char *present, const struct tm *now, struct sy_value *value)
{
	char text[16];
	char *joined = NULL;

	if (value->n_parts != 1 || value->parts[0].name != SY_PART_DAY)
		return;
	(void)snprintf(text, sizeof(text), "%.2s/%.2s/%.4s", value->text + 8, present + 5, present);
	if (sy_value_normalise(SY_VALUE_DATE, text, now, &joined))
		return;
	free(value->text);
	value->text = joined;
}
