#include "engine/converse/event.h"

#include <string.h>

const char *sy_event_name(enum sy_event_kind kind)
{
	static const char *const names[] = {
		[SY_EVENT_CALL] = "call",
		[SY_EVENT_SAY] = "say",
		[SY_EVENT_HEARD] = "heard",
		[SY_EVENT_KEY] = "key",
		[SY_EVENT_SILENCE] = "silence",
		[SY_EVENT_ANSWER] = "answer",
		[SY_EVENT_HANDOFF] = "handoff",
		[SY_EVENT_END] = "end",
	};

	return (unsigned)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "?";
}

static json_t *pairs_json(const struct sy_pairs *pairs)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; object && pairs && i < pairs->n; i++) {
		if (json_object_set_new(object, pairs->at[i].name, json_string_nocheck(pairs->at[i].value))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

/* Adds what `fields` holds (taken); NULL is a failure before. */
static int merge(json_t *event, json_t *fields)
{
	int err = fields ? json_object_update(event, fields) : -1;

	json_decref(fields);
	return err;
}

/* "text" is never null: nothing heard is an empty text. */
static json_t *text_json(const char *text)
{
	return json_string_nocheck(text ? text : "");
}

static json_t *heard_json(const struct sy_event *event)
{
	const struct sy_hypothesis *heard = event->hypothesis;

	if (!heard)
		return NULL;
	return json_pack("{s:o, s:s?, s:s?, s:o, s:o, s:f, s:s, s:s, s:i, s:i, s:I, s:I, s:b}", "text",
		text_json(heard->text), "intent", heard->intent, "second", heard->second, "slots",
		pairs_json(&heard->slots), "values", pairs_json(event->values), "confidence", heard->confidence,
		"decision", sy_decision_name(heard->decision), "sounded", sy_sounded_name(heard->sounded), "audio_ms",
		heard->audio_ms, "decode_ms", heard->decode_ms, "turn_begin_ms", (json_int_t)event->turn_begin_ms,
		"turn_end_ms", (json_int_t)event->turn_end_ms, "goes_on", event->goes_on);
}

static json_t *fields_json(const struct sy_event *event)
{
	const char key[2] = {event->key, '\0'};

	switch (event->kind) {
	case SY_EVENT_CALL:
		return json_pack(
			"{s:s?, s:I}", "case_key", event->case_key, "kb_version", (json_int_t)event->kb_version);
	case SY_EVENT_SAY:
		return json_pack("{s:o, s:i, s:b}", "text", text_json(event->text), "duration_ms", event->duration_ms,
			"interrupted", event->interrupted);
	case SY_EVENT_HEARD:
		return heard_json(event);
	case SY_EVENT_KEY:
		return json_pack("{s:s}", "key", key);
	case SY_EVENT_SILENCE:
		return json_pack("{s:i}", "ms", event->duration_ms);
	case SY_EVENT_ANSWER:
		return json_pack("{s:s?, s:o}", "article", event->article, "text", text_json(event->text));
	case SY_EVENT_HANDOFF:
		return json_pack("{s:s?, s:s?, s:o}", "reason", event->reason, "case_key", event->case_key, "card",
			event->card ? sy_card_json(event->card) : json_null());
	case SY_EVENT_END:
		return json_pack("{s:s?, s:s?}", "outcome", event->outcome, "case_key", event->case_key);
	}
	return NULL;
}

json_t *sy_event_json(const struct sy_event *event)
{
	json_t *json = json_pack("{s:I, s:s, s:s?}", "t_ms", (json_int_t)event->t_ms, "event",
		sy_event_name(event->kind), "state", event->state);

	if (json && merge(json, fields_json(event))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

bool sy_event_open_number(const struct sy_event *event)
{
	if (event->hypothesis->completeness == SY_COMPLETE || !event->values)
		return false;
	for (size_t i = 0; i < event->values->n; i++) {
		const char *value = event->values->at[i].value;
		if (strlen(value) >= 2 && value[strspn(value, "0123456789")] == '\0')
			return true;
	}
	return false;
}
