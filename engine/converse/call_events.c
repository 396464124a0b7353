#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/call_parts.h"
#include "prompts/marks.h"

static void emit(struct sy_call *call, struct sy_event *event)
{
	if (!event->state) {
		event->t_ms = call->now_ms;
		event->state = sy_state_name(call->before);
	}
	if (call->prm.handlers.event)
		call->prm.handlers.event(event, call->prm.handlers.arg);
}

int sy_call_emit_begin(struct sy_call *call)
{
	struct sy_event event = {.kind = SY_EVENT_CALL,
		.case_key = call->case_key,
		.kb_version = sy_snapshot_version(call->prm.snapshot)};

	call->card.kb_version = event.kb_version;
	call->card.case_key = strdup(call->case_key);
	if (!call->card.case_key)
		return ENOMEM;
	emit(call, &event);
	return 0;
}

void sy_call_emit_said(void *arg, const struct sy_told *told)
{
	struct sy_call *call = arg;
	struct sy_event event = {.kind = SY_EVENT_SAY,
		.t_ms = told->begun_ms,
		.state = sy_state_name((enum sy_state)told->tag),
		.text = told->text,
		.duration_ms = told->duration_ms,
		.interrupted = told->interrupted};
	int err = sy_card_add_said(&call->card, told->text);

	call->err = call->err ? call->err : err;
	emit(call, &event);
}

static int note_heard(struct sy_call *call, const struct sy_hypothesis *heard)
{
	struct sy_text line = {0};
	int err = sy_text_addf(&line, "%s: %s", sy_decision_name(heard->decision), heard->text ? heard->text : "");

	if (!err)
		err = sy_card_add_heard(&call->card, sy_text_str(&line));
	sy_text_reset(&line);
	return err;
}

/* What the words of each slot come to, where they come to something. */
static int normalise(struct sy_call *call, const struct sy_hypothesis *heard, struct sy_pairs *values)
{
	const struct sy_article *article = heard->intent ? sy_content_article(call->content, heard->intent) : NULL;
	const struct sy_slot *asked = sy_asking_slot(call->asking);
	size_t i;
	int err = 0;

	for (i = 0; i < heard->slots.n && !err; i++) {
		const struct sy_pair *spoken = &heard->slots.at[i];
		const struct sy_slot *slot = article ? sy_article_slot(article, spoken->name) : NULL;
		char *value;

		if (!slot && asked && !strcmp(asked->name, spoken->name))
			slot = asked;
		if (!slot || (sy_slot_is_chosen(slot) && slot != asked))
			continue;
		value = sy_asking_normalise(call->asking, slot, spoken->value);
		if (value)
			err = sy_pairs_set(values, spoken->name, value);
		free(value);
	}
	return err;
}

int sy_call_emit_heard(struct sy_call *call, const struct sy_hypothesis *heard)
{
	struct sy_pairs values = {0};
	struct sy_event event = {.kind = SY_EVENT_HEARD,
		.hypothesis = heard,
		.turn_begin_ms = sy_turn_begin_ms(call->turn),
		.turn_end_ms = sy_turn_end_ms(call->turn),
		.goes_on = sy_turn_goes_on(call->turn) && !sy_turn_is_added(call->turn),
		.values = &values};
	int err = normalise(call, heard, &values);

	if (!err && !sy_heard_nobody(heard, event.turn_end_ms - event.turn_begin_ms))
		err = note_heard(call, heard);
	if (!err)
		emit(call, &event);
	sy_pairs_reset(&values);
	return err;
}

void sy_call_emit_key(struct sy_call *call, char key)
{
	struct sy_event event = {.kind = SY_EVENT_KEY, .key = key};

	emit(call, &event);
}

void sy_call_emit_silence(struct sy_call *call, int ms)
{
	struct sy_event event = {.kind = SY_EVENT_SILENCE, .duration_ms = ms};

	emit(call, &event);
}

int sy_call_emit_answer(struct sy_call *call, const char *text)
{
	const struct sy_article *article = sy_asking_article(call->asking);
	struct sy_event event = {.kind = SY_EVENT_ANSWER, .article = article->id};
	char *plain = NULL;
	int err = sy_card_add_tried(&call->card, article->id);

	if (err)
		return err;
	event.text = sy_marks_plain(text, &plain, NULL) ? text : plain;
	emit(call, &event);
	free(plain);
	return 0;
}

/* What the person who takes over needs to know (promise P4). */
static int fill_card(struct sy_call *call, enum sy_reason reason)
{
	const struct sy_article *article = sy_asking_article(call->asking);
	int err;

	free(call->card.reason);
	free(call->card.article);
	call->card.reason = strdup(sy_reason_name(reason));
	call->card.article = article ? strdup(article->id) : NULL;
	if (!call->card.reason || (article && !call->card.article))
		return ENOMEM;
	err = sy_pairs_copy(sy_asking_filled(call->asking), &call->card.slots);
	return err;
}

int sy_call_emit_handoff(struct sy_call *call, enum sy_reason reason)
{
	struct sy_event event = {.kind = SY_EVENT_HANDOFF,
		.case_key = call->case_key,
		.reason = sy_reason_name(reason),
		.card = &call->card};
	int err = fill_card(call, reason);

	if (!err)
		emit(call, &event);
	return err;
}

/* "answered": the call ended after an answer, however it did; "goodbye": the caller wanted no more without one. */
static const char *outcome(const struct sy_call *call, enum sy_state before, enum sy_on on)
{
	bool afterwards = before == SY_STATE_FOLLOW_UP || before == SY_STATE_STILL_THERE || before == SY_STATE_GOODBYE;

	if (before == SY_STATE_PASSED)
		return "handoff";
	if (afterwards && call->dialogue.answered)
		return "answered";
	if (on != SY_ON_HANG_UP)
		return "goodbye";
	return before == SY_STATE_HAND_OVER ? "abandoned" : "hangup";
}

void sy_call_emit_end(struct sy_call *call, enum sy_state before, enum sy_on on)
{
	struct sy_event event = {
		.kind = SY_EVENT_END, .case_key = call->case_key, .outcome = outcome(call, before, on)};

	emit(call, &event);
}
