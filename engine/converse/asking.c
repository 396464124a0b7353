#include "engine/converse/asking.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/pronounce.h"
#include "prompts/spoken.h"

struct sy_asking {
	struct sy_asking_prm prm;
	const struct sy_article *article;
	struct sy_pairs values;
	struct sy_pairs filled;   /* of the whole call, by name */
	struct sy_pairs kinds;    /* and of what kind each was */
	struct sy_pairs doubtful; /* names of values to be read back */
	struct sy_pairs checked;  /* names of values that were read back and are right */
	struct sy_pairs denied;   /* the value of each slot that the caller said was wrong */
	const struct sy_slot *slot;
	char *offered; /* a value that may be stored */
	bool offered_sure;
	size_t count;
	const struct sy_slot *known; /* whose grammar and choices these are */
	char grammar[SY_WORD_MAX];
	struct sy_strings choices;
};

int sy_asking_create(const struct sy_asking_prm *prm, struct sy_asking **ret_asking)
{
	struct sy_asking *asking = calloc(1, sizeof(*asking));

	if (!asking)
		return ENOMEM;
	asking->prm = *prm;
	*ret_asking = asking;
	return 0;
}

static void forget_article(struct sy_asking *asking)
{
	sy_pairs_reset(&asking->values);
	sy_pairs_reset(&asking->doubtful);
	sy_pairs_reset(&asking->checked);
	sy_pairs_reset(&asking->denied);
	free(asking->offered);
	asking->offered = NULL;
	asking->article = NULL;
	asking->slot = NULL;
}

void sy_asking_forget(struct sy_asking *asking)
{
	forget_article(asking);
	sy_pairs_reset(&asking->filled);
	sy_pairs_reset(&asking->kinds);
}

void sy_asking_destroy(struct sy_asking *asking)
{
	if (!asking)
		return;
	sy_asking_forget(asking);
	sy_strings_reset(&asking->choices);
	free(asking);
}

/* An optional detail belongs to the sentence that it was said in: "are you open on Sunday" says nothing about the next
 * question. */
static int take_over(struct sy_asking *asking, const struct sy_slot *slot)
{
	const char *value = sy_pairs_get(&asking->filled, slot->name);
	const char *kind = sy_pairs_get(&asking->kinds, slot->name);
	int err;

	if (!value || slot->optional || strcmp(kind, sy_value_kind_name(slot->kind)))
		return 0;
	err = sy_pairs_set(&asking->values, slot->name, value);
	return err ? err : sy_pairs_set(&asking->checked, slot->name, "");
}

int sy_asking_know(struct sy_asking *asking, const char *name, enum sy_value_kind kind, const char *value)
{
	int err = sy_pairs_set(&asking->filled, name, value);

	return err ? err : sy_pairs_set(&asking->kinds, name, sy_value_kind_name(kind));
}

int sy_asking_begin(struct sy_asking *asking, const struct sy_article *article)
{
	size_t i;
	int err = 0;

	forget_article(asking);
	asking->article = article;
	for (i = 0; i < article->n_slots && !err; i++)
		err = take_over(asking, &article->slots[i]);
	return err;
}

const struct sy_article *sy_asking_article(const struct sy_asking *asking)
{
	return asking->article;
}

