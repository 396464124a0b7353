#include "engine/converse/own_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/converse/part.h"
#include "prompts/spoken.h"

#define WORDS_MAX SY_HYPOTHESIS_WORDS_MAX

char *sy_own_words_sure(const struct sy_hypothesis *heard)
{
	const struct sy_word_score *scores = heard->text ? sy_slot_value_scores(heard, heard->text) : NULL;
	struct sy_text words = {0};
	size_t i = 0;
	bool any = false;
	int err = 0;

	for (const char *at = heard->text; scores && *at && !err; i++) {
		const int n = (int)strcspn(at, " ");
		const bool sure = (double)scores[i].confidence >= SY_PART_SURE;
		err = sy_text_addf(&words, "%s%.*s", i ? " " : "", sure ? n : 1, sure ? at : SY_OWN_WORDS_LOST);
		any = any || sure;
		at += n;
		at += strspn(at, " ");
	}
	if (err || !any) {
		sy_text_reset(&words);
		return NULL;
	}
	return sy_text_take(&words);
}

bool sy_own_words_findable(const struct sy_slot *slot)
{
	return slot->kind == SY_VALUE_DAY || slot->kind == SY_VALUE_DATE ||
	       (slot->kind == SY_VALUE_TEXT && sy_slot_is_chosen(slot));
}

/* A stretch of words, and the value that it has. */
struct found {
	size_t begin, end; /* bytes */
	char *value;
};

/* Of two stretches that share words the longer counts: "the third" lies in "the third of may". Others that differ leave
 * it open which is meant; *ret_open says so. `value` is taken. */
static void weigh(struct found *found, size_t begin, size_t end, char *value, bool *ret_open)
{
	const bool shared = found->value && begin < found->end && end > found->begin;

	if (!found->value || (shared && end - begin > found->end - found->begin)) {
		free(found->value);
		*found = (struct found){begin, end, value};
		return;
	}
	*ret_open = *ret_open || (!shared && strcmp(value, found->value) != 0);
	free(value);
}

/* "What now?" and "the third time" name no day. */
static bool names_a_day(const struct sy_value *value, const char *words)
{
	return strcmp(words, "now") != 0 && strcmp(words, "right now") != 0 &&
	       !(value->n_parts == 1 && value->parts[0].name == SY_PART_DAY);
}

/* All stretches that a value may have, the longest first. */
static int find_read(const struct sy_slot *slot, const struct sy_slot_value_prm *prm, const char *words,
	struct found *found, bool *ret_open)
{
	size_t begins[WORDS_MAX], ends[WORDS_MAX], n = 0;

	for (const char *at = words; *at && n < WORDS_MAX; at += strspn(at, " ")) {
		begins[n] = (size_t)(at - words);
		at += strcspn(at, " ");
		ends[n++] = (size_t)(at - words);
	}
	for (size_t k = n < SY_OWN_WORDS_VALUE_MAX ? n : SY_OWN_WORDS_VALUE_MAX; k > 0; k--)
		for (size_t i = 0; i + k <= n; i++) {
			struct sy_value value = {0};
			char *span = strndup(words + begins[i], ends[i + k - 1] - begins[i]);
			if (!span)
				return ENOMEM;
			if (sy_slot_value_read(slot, prm, span, &value) == 0 && names_a_day(&value, span)) {
				weigh(found, begins[i], ends[i + k - 1], value.text, ret_open);
				value.text = NULL;
			}
			sy_value_reset(&value);
			free(span);
		}
	return 0;
}

/* Wherever the words of one choice stand. */
static int find_spoken(const char *choice, const char *spoken, const char *words, struct found *found, bool *ret_open)
{
	const size_t n = strlen(spoken);

	for (const char *at = words; n && (at = strstr(at, spoken)) != NULL; at++) {
		char *value;
		if ((at != words && at[-1] != ' ') || (at[n] && at[n] != ' '))
			continue;
		if (!(value = strdup(choice)))
			return ENOMEM;
		weigh(found, (size_t)(at - words), (size_t)(at - words) + n, value, ret_open);
	}
	return 0;
}

/* In the list's order: "york" that is found before "new york" gives way to it. */
static int find_chosen(const struct sy_strings *choices, const char *words, struct found *found, bool *ret_open)
{
	int err = 0;

	if (choices->n > SY_OWN_WORDS_CHOICES_MAX)
		return 0;
	for (size_t i = 0; i < choices->n && !err; i++) {
		char *spoken = NULL;
		if (sy_spoken_phrase(choices->at[i], &spoken, NULL) == 0)
			err = find_spoken(choices->at[i], spoken, words, found, ret_open);
		free(spoken);
	}
	return err;
}

int sy_own_words_value(const struct sy_slot *slot, const struct sy_slot_value_prm *prm,
	const struct sy_strings *choices, const char *words, char **ret_value)
{
	struct found found = {0};
	bool open = false;
	int err = sy_slot_is_chosen(slot) ? find_chosen(choices, words, &found, &open)
					  : find_read(slot, prm, words, &found, &open);

	if (!err && (!found.value || open))
		err = ENOENT;
	if (err) {
		free(found.value);
		return err;
	}
	*ret_value = found.value;
	return 0;
}
