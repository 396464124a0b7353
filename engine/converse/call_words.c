#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/call_parts.h"

/* A blank between two prompts. */
static int add_text(struct sy_text *text, const char *s)
{
	int err = text->len ? sy_text_add(text, " ") : 0;

	return err ? err : sy_text_add(text, s);
}

static int join(const struct sy_pairs *a, const struct sy_pairs *b, struct sy_pairs *both)
{
	size_t i;
	int err = sy_pairs_copy(a, both);

	for (i = 0; b && i < b->n && !err; i++)
		err = sy_pairs_set(both, b->at[i].name, b->at[i].value);
	return err;
}

int sy_call_add_prompt(
	struct sy_call *call, enum sy_prompt_id prompt, const struct sy_pairs *more, struct sy_text *text)
{
	struct sy_pairs values = {0};
	char *words = NULL;
	int err;

	if (prompt == SY_PROMPT_NONE)
		return 0;
	err = join(&call->common, more, &values);
	if (!err)
		err = sy_prompt_fill(call->prm.prompts, sy_prompt_id(prompt), &values, &words, NULL);
	if (!err)
		err = add_text(text, words);
	free(words);
	sy_pairs_reset(&values);
	return err;
}

/* A prompt with one value. */
static int add_with(
	struct sy_call *call, enum sy_prompt_id prompt, const char *name, const char *value, struct sy_text *text)
{
	struct sy_pairs values = {0};
	int err = sy_pairs_set(&values, name, value);

	if (!err)
		err = sy_call_add_prompt(call, prompt, &values, text);
	sy_pairs_reset(&values);
	return err;
}

static const char *title_of(const struct sy_article *article)
{
	return article->title ? article->title : article->id;
}

static int add_lengths(struct sy_call *call, enum sy_prompt_id prompt, struct sy_text *text)
{
	const struct sy_slot *slot = sy_asking_wanted(call->asking);
	char count[24];
	char length[24];
	struct sy_pairs values = {0};
	int err;

	(void)snprintf(count, sizeof(count), "%zu", sy_asking_count(call->asking));
	(void)snprintf(length, sizeof(length), "%d", slot ? slot->length : 0);
	err = sy_pairs_set(&values, "count", count);
	if (!err)
		err = sy_pairs_set(&values, "length", length);
	if (!err)
		err = sy_call_add_prompt(call, prompt, &values, text);
	sy_pairs_reset(&values);
	return err;
}

/* The same for a company that says no name. */
static enum sy_prompt_id nameless(enum sy_prompt_id lead)
{
	switch (lead) {
	case SY_PROMPT_GREETING:
		return SY_PROMPT_GREETING_NAMELESS;
	case SY_PROMPT_GREETING_AGAIN:
		return SY_PROMPT_GREETING_AGAIN_NAMELESS;
	case SY_PROMPT_GOODBYE:
		return SY_PROMPT_GOODBYE_NAMELESS;
	default:
		return lead;
	}
}

/* The base's own greeting. */
static int add_greeting(struct sy_call *call, struct sy_text *text)
{
	char *words = NULL;
	int err = sy_template_fill("greeting", call->content->greeting, &call->common, &words, NULL);

	if (!err)
		err = add_text(text, words);
	free(words);
	return err;
}

int sy_call_add_lead(struct sy_call *call, enum sy_prompt_id lead, struct sy_text *text)
{
	switch (lead) {
	case SY_PROMPT_VALUE_LENGTH:
		return add_lengths(call, lead, text);
	case SY_PROMPT_CONFIRM_SECOND:
		return add_with(call, lead, "title", title_of(call->candidate.article), text);
	case SY_PROMPT_GREETING:
		if (call->content->greeting)
			return add_greeting(call, text);
		/* fall through */
	default:
		return sy_call_add_prompt(call, call->content->company ? lead : nameless(lead), NULL, text);
	}
}

int sy_call_add_choices(struct sy_call *call, struct sy_text *text)
{
	return sy_menu_say(&call->menu, call->prm.prompts, text);
}

/* How to type it, for callers who use the keys, and for all after a failure. */
static int add_hint(struct sy_call *call, const struct sy_slot *slot, struct sy_text *text)
{
	if (!call->by_keys && !call->dialogue.failures)
		return 0;
	if (sy_typed_chosen(slot))
		return sy_call_add_choices(call, text);
	return add_lengths(call, sy_typed_hint(slot), text);
}

static int add_part(struct sy_call *call, const struct sy_part *part, struct sy_text *text)
{
	int err = sy_call_add_prompt(call, sy_part_prompt(part), sy_part_words(part), text);

	return err ? err : add_hint(call, sy_part_slot(part), text);
}

static int add_ask(struct sy_call *call, const struct sy_slot *slot, struct sy_text *text)
{
	const struct sy_part *part = sy_asking_part(call->asking);
	struct sy_pairs values = {0};
	char *words = NULL;
	int err;

	if (part)
		return add_part(call, part, text);
	err = join(&call->common, sy_asking_values(call->asking), &values);

	if (!err && slot->ask && !sy_template_fill(slot->name, slot->ask, &values, &words, NULL))
		err = add_text(text, words);
	else if (!err)
		err = add_with(call, SY_PROMPT_ASK, "name", slot->name, text);
	free(words);
	sy_pairs_reset(&values);
	return err ? err : add_hint(call, slot, text);
}

