#include "engine/converse/asking.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/own_words.h"
#include "grammars/pronounce.h"

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
	struct sy_part *part; /* asked for alone, or NULL */
	char part_grammar[SY_WORD_MAX];
	bool kept_sure;              /* the rest of its value need not be read back */
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
	sy_part_destroy(asking->part);
	asking->part = NULL;
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

/* The value that words of a slot have, with all that may be wrong with it. EINVAL: they have none. */
static int understand(
	struct sy_asking *asking, const struct sy_slot *slot, const char *words, struct sy_value *ret_value)
{
	struct sy_value value = {0};
	int err = sy_slot_value_read(slot, &asking->prm.value, words, &value);

	if (!err && sy_slot_is_chosen(slot)) {
		err = know(asking, slot, NULL) ? EINVAL : sy_slot_value_choose(slot, &asking->choices, words, &value);
	}
	if (err)
		sy_value_reset(&value);
	else
		*ret_value = value;
	return err;
}

char *sy_asking_normalise(struct sy_asking *asking, const struct sy_slot *slot, const char *words)
{
	struct sy_value value = {0};

	if (understand(asking, slot, words, &value))
		return NULL;
	free(value.other);
	return value.text;
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
		struct sy_value value = {0};

		if (!slot || understand(asking, slot, spoken->at[i].value, &value))
			continue;
		if (sy_slot_value_judge(slot, value.text) == SY_ON_VALUE_SURE)
			err = set_value(asking, slot, value.text, doubtful || value.other || value.corrected);
		sy_value_reset(&value);
	}
	return err;
}