/* Has the slot's grammar and choices at hand. */
static int know(struct sy_asking *asking, const struct sy_slot *slot, struct sy_problem *why)
{
	struct sy_strings choices = {0};
	char grammar[SY_WORD_MAX] = "";
	int err;

	if (asking->known == slot)
		return 0;
	err = asking->prm.slot_grammar(asking->prm.arg, asking->article, slot, grammar, &choices, why);
	if (err)
		return err;
	sy_strings_reset(&asking->choices);
	asking->choices = choices;
	memcpy(asking->grammar, grammar, sizeof(asking->grammar));
	asking->known = slot;
	return 0;
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

char *sy_asking_normalise(struct sy_asking *asking, const struct sy_slot *slot, const char *words)
{
	char *value = NULL;

	if (slot->kind != SY_VALUE_TEXT)
		return sy_value_normalise(slot->kind, words, &asking->prm.now, &value) ? NULL : value;
	if (know(asking, slot, NULL))
		return NULL;
	return asking->choices.n ? find_choice(&asking->choices, words) : strdup(words);
}

/* What is wrong with a value of the right kind; VALUE_SURE when nothing is. */
static enum sy_on judge(const struct sy_slot *slot, const char *value)
{
	if (slot->kind != SY_VALUE_DIGITS)
		return SY_ON_VALUE_SURE;
	if (slot->length && strlen(value) != (size_t)slot->length)
		return SY_ON_VALUE_LENGTH;
	return slot->check_digit && !sy_value_luhn(value) ? SY_ON_VALUE_CHECK_DIGIT : SY_ON_VALUE_SURE;
}

static int set_value(struct sy_asking *asking, const struct sy_slot *slot, const char *value, bool doubtful)
{
	int err = sy_pairs_set(&asking->values, slot->name, value);

	sy_pairs_remove(&asking->checked, slot->name);
	if (doubtful && !err)
		return sy_pairs_set(&asking->doubtful, slot->name, "");
	sy_pairs_remove(&asking->doubtful, slot->name);
	if (!err)
		err = sy_pairs_set(&asking->filled, slot->name, value);
	return err ? err : sy_pairs_set(&asking->kinds, slot->name, sy_value_kind_name(slot->kind));
}

int sy_asking_take(struct sy_asking *asking, const struct sy_pairs *spoken, bool doubtful)
{
	size_t i;
	int err = 0;

	for (i = 0; i < spoken->n && !err; i++) {
		const struct sy_slot *slot = sy_article_slot(asking->article, spoken->at[i].name);
		char *value = slot ? sy_asking_normalise(asking, slot, spoken->at[i].value) : NULL;

		if (value && judge(slot, value) == SY_ON_VALUE_SURE)
			err = set_value(asking, slot, value, doubtful);
		free(value);
	}
	return err;
}

static bool needs_check(const struct sy_asking *asking, const struct sy_slot *slot)
{
	if (sy_pairs_get(&asking->checked, slot->name))
		return false;
	return slot->confirm || sy_pairs_get(&asking->doubtful, slot->name);
}

enum sy_on sy_asking_next(struct sy_asking *asking, struct sy_problem *why)
{
	size_t i;

	asking->slot = NULL;
	for (i = 0; i < asking->article->n_slots; i++) {
		const struct sy_slot *slot = &asking->article->slots[i];
		bool there = sy_pairs_get(&asking->values, slot->name) != NULL;
		bool check = there && needs_check(asking, slot);

		if (!check && (there || slot->optional))
			continue;
		if (know(asking, slot, why))
			return SY_ON_LOOK_UP_FAILED;
		asking->slot = slot;
		return check ? SY_ON_NEED_CHECK : SY_ON_NEED_VALUE;
	}
	return SY_ON_ANSWERED;
}

const struct sy_slot *sy_asking_slot(const struct sy_asking *asking)
{
	return asking->slot;
}

const char *sy_asking_value(const struct sy_asking *asking)
{
	return asking->slot ? sy_pairs_get(&asking->values, asking->slot->name) : NULL;
}

const char *sy_asking_grammar(const struct sy_asking *asking)
{
	return asking->slot && asking->slot == asking->known ? asking->grammar : "";
}

const struct sy_strings *sy_asking_choices(const struct sy_asking *asking)
{
	return &asking->choices;
}

size_t sy_asking_count(const struct sy_asking *asking)
{
	return asking->count;
}

/* Takes the value (NULL: there is none). */
static enum sy_on offer(struct sy_asking *asking, char *value, bool sure)
{
	const char *denied = asking->slot ? sy_pairs_get(&asking->denied, asking->slot->name) : NULL;
	enum sy_on on;

	free(asking->offered);
	asking->offered = NULL;
	if (!value || !asking->slot) {
		free(value);
		return SY_ON_VALUE_BAD;
	}
	asking->count = strlen(value);
	on = judge(asking->slot, value);
	if (on != SY_ON_VALUE_SURE) {
		free(value);
		return on;
	}
	asking->offered = value;
	asking->offered_sure = sure && (!denied || strcmp(denied, value));
	return asking->offered_sure ? SY_ON_VALUE_SURE : SY_ON_VALUE_DOUBTFUL;
}

enum sy_on sy_asking_hear(struct sy_asking *asking, const char *words, bool sure)
{
	return offer(asking, asking->slot ? sy_asking_normalise(asking, asking->slot, words) : NULL, sure);
}

enum sy_on sy_asking_type(struct sy_asking *asking, const char *value)
{
	return offer(asking, value ? strdup(value) : NULL, true);
}

int sy_asking_store(struct sy_asking *asking)
{
	if (!asking->slot || !asking->offered)
		return 0;
	return set_value(asking, asking->slot, asking->offered, !asking->offered_sure);
}

void sy_asking_checked(struct sy_asking *asking)
{
	const char *value = sy_asking_value(asking);
	char *copy = value ? strdup(value) : NULL;

	if (copy && !set_value(asking, asking->slot, copy, false))
		(void)sy_pairs_set(&asking->checked, asking->slot->name, "");
	free(copy);
}

static void remove_value(struct sy_asking *asking, const struct sy_slot *slot)
{
	sy_pairs_remove(&asking->values, slot->name);
	sy_pairs_remove(&asking->filled, slot->name);
	sy_pairs_remove(&asking->doubtful, slot->name);
	sy_pairs_remove(&asking->checked, slot->name);
}

int sy_asking_denied(struct sy_asking *asking)
{
	const char *value = sy_asking_value(asking);
	int err;

	if (!value)
		return 0;
	err = sy_pairs_set(&asking->denied, asking->slot->name, value);
	remove_value(asking, asking->slot);
	return err;
}

bool sy_asking_drop(struct sy_asking *asking)
{
	size_t i = asking->slot ? (size_t)(asking->slot - asking->article->slots) : 0;

	while (i--) {
		const struct sy_slot *slot = &asking->article->slots[i];

		if (!sy_pairs_get(&asking->values, slot->name))
			continue;
		remove_value(asking, slot);
		return sy_asking_next(asking, NULL) == SY_ON_NEED_VALUE && asking->slot == slot;
	}
	return false;
}

const struct sy_pairs *sy_asking_values(const struct sy_asking *asking)
{
	return &asking->values;
}

const struct sy_pairs *sy_asking_filled(const struct sy_asking *asking)
{
	return &asking->filled;
}