static int add_check(struct sy_call *call, const struct sy_slot *slot, struct sy_text *text)
{
	static const enum sy_prompt_id prompts[] = {
		[SY_VALUE_TEXT] = SY_PROMPT_CHECK_TEXT,
		[SY_VALUE_DIGITS] = SY_PROMPT_CHECK_DIGITS,
		[SY_VALUE_NUMBER] = SY_PROMPT_CHECK_NUMBER,
		[SY_VALUE_MONEY] = SY_PROMPT_CHECK_MONEY,
		[SY_VALUE_DATE] = SY_PROMPT_CHECK_DATE,
		[SY_VALUE_TIME] = SY_PROMPT_CHECK_TIME,
		[SY_VALUE_YES_NO] = SY_PROMPT_CHECK_TEXT,
		[SY_VALUE_DAY] = SY_PROMPT_CHECK_DAY,
		[SY_VALUE_PHONE] = SY_PROMPT_CHECK_PHONE,
		[SY_VALUE_SPELLED] = SY_PROMPT_CHECK_TEXT,
	};
	const char *value = sy_asking_value(call->asking);
	int err;

	if (!value)
		return add_ask(call, slot, text);
	err = add_with(call, prompts[slot->kind], "value", value, text);
	return err == EINVAL ? add_with(call, SY_PROMPT_CHECK_TEXT, "value", value, text) : err;
}

/* At most two, so that they are remembered; named once after each answer. */
static int add_follow_up(struct sy_call *call, struct sy_text *text)
{
	const struct sy_article *offered[2];
	struct sy_pairs values = {0};
	size_t n = 0;
	size_t i;
	int err = 0;

	for (i = 0; call->answered && !call->offered_more && i < call->answered->followups.n && n < 2; i++) {
		const struct sy_article *article = sy_content_article(call->content, call->answered->followups.at[i]);

		if (article && article != call->answered)
			offered[n++] = article;
	}
	call->offered_more = true;
	if (n > 0)
		err = sy_pairs_set(&values, "first", title_of(offered[0]));
	if (n > 1 && !err)
		err = sy_pairs_set(&values, "second", title_of(offered[1]));
	if (!err)
		err = sy_call_add_prompt(call,
			n == 0   ? SY_PROMPT_FOLLOW_UP
			: n == 1 ? SY_PROMPT_FOLLOW_UP_ONE
				 : SY_PROMPT_FOLLOW_UP_TWO,
			&values, text);
	sy_pairs_reset(&values);
	return err;
}

static int add_either(struct sy_call *call, struct sy_text *text)
{
	struct sy_pairs values = {0};
	int err = sy_pairs_set(&values, "first", title_of(call->candidate.article));

	if (!err)
		err = sy_pairs_set(&values, "second", title_of(call->candidate.second));
	if (!err)
		err = sy_call_add_prompt(call, SY_PROMPT_CONFIRM_EITHER, &values, text);
	sy_pairs_reset(&values);
	if (!err && call->by_keys)
		err = sy_call_add_prompt(call, SY_PROMPT_TYPE_WHICH, NULL, text);
	return err;
}

static int add_keys_yes_no(struct sy_call *call, struct sy_text *text)
{
	return call->by_keys ? sy_call_add_prompt(call, SY_PROMPT_KEYS_YES_NO, NULL, text) : 0;
}

static int add_menu(struct sy_call *call, enum sy_prompt_id prompt, struct sy_text *text)
{
	int err = sy_call_add_prompt(call, prompt, NULL, text);

	return err ? err : sy_call_add_choices(call, text);
}

int sy_call_add_question(struct sy_call *call, enum sy_state asked_in, struct sy_text *text)
{
	const struct sy_slot *slot = sy_asking_slot(call->asking);
	int err;

	switch (asked_in) {
	case SY_STATE_GREETING:
		return sy_call_add_prompt(call, SY_PROMPT_OPEN_FIRST, NULL, text);
	case SY_STATE_OPEN:
		return sy_call_add_prompt(call, call->by_keys ? SY_PROMPT_OPEN_KEYS : SY_PROMPT_OPEN, NULL, text);
	case SY_STATE_CONFIRM:
		err = add_with(call, SY_PROMPT_CONFIRM, "title", title_of(call->candidate.article), text);
		return err ? err : add_keys_yes_no(call, text);
	case SY_STATE_EITHER:
		return add_either(call, text);
	case SY_STATE_ASK:
		return slot ? add_ask(call, slot, text) : 0;
	case SY_STATE_CHECK:
		err = slot ? add_check(call, slot, text) : 0;
		return err ? err : add_keys_yes_no(call, text);
	case SY_STATE_CORRECT:
		err = sy_call_add_prompt(call, SY_PROMPT_CORRECT, NULL, text);
		return err || !slot ? err : add_hint(call, slot, text);
	case SY_STATE_FOLLOW_UP:
		err = add_follow_up(call, text);
		return err ? err : add_keys_yes_no(call, text);
	case SY_STATE_STILL_THERE:
		return sy_call_add_prompt(call, SY_PROMPT_STILL_THERE, NULL, text);
	case SY_STATE_OFFER:
		return sy_call_add_prompt(call, SY_PROMPT_OFFER_PERSON, NULL, text);
	case SY_STATE_TOPICS:
		return add_menu(call, SY_PROMPT_TOPICS, text);
	case SY_STATE_TITLES:
		return add_menu(call, SY_PROMPT_TITLES, text);
	default:
		return 0;
	}
}