int sy_asking_find(struct sy_asking *asking, const char *words, bool doubtful)
{
	int err = 0;

	for (size_t i = 0; i < asking->article->n_slots && !err; i++) {
		const struct sy_slot *slot = &asking->article->slots[i];
		char *value = NULL;

		if (sy_pairs_get(&asking->values, slot->name) || !sy_own_words_findable(slot) ||
			(sy_slot_is_chosen(slot) && know(asking, slot, NULL)))
			continue;
		err = sy_own_words_value(slot, &asking->prm.value, &asking->choices, words, &value);
		if (!err)
			err = set_value(asking, slot, value, doubtful || slot->kind == SY_VALUE_DATE);
		err = err == ENOENT ? 0 : err;
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

	sy_part_destroy(asking->part);
	asking->part = NULL;
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

const struct sy_part *sy_asking_part(const struct sy_asking *asking)
{
	return asking->part;
}

const char *sy_asking_part_grammar(const struct sy_asking *asking)
{
	return asking->part ? asking->part_grammar : "";
}

const struct sy_slot *sy_asking_wanted(const struct sy_asking *asking)
{
	return asking->part ? sy_part_slot(asking->part) : asking->slot;
}

static void drop_part(struct sy_asking *asking)
{
	sy_part_destroy(asking->part);
	asking->part = NULL;
}

static void drop_offered(struct sy_asking *asking)
{
	free(asking->offered);
	asking->offered = NULL;
}

/* Takes the value; it is whole and of the right kind. */
static enum sy_on offer(struct sy_asking *asking, char *value, bool sure)
{
	const char *denied = sy_pairs_get(&asking->denied, asking->slot->name);

	drop_offered(asking);
	asking->offered = value;
	asking->offered_sure = sure && (!denied || strcmp(denied, value));
	return asking->offered_sure ? SY_ON_VALUE_SURE : SY_ON_VALUE_DOUBTFUL;
}

/* How sure a value is: as a whole, and each of its parts. */
struct weight {
	bool sure;
	const struct sy_word_score *scores; /* NULL: words were not scored */
	double confidence[SY_VALUE_PARTS_MAX];
};

/* The likeliest number that it can have been is read back. */
static enum sy_on repair(struct sy_asking *asking, const struct sy_value *value, const double *confidence)
{
	const char *denied = sy_pairs_get(&asking->denied, asking->slot->name);
	char *repaired = sy_slot_value_repair(asking->slot, value, confidence);

	if (!repaired || (denied && !strcmp(denied, repaired))) {
		free(repaired);
		return SY_ON_VALUE_CHECK_DIGIT;
	}
	return offer(asking, repaired, false);
}

/* The part's question and grammar become the present ones; `on` where they cannot be had. */
static enum sy_on ask_part(struct sy_asking *asking, struct sy_part *part, bool kept_sure, enum sy_on on)
{
	struct sy_strings none = {0};
	char grammar[SY_WORD_MAX] = "";

	if (asking->prm.slot_grammar(asking->prm.arg, asking->article, sy_part_slot(part), grammar, &none, NULL)) {
		sy_part_destroy(part);
		return on;
	}
	sy_strings_reset(&none);
	asking->part = part;
	asking->kept_sure = kept_sure;
	memcpy(asking->part_grammar, grammar, sizeof(asking->part_grammar));
	return SY_ON_VALUE_PART;
}

/* A question about a part of the value, or about which of two it is; `on` where there is none. */
static enum sy_on find_part(
	struct sy_asking *asking, const struct sy_value *value, const struct weight *weight, enum sy_on on)
{
	struct sy_part *part = NULL;

	if (on == SY_ON_VALUE_SURE && !sy_part_create_either(asking->slot, value, &part))
		return ask_part(asking, part, weight->sure, on);
	if (!weight->sure && weight->scores && !sy_part_create(asking->slot, value, weight->confidence, &part))
		return ask_part(asking, part, sy_slot_value_kept_sure(value, weight->confidence), on);
	return on;
}

/* A whole value of the slot. Taken. */
static enum sy_on weigh(struct sy_asking *asking, struct sy_value *value, bool sure, const struct sy_word_score *scores)
{
	struct weight weight = {.sure = sure, .scores = scores};
	bool asked = asking->part != NULL;
	enum sy_on on = sy_slot_value_judge(asking->slot, value->text);
	char *text;

	asking->count = strlen(value->text);
	sy_slot_value_confidence(value, scores, weight.confidence);
	drop_part(asking);
	/* What was typed was not misheard. */
	if (on == SY_ON_VALUE_CHECK_DIGIT && value->n_parts)
		on = repair(asking, value, weight.confidence);
	if (!asked && on != SY_ON_VALUE_DOUBTFUL)
		on = find_part(asking, value, &weight, on);
	if (on == SY_ON_VALUE_SURE) {
		text = value->text;
		value->text = NULL;
		on = offer(asking, text, sure && !value->corrected && !value->other);
	}
	sy_value_reset(value);
	return on;
}

/* One of the two that were offered, in full. */
static bool hear_offered(struct sy_asking *asking, const char *words, struct sy_value *ret_whole)
{
	struct sy_value whole = {0};

	if (sy_slot_value_read(asking->slot, &asking->prm.value, words, &whole))
		return false;
	if (!sy_part_offers(asking->part, whole.text) || whole.other) {
		sy_value_reset(&whole);
		return false;
	}
	*ret_whole = whole;
	return true;
}

/* The answer to a part's question, joined with what was kept. */
static bool hear_part(struct sy_asking *asking, const char *words, struct sy_value *ret_whole)
{
	const struct sy_slot *slot = sy_part_slot(asking->part);
	struct sy_value answer = {0};
	struct sy_value whole = {0};
	int err;

	if (hear_offered(asking, words, ret_whole))
		return true;
	err = sy_slot_value_read(slot, &asking->prm.value, words, &answer);
	if (!err && slot->length && strlen(answer.text) != (size_t)slot->length)
		err = EINVAL;
	if (!err)
		err = sy_part_join(asking->part, answer.text, &asking->prm.value.now, &whole.text);
	sy_value_reset(&answer);
	if (err)
		return false;
	*ret_whole = whole;
	return true;
}

/* A date that puts another one right. */
static void keep_month(const struct sy_asking *asking, struct sy_value *value)
{
	const char *present = sy_asking_value(asking);

	if (asking->slot->kind == SY_VALUE_DATE && present)
		sy_slot_value_keep_month(present, &asking->prm.value.now, value);
}

enum sy_on sy_asking_hear(struct sy_asking *asking, const char *words, bool sure, const struct sy_hypothesis *heard)
{
	struct sy_value value = {0};

	drop_offered(asking);
	if (!asking->slot)
		return SY_ON_VALUE_BAD;
	if (asking->part && hear_part(asking, words, &value))
		return weigh(asking, &value, sure && asking->kept_sure, NULL);
	if (understand(asking, asking->slot, words, &value))
		return SY_ON_VALUE_BAD;
	keep_month(asking, &value);
	/* A few digits that are too few are more likely meant for the part that was asked for. */
	asking->count = strlen(value.text);
	if (asking->part && sy_slot_value_judge(asking->slot, value.text) == SY_ON_VALUE_LENGTH) {
		sy_value_reset(&value);
		return SY_ON_VALUE_LENGTH;
	}
	return weigh(asking, &value, sure, sy_slot_value_scores(heard, words));
}

enum sy_on sy_asking_type(struct sy_asking *asking, const char *value)
{
	struct sy_value whole = {0};
	int err = value && asking->slot ? 0 : EINVAL;

	drop_offered(asking);
	if (!err && asking->part)
		err = sy_part_join(asking->part, value, &asking->prm.value.now, &whole.text);
	else if (!err)
		err = (whole.text = strdup(value)) ? 0 : ENOMEM;
	return err ? SY_ON_VALUE_BAD : weigh(asking, &whole, !asking->part || asking->kept_sure, NULL);
}

int sy_asking_store(struct sy_asking *asking)
{
	if (!asking->slot || !asking->offered)
		return 0;
	drop_part(asking);
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
